import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vietnamese import (
    date_in_words,
    date_to_text,
    excerpt,
    fold,
    person_name_key,
    search_words,
    sort_key,
    text_to_date,
)

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
TONED = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
words = st.text(LETTERS + TONED + (LETTERS + TONED).upper() + "0123456789", min_size=1, max_size=8)
vietnamese = st.lists(words, max_size=5).map(" ".join)


# Folding and search


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Đặng\tThị  Ân ", "dang thi an"),
        ("Chiềng Đen", "chieng den"),
        ("ƯỚC LƯỢNG, Quỳnh Nhai", "uoc luong, quynh nhai"),
        ("Lê\u00a0Văn\u200bĂn", "le vanan"),
        ("km²", "km2"),
    ],
)
def test_folding_removes_accents_case_and_spare_spaces(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize("letter", ["Đ", "đ", "Ð", "ð", "Ɖ"])
def test_every_character_used_for_d_with_stroke_folds_to_d(letter):
    assert fold(letter) == "d"


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text() | vietnamese)
def test_folding_does_not_depend_on_the_normal_form(text):
    assert len({fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}) == 1
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)


@given(vietnamese)
def test_folded_vietnamese_is_plain_ascii_in_lower_case(text):
    assert fold(text).isascii()
    assert fold(text) == fold(text.upper()) == fold(text).lower()


def test_search_words_leave_punctuation_out():
    assert search_words("Hội Khuyến học “Dân tộc H'Mông” (2)") == [
        "hoi",
        "khuyen",
        "hoc",
        "dan",
        "toc",
        "h",
        "mong",
        "2",
    ]
    assert search_words(" ,_- ") == []


# Order


DICTIONARY_ORDER = [
    "",
    "1",
    "2",
    "10",
    "a",
    "An",
    "An 2",
    "an ba",
    "An Bình",
    "anh",
    "ảnh",
    "ánh",
    "ăn",
    "ân",
    "ba",
    "ba ba",
    "ba con",
    "bà",
    "bà ba",
    "bà con",
    "bả",
    "bã",
    "bá",
    "bạ",
    "bạ ba",
    "bạc",
    "băm",
    "bâm",
    "ca",
    "da",
    "dương",
    "đa",
    "Đèn",
    "em",
    "êm",
    "êm ả",
    "ga",
    "hoa",
    "hòa",
    "hoan",
    "lan",
    "nga",
    "ngã",
    "ô",
    "ố",
    "ơ",
    "ợ",
    "pa",
    "thu",
    "thù",
    "thủ",
    "thũ",
    "thú",
    "thụ",
    "thư",
    "tra",
    "u",
    "ư",
    "va",
    "wa",
    "xa",
    "ý",
    "z",
]


def shuffled(texts):
    return random.Random(1).sample(texts, len(texts))


def test_the_order_is_that_of_a_dictionary():
    assert sorted(shuffled(DICTIONARY_ORDER), key=sort_key) == DICTIONARY_ORDER
    assert len({sort_key(word) for word in DICTIONARY_ORDER}) == len(DICTIONARY_ORDER)


@pytest.mark.parametrize(
    "names",
    [
        ["Chi hội 2", "Chi hội 10", "Chi hội 10A", "Chi hội A"],
        ["Tổ 1.2", "Tổ 1.10", "Tổ 2", "Tổ 010"],
        ["Bản A2", "Bản A10", "Bản Ac"],
        ["Xã Chiềng An", "Xã Chiềng Ân", "Xã Chiềng Đen", "Xã Chiềng Mai", "Xã Mường Bú"],
    ],
)
def test_names_of_units_stand_in_the_order_people_expect(names):
    assert sorted(shuffled(names), key=sort_key) == names


def test_zeros_before_a_number_do_not_count():
    assert sort_key("Tổ 01") == sort_key("Tổ 1") < sort_key("Tổ 002") < sort_key("Tổ 10")
    assert sort_key("Tổ 0") == sort_key("Tổ 00") < sort_key("Tổ 1")


def test_the_place_of_the_tone_and_the_case_do_not_count():
    assert sort_key("Hoà Bình") == sort_key("hòa BÌNH")
    assert sort_key("Hoa") != sort_key("Hòa")
    assert sort_key("Ðà Bắc") == sort_key("Đà Bắc")


def test_foreign_letters_come_last_in_a_fixed_order():
    assert sorted(["ສ", "Я", "z", "Müller", "Muller"], key=sort_key) == ["Muller", "Müller", "z", "Я", "ສ"]


def test_a_number_of_any_length_has_a_key():
    assert sort_key("8" * 98) < sort_key("1" * 99) <= sort_key("2" * 500) < sort_key("a")


@given(st.text())
def test_the_key_is_made_of_digits_for_any_text_in_any_normal_form(text):
    key = sort_key(text)
    assert set(key) <= set("0123456789")
    assert key == sort_key(unicodedata.normalize("NFD", text)) == sort_key(unicodedata.normalize("NFC", text))


def reference(word):
    """Letters, then tones, by tables written apart from the code under test; only for words of letters."""
    decomposed = [unicodedata.normalize("NFD", letter) for letter in word.lower()]
    tones = "\u0300\u0309\u0303\u0301\u0323"
    bare = [unicodedata.normalize("NFC", "".join(c for c in letter if c not in tones)) for letter in decomposed]
    return [LETTERS.index(letter) for letter in bare], [
        tones.index(c) for text in decomposed for c in text if c in tones
    ]


@given(*[st.lists(st.text(LETTERS + TONED, min_size=1, max_size=4), max_size=3)] * 2)
def test_the_order_agrees_with_a_comparison_word_by_word(first, second):
    expected = [reference(word) for word in first] < [reference(word) for word in second]
    assert (sort_key(" ".join(first)) < sort_key(" ".join(second))) is expected


@given(*[st.integers(0, 10**20)] * 2)
def test_numbers_in_a_text_go_by_value(first, second):
    assert (sort_key(f"Tổ {first}") < sort_key(f"Tổ {second}")) is (first < second)


@given(vietnamese, vietnamese)
def test_a_text_comes_before_its_continuation(text, more):
    assert sort_key(text) <= sort_key(f"{text} {more}")


def test_people_are_ordered_by_given_name_then_family_name():
    people = [
        "An",
        "Lê Thị An",
        "Nguyễn Văn An",
        "Trần Văn An",
        "Hoàng Ánh",
        "Lê Văn Ân",
        "Lò Thị Bình",
        "Cà Văn Đức",
        "Lò Văn Hà",
        "Tòng Thị Hà",
        "Bạc Thị Hạ",
        "Lường Thị Hà Xuân",
    ]
    assert sorted(shuffled(people), key=person_name_key) == people


def test_a_stray_mark_at_the_end_is_no_given_name():
    assert person_name_key("Nguyễn Văn An .") == person_name_key(" nguyễn  văn AN ")
    assert person_name_key(" ") == ""


# Dates


@pytest.mark.parametrize("text", ["5/4/2022", "05/04/2022", " 05-04-2022", "5.4.2022", "2022-04-05"])
def test_dates_are_read_the_day_first(text):
    assert text_to_date(text) == date(2022, 4, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31/02/1960", "31/02/1960 không có trong lịch"),
        ("12/25/2026", "không có trong lịch"),
        ("01/01/0000", "không có trong lịch"),
        ("2022-02-30", "không có trong lịch"),
        ("05/04/22", "bốn chữ số"),
        ("", "Chưa nhập ngày"),
        ("  ", "Chưa nhập ngày"),
        ("hôm nay", "không phải là ngày"),
        ("05/04-2022", "không phải là ngày"),
        ("05/04/2022 09:40", "không phải là ngày"),
        ("4/2022", "không phải là ngày"),
        ("٠٥/04/2022", "không phải là ngày"),
    ],
)
def test_a_wrong_date_is_refused_with_a_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        text_to_date(text)


@given(st.dates())
def test_a_date_survives_being_written_and_read(day):
    assert text_to_date(date_to_text(day)) == day
    assert text_to_date(day.isoformat()) == day
    assert text_to_date(f"{day.day}.{day.month}.{day.year:04d}") == day


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2022, 4, 5), "ngày 05 tháng 4 năm 2022"),
        (date(2022, 1, 10), "ngày 10 tháng 01 năm 2022"),
        (date(2022, 2, 9), "ngày 09 tháng 02 năm 2022"),
        (date(2022, 3, 31), "ngày 31 tháng 3 năm 2022"),
        (date(2022, 12, 1), "ngày 01 tháng 12 năm 2022"),
    ],
)
def test_a_date_in_words_has_zeros_where_the_decree_wants_them(day, words):
    assert date_in_words(day) == words


def test_long_input_is_cut_in_messages():
    assert excerpt(" abc ") == "“abc”"
    assert excerpt("x" * 500) == "“" + "x" * 40 + "…”"
