"""The sheets of figures in the Excel annex: indicators down, the whole and then the units across, rates as formulas."""

from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from core.documents import Book, fit_columns, lines_of, set_lines, set_widths, text_width, write_text
from core.numbers import number_to_text
from reports.builders.summary import FigureLine, QuarterlySummary, UnitValue, Value
from reports.builders.wording import Talk
from reports.documents.annex import NO_DATA_MARK, capitalized, cell, coverage
from reports.documents.frame import provisional
from reports.rollup import Pair

BORDER = {"border": 1, "border_color": "#7F7F7F"}
HEAD = {**BORDER, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7EDF5"}
PART = {"italic": True, "font_size": 10, "font_color": "#404040"}
PART_NAMES = ("Tử số", "Mẫu số")
HEAD_ROW, WHOLE_COLUMN, TITLE_HEIGHT, HEAD_LINES = 3, 2, 22, 3
LABEL_WIDTH, UNIT_WIDTH, COVERAGE_WIDTH, INDENT = 76, 25, 16, 3
NARROWEST, WIDEST, PADDING, POINTS = 15, 45, 4, 11


@dataclass(frozen=True)
class Entry:
    """A line's value in one column; no data is a mark where ``is_asked``, else blank. ``note`` is shown behind it."""

    value: Value
    pair: Pair | None = None
    is_asked: bool = True
    note: str = ""


BLANK = Entry(None, is_asked=False)


@dataclass(frozen=True)
class Column:
    head: str
    entries: tuple[Entry, ...]
    is_bold: bool = False


def shown_lines(lines: list[FigureLine]) -> list[FigureLine]:
    return [line for line in lines if line.is_asked or line.value is not None]


def total_columns(talk: Talk, lines: list[FigureLine]) -> list[Column]:
    """The whole, the year so far, the periods before, the target: always all, so that cells keep their places."""
    period = talk.summary.period
    whole = capitalized(talk.whole if talk.below else period.label)
    columns = [
        Column(whole, tuple(Entry(line.value, line.pair) for line in lines), is_bold=True),
        Column("Luỹ kế từ đầu năm", tuple(year_to_date(line) for line in lines)),
        Column(f"Kỳ trước: {period.previous.label}", tuple(previous(line) for line in lines)),
    ]
    if period.year_earlier != period.previous:
        earlier = tuple(Entry(line.year_earlier, line.year_earlier_pair) for line in lines)
        columns.append(Column(f"Cùng kỳ năm trước: {period.year_earlier.label}", earlier))
    targets = tuple(Entry(line.target, is_asked=False) for line in lines)
    return [*columns, Column(f"Mục tiêu năm {period.year}", targets)]


def year_to_date(line: FigureLine) -> Entry:
    return Entry(line.year_to_date) if line.nature == "flow" else BLANK


def previous(line: FigureLine) -> Entry:
    """With its coverage where that was another one, because then the two do not compare."""
    before = line.previous_coverage
    if line.previous is None or before is None or line.is_comparable:
        return Entry(line.previous, line.previous_pair)
    return Entry(line.previous, line.previous_pair, note=f" ({before.with_data}/{before.expected})")


def unit_columns(talk: Talk, lines: list[FigureLine]) -> list[Column]:
    """The units directly below in the tree's order, then the unit's own line."""
    if not talk.below:
        return []
    columns = [
        Column(unit.short_name, tuple(unit_entry(line.units_below[place]) for line in lines))
        for place, unit in enumerate(talk.below)
    ]
    if any(line.own_line for line in lines):
        head = f"Hội {talk.area}" if talk.has_area else talk.body
        columns.append(Column(f"{head} (trực tiếp)", tuple(unit_entry(line.own_line) for line in lines)))
    return columns


def unit_entry(value: UnitValue | None) -> Entry:
    return Entry(value.value, value.pair, value.is_asked) if value else BLANK


def number_format(line: FigureLine, value: Value, note: str = "") -> str:
    """Per cents with as many decimals as they have, in every language of Excel; ``note`` is shown behind the number."""
    if line.unit == "%":
        return f'General"%{note}"'
    decimals = "" if value is None or value == int(value) else ".##"
    return f"#,##0{decimals}" + (f'"{note}"' if note else "")


def plain_number(value: int | Decimal) -> int | float:
    return float(value) if isinstance(value, Decimal) else value


def write_titles(book: Book, sheet: Worksheet, title: str, summary: QuarterlySummary) -> None:
    """The rows above the heads: what the sheet shows, of whom and when, and whether it is provisional."""
    write_text(sheet, 0, 0, title, book.format(bold=True, font_size=13))
    write_text(sheet, 1, 0, f"{summary.organization.name}, {summary.period.label}", book.format())
    write_text(sheet, 2, 0, provisional(summary), book.format(bold=True, italic=True, valign="top"))
    sheet.set_row(HEAD_ROW - 1, TITLE_HEIGHT)


class FigureSheet:
    """One group of indicators; remembers where each line stands."""

    def __init__(self, book: Book, talk: Talk, title: str, group: str, lines: list[FigureLine]):
        self.book, self.talk, self.lines = book, talk, lines
        summary = talk.summary
        self.sheet: Worksheet = book.add_sheet(group, footer=f"{summary.organization.name}, {summary.period.label}")
        self.rows: dict[str, int] = {}
        self.totals, self.units = total_columns(talk, self.lines), unit_columns(talk, self.lines)
        self.write_heads(title)
        self.write_lines()
        self.lay_out()

    @property
    def covered(self) -> int:
        """The column of the coverage, behind the totals; units follow where there are any."""
        return WHOLE_COLUMN + len(self.totals)

    def columns(self):
        """The columns of numbers with their places."""
        yield from enumerate(self.totals, start=WHOLE_COLUMN)
        yield from enumerate(self.units, start=self.covered + 1)

    def link(self, line: FigureLine, column: Column) -> str:
        """The formula that shows, on another sheet, what stands here in one of the totals."""
        name = self.sheet.get_name().replace("'", "''")
        place = WHOLE_COLUMN + self.totals.index(column)
        return f"='{name}'!{xl_rowcol_to_cell(self.rows[line.indicator], place)}"

    def write_heads(self, title: str) -> None:
        write_titles(self.book, self.sheet, title, self.talk.summary)
        style = self.book.format(**HEAD)
        write_text(self.sheet, HEAD_ROW, 0, "Chỉ tiêu", style)
        write_text(self.sheet, HEAD_ROW, 1, "Đơn vị tính", style)
        if self.units:
            write_text(self.sheet, HEAD_ROW, self.covered, "Có số liệu", style)
        for place, column in self.columns():
            write_text(self.sheet, HEAD_ROW, place, column.head, style)

    def write_lines(self) -> None:
        row = HEAD_ROW + 1
        words = self.book.format(**BORDER, text_wrap=True)
        for number, line in enumerate(self.lines):
            self.rows[line.indicator] = row
            set_lines(self.sheet, row, max(lines_of(line.label, LABEL_WIDTH), lines_of(line.unit, UNIT_WIDTH)))
            write_text(self.sheet, row, 0, line.label, words)
            write_text(self.sheet, row, 1, line.unit, self.book.format(**BORDER, text_wrap=True, align="center"))
            if self.units:
                write_text(self.sheet, row, self.covered, coverage(line), self.book.format(**BORDER, align="center"))
            if line.is_rate:
                self.write_part_heads(row, line)
            for place, column in self.columns():
                self.write_entry(row, place, line, column.entries[number], bold=column.is_bold)
            row += 3 if line.is_rate else 1
        self.end = row

    def write_part_heads(self, row: int, line: FigureLine) -> None:
        """The two rows below a rate; they can be folded away."""
        names = self.talk.summary.by_code
        for below, name in enumerate(PART_NAMES, start=1):
            part = names.get(line.parts[below - 1]) if line.parts else None
            text, unit = (f"{name} ({part.label})", part.unit) if part else (name, "")
            lines = max(lines_of(text, LABEL_WIDTH - INDENT, 10), lines_of(unit, UNIT_WIDTH, 10))
            set_lines(self.sheet, row + below, lines, level=1)
            write_text(self.sheet, row + below, 0, text, self.book.format(**BORDER, **PART, indent=1, text_wrap=True))
            middle = self.book.format(**BORDER, **PART, align="center", text_wrap=True)
            write_text(self.sheet, row + below, 1, unit, middle)
            if self.units:
                write_text(self.sheet, row + below, self.covered, "", middle)

    def write_entry(self, row: int, place: int, line: FigureLine, entry: Entry, *, bold: bool) -> None:
        style = self.style(number_format(line, entry.value, entry.note), bold=bold)
        if not line.is_rate:
            self.write_number(row, place, entry.value, style, is_asked=entry.is_asked)
            return
        pair, part_style = entry.pair, self.style("#,##0", **PART)
        for below, part in enumerate((pair.numerator, pair.denominator) if pair else (None, None), start=1):
            self.write_number(row + below, place, part, part_style, is_asked=entry.is_asked)
        if entry.value is None or pair is None or pair.rate(line.scale) != entry.value:
            self.write_number(row, place, entry.value, style, is_asked=entry.is_asked)
            return
        over, under = (xl_rowcol_to_cell(row + below, place) for below in (1, 2))
        times = "" if line.scale == 1 else f"*{line.scale}"
        self.sheet.write_formula(row, place, f"=ROUND({over}{times}/{under},2)", style, plain_number(entry.value))

    def write_number(self, row: int, place: int, value: Value, style: Format, *, is_asked: bool) -> None:
        if value is not None:
            self.sheet.write_number(row, place, plain_number(value), style)
        else:
            write_text(self.sheet, row, place, NO_DATA_MARK if is_asked else "", style)

    def style(self, numbers: str, **more) -> Format:
        return self.book.format(**BORDER, num_format=numbers, align="right", **more)

    def lay_out(self) -> None:
        columns = [column_width(column, self.lines) for _, column in self.columns()]
        widths = [LABEL_WIDTH, UNIT_WIDTH, *columns]
        if self.units:
            widths.insert(self.covered, COVERAGE_WIDTH)
        set_widths(self.sheet, widths)
        heads = (lines_of(column.head, widths[place], bold=True) for place, column in self.columns())
        set_lines(self.sheet, HEAD_ROW, max(2, *heads))
        self.sheet.freeze_panes(HEAD_ROW + 1, WHOLE_COLUMN)
        self.sheet.outline_settings(symbols_below=False)
        self.sheet.repeat_rows(0, HEAD_ROW)
        self.sheet.print_area(0, 0, self.end - 1, len(widths) - 1)
        fit_columns(self.sheet, widths, repeated=WHOLE_COLUMN)


def column_width(column: Column, lines: list[FigureLine]) -> float:
    """Wide enough for the longest number and for the head on few lines."""
    texts = [text_width(word, POINTS, bold=True) for word in column.head.split()]
    for line, entry in zip(lines, column.entries, strict=True):
        texts.append(text_width(cell(line, entry.value) + entry.note, POINTS, bold=column.is_bold))
        if entry.pair:
            longest = max(entry.pair.numerator, entry.pair.denominator or 0)
            texts.append(text_width(number_to_text(longest), POINTS))
    needed = max(*texts, NARROWEST - PADDING) + PADDING
    while needed < WIDEST and lines_of(column.head, needed, POINTS, bold=True) > HEAD_LINES:
        needed += 1
    return min(needed, WIDEST)
