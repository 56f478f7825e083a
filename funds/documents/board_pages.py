"""Where the names of a golden board stand: how large, in one column or two, on which page.

Few names are large and stand in one column, many in two. Title and signature always stand beside names.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.documents import text_width

Row = tuple[str, str, str]
Columns = tuple[tuple[Row, ...], ...]

# Millimetres between the margins of an A4 across, and between two columns.
INNER, GAP = 245, 10
MM_PER_POINT = 25.4 / 72
# Of the size of the letters: the width of a place, and of a sum.
PLACE, SUM = 2.6, 8
PADDING = 4


@dataclass(frozen=True)
class Setting:
    """Letters of so many points; lines that a column holds between title and signature."""

    size: int
    columns: int
    lines: int

    @property
    def width(self) -> float:
        """Millimetres of a column."""
        return (INNER - GAP) / 2 if self.columns == 2 else INNER * 0.86

    def lines_of(self, row: Row) -> int:
        letters = self.size * MM_PER_POINT
        room = self.width - letters * (PLACE + SUM) - PADDING
        # Words do not break: a line is seldom full.
        return math.ceil(text_width(row[1], self.size, bold=True) * 1.05 / room) or 1


SETTINGS = (Setting(20, 1, 6), Setting(16, 1, 8), Setting(14, 2, 9), Setting(12, 2, 10))
# Lines of the smallest setting: beside the title, alone, beside the signature.
FIRST, MIDDLE, LAST = 16, 24, 18


@dataclass(frozen=True)
class Layout:
    size: int
    columns: int
    pages: tuple[Columns, ...]


def lay_out(rows: Sequence[Row]) -> Layout:
    """Every row once, in its order: down a column, then the next."""
    rows = tuple(rows)
    for setting in SETTINGS:
        page = halves(rows, setting)
        if max(lines_in(column, setting) for column in page) <= setting.lines:
            return Layout(setting.size, setting.columns, (page,))
    pages, rest = [], rows
    while rest:
        page, left = fill(rest, MIDDLE if pages else FIRST, setting)
        if not left:
            if pages and fits(rest, LAST, setting):
                page = halves(rest, setting)
            else:
                # Something is left to stand beside the signature.
                page, left = fill(rest, LAST if pages else setting.lines, setting)
        pages.append(page)
        rest = left
    return Layout(setting.size, setting.columns, tuple(pages))


def lines_in(rows: Sequence[Row], setting: Setting) -> int:
    return sum(setting.lines_of(row) for row in rows)


def fits(rows: tuple[Row, ...], lines: int, setting: Setting) -> bool:
    return max(lines_in(column, setting) for column in halves(rows, setting)) <= lines


def halves(rows: tuple[Row, ...], setting: Setting) -> Columns:
    """As long as each other."""
    if setting.columns == 1:
        return (rows,)
    half, lines = lines_in(rows, setting) / 2, 0
    for place, row in enumerate(rows):
        if lines >= half:
            return rows[:place], rows[place:]
        lines += setting.lines_of(row)
    return (rows, ())


def fill(rows: tuple[Row, ...], lines: int, setting: Setting) -> tuple[Columns, tuple[Row, ...]]:
    """(the columns of a page that holds so many lines, what is left)."""
    columns = []
    for _ in range(setting.columns):
        number = count_fitting(rows, lines, setting)
        columns.append(rows[:number])
        rows = rows[number:]
    return tuple(columns), rows


def count_fitting(rows: tuple[Row, ...], lines: int, setting: Setting) -> int:
    """At least one, however long."""
    taken = 0
    for place, row in enumerate(rows):
        taken += setting.lines_of(row)
        if taken > lines and place:
            return place
    return len(rows)
