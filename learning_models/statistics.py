"""What the register of learning models counts for a quarter, as of its last day: one GROUP BY of names, one of numbers.

Everything counts in the own line of the nearest reporting unit at or above. Names and numbers add up: numbers stand
for those whose names are not kept. A unit absent from the answer has no data; zero is said only where the unit keeps
this register.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count as CountOf
from django.db.models import Exists, OuterRef, Q, Sum

from core.counts import Count
from core.periods import Quarter
from learning_models.models import LearningModel, Registration, RegistrationCount
from organizations.models import RegisterUse
from organizations.spells import UnitOfDay

COUNTED = ("registered", "recognised", "succeeded")
CODES = tuple(f"learning_models.{model}.{name}" for model in LearningModel.values for name in COUNTED)
# With so few units asking for them by name is quicker than grouping everybody's rows.
FEW = 500

Numbers = dict[tuple[int, str], list[int]]


def conditions(quarter: Quarter) -> dict[str, Q]:
    """What each of COUNTED holds for, as of the quarter's last day."""
    day = quarter.last_day
    registered = Q(year=quarter.year, registered_on__lte=day)
    return {
        "registered": registered,
        "recognised": Q(recognised_on__lte=day) & (Q(title_to__isnull=True) | Q(title_to__gte=day)),
        "succeeded": registered & Q(recognised_on__lte=day),
    }


def not_withdrawn(quarter: Quarter) -> Q:
    """Of titles whose holders are known: a title of which only the number is kept is not withdrawn one by one."""
    return Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=quarter.last_day)


def count_names(quarter: Quarter, units: Iterable[int] | None = None) -> Numbers:
    """(unit, model) → COUNTED by names; one GROUP BY. ``units`` narrows it to some."""
    asked = conditions(quarter)
    rows = Registration.objects.filter(asked["registered"] | asked["recognised"])
    asked["succeeded"] &= not_withdrawn(quarter)
    numbers = {name: CountOf("pk", filter=condition) for name, condition in asked.items()}
    return grouped(rows, numbers, units)


def count_numbers(quarter: Quarter, units: Iterable[int] | None = None) -> Numbers:
    """(unit, model) → COUNTED by numbers without names; one GROUP BY.

    Titles without a last day hold until the unit has a number of a later year: without names nobody can tell whether
    these are the same people again.
    """
    asked = conditions(quarter)
    later = RegistrationCount.objects.filter(
        organization=OuterRef("organization"),
        model=OuterRef("model"),
        year__gt=OuterRef("year"),
        recognised_on__lte=quarter.last_day,
    )
    asked["recognised"] &= Q(title_to__isnull=False) | ~Exists(later)
    rows = RegistrationCount.objects.filter(asked["registered"] | asked["recognised"])
    numbers = {name: Sum("count", filter=condition, default=0) for name, condition in asked.items()}
    return grouped(rows, numbers, units)


def grouped(rows, numbers: dict, units: Iterable[int] | None) -> Numbers:
    if units is not None:
        rows = rows.filter(organization__in=list(units))
    found = rows.order_by().values_list("organization_id", "model").annotate(**numbers)
    return {(unit, model): values for unit, model, *values in found}


def lines_of(units: dict[int, UnitOfDay]) -> dict[int, int]:
    """Unit → the reporting unit in whose own line it stands: itself, else the nearest above that reports."""
    lines: dict[int, int] = {}
    for pk, unit in units.items():
        if unit.reports:
            lines[pk] = pk
        elif unit.parent_id in lines:
            lines[pk] = lines[unit.parent_id]
    return lines


def count_learning_models(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, parents first.

    Three queries: names, numbers, registers in use.
    """
    few = units if len(units) <= FEW else None
    lines = lines_of(units)
    totals: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * len(COUNTED))
    by_number: set[tuple[int, str]] = set()
    for found, without_names in ((count_names(quarter, few), False), (count_numbers(quarter, few), True)):
        for (unit, model), values in found.items():
            if (line := lines.get(unit)) is None:
                continue
            total = totals[line, model]
            for place, number in enumerate(values):
                total[place] += number
            if without_names:
                by_number.add((line, model))
    in_use = RegisterUse.objects.filter(
        register=RegisterUse.Register.LEARNING_MODELS, used_from__lte=quarter.last_day
    ).values_list("organization_id", flat=True)
    zeros = {pk: Count(0, Count.NAMES) for pk in in_use if pk in units}
    counted = {code: dict(zeros) for code in CODES}
    for (line, model), values in totals.items():
        basis = Count.HEAD_COUNT if (line, model) in by_number else Count.NAMES
        for name, number in zip(COUNTED, values, strict=True):
            if number or line in zeros:
                counted[f"learning_models.{model}.{name}"][line] = Count(number, basis)
    return counted
