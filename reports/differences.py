"""What differs between two texts, as a person reads it: words gone and words new, with a little of what stayed."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, GONE, NEW = "same", "gone", "new"
# Beyond this many pairs of parts a comparison would take too long: the whole is then gone and new.
MOST_PAIRS = 250_000
CONTEXT, LONGEST_PIECE, LONGEST_ALL = 60, 600, 4000
PARTS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    kind: str
    text: str


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """First by lines, then by words within the lines that changed; long pieces are cut, which "…" says."""
    pieces: list[Piece] = []
    for kind, old, new in blocks(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if kind == SAME:
            pieces.append(Piece(SAME, old))
        else:
            words = blocks(PARTS.findall(old), PARTS.findall(new))
            pieces += [piece for each in words for piece in as_pieces(*each)]
    return shortened(joined(pieces))


def blocks(old: list[str], new: list[str]) -> list[tuple[str, str, str]]:
    """(kind, old text, new text); the kind is SAME, or NEW for anything that differs."""
    if len(old) * len(new) > MOST_PAIRS:
        return [(SAME if old == new else NEW, "".join(old), "".join(new))]
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(SAME if tag == "equal" else NEW, "".join(old[a:b]), "".join(new[c:d])) for tag, a, b, c, d in codes]


def as_pieces(kind: str, old: str, new: str) -> list[Piece]:
    if kind == SAME:
        return [Piece(SAME, old)]
    return [Piece(side, text) for side, text in ((GONE, old), (NEW, new)) if text]


def joined(pieces: list[Piece]) -> list[Piece]:
    """A blank between two changed words belongs to the change: else a new sentence is told word by word."""
    found: list[Piece] = []
    run: list[Piece] = []
    for piece in pieces:
        if piece.kind != SAME or (run and piece.text.isspace()):
            run.append(piece)
        else:
            found += [*closed(run), piece]
            run = []
    return [*found, *closed(run)]


def closed(run: list[Piece]) -> list[Piece]:
    """Changes and the blanks between them as one change, and the blanks that follow it."""
    end = len(run)
    while end and run[end - 1].kind == SAME:
        end -= 1
    changed = [
        Piece(kind, "".join(piece.text for piece in run[:end] if piece.kind in (kind, SAME))) for kind in (GONE, NEW)
    ]
    return [*(piece for piece in changed if piece.text), *run[end:]]


def shortened(pieces: list[Piece]) -> tuple[Piece, ...]:
    found: list[Piece] = []
    length = 0
    for place, piece in enumerate(pieces):
        text = piece.text
        if piece.kind == SAME and len(text) > 2 * CONTEXT:
            head = text[:CONTEXT] if place else ""
            tail = text[-CONTEXT:] if place + 1 < len(pieces) else ""
            text = f"{head}…{tail}"
        elif len(text) > LONGEST_PIECE:
            text = f"{text[:LONGEST_PIECE]}…"
        length += len(text)
        if length > LONGEST_ALL:
            return (*found, Piece(SAME, "…"))
        found.append(Piece(piece.kind, text))
    return tuple(found)
