"""Where the rounds of a unit stand, in a few words and a few queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils import timezone

from core.periods import Quarter, Span
from organizations.models import Organization
from reports.models import Report


@dataclass(frozen=True)
class RoundOverview:
    """One quarter for one unit: its own report, and how many of those directly below have handed in."""

    quarter: Quarter
    due_on: date
    report: Report
    expected: int
    submitted: int
    accepted: int

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def days_late(self) -> int:
        return -self.days_left

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0 and self.report.status in Report.EDITABLE


def round_overviews(organization: Organization) -> list[RoundOverview]:
    """All opened rounds of the unit, the newest first; one query."""
    handed_in = Q(children__status__in=Report.HANDED_IN)
    reports = (
        Report.objects.filter(organization=organization)
        .select_related("round")
        .annotate(
            expected=Count("children"),
            submitted=Count("children", filter=handed_in),
            accepted=Count("children", filter=Q(children__status=Report.Status.ACCEPTED)),
        )
        .order_by("-round__quarter")
    )
    return [
        RoundOverview(
            quarter=report.round.quarter,
            due_on=report.round.due_of(organization.level),
            report=report,
            expected=report.expected,
            submitted=report.submitted,
            accepted=report.accepted,
        )
        for report in reports
    ]


def spans_of(quarters: list[Quarter]) -> list[Span]:
    """The half-years, nine months and years of which at least two quarters were opened, the newest first."""
    spans = []
    for year in sorted({quarter.year for quarter in quarters}, reverse=True):
        for kind in ("Y", "9M", "H2", "H1"):
            span = Span(year, kind)
            if sum(quarter in quarters for quarter in span.quarters) >= 2:
                spans.append(span)
    return spans
