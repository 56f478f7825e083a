"""What the level above decides: who may, what enters, what is opened again with it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.periods import Quarter
from organizations.models import Role
from reports.models import Indicator, Remark, Report, Revision
from reports.rollup import Coverage
from reports.services import (
    Return,
    accept_report,
    add_remark,
    close_round,
    grant_exception,
    open_round,
    reopen_report,
    return_report,
)
from tests.chain import FIRST, MEMBERS, NEW, accept, hand_in, hand_in_and_accept, line, report_of
from tests.conftest import appoint, plant

BACK = [Return("Xem lại số này.")]


def statuses(*units):
    return [report_of(unit).status for unit in units]


def test_a_returned_cell_and_section_carry_their_remarks_until_handed_in_again(people):
    hand_in(people.first, {MEMBERS: 5})
    indicator = Indicator.objects.get(code=MEMBERS)
    returns = [Return("Số quá nhỏ.", indicator), Return("Viết thêm.", section="results")]
    report = return_report(report=report_of(people.first), user=people.district_reviewer, returns=returns)
    assert report.status == Report.Status.RETURNED
    found = [(remark.indicator, remark.section, remark.text) for remark in report.remarks.waiting()]
    assert found == [(indicator, "", "Số quá nhỏ."), (None, "results", "Viết thêm.")]
    hand_in(people.first)
    assert not report.remarks.waiting().exists()
    assert report.remarks.count() == 2


@pytest.mark.parametrize(
    ("returns", "words"),
    [
        ([], "ít nhất một"),
        ([Return("   ")], "Hãy viết ý kiến"),
        ([Return("a"), Return("x" * 2001)], "dài quá"),
        ([Return("a", section="khong-co")], "mục"),
    ],
)
def test_a_return_without_a_word_is_refused_and_writes_nothing(people, returns, words):
    hand_in(people.first)
    with pytest.raises(ValidationError, match=words):
        return_report(report=report_of(people.first), user=people.district_reviewer, returns=returns)
    assert statuses(people.first) == ["submitted"]
    assert not Remark.objects.exists()


def test_a_remark_is_about_a_cell_or_a_section_never_both(people):
    hand_in(people.first)
    both = [Return("a", Indicator.objects.get(code=MEMBERS), "results")]
    with pytest.raises(ValidationError, match="một ô hoặc một mục"):
        return_report(report=report_of(people.first), user=people.district_reviewer, returns=both)
    assert statuses(people.first) == ["submitted"]


def test_a_stranger_writes_no_remark(people):
    with pytest.raises(ValidationError, match="phạm vi"):
        add_remark(report=report_of(people.first), user=people.stranger, text="Chào")
    assert not Remark.objects.exists()
    add_remark(report=report_of(people.first), user=people.viewer, text="Chào")
    assert Remark.objects.get().author == people.viewer


def test_an_acceptance_freezes_who_and_when(people):
    hand_in(people.first, {MEMBERS: 5})
    revision = accept(people.first, user=people.district_reviewer)
    report = report_of(people.first)
    assert (report.status, report.accepted_by, report.revision) == ("accepted", people.district_reviewer, revision)
    assert (revision.number, revision.period, revision.accepted_at) == (1, "2022-Q1", report.accepted_at)
    assert report.history.first().history_change_reason == "Duyệt"
    assert not report.self_accepted


def test_the_top_issues_by_its_own_reviewer(people):
    hand_in(people.province)
    accept(people.province, user=people.reviewer)
    assert report_of(people.province).history.first().history_change_reason == "Ban hành"


def test_only_accepted_children_enter(people):
    hand_in_and_accept(people.first, {MEMBERS: 5})
    hand_in(people.second, {MEMBERS: 7})
    assert line(people.east, MEMBERS).value == 12
    hand_in_and_accept(people.east)
    members = line(people.east, MEMBERS)
    assert (members.value, members.coverage) == (5, Coverage(1, 2))
    assert (report_of(people.first).included, report_of(people.second).included) == (True, False)


def test_a_child_that_comes_late_enters_nowhere_above_until_that_is_opened_again(people):
    hand_in_and_accept(people.first, {MEMBERS: 5})
    hand_in_and_accept(people.east)
    hand_in_and_accept(people.second, {MEMBERS: 7})
    assert line(people.east, MEMBERS).value == 5
    assert line(people.province, MEMBERS).value == 5
    reopen_report(report=report_of(people.east), user=people.reviewer, reason="thêm một xã")
    assert line(people.east, MEMBERS).value == 12
    hand_in(people.east)
    assert accept(people.east, user=people.reviewer).number == 2
    assert line(people.east, MEMBERS).value == 12
    assert report_of(people.second).included


def test_a_child_that_comes_late_is_not_in_the_year_so_far_either(people):
    hand_in_and_accept(people.first, {NEW: 3})
    hand_in_and_accept(people.east)
    hand_in_and_accept(people.second, {NEW: 7})
    new = line(people.province, NEW)
    assert (new.value, new.year_to_date) == (3, 3)
    assert line(people.second, NEW).year_to_date == 7


@pytest.mark.parametrize("step", ["draft", "submitted", "accepted"])
def test_a_unit_that_comes_late_keeps_its_own_figures(people, step):
    """What the one above was accepted without is still the unit's own report."""
    hand_in_and_accept(people.province)
    hand_in_and_accept(people.first, {MEMBERS: 5})
    {"draft": str, "submitted": hand_in, "accepted": hand_in_and_accept}[step](people.east)
    assert line(people.east, MEMBERS).value == 5
    assert line(people.first, MEMBERS).value == 5
    assert line(people.province, MEMBERS).value is None


def test_a_draft_below_an_accepted_report_counts_for_itself_only(people):
    hand_in_and_accept(people.east, {MEMBERS: 2})
    hand_in(people.first, {MEMBERS: 5})
    assert line(people.first, MEMBERS).value == 5
    assert line(people.east, MEMBERS).value == 2
    assert line(people.province, MEMBERS).value == 2


def test_nobody_accepts_what_they_entered_while_another_reviewer_is_there(people):
    both = appoint("both", people.east, Role.SECRETARY, Role.REVIEWER)
    hand_in(people.first, {MEMBERS: 5}, user=both)
    with pytest.raises(ValidationError, match="người duyệt khác"):
        accept(people.first, user=both)
    assert statuses(people.first) == ["submitted"]
    accept(people.first, user=people.district_reviewer)
    assert not report_of(people.first).self_accepted


def test_the_only_reviewer_accepts_what_they_entered_and_it_is_marked(people):
    both = appoint("both", people.west, Role.SECRETARY, Role.REVIEWER)
    hand_in(people.third, {MEMBERS: 5}, user=both)
    accept(people.third, user=both)
    assert report_of(people.third).self_accepted


@pytest.mark.parametrize("gone", ["inactive", "ended", "another role"])
def test_a_reviewer_who_is_gone_is_no_other_reviewer(people, gone):
    both = appoint("both", people.west, Role.SECRETARY, Role.REVIEWER)
    other = appoint("other", people.west, Role.MANAGER if gone == "another role" else Role.REVIEWER)
    if gone == "inactive":
        type(other).objects.filter(pk=other.pk).update(is_active=False)
    if gone == "ended":
        other.appointments.update(valid_to=timezone.localdate() - timedelta(days=1))
    hand_in(people.third, {MEMBERS: 5}, user=both)
    accept(people.third, user=both)
    assert report_of(people.third).self_accepted


@pytest.mark.parametrize("how", ["a figure", "a section", "the handing in"])
def test_every_way_of_entering_counts_as_having_entered(people, how):
    both = appoint("both", people.east, Role.SECRETARY, Role.REVIEWER)
    hand_in(people.first, {MEMBERS: 5})
    report = report_of(people.first)
    if how == "a figure":
        report.figures.update(entered_by=both)
    elif how == "a section":
        report.narratives.create(section="results", text="Tốt", entered_by=both)
    else:
        Report.objects.filter(pk=report.pk).update(submitted_by=both)
    with pytest.raises(ValidationError, match="người duyệt khác"):
        accept(people.first, user=both)


def test_an_administrator_without_appointments_accepts_but_not_own_entries(people):
    hand_in(people.first, {MEMBERS: 5}, user=people.administrator)
    assert report_of(people.first).on_behalf
    with pytest.raises(ValidationError, match="người duyệt khác"):
        accept(people.first, user=people.administrator)
    hand_in(people.second, {MEMBERS: 5}, user=people.manager)
    accept(people.second, user=people.administrator)
    assert statuses(people.second) == ["accepted"]


def test_opening_again_opens_every_accepted_report_above_in_the_same_step(people):
    for unit in (people.first, people.east, people.province):
        hand_in_and_accept(unit)
    opened = reopen_report(report=report_of(people.first), user=people.reviewer, reason="Sai số hội viên")
    assert [report.organization.code for report in opened] == ["A.D.1", "A.D", "A"]
    assert statuses(people.first, people.east, people.province) == ["returned"] * 3
    assert not Report.objects.filter(included=True).exists()
    assert not Report.objects.exclude(revision=None).exists()
    words = [remark.text for remark in Remark.objects.waiting().order_by("pk")]
    assert words[0] == "Sai số hội viên"
    assert all("Ánh Dương" in text and "Sai số hội viên" in text for text in words[1:])
    assert Revision.objects.count() == 3


def test_who_may_not_open_the_one_above_opens_nothing(people):
    for unit in (people.first, people.east):
        hand_in_and_accept(unit)
    with pytest.raises(ValidationError, match="đề nghị cấp trên"):
        reopen_report(report=report_of(people.first), user=people.district_reviewer, reason="Sai")
    assert statuses(people.first, people.east) == ["accepted", "accepted"]
    assert not Remark.objects.exists()


def test_opening_again_needs_a_reason_and_it_stands_in_the_next_revision(people):
    hand_in_and_accept(people.first)
    with pytest.raises(ValidationError, match="lý do"):
        reopen_report(report=report_of(people.first), user=people.district_reviewer, reason="  ")
    reopen_report(report=report_of(people.first), user=people.district_reviewer, reason="Sai số hội viên")
    hand_in(people.first, {MEMBERS: 6})
    return_report(report=report_of(people.first), user=people.district_reviewer, returns=BACK)
    second = hand_in_and_accept(people.first)
    assert (second.number, second.reason) == (2, "Sai số hội viên")
    assert Revision.objects.get(number=1).reason == ""


def test_after_the_closing_opening_again_needs_a_day_and_holds_for_all_opened(people):
    for unit in (people.first, people.east):
        hand_in_and_accept(unit)
    close_round(round_=report_of(people.first).round, user=people.manager)
    arguments = {"report": report_of(people.first), "user": people.reviewer, "reason": "Sai"}
    with pytest.raises(ValidationError, match="hết ngày nào"):
        reopen_report(**arguments)
    with pytest.raises(ValidationError, match="đã qua"):
        reopen_report(**arguments, open_until=timezone.localdate() - timedelta(days=1))
    assert statuses(people.first) == ["accepted"]
    until = timezone.localdate()
    reopen_report(**arguments, open_until=until)
    assert [report_of(unit).open_until for unit in (people.first, people.east)] == [until, until]
    hand_in_and_accept(people.first, {MEMBERS: 6})


def test_closing_blocks_returning_but_not_accepting(people):
    hand_in(people.first)
    hand_in(people.second)
    close_round(round_=report_of(people.first).round, user=people.manager)
    with pytest.raises(ValidationError, match="đã đóng"):
        return_report(report=report_of(people.first), user=people.district_reviewer, returns=BACK)
    accept(people.first, user=people.district_reviewer)
    grant_exception(report=report_of(people.second), until=timezone.localdate(), reason="Lũ", user=people.manager)
    return_report(report=report_of(people.second), user=people.district_reviewer, returns=BACK)
    assert statuses(people.first, people.second) == ["accepted", "returned"]


@pytest.mark.parametrize("person", ["stranger", "secretary", "district_manager", "district_reviewer", "nobody"])
def test_a_round_and_its_exceptions_are_the_provinces(people, person):
    report, user = report_of(people.first), getattr(people, person)
    with pytest.raises(ValidationError, match="phạm vi"):
        close_round(round_=report.round, user=user)
    close_round(round_=report.round, user=people.manager)
    with pytest.raises(ValidationError, match="phạm vi"):
        grant_exception(report=report, until=timezone.localdate(), reason="Lũ", user=user)
    assert report_of(people.first).open_until is None


def test_the_day_of_closing_is_said_as_it_was_here(people):
    report = report_of(people.first)
    type(report.round).objects.update(closed_at="2022-04-30T17:30:00Z")
    with pytest.raises(ValidationError, match="01/05/2022"):
        hand_in(people.first)


def reviewable_codes(user):
    return sorted(Report.objects.reviewable(user).values_list("organization__code", flat=True))


def test_each_of_the_cast_decides_about_the_level_below_only(people):
    everything = sorted(Report.objects.values_list("organization__code", flat=True))
    expected = {
        "reviewer": everything,
        "administrator": everything,
        "district_reviewer": ["A.D.1", "A.D.2"],
        "commune_reviewer": [],
    }
    for person in vars(people):
        user = getattr(people, person)
        if hasattr(user, "username"):
            assert reviewable_codes(user) == expected.get(person, []), person


def test_the_same_person_may_not_accept_twice(people):
    hand_in_and_accept(people.first)
    with pytest.raises(ValidationError, match="đã duyệt"):
        accept_report(report=report_of(people.first), user=people.district_reviewer)
    assert Revision.objects.count() == 1


def test_an_acceptance_in_another_quarter_leaves_this_one_alone(people):
    assert report_of(people.first, FIRST).round.quarter == Quarter(2022, 1)
    hand_in_and_accept(people.first)
    assert statuses(people.second, people.east) == ["draft", "draft"]


def test_accepting_asks_the_database_as_often_for_many_units_as_for_few(people, django_assert_max_num_queries):
    hand_in_and_accept(people.third)
    hand_in(people.west)
    with django_assert_max_num_queries(40) as few:
        accept(people.west, user=people.reviewer)
    units = [plant(f"A.D.X{number}", f"Hội Khuyến học xã X{number}", "commune", people.east) for number in range(10)]
    open_round(root=people.province, quarter=FIRST, due_on=date(2022, 4, 5), user=None)
    for unit in units:
        hand_in_and_accept(unit)
    hand_in(people.east)
    with django_assert_max_num_queries(40) as many:
        accept(people.east, user=people.reviewer)
    assert len(many) == len(few)
