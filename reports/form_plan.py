"""What an uploaded form would change in a report: shown before it is saved, and worked out again when it is."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.numbers import number_to_text
from reports.differences import Piece, compare
from reports.form_columns import HEADINGS
from reports.form_reading import Entry, as_written
from reports.models import Figure, Indicator, Narrative, Report
from reports.services import Edit, save_edits
from reports.services.entering import CONFLICT, SAVED, wanted_cell

SALT = "reports.form_upload"
LONGEST_WAIT = timedelta(hours=12)
OUTDATED = "Bản xem trước này đã quá lâu hoặc không còn nguyên vẹn. Hãy tải lại tệp lên một lần nữa."
BLANK = "để trống"
TEXTS = {"reason": "reason", "declared_total": "total", "total_reason": "total_reason"}


@dataclass(frozen=True)
class Difference:
    """One part of a cell as texts; ``pieces`` instead for a section of words."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Change:
    """One row that would change something; ``said``, when it clashes: who changed the cell since the form was made."""

    entry: Entry
    label: str
    differences: tuple[Difference, ...]
    seen: int
    said: str

    @property
    def tick(self) -> str:
        """Names the cell and the version that is shown: what changes after that is not ticked."""
        return f"{self.entry.target}:{self.seen}"


@dataclass(frozen=True)
class Plan:
    changes: tuple[Change, ...]
    conflicts: tuple[Change, ...]

    @property
    def entries(self) -> list[Entry]:
        return [change.entry for change in (*self.changes, *self.conflicts)]


def plan_entries(report: Report, entries: list[Entry]) -> Plan:
    """What differs from the report as it stands now; a fixed number of queries."""
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    figures = {figure.indicator_id: figure for figure in report.figures.select_related("entered_by")}
    narratives = {each.section: each for each in report.narratives.select_related("entered_by")}
    found = []
    for entry in entries:
        if entry.is_section:
            row = narratives.get(entry.target) or Narrative(report=report, section=entry.target)
            label, differences = row.get_section_display(), section_differences(row, entry)
        elif entry.target in indicators:
            indicator = indicators[entry.target]
            row = figures.get(indicator.pk) or Figure(report=report, indicator=indicator)
            label, differences = indicator.label, cell_differences(row, entry, indicator)
        else:
            continue
        if differences:
            said = changed_by(row) if row.version != entry.version else ""
            found.append(Change(entry, label[:1].upper() + label[1:], differences, row.version, said))
    return Plan(tuple(each for each in found if not each.said), tuple(each for each in found if each.said))


def changed_by(row: Figure | Narrative) -> str:
    who = row.entered_by.get_full_name() if row.entered_by else "Có người"
    when = f" lúc {timezone.localtime(row.entered_at):%H:%M %d/%m/%Y}" if row.entered_at else ""
    return f"{who} đã ghi ô này{when}, sau khi tải biểu mẫu"


def cell_differences(figure: Figure, entry: Entry, indicator: Indicator) -> tuple[Difference, ...]:
    after = {name: getattr(figure, name) for name in ("declared", "no_data", *TEXTS)}
    after |= wanted_cell(edit_of(entry, entry.version), indicator, figure)
    found = []
    before = say(figure.declared, figure.no_data)
    if before != say(after["declared"], after["no_data"]):
        found.append(Difference(HEADINGS["value"], before, say(after["declared"], after["no_data"])))
    for name, column in TEXTS.items():
        old, new = getattr(figure, name), after[name]
        if as_written(name, figure) != new:
            found.append(Difference(HEADINGS[column], as_text(old), as_text(new)))
    return tuple(found)


def section_differences(narrative: Narrative, entry: Entry) -> tuple[Difference, ...]:
    text = entry.values["text"]
    if as_written("text", narrative) == text:
        return ()
    pieces = compare(narrative.text, text)
    return (Difference(HEADINGS["text"], narrative.text, text, pieces),)


def say(value: int | None, no_data: bool) -> str:
    if value is not None:
        return number_to_text(value)
    return "chưa có số liệu" if no_data else BLANK


def as_text(value: int | str | None) -> str:
    return number_to_text(value) if isinstance(value, int) else value or BLANK


def edit_of(entry: Entry, version: int) -> Edit:
    """The entry as the one way to save takes it, over ``version`` of the cell."""
    values = entry.values
    if entry.is_section:
        return Edit(section=entry.target, version=version, text=values["text"])
    parts: dict[str, Any] = {name: values.get(name) for name in ("no_data", "reason", "total_reason")}
    for name, column in (("declared", "value"), ("declared_total", "total")):
        if name in values:
            parts[column] = "" if values[name] is None else str(values[name])
    return Edit(indicator=entry.target, version=version, **parts)


def sign_entries(entries: list[Entry], *, report: Report, user) -> str:
    """What was read, to be carried by the page of the preview: nothing is kept on the server between the two steps."""
    content = {"report": report.pk, "user": user.pk, "key": str(uuid4()), "entries": [asdict(each) for each in entries]}
    return signing.dumps(content, salt=SALT, compress=True)


def unsign_entries(text: str, *, report: Report, user) -> tuple[list[Entry], UUID]:
    """Raises ValidationError for what was changed, belongs to another person or report, or is too old."""
    try:
        content = signing.loads(text, salt=SALT, max_age=LONGEST_WAIT)
    except signing.BadSignature as error:
        raise ValidationError(OUTDATED) from error
    if (content["report"], content["user"]) != (report.pk, user.pk):
        raise ValidationError(OUTDATED)
    return [Entry(**each) for each in content["entries"]], UUID(content["key"])


@dataclass(frozen=True)
class Outcome:
    """``left`` are the entries that were not saved because somebody was quicker; ``refused`` why others were not."""

    saved: int
    left: list[Entry]
    refused: list[str]


def save_entries(*, report: Report, user, entries: list[Entry], ticks: set[str], key: UUID) -> Outcome:
    """Save the entries through the one way to save; one that clashes only when its tick names the version it meets.

    Raises ValidationError, with nothing saved, when the report cannot be entered now.
    """
    plan = plan_entries(report, entries)
    ticked = [change for change in plan.conflicts if change.tick in ticks]
    edits = [edit_of(change.entry, change.entry.version) for change in plan.changes]
    edits += [edit_of(change.entry, change.seen) for change in ticked]
    # The same page sent twice counts once; with other ticks it is another wish.
    answers = save_edits(report=report, user=user, edits=edits, key=uuid5(key, " ".join(sorted(ticks))))
    states = {answer["target"]: answer["state"] for answer in answers}
    refused = [
        f"{answer['target']}: {answer['message']}" for answer in answers if answer["state"] not in (SAVED, CONFLICT)
    ]
    left = [each.entry for each in plan.conflicts if each not in ticked]
    left += [entry for entry in plan.entries if states.get(entry.target) == CONFLICT]
    return Outcome(sum(state == SAVED for state in states.values()), left, refused)
