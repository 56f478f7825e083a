"""XLSX files: everything that is read is first checked and copied into a plain archive of our own.

calamine is quick but trusts the file: it inflates whatever the archive holds and lays the cells out as a full
rectangle. So the parts that it needs are inflated here under a limit, looked through as bytes, and only then
given to it. Formulas and error values must be found here too: calamine shows their last result or nothing.
"""

import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from xml.etree import ElementTree

import python_calamine
from django.core.exceptions import ValidationError

from core.numbers import number_to_text
from core.sheets import Cell

MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
MAX_AREA = 10_000_000  # cells of the rectangle, 32 bytes each in memory
MAX_UNPACKED = 300 * 1024 * 1024
MAX_TEXT = 1024**3  # characters of all text cells together, repeated ones counted again
MAX_FORM_ROWS, MAX_FORM_TEXT = 2000, 5_000_000  # of a form that is read as a whole
SUSPICIOUS_RATIO, RATIO_FROM = 100, 50 * 1024 * 1024
MAX_PARTS = 5000
CHUNK = 1024 * 1024
LISTED = 5
LOOKED_AT = 50  # sheets beside the one that is read

SPOILT = "Tệp Excel hỏng hoặc không đúng chuẩn. Hãy mở bằng Excel, lưu lại dạng .xlsx rồi tải lên lại."
BOMB = "Tệp bung ra quá lớn, có thể là tệp phá hoại. Hãy chép riêng bảng số liệu sang một tệp mới rồi tải lên lại."
MACRO = "Không nhận tệp Excel có macro. Hãy lưu lại dạng .xlsx (không có macro)."
ENTITIES = "Tệp có khai báo XML không được phép (DTD). Hãy mở bằng Excel, lưu lại dạng .xlsx rồi tải lên lại."
TOO_WIDE = (
    "Bảng trải quá rộng hoặc quá dài (nhiều nhất {columns} cột và {rows} dòng). "
    "Hãy chép riêng bảng số liệu sang một tệp mới."
)

DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
ATTRIBUTE = rb"\s+(?!r=)[\w:]+=\"[^\"<>]*\""
ADDRESSED_CELL = re.compile(
    rb"<(?:\w+:)?c(?:" + ATTRIBUTE + rb")*\s+r=\"([A-Z]{1,3})([0-9]{1,7})\"(?:" + ATTRIBUTE + rb")*\s*(/?)>"
)
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
ERROR = re.compile(rb"<(?:\w+:)?c\s[^<>]*\bt=\"e\"")
TEXT_CELL = re.compile(rb"\bt=\"s\"[^<>]*>\s*<(?:\w+:)?v>([0-9]{1,9})<")
VALUE = re.compile(rb"<(?:\w+:)?[vt](?:\s[^<>]*)?>[^<]")
STRING_ITEM = re.compile(rb"<(?:\w+:)?si[\s/>]")
READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    LookupError,
    ValueError,
    struct.error,
    ElementTree.ParseError,
)


@dataclass(frozen=True)
class SheetRows:
    """A sheet read as a whole: ``rows`` from cell A1 on, blank ones included; the addresses of formulas and errors."""

    name: str
    rows: list[list[Cell]]
    formulas: frozenset[str]
    errors: frozenset[str]


def workbook_sheets(file) -> list[SheetRows]:
    """The visible sheets of a small workbook that hold anything, in the order of the tabs.

    Of a formula its last result is read, nothing where there is none. Raises ValidationError as `workbook_rows` does,
    but for formulas and error values: these are the caller's to judge.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        scans = checked_copy(file, copy, whole=True)
        try:
            with python_calamine.CalamineWorkbook.from_path(copy.name) as workbook:
                return [
                    SheetRows(
                        workbook.sheet_names[position],
                        workbook.get_sheet_by_index(position).to_python(skip_empty_area=False),
                        frozenset(scan.formulas),
                        frozenset(scan.errors),
                    )
                    for position, scan in scans.items()
                ]
        except (python_calamine.CalamineError, IndexError) as error:
            raise ValidationError(SPOILT) from error


def workbook_rows(file, left_out: list[str]) -> Iterator[list[Cell]]:
    """The rows of the first visible sheet that holds anything, from row 1 on, blank ones included.

    The names of other visible sheets that hold something are added to ``left_out``.

    Raises ValidationError for a file that is spoilt, too large, protected, carries macros or an XML
    declaration of entities, or whose sheet has formulas or error values.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        scans = checked_copy(file, copy)
        if not scans:
            return
        position, scan = next(iter(scans.items()))
        scan.refuse_formulas()
        try:
            with python_calamine.CalamineWorkbook.from_path(copy.name) as workbook:
                names = workbook.sheet_names
                left_out += (names[place] for place in scan.others if place < len(names))
                yield from workbook.get_sheet_by_index(position).iter_rows()
        except python_calamine.CalamineError as error:
            raise ValidationError(SPOILT) from error


def checked_copy(file, copy, *, whole: bool = False) -> dict[int, "SheetScan"]:
    """Copy the workbook into ``copy``, part by part; the sheets to read by their place, as `copy_safely` finds them."""
    try:
        with zipfile.ZipFile(file) as archive:
            scans = copy_safely(archive, copy, unpacked_from=archive_size(archive), whole=whole)
    except READ_ERRORS as error:
        raise ValidationError(SPOILT) from error
    copy.flush()
    return scans


def archive_size(archive: zipfile.ZipFile) -> int:
    """The compressed size of all parts, after what the table of contents alone tells has been refused."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise ValidationError(SPOILT)
    if any(part.flag_bits & 1 for part in parts):
        raise ValidationError("Tệp có mật khẩu nên không đọc được. Hãy bỏ mật khẩu rồi lưu lại dạng .xlsx.")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise ValidationError(MACRO)
    if "xl/workbook.xml" not in names:
        raise ValidationError(
            "Đây không phải bảng tính .xlsx. Hãy mở bằng Excel rồi lưu lại dạng .xlsx hoặc CSV UTF-8."
        )
    packed, unpacked = sum(part.compress_size for part in parts), sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or unpacked > max(RATIO_FROM, SUSPICIOUS_RATIO * packed):
        raise ValidationError(BOMB)
    return packed


def copy_safely(archive: zipfile.ZipFile, copy, *, unpacked_from: int, whole: bool = False) -> dict[int, "SheetScan"]:
    """Copy what calamine needs into ``copy``; the first sheet that holds anything, or all of a small ``whole`` one."""
    most = RATIO_FROM if whole else MAX_UNPACKED
    reader = PartReader(archive, allowed=min(most, max(RATIO_FROM, SUSPICIOUS_RATIO * unpacked_from)))
    scans: dict[int, SheetScan] = {}
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
        workbook = reader.whole("xl/workbook.xml")
        relations = reader.whole("xl/_rels/workbook.xml.rels")
        if b"macroEnabled" in reader.whole("[Content_Types].xml"):
            raise ValidationError(MACRO)
        sheets = sheet_parts(workbook, relations)
        strings = StringScan(most=MAX_FORM_TEXT if whole else MAX_TEXT)
        for name in reader.names:
            if name not in sheets.values() and not name.startswith("xl/worksheets/"):
                reader.copy(name, target, strings.look if name.lower().endswith("sharedstrings.xml") else None)
        for position, name in sheets.items():
            scan = SheetScan()
            reader.copy(name, target, scan.look)
            if scan.is_filled:
                scan.check_extent(MAX_FORM_ROWS if whole else MAX_ROWS)
                if strings.may_overflow(scan.texts):
                    strings.check(reader.pieces(name))
                scans[position] = scan
                if not whole:
                    scan.others = filled_after(position, sheets, archive)
                    break
    return scans


def filled_after(position: int, sheets: dict[int, str], archive: zipfile.ZipFile) -> list[int]:
    """The places of the next sheets that hold something; only the beginning of each is looked at."""
    reader = PartReader(archive, allowed=LOOKED_AT * CHUNK)
    others = [place for place, name in sheets.items() if place > position and name in reader.names]
    return [place for place in others[:LOOKED_AT] if VALUE.search(next(reader.pieces(sheets[place])))]


def sheet_parts(workbook: bytes, relations: bytes) -> dict[int, str]:
    """Place among all sheets → name of its part, for the visible ones in the order of the tabs."""
    targets = {each.get("Id"): each.get("Target") or "" for each in ElementTree.fromstring(relations)}  # noqa: S314
    parts = {}
    tabs = (each for each in ElementTree.fromstring(workbook).iter() if each.tag.endswith("}sheet"))  # noqa: S314
    for position, tab in enumerate(tabs):
        relation = next((value for key, value in tab.attrib.items() if key.endswith("}id")), "")
        target = targets.get(relation, "")
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if tab.get("state", "visible") == "visible" and name.startswith("xl/worksheets/"):
            parts[position] = name
    return parts


class PartReader:
    """Inflates parts of the archive, counting what really comes out."""

    def __init__(self, archive: zipfile.ZipFile, *, allowed: int):
        self.archive, self.left = archive, allowed
        self.names = [
            part.filename
            for part in archive.infolist()
            if part.filename.lower().endswith((".xml", ".rels")) and not part.filename.startswith("xl/drawings/")
        ]

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part in pieces that end between two tags; refused when it is no plain UTF-8 XML."""
        info = self.archive.getinfo(name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValidationError(SPOILT)
        rest, first = b"", True
        with self.archive.open(info) as part:
            while chunk := part.read(CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise ValidationError(BOMB)
                if first and (found := ENCODING.search(chunk[:200])) and found[1].lower() not in (b"utf-8", b"ascii"):
                    raise ValidationError(SPOILT)
                first = False
                chunk = rest + chunk
                cut = chunk.rfind(b"<")
                piece, rest = chunk[:cut], chunk[cut:]
                if cut < 0 or b"\0" in chunk or len(rest) > CHUNK:
                    raise ValidationError(SPOILT)
                if DECLARATION.search(chunk):
                    raise ValidationError(ENTITIES)
                yield piece
        yield rest

    def whole(self, name: str) -> bytes:
        return b"".join(self.pieces(name))

    def copy(self, name: str, target: zipfile.ZipFile, look=None) -> None:
        with target.open(name, "w") as part:
            for piece in self.pieces(name):
                if look is not None:
                    look(piece)
                part.write(piece)


@dataclass
class SheetScan:
    """What the bytes of a sheet tell: how far it stretches, and where formulas and errors stand."""

    last_row: int = 0
    columns: set[bytes] = field(default_factory=set)
    formulas: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    texts: int = 0
    last: str = ""
    others: list[int] = field(default_factory=list)

    @property
    def is_filled(self) -> bool:
        return bool(self.columns)

    def look(self, piece: bytes) -> None:
        cells = ADDRESSED_CELL.findall(piece)
        # Counting is quick and nearly always settles it; other tags that begin with c need the long way.
        settled = len(cells) == piece.count(b"<c") and b":c" not in piece
        if not settled and len(cells) != len(CELL.findall(piece)):
            raise ValidationError(SPOILT)
        rows = [int(row) for _, row, empty in cells if not empty]
        self.last_row = max(self.last_row, *rows) if rows else self.last_row
        self.columns.update(column for column, _, empty in cells if not empty)
        self.texts += piece.count(b't="s"')
        if b"<f" in piece or b":f" in piece or b't="e"' in piece:
            self.note_addresses(piece)
        if cells:
            self.last = (cells[-1][0] + cells[-1][1]).decode()

    def note_addresses(self, piece: bytes) -> None:
        """What follows a cell's tag up to the next one is its content; it may begin in the piece before."""
        found = list(ADDRESSED_CELL.finditer(piece))
        addresses = [self.last, *((each[1] + each[2]).decode() for each in found)]
        starts = [0, *(each.end() for each in found)]
        ends = [*(each.start() for each in found), len(piece)]
        for address, start, end in zip(addresses, starts, ends, strict=True):
            if FORMULA.search(piece, start, end):
                self.formulas.append(address)
        self.errors += [(each[1] + each[2]).decode() for each in found if ERROR.match(each[0])]

    def check_extent(self, most_rows: int) -> None:
        width = max(column_number(column) for column in self.columns)
        if width > MAX_COLUMNS or self.last_row > most_rows or width * self.last_row > MAX_AREA:
            rows = number_to_text(min(MAX_AREA // width, most_rows))
            raise ValidationError(TOO_WIDE.format(columns=MAX_COLUMNS, rows=rows))

    def refuse_formulas(self) -> None:
        if self.formulas:
            raise ValidationError(
                f"{listed(self.formulas)} có công thức; hãy chép và dán giá trị "
                "(Paste Special, chọn Values) rồi tải lại tệp."
            )
        if self.errors:
            raise ValidationError(f"{listed(self.errors)} báo lỗi (như #N/A, #REF!); hãy sửa rồi tải lại tệp.")


@dataclass
class StringScan:
    """The lengths of the shared texts: one long text that many cells repeat would fill the memory."""

    lengths: list[int] = field(default_factory=list)
    most: int = MAX_TEXT
    total: int = 0

    def look(self, piece: bytes) -> None:
        starts = [found.start() for found in STRING_ITEM.finditer(piece)]
        if self.lengths:
            self.lengths[-1] += starts[0] if starts else len(piece)
        self.lengths += [end - start for start, end in pairwise([*starts, len(piece)])]

    def may_overflow(self, cells: int) -> bool:
        return self.total + cells * max(self.lengths, default=0) > self.most

    def check(self, pieces: Iterator[bytes]) -> None:
        """Add up the texts that the cells really name, over all sheets that are read."""
        for piece in pieces:
            named = (int(index) for index in TEXT_CELL.findall(piece))
            self.total += sum(self.lengths[index] for index in named if index < len(self.lengths))
            if self.total > self.most:
                raise ValidationError(BOMB)


def column_number(letters: bytes) -> int:
    """b"A" → 1, b"AA" → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def listed(addresses: list[str]) -> str:
    """ "Ô C5, C6 và 3 ô khác"."""
    named = ", ".join(addresses[:LISTED])
    more = len(addresses) - LISTED
    return f"Ô {named}" + (f" và {more} ô khác" if more > 0 else "")
