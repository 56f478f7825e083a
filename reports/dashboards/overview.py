"""The first page: where the unit stands against its targets, who leads, who has not reported and whom to phone."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from core.charts import Chart, HeatCell, HeatRow, Mark, heat_map, sparkline
from core.periods import ROMAN
from reports.builders.dashboard import OVERDUE, Grid, GridUnit, HandedIn
from reports.builders.wording import cap
from reports.dashboards.forms import FAVOURITE, OverviewForm, default_indicator
from reports.dashboards.page import Contact, Page, write_value
from reports.dashboards.ranking import ranking_chart
from reports.models import Indicator, Report
from reports.presentation import MONEY, Trend, change, coverage_text, show, show_difference, split_money

TILES = [
    "members.total",
    "members.population_rate",
    FAVOURITE,
    "learning_models.community.registered_rate",
    "funds.raised",
    "activities.training.learners",
]
QUARTERS, HEAT_QUARTERS = 8, 6
# The looks of includes/state_badge.html, for drawings.
MARKS = {
    Report.Status.ACCEPTED.value: Mark("đã duyệt", "M4 12.5l5.5 5.5L20 7", "#d5ebdc", "#1b6e3c"),
    Report.Status.SUBMITTED.value: Mark("đã nộp", "M3 4l18 8-18 8 3.5-8zM6.5 12H21", "#d6e4f4", "#1f5fa8"),
    Report.Status.RETURNED.value: Mark(
        "trả lại", "M9 5L4 10l5 5M4 10h10.500a5.5 5.5 0 0 1 0 11H11", "#fbe3cb", "#a34a00"
    ),
    Report.Status.DRAFT.value: Mark("đang nhập", "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19z", "#eeebe4", "#55606e"),
    OVERDUE: Mark("quá hạn", "M12 3v11M12 19v2", "#f9d9dd", "#a3162a"),
}


@dataclass(frozen=True)
class Tile:
    """A headline figure: how complete, how it moved, and how far from the target."""

    title: str
    number: str
    unit: str
    coverage: str
    is_provisional: bool
    trend: Trend | None
    target: str
    drawing: SafeString | None
    url: str


@dataclass(frozen=True)
class SilentUnit:
    """A unit that has not handed in; ``done`` are those at and below it that have."""

    name: str
    url: str
    state: str
    done: str
    contact: Contact | None


class OverviewPage(Page):
    name = "overview"
    form_class = OverviewForm

    @cached_property
    def grid(self) -> Grid:
        last = self.form.chosen_quarter()
        quarters = [quarter for quarter in self.quarters if quarter <= last][:QUARTERS]
        by_code = {indicator.code: indicator for indicator in self.catalogue}
        indicators = [by_code[code] for code in TILES if code in by_code]
        return self.build(quarters, indicators, reports=True)

    @cached_property
    def tiles(self) -> list[Tile]:
        return [tile for indicator in self.grid.indicators if (tile := self.tile(indicator))]

    def tile(self, indicator: Indicator) -> Tile | None:
        reading = self.grid.reading(indicator, self.period)
        if reading is None:
            return None
        number, unit = show(reading.value), indicator.unit
        if indicator.unit == MONEY and reading.value is not None:
            number, unit = split_money(reading.value)
        return Tile(
            title=indicator.label,
            number=number,
            unit=unit,
            coverage=f"{coverage_text(reading.coverage)} đơn vị có số liệu",
            is_provisional=not reading.is_accepted,
            trend=self.trend(indicator),
            target=self.against_target(indicator),
            drawing=self.line(indicator),
            url=self.address("trend", indicator=indicator.code),
        )

    def trend(self, indicator: Indicator) -> Trend | None:
        before = self.period.previous
        if not self.grid.is_comparable(indicator, self.period, before):
            return None
        now, earlier = (self.grid.reading(indicator, quarter) for quarter in (self.period, before))
        return change(now.value, earlier.value, indicator.unit, "quý trước")

    def against_target(self, indicator: Indicator) -> str:
        """The target and how far it is; a flow is measured by the year so far."""
        target, is_flow = self.grid.targets.get(indicator.code), indicator.nature == Indicator.Nature.FLOW
        if target is None:
            return ""
        reading = self.grid.reading(indicator, self.period)
        value = self.grid.to_date.get(indicator.code) if is_flow else reading.value
        words = f"mục tiêu {'cả năm ' if is_flow else ''}{write_value(target, indicator)}"
        if value is None:
            return words
        so_far = f"từ đầu năm {write_value(value, indicator)}, " if is_flow else ""
        lower = indicator.better == Indicator.Better.LOWER
        gap = value - target if lower else target - value
        if gap <= 0:
            return f"{so_far}đạt {words}"
        missing = int(gap) if gap == int(gap) else gap
        return f"{so_far}{words}, {'vượt' if lower else 'còn thiếu'} {show_difference(missing, indicator.unit)}"

    def line(self, indicator: Indicator) -> SafeString | None:
        readings = [self.grid.reading(indicator, each.quarter) for each in self.grid.quarters]
        target = None if indicator.nature == Indicator.Nature.FLOW else self.grid.targets.get(indicator.code)
        first, last = self.grid.quarters[0].quarter, self.period
        return sparkline(
            title=f"{indicator.label}, {first.label} đến {last.label}",
            values=[reading.value if reading else None for reading in readings],
            target=target,
        )

    @cached_property
    def ranking(self) -> Chart | None:
        code = default_indicator(self.grid.indicators or self.catalogue, FAVOURITE)
        indicator = next((each for each in self.grid.indicators if each.code == code), None)
        return ranking_chart(self.grid, indicator, self.grid.direct_units) if indicator else None

    @property
    def ranking_url(self) -> str:
        return self.address("ranking")

    @property
    def heat_rows(self) -> list[tuple[Contact | None, tuple[str, ...]]]:
        """The rows of the heat map's table, each with whom to phone."""
        contacts = [self.contacts.get(unit.label.code) for unit in self.heat_units]
        return list(zip(contacts, self.heat.rows, strict=True))

    @cached_property
    def heat_units(self) -> list[GridUnit]:
        quarters = self.grid.quarters[-HEAT_QUARTERS:]
        units = self.grid.direct_units
        return [unit for unit in units if any(unit.label.code in each.handed_in for each in quarters)]

    @cached_property
    def heat(self) -> Chart | None:
        """Who handed in, quarter by quarter; None without units below."""
        quarters = self.grid.quarters[-HEAT_QUARTERS:]
        rows = [
            HeatRow(
                unit.label.short_name,
                tuple(heat_cell(each.handed_in.get(unit.label.code)) for each in quarters),
                self.link(unit.label.code),
            )
            for unit in self.heat_units
        ]
        if not rows:
            return None
        done = self.grid.completeness
        return heat_map(
            title=f"{cap(self.period.label)}: {done.submitted}/{done.expected} đơn vị đã nộp báo cáo",
            columns=[(ROMAN[each.quarter.number - 1], str(each.quarter.year)) for each in quarters],
            rows=rows,
            marks=MARKS,
        )

    @cached_property
    def silent(self) -> list[SilentUnit]:
        """The units directly below that have not handed in the quarter, with the telephone."""
        found = []
        for unit in self.grid.direct_units:
            code, handed = unit.label.code, self.focus.handed_in.get(unit.label.code)
            if handed and handed.state in (Report.Status.DRAFT, Report.Status.RETURNED, OVERDUE):
                done = f"{handed.handed_in}/{handed.expected}" if handed.expected > 1 else ""
                contact = self.contacts.get(code)
                found.append(SilentUnit(unit.label.short_name, self.link(code), str(handed.state), done, contact))
        return found


def heat_cell(handed: HandedIn | None) -> HeatCell | None:
    if handed is None:
        return None
    if handed.expected == 1:
        return HeatCell(str(handed.state))
    share = handed.handed_in / handed.expected
    return HeatCell(str(handed.state), f"{handed.handed_in}/{handed.expected}", share)
