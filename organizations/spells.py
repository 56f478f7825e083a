"""The tree as it stood on any day, read from the spells."""

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date
from typing import NamedTuple

from organizations.models import Organization, OrganizationSpell
from organizations.models.organizations import NAME_PREFIX, Kind, Level

PLACES = {level: place for place, level in enumerate(Level.values)}
# In the order of UnitOfDay's fields.
SPELL_COLUMNS = [
    "organization_id",
    "organization__code",
    "parent_id",
    "name",
    "level",
    "kind",
    "form",
    "organization__reports_quarterly",
    "organization__sort_key",
    "organization__established_on",
]


class UnitOfDay(NamedTuple):
    """A unit as it was on one day. ``parent_id`` is None at the root or when the parent did not live that day."""

    pk: int
    code: str
    parent_id: int | None
    name: str
    level: str
    kind: str
    form: str
    reports: bool
    sort_key: str = ""
    established_on: date | None = None

    @property
    def short_name(self) -> str:
        """The name without "Hội Khuyến học"."""
        short = NAME_PREFIX.sub("", self.name)
        return short[:1].upper() + short[1:]

    @property
    def has_territory(self) -> bool:
        return self.kind == Kind.TERRITORIAL and self.level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)


def tree_on(day: date, **only) -> dict[int, UnitOfDay]:
    """All units alive on the day, parents before children, siblings by level and Vietnamese name. One query.

    ``only`` narrows the spells that are read; a unit whose parent is left out stands at the top.
    """
    return trees_on([day], **only)[day]


def trees_on(days: Iterable[date], **only) -> dict[date, dict[int, UnitOfDay]]:
    """The trees of several days in one query; days between which nothing changed share one dictionary."""
    days = set(days)
    spells = OrganizationSpell.objects.between(min(days), max(days)).filter(**only) if days else ()
    rows = list(spells.order_by().values_list(*SPELL_COLUMNS, "valid_from", "valid_to")) if days else []
    dated = [row for row in rows if row[-2] or row[-1]]
    always = {row[0]: UnitOfDay._make(row[:-2]) for row in rows if not (row[-2] or row[-1])}
    built: dict[tuple, dict[int, UnitOfDay]] = {}
    trees = {}
    for day in days:
        alive = tuple(
            row for row in dated if (row[-2] is None or row[-2] <= day) and (row[-1] is None or row[-1] >= day)
        )
        if alive not in built:
            built[alive] = arrange(always | {row[0]: UnitOfDay._make(row[:-2]) for row in alive})
        trees[day] = built[alive]
    return trees


def arrange(units: dict[int, UnitOfDay]) -> dict[int, UnitOfDay]:
    """Parents before children, siblings in order."""
    children = defaultdict(list)
    for unit in units.values():
        children[unit.parent_id if unit.parent_id in units else None].append(unit)
    ordered, stack = {}, []
    stack.extend(reversed(in_order(children[None])))
    while stack:
        unit = stack.pop()
        ordered[unit.pk] = unit if unit.parent_id in units else unit._replace(parent_id=None)
        if unit.pk in children:
            stack.extend(reversed(in_order(children[unit.pk])))
    return ordered


def in_order(siblings: Iterable[UnitOfDay]) -> list[UnitOfDay]:
    return sorted(siblings, key=lambda unit: (PLACES[unit.level], unit.sort_key, unit.pk))


def reporting_parents(units: dict[int, UnitOfDay]) -> dict[int, int | None]:
    """For every unit its nearest strict ancestor that reports, or None. ``units``: parents before children."""
    nearest: dict[int, int | None] = {}
    for pk, unit in units.items():
        parent = unit.parent_id
        if parent is None:
            nearest[pk] = None
        else:
            nearest[pk] = parent if units[parent].reports else nearest[parent]
    return nearest


def own_lines(units: dict[int, UnitOfDay], reporting: Set[int]) -> dict[int, UnitOfDay]:
    """What the own lines of these reporting units are counted from: they, and all whose nearest reporting they are."""
    nearest = reporting_parents(units)
    inside: dict[int, UnitOfDay] = {}
    for pk, unit in units.items():
        if pk in reporting or nearest[pk] in reporting:
            inside[pk] = unit if unit.parent_id in inside else unit._replace(parent_id=None)
    return inside


def below(units: dict[int, UnitOfDay], root: int) -> dict[int, UnitOfDay]:
    """The part of the tree at and below ``root``; empty when the root did not live that day."""
    inside: dict[int, UnitOfDay] = {}
    for pk, unit in units.items():
        if pk == root or unit.parent_id in inside:
            inside[pk] = unit
    return inside


def root_of(organization: Organization) -> Organization:
    """The province at the top of today's tree above the unit."""
    return Organization.objects.above(organization)[0]
