"""How a kind of spreadsheet and its columns are declared, and how one cell becomes a value.

Each app declares its kinds in ``resources.py``; ``spreadsheets`` reads the file and runs them. A parser takes
the cell as the reader gives it (text from CSV; text, float, bool or date from XLSX; never an empty one) and
raises ValueError with a Vietnamese sentence. What could mean two things is refused, never guessed.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from core.history import CHANGED, CREATED, record_bulk
from core.numbers import decimal_to_text, number_to_text, text_to_decimal, text_to_number
from core.periods import FIRST_YEAR, LAST_YEAR, Quarter, Span, parse_period
from core.vietnamese import date_to_text, excerpt, fold, text_to_date

Cell = str | float | int | bool | date | datetime | None

LARGEST_COUNT = 10**15  # also where Excel's own numbers lose their last digits
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
# What nobody sees: joiners, soft hyphens, and the marks of direction that Windows puts around copied numbers and dates.
UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
WRITTEN_AT_ONCE = 5000
REMEMBERED = 10_000
# A heading stands beside every finding of its column.
LONGEST_HEADING = 100


def is_empty(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return cell is None
    if cell[:1].isalnum():
        return False
    return not cell or cell.isspace() or not (cell.isascii() or UNSEEN.sub("", cell).strip())


def plain(cell: Cell) -> str:
    """What a person sees in the cell: white space collapsed, one Unicode form, 101.0 as "101"."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float | int) and math.isfinite(cell):
        return str(int(cell)) if cell == int(cell) else f"{cell:.15g}".replace(".", ",")
    if isinstance(cell, date):
        return date_to_text(cell)
    text = str(cell).replace("\0", "")
    if not text.isascii():
        text = unicodedata.normalize("NFC", UNSEEN.sub("", text))
    return " ".join(text.split())


def refuse_impossible(cell: Cell) -> None:
    """What no database takes, though a workbook made by hand may hold it."""
    if isinstance(cell, str) and "\0" in cell:
        raise ValueError("Ô này có ký tự rỗng (NUL). Hãy xoá ô rồi gõ lại.")
    if isinstance(cell, float) and not math.isfinite(cell):
        raise ValueError("Số trong ô này quá lớn hoặc không phải là số. Hãy gõ lại.")


class Parser:
    """Reads one cell; ``hint`` says on the page and in the template what may stand there."""

    hint = ""

    def __call__(self, cell: Cell) -> Any:
        raise NotImplementedError

    def show(self, value: Any) -> str:
        return show(value)


class Text(Parser):
    hint = "chữ"

    def __init__(self, max_length: int):
        self.max_length = max_length

    def __call__(self, cell: Cell) -> str:
        text = plain(cell)
        if not text.isprintable() and any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
            raise ValueError(f"{excerpt(text)} có ký tự lạ không in được. Hãy gõ lại ô này.")
        if len(text) > self.max_length:
            raise ValueError(f"{excerpt(text)} dài {len(text)} ký tự, nhiều nhất {self.max_length}. Hãy viết gọn lại.")
        return text


class Code(Text):
    """A code or a number that names something: Excel's 101.0 is "101"."""

    hint = "mã"

    def __init__(self, max_length: int = 32):
        super().__init__(max_length)

    def __call__(self, cell: Cell) -> str:
        number = isinstance(cell, float | int) and not isinstance(cell, bool)
        if isinstance(cell, date) or (number and (cell != int(cell) or abs(cell) >= LARGEST_COUNT)):
            raise ValueError(f"{excerpt(plain(cell))} không còn là mã đã gõ. Hãy định dạng cột là Văn bản rồi gõ lại.")
        return super().__call__(cell)


class WholeNumber(Parser):
    """A count: 0 or more."""

    hint = "số nguyên, ví dụ 1.240"

    def __call__(self, cell: Cell) -> int:
        if isinstance(cell, bool | date):
            raise ValueError(f"{excerpt(plain(cell))} không phải là số. Hãy nhập một số nguyên, ví dụ 1.240.")
        if isinstance(cell, float) and cell != int(cell):
            raise ValueError(f"{excerpt(plain(cell))}: ở đây cần số nguyên, ví dụ 1.240.")
        number = int(cell) if isinstance(cell, float | int) else text_to_number(plain(cell))
        if number < 0:
            raise ValueError(f"{excerpt(plain(cell))}: số này không được âm. Hãy bỏ dấu trừ.")
        if number > LARGEST_COUNT:
            raise ValueError(f"{excerpt(plain(cell))}: số quá lớn. Hãy xem có thừa chữ số không.")
        return number


class DecimalNumber(Parser):
    """A number of 0 or more, with up to ``places`` decimals: 67,2."""

    hint = "số, ví dụ 67,2"

    def __init__(self, places: int = 2, max_digits: int = 20):
        self.places, self.max_digits = places, max_digits

    def __call__(self, cell: Cell) -> Decimal:
        if isinstance(cell, bool | date):
            raise ValueError(f"{excerpt(plain(cell))} không phải là số. Hãy nhập một số, ví dụ 67,2.")
        number = Decimal(f"{cell:.15g}") if isinstance(cell, float | int) else text_to_decimal(plain(cell))
        if number < 0:
            raise ValueError(f"{excerpt(plain(cell))}: số này không được âm. Hãy bỏ dấu trừ.")
        if number and number.adjusted() >= self.max_digits - self.places:
            raise ValueError(f"{excerpt(plain(cell))}: số quá lớn. Hãy xem có thừa chữ số không.")
        if number != round(number, self.places):
            raise ValueError(f"{excerpt(plain(cell))}: nhiều nhất {self.places} chữ số sau dấu phẩy. Hãy làm tròn.")
        return number


class Day(Parser):
    hint = "ngày/tháng/năm, ví dụ 05/04/2022"

    def __call__(self, cell: Cell) -> date:
        if isinstance(cell, bool | float | int):
            raise ValueError(
                f"{excerpt(plain(cell))} không phải là ngày. Hãy định dạng ô là Ngày, hoặc gõ như 05/04/2022."
            )
        if isinstance(cell, datetime):
            cell = cell.date()
        day = cell if isinstance(cell, date) else text_to_date(plain(cell))
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValueError(f"Năm {day.year} ngoài khoảng nhận được. Hãy kiểm tra lại năm.")
        return day


class Boolean(Parser):
    hint = "1, 0, có hoặc không"
    WORDS: ClassVar = {"1": True, "co": True, "true": True, "0": False, "khong": False, "false": False}

    def __call__(self, cell: Cell) -> bool:
        word = fold(plain(cell))
        if word not in self.WORDS:
            raise ValueError(f"{excerpt(plain(cell))}: ở đây chỉ nhận {self.hint}.")
        return self.WORDS[word]


class Choice(Parser):
    """One of ``choices`` (TextChoices): the stored code or the Vietnamese label."""

    def __init__(self, choices: type[models.TextChoices]):
        self.words = {fold(word): value for value, label in choices.choices for word in (value, label)}
        self.labels = dict(choices.choices)
        self.hint = "; ".join(f"{value} ({label})" for value, label in choices.choices)

    def show(self, value: str | None) -> str:
        return show(self.labels.get(value))

    def __call__(self, cell: Cell) -> str:
        word = fold(plain(cell))
        if word not in self.words:
            raise ValueError(f"{excerpt(plain(cell))} không có trong danh mục. Hãy dùng một trong: {self.hint}.")
        return self.words[word]


class Year(Parser):
    hint = "năm, ví dụ 2022"

    def __init__(self, first: int = FIRST_YEAR):
        self.first = first

    def __call__(self, cell: Cell) -> int:
        text = plain(cell)
        year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
        if isinstance(cell, bool | date) or year is None:
            raise ValueError(f"{excerpt(text)} không phải là năm. Hãy nhập bốn chữ số, ví dụ 2022.")
        if not self.first <= year <= LAST_YEAR:
            raise ValueError(f"Năm {year} ngoài khoảng nhận được: từ {self.first} đến {LAST_YEAR}.")
        return year

    def show(self, value: int | None) -> str:
        return show(value and str(value))


class QuarterOrYear(Parser):
    """``core.periods.Quarter``, or the ``Span`` of a whole year."""

    hint = "quý, ví dụ 2022-Q1 hoặc quý I/2022; hoặc năm 2022"

    def __call__(self, cell: Cell) -> Quarter | Span:
        if isinstance(cell, bool | date):
            raise ValueError(f"{excerpt(plain(cell))} không phải là quý. Hãy viết như 2022-Q1 hoặc quý I/2022.")
        text = plain(cell)
        try:
            period = parse_period(text)
        except ValueError:
            # Quarter's own sentence names the fewer forms that are right here.
            return Quarter.parse(text)
        if period.is_span and period.kind != "Y":
            raise ValueError(f"{excerpt(text)}: ở đây chỉ nhận một quý hoặc một năm, ví dụ 2022-Q1.")
        return period


def show(value: Any) -> str:
    """A value as the preview shows it; no data is said, never left blank."""
    if value is None or value == "":
        return "chưa có"
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, int):
        return number_to_text(value)
    if isinstance(value, Decimal):
        return decimal_to_text(value)
    if isinstance(value, date):
        return date_to_text(value)
    if isinstance(value, Quarter | Span):
        return value.label
    return str(value)


@dataclass(frozen=True)
class Column:
    """``required``: the column must be there and filled; with ``may_be_empty`` it must only be there.

    ``also`` are headings of foreign files that mean this column: they are suggested, never taken unasked.
    """

    code: str
    heading: str
    parse: Parser
    required: bool = False
    may_be_empty: bool = False
    note: str = ""
    also: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        return "; ".join(filter(None, [self.parse.hint, self.note]))


NEW, CHANGED_ROW, UNCHANGED, REFUSED = "new", "changed", "unchanged", "refused"


@dataclass(slots=True)
class Row:
    """One data row. ``values`` holds only the columns of the file; an empty cell is None."""

    line: int
    values: dict[str, Any]
    headings: dict[str, str]
    status: str = ""
    problems: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    target: Any = None

    @property
    def is_refused(self) -> bool:
        return bool(self.problems)

    def refuse(self, column: str, reason: str) -> None:
        self.problems.append((self.headings[column], reason))

    def warn(self, column: str, reason: str) -> None:
        self.warnings.append((self.headings[column], reason))

    def change(self, column: str, before: Any, after: Any) -> None:
        """Note a difference for the preview; texts as people read them."""
        self.changes.append((self.headings[column], show(before), show(after)))


def column_letter(position: int) -> str:
    """0 → "A", 26 → "AA"."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True)
class Layout:
    """Which column of the file holds which column of the kind. ``width``: cells that have a heading."""

    places: tuple[tuple[int, Column], ...]
    headings: dict[str, str]
    unknown: tuple[str, ...]
    width: int
    # Column → text → value: units, quarters and indicators repeat thousands of times in one file.
    read_before: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))

    def read(self, line: int, cells: list[Cell]) -> Row:
        values: dict[str, Any] = {}
        row, width = Row(line, values, self.headings), len(cells)
        for place, column in self.places:
            code, cell = column.code, cells[place] if place < width else None
            if cell is None or cell == "" or is_empty(cell):
                values[code] = None
                if column.required and not column.may_be_empty:
                    row.refuse(code, "Ô này còn trống. Hãy điền rồi tải lại tệp.")
                continue
            known = self.read_before[code]
            is_text = isinstance(cell, str)
            if is_text and cell in known:
                values[code] = known[cell]
                continue
            try:
                refuse_impossible(cell)
                value = values[code] = column.parse(cell)
            except ValueError as error:
                row.refuse(code, str(error))
                continue
            if is_text and len(known) < REMEMBERED:
                known[cell] = value
        return row


def bare_heading(cell: Cell) -> str:
    """A heading without what does not count: case, accents, spaces, the star of required columns."""
    return fold(plain(cell)).rstrip("* ") if not is_empty(cell) else ""


def match_headings(columns: Iterable[Column], cells: list[Cell], chosen: dict[str, int] | None = None) -> Layout:
    """Find the columns by code or Vietnamese heading, or where the user has ``chosen`` them (code → place).

    Unknown columns are kept apart; a column given twice or a required one missing raises ValidationError.
    """
    columns = tuple(columns)
    known = {word: each for each in columns for word in (fold(each.code), fold(each.heading))}
    here = {place: each for each in columns if (place := (chosen or {}).get(each.code)) is not None}
    places: dict[str, tuple[int, Column]] = {}
    unknown, errors = [], []
    for place, cell in enumerate(cells):
        heading = bare_heading(cell)
        column = here.get(place) if chosen else known.get(heading)
        if column is None:
            if heading:
                unknown.append(plain(cell)[:LONGEST_HEADING])
        elif column.code in places:
            letters = f"{column_letter(places[column.code][0])} và {column_letter(place)}"
            errors.append(f"Cột “{column.heading}” ({column.code}) có hai lần, ở {letters}. Hãy bỏ bớt một cột.")
        else:
            places[column.code] = (place, column)
    missing = [each for each in columns if each.required and each.code not in places]
    errors += [f"Thiếu cột bắt buộc “{each.heading}” ({each.code})." for each in missing]
    if errors:
        names = ", ".join(f"{each.heading} ({each.code})" for each in columns)
        raise ValidationError([*errors, f"Hàng tiêu đề của bảng này gồm các cột: {names}."])
    headings = {each.code: each.heading for each in columns}
    headings |= {code: plain(cells[place])[:LONGEST_HEADING].rstrip("* ") for code, (place, _) in places.items()}
    width = max((place for place, cell in enumerate(cells) if not is_empty(cell)), default=-1) + 1
    return Layout(tuple(places.values()), headings, tuple(unknown), width)


class Mode(models.TextChoices):
    """What happens to a row that is there already."""

    UPDATE = "update", "cập nhật theo tệp"
    SKIP = "skip", "giữ nguyên dòng đã có"
    FILL = "fill", "chỉ điền ô còn trống"


@dataclass(frozen=True)
class Importer:
    """Who imports. ``organization`` narrows the user's scope to a unit and what is below it; ``batch_id`` names the
    file in the history of what it writes."""

    user: Any
    organization: Any = None
    reason: str = ""
    mode: str = Mode.UPDATE
    batch_id: int | None = None


class Sheet:
    """A kind of spreadsheet. ``key`` names the columns that tell rows apart.

    ``check`` decides about rows without a fault so far: it refuses, warns, sets ``target`` and ``status`` (NEW,
    CHANGED_ROW or UNCHANGED). ``write`` stores the accepted ones and returns the primary keys that it wrote.
    Neither asks the database row by row.
    """

    code: str
    label: str
    lead: str
    permission: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    # Columns that not everybody may read who may import the kind → the permission to read them.
    secrets: ClassVar[dict[str, str]] = {}
    # What it writes, the whole before its parts, where a file can be undone: histories that are a BatchHistory.
    tables: tuple[type[models.Model], ...] = ()
    # Which of them hold what a line of the file is.
    tables_of_rows: tuple[int, ...] = (0,)
    is_streamed = False
    # Whether `reverse` takes a file back, instead of putting former rows in the place of what it wrote.
    is_reversed = False
    # What to think of once a file was written: a sentence, the words of a link and the name of its address.
    next_step: tuple[str, str, str] | None = None
    # Templates get the classes themselves.
    do_not_call_in_templates = True

    def __init__(self, importer: Importer):
        self.importer = importer

    def lock(self) -> None:
        """Keep other writers out until the transaction ends."""

    def key_of(self, row: Row) -> tuple:
        return tuple(row.values.get(code) for code in self.key)

    def check(self, rows: list[Row]) -> None:
        raise NotImplementedError

    def write(self, rows: list[Row]) -> dict[type[models.Model], list[int]]:
        raise NotImplementedError

    @classmethod
    def reverse(cls, *, batch_id: int, user, reason: str) -> dict:
        """Take a file back by rows of its own, where written ones stay: {deleted, restored, kept, names}."""
        raise NotImplementedError

    @classmethod
    def check_undone(cls, restored: list[int]) -> None:
        """Refuse, by raising ValidationError, rows (keys of the first table) that may not be as they were before."""

    @classmethod
    def conclude_undone(cls, wholes: list[int], *, user, reason: str) -> None:
        """What follows for the remaining rows of the first table (keys) of which something was undone."""


def in_parts(items: list, size: int = WRITTEN_AT_ONCE) -> Iterable[list]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def save_in_bulk(
    model: type[models.Model], *, created: list, changed: list, fields: Iterable[str], importer: Importer
) -> list[int]:
    """Insert ``created``, bring ``fields`` of ``changed`` up to date, record the history of both; the keys."""
    save: Callable = model.objects.bulk_create
    for part in in_parts(created):
        save(part, batch_size=1000)
    for part in in_parts(changed):
        save(part, batch_size=1000, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields))
    for rows, kind in ((created, CREATED), (changed, CHANGED)):
        for part in in_parts([row.pk for row in rows]):
            touched = model._base_manager.filter(pk__in=part)
            record_bulk(touched, kind=kind, user=importer.user, reason=importer.reason, batch_id=importer.batch_id)
    return [row.pk for row in (*created, *changed)]
