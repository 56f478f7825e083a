"""Which characters the vendored font can draw, and what is drawn in place of the others."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
BOX = "□"
# In place of a character that the font lacks: nothing for marks on a letter, a space for spaces and controls, else BOX.
INSTEAD = {"Mn": "", "Me": "", "Zs": " ", "Zl": " ", "Zp": " ", "Cc": " "}


def printable(text: str) -> str:
    """The text in characters that the font draws, composed (NFC) so that a search in the document finds them.

    Format characters are left out: a PDF holds letters in the order in which they are drawn, and a turned direction
    would be read and searched backwards.
    """
    return unicodedata.normalize("NFC", text).translate(substitutes())


class Substitutes(dict):
    """What is drawn for a code point, decided when it is first met."""

    def __missing__(self, code: int) -> int | str:
        category = unicodedata.category(chr(code))
        if category == "Cf":
            drawn = ""
        elif code in covered() and category != "Co":
            drawn = code
        else:
            drawn = INSTEAD.get(category, BOX)
        self[code] = drawn
        return drawn


@cache
def substitutes() -> Substitutes:
    return Substitutes()


@cache
def covered() -> frozenset[int]:
    """The code points that every face of the font has."""
    return frozenset.intersection(*(code_points(face.read_bytes()) for face in FONTS.glob("*.ttf")))


def code_points(font: bytes) -> frozenset[int]:
    """The code points of a TrueType font out of its table for the basic plane (OpenType, "cmap" format 4)."""

    def words(place: int, number: int) -> tuple[int, ...]:
        return struct.unpack_from(f">{number}H", font, place)

    directory = struct.iter_unpack(">4s4xL4x", font[12 : 12 + 16 * words(4, 1)[0]])
    maps = next(place for tag, place in directory if tag == b"cmap")
    entries = struct.iter_unpack(">HHL", font[maps + 4 : maps + 4 + 8 * words(maps + 2, 1)[0]])
    start = maps + next(place for platform, encoding, place in entries if (platform, encoding) == (3, 1))
    segments = words(start + 6, 1)[0] // 2
    lasts, firsts, deltas, offsets = (
        words(start + place, segments) for place in (14, 16 + 2 * segments, 16 + 4 * segments, 16 + 6 * segments)
    )
    found = set()
    for place, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        if offset:
            indirect = words(start + 16 + 6 * segments + 2 * place + offset, last - first + 1)
            found.update(first + step for step, glyph in enumerate(indirect) if glyph)
        else:
            found.update(code for code in range(first, last + 1) if (code + delta) % 0x10000)
    return frozenset(found)
