"""The grid of one place: its lines, which of them may be entered, and what each showed when it was opened."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from functools import cached_property

from core.paginator import KeysetPage, KeysetPaginator
from learning_models.assessing import Sheet
from learning_models.entries import Entry, Line, ReviewEntry, WholeEntry, entry_of
from learning_models.models import Assessment, Registration, Status
from learning_models.year_places import YearPlace

ROWS = 50
# Wider than a screen holds, and heavier than a weak network brings: fewer lines then.
MANY_COLUMNS, FEW_ROWS = 12, 20
MARK_BYTES = 6


def mark_of(texts: Sequence[str]) -> str:
    """Tells what stood in the inputs of a line."""
    joined = "\0".join(" ".join(text.split()) for text in texts)
    return hashlib.blake2b(joined.encode(), digest_size=MARK_BYTES).hexdigest()


def text_of(field, value) -> str:
    """The value as the browser sends it back."""
    shown = field.prepare_value(value)
    return str(int(shown)) if isinstance(shown, bool) else "" if shown is None else str(shown)


class Grid:
    """The lines of one stage on one day; ``reach`` holds the registrations that the user may change.

    ``keys``: the lines that were sent, instead of those of a page. The number of queries does not depend on the lines.
    """

    stage: Assessment.Stage
    open_statuses: tuple[str, ...]
    # Whom one tick enters at once, where the entry can say it.
    rest_status: str

    def __init__(self, place: YearPlace, *, reach, day: date, keys: Collection[int] | None = None):
        self.place, self.reach, self.day, self.keys = place, reach, day, keys
        self.criteria_set = place.criteria_set(day)
        # Of the page in the paginator: "after", "before".
        self.cursors: dict[str, str | None] = {}

    @cached_property
    def entry(self) -> Entry:
        raise NotImplementedError

    @property
    def columns(self):
        return self.entry.columns

    @property
    def rows_shown(self) -> int:
        return FEW_ROWS if len(self.columns) > MANY_COLUMNS else ROWS

    @cached_property
    def page(self) -> KeysetPage:
        return KeysetPaginator(self.place.rows(self.reach), self.rows_shown).page(**self.cursors)

    @cached_property
    def lines(self) -> list[Line]:
        rows = list(self.place.rows(self.reach).filter(pk__in=self.keys)) if self.keys is not None else list(self.page)
        return self.lines_of(rows)

    def forget(self) -> None:
        """Read the lines anew when they are next asked for."""
        self.__dict__.pop("lines", None)

    def locked_lines(self, keys: Collection[int]) -> list[Line]:
        """Lines as they are now, kept from other writers until the transaction ends."""
        rows = self.place.rows(self.reach).select_for_update(of=("self",)).filter(pk__in=keys)
        return self.lines_of(list(rows.order_by("pk")))

    def lines_of(self, rows: list[Registration]) -> list[Line]:
        sheets = Assessment.objects.filter(registration__in=[row.pk for row in rows])
        held = {(sheet.registration_id, sheet.stage): sheet for sheet in sheets}
        before = Assessment.Stage.SELF if self.stage == Assessment.Stage.REVIEW else None
        return [Line(row, held.get((row.pk, self.stage)), held.get((row.pk, before))) for row in rows]

    def is_open(self, line: Line) -> bool:
        return line.registration.status in self.open_statuses and line.registration.decision_id is None

    def version(self, line: Line) -> str:
        """The step that the line has reached, and what its inputs hold."""
        texts = [text_of(field, field.initial) for field in self.entry.fields(line).values()]
        step = "listed" if line.registration.decision_id else line.registration.status
        return f"{step}.{mark_of(texts)}"

    # What one tick enters

    @property
    def rest_label(self) -> str:
        """What the tick says; "" where there is none."""
        return ""

    def rest(self):
        """Those whom the tick would enter."""
        return self.place.rows(self.reach).filter(status=self.rest_status, decision__isnull=True)

    @cached_property
    def rest_number(self) -> int:
        return self.rest().count()

    def rest_sheets(self, without: Collection[int]) -> list[Sheet]:
        raise NotImplementedError


class SelfGrid(Grid):
    """Self-assessments; ``whole``: only what they come to. What was reviewed is shown."""

    stage = Assessment.Stage.SELF
    open_statuses = (Status.REGISTERED, Status.ASSESSED)
    rest_status = Status.REGISTERED

    def __init__(self, *args, whole: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.whole = whole

    @cached_property
    def entry(self):
        return entry_of(self.criteria_set, whole=self.whole)

    def is_open(self, line):
        # A sum typed over a sheet of answers would throw them away.
        has_answers = isinstance(self.entry, WholeEntry) and line.own is not None and bool(line.own.answers)
        return super().is_open(line) and not has_answers

    @property
    def rest_label(self):
        if self.criteria_set is not None:
            return ""
        return f"Mọi {self.place.noun} chưa tự đánh giá đều đạt"

    def rest_sheets(self, without):
        rows = self.rest().exclude(pk__in=without)
        return [Sheet(key, passed=True) for key in rows.order_by().values_list("pk", flat=True)]


class ReviewGrid(Grid):
    """What the meeting of the place said, on the day of the meeting."""

    stage = Assessment.Stage.REVIEW
    open_statuses = (Status.REGISTERED, Status.ASSESSED, Status.REVIEWED)
    rest_status = Status.ASSESSED

    @cached_property
    def entry(self):
        return ReviewEntry(self.criteria_set)

    @property
    def rest_label(self):
        return f"Mọi {self.place.noun} đã tự đánh giá: nhất trí như tự đánh giá"

    def rest_sheets(self, without):
        rows = self.rest().exclude(pk__in=without)
        sheets = Assessment.objects.filter(registration__in=rows.order_by().values("pk"), stage=Assessment.Stage.SELF)
        return [
            Sheet(each.registration_id, answers=each.answers, score=each.score, level=each.level, passed=each.passed)
            for each in sheets
        ]
