from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.dues_rates import rate_for, rates_below, save_rate, split_amount
from organizations.models import Organization
from organizations.tree import move_organization
from tests.dues import RATE, YEAR, people_of, rate_at, receipt_for


@pytest.fixture
def dues(tree):
    return people_of(tree)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    amount=st.integers(-(10**15), 10**15),
    cuts=st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)),
)
def test_the_parts_always_add_up_and_none_is_a_dong_away_from_its_share(amount, cuts):
    first, second, third = sorted(cuts)
    shares = {"branch": first, "commune": second - first, "district": third - second, "province": 100 - third}
    parts = split_amount(amount, shares)
    assert sum(parts.values()) == amount
    for name, share in shares.items():
        assert abs(parts[name] * 100 - amount * share) < 100
        assert share or not parts[name]
    assert split_amount(-amount, shares) == {name: -part for name, part in parts.items()}


def test_what_rounding_leaves_goes_to_the_largest_remainder():
    assert split_amount(101, {"branch": 50, "commune": 30, "province": 20}) == {
        "branch": 51,
        "commune": 30,
        "province": 20,
    }
    assert split_amount(1, {"branch": 50, "commune": 50}) == {"branch": 1, "commune": 0}


def test_the_nearest_unit_with_a_rate_wins(dues):
    assert rate_for(dues.branch, YEAR) == dues.rate
    commune = rate_at(dues.first, amount=30_000)
    assert rate_for(dues.branch, YEAR) == commune
    assert rate_for(dues.second, YEAR) == dues.rate
    assert rate_for(dues.foreign, YEAR) is None


def test_the_first_day_of_the_year_decides_else_the_first_rate_that_begins_within(dues):
    later = rate_at(dues.province, amount=30_000, valid_from=date(YEAR, 3, 1))
    assert rate_for(dues.branch, YEAR) == dues.rate
    assert rate_for(dues.branch, YEAR + 1) == later
    assert rate_for(dues.branch, 2023) is None
    mid_year = rate_at(dues.other, valid_from=date(YEAR, 7, 1))
    rate_at(dues.other, valid_from=date(YEAR, 9, 1))
    assert rate_for(dues.foreign, YEAR) == mid_year


def test_once_money_was_confirmed_the_rate_of_that_year_stays(dues):
    receipt_for(dues.branch, {dues.members[0]: 10_000})
    nearer = rate_at(dues.first, amount=30_000)
    assert rate_for(dues.branch, YEAR) == dues.rate
    assert rate_for(dues.branch, YEAR + 1) == nearer
    assert rates_of(dues.province, YEAR)[dues.branch.pk] == dues.rate
    # The rate is that of the branch's year alone: nothing below it is bound by it.
    assert rate_for(dues.first, YEAR) == nearer


def rates_of(root, year):
    inside = Organization.objects.within(Organization.objects.filter(pk=root.pk))
    return rates_below(root, {unit.pk: unit.parent_id for unit in inside}, year)


def test_the_rates_of_a_whole_tree_are_those_of_each_unit(dues):
    rate_at(dues.east, amount=15_000)
    rate_at(dues.second, valid_from=date(YEAR, 6, 1), amount=5_000)
    for root in (dues.province, dues.east, dues.first, dues.branch, dues.other):
        units = Organization.objects.within(Organization.objects.filter(pk=root.pk))
        expected = {unit.pk: rate for unit in units if (rate := rate_for(unit, YEAR))}
        assert rates_of(root, YEAR) == expected


def test_a_branch_that_moves_keeps_the_rate_of_the_years_with_receipts(dues):
    receipt_for(dues.branch, {dues.members[0]: 10_000})
    rate_at(dues.third, amount=30_000)
    move_organization(organization=dues.branch, parent=dues.third, on=date(2025, 7, 1), user=None, reason="Thử")
    assert rate_for(dues.branch, YEAR).yearly_amount == RATE
    assert rate_for(dues.branch, YEAR + 1).yearly_amount == 30_000


def test_a_rate_in_use_is_frozen_and_an_unused_one_is_not(dues):
    dues.rate.yearly_amount = 25_000
    save_rate(rate=dues.rate, user=None, reason="Nghị quyết mới")
    assert dues.rate.history.count() == 2
    receipt_for(dues.branch, {dues.members[0]: 10_000})
    dues.rate.yearly_amount = 30_000
    for job in (lambda: save_rate(rate=dues.rate, user=None, reason="Thử"), dues.rate.save):
        with pytest.raises(ValidationError, match="giữ nguyên"):
            job()
    dues.rate.refresh_from_db()
    assert dues.rate.yearly_amount == 25_000


def test_shares_that_are_no_whole_are_refused(dues):
    dues.rate.branch_share = 60
    with pytest.raises(ValidationError, match="100%"):
        save_rate(rate=dues.rate, user=None, reason="Thử")
