"""From a file to judged rows: the one path that the browser, the command, the check and the applying take."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice

from django.core.exceptions import ValidationError

from core.numbers import number_to_text
from core.sheets import (
    CHANGED_ROW,
    LONGEST_HEADING,
    NEW,
    REFUSED,
    UNCHANGED,
    Cell,
    Importer,
    Layout,
    Row,
    Sheet,
    column_letter,
    is_empty,
    match_headings,
    plain,
)
from spreadsheets.headings import below_titles
from spreadsheets.mappings import is_secret
from spreadsheets.reading import Table, read_table

Finding = dict[str, str | int | None]
EXAMPLES, LONGEST_EXAMPLE = 3, 40
# The second sheet of our own templates.
EXPLANATIONS = "Giải thích"
NOT_READ = (
    "Trang tính “{name}” không được đọc: mỗi lần chỉ nhận trang đầu tiên có số liệu. Nếu cần, hãy chép sang tệp riêng "
    "rồi tải lên."
)
PAPER_NUMBER = re.compile(r"(?:[0-9][ .\-]?){8,11}[0-9]")
NEVER_READ = "(không đọc: tài khoản, mật khẩu không được đưa vào đây)"


@dataclass
class Checked:
    """What became of a file: its rows, and what concerns the file as a whole."""

    sheet: Sheet
    rows: list[Row]
    notes: list[Finding]
    written: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """{rows, new, changed, unchanged, refused, warnings}."""
        found = Counter(row.status for row in self.rows)
        return {
            "rows": len(self.rows),
            **{status: found[status] for status in (NEW, CHANGED_ROW, UNCHANGED, REFUSED)},
            "warnings": len(self.notes) + sum(len(row.warnings) for row in self.rows),
        }

    @property
    def fingerprint(self) -> str:
        """What the file would do, row by row: it differs as soon as somebody has changed what it starts from."""
        judged = [(row.line, row.status, row.changes, row.problems) for row in self.rows]
        return sha256(repr(judged).encode()).hexdigest()

    @property
    def accepted(self) -> list[Row]:
        """The rows that change something."""
        return [row for row in self.rows if row.status in (NEW, CHANGED_ROW)]

    def errors(self) -> Iterator[Finding]:
        """{line, column, reason} of everything refused, in the order of the file."""
        for row in self.rows:
            for column, reason in row.problems:
                yield {"line": row.line, "column": column, "reason": reason}

    def warnings(self) -> Iterator[Finding]:
        yield from self.notes
        for row in self.rows:
            for column, reason in row.warnings:
                yield {"line": row.line, "column": column, "reason": reason}

    def reasons(self) -> Iterator[tuple[int, str]]:
        """(line, why it was refused), for the file that is given back."""
        return ((row.line, problems_in_words(row.problems)) for row in self.rows if row.problems)

    def sample(self, status: str, size: int) -> list[dict]:
        """Rows of a status for the preview: {line, key, changes}; a new row lists what it holds."""
        found = (row for row in self.rows if row.status == status)
        return [shown_row(self.sheet, row) for row, _ in zip(found, range(size), strict=False)]


def problems_in_words(problems: list[tuple[str, str]]) -> str:
    return " ".join(f"{column}: {reason}" for column, reason in problems)


def shown_row(sheet: Sheet, row: Row) -> dict:
    """A row as the preview shows it."""
    columns = {column.code: column for column in sheet.columns}
    shown = {code: columns[code].parse.show(value) for code, value in row.values.items() if value is not None}
    held = [(row.headings[code], "", text) for code, text in shown.items()]
    key = " · ".join(shown[code] for code in sheet.key if code in shown)
    return {"line": row.line, "key": key, "changes": row.changes or held}


class HeadingsError(ValidationError):
    """The file can be read, but its headings do not fit."""


@dataclass(frozen=True)
class Peek:
    """The headings of a file and the first cells below each, so that a person can tell what they are."""

    headings: list[str]
    examples: list[list[str]]

    @classmethod
    def of(cls, kind: type[Sheet], headings: list[Cell], rows: list[tuple[int, list[Cell]]]) -> "Peek":
        names = [heading_of(cell) for cell in headings]
        below = [
            [example_of(cells[place]) for _, cells in rows if place < len(cells) and not is_empty(cells[place])]
            for place in range(len(headings))
        ]
        secret = [is_secret(kind, name) for name in names]
        return cls(names, [[NEVER_READ] if hidden else cells for hidden, cells in zip(secret, below, strict=True)])


Choose = Callable[[Peek], dict[str, int] | None]


def heading_of(cell: Cell) -> str:
    """A heading; in a file without headings it is somebody's cell, so the same is masked as in the examples."""
    return "" if is_empty(cell) else masked(plain(cell))[:LONGEST_HEADING]


def example_of(cell: Cell) -> str:
    return masked(plain(cell))[:LONGEST_EXAMPLE]


def masked(text: str) -> str:
    """What looks like the number of a paper, alone or among other words, with only its last three digits."""
    return PAPER_NUMBER.sub(lambda found: f"•••{found[0][-3:]}", text)


def read_rows(
    *, kind: type[Sheet], file, name: str, most: int | None = None, choose: Choose | None = None
) -> tuple[list[Row], list[Finding]]:
    """Read and parse every row of a file that is judged as a whole."""
    notes: list[Finding] = []
    return list(each_row(kind=kind, file=file, name=name, notes=notes, most=most, choose=choose)), notes


def each_row(
    *,
    kind: type[Sheet],
    file,
    name: str,
    notes: list[Finding],
    most: int | None = None,
    choose: Choose | None = None,
) -> Iterator[Row]:
    """Read and parse one row after another; faults of single cells stay with their rows.

    ``choose`` says where the columns stand under foreign headings. What concerns the file as a whole is added to
    ``notes``. Raises ValidationError when the file cannot be read, HeadingsError when its headings do not fit.
    """
    table = below_titles(read_table(file, name), kind)
    first = list(islice(table.rows, EXAMPLES))
    chosen = choose(Peek.of(kind, table.headings, first)) if choose else None
    try:
        layout = match_headings(kind.columns, table.headings, chosen)
    except ValidationError as error:
        raise HeadingsError(error.messages) from error
    notes += [
        {"line": None, "column": None, "reason": NOT_READ.format(name=other[:LONGEST_HEADING])}
        for other in table.left_out
        if other != EXPLANATIONS
    ]
    notes += [
        {"line": None, "column": heading, "reason": "Cột này không có trong bảng, nên được bỏ qua."}
        for heading in layout.unknown
    ]
    stray: set[int] = set()
    for number, (line, cells) in enumerate(chain(first, table.rows)):
        if number == most:
            raise ValidationError(f"Tệp dài hơn {number_to_text(most)} dòng. Hãy chia thành nhiều tệp nhỏ hơn.")
        row = layout.read(line, cells)
        if len(cells) > layout.width:
            beyond = [place for place in range(layout.width, len(cells)) if not is_empty(cells[place])]
            if beyond:
                refuse_or_remember(row, beyond, table, stray)
        if not table.has_stray:
            refuse_what_is_cut_off(row, len(cells), layout)
        yield row
    if stray:
        letters = ", ".join(column_letter(place) for place in sorted(stray))
        notes.append({"line": None, "column": letters, "reason": "Cột không có tiêu đề, nên được bỏ qua."})


def refuse_or_remember(row: Row, beyond: list[int], table: Table, stray: set[int]) -> None:
    """In a CSV a cell too many means that everything after some comma has moved; in Excel it is a note."""
    if table.has_stray:
        stray.update(beyond)
    else:
        row.problems.append(
            ("", "Dòng có nhiều ô hơn hàng tiêu đề: ô nào có dấu phẩy thì đặt trong ngoặc kép, rồi tải lại tệp.")
        )


def refuse_what_is_cut_off(row: Row, width: int, layout: Layout) -> None:
    """In a CSV a required cell that is not there at all is no explicit "no data" but a row cut short."""
    for place, column in layout.places:
        if column.required and column.may_be_empty and place >= width:
            row.refuse(column.code, "Dòng thiếu ô này. Nếu chưa có số liệu, hãy để ô trống giữa hai dấu phẩy.")


def refuse_twins(sheet: Sheet, rows: list[Row]) -> None:
    """Two rows with one key contradict each other: both are refused, and each names the other's line."""
    lines = defaultdict(list)
    for row in rows:
        if not row.is_refused:
            lines[sheet.key_of(row)].append(row)
    names = ", ".join(column.heading for column in sheet.columns if column.code in sheet.key)
    for twins in lines.values():
        if len(twins) > 1:
            numbers = " và ".join(str(row.line) for row in twins[:5])
            for row in twins:
                row.refuse(sheet.key[0], f"Dòng {numbers} trùng nhau ({names}). Hãy giữ lại một dòng.")


def check_rows(*, kind: type[Sheet], importer: Importer, rows: list[Row], notes: list[Finding]) -> Checked:
    """Judge parsed rows against the database: constantly many queries, whatever the number of rows."""
    sheet = kind(importer)
    refuse_twins(sheet, rows)
    sheet.check(rows)
    for row in rows:
        if row.problems:
            row.status = REFUSED
    return Checked(sheet, rows, notes)


def check_scope(kind: type[Sheet], importer: Importer) -> None:
    """Refuse a user who may import this kind nowhere, or a unit that is not theirs."""
    organization = importer.organization
    if organization is None:
        return
    reachable = type(organization).objects.allowed(importer.user, kind.permission)
    if not reachable.filter(pk=organization.pk).exists():
        raise ValidationError(f"Không có đơn vị mã “{organization.code}” trong phạm vi của ông/bà.")
