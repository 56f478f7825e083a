"""Where the reports of the demonstration stand: the past year handed in and closed, the quarter in work half way.

Who handed in when is invented.
"""

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.history import CHANGED, CREATED, record_bulk
from organizations.spells import tree_on
from reports.catalogue import columns_counted, count_registers
from reports.models import Figure, Indicator, Report, ReportingRound
from reports.services import accept_report, close_round, submit_report

REASON = "Dữ liệu trình diễn"
# The city's communes have handed in but for these two; the district's communes are accepted and it waits itself.
CITY, STILL_OPEN = "SL.TP", ("SL.TP.CHIENGDEN", "SL.TP.HUALA")
DISTRICT = "SL.MC"


def hand_in_past_year(rounds: list[ReportingRound]) -> None:
    """All reports of these rounds handed in on the morning of their due date, with what the registers count."""
    indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
    for round_ in rounds:
        reports = {report.organization_id: report for report in round_.reports.all()}
        units = tree_on(round_.quarter.last_day, columns_counted())
        counted = count_registers(round_.quarter, units)
        known = set(Figure.objects.filter(report__round=round_).values_list("report_id", "indicator_id"))
        figures = [
            Figure(report=reports[pk], indicator=indicators[code], from_register=count.value, basis=count.basis)
            for code, counts in counted.items()
            for pk, count in counts.items()
            if pk in reports
            and units[pk].level in indicators[code].levels
            and (reports[pk].pk, indicators[code].pk) not in known
        ]
        Figure.objects.bulk_create(figures)
        written = Figure.objects.filter(report__round=round_, from_register__isnull=False)
        record_bulk(written, kind=CREATED, user=None, reason=REASON)
        morning = timezone.make_aware(datetime.combine(round_.due_on, time(9)))
        round_.reports.update(status=Report.Status.SUBMITTED, submitted_at=morning, first_submitted_at=morning)
        record_bulk(round_.reports.all(), kind=CHANGED, user=None, reason=REASON)
        close_round(round_=round_, user=None)


def is_handed_in(report: Report) -> bool:
    """Hand the report in; one whose invented parts add up to more than their whole is still being filled in."""
    try:
        submit_report(report=report, user=None, warnings_confirmed=True)
    except ValidationError:
        return False
    return True


def hand_in_quarter(round_: ReportingRound) -> None:
    """Some units through the services, as people would."""
    units = ("round", "organization")
    city = round_.reports.filter(parent__organization__code=CITY).exclude(organization__code__in=STILL_OPEN)
    for report in city.select_related(*units):
        is_handed_in(report)
    for report in round_.reports.filter(parent__organization__code=DISTRICT).select_related(*units):
        if is_handed_in(report):
            accept_report(report=report, user=None)
    district = round_.reports.select_related(*units).get(organization__code=DISTRICT)
    is_handed_in(district)
    # The quarter lies in the past: whoever handed in did so on the due date.
    morning = timezone.make_aware(datetime.combine(round_.due_on - timedelta(days=1), time(9)))
    handed_in = round_.reports.exclude(submitted_at=None)
    handed_in.update(submitted_at=morning, first_submitted_at=morning)
    record_bulk(handed_in, kind=CHANGED, user=None, reason=REASON)
