"""What sheets of answers are worth."""

from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from learning_models.models import Area, AreaOfUnit, CriteriaSet, Criterion, PassMark
from learning_models.scoring import areas_of, check_answers, most_points, pass_mark_of, result_of
from tests.learning_models.register import make_points_set

pytestmark = pytest.mark.django_db
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)


def points_set(most, pass_mark):
    made = CriteriaSet(pk=1, model="family", kind="points", pass_mark=pass_mark)
    criteria = [Criterion(number=str(place), position=place, most=each) for place, each in enumerate(most, start=1)]
    made._prefetched_objects_cache = {"criteria": Fetched(criteria), "pass_marks": Fetched([])}
    return made


def checklist(levels):
    made = CriteriaSet(pk=1, model="unit", kind="checklist")
    criteria = [Criterion(number=str(place), position=place, level=each) for place, each in enumerate(levels, start=1)]
    made._prefetched_objects_cache = {"criteria": Fetched(criteria), "pass_marks": Fetched([])}
    return made


class Fetched(list):
    def all(self):
        return self


mosts = st.lists(st.integers(1, 60), min_size=1, max_size=8)


@given(mosts, st.data())
@quick
def test_a_score_is_never_above_the_most_nor_below_zero(most, data):
    criteria_set = points_set(most, pass_mark=50)
    answers = {str(place): data.draw(st.none() | st.integers(0, each)) for place, each in enumerate(most, start=1)}
    result = result_of(criteria_set, {number: answer for number, answer in answers.items() if answer is not None})
    assert 0 <= result.score <= most_points(criteria_set)
    assert result.passed == (result.score >= 50)


@given(mosts, st.integers(1, 200), st.data())
@quick
def test_raising_one_criterion_never_turns_a_pass_into_a_fail(most, pass_mark, data):
    criteria_set = points_set(most, pass_mark)
    answers = {str(place): data.draw(st.integers(0, each)) for place, each in enumerate(most, start=1)}
    place = data.draw(st.integers(1, len(most)))
    higher = answers | {str(place): data.draw(st.integers(answers[str(place)], most[place - 1]))}
    before, after = result_of(criteria_set, answers), result_of(criteria_set, higher)
    assert after.score >= before.score
    assert after.passed >= before.passed


@given(st.lists(st.sampled_from([1, 2]), min_size=1, max_size=8), st.data())
@quick
def test_meeting_one_more_indicator_never_lowers_the_level(levels, data):
    criteria_set = checklist(levels)
    answers = {str(place): data.draw(st.booleans()) for place in range(1, len(levels) + 1)}
    unmet = [number for number, met in answers.items() if not met]
    assume(unmet)
    better = answers | {data.draw(st.sampled_from(unmet)): True}
    assert result_of(criteria_set, better).level >= result_of(criteria_set, answers).level


def test_a_level_needs_all_criteria_of_the_levels_below():
    criteria_set = checklist([1, 1, 2])
    assert result_of(criteria_set, {"1": True, "2": True}).level == 1
    assert result_of(criteria_set, {"1": True, "2": True, "3": True}).level == 2
    assert result_of(criteria_set, {"1": True, "3": True}) == result_of(criteria_set, {})
    assert not result_of(criteria_set, {"1": True, "3": True}).passed


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"1": 31}, "từ 0 đến 30"),
        ({"1": -1}, "từ 0 đến 30"),
        ({"1": True}, "không phải là số điểm"),
        ({"1": 1.5}, "không phải là số điểm"),
        ({"9": 1}, "không có tiêu chí này"),
    ],
)
def test_answers_that_the_set_does_not_allow_are_refused_in_words(answers, words):
    criteria_set = points_set([30, 30], 50)
    (fault,) = check_answers(criteria_set.criteria.all(), answers).values()
    assert words in fault
    with pytest.raises(ValueError, match=words):
        result_of(criteria_set, answers)


def test_points_do_not_answer_a_check_list():
    assert "đạt hoặc chưa đạt" in check_answers(checklist([1]).criteria.all(), {"1": 1})["1"]


def test_an_area_may_ask_its_own_pass_mark():
    made = make_points_set(pass_mark=80)
    PassMark.objects.create(criteria_set=made, area=Area.HARDSHIP, points=50)
    assert pass_mark_of(made, Area.HARDSHIP) == 50
    assert pass_mark_of(made, Area.URBAN) == pass_mark_of(made, "") == 80
    answers = {"1": 30, "2": 25}
    assert result_of(made, answers, area=Area.HARDSHIP).passed
    assert not result_of(made, answers).passed


def test_a_unit_lies_where_the_nearest_word_says(tree, django_assert_num_queries):
    AreaOfUnit.objects.create(organization=tree.province, area=Area.MOUNTAIN)
    AreaOfUnit.objects.create(organization=tree.first, area=Area.URBAN)
    with django_assert_num_queries(2):
        found = areas_of([tree.branch.pk, tree.second.pk, tree.foreign.pk])
    assert found == {tree.branch.pk: Area.URBAN, tree.second.pk: Area.MOUNTAIN, tree.foreign.pk: ""}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2021, 12, 31), None),
        (date(2022, 1, 1), "cũ"),
        (date(2023, 12, 31), "cũ"),
        (date(2024, 1, 1), "mới"),
        (date(2030, 1, 1), "mới"),
    ],
)
def test_the_set_valid_on_the_day_is_used(day, name):
    facts = {"model": "clan", "act": "–", "kind": "points", "pass_mark": 1}
    CriteriaSet.objects.create(name="cũ", valid_from=date(2022, 1, 1), valid_to=date(2023, 12, 31), **facts)
    CriteriaSet.objects.create(name="mới", valid_from=date(2024, 1, 1), **facts)
    found = CriteriaSet.objects.for_model("clan", day)
    assert (found and found.name) == name
