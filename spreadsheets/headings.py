"""Where the headings of a list stand: offices write the name of the list, the year, the unit above them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, islice

from django.core.exceptions import ValidationError

from core.sheets import Cell, Sheet, is_empty, match_headings, plain
from spreadsheets.mappings import suggest_columns
from spreadsheets.reading import ONLY_HEADINGS, Table

# How many rows may stand above the headings, and how many cells a row of a title has: the unit left, the motto right.
TITLES, TITLE_CELLS = 15, 2
RESEMBLING = 2


def below_titles(table: Table, kind: type[Sheet]) -> Table:
    """The same table from its headings on; as it is when its first rows hold none that fit better.

    Raises ValidationError when no row follows the headings.
    """
    rows = [(table.line, table.headings), *islice(table.rows, TITLES)]
    place = heading_place(kind, [cells for _, cells in rows])
    following = chain(rows[place + 1 :], table.rows)
    first = next(following, None)
    if first is None:
        raise ValidationError(ONLY_HEADINGS)
    line, headings = rows[place]
    return replace(table, line=line, headings=headings, rows=chain([first], following))


def heading_place(kind: type[Sheet], rows: Sequence[list[Cell]]) -> int:
    """The first row with every column that must be there; else, below mere titles, one that resembles headings."""
    for place, cells in enumerate(rows):
        if fits(kind, cells):
            return place
    below = next((place for place, cells in enumerate(rows) if filled(cells) > TITLE_CELLS), 0)
    headings = ["" if is_empty(cell) else plain(cell) for cell in rows[below]]
    return below if below and len(suggest_columns(kind, headings)) >= RESEMBLING else 0


def fits(kind: type[Sheet], cells: list[Cell]) -> bool:
    try:
        match_headings(kind.columns, cells)
    except ValidationError:
        return False
    return True


def filled(cells: list[Cell]) -> int:
    return sum(not is_empty(cell) for cell in cells)
