"""QR codes, against published examples and read again by rules of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents.qr import qr_rows, qr_svg
from tests.core.documents.qr_rules import (
    BLOCKS,
    MASKS,
    data_places,
    error_correction,
    format_modules,
    powers,
    with_check,
)


def test_error_correction_of_a_published_example():
    # "HELLO WORLD" in version 1-M.
    data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
    assert error_correction(data, 10) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]


def test_format_and_version_of_published_tables():
    assert "".join(bit for _, bit in format_modules(21, 0))[:15] == "101010000010010"
    assert f"{with_check(7, 12, 0b1111100100101):018b}" == "000111110010010100"


def read(rows):
    """What a code says: mask off, blocks apart, every syndrome zero, then the bytes."""
    size = len(rows)
    version = (size - 17) // 4
    found = "".join(rows[y][x] for (y, x), _ in format_modules(size, 0)[:15])
    (mask,) = [mask for mask in range(8) if found == "".join(bit for _, bit in format_modules(size, mask)[:15])]
    bits = "".join("10"[MASKS[mask](y, x) == (rows[y][x] == "1")] for y, x in data_places(version))
    bits = "".join("1" if bit == "0" else "0" for bit in bits).translate(str.maketrans("01", "10"))
    words = [int(bits[place : place + 8], 2) for place in range(0, len(bits) - len(bits) % 8, 8)]
    number, groups = BLOCKS[version]
    lengths = [length for count, length in groups for _ in range(count)]
    blocks = [[] for _ in lengths]
    stream = iter(words)
    for step in range(max(lengths)):
        for block, length in zip(blocks, lengths, strict=True):
            if step < length:
                block.append(next(stream))
    data = [word for block in blocks for word in block]
    for _ in range(number):
        for block in blocks:
            block.append(next(stream))
    for block in blocks:
        assert syndromes(block, number) == [0] * number
    text = "".join(f"{word:08b}" for word in data)
    head = 12 if version < 10 else 20
    assert text[:4] == "0100"
    length = int(text[4:head], 2)
    return bytes(int(text[head + 8 * place : head + 8 * place + 8], 2) for place in range(length)).decode()


def syndromes(block, number):
    exponents, logarithms = powers()
    found = []
    for root in range(number):
        value = 0
        for word in block:
            value = (exponents[logarithms[value] + root] if value else 0) ^ word
        found.append(value)
    return found


@given(st.text(max_size=50))
def test_any_text_is_read_again(text):
    assert read(qr_rows(text)) == text


@pytest.mark.parametrize("length", [14, 15, 26, 42, 62, 84, 106, 122, 152, 180, 181, 213])
def test_every_size_is_read_again(length):
    assert read(qr_rows("a" * length)) == "a" * length


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="214 bytes"):
        qr_rows("a" * 214)


def test_the_finders_stand_in_three_corners():
    rows = qr_rows("https://khuyenhoc.example.vn/public/certificates/01ABCDEFGHJKMNPQRSTVWXYZ23/")
    corners = (rows, [row[::-1] for row in rows], rows[::-1])
    for corner in corners:
        assert [row[:8] for row in corner[:8]] == [
            "11111110",
            "10000010",
            "10111010",
            "10111010",
            "10111010",
            "10000010",
            "11111110",
            "00000000",
        ]


def test_the_drawing_is_an_image_with_a_label():
    drawn = qr_svg("a", label="Kiểm tra")
    assert 'viewBox="0 0 29 29"' in drawn
    assert 'aria-label="Kiểm tra"' in drawn
