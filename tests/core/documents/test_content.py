"""What all writers share: clean texts and how wide they are."""

import pytest

from core.documents import Table, clean, contained, plain, text_width


def test_tabs_and_line_ends_become_spaces():
    assert clean("a\r\n\tb") == "a b"


def test_only_plain_data_reaches_a_template():
    assert plain({"a": ("b\x00", 1, None, True)}) == {"a": ["b", 1, None, True]}
    with pytest.raises(TypeError, match="plain data"):
        plain({"a": [object()]})


def test_wider_texts_are_measured_wider():
    assert 0 == text_width("") < text_width("11/12") < text_width("1.234.567") < text_width("1.234.567", bold=True)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("Hội\u200f khuyến học\u200e", ""),
        ("trước \u202esau", "\u202c"),
        ("\u202eđã đóng\u202c", ""),
        ("\u2067hai \u202blớp", "\u202c\u2069"),
        ("\u2067một \u202b lớp \u2069 đóng cả hai", ""),
        ("\u202e\u2067\u202c không đóng qua lớp ngoài", "\u2069\u202c"),
        ("\u202c\u2069 không mở gì", ""),
    ],
)
def test_a_turned_direction_ends_with_the_text(text, closed):
    assert clean(text) == text + closed


def test_texts_of_people_are_turned_back_wherever_they_stand():
    turned = Table(heads=("A", "\u202eB"), rows=(("x", "y"),), widths=(1.0, 2.0))
    assert contained(turned).heads == ("A", "\u202eB\u202c")
    assert contained({"a": (turned, 1, None)})["a"][0] == contained(turned)
    plain_table = Table(heads=("A", "Hội\u200f"), rows=(), widths=(1.0,))
    assert contained(plain_table) is plain_table
