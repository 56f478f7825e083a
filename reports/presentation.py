"""A summary as the page shows it: tiles, charts and tables made of texts; it reads the summary and nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from core.charts import Chart, bar_ranking
from core.documents import contained
from core.money import money_short
from core.numbers import decimal_to_text, number_to_text
from reports.builders.sentences import sections
from reports.builders.summary import NO_DATA, FigureLine, QuarterlySummary, UnitLabel, UnitValue, Value
from reports.names import Names
from reports.rollup import Coverage

TILES = [
    "members.total",
    "learning_models.family.registered_rate",
    "funds.raised",
    "activities.training.learners",
]
CHARTS = [
    "members.population_rate",
    "learning_models.family.registered_rate",
    "learning_models.clan.registered_rate",
    "learning_models.community.registered_rate",
    "learning_models.unit.registered_rate",
    "learning_models.commune.registered_rate",
]
MONEY = "đồng"


def show(value: Value, unit: str = "") -> str:
    """A value as people write it; rates with their sign, None as an empty text."""
    if value is None:
        return ""
    if isinstance(value, int):
        return number_to_text(value)
    return decimal_to_text(value) + ("%" if unit == "%" else "")


@dataclass(frozen=True)
class Trend:
    """The difference to an earlier value: direction up, down or same, and the words."""

    direction: str
    words: str


def trend(line: FigureLine, earlier: Value, against: str) -> Trend | None:
    """None when either value is unknown or they cover different units."""
    return change(line.value, earlier, line.unit, against) if line.is_comparable else None


def change(value: Value, earlier: Value, unit: str, against: str) -> Trend | None:
    """From the earlier value of the same units to the later; None when either is unknown."""
    if value is None or earlier is None:
        return None
    if value == earlier:
        return Trend("same", f"không đổi so với {against}")
    direction, word = ("up", "tăng") if value > earlier else ("down", "giảm")
    return Trend(direction, f"{word} {show_difference(abs(value - earlier), unit)} so với {against}")


def show_difference(difference: Value, unit: str) -> str:
    if unit == MONEY and isinstance(difference, int):
        return money_short(difference)
    return show(difference) + (" điểm %" if unit == "%" else "")


@dataclass(frozen=True)
class Tile:
    """A headline figure with how complete it is and how it moved."""

    title: str
    number: str
    unit: str
    coverage: str
    trend: Trend | None
    target: str


@dataclass(frozen=True)
class Cell:
    """A table cell; ``state`` is empty, missing (not reported), no_data (said to have none) or not_asked."""

    text: str
    state: str
    column: str
    url: str = ""


@dataclass(frozen=True)
class Row:
    """One indicator over the units."""

    line: FigureLine
    total: str
    previous: str
    coverage: str
    is_covered: bool
    cells: tuple[Cell, ...]
    url: str = ""


@dataclass(frozen=True)
class Group:
    """The indicators of a group over the same columns of units."""

    name: str
    anchor: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class SummaryPage:
    """What the summary's template reads; with a person, figures lead to the names behind them."""

    def __init__(self, summary: QuarterlySummary, user=None):
        self.summary = contained(summary)
        self.user = user
        self.against = "kỳ trước" if summary.period.is_span else "quý trước"
        self.lines = self.summary.by_code

    @cached_property
    def tiles(self) -> list[Tile]:
        return [self.tile(self.lines[code]) for code in TILES if code in self.lines]

    def tile(self, line: FigureLine) -> Tile:
        is_money = line.unit == MONEY and not line.is_rate
        number, unit = show(line.value), line.unit
        if is_money and line.value is not None:
            number, unit = split_money(line.value)
        target = f"mục tiêu {show(line.target, line.unit)}" if line.target is not None else ""
        covered = f"{line.coverage.with_data}/{line.coverage.expected} đơn vị có số liệu"
        return Tile(line.label, number, unit, covered, trend(line, line.previous, self.against), target)

    @cached_property
    def units(self) -> list[UnitLabel]:
        """The units directly below, in the tree's order."""
        widest = max(self.summary.figures, key=lambda line: len(line.units_below), default=None)
        return [value.unit for value in widest.units_below] if widest else []

    @cached_property
    def groups(self) -> list[Group]:
        """Tables by group; the own line is the last column where any line of the group has one."""
        return [self.group(number, name, lines) for number, (name, lines) in enumerate(self.summary.groups, start=1)]

    def group(self, number: int, name: str, lines: list[FigureLine]) -> Group:
        own = bool(self.units) and any(line.own_line for line in lines)
        columns = (*(unit.short_name for unit in self.units), *(["Phần trực tiếp"] if own else []))
        rows = tuple(self.row(line, columns, own=own) for line in lines)
        return Group(name, f"nhom-{number}", columns, rows)

    def row(self, line: FigureLine, columns: tuple[str, ...], *, own: bool) -> Row:
        found = {value.unit.code: value for value in line.units_below}
        cells = [self.linked(cell(found.get(unit.code), line, unit.short_name), line, unit.code) for unit in self.units]
        here = self.summary.organization.code
        if own:
            cells.append(self.linked(cell(line.own_line, line, columns[-1]), line, here, own=True))
        total, covered = show(line.value, line.unit), coverage_text(line.coverage)
        url = self.names.url(line.indicator, here) if self.names and total else ""
        return Row(line, total, previous_text(line), covered, line.coverage.is_complete, tuple(cells), url)

    @cached_property
    def names(self) -> Names | None:
        codes = [self.summary.organization.code, *(unit.code for unit in self.units)]
        summary = self.summary
        return Names(self.user, codes, summary.quarters[-1], is_span=summary.period.is_span) if self.user else None

    @property
    def has_names(self) -> bool:
        """Whether any figure of the page leads to names."""
        return any(row.url or any(cell.url for cell in row.cells) for group in self.groups for row in group.rows)

    def linked(self, cell: Cell, line: FigureLine, code: str, *, own: bool = False) -> Cell:
        url = self.names.url(line.indicator, code, own=own) if self.names and cell.text else ""
        return replace(cell, url=url) if url else cell

    @cached_property
    def charts(self) -> list[Chart]:
        """Rankings of the units directly below; none for a unit without units below."""
        return [self.chart(self.lines[code]) for code in CHARTS if code in self.summary.ranking]

    def chart(self, line: FigureLine) -> Chart:
        asked = [value for value in line.units_below if value.is_asked]
        best = self.summary.ranking[line.indicator].best
        missing = [value.unit.short_name for value in asked if value.value is None]
        return bar_ranking(
            title=ranking_message(line.label, f"{best.unit.short_name} dẫn đầu", missing),
            items=[(value.unit.short_name, value.value) for value in asked],
            unit=line.unit,
            target=line.target,
            label_format=lambda value: show(value, line.unit),
        )

    @cached_property
    def extremes(self) -> list[dict]:
        """Best and worst unit of every rate, as texts."""
        return [
            {
                "label": self.lines[code].label,
                "best": extreme(found.best, self.lines[code].unit),
                "worst": extreme(found.worst, self.lines[code].unit),
            }
            for code, found in self.summary.ranking.items()
            if found.best.unit != found.worst.unit
        ]

    @cached_property
    def silent_units(self) -> list[str]:
        """The units directly below that have not a single figure."""
        return [unit.short_name for unit in self.units if has_no_figures(unit, self.summary.figures)]

    @cached_property
    def without_figures(self) -> list[dict]:
        """Per group the further units directly below that are asked and have no figure in it."""
        found = []
        for name, lines in self.summary.groups:
            empty = [unit.short_name for unit in self.units if has_no_figures(unit, lines)]
            if further := [unit for unit in empty if unit not in self.silent_units]:
                found.append({"group": name, "units": further})
        return found

    @cached_property
    def sections(self):
        return sections(self.summary)


def ranking_message(label: str, message: str, missing: list[str]) -> str:
    """ "Hội viên: Mộc Châu dẫn đầu, Quỳnh Nhai chưa có số liệu"."""
    without = missing[0] if len(missing) == 1 else f"{len(missing)} đơn vị"
    return f"{label}: {message}, {without} chưa có số liệu" if missing else f"{label}: {message}"


def extreme(value: UnitValue, unit: str) -> str:
    """ "Huyện Mộc Châu (84,7%)"."""
    return f"{value.unit.short_name} ({show(value.value, unit)}{'' if unit == '%' else f' {unit}'})"


def previous_text(line: FigureLine) -> str:
    """The value before; with its coverage where that was another one, because then the two do not compare."""
    text, before = show(line.previous, line.unit), line.previous_coverage
    if not text or before is None or line.is_comparable:
        return text
    return f"{text} ({before.with_data}/{before.expected})"


def has_no_figures(unit: UnitLabel, lines: Iterable[FigureLine]) -> bool:
    """Whether the unit is asked for any of the counts and has none; areas and rates follow from others."""
    counts = (line for line in lines if not line.is_rate and not line.area_years)
    asked = [value for line in counts for value in line.units_below if value.unit == unit and value.is_asked]
    return bool(asked) and all(value.value is None for value in asked)


def cell(value: UnitValue | None, line: FigureLine, column: str) -> Cell:
    if value is None or (value.value is None and not value.is_asked):
        return Cell("", "not_asked", column)
    if value.value is None:
        state = "no_data" if value.source == NO_DATA else "missing"
        return Cell("", state, column)
    return Cell(show(value.value, line.unit), "", column)


def coverage_text(coverage: Coverage) -> str:
    """ "11/12", "11/12 (3 chưa đủ)"."""
    text = f"{coverage.with_data}/{coverage.expected}"
    return f"{text} ({coverage.partial} chưa đủ)" if coverage.partial else text


def split_money(amount: int) -> tuple[str, str]:
    """ "6,6 tỷ đồng" as number and unit: ("6,6", "tỷ đồng")."""
    number, _, unit = money_short(amount).partition(" ")
    return number, unit
