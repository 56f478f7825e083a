"""The learning models of a unit over the years, from the register: numbers, rates and what is aimed at.

Rates follow the rules of the quarterly summary, over the units that have both parts; nothing typed enters.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from core.periods import Quarter
from learning_models.models import LearningModel
from learning_models.statistics import COUNTED, count_quarters
from organizations.models import AreaStatistics, Organization
from organizations.spells import UnitOfDay, below, reporting_parents, trees_on
from reports.builders.measures import area_values
from reports.models import Indicator, Target
from reports.rollup import Coverage, Pair, Tree, Unit, areas, coverages, pairs_of_registers, pairs_over_area, totals

RATES = ("registered_rate", "recognised_rate", "success_rate")
AIM_YEARS = (2025, 2030)
YEARS_SHOWN = 6
# Up to so many units are asked for by name.
FEW = 500


@dataclass(frozen=True)
class YearLine:
    """One model at a year's end (of the running year: so far); None is no data.

    ``numbers`` by COUNTED, ``rates`` by RATES; ``area`` is the unit's total, ``coverage`` that of the registered.
    """

    year: int
    quarter: Quarter
    is_running: bool
    numbers: dict[str, int | None]
    rates: dict[str, Decimal | None]
    area: int | None
    coverage: Coverage

    @property
    def is_known(self) -> bool:
        return any(value is not None for value in self.numbers.values())


@dataclass(frozen=True)
class Aim:
    year: int
    rate: str
    value: Decimal


@dataclass(frozen=True)
class ModelYears:
    """``area_label``: what the whole is counted in ("hộ gia đình")."""

    model: LearningModel
    area_label: str
    lines: tuple[YearLine, ...]
    aims: tuple[Aim, ...]

    @property
    def is_known(self) -> bool:
        return any(line.is_known for line in self.lines)


def build(*, organization: Organization) -> list[ModelYears]:
    """The six models over the last years in which the unit lived; the number of queries depends on nothing."""
    this = Quarter.of(timezone.localdate())
    years = range(this.year - YEARS_SHOWN + 1, this.year + 1)
    quarters = [this if year == this.year else Quarter(year, 4) for year in years]
    days = trees_on({quarter.last_day for quarter in quarters})
    trees = {quarter: as_top(below(days[quarter.last_day], organization.pk), organization.pk) for quarter in quarters}
    trees = {quarter: units for quarter, units in trees.items() if units}
    if not trees:
        return []
    counted = count_quarters(trees)
    indicators = {each.code: each for each in Indicator.objects.select_related("denominator")}
    rows = read_areas(set().union(*trees.values()), this.year)
    aims = read_aims(organization)
    found = []
    shapes = {quarter: reporting_tree(units) for quarter, units in trees.items()}
    for model in LearningModel:
        lines = tuple(
            year_line(model, quarter, shapes[quarter], trees[quarter], counted[quarter], indicators, rows, this)
            for quarter in trees
        )
        area = indicators[f"learning_models.{model}.registered_rate"].denominator
        found.append(ModelYears(model, area.label, lines, tuple(aims.get(model.value, ()))))
    return found


def as_top(units: dict[int, UnitOfDay], top: int) -> dict[int, UnitOfDay]:
    """A unit that does not report counts here for what lies below it all the same."""
    return units | {top: units[top]._replace(reports=True, parent_id=None)} if units else units


def reporting_tree(units: dict[int, UnitOfDay]) -> Tree:
    parents = reporting_parents(units)
    reporting = [unit for unit in units.values() if unit.reports]
    return Tree(tuple(Unit(unit.pk, parents[unit.pk], unit.level, unit.has_territory) for unit in reporting))


def read_areas(units: Collection[int], year: int) -> list[dict]:
    rows = AreaStatistics.objects.filter(year__lte=year)
    if len(units) <= FEW:
        rows = rows.filter(organization__in=units)
    return list(rows.order_by().values("organization_id", "year", *AreaStatistics.COLUMNS))


def read_aims(organization: Organization) -> dict[str, list[Aim]]:
    """Model → the unit's own targets of the years that the national programmes name; one query."""
    codes = [f"learning_models.{model}.{rate}" for model in LearningModel.values for rate in RATES]
    rows = Target.objects.filter(organization=organization, year__in=AIM_YEARS, indicator__code__in=codes)
    found: dict[str, list[Aim]] = {}
    for code, year, value in rows.order_by("year").values_list("indicator__code", "year", "value"):
        _, model, rate = code.split(".")
        found.setdefault(model, []).append(Aim(year, rate, value))
    return found


def year_line(model, quarter: Quarter, tree: Tree, units, counted, indicators, rows, this: Quarter) -> YearLine:
    head, top = f"learning_models.{model}.", tree.units[0].pk
    own = {name: {pk: count.value for pk, count in counted[f"{head}{name}"].items()} for name in COUNTED}
    sums = {name: totals(tree, values, {}) for name, values in own.items()}
    levels = indicators[f"{head}registered"].levels
    asked = {unit.pk for unit in tree.units if unit.level in levels}
    column = indicators[f"{head}registered_rate"].denominator.area_column
    values, _ = area_values(rows, column, quarter.year, tree)
    area = areas(tree, values)
    pairs = {
        rate: pairs_over_area(tree, (own[name], {}), sums[name], area, asked)
        for rate, name in (("registered_rate", "registered"), ("recognised_rate", "recognised"))
    }
    both = own["succeeded"], own["registered"]
    pairs["success_rate"] = pairs_of_registers(tree, both, ({}, {}), (asked, asked))
    scales = {rate: indicators[f"{head}{rate}"].scale for rate in RATES}
    return YearLine(
        year=quarter.year,
        quarter=quarter,
        is_running=quarter.year == this.year,
        numbers={name: sums[name].get(top) for name in COUNTED},
        rates={rate: Pair._make(pairs[rate][top]).rate(scales[rate]) if top in pairs[rate] else None for rate in RATES},
        area=area.values.get(top),
        coverage=coverages(tree, asked, sums["registered"])[top],
    )
