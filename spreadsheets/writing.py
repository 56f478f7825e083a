"""XLSX files that are given to people: a template to fill in, and the refused rows with their reasons.

Texts are written as texts: what begins with "=" never becomes a formula, nor a link.
"""

import io
import math
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO

import xlsxwriter

from core.documents import write_text
from core.sheets import Cell, Sheet, is_empty
from spreadsheets.checking import EXPLANATIONS
from spreadsheets.headings import below_titles
from spreadsheets.reading import read_table

PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
REASON_HEADING = "Lý do không nhận"
TEXT_ROWS = 1000


def template_workbook(kind: type[Sheet], rows: Sequence[Mapping[str, str]] = ()) -> bytes:
    """The headings of a kind and ``rows`` of texts by column to begin with; a second sheet explains each column."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, PLAIN) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet("Nhập liệu")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(kind.columns):
            # Excel must not turn codes into numbers or dates: text columns from the start.
            sheet.set_column(place, place, 22, text)
            sheet.write_string(0, place, column.heading + ("*" if column.required else ""), bold)
            for line, row in enumerate(rows, start=1):
                write_text(sheet, line, place, row.get(column.code, ""), text)
        guide = workbook.add_worksheet(EXPLANATIONS)
        guide.set_column(0, 1, 26, wrap)
        guide.set_column(2, 2, 80, wrap)
        guide.write_row(0, 0, ["Cột", "Mã cột", "Cách điền"], bold)
        for line, column in enumerate(kind.columns, start=1):
            must = "Bắt buộc. " if column.required else ""
            guide.write_row(line, 0, [column.heading, column.code, f"{must}{column.hint}"])
    return output.getvalue()


@contextmanager
def refused_workbook(
    file, name: str, reasons: Iterable[tuple[int, str]], kind: type[Sheet] | None = None
) -> Iterator[IO[bytes]]:
    """An open workbook of the refused rows as they stood in the file, and why each was refused.

    ``reasons`` are (line, text) in the order of the file; neither is ever held in memory as a whole. Titles above the
    headings of the ``kind`` are left out.
    """
    table, refused = read_table(file, name), iter(reasons)
    table = below_titles(table, kind) if kind else table
    wanted, reason = next(refused, (0, ""))
    with tempfile.TemporaryFile() as output:
        with xlsxwriter.Workbook(output, PLAIN | {"in_memory": False, "constant_memory": True}) as workbook:
            formats = {"day": workbook.add_format({"num_format": "dd/mm/yyyy"}), "text": workbook.add_format()}
            sheet = workbook.add_worksheet("Dòng bị từ chối")
            width, place = len(table.headings), 0
            write_cells(sheet, 0, [*table.headings, REASON_HEADING], formats)
            for line, cells in table.rows:
                if line == wanted:
                    place += 1
                    padded = [*cells[:width], *[None] * (width - len(cells))]
                    write_cells(sheet, place, [*padded, f"Dòng {line}: {reason}"], formats)
                    wanted, reason = next(refused, (0, ""))
                    if not wanted:
                        break
        output.seek(0)
        yield output


def write_cells(sheet, row: int, cells: list[Cell], formats: dict) -> None:
    for place, cell in enumerate(cells):
        if is_empty(cell):
            continue
        if isinstance(cell, datetime | date):
            sheet.write_datetime(row, place, cell, formats["day"])
        elif isinstance(cell, bool):
            sheet.write_boolean(row, place, cell)
        elif isinstance(cell, float | int) and math.isfinite(cell):
            sheet.write_number(row, place, cell)
        else:
            write_text(sheet, row, place, str(cell), formats["text"])
