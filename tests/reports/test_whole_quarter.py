"""A whole quarter of a province with 12 districts and 204 communes, played by its people through the services."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from core.periods import Quarter
from organizations import tree
from organizations.models import AreaStatistics, Kind, Organization, Role
from reports.models import Indicator, Report, Revision
from reports.revisions import summary_of
from reports.services import (
    Edit,
    Return,
    accept_report,
    open_round,
    prepare_report,
    return_report,
    save_edits,
    submit_report,
)
from tests.conftest import appoint, plant

DISTRICTS, COMMUNES = 12, 17
QUARTER = Quarter(2022, 1)
MEMBERS, NEW, FAMILIES, BALANCE = (
    "members.total",
    "members.new",
    "learning_models.family.registered",
    "funds.balance",
)
ASKED = (MEMBERS, NEW, FAMILIES, BALANCE)
# Of the communes of every district: one sends nothing, one is handed in and never accepted.
SILENT, WAITING = 16, 15
# This district's communes are accepted, the district itself is late.
LATE = 11


def number(code, place):
    """What commune number ``place`` says; None is explicit no data, a code that is left out is a blank."""
    if code == FAMILIES and place % 7 == 3:
        return None
    return {MEMBERS: 40 + place % 50, NEW: place % 5, FAMILIES: 30 + place % 20, BALANCE: 1_000_000 * (place % 9)}[code]


def is_blank(code, place):
    return code == BALANCE and place % 5 == 2


def households(place):
    return None if place % 11 == 4 else 100 + place


@pytest.fixture
def province(db):
    """The units, a row of areas for the communes, and the people: two per district, two at the province."""
    root = plant("Q", "Hội Khuyến học tỉnh Quế Lâm", "province")
    unit = {"form": "hoi", "reports_quarterly": True}
    districts = [
        Organization(code=f"Q.{d:02}", name=f"Hội Khuyến học huyện {d:02}", level="district", parent=root, **unit)
        for d in range(DISTRICTS)
    ]
    communes = [
        Organization(
            code=f"Q.{d:02}.{c:02}", name=f"Hội Khuyến học xã {d:02}{c:02}", level="commune", parent=parent, **unit
        )
        for d, parent in enumerate(districts)
        for c in range(COMMUNES)
    ]
    police = Organization(
        code="Q.CA", name="Công an tỉnh", level="affiliated", parent=root, kind=Kind.ARMED_FORCES, **unit
    )
    tree.load_organizations(created=[*districts, *communes, police], changed=[], user=None, reason="thử")
    AreaStatistics.objects.bulk_create(
        AreaStatistics(organization=commune, year=2022, population=1000, households=households(place))
        for place, commune in enumerate(communes)
    )
    open_round(root=root, quarter=QUARTER, due_on=date(2022, 4, 5), user=None)
    reports = {report.organization.code: report for report in Report.objects.select_related("organization", "round")}
    return SimpleNamespace(
        root=root,
        districts=districts,
        communes=communes,
        police=police,
        report=lambda unit: reports[unit.code],
        writers=[appoint(f"w{d}", district, Role.SECRETARY) for d, district in enumerate(districts)],
        reviewers=[appoint(f"r{d}", district, Role.REVIEWER) for d, district in enumerate(districts)],
        writer=appoint("w", root, Role.SECRETARY),
        reviewer=appoint("r", root, Role.REVIEWER),
    )


def play(province):
    """Everything that happens until the province is issued."""
    for place, commune in enumerate(province.communes):
        district, turn = divmod(place, COMMUNES)
        writer, reviewer, report = province.writers[district], province.reviewers[district], province.report(commune)
        if turn == SILENT:
            continue
        edits = [
            Edit(code, no_data=True) if number(code, place) is None else Edit(code, value=str(number(code, place)))
            for code in ASKED
            if not is_blank(code, place)
        ]
        if turn == 0:
            prepare_report(report=report, user=writer)
        answers = save_edits(report=report, user=writer, edits=edits)
        assert {answer["state"] for answer in answers} == {"saved"}
        submit_report(report=report, user=writer, blanks_confirmed=True)
        if turn == 0:
            send_back_and_in_again(report, place, writer, reviewer)
        if turn != WAITING:
            accept_report(report=report, user=reviewer)
    for district, unit in enumerate(province.districts):
        report = province.report(unit)
        save_edits(report=report, user=province.writers[district], edits=[Edit(MEMBERS, value=str(district))])
        submit_report(report=report, user=province.writers[district], warnings_confirmed=True)
        if district != LATE:
            accept_report(report=report, user=province.reviewer)
    save_edits(report=province.report(province.police), user=province.writer, edits=[Edit(MEMBERS, value="30")])
    submit_report(report=province.report(province.police), user=province.writer, blanks_confirmed=True)
    accept_report(report=province.report(province.police), user=province.reviewer)
    save_edits(report=province.report(province.root), user=province.writer, edits=[Edit(MEMBERS, value="10")])
    submit_report(report=province.report(province.root), user=province.writer, warnings_confirmed=True)
    return accept_report(report=province.report(province.root), user=province.reviewer)


def send_back_and_in_again(report, place, writer, reviewer):
    """The first commune of every district typed a digit too many; the cell comes back and is set right."""
    indicator = Indicator.objects.get(code=MEMBERS)
    return_report(report=report, user=reviewer, returns=[Return("Xem lại số này.", indicator)])
    wrong = Edit(MEMBERS, version=1, value=str(number(MEMBERS, place) * 10))
    right = Edit(MEMBERS, version=2, value=str(number(MEMBERS, place)))
    for edit in (wrong, right):
        assert save_edits(report=report, user=writer, edits=[edit])[0]["state"] == "saved"
    submit_report(report=report, user=writer, blanks_confirmed=True)


# The same, added up by hand: nothing of the roll-up is asked.


def told(code, place):
    """What an accepted commune says of the indicator, None where it says nothing."""
    return None if is_blank(code, place) else number(code, place)


def accepted(district):
    return [district * COMMUNES + turn for turn in range(COMMUNES) if turn not in (SILENT, WAITING)]


def total_of_district(code, district):
    known = [told(code, place) for place in accepted(district) if told(code, place) is not None]
    own = [district] if code == MEMBERS else []
    return sum(known) + sum(own)


def per_cent(part, whole):
    return (Decimal(part * 100) / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def test_the_whole_quarter_of_a_province(province):
    revision = play(province)
    summary = summary_of(organization=province.root, period=QUARTER)
    assert (summary.status, revision.number) == ("accepted", 1)
    inside = [district for district in range(DISTRICTS) if district != LATE]
    beside = {MEMBERS: 30 + 10}
    for code in ASKED:
        line = summary.figure(code)
        by_unit = {value.unit.code: value.value for value in line.units_below}
        for district in range(DISTRICTS):
            expected = None if district == LATE else total_of_district(code, district)
            assert by_unit[f"Q.{district:02}"] == expected, (code, district)
        whole = sum(total_of_district(code, district) for district in inside)
        assert line.value == whole + beside.get(code, 0)
        asked = DISTRICTS if code == FAMILIES else DISTRICTS + 1
        with_data = len(inside) + (1 if code == MEMBERS else 0)
        # Every district lacks two communes at least.
        assert (line.coverage.with_data, line.coverage.expected) == (with_data, asked)
        assert line.coverage.partial == len(inside)

    population = 1000 * DISTRICTS * COMMUNES
    assert summary.figure("areas.population").value == population
    covered = 1000 * sum(len(accepted(district)) for district in inside)
    members = sum(total_of_district(MEMBERS, district) for district in inside) + 40
    rate = summary.figure("members.population_rate")
    assert (rate.numerator, rate.denominator, rate.value) == (members, covered, per_cent(members, covered))

    both = [
        place
        for district in inside
        for place in accepted(district)
        if told(FAMILIES, place) is not None and households(place) is not None
    ]
    over, under = sum(told(FAMILIES, place) for place in both), sum(households(place) for place in both)
    rate = summary.figure("learning_models.family.registered_rate")
    assert (rate.numerator, rate.denominator, rate.value) == (over, under, per_cent(over, under))

    # Missing stays missing, at every level.
    silent, blank = province.communes[SILENT], province.communes[2]
    assert summary_of(organization=silent, period=QUARTER).figure(MEMBERS).value is None
    assert summary_of(organization=blank, period=QUARTER).figure(BALANCE).value is None
    first = summary_of(organization=province.districts[0], period=QUARTER)
    of_first = {value.unit.code: (value.value, value.source) for value in first.figure(FAMILIES).units_below}
    assert of_first["Q.00.03"] == (None, "no_data")
    assert of_first["Q.00.15"] == of_first["Q.00.16"] == (None, "missing")
    assert first.figure(MEMBERS).coverage.with_data == COMMUNES - 2
    assert summary.figure("activities.documents").value is None

    found = summary.completeness
    assert (found.expected, found.submitted, found.accepted) == (DISTRICTS + 1, DISTRICTS + 1, DISTRICTS)
    assert found.below.expected == DISTRICTS * (COMMUNES + 1) + 1
    assert found.below.accepted == DISTRICTS * (COMMUNES - 2) + DISTRICTS
    assert len(found.below.missing) == DISTRICTS
    assert Revision.objects.count() == found.below.accepted + 1

    with pytest.raises(ValidationError, match="người duyệt khác|phạm vi"):
        accept_report(report=province.report(province.districts[LATE]), user=province.reviewers[LATE])
    accept_report(report=province.report(province.districts[LATE]), user=province.reviewer)
    assert summary_of(organization=province.root, period=QUARTER) == summary
    late = summary_of(organization=province.districts[LATE], period=QUARTER)
    assert late.figure(MEMBERS).value == total_of_district(MEMBERS, LATE)
