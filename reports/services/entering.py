"""Saving cells and sections one by one: each edit is saved, refused or shown another's value, never lost silently."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.forms import CountField, MoneyField
from core.history import because
from core.numbers import number_to_text
from reports.cells import asked_indicators
from reports.models import Figure, Indicator, Narrative, Report, SavedEdit
from reports.services.holding import hold_report, is_on_behalf, require_open, require_status

SAVED, REFUSED, CONFLICT = "saved", "refused", "conflict"
MONEY = "đồng"
REASON_LENGTH, TEXT_LENGTH = 500, 20_000
Answer = dict[str, Any]


@dataclass(frozen=True)
class Edit:
    """What somebody typed over ``version`` of a cell (``indicator``: its code) or of a ``section`` of the words.

    A part that is None stays as it is. ``value`` and ``total`` are texts as typed, empty to take a number back.
    """

    indicator: str = ""
    section: str = ""
    version: int = 0
    value: str | None = None
    no_data: bool | None = None
    reason: str | None = None
    total: str | None = None
    total_reason: str | None = None
    text: str | None = None

    @property
    def target(self) -> str:
        return clean_text(self.indicator or self.section)


@transaction.atomic
def save_edits(*, report: Report, user, edits: list[Edit], key: UUID | None = None) -> list[Answer]:
    """Save what can be saved and answer for every edit: {target, state, version, message, …} as ``answer_for`` makes.

    With a ``key`` that was answered before nothing is done again and the same answer is given. Raises
    ValidationError, with nothing saved, when the report is out of reach, handed in or closed.
    """
    report = hold_report(report, user=user, permission="reports.change_figure")
    known = SavedEdit.objects.filter(key=key).first() if key else None
    if known is not None:
        if (known.report_id, known.user_id) != (report.pk, user.pk):
            raise ValidationError("Lần ghi này thuộc về một báo cáo khác. Hãy tải lại trang.")
        return known.answer
    require_status(report, *Report.EDITABLE)
    require_open(report)
    answers = Entering(report, user).save(edits)
    if key:
        SavedEdit.objects.create(key=key, report=report, user=user, answer=answers)
    return answers


class Entering:
    """One save of one person into one locked report."""

    def __init__(self, report: Report, user):
        self.report, self.user = report, user
        self.now = timezone.now()
        self.on_behalf = is_on_behalf(user, report.organization_id)
        self.has_children = report.children.exists()

    def save(self, edits: list[Edit]) -> list[Answer]:
        asked = asked_indicators(self.report)
        self.indicators = {indicator.code: indicator for indicator in asked}
        figures = self.report.figures.select_related("entered_by").filter(
            indicator__code__in=self.indicators.keys() & {edit.indicator for edit in edits}
        )
        self.figures = {figure.indicator_id: figure for figure in figures}
        narratives = self.report.narratives.select_related("entered_by")
        self.narratives = {narrative.section: narrative for narrative in narratives}
        return [self.save_section(edit) if edit.section else self.save_cell(edit) for edit in edits]

    def save_cell(self, edit: Edit) -> Answer:
        indicator = self.indicators.get(edit.indicator)
        if indicator is None:
            return {"target": edit.target, "state": REFUSED, "message": "Chỉ tiêu này không hỏi đơn vị trong kỳ này."}
        figure = self.figures.get(indicator.pk)
        if figure is None:
            figure = self.figures[indicator.pk] = Figure(report=self.report, indicator=indicator)
        if edit.total and figure.declared_total is None and not self.has_children:
            message = "Đơn vị không có đơn vị báo cáo cấp dưới: hãy ghi vào số báo cáo, không khai tổng."
            return cell_answer(edit, figure, REFUSED, message)
        try:
            after = wanted_cell(edit, indicator, figure)
        except ValidationError as error:
            return cell_answer(edit, figure, REFUSED, " ".join(error.messages))
        changed = {name for name, value in after.items() if getattr(figure, name) != value}
        if changed and figure.version != edit.version:
            return cell_answer(edit, figure, CONFLICT, said_by(figure))
        if changed:
            for name, value in after.items():
                setattr(figure, name, value)
            self.write(figure, "Nhập số liệu")
        return cell_answer(edit, figure, SAVED)

    def save_section(self, edit: Edit) -> Answer:
        if edit.section not in Narrative.Section.values:
            return {"target": edit.target, "state": REFUSED, "message": "Báo cáo không có mục này."}
        narrative = self.narratives.get(edit.section)
        if narrative is None:
            narrative = self.narratives[edit.section] = Narrative(report=self.report, section=edit.section)
        text = narrative.text if edit.text is None else clean_text(edit.text)
        if len(text) > TEXT_LENGTH:
            message = f"Mục này dài {number_to_text(len(text))} ký tự, nhiều nhất {number_to_text(TEXT_LENGTH)}."
            return section_answer(edit, narrative, REFUSED, message)
        if narrative.text != text and narrative.version != edit.version:
            return section_answer(edit, narrative, CONFLICT, said_by(narrative))
        if narrative.text != text:
            narrative.text = text
            self.write(narrative, "Viết phần lời")
        return section_answer(edit, narrative, SAVED)

    def write(self, row: Figure | Narrative, reason: str) -> None:
        row.entered_by, row.entered_at, row.on_behalf = self.user, self.now, self.on_behalf
        row.version += 1
        because(row, user=self.user, reason=reason).save()


def clean_text(text: str) -> str:
    """Without what no database holds (NUL, half a character); lines end alike whatever the device."""
    text = text.encode("utf-8", "ignore").decode()
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def wanted_cell(edit: Edit, indicator: Indicator, figure: Figure) -> dict[str, Any]:
    """The figure's fields after the edit. Raises ValidationError, in words, for what is no number."""
    field = (MoneyField if indicator.unit == MONEY else CountField)(required=False)
    after: dict[str, Any] = {}
    if edit.value is not None:
        after["declared"] = read_number(field, edit.value)
        if after["declared"] is not None:
            after["no_data"] = False
    if edit.no_data is not None and after.get("declared") is None:
        after["no_data"] = edit.no_data
        if edit.no_data:
            after["declared"] = None
    if edit.total is not None:
        after["declared_total"] = read_number(field, edit.total)
    for name in ("reason", "total_reason"):
        text = getattr(edit, name)
        if text is not None:
            after[name] = " ".join(clean_text(text).split())
            if len(after[name]) > REASON_LENGTH:
                raise ValidationError(f"Lý do dài quá {REASON_LENGTH} ký tự. Hãy viết gọn lại.")
    return after


def read_number(field: CountField, typed: str) -> int | None:
    """The number that was typed. What no database holds could not be told back in the answer either."""
    if clean_text(typed) != typed.strip():
        raise ValidationError("Ô này có ký tự lạ. Hãy gõ lại số.")
    return field.clean(typed)


def said_by(row: Figure | Narrative) -> str:
    """Who wrote the value that the editor did not know of, what and when."""
    who = row.entered_by.get_full_name() if row.entered_by else "Có người"
    when = f" lúc {timezone.localtime(row.entered_at):%H:%M %d/%m/%Y}" if row.entered_at else ""
    what = "khác"
    if isinstance(row, Figure):
        what = f"“{number_to_text(row.declared)}”" if row.declared is not None else "“chưa có số liệu”"
        if row.declared is None and not row.no_data:
            what = "ô trống"
    return f"{who} vừa ghi {what}{when}. Hãy chọn giữ phần của ông/bà hay lấy phần kia."


def cell_answer(edit: Edit, figure: Figure, state: str, message: str = "") -> Answer:
    """What the cell holds by now, as texts, beside what became of the edit."""
    return {
        "target": edit.target,
        "state": state,
        "message": message,
        "version": figure.version,
        "value": "" if figure.declared is None else number_to_text(figure.declared),
        "no_data": figure.no_data,
        "reason": figure.reason,
        "total": "" if figure.declared_total is None else number_to_text(figure.declared_total),
        "total_reason": figure.total_reason,
    }


def section_answer(edit: Edit, narrative: Narrative, state: str, message: str = "") -> Answer:
    return {
        "target": edit.target,
        "state": state,
        "message": message,
        "version": narrative.version,
        "text": narrative.text,
    }
