"""The day of a self-assessment put right; what was answered, and every later step, stays as it is."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.vietnamese import date_to_text
from learning_models.assessing import DECIDED, LISTED, write_registrations
from learning_models.models import CriteriaSet, Registration, Status

MOVED = "Sửa ngày tự đánh giá"
CHANGED = "Người khác vừa sửa phiếu này. Hãy mở lại trang."
SHOWN = 10


def with_the_same_day(registration: Registration, reach):
    """Those of the unit, model and year whose self-assessment carries the day and whose day may still be put right."""
    same = {name: getattr(registration, name) for name in ("organization", "model", "year", "assessed_on")}
    return reach.filter(status__in=[Status.ASSESSED, Status.REVIEWED], decision__isnull=True, **same)


def why_not_moved(row: Registration, on: date | None = None) -> str:
    """Why the day of a self-assessment cannot be put right (or not to ``on``), or nothing."""
    if row.assessed_on is None:
        return "Chưa có phiếu tự đánh giá."
    if row.status in (Status.RECOGNISED, Status.NOT_RECOGNISED):
        return DECIDED
    if row.decision_id:
        return LISTED
    if on and on < row.registered_on:
        return f"Đăng ký ngày {date_to_text(row.registered_on)}, sau ngày này."
    if on and row.reviewed_on and on > row.reviewed_on:
        return f"Đã bình xét ngày {date_to_text(row.reviewed_on)}, trước ngày này."
    return ""


@transaction.atomic
def move_self_assessments(
    *, keys: Collection[int], on: date, reach, user, was: date | None = None, reason: str = ""
) -> list[Registration]:
    """Give self-assessments the day ``on``; ``reach`` holds the registrations that the user may change.

    All or nothing: raises ValidationError for a day to come, before a registration, after a review, under another set
    of criteria, for what is listed or decided, and for another day than ``was``.
    """
    if on > timezone.localdate():
        raise ValidationError({"on": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    rows = list(reach.select_for_update(of=("self",)).filter(pk__in=keys).select_related("registrant"))
    if len(rows) != len(set(keys)):
        raise ValidationError("Có lượt đăng ký ngoài phạm vi của ông/bà.")
    if was and any(row.assessed_on != was for row in rows):
        raise ValidationError(CHANGED)
    if faults := [f"{row.registrant.name}: {why}" for row in rows if (why := why_not_moved(row, on))]:
        raise ValidationError({"on": faults[:SHOWN]})
    check_set(rows, on)
    for row in rows:
        row.assessed_on = on
    write_registrations(rows, user=user, reason=reason or MOVED)
    return rows


def check_set(rows: list[Registration], on: date) -> None:
    """Refuse a day on which they would have been judged by other criteria."""
    for model, day in {(row.model, row.assessed_on) for row in rows}:
        used = CriteriaSet.objects.for_model(model, on)
        if used != CriteriaSet.objects.for_model(model, day):
            name = f"“{used}”" if used else "chưa có bộ tiêu chí"
            raise ValidationError({"on": f"Ngày này theo bộ tiêu chí khác ({name}). Hãy lùi một bước rồi chấm lại."})
