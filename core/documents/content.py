"""What all writers of documents share: clean texts, tables of texts, and how wide a text is on paper."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

# What XML 1.0 has no way to write, not even escaped (section 2.2).
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A4 and the margins of Nghị định 30/2020/NĐ-CP, appendix I, in millimetres.
A4_SHORT, A4_LONG = 210, 297
TOP, RIGHT, BOTTOM, LEFT = 20, 15, 20, 30
# Widths in Times New Roman that differ from the half em of digits and most letters.
EMS = {**dict.fromkeys(".,: ", 0.25), **dict.fromkeys("/ijltfr", 0.32), **dict.fromkeys("mwM%W", 0.9)}
# Characters that turn the direction of what follows them, and those that end such a turn.
TURNS = {**dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"), **dict.fromkeys("\u2066\u2067\u2068", "\u2069")}


def clean(text: str) -> str:
    """One line of text: forbidden characters dropped, tabs and line ends as spaces, turned directions turned back.

    A name with an unclosed right-to-left override would otherwise turn the office's own words around as well.
    """
    line = re.sub(r"[\t\n\r]+", " ", FORBIDDEN.sub("", text))
    return line if line.isascii() else line + open_turns(line)


def open_turns(line: str) -> str:
    """The characters that end what the line leaves turned."""
    closing: list[str] = []
    for char in line:
        if char in TURNS:
            closing.append(TURNS[char])
        elif char in closing:
            # A closing isolate also ends the embeddings opened inside it; a lone closer ends nothing.
            while closing and (closing[-1] == char or char == "\u2069"):
                if closing.pop() == char:
                    break
    return "".join(reversed(closing))


def contained(value):
    """Every text inside frozen dataclasses, tuples and mappings with its turned directions turned back.

    For texts of people before they are put into sentences: at the end of the sentence it would be too late.
    """
    if isinstance(value, str):
        return value if value.isascii() else value + open_turns(value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(contained(item) for item in value)
    if isinstance(value, Mapping):
        return {key: contained(item) for key, item in value.items()}
    if is_dataclass(value):
        held = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: new for name, old in held.items() if (new := contained(old)) != old}
        return replace(value, **changed) if changed else value
    return value


def plain(value):
    """Strings, numbers, lists and mappings, cleaned. Raises TypeError for anything that could run code."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"A template takes plain data, not {type(value).__name__}.")


@dataclass(frozen=True)
class Table:
    """Texts in columns: ``widths`` in millimetres, the first ``text_columns`` of them words, the others numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    text_columns: int = 1


def annex_width(*, landscape: bool) -> int:
    """Millimetres between the margins."""
    return (A4_LONG if landscape else A4_SHORT) - LEFT - RIGHT


def text_width(text: str, points: float = 9, *, bold: bool = False) -> float:
    """About how many millimetres a text takes in Times New Roman."""
    ems = sum(EMS.get(char, 0.75 if char.isupper() else 0.5) for char in text)
    return ems * points * 25.4 / 72 * (1.12 if bold else 1)
