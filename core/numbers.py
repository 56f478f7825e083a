"""Numbers as Vietnamese people write, type and say them: 1.234.567 · 67,2 · "một trăm linh năm".

Reading is strict: what could mean two things is refused with a sentence that says what to type instead.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from core.vietnamese import excerpt

# A space, a non-breaking, figure, thin or narrow one; a tab or line break would mean two cells pasted.
SPACES = re.compile("[ \u00a0\u2007\u2009\u202f]")
SIGNS = ("-", "\u2212")
WHOLE = r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?: [0-9]{3})+)"
WHOLE_NUMBER = re.compile(WHOLE)
DECIMAL_COMMA = re.compile(rf"({WHOLE})(?:,([0-9]+))?")
# One dot before one or two digits cannot group thousands: a decimal point from another keyboard.
DECIMAL_POINT = re.compile(r"([0-9]+)\.([0-9]{1,2})")
MAX_DIGITS = 30

UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
BILLION = 10**9


def number_to_text(number: int) -> str:
    """``1234567`` → ``"1.234.567"``."""
    return f"{number:,d}".replace(",", ".")


def decimal_to_text(number: Decimal | int | float, places: int = 2) -> str:
    """``Decimal("1234.50")`` → ``"1.234,5"``: half rounds away from zero to ``places``, no trailing zeros.

    A float is taken as Python prints it, so 2.675 becomes 2,68. Raises ValueError for infinities and NaN.
    """
    exact = Decimal(str(number))
    if not exact.is_finite():
        raise ValueError(f"{number} không phải là một số.")
    # Digits before the point, places after it, and one for 9,99 → 10.
    precision = max(exact.adjusted(), 0) + places + 2
    rounded = exact.quantize(Decimal((0, (1,), -places)), ROUND_HALF_UP, Context(prec=precision))
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    text = number_to_text(int(whole))
    if fraction := fraction.rstrip("0"):
        text += f",{fraction}"
    return f"-{text}" if rounded < 0 else text


def text_to_number(text: str) -> int:
    """Read a whole number: 1.234.567, 1234567, 1 234 567, with a minus sign or none.

    ``1.240`` is 1240. Raises ValueError with a Vietnamese sentence for a comma, a wrong group, a decimal,
    text, nothing, or more than 30 digits.
    """
    sign, digits = _split_sign(text)
    if not WHOLE_NUMBER.fullmatch(digits):
        raise ValueError(_why_not_whole(text, digits))
    return sign * int(_bare_digits(text, digits))


def text_to_decimal(text: str) -> Decimal:
    """Read a number with decimals: 67,2 or 1.234,5; also 67.2 and 67.25, where the dot can be nothing else.

    ``1.240`` is 1240. Raises ValueError with a Vietnamese sentence for 67.2555, 0.125, 1,234,567, text,
    nothing, or more than 30 digits.
    """
    sign, digits = _split_sign(text)
    found = DECIMAL_POINT.fullmatch(digits) or DECIMAL_COMMA.fullmatch(digits)
    if not found:
        raise ValueError(_why_not_decimal(text, digits))
    whole, fraction = found[1], found[2] or ""
    number = int(_bare_digits(text, whole + fraction))
    # From the tuple: exact whatever the precision of the context, and no negative zero.
    return Decimal((int(sign < 0 < number), tuple(map(int, str(number))), -len(fraction)))


def _split_sign(text: str) -> tuple[int, str]:
    typed = SPACES.sub(" ", text.strip())
    return (-1, typed[1:]) if typed.startswith(SIGNS) else (1, typed)


def _bare_digits(text: str, grouped: str) -> str:
    digits = grouped.replace(".", "").replace(" ", "")
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"{excerpt(text)}: số dài quá {MAX_DIGITS} chữ số. Hãy kiểm tra lại.")
    return digits


def _why_not_whole(text: str, digits: str) -> str:
    if not digits:
        return "Chưa nhập số. Hãy nhập một số nguyên, ví dụ 1.240."
    if not re.fullmatch("[0-9., ]+", digits):
        return f"{excerpt(text)} không phải là số. Chỉ dùng các chữ số từ 0 đến 9, ví dụ 1.240."
    if "," in digits:
        return (
            f"{excerpt(text)}: ở đây cần số nguyên, không dùng dấu phẩy. "
            "Dấu chấm ngăn từng nhóm ba chữ số, ví dụ 1.240."
        )
    return (
        f"{excerpt(text)}: ở đây cần số nguyên; dấu chấm hay dấu cách chỉ ngăn từng nhóm ba chữ số. "
        "Hãy nhập như 1.240 hoặc 1240."
    )


def _why_not_decimal(text: str, digits: str) -> str:
    if not digits:
        return "Chưa nhập số. Hãy nhập một số, ví dụ 67,2."
    if not re.fullmatch("[0-9., ]+", digits):
        return f"{excerpt(text)} không phải là số. Chỉ dùng các chữ số từ 0 đến 9 và dấu phẩy, ví dụ 67,2."
    return (
        f"{excerpt(text)}: không rõ là số nào. "
        "Dấu phẩy ngăn phần lẻ, dấu chấm ngăn từng nhóm ba chữ số, ví dụ 67,2 hoặc 1.240,5."
    )


def number_to_words(number: int) -> str:
    """The number as it is said on vouchers, in lower case: 1015 → "một nghìn không trăm mười lăm".

    Northern standard: "nghìn" (not "ngàn"), "linh" (not "lẻ"), "hai mươi tư" but "mười bốn" and "linh bốn".
    Beyond 10⁹ in blocks of nine digits: 10¹² "một nghìn tỷ", 10¹⁵ "một triệu tỷ", 10¹⁸ "một tỷ tỷ".
    """
    if number < 0:
        return "âm " + number_to_words(-number)
    if number == 0:
        return UNITS[0]
    blocks = []
    rest = number
    while rest:
        rest, block = divmod(rest, BILLION)
        blocks.append(block)
    words = []
    for power in range(len(blocks) - 1, -1, -1):
        if blocks[power]:
            words += [*_below_a_billion(blocks[power], spell_zeros=bool(words)), *["tỷ"] * power]
    return " ".join(words)


def _below_a_billion(number: int, *, spell_zeros: bool) -> list[str]:
    """``spell_zeros``: something was said before, so 5 is "không trăm linh năm"."""
    words = []
    for size, name in ((10**6, ["triệu"]), (10**3, ["nghìn"]), (1, [])):
        triple = number // size % 1000
        if triple:
            words += _below_a_thousand(triple, spell_zeros=spell_zeros or bool(words)) + name
    return words


def _below_a_thousand(number: int, *, spell_zeros: bool) -> list[str]:
    hundreds, tens, units = number // 100, number // 10 % 10, number % 10
    words = [UNITS[hundreds], "trăm"] if hundreds or spell_zeros else []
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [UNITS[tens], "mươi"]
    elif units and words:
        words.append("linh")
    if units == 1 and tens > 1:
        words.append("mốt")
    elif units == 4 and tens > 1:
        words.append("tư")
    elif units == 5 and tens:
        words.append("lăm")
    elif units:
        words.append(UNITS[units])
    return words
