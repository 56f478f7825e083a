"""Opening rounds and finding the reports that figures belong to."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst

from core.history import CHANGED, CREATED, because, record_bulk
from core.periods import Quarter
from core.vietnamese import date_to_text
from organizations.models import Level, Organization
from organizations.spells import UnitOfDay, below, reporting_parents, tree_on
from reports.models import Report, ReportingRound
from reports.services.holding import require_own_round


@transaction.atomic
def open_round(
    *,
    root: Organization,
    quarter: Quarter,
    due_on: date,
    user,
    due_by_level: dict[str, date] | None = None,
    reason: str = "Mở kỳ báo cáo",
) -> tuple[ReportingRound, int]:
    """Open the quarter for a province: a draft report for every unit that reports on its last day.

    Opening it again sets all due dates anew and adds the reports of units that were recorded since; the round's
    history keeps ``reason``.
    Returns the round and the number of reports added. Raises ValidationError when ``root`` is no province at
    the top of the tree, did not live that day, or the due date lies before the quarter's end.
    """
    if root.level != Level.PROVINCE or root.parent_id is not None:
        raise ValidationError("Kỳ báo cáo do hội cấp tỉnh mở: hãy chọn đơn vị cấp tỉnh.")
    dates = {level: day for level, day in (due_by_level or {}).items() if day}
    for day in (due_on, *dates.values()):
        if day <= quarter.first_day:
            raise ValidationError(f"Hạn nộp {date_to_text(day)} trước {quarter.label}: hãy kiểm tra lại năm.")
    if root.pk not in tree_on(quarter.last_day):
        raise ValidationError(f"“{root.name}” không hoạt động vào ngày {date_to_text(quarter.last_day)}.")
    Organization.objects.select_for_update().get(pk=root.pk)
    held = ReportingRound.objects.select_for_update(of=("self",)).order_by("pk")
    round_ = held.filter(root=root, quarter=quarter).first()
    if round_ is None:
        round_ = ReportingRound(root=root, quarter=quarter)
    elif round_.closed_at:
        raise ValidationError(f"{capfirst(quarter.label)} đã đóng.")
    round_.due_on = due_on
    round_.due_by_level = {level: day.isoformat() for level, day in dates.items()}
    because(round_, user=user, reason=reason).save()
    return round_, complete_round(round_, user=user)


def reporting_units(root_id: int, quarter: Quarter) -> tuple[dict[int, UnitOfDay], dict[int, int | None]]:
    """The units that report for the quarter, parents first, and for each its nearest reporting ancestor.

    The province at the top reports always, whatever its own mark says.
    """
    units = below(tree_on(quarter.last_day), root_id)
    if root_id in units:
        units[root_id] = units[root_id]._replace(parent_id=None, reports=True)
    nearest = reporting_parents(units)
    reporting = {pk: unit for pk, unit in units.items() if unit.reports}
    return reporting, nearest


def complete_round(round_: ReportingRound, *, user) -> int:
    """Add the reports that are missing and set every open report's parent by the tree of the quarter's last day."""
    reporting, nearest = reporting_units(round_.root_id, round_.quarter)
    reports = {report.organization_id: report for report in round_.reports.all()}
    missing = [Report(round=round_, organization_id=pk) for pk in reporting if pk not in reports]
    Report.objects.bulk_create(missing, batch_size=1000)
    reports |= {report.organization_id: report for report in missing}
    moved = []
    for pk in reporting:
        report, parent = reports[pk], reports.get(nearest[pk])
        # What was accepted stays where it was accepted.
        is_frozen = report.status == Report.Status.ACCEPTED
        if not is_frozen and report.parent_id != (parent.pk if parent else None):
            report.parent = parent
            moved.append(report)
    Report.objects.bulk_update(moved, ["parent"], batch_size=500)
    new = {report.pk for report in missing}
    written = {CREATED: new, CHANGED: {report.pk for report in moved} - new}
    for kind, pks in written.items():
        record_bulk(round_.reports.filter(pk__in=pks), kind=kind, user=user, reason="Mở kỳ báo cáo")
    return len(missing)


def reports_of(quarters: Iterable[Quarter], organization_ids: Iterable[int]) -> dict[tuple[int, Quarter], Report]:
    """The reports of these units in these quarters, as {(organization id, quarter): report}; two queries at most."""
    wanted = set(organization_ids)
    reports = Report.objects.filter(round__quarter__in=set(quarters)).select_related("round")
    return {
        (report.organization_id, report.round.quarter): report for report in reports if report.organization_id in wanted
    }


@transaction.atomic
def close_round(*, round_: ReportingRound, user) -> ReportingRound:
    """Close the quarter: nothing is entered or handed in any more, except by units with a dated exception.

    What was handed in may still be accepted. Raises ValidationError when it is closed already or not the user's.
    """
    require_own_round(round_, user)
    round_ = ReportingRound.objects.select_for_update().get(pk=round_.pk)
    if round_.is_closed:
        raise ValidationError(f"{capfirst(round_.quarter.label)} đã đóng rồi.")
    round_.closed_at = timezone.now()
    because(round_, user=user, reason="Đóng kỳ báo cáo").save()
    return round_


@transaction.atomic
def grant_exception(*, report: Report, until: date, reason: str, user) -> Report:
    """Let one unit enter and hand in after the closing, to the end of ``until``.

    Raises ValidationError without a reason, for a day that has passed, when the round is not closed or not the user's.
    """
    require_own_round(report.round, user)
    report = Report.objects.select_for_update(of=("self",)).select_related("round", "organization").get(pk=report.pk)
    if not report.round.is_closed:
        raise ValidationError("Kỳ báo cáo chưa đóng: đơn vị vẫn nhập và nộp được, không cần ngoại lệ.")
    if until < timezone.localdate():
        raise ValidationError({"until": "Ngày này đã qua. Hãy chọn từ hôm nay trở đi."})
    if not reason.strip():
        raise ValidationError({"reason": "Hãy ghi lý do cho đơn vị nộp sau khi đóng kỳ."})
    report.open_until = until
    because(report, user=user, reason=f"Ngoại lệ đến hết {date_to_text(until)}: {reason.strip()}").save()
    return report
