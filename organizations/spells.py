"""The tree as it stood on any day, read from the spells."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import date
from typing import NamedTuple

from core.bulk import fetch
from organizations.models import Organization, OrganizationSpell
from organizations.models.organizations import NAME_PREFIX, Kind, Level

PLACES = {level: place for place, level in enumerate(Level.values)}
# What may be read of a unit, in the order of UnitOfDay's fields: thousands are read only to be counted.
PLACE = ("organization_id", "parent_id", "organization__reports_quarterly")
SORT = (*PLACE, "level", "kind", "form", "organization__established_on")
EVERYTHING = (*SORT, "organization__code", "name", "organization__sort_key")


class UnitOfDay(NamedTuple):
    """A unit as it was on one day; what was not read of it is empty.

    ``parent_id`` is None at the root or when the parent did not live that day.
    """

    pk: int
    parent_id: int | None
    reports: bool
    level: str = ""
    kind: str = ""
    form: str = ""
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


def tree_on(day: date, columns: Sequence[str] = EVERYTHING, **only) -> dict[int, UnitOfDay]:
    """All units alive on the day, parents before children, siblings by level and Vietnamese name. One query.

    ``columns``: what is read of each; without names siblings stand in any order. ``only`` narrows the spells that are
    read; a unit whose parent is left out stands at the top.
    """
    return trees_on([day], columns, **only)[day]


def trees_on(days: Iterable[date], columns: Sequence[str] = EVERYTHING, **only) -> dict[date, dict[int, UnitOfDay]]:
    """The trees of several days in one query; days between which nothing changed share one dictionary."""
    days = set(days)
    if not days:
        return {}
    spells = OrganizationSpell.objects.between(min(days), max(days)).filter(**only).order_by()
    rows = fetch(spells.values_list(*columns, "valid_from", "valid_to"))
    dated = [(row[-2] or date.min, row[-1] or date.max, row) for row in rows if row[-2] or row[-1]]
    always = [UnitOfDay(*row[:-2]) for row in rows if not (row[-2] or row[-1])]
    built: dict[tuple, dict[int, UnitOfDay]] = {}
    trees = {}
    for day in days:
        alive = tuple(row for first, last, row in dated if first <= day <= last)
        if alive not in built:
            units = always + [UnitOfDay(*row[:-2]) for row in alive]
            built[alive] = arrange(in_order(units) if "name" in columns else units)
        trees[day] = built[alive]
    return trees


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


def lines_of(units: dict[int, UnitOfDay]) -> dict[int, int]:
    """Unit → the reporting unit in whose own line it stands: itself, else the nearest above that reports."""
    lines: dict[int, int] = {}
    for pk, unit in units.items():
        if unit.reports:
            lines[pk] = pk
        elif unit.parent_id in lines:
            lines[pk] = lines[unit.parent_id]
    return lines


def own_lines(units: dict[int, UnitOfDay], reporting: Set[int]) -> dict[int, UnitOfDay]:
    """What the own lines of these reporting units are counted from: they, and all whose nearest reporting they are."""
    if all(pk in reporting for pk, unit in units.items() if unit.reports or unit.parent_id is None):
        return units
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
