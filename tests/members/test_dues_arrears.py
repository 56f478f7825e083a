from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members import dues_arrears
from members.dues_arrears import Standing, dues_of, in_arrears, standing_of
from members.dues_members import in_year, owing
from members.models import DuesRate, Membership
from members.services import end_membership, rejoin_member, transfer_member
from organizations.models import Organization
from tests.conftest import plant
from tests.dues import RATE, YEAR, draft_of, people_of, person, rate_at, receipt_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def dues(tree):
    return people_of(tree)


def listed(branch, year=YEAR):
    spells = in_year(Membership.objects.filter(organization=branch), year)
    return sorted(spells.values_list("member__full_name", flat=True))


def owe(branch, year=YEAR):
    spells = owing(Membership.objects.filter(organization=branch), year)
    return sorted(spells.values_list("member__full_name", flat=True))


def test_whoever_belonged_to_the_branch_in_the_year_stands_in_its_list(dues):
    ha, an, binh = dues.members
    end_membership(member=ha, left_on=date(YEAR, 1, 1), left_reason="resigned", user=None)
    end_membership(member=an, left_on=date(YEAR, 1, 2), left_reason="resigned", user=None)
    # Ha's last day was the last of the year before.
    assert listed(dues.branch) == ["Cà Văn An", "Quàng Văn Bình"]
    assert listed(dues.branch, YEAR - 1) == ["Cà Văn An", "Lò Thị Hà", "Quàng Văn Bình"]
    assert listed(dues.branch, 2019) == []
    assert owe(dues.branch) == ["Cà Văn An", "Quàng Văn Bình"]
    assert binh.active


def test_dues_are_owed_once_at_the_last_branch_of_the_year(dues):
    ha, an, binh = dues.members
    transfer_member(member=ha, destination=dues.second, effective_on=date(YEAR, 6, 1), user=None)
    transfer_member(member=an, destination=dues.second, effective_on=date(YEAR + 1, 1, 1), user=None)
    end_membership(member=binh, left_on=date(YEAR, 2, 1), left_reason="removed", user=None)
    rejoin_member(member=binh, organization=dues.third, joined_on=date(YEAR, 11, 1), user=None)
    assert owe(dues.branch) == ["Cà Văn An"]
    assert owe(dues.second) == ["Lò Thị Hà"]
    assert owe(dues.third) == ["Quàng Văn Bình"]
    assert owe(dues.branch, YEAR + 1) == []
    assert len(listed(dues.branch)) == 3


def test_nothing_is_asked_for_the_dead(dues):
    ha = dues.members[0]
    end_membership(member=ha, left_on=date(YEAR, 6, 1), left_reason="deceased", user=None)
    assert "Lò Thị Hà" in listed(dues.branch)
    assert "Lò Thị Hà" not in owe(dues.branch)
    assert "Lò Thị Hà" in owe(dues.branch, YEAR - 1)


@pytest.mark.parametrize("few", [0, 500])
def test_a_province_adds_up_its_branches_and_says_how_many_they_are(dues, monkeypatch, few):
    monkeypatch.setattr(dues_arrears, "FEW", few)
    ha, an, _ = dues.members
    plant("A.D.2.1", "Chi hội chưa có tên", "branch", dues.second)
    person(dues.second, "Người ở thẳng hội xã")
    receipt_for(dues.branch, {ha: RATE, an: 5_000})
    draft_of(dues.branch, {an: 5_000})
    province = dues_of(dues.province, YEAR)
    assert province.total == Standing(
        branches=3, named=2, rated=2, members=4, owed=80_000, paid=25_000, remaining=55_000, excess=0, in_arrears=3
    )
    assert [child.organization.code for child in province.children] == ["A.D", "A.T", "A.CA"]
    assert not province.children[1].total.is_known
    east = dues_of(dues.east, YEAR)
    assert east.total == province.total
    assert [child.total.members for child in east.children] == [3, 1]
    assert dues_of(dues.branch, YEAR).own.in_arrears == 2
    commune = dues_of(dues.second, YEAR)
    assert (commune.own.members, commune.total.branches, commune.total.named) == (1, 2, 1)


def test_without_a_rate_nothing_is_said_of_money(dues):
    DuesRate.objects.all().delete()
    standing = dues_of(dues.province, YEAR).total
    assert (standing.members, standing.named, standing.rated, standing.is_known) == (3, 1, 0, False)
    rate_at(dues.first)
    assert dues_of(dues.province, YEAR).total.owed == 60_000
    # The other branch has names but no rate: its members are counted, its money is not.
    person(dues.third, "Người ngoài mức")
    standing = dues_of(dues.province, YEAR).total
    assert (standing.members, standing.named, standing.rated, standing.owed) == (4, 2, 1, 60_000)
    assert standing.is_partial


def test_money_paid_before_a_transfer_follows_the_member(dues):
    ha = dues.members[0]
    receipt_for(dues.branch, {ha: 15_000})
    transfer_member(member=ha, destination=dues.second, effective_on=date(YEAR, 6, 1), user=None)
    assert dues_of(dues.second, YEAR).own.remaining == 5_000
    assert dues_of(dues.branch, YEAR).own.paid == 0


def test_who_is_in_arrears_in_a_branch_stands_in_the_order_of_names(dues):
    ha, an, _ = dues.members
    receipt_for(dues.branch, {ha: RATE, an: 5_000})
    rows = [(row.member.full_name, row.paid) for row in in_arrears(dues.branch, YEAR, dues.rate)]
    assert rows == [("Cà Văn An", 5_000), ("Quàng Văn Bình", 0)]
    assert dues_of(dues.branch, YEAR).own.in_arrears == 2


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    owed=st.integers(0, 10**9),
    groups=st.lists(st.tuples(st.integers(0, 2 * 10**9), st.integers(1, 1000)), min_size=1, max_size=8),
)
def test_paid_and_remaining_are_what_is_owed_and_what_is_too_much(owed, groups):
    standing = standing_of(groups, DuesRate(yearly_amount=owed))
    assert standing.paid + standing.remaining == standing.owed + standing.excess
    assert (standing.remaining > 0) == (standing.in_arrears > 0)
    if all(paid <= owed for paid, _ in groups):
        assert standing.paid + standing.remaining == standing.owed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(amounts=st.lists(st.integers(0, RATE), min_size=3, max_size=3))
def test_after_any_payments_a_branch_owes_what_was_not_paid(dues, amounts):
    sums = dict(zip(dues.members, amounts, strict=True))
    paid_before = dues_of(dues.branch, YEAR).own.paid
    given_now = {member: amount for member, amount in sums.items() if amount and not paid_before}
    if given_now:
        receipt_for(dues.branch, given_now)
    own = dues_of(dues.branch, YEAR).own
    assert own.paid == paid_before + sum(given_now.values())
    assert own.paid + own.remaining == own.owed == 3 * RATE


def count_queries(root):
    with CaptureQueriesContext(connection) as queries:
        dues_of(root, YEAR)
    return len(queries)


def test_the_number_of_queries_does_not_grow_with_units_and_members(dues):
    receipt_for(dues.branch, {dues.members[0]: RATE})
    province = Organization.objects.get(pk=dues.province.pk)
    before = count_queries(province)
    for number in range(10):
        branch = plant(f"A.D.2.{number}", f"Chi hội {number}", "branch", dues.second)
        receipt_for(branch, {person(branch, f"Người {number}"): RATE})
    assert count_queries(province) == before <= 8
