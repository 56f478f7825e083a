from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import decimal_to_text, number_to_text, number_to_words, text_to_decimal, text_to_number

integers = st.integers(-(10**30) + 1, 10**30 - 1)
SPACES = " \u00a0\u2007\u2009\u202f"


# Writing


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (7, "7"), (999, "999"), (1000, "1.000"), (1234567, "1.234.567"), (-1234, "-1.234")],
)
def test_whole_numbers_are_grouped_by_three(number, text):
    assert number_to_text(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Decimal("67.20"), "67,2"),
        (Decimal("65.00"), "65"),
        (Decimal("19.505"), "19,51"),
        (Decimal("19.5049"), "19,5"),
        (Decimal("9.995"), "10"),
        (Decimal("999.999"), "1.000"),
        (Decimal("1234567.5"), "1.234.567,5"),
        (Decimal("-2.345"), "-2,35"),
        (Decimal("-0.001"), "0"),
        (Decimal("1E+3"), "1.000"),
        (Decimal("0"), "0"),
        (2.675, "2,68"),
        (0.1 + 0.2, "0,3"),
        (1e-9, "0"),
        (100, "100"),
    ],
)
def test_decimals_round_half_up_and_lose_trailing_zeros(number, text):
    assert decimal_to_text(number) == text


def test_the_number_of_places_can_be_chosen():
    assert decimal_to_text(Decimal("2.5"), 0) == "3"
    assert decimal_to_text(Decimal("1.2345"), places=3) == "1,235"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_no_number_is_not_written(number):
    with pytest.raises(ValueError, match="không phải là một số"):
        decimal_to_text(number)


@given(st.decimals(-(10**20), 10**20, allow_nan=False), st.integers(0, 6))
def test_rounding_is_off_by_half_a_unit_at_most_and_upwards_in_a_tie(number, places):
    written = Fraction(text_to_decimal(decimal_to_text(number, places)))
    unit = Fraction(1, 10**places)
    distance = abs(written) - abs(Fraction(number))
    assert -unit / 2 < distance <= unit / 2


# Reading


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234.567", 1234567),
        ("1234567", 1234567),
        ("1 234 567", 1234567),
        ("1\u00a0234\u202f567", 1234567),
        (" 1.240 ", 1240),
        ("0", 0),
        ("007", 7),
        ("-12", -12),
        ("−1.200", -1200),
    ],
)
def test_whole_numbers_are_read_as_people_type_them(text, number):
    assert text_to_number(text) == number


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,234", "không dùng dấu phẩy"),
        ("67,2", "không dùng dấu phẩy"),
        ("1,234,567", "không dùng dấu phẩy"),
        ("1.234,0", "không dùng dấu phẩy"),
        ("1.23.4", "từng nhóm ba chữ số"),
        ("12.34", "từng nhóm ba chữ số"),
        ("1.5", "từng nhóm ba chữ số"),
        ("1234.567", "từng nhóm ba chữ số"),
        ("1.234567", "từng nhóm ba chữ số"),
        ("0.123", "từng nhóm ba chữ số"),
        ("1.234 567", "từng nhóm ba chữ số"),
        ("12 34", "từng nhóm ba chữ số"),
        ("1.234.", "từng nhóm ba chữ số"),
        ("", "Chưa nhập số"),
        (" \u00a0", "Chưa nhập số"),
        ("-", "Chưa nhập số"),
        ("abc", "không phải là số"),
        ("12 người", "không phải là số"),
        ("1\t234", "không phải là số"),
        ("--5", "không phải là số"),
        ("1e3", "không phải là số"),
        ("1_000", "không phải là số"),
        ("١٢٣", "không phải là số"),
        ("１２", "không phải là số"),
        ("²", "không phải là số"),
        ("9" * 31, "dài quá 30 chữ số"),
        ("9" * 5000, "dài quá 30 chữ số"),
    ],
)
def test_a_whole_number_that_is_ambiguous_or_wrong_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        text_to_number(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("67,2", "67.2"),
        ("67.2", "67.2"),
        ("67.25", "67.25"),
        ("0,125", "0.125"),
        ("1.234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.240", "1240"),
        ("100", "100"),
        ("-0,5", "-0.5"),
    ],
)
def test_decimals_are_read_with_a_comma_or_an_unmistakable_point(text, number):
    assert text_to_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,234,567", "không rõ là số nào"),
        ("1,234.5", "không rõ là số nào"),
        ("67.2555", "không rõ là số nào"),
        ("0.125", "không rõ là số nào"),
        ("67,", "không rõ là số nào"),
        (",5", "không rõ là số nào"),
        ("12.34,5", "không rõ là số nào"),
        ("67,2%", "không phải là số"),
        ("NaN", "không phải là số"),
        ("１,5", "không phải là số"),
        ("", "Chưa nhập số"),
        ("0," + "1" * 31, "dài quá 30 chữ số"),
    ],
)
def test_a_decimal_that_is_ambiguous_or_wrong_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        text_to_decimal(text)


def test_minus_zero_is_zero():
    assert str(text_to_decimal("-0,0")) == "0.0"
    assert text_to_number("-0") == 0


@given(integers, st.sampled_from(SPACES))
def test_a_whole_number_survives_being_written_and_read(number, space):
    text = number_to_text(number)
    assert text_to_number(text) == number
    assert text_to_number(text.replace(".", space)) == number
    assert text_to_number(str(number)) == number
    assert text_to_decimal(text) == number


@given(st.integers(-(10**20), 10**20), st.integers(0, 6))
def test_a_decimal_survives_being_written_and_read(digits, places):
    number = Decimal(digits).scaleb(-places)
    assert text_to_decimal(decimal_to_text(number, places)) == number


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_a_point_before_one_or_two_digits_equals_a_comma(whole, cents):
    assert text_to_decimal(f"{whole}.{cents}") == text_to_decimal(f"{whole},{cents}")


@given(st.text("0123456789., -", max_size=12))
def test_reading_either_succeeds_in_both_kinds_alike_or_raises_value_error(text):
    try:
        whole = text_to_number(text)
    except ValueError:
        return
    assert text_to_decimal(text) == whole


# In words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (555, "năm trăm năm mươi lăm"),
        (1000, "một nghìn"),
        (1015, "một nghìn không trăm mười lăm"),
        (1005, "một nghìn không trăm linh năm"),
        (21_024, "hai mươi mốt nghìn không trăm hai mươi tư"),
        (1_000_005, "một triệu không trăm linh năm"),
        (1_001_000, "một triệu không trăm linh một nghìn"),
        (192_800_000, "một trăm chín mươi hai triệu tám trăm nghìn"),
        (6_100_000_000, "sáu tỷ một trăm triệu"),
        (10**9 + 5 * 10**6, "một tỷ không trăm linh năm triệu"),
        (10**12, "một nghìn tỷ"),
        (1_200 * 10**9 + 1, "một nghìn hai trăm tỷ không trăm linh một"),
        (10**15, "một triệu tỷ"),
        (10**18, "một tỷ tỷ"),
        (10**18 + 10**9, "một tỷ tỷ không trăm linh một tỷ"),
        (-35, "âm ba mươi lăm"),
    ],
)
def test_a_number_is_said_as_on_a_voucher(number, words):
    assert number_to_words(number) == words


DIGIT_WORDS = {
    word: value for value, word in enumerate(["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"])
}
DIGIT_WORDS |= {"mốt": 1, "tư": 4, "lăm": 5}


def number_from_words(words):
    """A reader written apart from the writer: shifts what it holds at every word of size."""
    if words.startswith("âm "):
        return -number_from_words(words[3:])
    total = block = triple = 0
    tokens = words.split()
    while tokens:
        word = tokens.pop(0)
        if word == "trăm":
            triple *= 100
        elif word == "mươi":
            triple = triple // 100 * 100 + triple % 10 * 10
        elif word == "mười":
            triple += 10
        elif word in ("nghìn", "triệu"):
            block += triple * {"nghìn": 10**3, "triệu": 10**6}[word]
            triple = 0
        elif word == "tỷ":
            power = 1
            while tokens and tokens[0] == "tỷ":
                tokens.pop(0)
                power += 1
            total += (block + triple) * 10 ** (9 * power)
            block = triple = 0
        elif word != "linh":
            triple += DIGIT_WORDS[word]
    return total + block + triple


@given(st.integers(-(10**30), 10**30) | st.integers(-(10**7), 10**7))
def test_words_say_the_number_and_no_other(number):
    assert number_from_words(number_to_words(number)) == number


def test_the_first_hundred_thousand_numbers_are_said_differently():
    assert len({number_to_words(number) for number in range(100_000)}) == 100_000
