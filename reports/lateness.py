"""Who still owes a report: counts per round, and the units to telephone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F
from django.utils import timezone

from reports.models import Report, ReportingRound


@dataclass
class Tally:
    """How many units below the province owe a report, and how far they are; ``late`` is past the due date."""

    expected: int = 0
    submitted: int = 0
    accepted: int = 0
    late: int = 0

    @property
    def waiting(self) -> int:
        return self.expected - self.submitted


def tally_rounds(rounds: Iterable[ReportingRound]) -> dict[int, Tally]:
    """Round id → its tally, without the province's own report; one query."""
    today = timezone.localdate()
    by_pk = {round_.pk: round_ for round_ in rounds}
    tallies = {pk: Tally() for pk in by_pk}
    below = Report.objects.filter(round__in=by_pk).exclude(organization=F("round__root")).order_by()
    counted = below.values_list("round", "organization__level", "status").annotate(number=Count("pk"))
    for pk, level, status, number in counted:
        tally = tallies[pk]
        tally.expected += number
        if status in Report.HANDED_IN:
            tally.submitted += number
        elif by_pk[pk].due_of(level) < today:
            tally.late += number
        if status == Report.Status.ACCEPTED:
            tally.accepted += number
    return tallies


@dataclass(frozen=True)
class Waiting:
    """A report that is not handed in, with its last day on time."""

    report: Report
    due_on: date

    @property
    def days_left(self) -> int:
        return (self.due_on - timezone.localdate()).days

    @property
    def days_late(self) -> int:
        return -self.days_left

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @classmethod
    def of(cls, report: Report) -> "Waiting":
        """Needs the report's round and organization."""
        return cls(report, report.round.due_of(report.organization.level))


def waiting_below(report: Report, user):
    """Reports below this one, over any number of levels, that are not handed in or were returned.

    Below means in the round, by the tree of the quarter's last day; only what lies within today's reach is told.
    """
    children = defaultdict(list)
    shape = Report.objects.filter(round=report.round_id).order_by().values_list("pk", "parent", "status")
    for pk, parent, status in shape:
        children[parent].append((pk, status))
    found, steps = [], [report.pk]
    while steps:
        for pk, status in children[steps.pop()]:
            steps.append(pk)
            if status in Report.EDITABLE:
                found.append(pk)
    return Report.objects.allowed(user, "reports.view_report").filter(pk__in=found)


def count_waiting(reports, round_: ReportingRound) -> dict[str, int]:
    """How many of these reports of the round wait, are past their due date, and were returned; one query."""
    today = timezone.localdate()
    counts = {"all": 0, "overdue": 0, "returned": 0}
    for level, status, number in (
        reports.order_by().values_list("organization__level", "status").annotate(number=Count("pk"))
    ):
        counts["all"] += number
        counts["overdue"] += number if round_.due_of(level) < today else 0
        counts["returned"] += number if status == Report.Status.RETURNED else 0
    return counts
