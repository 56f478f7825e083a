"""Files made of the lists that the apps declare: XLSX and CSV, row by row, whatever the length.

`write_export` is all that a job in the background needs; `make_export` adds the log that no file leaves without.
"""

import csv
import io
import tempfile
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from typing import IO

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils import timezone
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.documents import write_text
from core.documents.content import clean
from core.encryption import DecryptionError
from core.numbers import number_to_text
from core.sheets import Column, Day, DecimalNumber, WholeNumber, Year
from core.vietnamese import date_to_text
from organizations.exporting import Export, Value
from organizations.models import Organization
from spreadsheets.models import ExportLog
from spreadsheets.reading import FORMULA
from spreadsheets.workbooks import MAX_ROWS

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
DAY_FORMAT, TEXT_FORMAT = "dd/mm/yyyy", "@"
# Longer texts, and what XlsxWriter takes for XML of its own, go the careful way.
SHORT, MARKUP = 10_000, "<r>"
NOTHING = "Không có dòng nào: phần được chọn hiện không có gì trong sổ."


def write_export(export: Export, file: IO[bytes], *, file_format: str = ExportLog.Format.XLSX) -> int:
    """Write the list into an open binary file; the number of rows.

    Raises ValidationError for a list that is longer than a sheet, or whose encrypted numbers cannot be read.
    """
    write = write_csv if file_format == ExportLog.Format.CSV else write_workbook
    try:
        return write(export, file)
    except DecryptionError as error:
        reason = str(error)
    # Out here, so that no traceback holds on to the cursor of the rows that were not read.
    raise ValidationError(f"{reason} Ông/bà bỏ chọn các cột được mã hoá rồi xuất lại.")


def make_export(export: Export, *, file_format: str) -> tuple[IO[bytes], ExportLog]:
    """The finished file, open at its beginning, and its entry in the log; raises as `write_export` does.

    The file is finished before any of it is given out: a list that breaks off half-way would look like a whole one.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        rows = write_export(export, file, file_format=file_format)
        log = log_export(export, rows=rows, file_format=file_format)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, log


def log_export(export: Export, *, rows: int, file_format: str) -> ExportLog:
    longest = ExportLog._meta.get_field("selection").max_length
    return ExportLog.objects.create(
        kind=export.code,
        user=export.user,
        organization=export.organization,
        selection="; ".join(export.describe())[:longest],
        format=file_format,
        rows=rows,
        personal=bool(export.sensitive or export.requested),
        on_request=", ".join(export.requested),
    )


def log_paper(*, name: str, user, organization: Organization, selection: str, ending: str, rows: int) -> ExportLog:
    """The entry of a paper that names persons: ``name`` is what it calls itself, ``rows`` how many lines it has."""
    longest = {field: ExportLog._meta.get_field(field).max_length for field in ("kind", "selection")}
    return ExportLog.objects.create(
        kind=name[: longest["kind"]],
        user=user,
        organization=organization,
        selection=selection[: longest["selection"]],
        format=ending,
        rows=rows,
        personal=True,
    )


def file_name(export: Export, log: ExportLog) -> str:
    """members-A.D-20261126.xlsx; one without rows says so, because a CSV has no room for a note."""
    place = export.organization.code if export.organization else "all"
    ending = "" if log.rows else "-khong-co-dong"
    return f"{export.code}-{place}-{timezone.localtime(log.created_at):%Y%m%d}{ending}.{log.format}"


def heading_of(column: Column) -> str:
    """As in the empty template, so that both are filled in and sent back alike."""
    return column.heading + ("*" if column.required else "")


def write_workbook(export: Export, file: IO[bytes]) -> int:
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        text, day, number = (workbook.add_format({"num_format": form}) for form in (TEXT_FORMAT, DAY_FORMAT, "0"))
        styles = [(Day, day), (WholeNumber, number), (Year, number), (DecimalNumber, workbook.add_format())]
        sheet = workbook.add_worksheet("Nhập liệu")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(export.given):
            # The format of the column also serves its cells, and whatever is typed below them later.
            style = next((style for parser, style in styles if isinstance(column.parse, parser)), text)
            sheet.set_column(place, place, 22, style)
            sheet.write_string(0, place, heading_of(column), bold)
        # Closed at once where the writing breaks off: the database keeps a cursor open behind it.
        with closing(export.values()) as values:
            rows = write_rows(sheet, values, text)
        write_guide(workbook, export, rows)
    return rows


def write_rows(sheet: Worksheet, values: Iterable[list[Value]], text: Format) -> int:
    line = 0
    write_string, write_number, write_datetime = sheet.write_string, sheet.write_number, sheet.write_datetime
    for line, cells in enumerate(values, start=1):
        if line >= MAX_ROWS:
            raise ValidationError(
                f"Danh sách dài hơn {number_to_text(MAX_ROWS)} dòng, một bảng Excel không chứa hết. "
                "Ông/bà chọn đơn vị nhỏ hơn, hoặc dạng CSV."
            )
        for place, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                if cell.isprintable() and len(cell) < SHORT and not cell.startswith(MARKUP):
                    write_string(line, place, cell)
                else:
                    write_text(sheet, line, place, cell, text)
            elif isinstance(cell, date):
                write_datetime(line, place, cell)
            else:
                write_number(line, place, cell)
    return line


def write_guide(workbook: xlsxwriter.Workbook, export: Export, rows: int) -> None:
    """The second sheet: what this file holds and what it goes without, and how each column is filled in."""
    bold = workbook.add_format({"bold": True, "valign": "top", "bottom": 1})
    wrap = workbook.add_format({"text_wrap": True, "valign": "top"})
    guide = workbook.add_worksheet("Giải thích")
    guide.set_column(0, 1, 26, wrap)
    guide.set_column(2, 2, 80, wrap)
    for line, (label, words) in enumerate(about(export, rows)):
        write_text(guide, line, 0, label, wrap)
        write_text(guide, line, 2, words, wrap)
    heads = line + 1
    for place, heading in enumerate(["Cột", "Mã cột", "Cách điền"]):
        guide.write_string(heads, place, heading, bold)
    for line, column in enumerate(export.given, start=heads + 1):
        must = "Bắt buộc. " if column.required else ""
        for place, words in enumerate([column.heading, column.code, f"{must}{column.hint}"]):
            write_text(guide, line, place, words, wrap)


def about(export: Export, rows: int) -> list[tuple[str, str]]:
    """Label and words of the lines above the guide."""
    place = export.organization.name if export.organization else "Mọi đơn vị trong phạm vi của người xuất"
    lines = [
        ("Bảng", export.label),
        ("Đơn vị", place),
        ("Phần được lấy", "; ".join(export.describe()) or "tất cả"),
        ("Người xuất, lúc", f"{export.user}, {timezone.localtime():%H:%M %d/%m/%Y}"),
        ("Số dòng", number_to_text(rows) if rows else NOTHING),
    ]
    if export.withheld:
        lines.append(("Không kèm các cột", ", ".join(export.withheld)))
    if export.sensitive or export.requested:
        lines.append(("Dữ liệu cá nhân", "Chỉ dùng cho công việc của Hội; không gửi cho người không có việc."))
    return lines


def write_csv(export: Export, file: IO[bytes]) -> int:
    """UTF-8 with its mark, so that Excel shows Vietnamese letters; every text in quotes."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([heading_of(column) for column in export.given])
    rows = 0
    with closing(export.values()) as values:
        for cells in values:
            writer.writerow([plain_cell(cell) for cell in cells])
            rows += 1
    text.flush()
    text.detach()
    return rows


def plain_cell(cell: Value) -> str | int:
    """A cell as CSV holds it: before what a spreadsheet program would take for a formula stands an apostrophe."""
    if isinstance(cell, str):
        line = cell if cell.isprintable() else clean(cell)
        return f"'{line}" if FORMULA.match(line) else line
    if isinstance(cell, date):
        return date_to_text(cell)
    return "" if cell is None else cell
