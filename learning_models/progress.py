"""How far a year has come: unit by unit, how many registrants reached each step."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from learning_models.models import Registration, RegistrationCount, Status
from organizations.models import Organization

JUDGED = (Status.ASSESSED, Status.REVIEWED, Status.RECOGNISED, Status.NOT_RECOGNISED)
SETTLED = (Status.RECOGNISED, Status.NOT_RECOGNISED)
# With so few units asking for them by name is quicker than grouping everybody's rows.
FEW = 500
SHOWN = ["code", "name", "level", "parent", "dissolved_on"]

STEPS: dict[str, Q] = {
    "registered": Q(),
    "assessed": Q(status__in=JUDGED),
    "reviewed": Q(status=Status.REVIEWED) | Q(status__in=SETTLED),
    "listed": Q(status=Status.REVIEWED, decision__isnull=False) | Q(status=Status.RECOGNISED),
    "recognised": Q(status=Status.RECOGNISED),
    # What still waits at the review for a list, or for a refusal.
    "passed": Q(status=Status.REVIEWED, passed=True, decision__isnull=True),
    "failed": Q(status=Status.REVIEWED, passed=False, decision__isnull=True),
    "refused": Q(status=Status.NOT_RECOGNISED),
}


@dataclass(frozen=True)
class Steps:
    """How many reached each step, those of later steps included; ``numbers``: registered without names."""

    registered: int = 0
    assessed: int = 0
    reviewed: int = 0
    listed: int = 0
    recognised: int = 0
    passed: int = 0
    failed: int = 0
    refused: int = 0
    numbers: int = 0
    units: int = 0

    def __add__(self, other: "Steps") -> "Steps":
        return Steps(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def to_assess(self) -> int:
        return self.registered - self.assessed

    @property
    def to_review(self) -> int:
        return self.assessed - self.reviewed

    @property
    def proposed(self) -> int:
        """On a list that was not issued yet."""
        return self.listed - self.recognised

    @property
    def next_step(self) -> str:
        """ "assess", "review", "refuse", "list", "decide", "done", or "" where nobody is registered by name."""
        waiting = [
            ("assess", self.to_assess),
            ("review", self.to_review),
            ("refuse", self.failed),
            ("list", self.passed),
            ("decide", self.proposed),
        ]
        return next((step for step, number in waiting if number), "done" if self.registered else "")


@dataclass(frozen=True)
class UnitProgress:
    """``own``: registered at the unit itself; ``total``: with everything below it."""

    organization: Organization
    own: Steps
    total: Steps
    has_units: bool


@dataclass(frozen=True)
class Progress:
    unit: UnitProgress
    children: list[UnitProgress]


def progress_of(root: Organization, *, model: str, year: int) -> Progress:
    """A unit and those directly below it; three queries whatever the size."""
    inside = Organization.objects.within(Organization.objects.filter(pk=root.pk))
    units = {unit.pk: unit for unit in inside.only(*SHOWN)}
    own = steps_of(list(units), model=model, year=year)
    totals = defaultdict(Steps, own)
    # Children after parents: from the end every unit is complete before it is added to the one above.
    for pk in reversed(list(units)):
        if pk != root.pk:
            totals[units[pk].parent_id] += totals[pk]
    parents = {unit.parent_id for unit in units.values()}

    def line(pk: int) -> UnitProgress:
        return UnitProgress(units[pk], own.get(pk, Steps()), totals[pk], pk in parents)

    below = (unit for unit in units.values() if unit.parent_id == root.pk)
    shown = [unit.pk for unit in below if totals[unit.pk].units or not unit.is_dissolved]
    return Progress(line(root.pk), [line(pk) for pk in shown])


def steps_of(units: list[int], *, model: str, year: int) -> dict[int, Steps]:
    """Unit → its own steps; a unit without a registration or a number is left out."""
    rows = Registration.objects.filter(model=model, year=year)
    counts = RegistrationCount.objects.filter(model=model, year=year)
    if len(units) <= FEW:
        rows, counts = rows.filter(organization__in=units), counts.filter(organization__in=units)
    # Not by their bare names: "passed" is a column as well.
    numbers = {f"number_{name}": Count("pk", filter=condition) for name, condition in STEPS.items()}
    by_name = rows.order_by().values_list("organization_id").annotate(**numbers)
    by_number = counts.order_by().values_list("organization_id").annotate(Sum("count"))
    found = {pk: Steps(**dict(zip(STEPS, each, strict=True)), units=1) for pk, *each in by_name}
    for pk, number in by_number:
        known = found.get(pk, Steps(units=1))
        found[pk] = Steps(**{**vars(known), "numbers": number})
    inside = set(units)
    return {pk: steps for pk, steps in found.items() if pk in inside}
