"""One indicator over the quarters, for up to five units."""

from dataclasses import dataclass, replace
from functools import cached_property

from core.charts import MOST_SERIES, Chart, Series, line_comparison
from core.periods import Quarter
from reports.builders.dashboard import Grid
from reports.builders.wording import cap
from reports.dashboards.forms import TrendForm
from reports.dashboards.page import Page, as_of, cell_of, short_label, write_value
from reports.dashboards.ranking import rank
from reports.models import Indicator
from reports.presentation import show


@dataclass(frozen=True)
class UnitChoice:
    code: str
    name: str
    is_chosen: bool


class TrendPage(Page):
    name = "trend"
    form_class = TrendForm

    @property
    def indicator(self) -> Indicator:
        return self.form.indicator

    @property
    def names_url(self) -> str:
        return self.names_url_of(self.indicator)

    @cached_property
    def grid(self) -> Grid:
        return self.build(self.form.span, [self.indicator])

    @cached_property
    def names(self) -> dict[str, str]:
        """The unit itself and those directly below, by code."""
        below = {unit.label.code: unit.label.short_name for unit in self.grid.direct_units}
        return {self.grid.top.code: self.grid.top.short_name} | below

    @cached_property
    def wanted(self) -> list[str]:
        """The codes of the address that are known, else the unit itself, for a rate with its best and last unit."""
        if found := [code for code in self.names if code in self.data.getlist("units")]:
            return found
        known = [unit.label.code for place, unit, _ in rank(self.grid, self.indicator, self.grid.direct_units) if place]
        is_rate = self.indicator.nature == Indicator.Nature.RATIO
        extremes = [known[0], known[-1]] if is_rate and len(known) > 1 else []
        return [self.grid.top.code, *extremes]

    @property
    def chosen(self) -> list[str]:
        return self.wanted[:MOST_SERIES]

    @property
    def left_out(self) -> list[str]:
        """Names of the units that were chosen beyond the most that a drawing can show."""
        return [self.names[code] for code in self.wanted[MOST_SERIES:]]

    @cached_property
    def units(self) -> list[UnitChoice]:
        return [UnitChoice(code, name, code in self.chosen) for code, name in self.names.items()]

    @cached_property
    def chart(self) -> Chart:
        quarters = [each.quarter for each in self.grid.quarters]
        readings = {code: [self.grid.reading(self.indicator, each, code) for each in quarters] for code in self.chosen}
        chart = line_comparison(
            title=self.message,
            periods=[short_label(quarter) for quarter in quarters],
            series=[
                Series(self.names[code], tuple(each.value if each else None for each in values))
                for code, values in readings.items()
            ],
            unit=self.indicator.unit,
            target=self.target,
            label_format=lambda value: write_value(value, self.indicator),
        )
        return replace(
            chart, headers=("Quý", *(self.names[code] for code in self.chosen), "Tình trạng"), rows=self.rows
        )

    @property
    def target(self):
        """The target of the last quarter's year, where one value of it can stand beside those of the quarters."""
        is_flow = self.indicator.nature == Indicator.Nature.FLOW
        return None if is_flow or self.grid.top.code not in self.chosen else self.grid.targets.get(self.indicator.code)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Every quarter with the values, how complete they are, and of when."""
        return tuple(
            (
                cap(each.quarter.label),
                *(self.text(each.quarter, code) for code in self.chosen),
                as_of(each, self.grid),
            )
            for each in self.grid.quarters
        )

    def text(self, quarter: Quarter, code: str) -> str:
        cell = cell_of(self.grid.reading(self.indicator, quarter, code), self.indicator)
        return cell.in_words(not_asked="không hỏi", missing="chưa có số liệu", no_data="chưa có số liệu")

    @property
    def message(self) -> str:
        """ "Tổng số hội viên: Tỉnh Sơn La từ 345.860 lên 346.036, quý IV/2021 – quý I/2022"."""
        first, last = self.grid.quarters[0].quarter, self.period
        between = first.label if first == last else f"{first.label} – {last.label}"
        code = self.chosen[0]
        values = [self.grid.reading(self.indicator, quarter, code) for quarter in (first, last)]
        if first == last or not self.grid.is_comparable(self.indicator, last, first, code):
            return f"{self.indicator.label}, {between}"
        before, after = (reading.value for reading in values)
        if before is None or after is None:
            return f"{self.indicator.label}, {between}"
        way = "không đổi ở mức" if before == after else f"từ {write_value(before, self.indicator)} "
        way += " " if before == after else ("lên " if after > before else "xuống ")
        return f"{self.indicator.label}: {self.names[code]} {way}{show(after, self.indicator.unit)}, {between}"
