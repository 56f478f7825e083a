"""Self-assessment, review, and the way back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from learning_models.assessing import Sheet, record_sheets, step_back
from learning_models.criteria import copy_criteria_set
from learning_models.decisions import list_registrations, open_decision
from learning_models.models import Area, AreaOfUnit, Assessment, CriteriaSet, PassMark, Registration, Status
from tests.learning_models.register import add_registration, make_points_set, recognise, review

pytestmark = pytest.mark.django_db
DAY = date(2022, 12, 1)


def record(*sheets, stage="self", on=DAY, reach=None):
    return record_sheets(stage=stage, sheets=sheets, on=on, reach=reach or Registration.objects.all(), user=None)


def back(*rows):
    return step_back(keys=[row.pk for row in rows], reach=Registration.objects.all(), user=None)


def fresh(row):
    return Registration.objects.get(pk=row.pk)


def test_a_sheet_of_points_is_added_up_and_judged(tree):
    criteria_set = make_points_set(pass_mark=60)
    good, bad = add_registration(tree.branch), add_registration(tree.branch)
    record(Sheet(good.pk, answers={"1": 30, "2": 30}), Sheet(bad.pk, answers={"1": 30, "2": 29}))
    good, bad = fresh(good), fresh(bad)
    assert (good.status, good.score, good.passed, good.assessed_on) == (Status.ASSESSED, 60, True, DAY)
    assert (bad.score, bad.passed, bad.criteria_set) == (59, False, criteria_set)
    assert Assessment.objects.get(registration=good).answers == {"1": 30, "2": 30}
    assert [entry.status for entry in good.history.all()] == [Status.ASSESSED, Status.REGISTERED]


def test_the_area_decides_the_pass_mark(tree):
    criteria_set = make_points_set(pass_mark=60)
    PassMark.objects.create(criteria_set=criteria_set, area=Area.HARDSHIP, points=40)
    AreaOfUnit.objects.create(organization=tree.first, area=Area.HARDSHIP)
    here, there = add_registration(tree.branch), add_registration(tree.second)
    record(Sheet(here.pk, score=40), Sheet(there.pk, score=40))
    assert (fresh(here).passed, fresh(there).passed) == (True, False)


def test_only_the_sum_may_be_given(tree):
    make_points_set()
    row = add_registration(tree.branch)
    for score in (None, 101, -1):
        with pytest.raises(ValidationError, match="từ 0 đến 100"):
            record(Sheet(row.pk, score=score))
    record(Sheet(row.pk, score=100))
    assert fresh(row).score == 100


def test_a_check_list_takes_levels(tree):
    row = add_registration(tree.branch, model="unit", year=2024)
    with pytest.raises(ValidationError, match="từ 0"):
        record(Sheet(row.pk, level=3), on=date(2024, 12, 1))
    record(Sheet(row.pk, answers={"1": True, "2": True}), on=date(2024, 12, 1))
    assert (fresh(row).level, fresh(row).passed) == (2, True)
    record(Sheet(row.pk, level=0), on=date(2024, 12, 1))
    assert (fresh(row).level, fresh(row).passed) == (0, False)


def test_without_a_set_somebody_says_whether_it_passed(tree):
    row = add_registration(tree.branch, model="clan")
    with pytest.raises(ValidationError, match="đạt hoặc không đạt"):
        record(Sheet(row.pk))
    record(Sheet(row.pk, passed=True))
    assert fresh(row).passed is True
    assert fresh(row).criteria_set is None


def test_one_wrong_sheet_writes_none_and_says_which(tree):
    make_points_set()
    good, bad = add_registration(tree.branch), add_registration(tree.branch)
    with pytest.raises(ValidationError) as refused:
        record(Sheet(good.pk, score=90), Sheet(bad.pk, answers={"1": 31}))
    assert list(refused.value.error_dict) == [str(bad.pk)]
    assert not Assessment.objects.exists()
    assert fresh(good).status == Status.REGISTERED


def test_another_subtree_is_out_of_reach(cast):
    mine, foreign = add_registration(cast.branch), add_registration(cast.foreign)
    reach = Registration.objects.allowed(cast.secretary, "learning_models.change_registration")
    with pytest.raises(ValidationError, match="phạm vi"):
        record(Sheet(mine.pk, passed=True), Sheet(foreign.pk, passed=True), reach=reach)
    assert fresh(mine).status == Status.REGISTERED


def test_days_come_in_their_order(tree):
    row = add_registration(tree.branch, registered_on=date(2022, 2, 1))
    with pytest.raises(ValidationError, match="chưa đến"):
        record(Sheet(row.pk, passed=True), on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="01/02/2022"):
        record(Sheet(row.pk, passed=True), on=date(2022, 1, 31))
    record(Sheet(row.pk, passed=True))
    with pytest.raises(ValidationError, match="01/12/2022"):
        record(Sheet(row.pk, passed=True), stage="review", on=DAY - timedelta(days=1))


def test_the_review_has_the_last_word(tree):
    make_points_set(pass_mark=60)
    row = add_registration(tree.branch)
    record(Sheet(row.pk, score=90))
    record(Sheet(row.pk, score=50, reason="Con bỏ học"), stage="review")
    row = fresh(row)
    assert (row.status, row.score, row.passed, row.reason) == (Status.REVIEWED, 50, False, "Con bỏ học")
    with pytest.raises(ValidationError, match="lùi một bước"):
        record(Sheet(row.pk, score=90))


def test_steps_are_taken_back_one_by_one(tree):
    make_points_set(pass_mark=60)
    row = add_registration(tree.branch)
    record(Sheet(row.pk, score=90))
    record(Sheet(row.pk, score=50, reason="–"), stage="review")
    back(row)
    assert (fresh(row).status, fresh(row).score, fresh(row).passed) == (Status.ASSESSED, 90, True)
    assert (fresh(row).reviewed_on, fresh(row).reason) == (None, "")
    back(row)
    row = fresh(row)
    assert (row.status, row.score, row.passed, row.criteria_set, row.assessed_on) == (
        Status.REGISTERED,
        None,
        None,
        None,
        None,
    )
    assert not Assessment.objects.exists()
    assert Assessment.history.filter(history_type="-").count() == 2
    with pytest.raises(ValidationError, match="Mới ở bước đăng ký"):
        back(row)


def test_a_review_without_self_assessment_goes_back_to_the_registration(tree):
    row = add_registration(tree.branch)
    review(row)
    back(row)
    assert (fresh(row).status, fresh(row).passed) == (Status.REGISTERED, None)


def test_what_is_proposed_or_decided_stays(tree):
    listed, decided = add_registration(tree.branch), add_registration(tree.first)
    review(listed, decided)
    recognise(decided)
    decision = open_decision(organization=tree.first, model="family", year=2022, user=None)
    list_registrations(decision=decision, keys=[listed.pk], reach=Registration.objects.all(), user=None)
    for row, words in ((listed, "danh sách đề nghị"), (decided, "quyết định")):
        with pytest.raises(ValidationError, match=words):
            record(Sheet(row.pk, passed=False), stage="review", on=date(2022, 12, 30))
        with pytest.raises(ValidationError, match=words):
            back(row)


def test_a_grid_takes_as_many_queries_as_a_row(tree, django_assert_max_num_queries):
    rows = [add_registration(tree.branch) for _ in range(12)]
    with django_assert_max_num_queries(20) as one:
        record(Sheet(rows[0].pk, passed=True))
    with django_assert_max_num_queries(20) as many:
        record(*(Sheet(row.pk, passed=True) for row in rows[1:]))
    assert len(many) == len(one)


def test_a_set_in_use_is_copied_not_changed(tree):
    criteria_set = make_points_set(valid_from=date(2021, 1, 1))
    record(Sheet(add_registration(tree.branch).pk, score=1))
    criteria_set.pass_mark = 1
    with pytest.raises(ValidationError, match="sao thành bộ mới"):
        criteria_set.save()
    for part in criteria_set.criteria.all():
        with pytest.raises(ValidationError, match="giữ nguyên"):
            part.save()
        with pytest.raises(ValidationError, match="giữ nguyên"):
            part.delete()
    with pytest.raises(ValidationError, match="giữ nguyên"):
        criteria_set.delete()
    criteria_set.refresh_from_db()
    criteria_set.confirmed = True
    criteria_set.save()
    made = copy_criteria_set(criteria_set=criteria_set, user=None, valid_from=date(2023, 1, 1))
    assert CriteriaSet.objects.get(pk=criteria_set.pk).valid_to == date(2022, 12, 31)
    assert list(made.criteria.values_list("number", "most")) == list(
        criteria_set.criteria.values_list("number", "most")
    )
    assert not made.confirmed
    made.criteria.first().delete()
    assert CriteriaSet.objects.for_model("family", date(2023, 1, 1)) == made


def test_two_sets_of_a_model_never_hold_on_one_day():
    make_points_set(valid_from=date(2021, 1, 1))
    other = CriteriaSet(model="family", name="–", act="–", kind="points", pass_mark=1, valid_from=date(2023, 1, 1))
    with pytest.raises(ValidationError, match="cũng có hiệu lực"):
        other.full_clean()
