"""What differs between two texts, for people."""

import time

from hypothesis import given
from hypothesis import strategies as st

from reports.differences import GONE, NEW, SAME, compare


def said(before, after):
    marks = {SAME: "{}", GONE: "[-{}-]", NEW: "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in compare(before, after))


def test_words_that_changed_are_marked():
    assert said("có 12 lớp học", "có 15 lớp học") == "có [-12-][+15+] lớp học"
    assert said("", "mới") == "[+mới+]"
    assert said("cũ", "") == "[-cũ-]"
    assert said("một\nhai", "một\nhai\nba") == "một\nhai[+\nba+]"


def test_a_new_sentence_is_one_change():
    assert said("Số liệu minh hoạ.", "Mở 15 lớp học.") == "[-Số liệu minh hoạ.-][+Mở 15 lớp học.+]"
    assert said("a b c d e", "x b y z e") == "[-a-][+x+] b [-c d-][+y z+] e"


def test_long_texts_that_stayed_are_cut():
    long = "chữ " * 200
    shown = said(f"{long}cũ", f"{long}mới")
    assert shown.startswith("…")
    assert shown.endswith("[-cũ-][+mới+]")
    assert len(shown) < 200


@given(st.text(alphabet="ab \n", max_size=60), st.text(alphabet="ab \n", max_size=60))
def test_the_pieces_of_a_short_text_give_both_texts_back(before, after):
    pieces = compare(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != NEW) == before
    assert "".join(piece.text for piece in pieces if piece.kind != GONE) == after


def test_a_hostile_text_is_not_compared_for_ever():
    begun = time.monotonic()
    for before, after in (("\n" * 20_000, "\n " * 10_000), ("a " * 10_000, "b a " * 5_000)):
        assert sum(len(piece.text) for piece in compare(before, after)) < 5000
    assert time.monotonic() - begun < 5
