"""The meeting that reviews a year's registrants: its facts, and the day that its results carry."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from core.vietnamese import date_to_text
from learning_models.assessing import write_registrations
from learning_models.models import CriteriaSet, Registration, ReviewMeeting, Status
from organizations.models import Organization

HELD, MOVED = "Ghi cuộc họp bình xét", "Sửa ngày họp bình xét"
SHEETS_BEFORE = "Ngày tự đánh giá theo ngày họp"


@transaction.atomic
def save_meeting(*, meeting: ReviewMeeting, sheets_before: bool = False, user) -> ReviewMeeting:
    """Write the facts; results that carry the day of the meeting move with it.

    ``sheets_before``: self-assessments of a later day were there already, and get the day of the meeting.

    Raises ValidationError for a day to come, before a registration or a self-assessment of its results, under another
    set of criteria, or where a result is proposed or decided already; and whatever the model refuses.
    """
    if meeting.held_on > timezone.localdate():
        raise ValidationError({"held_on": "Ngày này chưa đến. Hãy nhập ngày đã họp."})
    # One meeting of a unit at a time: two people at once would both write the first one.
    Organization.objects.select_for_update(no_key=True).get(pk=meeting.organization_id)
    stored = ReviewMeeting.objects.select_for_update().filter(pk=meeting.pk).first() if meeting.pk else None
    meeting.full_clean()
    if stored and stored.held_on != meeting.held_on:
        move_results(stored, meeting.held_on, user=user)
    because(meeting, user=user, reason=HELD).save()
    if sheets_before:
        move_sheets(meeting, user=user)
    return meeting


def late_sheets(organization: Organization, model: str, year: int, held_on: date):
    """Registrations that the meeting cannot review, because their self-assessment carries a later day."""
    rows = Registration.objects.filter(organization=organization, model=model, year=year, status=Status.ASSESSED)
    return rows.filter(assessed_on__gt=held_on, decision__isnull=True)


def move_sheets(meeting: ReviewMeeting, *, user) -> None:
    """Whoever enters sheets and minutes on one evening gave the sheets that evening's day."""
    late = late_sheets(meeting.organization, meeting.model, meeting.year, meeting.held_on)
    rows = list(late.select_for_update(of=("self",)).select_related("criteria_set").order_by("pk"))
    used = CriteriaSet.objects.for_model(meeting.model, meeting.held_on)
    if any(row.criteria_set != used for row in rows):
        raise ValidationError({"sheets": "Ngày họp theo bộ tiêu chí khác với phiếu đã nhập. Hãy để nguyên ngày phiếu."})
    if any(row.registered_on > meeting.held_on for row in rows):
        last = max(row.registered_on for row in rows)
        raise ValidationError({"held_on": f"Có đối tượng đăng ký ngày {date_to_text(last)}, sau ngày này."})
    for row in rows:
        row.assessed_on = meeting.held_on
    if rows:
        write_registrations(rows, user=user, reason=SHEETS_BEFORE)


def results_of(meeting: ReviewMeeting):
    """The registrations that the meeting reviewed."""
    rows = Registration.objects.filter(
        organization=meeting.organization_id, model=meeting.model, year=meeting.year, reviewed_on=meeting.held_on
    )
    return rows.select_related("registrant", "criteria_set").order_by("registrant__sort_key", "pk")


def move_results(meeting: ReviewMeeting, held_on: date, *, user) -> None:
    rows = list(results_of(meeting).select_for_update(of=("self",)))
    if not rows:
        return
    if any(row.decision_id or row.status != Status.REVIEWED for row in rows):
        raise ValidationError({"held_on": "Kết quả của cuộc họp đã vào danh sách đề nghị hoặc đã có quyết định."})
    earliest = max(day for row in rows for day in (row.registered_on, row.assessed_on) if day)
    if held_on < earliest:
        words = f"Có đối tượng đăng ký hoặc tự đánh giá ngày {date_to_text(earliest)}, sau ngày này."
        raise ValidationError({"held_on": words})
    used = CriteriaSet.objects.for_model(meeting.model, held_on)
    if any(row.criteria_set != used for row in rows):
        raise ValidationError({"held_on": "Ngày này theo bộ tiêu chí khác với kết quả đã nhập."})
    for row in rows:
        row.reviewed_on = held_on
    write_registrations(rows, user=user, reason=MOVED)
