"""Taking hold of a report: locked, within reach, and in a state that allows what is wanted."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.vietnamese import date_to_text
from organizations.models import Appointment, Organization
from reports.models import Report, ReportingRound

OUT_OF_REACH = "Báo cáo này không thuộc phạm vi của ông/bà."


def hold_report(report: Report, *, user, permission: str, reviewing: bool = False) -> Report:
    """The report as the database knows it now, locked until the transaction ends.

    ``reviewing`` asks for the right of the level above. A user of None is the system itself. Raises ValidationError
    when the report is out of reach.
    """
    reports = Report.objects.select_for_update(of=("self",)).select_related("round__root", "organization")
    if user is not None:
        reports = reports.reviewable(user, permission) if reviewing else reports.allowed(user, permission)
    found = reports.filter(pk=report.pk).first()
    if found is None:
        raise ValidationError(OUT_OF_REACH)
    return found


def hold_round(report: Report) -> None:
    """Acceptances and re-openings of one round go one after another: they read and write the reports around."""
    ReportingRound.objects.select_for_update().get(pk=report.round_id)


def require_status(report: Report, *statuses: str) -> None:
    if report.status not in statuses:
        raise ValidationError(
            f"Báo cáo {report.round.quarter.label} của “{report.organization.name}” đang ở trạng thái "
            f"“{report.get_status_display()}”, nên không làm được việc này. Hãy tải lại trang."
        )


def require_open(report: Report) -> None:
    if not report.is_open_today:
        closed = date_to_text(timezone.localdate(report.round.closed_at))
        raise ValidationError(
            f"Kỳ báo cáo {report.round.quarter.label} đã đóng từ {closed}. "
            "Nếu còn phải sửa, hãy gọi Hội cấp tỉnh để xin ngoại lệ cho đơn vị."
        )


def own_units(user) -> set[int]:
    """Where the user works: what they enter for any other unit is entered on its behalf.

    An administrator without appointments works as the province.
    """
    at = set(Appointment.objects.in_force().filter(user=user).values_list("organization_id", flat=True))
    if not at and user.is_superuser:
        at = set(Organization.objects.filter(parent=None).values_list("pk", flat=True))
    return at


def is_on_behalf(user, organization_id: int) -> bool:
    return user is not None and organization_id not in own_units(user)
