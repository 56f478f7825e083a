"""Foreign headings: which of them may be which of our columns, and what a user has said about them before."""

from difflib import SequenceMatcher
from hashlib import sha256

from core.history import because
from core.sheets import Column, Sheet
from core.vietnamese import fold
from spreadsheets.models import ColumnMapping

ALIKE, CONTAINED = 0.6, 0.6
# Where no name holds the other, the letters alone must say it: "Mã hộ" is no "Mật khẩu".
SAME_LETTERS = 0.8
FILLING = {"va", "cua"}
# What opens accounts elsewhere, as offices head it; never read, unless the kind itself asks for it by that name.
SECRETS = ("mat khau", "mat ma", "password", "ten dang nhap", "username", "ten tai khoan")


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


def is_secret(kind: type[Sheet], heading: str) -> bool:
    """Whether the heading is that of passwords or sign-in names, which no column of the kind asks for."""
    theirs = fold(heading).strip("* ")
    if any(theirs == fold(name) for column in kind.columns for name in (column.heading, column.code, *column.also)):
        return False
    return theirs == "tai khoan" or any(words in theirs for words in SECRETS)


def suggest_columns(kind: type[Sheet], headings: list[str]) -> dict[str, int]:
    """Code → place of the heading that resembles the column most, each heading for one column only."""
    scores = [
        (likeness(column, heading), column.code, place)
        for column in kind.columns
        for place, heading in enumerate(headings)
        if heading and not is_secret(kind, heading)
    ]
    chosen: dict[str, int] = {}
    for score, code, place in sorted(scores, key=lambda each: -each[0]):
        if score >= ALIKE and code not in chosen and place not in chosen.values():
            chosen[code] = place
    return chosen


def likeness(column: Column, heading: str) -> float:
    """1 for the same name, less for one that only resembles it.

    All words of one within the other count for much, where they make half of it: "Năm" is no "Ngày tháng năm sinh".
    """
    theirs = fold(heading).rstrip("* ")
    best = 0.0
    for ours in map(fold, (column.heading, column.code, *column.also)):
        ratio = SequenceMatcher(None, ours, theirs).ratio()
        mine, others = set(ours.split()) - FILLING, set(theirs.split()) - FILLING
        shorter, longer = sorted((mine, others), key=len)
        if shorter <= longer and 2 * len(shorter) >= len(longer):
            ratio = CONTAINED + (1 - CONTAINED) * ratio
        elif ratio < SAME_LETTERS:
            ratio = 0.0
        best = max(best, ratio)
    return best
