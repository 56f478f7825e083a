"""The annex of the report: all figures by unit in tables of texts that fit the paper, the same in Word and PDF."""

from dataclasses import dataclass, replace

from core.documents import Table, annex_width, text_width
from core.numbers import decimal_to_text, number_to_text
from reports.builders.summary import FigureLine, QuarterlySummary, UnitValue, Value
from reports.builders.wording import Talk, asked_units
from reports.documents.frame import provisional, reference

Columns = list[tuple[str, list[str]]]
NO_DATA_MARK = "–"
LABEL_WIDTHS, LABEL_ALONE = (52, 46, 40, 34), 105
NARROWEST_ALONE = 24
NARROWEST, WIDEST, PADDING = 10, 32, 2


@dataclass(frozen=True)
class Annex:
    """Titles and tables; ``is_wide`` where the pages lie across."""

    is_wide: bool
    label: str
    title: str
    reference: str
    provisional: str
    legend: str
    tables: tuple[tuple[str, Table], ...]


def annex(summary: QuarterlySummary) -> Annex:
    talk = Talk(summary)
    wide = bool(talk.below)
    return Annex(
        is_wide=wide,
        label="Phụ lục",
        title=f"SỐ LIỆU TỔNG HỢP {summary.period.label.upper()}",
        reference=reference(summary),
        provisional=provisional(summary),
        legend=legend(talk),
        tables=tuple(numbered_tables(talk, annex_width(landscape=wide))),
    )


def numbered_tables(talk: Talk, width: float):
    """ "Biểu 1. Tổ chức" with its table, "(tiếp theo)" where a group needs several."""
    number = 0
    for group, lines in talk.summary.groups:
        tables = group_tables(talk, lines, width)
        number += bool(tables)
        for part, table in enumerate(tables):
            yield f"Biểu {number}. {group}{' (tiếp theo)' if part else ''}", table


def legend(talk: Talk) -> str:
    """What the marks of the tables mean: only those that can occur."""
    texts = [f"Dấu “{NO_DATA_MARK}”: chưa có số liệu."]
    if talk.below:
        texts.append("Ô để trống: chỉ tiêu không hỏi đơn vị đó.")
        texts.append("Cột “Có số liệu”: số đơn vị trực tiếp bên dưới có số liệu trên số đơn vị được hỏi.")
        if any(line.coverage.partial for line in talk.summary.figures):
            texts.append("Dấu “*”: có đơn vị mới có số liệu một phần.")
    return " ".join(texts)


def group_tables(talk: Talk, lines: list[FigureLine], width: float) -> list[Table]:
    """The totals with the units directly below; where these are too many, several tables that repeat the indicators."""
    lines = [line for line in lines if line.is_asked or line.value is not None]
    if not lines:
        return []
    totals = total_columns(talk, lines)
    if not talk.below:
        widths = [max(column_width(column), NARROWEST_ALONE) for column in totals]
        table = table_of(lines, totals, min(LABEL_ALONE, width - sum(widths)))
        return [replace(table, widths=(table.widths[0], *widths))]
    units = unit_columns(talk, lines)
    levels = sum(unit.level != "affiliated" for unit in talk.below)
    # The widest labels that do not cost a table.
    return min((spread(lines, totals, units, levels, (label, width)) for label in LABEL_WIDTHS), key=len)


def spread(
    lines: list[FigureLine], totals: Columns, units: Columns, levels: int, widths: tuple[float, float]
) -> list[Table]:
    """Tables of the page's width: the first begins with the totals.

    Where the units of the levels (the first ``levels`` ones) fit into it and the others do not, these have a table
    of their own.
    """
    label, room = widths[0], widths[1] - widths[0]
    fits, rest = fitting(totals, units, room)
    if rest and len(fits) > levels:
        fits, rest = units[:levels], units[levels:]
    tables = [table_of(lines, [*totals, *fits], label)]
    while rest:
        fits, rest = fitting([], rest, room)
        tables.append(table_of(lines, fits, label, drop_blank=True))
    return [table for table in tables if table.rows]


def total_columns(talk: Talk, lines: list[FigureLine]) -> Columns:
    """The whole, the period before, the target where there is one, the coverage."""
    summary = talk.summary
    head = talk.whole.capitalize() if talk.below else capitalized(summary.period.label)
    columns = [(head, [cell(line, line.value) for line in lines])]
    if any(line.previous is not None for line in lines):
        columns.append((capitalized(summary.period.previous.label), [previous_cell(line) for line in lines]))
    if any(line.target is not None for line in lines):
        head = f"Mục tiêu năm {summary.period.year}"
        columns.append((head, ["" if line.target is None else cell(line, line.target) for line in lines]))
    if talk.below:
        columns.append(("Có số liệu", [coverage(line) for line in lines]))
    return columns


def unit_columns(talk: Talk, lines: list[FigureLine]) -> Columns:
    """The units directly below in the tree's order, then the unit's own line."""
    columns = []
    for place, unit in enumerate(talk.below):
        columns.append((unit.short_name, [unit_cell(line, line.units_below[place]) for line in lines]))
    if talk.below and any(line.own_line for line in lines):
        head = f"Hội {talk.area}" if talk.has_area else talk.body
        columns.append((f"{head} (trực tiếp)", [unit_cell(line, line.own_line) for line in lines]))
    return columns


def fitting(taken: Columns, rest: Columns, room: float) -> tuple[Columns, Columns]:
    """As many of ``rest`` as fit beside ``taken``, and what is left; one at least where nothing is taken."""
    used, number = sum(map(column_width, taken)), 0
    while number < len(rest) and (used + column_width(rest[number]) <= room or not (number or taken)):
        used += column_width(rest[number])
        number += 1
    return rest[:number], rest[number:]


def column_width(column: tuple[str, list[str]]) -> float:
    """Wide enough for the longest number and the longest word of the head."""
    head, texts = column
    words = [text_width(word, bold=True) for word in head.split()]
    needed = max([*words, *map(text_width, texts)], default=0) + PADDING
    return min(max(needed, NARROWEST), WIDEST)


def table_of(lines: list[FigureLine], columns: Columns, label_width: float, *, drop_blank: bool = False) -> Table:
    """One table; in a continued one, indicators that none of its units is asked for are left out."""
    rows = zip(map(indicator_label, lines), *(texts for _, texts in columns), strict=True)
    kept = tuple(row for row in rows if not drop_blank or any(row[1:]))
    return Table(("Chỉ tiêu", *(head for head, _ in columns)), kept, (label_width, *map(column_width, columns)))


def indicator_label(line: FigureLine) -> str:
    """The indicator with its unit; rates carry theirs in every cell."""
    return line.label if line.unit == "%" else f"{line.label} ({line.unit})"


def cell(line: FigureLine, value: Value) -> str:
    """A number as the tables print it."""
    if value is None:
        return NO_DATA_MARK
    if line.unit == "%":
        return f"{decimal_to_text(value)}%"
    return decimal_to_text(value) if line.is_rate or not isinstance(value, int) else number_to_text(value)


def unit_cell(line: FigureLine, value: UnitValue | None) -> str:
    """A unit's number; blank where it is not asked for the line."""
    if value is None or (value.value is None and not value.is_asked):
        return ""
    return cell(line, value.value)


def previous_cell(line: FigureLine) -> str:
    """The value before; with its coverage where that was another one, because then the two do not compare."""
    before = line.previous_coverage
    if line.previous is None or before is None or line.is_comparable:
        return cell(line, line.previous)
    return f"{cell(line, line.previous)} ({before.with_data}/{before.expected})"


def coverage(line: FigureLine) -> str:
    """ "11/12", with a star where some of these have data only in part; blank where nobody below is asked."""
    if not asked_units(line):
        return ""
    partial = "*" if line.coverage.partial else ""
    return f"{line.coverage.with_data}/{line.coverage.expected}{partial}"


def capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
