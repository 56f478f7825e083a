"""What the register of members counts: names, head counts, and what is not known."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.counts import Count
from core.periods import Quarter
from members.models import HeadCount, Member, Membership
from members.services import create_member, end_membership, transfer_member
from members.statistics import CODES, count_members
from organizations.models import RegisterUse
from organizations.spells import tree_on
from organizations.tree import create_organization, move_organization

pytestmark = pytest.mark.django_db
QUARTER = Quarter.parse("2022-Q1")
EARLIER = date(2021, 5, 1)


def counts(quarter=QUARTER):
    return count_members(quarter, tree_on(quarter.last_day))


def of(unit, quarter=QUARTER):
    """Indicator → (value, basis) of the unit's own line; what has no data is left out."""
    found = {code: by_unit[unit.pk] for code, by_unit in counts(quarter).items() if unit.pk in by_unit}
    return {code.removeprefix("members."): (count.value, count.basis) for code, count in found.items()}


def add(organization, joined_on=EARLIER, **facts):
    number = Member.objects.count()
    member = Member(organization=organization, full_name=f"Người {number}", **facts)
    return create_member(member=member, joined_on=joined_on, user=None)


def use_register(organization, day=date(2022, 3, 31)):
    RegisterUse.objects.create(organization=organization, register="members", used_from=day)


def count_heads(organization, members, day=date(2022, 2, 1), **parts):
    HeadCount.objects.create(organization=organization, date=day, members=members, **parts)


def test_members_count_in_the_nearest_unit_that_reports(tree):
    add(tree.branch)
    add(tree.first)
    add(tree.east)
    assert of(tree.first)["total"] == (2, Count.NAMES)
    assert of(tree.east)["total"] == (1, Count.NAMES)
    assert of(tree.province) == {}


def test_whoever_left_on_the_last_day_belongs_no_more_and_whoever_joined_on_it_does(tree):
    add(tree.first, joined_on=QUARTER.last_day)
    end_membership(member=add(tree.first), left_on=QUARTER.last_day, left_reason="resigned", user=None)
    end_membership(member=add(tree.first), left_on=QUARTER.next.first_day, left_reason="deceased", user=None)
    add(tree.first, joined_on=QUARTER.next.first_day)
    add(tree.first, joined_on=None)
    assert of(tree.first) == {
        "total": (3, Count.NAMES),
        "new": (1, Count.NAMES),
        "left": (1, Count.NAMES),
    }


def test_a_transfer_is_neither_new_nor_left(tree):
    member = add(tree.branch)
    transfer_member(member=member, destination=tree.second, effective_on=date(2022, 2, 2), user=None)
    assert of(tree.second) == {"total": (1, Count.NAMES)}
    assert of(tree.first) == {}


def test_no_names_are_no_data_until_the_register_is_in_use(tree):
    assert of(tree.first) == {}
    use_register(tree.first)
    assert of(tree.first) == dict.fromkeys(["total", "women", "party", "carded", "new", "left"], (0, Count.NAMES))
    assert of(tree.first, QUARTER.previous) == {}
    assert of(tree.second) == {}


def test_sex_and_party_of_nobody_known_are_no_data_and_no_zero(tree):
    use_register(tree.first)
    add(tree.first)
    assert "women" not in of(tree.first)
    assert "party" not in of(tree.first)
    assert of(tree.first)["carded"] == (0, Count.NAMES)
    add(tree.first, sex="male", party_member=True, card_number="1")
    assert of(tree.first)["women"] == (0, Count.NAMES)
    assert of(tree.first)["party"] == (1, Count.NAMES)
    assert of(tree.first)["carded"] == (1, Count.NAMES)


def test_the_newest_head_count_stands_for_the_unit_and_its_branches(tree):
    add(tree.branch)
    count_heads(tree.first, 900, date(2021, 12, 31))
    count_heads(tree.first, 1240, date(2022, 3, 31), women=600)
    count_heads(tree.first, 1300, date(2022, 4, 1))
    assert of(tree.first) == {"total": (1240, Count.HEAD_COUNT), "women": (600, Count.HEAD_COUNT)}
    assert of(tree.first, QUARTER.previous) == {"total": (900, Count.HEAD_COUNT)}
    assert of(tree.first, Quarter.parse("2021-Q3")) == {"total": (1, Count.NAMES)}


def test_names_stand_once_the_register_is_in_use(tree):
    add(tree.branch)
    count_heads(tree.first, 1240)
    use_register(tree.first)
    assert of(tree.first)["total"] == (1, Count.NAMES)


def test_a_branch_without_names_still_counts_by_heads_under_a_register_kept_above(tree):
    second = create_organization(code="X", name="Chi hội 2", level="branch", parent=tree.first, user=None)
    use_register(tree.first)
    add(tree.branch, sex="female")
    count_heads(second, 30, women=10)
    assert of(tree.first)["total"] == (31, Count.HEAD_COUNT)
    assert of(tree.first)["women"] == (11, Count.HEAD_COUNT)
    assert "party" not in of(tree.first)
    add(second, sex="male")
    assert of(tree.first)["total"] == (2, Count.NAMES)


def test_a_head_count_without_a_part_makes_that_part_no_data(tree):
    second = create_organization(code="X", name="Chi hội 2", level="branch", parent=tree.first, user=None)
    add(tree.branch, sex="female", party_member=True)
    count_heads(second, 30, party_members=3)
    assert of(tree.first) == {"total": (31, Count.HEAD_COUNT), "party": (4, Count.HEAD_COUNT)}


def test_the_head_count_of_a_district_is_its_own_line_only(tree):
    count_heads(tree.east, 12)
    add(tree.first)
    assert of(tree.east)["total"] == (12, Count.HEAD_COUNT)
    assert of(tree.first)["total"] == (1, Count.NAMES)


def test_a_moved_branch_counts_where_it_stood_on_the_last_day(tree):
    add(tree.branch)
    move_organization(organization=tree.branch, parent=tree.second, on=date(2022, 4, 1), user=None, reason="thử")
    assert of(tree.first)["total"] == (1, Count.NAMES)
    assert of(tree.second, QUARTER.next)["total"] == (1, Count.NAMES)
    assert of(tree.first, QUARTER.next) == {}


def test_the_number_of_queries_does_not_grow(tree):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            count_members(QUARTER, units)
        return len(captured)

    units = tree_on(QUARTER.last_day)
    before = queries()
    for unit in (tree.branch, tree.first, tree.second, tree.third, tree.police):
        add(unit)
        count_heads(unit, 5)
    assert queries() == before == 3


# (branch, days from 1/1/2021 to joining, days until leaving or None, leaving by transfer to the next branch)
LIVES = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 500), st.one_of(st.none(), st.integers(0, 300)), st.booleans(), st.booleans()
    ),
    max_size=15,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(lives=LIVES, offset=st.integers(0, 7))
def test_counts_at_any_quarter_equal_a_recount_from_the_events(tree, lives, offset):
    Membership.objects.all().delete()
    Member.objects.all().delete()
    places = [tree.branch, tree.first, tree.second, tree.third]
    line_of = {tree.branch.pk: tree.first.pk}
    events = []
    for place, start, length, moves, woman in lives:
        joined = date(2021, 1, 1) + timedelta(days=start)
        member = add(places[place], joined_on=joined, sex="female" if woman else "male")
        events.append((joined, "in", places[place], woman, True))
        if length is None:
            continue
        left, onward = joined + timedelta(days=length), places[(place + 1) % 4]
        events.append((left, "out", places[place], woman, not moves))
        if moves:
            transfer_member(member=member, destination=onward, effective_on=left, user=None)
            events.append((left, "in", onward, woman, False))
        else:
            end_membership(member=member, left_on=left, left_reason="resigned", user=None)
    quarter = Quarter.parse("2021-Q1")
    for _ in range(offset):
        quarter = quarter.next
    expected: dict[str, dict[int, int]] = {code: {} for code in CODES}
    for day, way, place, woman, counts_as_flow in events:
        unit, step = line_of.get(place.pk, place.pk), 1 if way == "in" else -1
        if day <= quarter.last_day:
            expected["members.total"][unit] = expected["members.total"].get(unit, 0) + step
            expected["members.women"][unit] = expected["members.women"].get(unit, 0) + step * woman
        if counts_as_flow and quarter.first_day <= day <= quarter.last_day:
            code = "members.new" if way == "in" else "members.left"
            expected[code][unit] = expected[code].get(unit, 0) + 1
    found = counts(quarter)
    for code in ("members.total", "members.women", "members.new", "members.left"):
        assert {pk: count.value for pk, count in found[code].items()} == {k: n for k, n in expected[code].items() if n}
