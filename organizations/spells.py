"""The tree as it stood on any day, read from the spells."""

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date
from typing import NamedTuple

from core.bulk import fetch
from organizations.models import Organization, OrganizationSpell
from organizations.models.organizations import NAME_PREFIX, Kind, Level

PLACES = {level: place for place, level in enumerate(Level.values)}
# In the order of UnitOfDay's fields; whoever only counts units reads the first of them.
COUNTED_COLUMNS = [
    "organization_id",
    "parent_id",
    "organization__reports_quarterly",
    "level",
    "kind",
    "form",
    "organization__established_on",
]
SPELL_COLUMNS = [*COUNTED_COLUMNS, "organization__code", "name", "organization__sort_key"]


class UnitOfDay(NamedTuple):
    """A unit as it was on one day. ``parent_id`` is None at the root or when the parent did not live that day."""

    pk: int
    parent_id: int | None
    reports: bool
    level: str
    kind: str
    form: str
    established_on: date | None = None
    code: str = ""
    name: str = ""
    sort_key: str = ""

    @property
    def short_name(self) -> str:
        """The name without "Hội Khuyến học"."""
        short = NAME_PREFIX.sub("", self.name)
        return short[:1].upper() + short[1:]

    @property
    def has_territory(self) -> bool:
        return self.kind == Kind.TERRITORIAL and self.level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)


def tree_on(day: date, *, to_count: bool = False, **only) -> dict[int, UnitOfDay]:
    """All units alive on the day, parents before children, siblings by level and Vietnamese name. One query.

    ``to_count``: without codes and names, and siblings in any order, which takes half the time. ``only`` narrows the
    spells that are read; a unit whose parent is left out stands at the top.
    """
    return trees_on([day], to_count=to_count, **only)[day]


def trees_on(days: Iterable[date], *, to_count: bool = False, **only) -> dict[date, dict[int, UnitOfDay]]:
    """The trees of several days in one query; days between which nothing changed share one dictionary."""
    days = set(days)
    if not days:
        return {}
    spells = OrganizationSpell.objects.between(min(days), max(days)).filter(**only).order_by()
    columns = COUNTED_COLUMNS if to_count else SPELL_COLUMNS
    always: list[UnitOfDay] = []
    dated: list[tuple[date, date, UnitOfDay]] = []
    for first, last, *values in fetch(spells.values_list("valid_from", "valid_to", *columns)):
        unit = UnitOfDay(*values)
        if unit.established_on:
            unit = unit._replace(established_on=as_day(unit.established_on))
        if first or last:
            dated.append((as_day(first) or date.min, as_day(last) or date.max, unit))
        else:
            always.append(unit)
    built: dict[tuple[UnitOfDay, ...], dict[int, UnitOfDay]] = {}
    trees = {}
    for day in days:
        alive = tuple(unit for first, last, unit in dated if first <= day <= last)
        if alive not in built:
            units = [*always, *alive]
            built[alive] = arrange(units if to_count else in_order(units))
        trees[day] = built[alive]
    return trees


def as_day(value: date | str | None) -> date | None:
    """A day as it was fetched."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def arrange(units: list[UnitOfDay]) -> dict[int, UnitOfDay]:
    """Every unit followed by all below it, siblings as they come."""
    living = {unit.pk for unit in units}
    children = defaultdict(list)
    for unit in units:
        if unit.parent_id not in living:
            children[None].append(unit if unit.parent_id is None else unit._replace(parent_id=None))
        else:
            children[unit.parent_id].append(unit)
    ordered, stack = {}, children[None][::-1]
    while stack:
        unit = stack.pop()
        ordered[unit.pk] = unit
        if unit.pk in children:
            stack.extend(reversed(children[unit.pk]))
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
