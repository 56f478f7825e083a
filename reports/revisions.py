"""Accepted reports: freezing them, reading them again, and what differs between two of them."""

from dataclasses import dataclass
from datetime import datetime

from core.periods import Quarter, Span
from organizations.models import Organization
from reports.builders.freezing import freeze, thaw
from reports.builders.quarterly_summary import build
from reports.builders.summary import FigureLine, QuarterlySummary, Value
from reports.models import Indicator, Remark, Report, Revision, RevisionFigure


def summary_of(*, organization: Organization, period: Quarter | Span, accepted_only: bool = False) -> QuarterlySummary:
    """The one way to a summary: as it was accepted, else as it stands now.

    Raises ValidationError when no round of the period was opened for the unit.
    """
    revision = current_revision(organization, period)
    if revision is not None:
        return thaw(revision.content)
    return build(organization=organization, period=period, accepted_only=accepted_only)


def current_revision(organization: Organization, period: Quarter | Span) -> Revision | None:
    """What the unit's report of the quarter, or its reports of a span, were accepted with; None while one is not."""
    reports = Report.objects.filter(organization=organization, round__quarter__in=period.quarters)
    if not period.is_span:
        report = reports.exclude(revision=None).select_related("revision").first()
        return report.revision if report else None
    accepted = list(reports.values_list("revision_id", flat=True))
    if not accepted or None in accepted:
        return None
    spans = Revision.objects.filter(organization=organization, period=period.code)
    # Made with the last of these quarters: an older one knows other figures.
    return spans.filter(pk__gt=max(accepted)).order_by("-number").first()


def freeze_report(report: Report, *, user, now: datetime) -> Revision:
    """Keep the summary of an accepted report, and of every span that has all of its opened quarters accepted now."""
    quarter = report.round.quarter
    summary = build(organization=report.organization, period=quarter, accepted_only=True)
    revision = keep(report, summary, user, now)
    keep_figures(revision, summary)
    year = Report.objects.filter(organization=report.organization, round__quarter__in=Span(quarter.year, "Y").quarters)
    statuses = dict(year.order_by().values_list("round__quarter", "status"))
    for span in spans_around(quarter):
        opened = [statuses[each] for each in span.quarters if each in statuses]
        if len(opened) > 1 and all(status == Report.Status.ACCEPTED for status in opened):
            keep(report, build(organization=report.organization, period=span, accepted_only=True), user, now)
    return revision


def spans_around(quarter: Quarter) -> list[Span]:
    spans = [Span(quarter.year, kind) for kind in ("H1", "H2", "9M", "Y")]
    return [span for span in spans if quarter in span.quarters]


def keep(report: Report, summary: QuarterlySummary, user, now: datetime) -> Revision:
    """Store the summary as the next revision of its period."""
    before = revisions_of(report.organization, summary.period.code).last()
    revision = Revision(
        report=report,
        organization=report.organization,
        period=summary.period.code,
        number=before.number + 1 if before else 1,
        content=freeze(summary),
        reason=why_reopened(report, before) if before else "",
        accepted_by=user,
        accepted_at=now,
    )
    revision.sha256 = revision.digest(before.sha256 if before else "")
    revision.save()
    return revision


def revisions_of(organization: Organization, period: str):
    """The revisions of a period, the oldest first."""
    return Revision.objects.filter(organization=organization, period=period).order_by("number")


def why_reopened(report: Report, before: Revision) -> str:
    """The reason given when the report was opened again after the revision before."""
    whole = Remark.objects.filter(report=report, indicator=None, section="", is_return=True)
    remark = whole.filter(written_at__gte=before.accepted_at).order_by("written_at", "pk").first()
    return remark.text[:500] if remark else ""


def keep_figures(revision: Revision, summary: QuarterlySummary) -> None:
    pks = dict(Indicator.objects.values_list("code", "pk"))
    rows = [frozen_row(revision, pks[line.indicator], line) for line in summary.figures]
    RevisionFigure.objects.bulk_create(rows, batch_size=500)


def frozen_row(revision: Revision, indicator_id: int, line: FigureLine) -> RevisionFigure:
    return RevisionFigure(
        revision=revision,
        indicator_id=indicator_id,
        value=None if line.is_rate else line.value,
        rate=line.value if line.is_rate else None,
        numerator=line.numerator,
        denominator=line.denominator,
        with_data=line.coverage.with_data,
        expected=line.coverage.expected,
        partial=line.coverage.partial,
        source=line.source,
    )


@dataclass(frozen=True)
class Difference:
    """One thing that two summaries say differently; ``key`` names it, ``label`` says it to people."""

    key: tuple[str, ...]
    label: str
    unit: str
    before: Value | str
    after: Value | str


def differences(before: QuarterlySummary, after: QuarterlySummary) -> list[Difference]:
    """Everything that differs, in the order of the later summary; what only the earlier one has comes last."""
    old, new = statements(before), statements(after)
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        label, unit, later = new.get(key) or (*old[key][:2], None)
        earlier = old[key][2] if key in old else None
        if earlier != later:
            found.append(Difference(key, label, unit, earlier, later))
    return found


def statements(summary: QuarterlySummary) -> dict[tuple[str, ...], tuple[str, str, Value | str]]:
    """All that a summary states: key → (label, unit of the value, value)."""
    found: dict[tuple[str, ...], tuple[str, str, Value | str]] = {}
    for line in summary.figures:
        found["figure", line.indicator] = line.label, line.unit, line.value
        found["target", line.indicator] = f"{line.label}: mục tiêu", line.unit, line.target
        found["year_to_date", line.indicator] = f"{line.label}: từ đầu năm", line.unit, line.year_to_date
        found["previous", line.indicator] = f"{line.label}: kỳ trước", line.unit, line.previous
        found["year_earlier", line.indicator] = f"{line.label}: cùng kỳ năm trước", line.unit, line.year_earlier
        coverage = f"{line.coverage.with_data}/{line.coverage.expected}"
        if line.coverage.partial:
            coverage += f", {line.coverage.partial} chưa đủ"
        found["coverage", line.indicator] = f"{line.label}: đơn vị có số liệu", "", coverage
        for value in line.units:
            own = value.is_own_line
            name = "phần trực tiếp" if own else value.unit.short_name
            key = ("own" if own else "unit", line.indicator, value.unit.code)
            found[key] = f"{line.label}, {name}", line.unit, value.value
    for section, text in summary.narrative.items():
        found["words", section] = f"Phần lời: {section}", "", text
    return found
