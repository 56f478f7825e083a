"""From which day on a unit keeps a register: the switch that lets an empty register mean zero."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from organizations.models import Organization, RegisterUse

STARTED, MOVED_DAY, STOPPED = "Bắt đầu dùng sổ", "Đổi ngày bắt đầu dùng sổ", "Thôi dùng sổ"


def reporting_unit(organization: Organization) -> Organization | None:
    """The unit whose report counts what the organization holds: itself, else the nearest above that reports."""
    return Organization.objects.above(organization).filter(reports_quarterly=True).order_by("-depth").first()


def register_in_use(organization: Organization, register: str) -> RegisterUse | None:
    return RegisterUse.objects.filter(organization=organization, register=register).first()


@transaction.atomic
def use_register(*, organization: Organization, register: str, used_from: date, user, reason: str = "") -> RegisterUse:
    """Say from which day the unit keeps the register, or correct that day.

    Raises ValidationError for a unit that does not report (nothing would be counted there) and for a day to come.
    """
    if not organization.reports_quarterly:
        raise ValidationError(f"“{organization}” không báo cáo riêng: sổ được dùng ở đơn vị báo cáo phía trên.")
    if used_from > timezone.localdate():
        raise ValidationError({"used_from": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    use = RegisterUse.objects.select_for_update().filter(organization=organization, register=register).first()
    if use is None:
        use = RegisterUse(organization=organization, register=register, used_from=used_from)
        because(use, user=user, reason=reason or STARTED).save()
    elif use.used_from != used_from:
        use.used_from = used_from
        because(use, user=user, reason=reason or MOVED_DAY).save()
    return use


@transaction.atomic
def stop_register(*, organization: Organization, register: str, user, reason: str = "") -> None:
    """Take the switch back: an empty register means "no data" again. Nothing happens where it was not on."""
    use = RegisterUse.objects.select_for_update().filter(organization=organization, register=register).first()
    if use is not None:
        because(use, user=user, reason=reason or STOPPED).delete()
