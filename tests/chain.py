"""Steps of the reporting chain in short, for tests; a step without a user is done by the system itself."""

from core.periods import Quarter
from organizations.models import Role
from reports.builders.contract import summary_to_json
from reports.models import Report
from reports.revisions import summary_of
from reports.services import Edit, accept_report, save_edits, submit_report
from tests.conftest import appoint

FIRST = Quarter(2022, 1)
MEMBERS, NEW, RATE = "members.total", "members.new", "members.population_rate"


def report_of(unit, quarter=FIRST) -> Report:
    """The report as the database knows it now."""
    reports = Report.objects.select_related("round", "organization")
    return reports.get(organization=unit, round__quarter=quarter)


def enter(unit, values, *, user=None, quarter=FIRST):
    """Type numbers (None: explicit no data) over what stands there; returns the answers."""
    report = report_of(unit, quarter)
    versions = dict(report.figures.values_list("indicator__code", "version"))
    edits = [
        Edit(indicator=code, version=versions.get(code, 0), no_data=True)
        if value is None
        else Edit(indicator=code, version=versions.get(code, 0), value=str(value))
        for code, value in values.items()
    ]
    answers = save_edits(report=report, user=user, edits=edits)
    assert {answer["state"] for answer in answers} <= {"saved"}, answers
    return answers


def hand_in(unit, values=None, *, user=None, quarter=FIRST):
    if values:
        enter(unit, values, user=user, quarter=quarter)
    return submit_report(report=report_of(unit, quarter), user=user, warnings_confirmed=True)


def accept(unit, *, user=None, quarter=FIRST):
    return accept_report(report=report_of(unit, quarter), user=user)


def hand_in_and_accept(unit, values=None, *, quarter=FIRST):
    hand_in(unit, values, quarter=quarter)
    return accept(unit, quarter=quarter)


def line(unit, code, period=FIRST, **options):
    """The line of an indicator in the summary that people get to see."""
    return summary_of(organization=unit, period=period, **options).figure(code)


def as_json(unit, period=FIRST) -> dict:
    return summary_to_json(summary_of(organization=unit, period=period))


def appoint_reviewers(cast):
    """Reviewers at the district in the east and at its first commune, and a treasurer there."""
    cast.district_reviewer = appoint("district_reviewer", cast.east, Role.REVIEWER)
    cast.commune_reviewer = appoint("commune_reviewer", cast.first, Role.REVIEWER)
    cast.treasurer = appoint("treasurer", cast.first, Role.TREASURER)
    return cast
