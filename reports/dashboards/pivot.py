"""Units × indicators × quarters, in tables by one of the three."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from core.vietnamese import date_to_text
from reports.builders.dashboard import Grid, GridQuarter
from reports.builders.wording import cap
from reports.dashboards.forms import BY_INDICATOR, BY_QUARTER, FAVOURITE, PivotForm
from reports.dashboards.page import Cell, Page, as_of, cell_of, short_label
from reports.dashboards.trend import UnitChoice
from reports.models import Indicator

DEFAULT_INDICATORS = ("members.total", "members.population_rate", FAVOURITE)
MOST_INDICATORS, MOST_CELLS = 20, 600


@dataclass(frozen=True)
class PivotColumn:
    """A head of two lines; ``note`` says of when a quarter's figures are."""

    name: str
    note: str = ""


@dataclass(frozen=True)
class PivotRow:
    name: str
    is_total: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PivotTable:
    title: str
    heading: str
    columns: tuple[PivotColumn, ...]
    rows: tuple[PivotRow, ...]


@dataclass(frozen=True)
class IndicatorGroup:
    name: str
    indicators: list[UnitChoice]
    number: int


class PivotPage(Page):
    name = "pivot"
    form_class = PivotForm

    @cached_property
    def indicators(self) -> list[Indicator]:
        wanted = self.data.getlist("indicators")
        found = [indicator for indicator in self.catalogue if indicator.code in wanted][:MOST_INDICATORS]
        usual = [indicator for indicator in self.catalogue if indicator.code in DEFAULT_INDICATORS]
        return found or usual or self.catalogue[:3]

    @cached_property
    def grid(self) -> Grid:
        return self.build(self.form.span, self.indicators, targets=False)

    @cached_property
    def names(self) -> dict[str, str]:
        """The unit itself and those directly below, by code."""
        below = {unit.label.code: unit.label.short_name for unit in self.grid.direct_units}
        return {self.grid.top.code: self.grid.top.short_name} | below

    @cached_property
    def chosen(self) -> list[str]:
        """The codes of the address that are known, else all."""
        wanted = self.data.getlist("units")
        return [code for code in self.names if code in wanted] or list(self.names)

    @cached_property
    def units(self) -> list[UnitChoice]:
        return [UnitChoice(code, name, code in self.chosen) for code, name in self.names.items()]

    @cached_property
    def groups(self) -> list[IndicatorGroup]:
        """The catalogue to choose from."""
        groups: dict[str, list[UnitChoice]] = {}
        for each in self.catalogue:
            groups.setdefault(each.group, []).append(UnitChoice(each.code, each.label, each in self.indicators))
        return [
            IndicatorGroup(name, choices, sum(choice.is_chosen for choice in choices))
            for name, choices in groups.items()
        ]

    @cached_property
    def tables(self) -> list[PivotTable]:
        """All that have rows: the page shows the first ones, the file every one."""
        layout = self.form.chosen("layout")
        if layout == BY_INDICATOR:
            tables = [self.table_of_indicator(indicator) for indicator in self.indicators]
        elif layout == BY_QUARTER:
            tables = [self.table_of_quarter(each) for each in self.grid.quarters[::-1]]
        else:
            tables = [self.table_of_unit(code) for code in self.chosen]
        return [table for table in tables if table.rows]

    @cached_property
    def quarter_columns(self) -> tuple[PivotColumn, ...]:
        return tuple(PivotColumn(short_label(each.quarter), state_of(each)) for each in self.grid.quarters)

    def table_of_indicator(self, indicator: Indicator) -> PivotTable:
        quarters = [each.quarter for each in self.grid.quarters]
        rows = [self.row(self.names[code], code, [(indicator, each) for each in quarters]) for code in self.chosen]
        return PivotTable(titled(indicator), "Đơn vị", self.quarter_columns, asked(rows))

    def table_of_quarter(self, each) -> PivotTable:
        columns = tuple(PivotColumn(titled(indicator)) for indicator in self.indicators)
        pairs = [(indicator, each.quarter) for indicator in self.indicators]
        rows = [self.row(self.names[code], code, pairs) for code in self.chosen]
        title = f"{cap(each.quarter.label)} ({as_of(each, self.grid)})"
        return PivotTable(title, "Đơn vị", columns, asked(rows))

    def table_of_unit(self, code: str) -> PivotTable:
        rows = [
            self.row(titled(indicator), code, [(indicator, each.quarter) for each in self.grid.quarters], whole=False)
            for indicator in self.indicators
        ]
        return PivotTable(self.names[code], "Chỉ tiêu", self.quarter_columns, asked(rows))

    def row(self, name: str, code: str, pairs, *, whole: bool = True) -> PivotRow:
        cells = [cell_of(self.grid.reading(indicator, quarter, code), indicator) for indicator, quarter in pairs]
        return PivotRow(name, whole and code == self.grid.top.code, tuple(cells))

    @cached_property
    def shown(self) -> list[PivotTable]:
        """As many tables as a page can hold, at least the first."""
        found, cells = [], 0
        for table in self.tables:
            cells += len(table.rows) * len(table.columns)
            if found and cells > MOST_CELLS:
                break
            found.append(table)
        return found

    @property
    def hidden(self) -> int:
        return len(self.tables) - len(self.shown)


def asked(rows: list[PivotRow]) -> tuple[PivotRow, ...]:
    """Without the rows in which nothing is asked at all."""
    return tuple(row for row in rows if any(cell.state != "not_asked" for cell in row.cells))


def state_of(quarter: GridQuarter) -> str:
    """Short enough for the head of a column."""
    if quarter.is_provisional:
        return "tạm tính"
    return f"đã duyệt {date_to_text(timezone.localtime(quarter.accepted_at).date())}"


def titled(indicator: Indicator) -> str:
    return f"{indicator.label} ({indicator.unit})"
