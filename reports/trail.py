"""What happened to one report, newest first: who entered, changed, returned or accepted what, and why.

Merged from the histories of the report, its figures, words and remarks, and from its revisions; one page costs a fixed
number of queries, however long the history is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Value

from core.documents import contained
from core.periods import FIRST_YEAR, LAST_YEAR, parse_period
from core.vietnamese import date_to_text
from reports.differences import Piece, compare
from reports.form_columns import HEADINGS
from reports.form_plan import as_text, say
from reports.models import Figure, Narrative, Remark, Report, Revision

FIGURES, WORDS, REPORTS, REMARKS, REVISIONS = "figures", "words", "reports", "remarks", "revisions"
# In this order where several happen at once; the place is the rank of the kind.
KINDS = {
    REVISIONS: "Bản đã duyệt",
    REPORTS: "Nộp, trả, duyệt",
    REMARKS: "Ý kiến",
    WORDS: "Phần lời",
    FIGURES: "Số liệu",
}
RANKS = {kind: rank for rank, kind in enumerate(KINDS)}
HISTORIES = {REPORTS: Report, REMARKS: Remark, WORDS: Narrative, FIGURES: Figure}
PAGE_SIZE = 60
# What one save or one upload writes is told as one thing.
TOGETHER = timedelta(seconds=2)
DELETED = "-"
NOBODY = "Hệ thống"


@dataclass(frozen=True)
class Line:
    """One thing that changed, as texts; of a longer text the ``pieces`` instead."""

    label: str
    before: str = ""
    after: str = ""
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Event:
    """One row of a history. ``number`` and ``period`` name a revision."""

    kind: str
    moment: datetime
    who: str
    reason: str
    title: str
    lines: tuple[Line, ...] = ()
    text: str = ""
    on_behalf: bool = False
    period: str = ""
    number: int = 0


@dataclass
class Entry:
    """Events of one person, one reason and one moment."""

    events: list[Event] = field(default_factory=list)

    @property
    def first(self) -> Event:
        return self.events[0]

    def takes(self, event: Event) -> bool:
        said = (event.kind, event.who, event.reason, event.on_behalf)
        alike = said == (self.first.kind, self.first.who, self.first.reason, self.first.on_behalf)
        return event.kind == FIGURES and alike and self.events[-1].moment - event.moment <= TOGETHER


@dataclass(frozen=True)
class TrailPage:
    entries: list[Entry]
    next_cursor: str


@dataclass(frozen=True, order=True)
class Place:
    """Where a row stands in the trail."""

    moment: datetime
    rank: int
    row: int

    def __str__(self) -> str:
        return f"{self.moment.isoformat()}~{self.rank}~{self.row}"


def read_place(text: str) -> Place | None:
    """None for what is no place."""
    try:
        moment, rank, row = text.split("~")
        place = Place(datetime.fromisoformat(moment), int(rank), int(row))
        known = place.moment.tzinfo is not None and FIRST_YEAR <= place.moment.year <= LAST_YEAR
    except ValueError:
        return None
    return place if known and 0 <= place.rank < len(KINDS) and 0 <= place.row < 2**63 else None


def read_trail(report: Report, *, kind: str = "", after: str = "") -> TrailPage:
    """One page of the trail; ``kind`` narrows it, ``after`` is the cursor of the page before."""
    kinds = [kind] if kind in KINDS else list(KINDS)
    places = find_places(report, kinds, read_place(after))
    page = places[:PAGE_SIZE]
    events = {}
    for each in kinds:
        rows = [place.row for place in page if place.rank == RANKS[each]]
        if rows:
            events |= {(RANKS[each], row): event for row, event in READERS[each](rows)}
    entries: list[Entry] = []
    for place in page:
        event = events[place.rank, place.row]
        if entries and entries[-1].takes(event):
            entries[-1].events.append(event)
        else:
            entries.append(Entry([event]))
    return TrailPage(entries, str(page[-1]) if len(places) > PAGE_SIZE else "")


def find_places(report: Report, kinds: Iterable[str], after: Place | None) -> list[Place]:
    """One row more than a page holds; one query."""
    branches = [branch(report, kind, after) for kind in kinds]
    rows = branches[0].union(*branches[1:], all=True) if branches[1:] else branches[0]
    return [Place(*row) for row in rows.order_by("-moment", "rank", "-row")[: PAGE_SIZE + 1]]


def branch(report: Report, kind: str, after: Place | None) -> QuerySet:
    if kind == REVISIONS:
        rows = Revision.objects.filter(report=report)
        key, moment = "pk", "accepted_at"
    else:
        path = "id" if kind == REPORTS else "report_id"
        rows = HISTORIES[kind].history.filter(**{path: report.pk})
        key, moment = "history_id", "history_date"
    if after is not None:
        older = rows.filter(**{f"{moment}__lt": after.moment})
        same = rows.filter(**{moment: after.moment})
        if RANKS[kind] == after.rank:
            older |= same.filter(**{f"{key}__lt": after.row})
        elif RANKS[kind] > after.rank:
            older |= same
        rows = older
    rank = Value(RANKS[kind], output_field=IntegerField())
    named = rows.order_by().annotate(moment=F(moment), rank=rank, row=F(key))
    return named.values_list("moment", "rank", "row")


def with_previous(kind: str, rows: list[int], *related: str) -> Iterable[tuple]:
    """(row of the history, the row before it of the same object or None); two queries."""
    history = HISTORIES[kind].history
    earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    found = history.filter(history_id__in=rows).annotate(previous=Subquery(earlier.values("history_id")[:1]))
    found = list(found.select_related("history_user", *related))
    before = history.filter(history_id__in=[row.previous for row in found if row.previous])
    by_pk = {row.history_id: row for row in before}
    return [(row, by_pk.get(row.previous)) for row in found]


def common(row) -> dict:
    who = row.history_user.get_full_name() if row.history_user else NOBODY
    return {"moment": row.history_date, "who": contained(who), "reason": row.history_change_reason or ""}


def figure_events(rows: list[int]) -> Iterable[tuple[int, Event]]:
    for row, before in with_previous(FIGURES, rows, "indicator"):
        gone = row.history_type == DELETED
        entered = before is None or before.version != row.version
        yield (
            row.history_id,
            Event(
                kind=FIGURES,
                title=row.indicator.label,
                lines=figure_lines(before or Figure(), Figure() if gone else row),
                on_behalf=row.on_behalf and entered and not gone,
                **common(row),
            ),
        )


def figure_lines(before, after) -> tuple[Line, ...]:
    lines = []
    if (before.declared, before.no_data) != (after.declared, after.no_data):
        old, new = (say(each.declared, each.no_data) for each in (before, after))
        lines.append(Line(HEADINGS["value"], old, new))
    parts = {
        "reason": HEADINGS["reason"],
        "declared_total": HEADINGS["total"],
        "total_reason": HEADINGS["total_reason"],
        "from_register": "Số theo sổ",
    }
    for name, label in parts.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            lines.append(Line(label, *(contained(as_text(value)) for value in (old, new))))
    return tuple(lines)


def word_events(rows: list[int]) -> Iterable[tuple[int, Event]]:
    for row, before in with_previous(WORDS, rows):
        old, new = before.text if before else "", "" if row.history_type == DELETED else row.text
        entered = before is None or before.version != row.version
        label = row.get_section_display()
        yield (
            row.history_id,
            Event(
                kind=WORDS,
                title=f"Mục {label}",
                lines=(Line("", pieces=contained(compare(old, new))),) if old != new else (),
                on_behalf=row.on_behalf and entered,
                **common(row),
            ),
        )


def report_events(rows: list[int]) -> Iterable[tuple[int, Event]]:
    for row, before in with_previous(REPORTS, rows):
        old, new = before.get_status_display() if before else "", row.get_status_display()
        lines = [Line("Trạng thái", old, new)] if old != new and before else []
        if before and row.open_until != before.open_until and row.open_until:
            lines.append(Line("Được sửa đến hết ngày", after=date_to_text(row.open_until)))
        if row.self_accepted and not (before and before.self_accepted):
            lines.append(Line("Người nhập tự duyệt", after="cấp trên không có người duyệt nào khác"))
        submitted = old != new and row.status == Report.Status.SUBMITTED
        yield (
            row.history_id,
            Event(
                kind=REPORTS,
                title="Báo cáo" if before else "Mở báo cáo của kỳ",
                lines=tuple(lines),
                on_behalf=submitted and row.on_behalf,
                **common(row),
            ),
        )


def remark_events(rows: list[int]) -> Iterable[tuple[int, Event]]:
    for row, before in with_previous(REMARKS, rows, "indicator"):
        about = "cả báo cáo"
        if row.indicator:
            about = row.indicator.label
        elif row.section:
            about = f"mục {Narrative.Section(row.section).label}"
        word = "Trả lại" if row.is_return else "Ý kiến"
        closed = before is not None and row.closed_at is not None and before.closed_at is None
        lines = (Line("Ý kiến đã được trả lời"),) if closed else ()
        title = f"{word} về {about}"
        yield row.history_id, Event(kind=REMARKS, title=title, lines=lines, text=contained(row.text), **common(row))


def revision_events(rows: list[int]) -> Iterable[tuple[int, Event]]:
    for row in Revision.objects.filter(pk__in=rows).defer("content").select_related("accepted_by"):
        who = row.accepted_by.get_full_name() if row.accepted_by else NOBODY
        yield (
            row.pk,
            Event(
                kind=REVISIONS,
                moment=row.accepted_at,
                who=contained(who),
                reason=contained(row.reason),
                title=f"Bản số {row.number} của {parse_period(row.period).label}",
                period=row.period,
                number=row.number,
            ),
        )


READERS = {
    FIGURES: figure_events,
    WORDS: word_events,
    REPORTS: report_events,
    REMARKS: remark_events,
    REVISIONS: revision_events,
}
