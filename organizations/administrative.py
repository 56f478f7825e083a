"""The State's units on a day, as a tree to choose from."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.vietnamese import sort_key
from organizations.models import AdministrativeUnit


@dataclass(frozen=True)
class Area:
    """A unit of the State with those below it, in Vietnamese order of their names."""

    unit: AdministrativeUnit
    below: tuple["Area", ...] = ()


def provinces(day: date) -> list[AdministrativeUnit]:
    """The provinces of the catalogue that exist on the day, in Vietnamese order; one query."""
    found = AdministrativeUnit.objects.on(day).filter(tier=AdministrativeUnit.Tier.PROVINCE)
    return sorted(found, key=in_order)


def units_below(province: AdministrativeUnit, day: date) -> tuple[Area, ...]:
    """What stands below the province on the day: districts with their communes, or the communes themselves.

    One query. A commune whose district did not exist that day stands directly below the province.
    """
    found = AdministrativeUnit.objects.on(day).filter(Q(parent=province) | Q(parent__parent=province))
    units = {unit.pk: unit for unit in found}
    children = defaultdict(list)
    for unit in units.values():
        children[unit.parent_id if unit.parent_id in units else province.pk].append(unit)

    def areas(parent_key: int) -> tuple[Area, ...]:
        return tuple(Area(unit, areas(unit.pk)) for unit in sorted(children[parent_key], key=in_order))

    return areas(province.pk)


def in_order(unit: AdministrativeUnit) -> tuple[str, str]:
    return sort_key(unit.name), unit.code
