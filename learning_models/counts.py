"""Numbers of registrants whose names are not kept, beside the names."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from learning_models.models import RegistrationCount, Status
from learning_models.services import check_registered_on, check_unit

SAVED, REMOVED = "Ghi số đếm đăng ký", "Xoá số đếm đăng ký"


@transaction.atomic
def save_count(*, count: RegistrationCount, user, reason: str = "") -> RegistrationCount:
    """Write a new or changed number.

    Raises ValidationError for days to come, out of the year or out of order, and for a second number of the same unit,
    model, year, day and status.
    """
    check_registered_on(count.registered_on, year=count.year)
    check_unit(count.organization, count.registered_on)
    if count.status == Status.RECOGNISED:
        check_title(count)
    else:
        count.recognised_on = count.title_to = None
        count.decision_number = ""
    count.full_clean()
    because(count, user=user, reason=reason or SAVED).save()
    return count


def check_title(count: RegistrationCount) -> None:
    today: date = timezone.localdate()
    if count.recognised_on is None:
        raise ValidationError({"recognised_on": "Được công nhận thì cần ngày quyết định."})
    if count.recognised_on > today:
        raise ValidationError({"recognised_on": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    if count.recognised_on < count.registered_on:
        raise ValidationError({"recognised_on": "Ngày quyết định phải từ ngày đăng ký trở đi."})
    if count.title_to is not None and count.title_to < count.recognised_on:
        raise ValidationError({"title_to": "Ngày này phải từ ngày quyết định trở đi."})


@transaction.atomic
def delete_count(*, count: RegistrationCount, user, reason: str = "") -> None:
    because(count, user=user, reason=reason or REMOVED).delete()
