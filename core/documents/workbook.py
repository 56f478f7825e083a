"""Excel workbooks for the printer and for further calculation: A4 across, Times New Roman, texts literally.

A text is always written as a text: what begins with "=" never becomes a formula, nor a link. Columns are measured in
millimetres, so that what fits on the paper can be reckoned beforehand: `fit_columns`.
"""

import re
from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.documents.content import A4_LONG, RIGHT, TURNS, clean, text_width

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 11, "font_scheme": "none"},
}
POINTS = 11
LONGEST_TEXT, LONGEST_NAME, LONGEST_PROPERTY, LONGEST_FOOTER = 32_767, 31, 255, 110
PIXELS_PER_MM = 96 / 25.4
INCHES_PER_MM = 1 / 25.4
# Excel keeps a name of its own, and no row is higher than 409 points.
RESERVED_NAMES = {"history"}
LINE_HEIGHT, MOST_LINES, HIGHEST_ROW = 15, 25, 409
CELL_PADDING = 2
# `text_width` is measured by digits; words are narrower (Liberation Serif: 0.91 to 0.96 of it).
LETTERS = 0.96
# Printers differ in how wide a column comes out.
PRINT_SLACK = 0.05
PRINT_SCALES, SMALLEST_SCALE = (80, 75, 70, 65, 60), 55
MARGIN = RIGHT
PAGE_WIDTH = A4_LONG - 2 * MARGIN


class Book:
    """A workbook that is written into memory; formats are made once each."""

    def __init__(self, *, title: str, author: str):
        self.output = BytesIO()
        self.workbook = Workbook(self.output, OPTIONS)
        self.workbook.set_properties(
            {"title": clean(title)[:LONGEST_PROPERTY], "author": clean(author)[:LONGEST_PROPERTY]}
        )
        self.formats: dict[tuple, Format] = {}
        self.names: set[str] = set(RESERVED_NAMES)

    def format(self, **properties) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format({"valign": "vcenter", **properties})
        return self.formats[key]

    def add_sheet(self, name: str, *, footer: str) -> Worksheet:
        """A sheet of A4 across with page numbers; its ``name`` is shortened and numbered where Excel demands it."""
        sheet = self.workbook.add_worksheet(sheet_name(name, self.names))
        self.names.add(sheet.get_name().casefold())
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.center_horizontally()
        sheet.set_margins(*[MARGIN * INCHES_PER_MM] * 4)
        sheet.set_footer(f"&L&10 {footer_text(footer)}&R&10 Trang &P/&N", {"margin": MARGIN / 2 * INCHES_PER_MM})
        sheet.hide_gridlines(2)
        return sheet

    def to_bytes(self) -> bytes:
        self.workbook.close()
        return self.output.getvalue()


def sheet_name(text: str, taken: set[str]) -> str:
    """A name that Excel takes and that none of ``taken`` (casefolded) equals: " (2)" is added where needed."""
    name = re.sub(r"[\[\]:*?/\\]", " ", clean(text))
    name = " ".join("".join(char for char in name if char not in TURNS and char not in TURNS.values()).split())
    number, ending = 1, ""
    while True:
        whole = (shortened(name, LONGEST_NAME - len(ending)).strip("' ") or "Trang") + ending
        if whole.casefold() not in taken:
            return whole
        number += 1
        ending = f" ({number})"


def shortened(text: str, units: int) -> str:
    """The beginning of a text, as long as Excel counts: some characters are two units."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore")


def footer_text(text: str) -> str:
    """ "&" begins a command in headers and footers."""
    return shortened(clean(text), LONGEST_FOOTER).replace("&", "&&")


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """The text itself, whatever it begins with; an empty one as a blank cell."""
    text = shortened(clean(text), LONGEST_TEXT)
    if not text:
        sheet.write_blank(row, column, None, style)
    elif text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter would take this for XML of its own; in two runs it is escaped.
        sheet.write_rich_string(row, column, text[:1], style, text[1:], style)
    else:
        sheet.write_string(row, column, text, style)


def write_row(
    sheet: Worksheet, row: int, cells: Sequence[str | int], styles: Sequence[Format], widths: Sequence[float]
) -> None:
    """Texts and numbers from the first column on, in a row as high as its texts need."""
    for column, (value, style) in enumerate(zip(cells, styles, strict=True)):
        if isinstance(value, str):
            write_text(sheet, row, column, value, style)
        else:
            sheet.write_number(row, column, value, style)
    texts = zip(cells, styles, widths, strict=True)
    set_lines(sheet, row, max(lines_of(str(text), width, bold=style.bold) for text, style, width in texts))


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Column widths in millimetres."""
    for column, width in enumerate(widths):
        sheet.set_column_pixels(column, column, round(width * PIXELS_PER_MM))


def write_paragraph(sheet: Worksheet, row: int, text: str, style: Format, *, columns: int, width: float) -> int:
    """A text over joined cells of ``width`` millimetres, in several rows where one would be too high; the next row."""
    for part in parts_of(clean(text), width):
        set_lines(sheet, row, lines_of(part, width, bold=style.bold))
        if columns > 1:
            sheet.merge_range(row, 0, row, columns - 1, "", style)
        write_text(sheet, row, 0, part, style)
        row += 1
    return row


def parts_of(text: str, width: float) -> list[str]:
    """The text cut after spaces, or anywhere where there is none, into parts that a row can show."""
    parts, start = [], 0
    longest = int(MOST_LINES * (width - CELL_PADDING) / text_width("m", POINTS))
    while len(text) - start > longest:
        cut = text.rfind(" ", start + 1, start + longest) + 1 or start + longest
        parts.append(text[start:cut])
        start = cut
    return [*parts, text[start:]]


def lines_of(text: str, width: float, points: float = POINTS, *, bold: bool = False) -> int:
    """How many lines a text takes where words move to the next one and only too long ones are broken."""
    room, used, lines = width - CELL_PADDING, 0.0, 1
    space = text_width(" ", points)
    for word in text.split():
        needed = text_width(word, points, bold=bold) * LETTERS
        if used and used + space + needed > room:
            lines, used = lines + 1, 0.0
        used += needed + (space if used else 0)
        if used > room:
            lines, used = lines + int(used // room), used % room
    return lines


def set_lines(sheet: Worksheet, row: int, lines: int, **options) -> None:
    """The height of a row: viewers differ in whether they make room for wrapped texts themselves."""
    height = min(LINE_HEIGHT * lines, HIGHEST_ROW) if lines > 1 else None
    if height or options:
        sheet.set_row(row, height, None, options)


def fit_columns(sheet: Worksheet, widths: Sequence[float], *, repeated: int) -> None:
    """One page wide where that can be read, else several that repeat the first columns.

    The scale is the largest that costs no page; the columns are spread evenly.
    """
    if sum(widths) * SMALLEST_SCALE <= PAGE_WIDTH * 100:
        sheet.fit_to_pages(1, 0)
        return
    widths = [width * (1 + PRINT_SLACK) for width in widths]
    sheet.repeat_columns(0, repeated - 1)
    breaks = {scale: page_breaks(widths, repeated, PAGE_WIDTH * 100 / scale) for scale in PRINT_SCALES}
    scale = min(PRINT_SCALES, key=lambda scale: len(breaks[scale]))
    sheet.set_print_scale(scale)
    room = PAGE_WIDTH * 100 / scale
    rooms = (room * share / 100 for share in range(50, 100, 5))
    even = (page_breaks(widths, repeated, smaller) for smaller in rooms)
    sheet.set_v_pagebreaks(next((found for found in even if len(found) == len(breaks[scale])), breaks[scale]))


def page_breaks(widths: Sequence[float], repeated: int, room: float) -> list[int]:
    """Before which columns a new page begins; the first ``repeated`` ones stand on every page."""
    head = sum(widths[:repeated])
    found, used = [], head
    for column, width in enumerate(widths[repeated:], start=repeated):
        if used + width > room and used > head:
            found.append(column)
            used = head
        used += width
    return found
