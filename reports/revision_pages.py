"""An accepted revision as its page shows it: what it says otherwise than the one before."""

from dataclasses import dataclass

from core.documents import contained
from core.numbers import decimal_to_text
from reports.builders.freezing import thaw
from reports.differences import Piece, compare
from reports.models import Narrative, Revision
from reports.presentation import show
from reports.revisions import Difference, differences

DIFFERENCES_SHOWN = 300
NO_DATA, NO_TARGET = "chưa có số liệu", "chưa giao"


@dataclass(frozen=True)
class DifferenceRow:
    label: str
    unit: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


class RevisionPage:
    """``before`` is None for the first revision of its period."""

    def __init__(self, revision: Revision, before: Revision | None):
        self.revision, self.before = revision, before
        self.summary = contained(thaw(revision.content))
        found = differences(contained(thaw(before.content)), self.summary) if before else []
        self.total = len(found)
        self.rows = [difference_row(each) for each in found[:DIFFERENCES_SHOWN]]


def difference_row(difference: Difference) -> DifferenceRow:
    kind, name = difference.key[:2]
    if kind == "words":
        label = f"Phần lời: {Narrative.Section(name).label}"
        return DifferenceRow(label, "", "", "", compare(str(difference.before or ""), str(difference.after or "")))
    before, after = (as_words(value, kind, difference.unit) for value in (difference.before, difference.after))
    return DifferenceRow(difference.label, difference.unit, before, after)


def as_words(value, kind: str, unit: str) -> str:
    if value is None:
        return NO_TARGET if kind == "target" else NO_DATA
    if isinstance(value, str):
        return value
    if kind == "target":
        return decimal_to_text(value) + ("%" if unit == "%" else "")
    return show(value, unit)
