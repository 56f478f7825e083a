"""Foreign headings: which of them may be which of our columns, and what a user has said about them before."""

from difflib import SequenceMatcher
from hashlib import sha256

from core.history import because
from core.sheets import Column, Sheet
from core.vietnamese import fold
from spreadsheets.models import ColumnMapping

ALIKE, CONTAINED = 0.6, 0.6
FILLING = {"va", "cua"}


def digest_of(headings: list[str]) -> str:
    """The same for the same headings in the same order, however they are written."""
    return sha256("\n".join(fold(heading) for heading in headings).encode()).hexdigest()


def remembered_columns(user, kind: str, headings: list[str]) -> dict[str, int]:
    found = ColumnMapping.objects.filter(user=user, kind=kind, digest=digest_of(headings)).first()
    return found.columns if found else {}


def remember_columns(*, user, kind: str, headings: list[str], columns: dict[str, int]) -> ColumnMapping:
    """Keep the mapping for the next file with these headings; within a transaction."""
    key = {"user": user, "kind": kind, "digest": digest_of(headings)}
    mapping = ColumnMapping.objects.select_for_update().filter(**key).first() or ColumnMapping(**key)
    mapping.headings, mapping.columns = headings, columns
    because(mapping, user=user, reason="Chọn cột").save()
    return mapping


def suggest_columns(kind: type[Sheet], headings: list[str]) -> dict[str, int]:
    """Code → place of the heading that resembles the column most, each heading for one column only."""
    scores = [
        (likeness(column, heading), column.code, place)
        for column in kind.columns
        for place, heading in enumerate(headings)
        if heading
    ]
    chosen: dict[str, int] = {}
    for score, code, place in sorted(scores, key=lambda each: -each[0]):
        if score >= ALIKE and code not in chosen and place not in chosen.values():
            chosen[code] = place
    return chosen


def likeness(column: Column, heading: str) -> float:
    """1 for the same name, less for one that only resembles it; all words of one within the other count for much."""
    theirs = fold(heading).rstrip("* ")
    best = 0.0
    for ours in map(fold, (column.heading, column.code, *column.also)):
        ratio = SequenceMatcher(None, ours, theirs).ratio()
        mine, others = set(ours.split()) - FILLING, set(theirs.split()) - FILLING
        if mine <= others or others <= mine:
            ratio = CONTAINED + (1 - CONTAINED) * ratio
        best = max(best, ratio)
    return best
