"""Units in the order of one indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.charts import Chart, bar_ranking
from organizations.models import Level
from reports.builders.dashboard import Grid, GridUnit, Reading
from reports.dashboards.forms import COMMUNES, RankingForm
from reports.dashboards.page import Cell, Page, cell_of, write_value
from reports.models import Indicator
from reports.presentation import Trend, change, ranking_message, show

MOST_BARS = 30


@dataclass(frozen=True)
class RankedUnit:
    """``place`` is None without data; units with the same value share one."""

    place: int | None
    name: str
    above: str
    url: str
    cell: Cell
    change: Trend | None


def rank(grid: Grid, indicator: Indicator, units: Sequence[GridUnit]) -> list[tuple[int | None, GridUnit, Reading]]:
    """The units that are asked in the last quarter: best first, equal ones in the order of the tree, missing last."""
    quarter = grid.last.quarter
    found = [(unit, grid.reading(indicator, quarter, unit.label.code)) for unit in units]
    asked = [(unit, reading) for unit, reading in found if reading is not None]
    sign = 1 if indicator.better == Indicator.Better.LOWER else -1
    asked.sort(key=lambda each: (each[1].value is None, sign * (each[1].value or 0)))
    ranked: list[tuple[int | None, GridUnit, Reading]] = []
    for number, (unit, reading) in enumerate(asked, start=1):
        place = None if reading.value is None else number
        if place and ranked and ranked[-1][2].value == reading.value:
            place = ranked[-1][0]
        ranked.append((place, unit, reading))
    return ranked


def ranking_chart(grid: Grid, indicator: Indicator, units: Sequence[GridUnit]) -> Chart | None:
    """Bars of the first units, the missing ones at the end; None where nobody has data."""
    ranked = rank(grid, indicator, units)
    known = [each for each in ranked if each[0] is not None]
    if not known:
        return None
    missing = [unit.label.short_name for place, unit, _ in ranked if place is None]
    best = known[0][1].label.short_name
    lower = indicator.better == Indicator.Better.LOWER
    words = {Indicator.Better.NONE: "cao nhất", Indicator.Better.LOWER: "thấp nhất"}.get(indicator.better, "dẫn đầu")
    return bar_ranking(
        title=ranking_message(indicator.label, f"{best} {words}", missing),
        items=[(unit.label.short_name, reading.value) for _, unit, reading in ranked[:MOST_BARS]],
        unit=indicator.unit,
        target=grid.targets.get(indicator.code) if indicator.nature == Indicator.Nature.RATIO else None,
        label_format=lambda value: write_value(value, indicator),
        lowest_first=lower,
    )


class RankingPage(Page):
    name = "ranking"
    form_class = RankingForm

    @property
    def indicator(self) -> Indicator:
        return self.form.indicator

    @property
    def names_url(self) -> str:
        return self.names_url_of(self.indicator)

    @property
    def is_deep(self) -> bool:
        return self.form.chosen("depth") == COMMUNES

    @cached_property
    def grid(self) -> Grid:
        quarter = self.form.chosen_quarter()
        return self.build([quarter.previous, quarter], [self.indicator], every_level=self.is_deep)

    @property
    def units(self) -> list[GridUnit]:
        if self.is_deep:
            return [unit for unit in self.grid.units if unit.label.level == Level.COMMUNE]
        return self.grid.direct_units

    @cached_property
    def chart(self) -> Chart | None:
        return ranking_chart(self.grid, self.indicator, self.units)

    @cached_property
    def rows(self) -> list[RankedUnit]:
        labels = [self.grid.top, *(unit.label for unit in self.grid.units)]
        names = {label.code: label.short_name for label in labels}
        return [
            RankedUnit(
                place=place,
                name=unit.label.short_name,
                above=names[unit.parent],
                url=self.link(unit.label.code),
                cell=cell_of(reading, self.indicator),
                change=self.change(unit, reading),
            )
            for place, unit, reading in rank(self.grid, self.indicator, self.units)
        ]

    def change(self, unit: GridUnit, reading: Reading) -> Trend | None:
        """Against the quarter before, where that was opened and as many units had data."""
        before, code = self.period.previous, unit.label.code
        if not self.grid.is_comparable(self.indicator, self.period, before, code):
            return None
        earlier = self.grid.reading(self.indicator, before, code)
        return change(reading.value, earlier.value, self.indicator.unit, "quý trước")

    @property
    def whole(self) -> Cell | None:
        """The value of the unit itself."""
        reading = self.grid.reading(self.indicator, self.period)
        return cell_of(reading, self.indicator) if reading else None

    @property
    def target(self) -> str:
        """ "mục tiêu năm 2022: 70%"."""
        value = self.grid.targets.get(self.indicator.code)
        return "" if value is None else f"mục tiêu năm {self.period.year}: {show(value, self.indicator.unit)}"

    @property
    def has_more(self) -> bool:
        return len(self.rows) > MOST_BARS
