"""What the register of units counts for a quarter.

A unit is counted in the own line of its nearest strict ancestor that reports; a unit absent from the answer
has no data, and zero is said only where the unit keeps this register.
"""

from collections import Counter
from collections.abc import Callable

from core.counts import Count
from core.periods import Quarter
from organizations.models import Form, Kind, Level, RegisterUse
from organizations.spells import UnitOfDay, reporting_parents

AGENCIES = frozenset({Kind.AGENCY, Kind.SCHOOL, Kind.ARMED_FORCES})
ASSOCIATIONS = frozenset({Form.HOI, Form.CHI_HOI, Form.BAN})
BRANCHES = frozenset({Form.CHI_HOI, Form.BAN})

Rule = Callable[[UnitOfDay, Quarter], bool]


def is_new(unit: UnitOfDay, quarter: Quarter) -> bool:
    """Founded within the quarter, and alive on its last day because it is in that day's tree."""
    return unit.established_on is not None and quarter.first_day <= unit.established_on <= quarter.last_day


RULES: dict[str, Rule] = {
    "organizations.districts": lambda unit, quarter: unit.level == Level.DISTRICT,
    "organizations.communes": lambda unit, quarter: unit.level == Level.COMMUNE,
    "organizations.branches": lambda unit, quarter: unit.form in BRANCHES,
    "organizations.chapters": lambda unit, quarter: unit.form == Form.CHI_HOI,
    "organizations.boards": lambda unit, quarter: unit.form == Form.BAN,
    "organizations.groups": lambda unit, quarter: unit.form == Form.TO_HOI,
    "organizations.branches.new": lambda unit, quarter: unit.form in BRANCHES and is_new(unit, quarter),
    "organizations.agencies": lambda unit, quarter: unit.kind in AGENCIES and unit.form in ASSOCIATIONS,
    "organizations.enterprises": lambda unit, quarter: unit.kind == Kind.ENTERPRISE and unit.form in ASSOCIATIONS,
}


def count_units(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, read before.

    One query, for the zeros.
    """
    nearest = reporting_parents(units)
    # Units of one sort under one parent are counted at once; the rules look at a sample of each sort.
    sorts: Counter[tuple] = Counter()
    samples: dict[tuple, UnitOfDay] = {}
    for pk, unit in units.items():
        if nearest[pk] is not None:
            sort = (unit.level, unit.kind, unit.form, unit.established_on is not None and is_new(unit, quarter))
            sorts[nearest[pk], sort] += 1
            samples[sort] = unit
    belongs = {sort: [code for code, rule in RULES.items() if rule(unit, quarter)] for sort, unit in samples.items()}
    counted: dict[str, Counter[int]] = {code: Counter() for code in RULES}
    for (parent, sort), number in sorts.items():
        for code in belongs[sort]:
            counted[code][parent] += number
    in_use = RegisterUse.objects.filter(
        register=RegisterUse.Register.ORGANIZATIONS, used_from__lte=quarter.last_day
    ).values_list("organization_id", flat=True)
    zeros = {pk: Count(0, Count.NAMES) for pk in in_use if pk in units}
    return {
        code: zeros | {pk: Count(number, Count.NAMES) for pk, number in numbers.items()}
        for code, numbers in counted.items()
    }
