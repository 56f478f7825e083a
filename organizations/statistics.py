"""What the register of units counts for a quarter.

A unit is counted in the own line of its nearest strict ancestor that reports; a unit absent from the answer
has no data, and zero is said only where the unit keeps this register.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, Value, When
from django.db.models import Count as CountRows

from core.counts import Count
from core.periods import Quarter
from organizations.models import Form, Kind, Level, OrganizationSpell, RegisterUse
from organizations.spells import UnitOfDay, reporting_parents

AGENCIES = frozenset({Kind.AGENCY, Kind.SCHOOL, Kind.ARMED_FORCES})
ASSOCIATIONS = frozenset({Form.HOI, Form.CHI_HOI, Form.BAN})
BRANCHES = frozenset({Form.CHI_HOI, Form.BAN})


@dataclass(frozen=True, slots=True)
class Group:
    """How many units of one sort stand under one parent on the quarter's last day."""

    parent_id: int
    level: str
    form: str
    kind: str
    is_new: bool
    number: int


RULES: dict[str, Callable[[Group], bool]] = {
    "organizations.districts": lambda group: group.level == Level.DISTRICT,
    "organizations.communes": lambda group: group.level == Level.COMMUNE,
    "organizations.branches": lambda group: group.form in BRANCHES,
    "organizations.chapters": lambda group: group.form == Form.CHI_HOI,
    "organizations.boards": lambda group: group.form == Form.BAN,
    "organizations.groups": lambda group: group.form == Form.TO_HOI,
    "organizations.branches.new": lambda group: group.form in BRANCHES and group.is_new,
    "organizations.agencies": lambda group: group.kind in AGENCIES and group.form in ASSOCIATIONS,
    "organizations.enterprises": lambda group: group.kind == Kind.ENTERPRISE and group.form in ASSOCIATIONS,
}


def group_units(quarter: Quarter) -> list[Group]:
    """Living units with a parent, by parent and sort; "new" were founded within the quarter. One GROUP BY."""
    founded = When(organization__established_on__range=(quarter.first_day, quarter.last_day), then=Value(True))
    spells = OrganizationSpell.objects.on(quarter.last_day).exclude(parent=None).order_by()
    spells = spells.annotate(is_new=Case(founded, default=Value(False)))
    sorts = spells.values_list("parent_id", "level", "form", "kind", "is_new").annotate(CountRows("pk"))
    return [Group(*row) for row in sorts]


def count_units(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day."""
    nearest = reporting_parents(units)
    counted: dict[str, Counter[int]] = {code: Counter() for code in RULES}
    for group in group_units(quarter):
        if group.parent_id not in units:
            continue
        holder = group.parent_id if units[group.parent_id].reports else nearest[group.parent_id]
        for code, belongs in RULES.items():
            if holder is not None and belongs(group):
                counted[code][holder] += group.number
    in_use = RegisterUse.objects.filter(
        register=RegisterUse.Register.ORGANIZATIONS, used_from__lte=quarter.last_day
    ).values_list("organization_id", flat=True)
    zeros = {pk: Count(0, Count.NAMES) for pk in in_use if pk in units}
    return {
        code: zeros | {pk: Count(number, Count.NAMES) for pk, number in numbers.items()}
        for code, numbers in counted.items()
    }
