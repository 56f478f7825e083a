"""Names of attached files; what is let in is tried with the form that takes it (tests/reports/test_guidance.py)."""

import pytest

from core.attachments import NAME_LENGTH, content_type, random_name, tidy_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mẫu số 1.pdf", "Mẫu số 1.pdf"),
        ("dòng\nmới\x00.pdf", "dòngmới.pdf"),
        ("x" * 300 + ".docx", "x" * (NAME_LENGTH - 5) + ".docx"),
    ],
)
def test_a_name_is_printable_and_keeps_its_ending(name, expected):
    assert tidy_name(name) == expected


def test_a_file_is_kept_under_a_name_that_says_only_its_kind():
    names = {random_name("Danh sách.PDF") for _ in range(20)}
    assert len(names) == 20
    assert all(len(name) == 36 and name.endswith(".pdf") for name in names)


def test_what_is_unknown_is_only_bytes():
    assert content_type("a.svg") == content_type("a") == "application/octet-stream"
    assert content_type("A.JPG") == "image/jpeg"
