"""Targets: how near a value is, how a number is shared out, and to whom: today's reporting units directly below."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from django.utils import timezone

from organizations.models import AreaStatistics, Organization
from organizations.spells import UnitOfDay, below, reporting_parents, tree_on
from reports.builders.summary import Value
from reports.models import Indicator
from reports.rollup import Tree, Unit, areas

# From nine tenths of the target on a unit is near it; where lower is better, up to ten ninths.
NEARLY = Decimal("0.9")

REACHED, NEAR, MISSED, NO_DATA, NO_TARGET, NOT_RANKED = (
    "reached",
    "near",
    "missed",
    "no_data",
    "no_target",
    "not_ranked",
)


def judge(value: Value, target: Decimal | None, better: str, *, is_complete: bool = True) -> str:
    """The light of a value beside its target.

    ``is_complete`` False: a count over only some of the units. It can show that "higher is better" is reached, never
    that "lower is better" is: then it counts as not known.
    """
    if target is None:
        return NO_TARGET
    if value is None:
        return NO_DATA
    if better == Indicator.Better.NONE:
        return NOT_RANKED
    if better == Indicator.Better.LOWER:
        if value > target:
            return NEAR if value * NEARLY <= target else MISSED
        return REACHED if is_complete else NO_DATA
    if value >= target:
        return REACHED
    return NEAR if value >= target * NEARLY else MISSED


def share_out(total: int, weights: Mapping[int, int]) -> dict[int, int]:
    """``total`` in whole parts by weight, by largest remainder: the parts add up to it exactly.

    A larger weight never gets less; of equal ones the first in order gets the last unit. Raises ValueError for
    nothing to share by.
    """
    whole = sum(weights.values())
    if not whole or min(weights.values()) < 0 or total < 0:
        raise ValueError("Không có số dân để chia.")
    parts = {key: total * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: total * weights[key] % whole, reverse=True)
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def weighted_rate(targets: Mapping[str, Decimal], denominators: Mapping[str, int]) -> Decimal | None:
    """What the rates come to together: over the denominators of the units that have both, never an average."""
    both = [key for key in targets if denominators.get(key)]
    whole = sum(denominators[key] for key in both)
    if not whole:
        return None
    exact = sum(targets[key] * denominators[key] for key in both) / whole
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True)
class UnitsBelow:
    """The reporting units at and below one unit, as they stand today; a unit that is dissolved has none."""

    organization: Organization

    @cached_property
    def units(self) -> dict[int, UnitOfDay]:
        return below(tree_on(timezone.localdate()), self.organization.pk)

    @cached_property
    def tree(self) -> Tree:
        top = self.organization.pk
        # The unit itself stands at the top whether or not it reports.
        known = {
            pk: unit._replace(reports=True, parent_id=None) if pk == top else unit for pk, unit in self.units.items()
        }
        parents = reporting_parents(known)
        inside = [unit for unit in known.values() if unit.reports]
        return Tree(tuple(Unit(unit.pk, parents[unit.pk], unit.level, unit.has_territory) for unit in inside))

    @property
    def children(self) -> list[UnitOfDay]:
        """The units directly below."""
        return [self.units[pk] for pk in self.tree.children.get(self.organization.pk, ())]

    def asked(self, indicator: Indicator) -> list[UnitOfDay]:
        """Those directly below that are asked for the indicator, or have one below that is."""
        concerned = self.tree.concerned(self.asked_units(indicator))
        return [unit for unit in self.children if unit.pk in concerned]

    def asked_units(self, indicator: Indicator) -> frozenset[int]:
        if indicator.nature == Indicator.Nature.RATIO:
            return self.asked_units(indicator.numerator) & self.asked_units(indicator.denominator)
        if indicator.source == Indicator.Source.AREA:
            return frozenset(unit.pk for unit in self.tree.units if unit.has_territory)
        return frozenset(unit.pk for unit in self.tree.units if unit.level in indicator.levels)

    def populations(self, year: int) -> dict[int, int]:
        """The population of each unit where it is fully known: its own newest row, else the sum of those below."""
        rows = AreaStatistics.objects.filter(organization__in=self.tree.by_pk, year__lte=year)
        known = rows.exclude(population=None).order_by("year").values_list("organization_id", "population")
        area = areas(self.tree, dict(known))
        return {pk: area.values[pk] for pk in area.complete if area.values[pk]}
