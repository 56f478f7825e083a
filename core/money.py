"""Money is whole đồng in integers; here it becomes text and words, and comes back from what people type."""

import re
from fractions import Fraction

from core.numbers import number_to_text, number_to_words, text_to_decimal, text_to_number
from core.vietnamese import excerpt, fold

MILLION, BILLION = 10**6, 10**9
# Folded; "tỉ" is as common as "tỷ", "ngàn" is southern.
UNITS = {"nghin": 10**3, "ngan": 10**3, "tr": MILLION, "trieu": MILLION, "ty": BILLION, "ti": BILLION}
# What is typed up to the first letter is the number. "₫" is no letter, so it is written out first.
NUMBER_THEN_WORDS = re.compile(r"((?:[\W\d_])*)(.*)", re.DOTALL)
CURRENCY = re.compile(r"\s*(?:dong|vnd|d)$")


def money_to_text(amount: int) -> str:
    """``6100000000`` → ``"6.100.000.000 đồng"``."""
    return f"{number_to_text(amount)} đồng"


def money_short(amount: int) -> str:
    """In tỷ or triệu: "6,1 tỷ đồng", "192,8 triệu đồng"; below a million in full.

    Half rounds away from zero to two decimals; what rounds to 1.000 triệu is said in tỷ.
    """
    hundredths = _hundredths(amount, MILLION)
    if abs(amount) < MILLION:
        return money_to_text(amount)
    if hundredths < 1000 * 100:
        name = "triệu"
    else:
        hundredths, name = _hundredths(amount, BILLION), "tỷ"
    whole, fraction = divmod(hundredths, 100)
    decimals = f"{fraction:02d}".rstrip("0")
    sign = "-" if amount < 0 else ""
    return f"{sign}{number_to_text(whole)}{',' if decimals else ''}{decimals} {name} đồng"


def _hundredths(amount: int, unit: int) -> int:
    return (abs(amount) * 200 + unit) // (2 * unit)


def money_to_words(amount: int) -> str:
    """``6100000000`` → ``"Sáu tỷ một trăm triệu đồng"``, with a capital, for vouchers."""
    words = number_to_words(amount)
    return f"{words[0].upper()}{words[1:]} đồng"


def text_to_money(text: str) -> int:
    """Read whole đồng: 6.100.000.000, 6100000000 đồng, 6,1 tỷ, 192,8 triệu đồng, 35tr.

    Raises ValueError with a Vietnamese sentence for fractions of a đồng ("1,5 đồng"), an unknown unit, and
    for "6.125 tỷ", which is 6125 in Vietnam but was perhaps meant as 6,125.
    """
    number, words = NUMBER_THEN_WORDS.fullmatch(text.strip().replace("₫", " đồng ").strip()).groups()
    unit = CURRENCY.sub("", fold(words)) if words else ""
    if not unit:
        return text_to_number(number)
    if unit not in UNITS or not number.strip():
        raise ValueError(f"{excerpt(text)} không phải là số tiền. Hãy nhập như 6.100.000.000 hoặc 6,1 tỷ.")
    if re.fullmatch(r"\s*\S?[0-9]+\.[0-9]{3}\s*", number):
        raise ValueError(
            f"{excerpt(text)}: không rõ dấu chấm ngăn hàng nghìn hay phần lẻ. "
            "Phần lẻ viết sau dấu phẩy, ví dụ 6,125 tỷ; hoặc viết đủ số đồng."
        )
    # Decimal would round to the 28 digits of its context.
    amount = Fraction(text_to_decimal(number)) * UNITS[unit]
    if amount.denominator != 1:
        raise ValueError(f"{excerpt(text)}: số tiền phải là số đồng nguyên, không có phần lẻ của một đồng.")
    return int(amount)
