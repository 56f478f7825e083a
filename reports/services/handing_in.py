"""Preparing a report from the registers, and handing it in."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import CHANGED, CREATED, because, record_bulk
from organizations.models import Level
from reports.builders.quarterly_summary import build
from reports.cells import Cell, read_cells
from reports.checks import Finding, find, reason_for, unsettled
from reports.models import Figure, Indicator, Remark, Report
from reports.services.holding import hold_report, is_on_behalf, require_open, require_status

CONFIRMED = "Đã kiểm tra và xác nhận khi nộp"


@transaction.atomic
def prepare_report(*, report: Report, user) -> dict[str, Cell]:
    """Take what the registers count today into the cells of an open report; declared values stay.

    Returns the cells. Raises ValidationError when the report is out of reach, handed in or closed.
    """
    report = hold_report(report, user=user, permission="reports.change_figure")
    require_status(report, *Report.EDITABLE)
    require_open(report)
    cells = read_cells(report)
    keep_registers(report, cells, user)
    return cells


@transaction.atomic
def submit_report(*, report: Report, user, blanks_confirmed: bool = False, warnings_confirmed: bool = False) -> Report:
    """Hand the report in: register values are kept as they are now, returned cells count as answered.

    Blank cells need one confirmation and count as missing then; every question needs a reason in its cell, unless
    ``warnings_confirmed`` gives a general one. Raises ValidationError with everything that stands in the way.
    """
    report = hold_report(report, user=user, permission="reports.submit_report")
    require_status(report, *Report.EDITABLE)
    require_open(report)
    cells = read_cells(report)
    findings = review_cells(report, cells)
    if warnings_confirmed:
        confirm_questions(unsettled(findings, cells), cells, user)
    refuse_unready(findings, cells, blanks_confirmed=blanks_confirmed or warnings_confirmed)
    keep_registers(report, cells, user)
    now = timezone.now()
    report.status, report.submitted_at, report.submitted_by = Report.Status.SUBMITTED, now, user
    report.first_submitted_at = report.first_submitted_at or now
    report.on_behalf = is_on_behalf(user, report.organization_id)
    because(report, user=user, reason="Nộp báo cáo").save()
    close_remarks(report, user, now)
    return report


def review_cells(report: Report, cells: dict[str, Cell]) -> list[Finding]:
    """What is asked back about the cells, with the unit's own area beside them."""
    ratios = list(Indicator.objects.filter(nature=Indicator.Nature.RATIO).select_related("numerator", "denominator"))
    return find(cells, ratios, own_areas(report, ratios), totals_below(report, cells))


def totals_below(report: Report, cells: dict[str, Cell]) -> dict[str, int]:
    """The totals over the units below; only read where the report states one of its own."""
    if all(cell.figure.declared_total is None for cell in cells.values()):
        return {}
    lines = build(organization=report.organization, period=report.round.quarter).figures
    return {line.indicator: line.value for line in lines if not line.is_rate and line.value is not None}


def own_areas(report: Report, ratios: list[Indicator]) -> dict[str, int]:
    """Area indicator → the unit's own newest number not later than the year.

    Nothing for a unit with reports below it: its own line carries no area.
    """
    if report.children.exists():
        return {}
    rows = list(report.organization.areas.filter(year__lte=report.round.quarter.year).order_by("-year"))
    found = {}
    for indicator in {ratio.denominator.code: ratio.denominator for ratio in ratios}.values():
        if column := indicator.area_column:
            values = (getattr(row, column) for row in rows)
            value = next((each for each in values if each is not None), None)
            if value is None and column == "communes" and is_territorial_commune(report):
                value = 1
            if value is not None:
                found[indicator.code] = value
    return found


def is_territorial_commune(report: Report) -> bool:
    """Such a unit is one commune, unless its row says otherwise."""
    return report.organization.level == Level.COMMUNE and report.organization.has_territory


def refuse_unready(findings: list[Finding], cells: dict[str, Cell], *, blanks_confirmed: bool) -> None:
    faults = [finding.message for finding in findings if finding.is_fault]
    faults += [finding.message for finding in unsettled(findings, cells)]
    blanks = [cell for cell in cells.values() if cell.is_blank]
    if blanks and not blanks_confirmed:
        names = ", ".join(cell.indicator.label for cell in blanks[:5])
        more = f" và {len(blanks) - 5} chỉ tiêu khác" if len(blanks) > 5 else ""
        faults.append(f"Còn {len(blanks)} ô trống ({names}{more}). Hãy xác nhận là chưa có số liệu rồi nộp.")
    if faults:
        raise ValidationError(faults)


def confirm_questions(questions: list[Finding], cells: dict[str, Cell], user) -> None:
    """Write one general reason into every cell that is asked about."""
    for question in questions:
        figure = cells[question.indicator].figure
        if reason_for(question, cells[question.indicator]):
            continue
        setattr(figure, "total_reason" if question.about_total else "reason", CONFIRMED)
        figure.version += 1
        because(figure, user=user, reason=CONFIRMED).save()


def keep_registers(report: Report, cells: dict[str, Cell], user) -> None:
    """Store what the registers count beside what was declared."""
    created, changed = [], []
    for cell in cells.values():
        figure = cell.figure
        if (figure.from_register, figure.basis) == (cell.register, cell.basis):
            continue
        figure.from_register, figure.basis = cell.register, cell.basis
        (changed if figure.pk else created).append(figure)
    Figure.objects.bulk_create(created)
    Figure.objects.bulk_update(changed, ["from_register", "basis"])
    for kind, figures in ((CREATED, created), (CHANGED, changed)):
        written = report.figures.filter(indicator__in=[figure.indicator_id for figure in figures])
        record_bulk(written, kind=kind, user=user, reason="Lấy số từ sổ")


def close_remarks(report: Report, user, now) -> None:
    """What was returned has been looked at again."""
    waiting = list(Remark.objects.filter(report=report).waiting().values_list("pk", flat=True))
    Remark.objects.filter(pk__in=waiting).update(closed_at=now)
    record_bulk(Remark.objects.filter(pk__in=waiting), kind=CHANGED, user=user, reason="Nộp lại báo cáo")
