"""One reader for CSV and XLSX: headings and rows of cells, with the line numbers that Excel shows.

What is no spreadsheet, or could harm the server, is refused with a Vietnamese ValidationError before any row
is read. The content decides what a file is, not its name.
"""

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.core.exceptions import ValidationError

from core.numbers import number_to_text
from core.sheets import Cell, is_empty
from spreadsheets.workbooks import MAX_COLUMNS, MAX_ROWS, SheetRows, workbook_rows, workbook_sheets

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OTHER_FILES = {
    b"%PDF": "tệp PDF",
    b"\x89PNG": "tệp ảnh",
    b"\xff\xd8\xff": "tệp ảnh",
    b"GIF8": "tệp ảnh",
    b"{\\rtf": "văn bản Word",
    b"Rar!": "tệp nén",
    b"7z\xbc\xaf": "tệp nén",
    b"\x1f\x8b": "tệp nén",
    b"SQLite": "tệp cơ sở dữ liệu",
}
SAVE_AS = "Hãy mở bằng Excel rồi lưu lại dạng .xlsx hoặc CSV UTF-8."
ONLY_HEADINGS = "Tệp chỉ có hàng tiêu đề, chưa có dòng số liệu nào. Hãy điền rồi tải lại tệp."
NOTHING_FILLED = "Tệp trống: không có ô nào được điền. Hãy kiểm tra xem ông/bà có chọn nhầm tệp không."
NOTHING_FILLED_IN_SHEETS = f"{NOTHING_FILLED} Trang tính bị ẩn không được đọc; nếu số liệu ở đó, hãy cho hiện trang ấy."
SPOILT_OR_OTHER = f"“{{}}” không phải tệp Excel, hoặc đã hỏng. {SAVE_AS}"
DELIMITERS = ",;\t"
# What spreadsheet programs take for the beginning of a formula (OWASP, CSV Injection). Our own CSV files put an
# apostrophe before it; those that are there already count, so that taking one away gives every text back.
FORMULA = re.compile(r"'*[=+\-@＝＋－＠]")
QUOTE = '"'


@dataclass(frozen=True)
class Table:
    """``rows`` yields (line, cells) once; blank rows are left out but counted. ``has_stray`` marks XLSX, where
    a cell beyond the headings is a note beside the table and not a comma too many. ``line`` is that of the headings;
    ``left_out`` names the sheets that hold something and are not read."""

    headings: list[Cell]
    rows: Iterator[tuple[int, list[Cell]]]
    has_stray: bool
    line: int = 1
    left_out: Sequence[str] = ()


def file_size(file) -> int:
    """The size in bytes without reading the file."""
    if (size := getattr(file, "size", None)) is not None:
        return size
    place = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(place)
    return size


def check_size(file) -> None:
    largest = settings.MAX_UPLOAD_MB
    size = file_size(file)
    if size > largest * 1024 * 1024:
        megabytes = -(-size // (1024 * 1024))
        raise ValidationError(
            f"Tệp nặng {megabytes} MB, chỉ nhận tệp đến {largest} MB. Hãy chia thành nhiều tệp nhỏ hơn."
        )
    if size == 0:
        raise ValidationError("Tệp trống, không có gì để nhập. Hãy kiểm tra xem ông/bà có chọn nhầm tệp không.")


def read_table(file, name: str) -> Table:
    """Read an open binary file; ``name`` is what the user called it.

    Raises ValidationError for anything that is no plain table of a heading row and data rows; so does reading
    ``rows`` for a fault further down. The file must stay open until the rows are read.
    """
    start = first_bytes(file, name)
    left_out: list[str] = []
    if start.startswith(ZIP):
        rows, has_stray = workbook_rows(file, left_out), True
    elif name.lower().endswith((".xlsx", ".xls")):
        raise ValidationError(SPOILT_OR_OTHER.format(name))
    else:
        rows, has_stray = csv_rows(file.read()), False
    return as_table(rows, has_stray=has_stray, left_out=left_out)


def read_sheets(file, name: str) -> list[SheetRows]:
    """The visible sheets of an open .xlsx file that is a form and no list: small, formulas by their last result.

    Raises ValidationError for anything else.
    """
    if not first_bytes(file, name).startswith(ZIP):
        raise ValidationError(SPOILT_OR_OTHER.format(name))
    return workbook_sheets(file)


def first_bytes(file, name: str) -> bytes:
    """How the file begins; what is too large or certainly no spreadsheet is refused."""
    check_size(file)
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    if start.startswith(OLE):
        raise ValidationError(why_not_ole(file))
    for mark, what in OTHER_FILES.items():
        if start.startswith(mark):
            raise ValidationError(f"“{name}” là {what}, không phải bảng tính. {SAVE_AS}")
    if name.lower().endswith((".xlsm", ".xltm", ".xlam")):
        raise ValidationError("Không nhận tệp Excel có macro (.xlsm). Hãy lưu lại dạng .xlsx (không có macro).")
    return start


def why_not_ole(file) -> str:
    if ENCRYPTED in file.read():
        return "Tệp Excel có mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi lưu lại dạng .xlsx."
    return "Đây là tệp kiểu cũ (.xls hoặc .doc). Hãy mở bằng Excel rồi lưu lại dạng .xlsx."


def as_table(rows: Iterator[list[Cell]], *, has_stray: bool, left_out: Sequence[str] = ()) -> Table:
    """The first row that is not blank holds the headings; at least one row must follow."""
    filled = numbered(rows)
    line, headings = next(filled, (0, None))
    if headings is None:
        raise ValidationError(NOTHING_FILLED_IN_SHEETS if has_stray else NOTHING_FILLED)
    first = next(filled, None)
    if first is None:
        raise ValidationError(ONLY_HEADINGS)
    return Table(headings, chain([first], filled), has_stray, line, left_out)


def numbered(rows: Iterator[list[Cell]]) -> Iterator[tuple[int, list[Cell]]]:
    for line, cells in enumerate(rows, start=1):
        if line > MAX_ROWS:
            raise ValidationError(f"Tệp dài hơn {number_to_text(MAX_ROWS)} dòng. Hãy chia thành nhiều tệp nhỏ hơn.")
        if len(cells) > MAX_COLUMNS and any(not is_empty(cell) for cell in cells[MAX_COLUMNS:]):
            raise ValidationError(f"Dòng {line} có hơn {MAX_COLUMNS} cột. Hãy bỏ các cột thừa.")
        if any(not is_empty(cell) for cell in cells):
            yield line, cells


def csv_rows(data: bytes) -> Iterator[list[str]]:
    text = decode(data)
    if text.lstrip()[:1] == "<":
        raise ValidationError(f"Đây là trang web hoặc tệp XML, không phải bảng tính. {SAVE_AS}")
    start, delimiter = 0, None
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:  # Excel's own first line, not a row
        delimiter, start = text[4], len(text.splitlines(keepends=True)[0])
        yield []
    delimiter = delimiter or find_delimiter(text)
    lines = csv.reader(io.StringIO(text[start:], newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in lines:
            yield [cell[1:] if cell[:1] == "'" and FORMULA.match(cell) else cell for cell in cells]
    except csv.Error as error:
        raise ValidationError(
            f"Không đọc tiếp được từ dòng {lines.line_num}: dấu ngoặc kép không khép, hoặc ô quá dài. {SAVE_AS}"
        ) from error


def decode(data: bytes) -> str:
    """UTF-8 with or without its mark, or UTF-16 with its mark as Excel saves "Unicode Text"."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValidationError(f"Tệp không phải CSV mã UTF-8 nên không đọc được chữ Việt. {SAVE_AS}") from error
    if "\0" in text:
        raise ValidationError(f"Tệp có ký tự rỗng (NUL), không phải bảng tính CSV đúng cách. {SAVE_AS}")
    return text


def find_delimiter(text: str) -> str:
    """The mark that occurs most in the heading row, outside quotes."""
    counts, quoted = dict.fromkeys(DELIMITERS, 0), False
    for char in text.lstrip("\r\n")[:100_000]:
        if char == QUOTE:
            quoted = not quoted
        elif not quoted and char in "\r\n":
            break
        elif not quoted and char in counts:
            counts[char] += 1
    return max(counts, key=counts.__getitem__)
