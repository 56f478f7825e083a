"""How the form of a quarter stands in a workbook: its columns, the mark of each row, and texts as they go out and in.

Every row carries a mark in a hidden column: edition of the form, unit, quarter and the version of the cell that it was
filled with. So rows may be removed, reordered, or copied into another file, and still say what they are.
"""

from typing import NamedTuple

from core.documents.content import FORBIDDEN, clean, contained
from core.documents.workbook import LONGEST_TEXT, shortened
from core.sheets import Cell, Code, Column, Parser, Text, WholeNumber, plain
from core.vietnamese import excerpt, fold
from reports.services.entering import REASON_LENGTH, TEXT_LENGTH, clean_text

EDITION = "KH1"
CELL_SHEET, WORD_SHEET = "Số liệu", "Phần lời"


class TypedNumber(Parser):
    """An int from a cell of numbers; what was typed as text stays text until its indicator's own field reads it."""

    def __call__(self, cell: Cell) -> int | str:
        return plain(cell) if isinstance(cell, str) else WholeNumber()(cell)


class Tick(Parser):
    """x in the column "chưa có số liệu"."""

    def __call__(self, cell: Cell) -> bool:
        word = fold(plain(cell))
        if word in ("x", "co", "1", "true"):
            return True
        if word in ("khong", "0", "false"):
            return False
        raise ValueError(f"{excerpt(plain(cell))}: cột này chỉ ghi x hoặc để trống. Số thì ghi ở cột “Số báo cáo”.")


class Words(Parser):
    """A text of several lines."""

    def __call__(self, cell: Cell) -> str:
        text = clean_text(cell if isinstance(cell, str) else plain(cell))
        if len(text) > TEXT_LENGTH:
            raise ValueError(f"Mục này dài {len(text)} ký tự, nhiều nhất {TEXT_LENGTH}. Hãy viết gọn lại.")
        return text


CELL_COLUMNS = (
    Column("indicator", "Mã chỉ tiêu", Code(80), required=True),
    Column("value", "Số báo cáo", TypedNumber()),
    Column("no_data", "Chưa có số liệu (x)", Tick()),
    Column("reason", "Lý do", Text(REASON_LENGTH)),
    Column("total", "Tổng khai", TypedNumber()),
    Column("total_reason", "Lý do của tổng khai", Text(REASON_LENGTH)),
    Column("mark", "Dấu của biểu mẫu", Text(100), required=True, may_be_empty=True),
)
WORD_COLUMNS = (
    Column("section", "Mã mục", Code(), required=True),
    Column("text", "Nội dung", Words()),
    Column("mark", "Dấu của biểu mẫu", Text(100), required=True, may_be_empty=True),
)
HEADINGS = {column.code: column.heading for column in (*CELL_COLUMNS, *WORD_COLUMNS)}


class Mark(NamedTuple):
    edition: str
    unit: str
    quarter: str
    version: int

    def __str__(self) -> str:
        return "|".join(map(str, self))


def read_mark(text: str) -> Mark | None:
    """None for what is no mark of any edition."""
    parts = text.split("|")
    if len(parts) != 4 or not parts[0].startswith("KH") or not (parts[3].isascii() and parts[3].isdigit()):
        return None
    return Mark(*parts[:3], int(parts[3][:9]))


def written_reason(text: str) -> str:
    """A text of one line as it comes back out of the workbook."""
    return plain(shortened(clean(text), LONGEST_TEXT))


def written_words(text: str) -> str:
    """A text of several lines as it goes into the workbook and comes back."""
    return shortened(contained(FORBIDDEN.sub("", clean_text(text))), LONGEST_TEXT)
