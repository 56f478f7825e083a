from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.merging import differing_fields, merge_members
from members.models import DuesCollection, DuesLine, Member, Membership, Merging, Officer
from members.services import create_member, end_membership

pytestmark = pytest.mark.django_db
DAY = date(2020, 1, 1)


@pytest.fixture
def pair(tree):
    kept = Member(organization=tree.branch, full_name="Lò Thị Hà", birth_year=1960)
    merged = Member(
        organization=tree.second, full_name="Lo Thi Ha", card_number="SL-1", code="HV1", phone="0912", sex="female"
    )
    create_member(member=kept, joined_on=DAY, user=None)
    create_member(member=merged, joined_on=date(2018, 5, 6), user=None)
    return kept, merged


def spells(member):
    rows = member.memberships.order_by("joined_on", "pk")
    return [(row.organization.code, row.joined_on, row.left_on) for row in rows]


def test_the_chosen_fields_come_over_and_the_others_stay(pair, cast):
    kept, merged = pair
    assert differing_fields(kept, merged) == ["full_name", "code", "card_number", "birth_year", "sex", "phone"]
    one = merge_members(kept=kept, merged=merged, take={"code", "card_number", "phone"}, user=cast.secretary)
    one.refresh_from_db()
    assert (one.full_name, one.code, one.card_number, one.phone, one.sex) == ("Lò Thị Hà", "HV1", "SL-1", "0912", "")
    assert not Member.objects.filter(pk=merged.pk).exists()
    assert Member.objects.search("sl 1").get() == one


def test_the_history_of_both_rows_stays_and_the_old_number_leads_on(pair, cast):
    kept, merged = pair
    number, name = merged.pk, merged.full_name
    merge_members(kept=kept, merged=merged, take=set(), user=cast.secretary)
    assert [row.history_type for row in Member.history.filter(id=number)] == ["-", "+"]
    assert Member.history.filter(id=number).first().history_user == cast.secretary
    found = Merging.objects.get(merged_id=number)
    assert (found.kept, found.merged_name) == (kept, name)


def test_an_overlapping_spell_elsewhere_is_dropped(pair, cast):
    kept, merged = pair
    merge_members(kept=kept, merged=merged, take=set(), user=cast.secretary)
    assert spells(kept) == [("A.D.1.1", DAY, None)]
    assert Membership.history.filter(organization=cast.second, history_type="-").count() == 1


def test_an_earlier_spell_comes_over(pair, cast):
    kept, merged = pair
    end_membership(member=merged, left_on=date(2019, 1, 1), left_reason="resigned", user=None)
    merge_members(kept=kept, merged=merged, take=set(), user=cast.secretary)
    assert spells(kept) == [("A.D.2", date(2018, 5, 6), date(2019, 1, 1)), ("A.D.1.1", DAY, None)]


def test_in_one_branch_the_person_belongs_since_the_earlier_day(tree, cast):
    rows = [Member(organization=tree.branch, full_name="Lò Thị Hà") for _ in range(2)]
    for row, day in zip(rows, (DAY, date(2015, 3, 4)), strict=True):
        create_member(member=row, joined_on=day, user=None)
    merge_members(kept=rows[0], merged=rows[1], take=set(), user=cast.secretary)
    assert spells(rows[0]) == [("A.D.1.1", date(2015, 3, 4), None)]


def test_posts_and_dues_come_over(pair, cast):
    kept, merged = pair
    Officer.objects.create(organization=cast.first, member=merged, full_name="Lo Thi Ha", post="chair")
    collection = DuesCollection.objects.create(organization=cast.second, year=2022, collected_on=DAY)
    DuesLine.objects.create(collection=collection, member=merged, amount=12000)
    merge_members(kept=kept, merged=merged, take=set(), user=cast.secretary)
    assert kept.posts.get().history.count() == 2
    assert kept.dues.get().amount == 12000


def test_dues_of_both_in_one_collection_are_refused_and_nothing_changes(pair, cast):
    kept, merged = pair
    collection = DuesCollection.objects.create(organization=cast.second, year=2022, collected_on=DAY)
    for member in pair:
        DuesLine.objects.create(collection=collection, member=member, amount=12000)
    with pytest.raises(ValidationError, match="cùng một đợt nộp"):
        merge_members(kept=kept, merged=merged, take=set(), user=cast.secretary)
    assert Member.objects.filter(pk=merged.pk).exists()
    assert spells(merged) == [("A.D.2", date(2018, 5, 6), None)]


def test_a_row_is_not_merged_into_itself_nor_with_unknown_fields(pair, cast):
    kept, merged = pair
    for arguments in ({"merged": kept, "take": set()}, {"merged": merged, "take": {"organization"}}):
        with pytest.raises(ValidationError):
            merge_members(kept=kept, user=cast.secretary, **arguments)


def test_an_old_number_leads_on_over_two_mergings(pair, cast, tree):
    kept, merged = pair
    third = create_member(member=Member(organization=tree.third, full_name="Lò Thị Hà"), joined_on=DAY, user=None)
    first, second = merged.pk, kept.pk
    merge_members(kept=kept, merged=merged, take=set(), user=cast.secretary)
    merge_members(kept=third, merged=kept, take=set(), user=cast.secretary)
    assert dict(Merging.objects.values_list("merged_id", "kept")) == {first: third.pk, second: third.pk}


LIVES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(first=LIVES, second=LIVES)
def test_after_merging_spells_still_never_overlap(tree, cast, first, second):
    places = [tree.branch, tree.second, tree.third]
    rows = [write_life(places, life) for life in (first, second)]
    kept = merge_members(kept=rows[0], merged=rows[1], take=set(), user=cast.secretary)
    for offset in range(120):
        assert Membership.objects.on(date.fromordinal(DAY.toordinal() + offset)).filter(member=kept).count() <= 1
    assert kept.active == kept.memberships.open().exists()


def write_life(places, life):
    """A member with spells one after another: (place, gap before, length)."""
    member = Member(organization=places[0], full_name="An", active=False)
    member.save()
    day = DAY.toordinal()
    for place, gap, length in life:
        day += gap
        Membership.objects.create(
            member=member,
            organization=places[place],
            joined_on=date.fromordinal(day),
            left_on=date.fromordinal(day + length + 1),
            left_reason="resigned",
        )
        day += length + 1
    return member
