"""What the level above decides about a report: return it, accept and freeze it, open it again."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import CHANGED, because, record_bulk
from core.vietnamese import date_to_text
from organizations.models import Appointment
from organizations.scoping import roles_granting
from reports.models import Indicator, Report, Revision
from reports.revisions import freeze_report
from reports.services.holding import hold_report, hold_round, require_open, require_status
from reports.services.remarks import add_remark

ACCEPT = "reports.accept_report"


@dataclass(frozen=True)
class Return:
    """What is asked to be set right: a cell, a section, or with neither the whole report."""

    text: str
    indicator: Indicator | None = None
    section: str = ""


@transaction.atomic
def return_report(*, report: Report, user, returns: list[Return]) -> Report:
    """Give a submitted report back with at least one remark. Raises ValidationError otherwise."""
    report = hold_report(report, user=user, permission=ACCEPT, reviewing=True)
    require_status(report, Report.Status.SUBMITTED)
    require_open(report)
    if not returns:
        raise ValidationError("Hãy chọn ít nhất một ô hoặc một mục và ghi điều cần sửa.")
    for each in returns:
        add_remark(
            report=report,
            user=user,
            text=each.text,
            indicator=each.indicator,
            section=each.section,
            is_return=True,
        )
    report.status = Report.Status.RETURNED
    because(report, user=user, reason="Trả lại").save()
    return report


@transaction.atomic
def accept_report(*, report: Report, user) -> Revision:
    """Accept a submitted report and freeze it; for the unit at the top this is issuing it.

    Accepted reports directly below are in it from now on. Raises ValidationError for another status, and for who
    entered the figures, unless the unit above has no other reviewer: then the report is marked.
    """
    hold_round(report)
    report = hold_report(report, user=user, permission=ACCEPT, reviewing=True)
    require_status(report, Report.Status.SUBMITTED)
    own = user is not None and has_entered(user, report)
    if own and other_reviewers(user, report).exists():
        raise ValidationError(
            f"Ông/bà đã nhập hoặc nộp báo cáo của “{report.organization.name}”, nên người duyệt khác phải duyệt."
        )
    now = timezone.now()
    accepted = report.children.filter(status=Report.Status.ACCEPTED)
    below = list(accepted.values_list("pk", flat=True))
    Report.objects.filter(pk__in=below).update(included=True)
    record_bulk(Report.objects.filter(pk__in=below), kind=CHANGED, user=user, reason="Nằm trong báo cáo cấp trên")
    report.status, report.accepted_at, report.accepted_by = Report.Status.ACCEPTED, now, user
    report.self_accepted = own
    # The builder reads the database.
    Report.objects.filter(pk=report.pk).update(status=report.status)
    report.revision = freeze_report(report, user=user, now=now)
    because(report, user=user, reason="Ban hành" if report.parent_id is None else "Duyệt").save()
    return report.revision


def has_entered(user, report: Report) -> bool:
    """Whether any figure or section is the user's, or the handing in was."""
    return (
        report.submitted_by_id == user.pk
        or report.figures.filter(entered_by=user).exists()
        or report.narratives.filter(entered_by=user).exists()
    )


def other_reviewers(user, report: Report):
    """Appointments of others who accept at the unit above (at the top: at the unit itself)."""
    unit = report.parent.organization_id if report.parent_id else report.organization_id
    reviewers = Appointment.objects.in_force().filter(organization=unit, role__in=roles_granting(ACCEPT))
    return reviewers.exclude(user=user).filter(user__is_active=True)


@transaction.atomic
def reopen_report(*, report: Report, user, reason: str, open_until: date | None = None) -> list[Report]:
    """Give an accepted report back to its unit, and open every accepted report above it in the same step.

    After the closing of the round ``open_until`` says how long they may be entered. Returns the reports that were
    opened, lowest first. Raises ValidationError without a reason, and when one of them is not the user's to open.
    """
    hold_round(report)
    report = hold_report(report, user=user, permission=ACCEPT, reviewing=True)
    require_status(report, Report.Status.ACCEPTED)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Hãy ghi lý do mở lại."})
    if report.round.is_closed and open_until is None:
        closed = date_to_text(timezone.localdate(report.round.closed_at))
        raise ValidationError({"open_until": f"Kỳ đã đóng từ {closed}: hãy ghi đơn vị được sửa đến hết ngày nào."})
    if open_until is not None and open_until < timezone.localdate():
        raise ValidationError({"open_until": "Ngày này đã qua. Hãy chọn từ hôm nay trở đi."})
    opened = [report, *accepted_above(report, user)]
    for each in opened:
        words = reason if each is report else f"Mở lại vì báo cáo của {report.organization.name} được mở lại: {reason}"
        give_back(each, user=user, reason=words, open_until=open_until)
    return opened


def accepted_above(report: Report, user) -> list[Report]:
    """The accepted reports above, nearest first, locked."""
    found, parent = [], report.parent
    while parent is not None and parent.status == Report.Status.ACCEPTED:
        try:
            found.append(hold_report(parent, user=user, permission=ACCEPT, reviewing=True))
        except ValidationError as error:
            raise ValidationError(
                f"Số này đã nằm trong báo cáo đã duyệt của “{parent.organization.name}”. "
                "Hãy đề nghị cấp trên mở lại báo cáo."
            ) from error
        parent = parent.parent
    return found


def give_back(report: Report, *, user, reason: str, open_until: date | None) -> None:
    below = list(report.children.filter(included=True).values_list("pk", flat=True))
    Report.objects.filter(pk__in=below).update(included=False)
    record_bulk(Report.objects.filter(pk__in=below), kind=CHANGED, user=user, reason="Báo cáo cấp trên được mở lại")
    report.status, report.revision = Report.Status.RETURNED, None
    report.accepted_at = report.accepted_by = None
    report.self_accepted = report.included = False
    if report.round.is_closed:
        report.open_until = open_until
    because(report, user=user, reason=f"Mở lại: {reason}").save()
    add_remark(report=report, user=user, text=reason, is_return=True)
