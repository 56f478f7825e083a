"""Targets: the light, the sharing-out, what the units below come to, and the two services."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from organizations.tree import dissolve_organization
from reports.builders.target_progress import build, build_all
from reports.models import Indicator, Target
from reports.services import open_round
from reports.services.targets import CHANGED_MEANWHILE, hand_down, plan_hand_down, set_target
from reports.targets import judge, share_out, weighted_rate
from tests.conftest import plant

RATE, COUNT, FLOW = "learning_models.family.registered_rate", "members.total", "activities.training.learners"
FAMILIES = "learning_models.family.registered"
ACT = "Kế hoạch 15/KH-HKH"


def indicator(code):
    return Indicator.objects.select_related("numerator", "denominator").get(code=code)


@pytest.fixture
def aim(db):
    def aim(unit, code, value, year=2022):
        key = {"organization": unit, "indicator": indicator(code), "year": year}
        return Target.objects.update_or_create(**key, defaults={"value": Decimal(value), "act": "cũ"})[0]

    return aim


def hand(unit, code, user, *, replace=(), seen=None):
    key = {"organization": unit, "indicator": indicator(code), "year": 2022}
    digest = plan_hand_down(**key).digest if seen is None else seen
    return hand_down(**key, act=ACT, replace=set(replace), seen=digest, user=user)


def targets_of(code):
    return {row.organization.code: row.value for row in Target.objects.filter(indicator__code=code, year=2022)}


@pytest.mark.parametrize(
    ("value", "target", "better", "light"),
    [
        (100, 100, "higher", "reached"),
        (99, 100, "higher", "near"),
        (90, 100, "higher", "near"),
        (89, 100, "higher", "missed"),
        (0, 100, "higher", "missed"),
        (0, 0, "higher", "reached"),
        (100, 100, "lower", "reached"),
        (111, 100, "lower", "near"),
        (112, 100, "lower", "missed"),
        (0, 0, "lower", "reached"),
        (1, 0, "lower", "missed"),
        (5, 10, "none", "not_ranked"),
        (None, 10, "higher", "no_data"),
        (5, None, "higher", "no_target"),
        (None, None, "higher", "no_target"),
    ],
)
def test_the_light(value, target, better, light):
    wanted = None if target is None else Decimal(target)
    assert judge(value, wanted, better) == light


def test_a_part_of_the_units_never_shows_that_a_low_target_is_reached():
    assert judge(5, Decimal(10), "lower", is_complete=False) == "no_data"
    assert judge(20, Decimal(10), "lower", is_complete=False) == "missed"
    assert judge(20, Decimal(10), "higher", is_complete=False) == "reached"


POPULATIONS = st.dictionaries(st.integers(1, 200), st.integers(1, 10**7), min_size=1, max_size=40)


@given(st.integers(0, 10**15), POPULATIONS)
def test_the_parts_add_up_exactly_and_follow_the_population(total, weights):
    parts = share_out(total, weights)
    assert parts.keys() == weights.keys()
    assert sum(parts.values()) == total
    assert min(parts.values()) >= 0
    for one in weights:
        # Within one of its exact share.
        assert abs(parts[one] * sum(weights.values()) - total * weights[one]) < sum(weights.values())
        for other in weights:
            if weights[one] > weights[other]:
                assert parts[one] >= parts[other]


def test_the_largest_remainder_gets_the_last_unit():
    assert share_out(10, {1: 5, 2: 3, 3: 3}) == {1: 4, 2: 3, 3: 3}
    assert share_out(1, {1: 1, 2: 1}) == {1: 1, 2: 0}


@pytest.mark.parametrize("weights", [{}, {1: 0}, {1: 5, 2: -1}])
def test_nothing_is_shared_without_weights(weights):
    with pytest.raises(ValueError, match="dân"):
        share_out(5, weights)


@given(st.dictionaries(st.text(max_size=2), st.tuples(st.integers(0, 100), st.integers(1, 10**6)), min_size=1))
def test_rates_together_lie_between_the_lowest_and_the_highest(units):
    rates = {key: Decimal(rate) for key, (rate, _) in units.items()}
    together = weighted_rate(rates, {key: under for key, (_, under) in units.items()})
    assert min(rates.values()) <= together <= max(rates.values())


def test_rates_together_are_weighted_and_leave_out_what_has_no_denominator():
    rates = {"a": Decimal(80), "b": Decimal(50), "c": Decimal(10)}
    assert weighted_rate(rates, {"a": 100, "b": 300}) == Decimal("57.50")
    assert weighted_rate(rates, {}) is None


def test_only_todays_reporting_units_directly_below_stand_in_the_table(cast, aim):
    plant("A.X", "Hội Khuyến học huyện Xưa", "district", cast.province)
    gone = plant("A.Y", "Hội Khuyến học huyện Yên", "district", cast.province)
    silent = plant("A.Z", "Hội Khuyến học huyện Im", "district", cast.province, reports_quarterly=False)
    dissolve_organization(organization=gone, on=date(2020, 1, 1), user=None, reason="QĐ")
    codes = {child.code for child in build(organization=cast.province, indicator=indicator(COUNT), year=2022).children}
    assert codes == {"A.D", "A.T", "A.CA", "A.X"}
    assert silent.code not in codes


def test_a_unit_that_is_not_asked_is_left_out_until_it_has_a_target(cast, aim):
    def asked():
        children = build(organization=cast.province, indicator=indicator(FAMILIES), year=2022).children
        return {child.code: child.is_asked for child in children}

    assert asked() == {"A.D": True, "A.T": True}
    aim(cast.police, FAMILIES, 5)
    assert asked() == {"A.D": True, "A.T": True, "A.CA": False}


def test_values_come_from_the_newest_opened_quarter_and_missing_is_no_zero(cast, opened, write, aim):
    write(cast.first, {COUNT: 90})
    write(cast.third, {COUNT: None})
    aim(cast.east, COUNT, 100)
    aim(cast.west, COUNT, 100)
    aim(cast.province, COUNT, 80)
    progress = build(organization=cast.province, indicator=indicator(COUNT), year=2022)
    found = {child.code: (child.value, child.light) for child in progress.children}
    assert found == {"A.D": (90, "near"), "A.T": (None, "no_data"), "A.CA": (None, "no_target")}
    assert (progress.own.value, progress.own.light) == (90, "reached")
    assert (progress.coverage.with_data, progress.coverage.expected) == (1, 3)
    assert progress.is_provisional


def test_flows_are_held_against_the_year_so_far(cast, opened, write, aim, quarter):
    open_round(root=cast.province, quarter=quarter.next, due_on=date(2022, 7, 5), user=None)
    write(cast.first, {FLOW: 30, COUNT: 7})
    write(cast.first, {FLOW: 12, COUNT: 8}, quarter.next)
    aim(cast.east, FLOW, 40)
    aim(cast.east, COUNT, 40)
    flow = build(organization=cast.province, indicator=indicator(FLOW), year=2022)
    stock = build(organization=cast.province, indicator=indicator(COUNT), year=2022)
    assert {child.code: child.value for child in flow.children}["A.D"] == 42
    assert {child.code: child.value for child in stock.children}["A.D"] == 8
    assert flow.period.code == "2022"
    assert stock.period.code == "2022-Q2"


def test_before_any_round_of_the_year_nothing_is_known(cast, aim):
    aim(cast.province, COUNT, 10)
    progress = build(organization=cast.province, indicator=indicator(COUNT), year=2022)
    assert progress.period is None
    assert progress.own.light == "no_data"


def test_counts_of_the_units_below_are_added_up(cast, aim):
    aim(cast.province, COUNT, 100)
    aim(cast.east, COUNT, 60)
    aim(cast.west, COUNT, 30)
    together = build(organization=cast.province, indicator=indicator(COUNT), year=2022).together
    assert (together.value, together.counted, together.expected, together.difference) == (90, 2, 3, -10)


def test_rates_of_the_units_below_are_weighted_by_what_they_stand_over(cast, opened, area, aim):
    area(cast.first, households=100)
    area(cast.second, households=200)
    aim(cast.province, RATE, 70)
    aim(cast.east, RATE, 80)
    aim(cast.west, RATE, 50)
    together = build(organization=cast.province, indicator=indicator(RATE), year=2022).together
    assert (together.value, together.counted, together.left_out) == (Decimal("80.00"), 1, ("Huyện Tây Hồ",))
    area(cast.third, households=300)
    together = build(organization=cast.province, indicator=indicator(RATE), year=2022).together
    assert (together.value, together.counted, together.left_out) == (Decimal("65.00"), 2, ())


def test_a_rate_over_unknown_denominators_is_not_said(cast, aim):
    aim(cast.east, RATE, 80)
    together = build(organization=cast.province, indicator=indicator(RATE), year=2022).together
    assert together.value is None


def test_all_indicators_with_a_target_at_the_unit_or_below_are_listed(cast, aim):
    aim(cast.province, RATE, 80)
    aim(cast.east, COUNT, 10)
    aim(cast.third, FLOW, 10)
    assert [each.indicator.code for each in build_all(organization=cast.province, year=2022)] == [COUNT, RATE]


def setting(cast, user, **changes):
    values = {"organization": cast.east, "indicator": indicator(COUNT), "year": 2022, "value": Decimal(10), "act": ACT}
    return set_target(**(values | {"seen": None} | changes), user=user)


def test_setting_a_target_keeps_who_and_by_which_act(cast):
    target = setting(cast, cast.manager)
    setting(cast, cast.manager, value=Decimal(12), seen=Decimal(10))
    history = [(row.value, row.history_user, row.history_change_reason) for row in target.history.all()]
    assert history == [(12, cast.manager, ACT), (10, cast.manager, ACT)]


def test_a_target_that_someone_else_changed_is_not_overwritten(cast):
    setting(cast, cast.manager)
    with pytest.raises(ValidationError, match="Vừa có người ghi"):
        setting(cast, cast.district_manager, value=Decimal(99))
    assert targets_of(COUNT) == {"A.D": 10}


def test_nobody_sets_a_target_outside_their_reach_or_for_an_area(cast):
    with pytest.raises(ValidationError, match="không thuộc phạm vi"):
        setting(cast, cast.district_manager, organization=cast.west)
    with pytest.raises(ValidationError, match="không thuộc phạm vi"):
        setting(cast, cast.secretary, organization=cast.first)
    with pytest.raises(ValidationError, match="địa bàn"):
        setting(cast, cast.manager, indicator=indicator("areas.population"))


def test_a_rate_is_handed_down_as_it_is(cast, aim):
    aim(cast.province, RATE, "72.5")
    written = hand(cast.province, RATE, cast.manager)
    assert len(written) == 2
    assert targets_of(RATE) == {"A": Decimal("72.5"), "A.D": Decimal("72.5"), "A.T": Decimal("72.5")}
    row = Target.history.filter(organization=cast.east).get()
    assert (row.history_user, row.history_change_reason, row.act) == (cast.manager, ACT, ACT)


def test_a_count_is_shared_out_by_population_and_units_without_are_named(cast, aim, area):
    area(cast.first, population=100)
    area(cast.second, population=200)
    area(cast.west, population=600)
    area(cast.west, 2023, population=1)
    aim(cast.province, COUNT, 100)
    plan = plan_hand_down(organization=cast.province, indicator=indicator(COUNT), year=2022)
    assert [part.unit.code for part in plan.left_out] == ["A.CA"]
    hand(cast.province, COUNT, cast.manager)
    assert targets_of(COUNT) == {"A": 100, "A.D": 33, "A.T": 67}


def test_a_population_that_is_known_in_part_only_is_not_shared_by(cast, aim, area):
    area(cast.first, population=100)
    area(cast.third, population=600)
    aim(cast.province, COUNT, 100)
    plan = plan_hand_down(organization=cast.province, indicator=indicator(COUNT), year=2022)
    assert [part.unit.code for part in plan.left_out] == ["A.D", "A.CA"]


def test_a_different_target_is_replaced_only_where_ticked(cast, aim):
    aim(cast.province, RATE, 70)
    aim(cast.east, RATE, 60)
    aim(cast.west, RATE, 65)
    hand(cast.province, RATE, cast.manager, replace=["A.T"])
    assert targets_of(RATE) == {"A": 70, "A.D": 60, "A.T": 70}


def test_the_same_target_is_left_alone(cast, aim):
    aim(cast.province, RATE, 70)
    same = aim(cast.east, RATE, 70)
    hand(cast.province, RATE, cast.manager, replace=["A.D"])
    assert same.history.count() == 1
    assert Target.objects.get(pk=same.pk).act == "cũ"


def test_another_plan_than_the_previewed_one_writes_nothing(cast, aim):
    aim(cast.province, RATE, 70)
    seen = plan_hand_down(organization=cast.province, indicator=indicator(RATE), year=2022).digest
    aim(cast.east, RATE, 60)
    with pytest.raises(ValidationError, match="vừa thay đổi") as caught:
        hand(cast.province, RATE, cast.manager, replace=["A.D"], seen=seen)
    assert caught.value.messages == [CHANGED_MEANWHILE]
    assert targets_of(RATE) == {"A": 70, "A.D": 60}


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        (RATE, None, "chưa có mục tiêu"),
        (COUNT, "10.5", "số nguyên"),
        (COUNT, 10, "dân số"),
        ("organizations.districts", 2, "được hỏi"),
    ],
)
def test_what_cannot_be_handed_down_is_said(cast, aim, code, value, words):
    if value is not None:
        aim(cast.province, code, value)
    with pytest.raises(ValidationError, match=words):
        hand(cast.province, code, cast.manager)


def test_a_stranger_hands_nothing_down(cast, aim):
    aim(cast.province, RATE, 70)
    for person in (cast.stranger, cast.district_manager, cast.reviewer):
        with pytest.raises(ValidationError, match="không thuộc phạm vi"):
            hand(cast.province, RATE, person)
