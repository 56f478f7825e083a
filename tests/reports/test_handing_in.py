"""Preparing a report from the registers and handing it in: blanks, questions, whose work it was, and on time or not."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.periods import Quarter
from organizations.models import RegisterUse
from organizations.tree import create_organization
from reports.builders.quarterly_summary import build
from reports.cells import read_cells
from reports.models import Figure, Indicator, Report
from reports.services import (
    Edit,
    Return,
    handing_in,
    open_round,
    prepare_report,
    return_report,
    save_edits,
    submit_report,
)
from tests.chain import FIRST, MEMBERS, NEW, enter, hand_in, line, report_of

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
BRANCHES, WOMEN = "organizations.branches", "members.women"


def cell_of(unit, code):
    return read_cells(report_of(unit))[code]


def figure_of(unit, code):
    return Figure.objects.get(report=report_of(unit), indicator__code=code)


def found_branch(people, code="A.D.1.2"):
    create_organization(code=code, name=f"Chi hội {code}", level="branch", parent=people.first, user=None)


def test_preparing_takes_the_registers_and_keeps_what_was_declared(people):
    enter(people.first, {MEMBERS: 12, BRANCHES: 4})
    cells = prepare_report(report=report_of(people.first), user=people.secretary)
    assert (cells[BRANCHES].register, cells[BRANCHES].value, cells[BRANCHES].basis) == (1, 4, "names")
    stored = figure_of(people.first, BRANCHES)
    assert (stored.from_register, stored.declared) == (1, 4)
    assert cells[MEMBERS].value == 12
    assert cells[NEW].is_blank


def test_preparing_again_follows_the_register_until_the_handing_in(people):
    prepare_report(report=report_of(people.first), user=people.secretary)
    found_branch(people)
    assert cell_of(people.first, BRANCHES).register == 2
    hand_in(people.first)
    assert figure_of(people.first, BRANCHES).from_register == 2
    found_branch(people, "A.D.1.3")
    assert cell_of(people.first, BRANCHES).register == 2
    assert line(people.first, BRANCHES).value == 2


def test_preparing_twice_writes_once(people):
    prepare_report(report=report_of(people.first), user=people.secretary)
    history = Figure.history.count()
    prepare_report(report=report_of(people.first), user=people.secretary)
    assert Figure.history.count() == history
    assert figure_of(people.first, BRANCHES).history.get().history_user == people.secretary


def test_a_register_that_falls_silent_takes_its_number_back(people):
    RegisterUse.objects.create(organization=people.second, register="organizations", used_from=date(2022, 1, 1))
    prepare_report(report=report_of(people.second), user=None)
    assert figure_of(people.second, BRANCHES).from_register == 0
    RegisterUse.objects.all().delete()
    prepare_report(report=report_of(people.second), user=None)
    stored = figure_of(people.second, BRANCHES)
    assert (stored.from_register, stored.basis) == (None, "")


def test_blank_cells_wait_for_one_confirmation_and_then_count_as_missing(people):
    enter(people.first, {MEMBERS: 5, NEW: 0, WOMEN: None})
    with pytest.raises(ValidationError, match=r"Còn \d+ ô trống") as refused:
        submit_report(report=report_of(people.first), user=people.secretary)
    assert "chỉ tiêu khác" in " ".join(refused.value.messages)
    assert report_of(people.first).status == "draft"
    submit_report(report=report_of(people.first), user=people.secretary, blanks_confirmed=True)
    found = {code: line(people.first, code) for code in (MEMBERS, NEW, WOMEN, "members.left")}
    assert [(each.value, each.source) for each in found.values()] == [
        (5, "declared"),
        (0, "declared"),
        (None, "no_data"),
        (None, "missing"),
    ]


def test_faults_are_never_confirmed_away(people):
    enter(people.first, {MEMBERS: 5, WOMEN: 6})
    with pytest.raises(ValidationError, match="lớn hơn"):
        hand_in(people.first)
    assert report_of(people.first).status == "draft"
    assert not Figure.objects.exclude(reason="").exists()


def test_a_question_needs_a_reason_in_its_cell_and_none_is_asked_twice(people):
    enter(people.first, {BRANCHES: 4})
    arguments = {"report": report_of(people.first), "user": people.secretary, "blanks_confirmed": True}
    with pytest.raises(ValidationError, match="sổ đếm được 1, báo cáo ghi 4"):
        submit_report(**arguments)
    edit = Edit(BRANCHES, version=1, reason="ba chi hội chưa vào sổ")
    save_edits(report=report_of(people.first), user=people.secretary, edits=[edit])
    assert submit_report(**arguments).status == "submitted"


def test_confirming_everything_writes_a_general_reason_where_none_stands(people):
    enter(people.first, {BRANCHES: 4})
    # As a spreadsheet may state it.
    members = Indicator.objects.get(code=MEMBERS)
    Figure.objects.create(report=report_of(people.first), indicator=members, declared_total=9)
    save_edits(report=report_of(people.first), user=None, edits=[Edit(NEW, value="1", reason="của tôi")])
    hand_in(people.first, user=people.secretary)
    branches = figure_of(people.first, BRANCHES)
    assert (branches.reason, branches.version) == (handing_in.CONFIRMED, 2)
    assert figure_of(people.first, MEMBERS).total_reason == handing_in.CONFIRMED
    assert figure_of(people.first, NEW).reason == "của tôi"
    assert branches.history.filter(history_change_reason=handing_in.CONFIRMED).get().history_user == people.secretary


def test_everything_that_stands_in_the_way_is_said_at_once(people):
    enter(people.first, {MEMBERS: 5, WOMEN: 6, BRANCHES: 4})
    with pytest.raises(ValidationError) as refused:
        submit_report(report=report_of(people.first), user=people.secretary)
    words = " ".join(refused.value.messages)
    assert "lớn hơn" in words
    assert "sổ đếm được" in words
    assert "ô trống" in words


def test_parts_are_held_against_the_area_of_a_unit_without_units_below(people, area):
    families = "learning_models.family.registered"
    area(people.first, 2021, households=20)
    area(people.first, 2023, households=900)
    with pytest.raises(ValidationError, match="lớn hơn"):
        hand_in(people.first, {families: 21})
    area(people.first, 2022, population=7)
    with pytest.raises(ValidationError, match="lớn hơn"):
        hand_in(people.first)
    hand_in(people.first, {families: 20})
    area(people.east, 2022, households=20)
    hand_in(people.east, {families: 21})


def test_a_commune_is_one_commune_unless_its_row_says_otherwise(people, area):
    code = "learning_models.commune.registered"
    with pytest.raises(ValidationError, match="lớn hơn"):
        hand_in(people.first, {code: 2})
    area(people.first, communes=2)
    hand_in(people.first)


@pytest.mark.parametrize(
    ("person", "on_behalf"),
    [("secretary", False), ("district_manager", True), ("manager", True), ("administrator", True)],
)
def test_entering_and_handing_in_for_another_unit_are_marked(people, person, on_behalf):
    hand_in(people.first, {MEMBERS: 5}, user=getattr(people, person))
    report = report_of(people.first)
    assert (report.on_behalf, report.submitted_by) == (on_behalf, getattr(people, person))
    figure = figure_of(people.first, MEMBERS)
    assert (figure.on_behalf, figure.entered_by) == (on_behalf, getattr(people, person))


def test_an_administrator_without_appointments_works_as_the_province(people):
    hand_in(people.province, {MEMBERS: 5}, user=people.administrator)
    assert not report_of(people.province).on_behalf


def test_handing_in_again_by_the_unit_itself_is_no_longer_on_behalf(people):
    hand_in(people.first, user=people.manager)
    back = [Return("Xem lại.")]
    return_report(report=report_of(people.first), user=people.district_reviewer, returns=back)
    hand_in(people.first, user=people.secretary)
    assert not report_of(people.first).on_behalf


def at(monkeypatch, moment):
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.mark.parametrize(
    ("moment", "on_time"),
    [
        (datetime(2022, 4, 5, 23, 59, 59, tzinfo=HANOI), 1),
        (datetime(2022, 4, 6, 0, 0, 0, tzinfo=HANOI), 0),
        (datetime(2022, 4, 5, 17, 0, 0, tzinfo=ZoneInfo("UTC")), 0),
    ],
)
def test_on_time_is_before_the_midnight_that_ends_the_due_date_here(people, monkeypatch, moment, on_time):
    with monkeypatch.context() as patch:
        at(patch, moment)
        hand_in(people.first)
    assert build(organization=people.east, period=FIRST).completeness.on_time == on_time


def test_the_first_handing_in_decides_whether_it_was_on_time(people, monkeypatch):
    due = datetime(2022, 4, 5, 12, tzinfo=HANOI)
    for days in (0, 10):
        with monkeypatch.context() as patch:
            at(patch, due + timedelta(days=days))
            hand_in(people.first)
            if not days:
                back = [Return("Xem lại.")]
                return_report(report=report_of(people.first), user=None, returns=back)
    report = report_of(people.first)
    assert (report.first_submitted_at, report.submitted_at) == (due, due + timedelta(days=10))
    assert build(organization=people.east, period=FIRST).completeness.on_time == 1


def test_a_level_may_have_a_due_date_of_its_own(people, monkeypatch):
    open_round(
        root=people.province,
        quarter=FIRST,
        due_on=date(2022, 4, 5),
        due_by_level={"commune": date(2022, 4, 2)},
        user=None,
    )
    with monkeypatch.context() as patch:
        at(patch, datetime(2022, 4, 3, 8, tzinfo=HANOI))
        hand_in(people.first)
        hand_in(people.east)
    assert build(organization=people.east, period=FIRST).completeness.on_time == 0
    assert build(organization=people.province, period=FIRST).completeness.on_time == 1


def test_the_due_date_does_not_close(people):
    assert timezone.localdate() > report_of(people.first).round.due_on
    hand_in(people.first, {MEMBERS: 5}, user=people.secretary)


def test_yearly_indicators_are_asked_in_the_fourth_quarter_only(people):
    last = Quarter(2022, 4)
    open_round(root=people.province, quarter=last, due_on=date(2023, 1, 5), user=None)
    code = "learning_models.family.succeeded"
    assert code not in read_cells(report_of(people.first))
    assert code in read_cells(report_of(people.first, last))


def test_handing_in_asks_the_database_as_often_for_many_units_as_for_few(people, django_assert_max_num_queries):
    with django_assert_max_num_queries(45) as few:
        hand_in(people.first, {MEMBERS: 5}, user=people.secretary)
    for number in range(10):
        create_organization(
            code=f"A.D.X{number}", name=f"Hội Khuyến học xã X{number}", level="commune", parent=people.east, user=None
        )
    open_round(root=people.province, quarter=FIRST, due_on=date(2022, 4, 5), user=None)
    with django_assert_max_num_queries(45) as many:
        hand_in(people.second, {MEMBERS: 5}, user=people.manager)
    assert Report.objects.count() == 17
    assert len(many) <= len(few) + 1
