"""Cells that only people have: names, codes, telephones, the numbers of papers."""

from datetime import date

from core.sheets import LARGEST_COUNT, Cell, Code, Day, Parser, Text, plain
from core.vietnamese import excerpt, search_words
from members.models.members import CODE_PATTERN, KEY_NUMBER

ID_LENGTHS = (9, 12)
PHONE_LENGTH = 10


class Padded(str):
    """Digits whose leading zeros Excel had dropped; the importer is told that they were put back."""

    __slots__ = ()


def whole_digits(cell: Cell) -> str | None:
    """The digits of a cell that holds a whole number."""
    is_number = isinstance(cell, float | int) and not isinstance(cell, bool)
    return str(int(cell)) if is_number and cell == int(cell) and 0 <= cell < LARGEST_COUNT else None


def mask(number: str | None) -> str:
    """An ID number as everybody may see it: its last three digits."""
    return f"{'•' * (len(number) - 3)}{number[-3:]}" if number else "chưa có"


class PersonName(Text):
    hint = "họ và tên đầy đủ"

    def __init__(self):
        super().__init__(150)

    def __call__(self, cell: Cell) -> str:
        text = super().__call__(cell)
        if not isinstance(cell, str) or not any(word.isalpha() for word in search_words(text)):
            raise ValueError(f"{excerpt(text)} không phải là họ tên. Hãy gõ lại.")
        return text


class MemberCode(Code):
    """Of the association, or M and the key, as lists and exports show it."""

    hint = "mã của hội, hoặc mã M… do phần mềm đặt"

    def __call__(self, cell: Cell) -> str:
        text = super().__call__(cell)
        if KEY_NUMBER.fullmatch(text):
            return text.upper()
        if not CODE_PATTERN.fullmatch(text):
            raise ValueError(f"{excerpt(text)}: mã gồm chữ không dấu, số và . _ - / (tối đa 32).")
        return text


class BirthDay(Day):
    """Many lists hold only the year in this column: that has one of its own."""

    hint = f"{Day.hint}; chỉ biết năm thì ghi ở cột Năm sinh"

    def __call__(self, cell: Cell) -> date:
        text = "" if isinstance(cell, date) else plain(cell)
        if len(text) == 4 and text.isascii() and text.isdigit():
            raise ValueError(f"{excerpt(text)} chỉ là năm. Hãy ghi năm ở cột Năm sinh và để trống ô Ngày sinh.")
        return super().__call__(cell)


class Phone(Text):
    hint = "số điện thoại"

    def __init__(self):
        super().__init__(30)

    def __call__(self, cell: Cell) -> str:
        digits = whole_digits(cell)
        if digits is not None and len(digits) == PHONE_LENGTH - 1:
            return Padded(f"0{digits}")
        return super().__call__(cell)


class IdNumber(Parser):
    """9 or 12 digits; what is wrong is said without repeating the number."""

    hint = "9 hoặc 12 chữ số; được mã hoá, chỉ hiện ba số cuối"

    def __call__(self, cell: Cell) -> str:
        digits = whole_digits(cell)
        if digits is None and isinstance(cell, str):
            digits = plain(cell).replace(" ", "").replace(".", "")
        elif digits is not None and len(digits) in (10, 11):
            return Padded(digits.zfill(12))
        if digits is None or not (digits.isascii() and digits.isdigit()) or len(digits) not in ID_LENGTHS:
            raise ValueError("Số căn cước phải có 12 chữ số (chứng minh thư cũ: 9). Hãy xem lại số và định dạng ô.")
        return digits

    def show(self, value: str | None) -> str:
        return mask(value)
