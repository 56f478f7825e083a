"""A ruled paper with its rows, as PDF or Excel: a short one at once, a long one part by part while it is read."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import IO

import xlsxwriter
from django.core.exceptions import ValidationError

from core.documents import lines_of, set_lines, write_text
from core.documents.workbook import PIXELS_PER_MM
from funds.documents.ruled import SUM, Columns, Cutter, Line, Row, Ruled, ruled_pages, ruled_pdf
from jobs.registry import Progress
from organizations.models import Organization

# With so many pages, some 1.300 rows, a file takes two seconds and 250 MB.
PART = 60
# Rows: 1.500 take a second as PDF, 20.000 two as a workbook.
AT_ONCE = {"pdf": 1500, "xlsx": 20_000}
# Longer texts, and what XlsxWriter takes for XML of its own, go the careful way.
SHORT, MARKUP = 10_000, "<r>"
# Empty rows of a workbook to sign in.
SIGNING_ROWS = 4
CHANGED = "Sổ vừa có thay đổi trong lúc làm tệp. Ông/bà yêu cầu lại."
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 11, "font_scheme": "none"},
}


@dataclass(frozen=True)
class Listing:
    """``rows`` reads the lines anew each time, ``number`` of them; ``stem`` names its file, ``personal``: it names
    persons, ``selection`` says in words what was chosen.
    """

    paper: Ruled
    rows: Callable[[], Iterable[Line]]
    number: int
    stem: str
    unit: Organization
    personal: bool
    selection: str

    endings = ("pdf", "xlsx")
    counted = "dòng"

    @property
    def name(self) -> str:
        return self.paper.title.capitalize()

    def is_long(self, ending: str) -> bool:
        """Whether nobody should wait for it."""
        return self.number > AT_ONCE[ending]

    def content(self, ending: str) -> bytes:
        """Of one that is not long."""
        if ending == "pdf":
            return listing_pdf(self)
        output = BytesIO()
        write_workbook(self, output)
        return output.getvalue()

    def write(self, ending: str, file: IO[bytes], progress: Progress) -> None:
        """Of any length, as a ZIP or a workbook. Raises ValidationError when the rows change meanwhile."""
        if ending == "pdf":
            write_pdfs(self, file, progress)
        else:
            progress.total = self.number
            write_workbook(self, file)
            progress.at(self.number)


def totals_of(listing: Listing) -> tuple[int, ...]:
    """What all rows come to, and what was there before."""
    cutter = Cutter(listing.paper)
    for line in listing.rows():
        cutter.count(line)
    return cutter.totals


def listing_pdf(listing: Listing) -> bytes:
    """In one file."""
    lines = list(listing.rows())
    totals = totals_of(replace_rows(listing, lines))
    return ruled_pdf(listing.paper, list(ruled_pages(listing.paper, lines)), totals=totals)


def replace_rows(listing: Listing, lines: Sequence[Line]) -> Listing:
    return Listing(**{**vars(listing), "rows": lambda: lines})


def parts_of(pages: Iterable[tuple[Row, ...]]) -> Iterator[list[tuple[Row, ...]]]:
    part: list[tuple[Row, ...]] = []
    for page in pages:
        part.append(page)
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part


def write_pdfs(listing: Listing, file: IO[bytes], progress: Progress) -> None:
    """A ZIP of PDF files, ``PART`` pages in each, the pages numbered through; read twice, never held as a whole.

    Raises ValidationError when the rows changed between the two readings.
    """
    number, totals = sum(1 for _ in ruled_pages(listing.paper, listing.rows())), totals_of(listing)
    progress.total, place = number, 1
    # What describes a page to screen readers is not compressed in the PDF itself, and is most of it.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts_of(ruled_pages(listing.paper, listing.rows())):
            last = place + len(part) - 1
            content = ruled_pdf(listing.paper, part, totals=totals, first=place, of=number)
            archive.writestr(f"{listing.stem}-trang-{place:05d}-{last:05d}.pdf", content)
            place = last + 1
            progress.at(last)
    if place != number + 1 or totals_of(listing) != totals:
        raise ValidationError(CHANGED)


def write_workbook(listing: Listing, file: IO[bytes]) -> None:
    """One sheet, row by row: texts as texts, numbers as numbers, days as days."""
    paper, columns = listing.paper, listing.paper.columns
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        style = styles_of(book)
        sheet = book.add_worksheet("Sổ" if paper.form else "Danh sách")
        if paper.landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(columns.widths):
            sheet.set_column_pixels(column, column, round(width * PIXELS_PER_MM * 1.1))
        place = 0
        for words in (*paper.unit_lines, paper.form, paper.circular, paper.title, *paper.subtitles):
            if words:
                write_text(sheet, place, 0, words, style["title"] if words == paper.title else style["line"])
                place += 1
        place += 1
        set_lines(sheet, place, max(map(lines_of, columns.full_heads, columns.widths)))
        for column, words in enumerate(columns.full_heads):
            write_text(sheet, place, column, words, style["head"])
        sheet.freeze_panes(place + 1, 0)
        sheet.repeat_rows(place)
        cutter = Cutter(paper)
        for line in paper.opening:
            place = write_line(sheet, place + 1, line, columns, style)
        for line in listing.rows():
            cutter.count(line)
            place = write_line(sheet, place + 1, line, columns, style)
        for line in paper.closing(cutter.totals):
            place = write_line(sheet, place + 1, line, columns, style)
        for words in paper.notes(cutter.totals, 0):
            place += 1
            write_text(sheet, place, 0, words, style["line"])
        write_signatures(sheet, place + 2, paper, style)


def write_signatures(sheet, place: int, paper: Ruled, style: dict) -> None:
    """Below each other: the day, the posts, how to sign, room to do so, and the names as far as they are known."""
    spans = spans_of(paper.columns.widths, len(paper.signers))
    widths = [sum(paper.columns.widths[first : last + 1]) for first, last in spans]
    write_across(sheet, place, spans[-1], paper.signing_day, style["by hand"])
    posts, hints, names = zip(*paper.signers, strict=True)
    for row, words, name in ((1, posts, "post"), (2, hints, "by hand"), (3 + SIGNING_ROWS, names, "post")):
        pairs = zip(words, widths, strict=True)
        set_lines(sheet, place + row, max(lines_of(text, width, bold=name == "post") for text, width in pairs))
        for span, text in zip(spans, words, strict=True):
            write_across(sheet, place + row, span, text, style[name])


def write_across(sheet, place: int, span: tuple[int, int], words: str, style) -> None:
    first, last = span
    if last > first:
        sheet.merge_range(place, first, place, last, "", style)
    write_text(sheet, place, first, words, style)


def spans_of(widths: Sequence[float], number: int) -> list[tuple[int, int]]:
    """The first and the last column of each of ``number`` shares, as equally wide as the columns allow."""
    edges = [0]
    for share in range(1, number):
        places = range(edges[-1] + 1, len(widths) - number + share + 1)
        edges.append(min(places, key=lambda place: abs(sum(widths[:place]) * number - sum(widths) * share)))
    return [(first, last - 1) for first, last in zip(edges, [*edges[1:], len(widths)], strict=True)]


def styles_of(book: xlsxwriter.Workbook) -> dict:
    edge = {"border": 1, "valign": "top"}
    made = {
        "title": {"bold": True, "font_size": 14},
        "line": {},
        "head": {**edge, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"},
        "post": {"bold": True, "text_wrap": True, "align": "center", "valign": "top"},
        "by hand": {"italic": True, "text_wrap": True, "align": "center", "valign": "top"},
    }
    for name, more in (("plain", {}), (SUM, {"bold": True})):
        made |= {
            f"{name}-text": {**edge, **more, "text_wrap": True},
            f"{name}-number": {**edge, **more, "num_format": "#,##0"},
            f"{name}-day": {**edge, **more, "num_format": "dd/mm/yyyy", "align": "center"},
        }
    return {name: book.add_format(properties) for name, properties in made.items()}


def write_line(sheet, place: int, line: Line, columns: Columns, style: dict) -> int:
    """The place that was written to, as high as its texts need: viewers differ in whether they see to that."""
    set_lines(sheet, place, columns.lines_of(line.texts, bold=line.kind == SUM))
    for column, value in enumerate(line.values):
        if isinstance(value, int):
            sheet.write_number(place, column, value, style[f"{line.kind}-number"])
        elif isinstance(value, date):
            sheet.write_datetime(place, column, value, style[f"{line.kind}-day"])
        elif value and value.isprintable() and len(value) < SHORT and not value.startswith(MARKUP):
            sheet.write_string(place, column, value, style[f"{line.kind}-text"])
        else:
            write_text(sheet, place, column, value or "", style[f"{line.kind}-text"])
    return place
