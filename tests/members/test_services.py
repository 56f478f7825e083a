from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import Member, Membership
from members.services import create_member, end_membership, rejoin_member, transfer_member
from organizations.models import Organization
from organizations.tree import dissolve_organization

pytestmark = pytest.mark.django_db
JOINED = date(2020, 3, 1)


@pytest.fixture
def someone(tree):
    return create_member(member=Member(organization=tree.branch, full_name="Lò Thị Hà"), joined_on=JOINED, user=None)


def spells(member):
    rows = member.memberships.order_by("joined_on", "pk")
    return [(row.organization.code, row.joined_on, row.left_on, row.left_reason) for row in rows]


def test_a_new_member_belongs_to_the_branch_from_that_day(someone):
    assert spells(someone) == [("A.D.1.1", JOINED, None, "")]
    assert someone.active
    assert someone.history.count() == 1


def test_a_transfer_closes_one_spell_and_opens_the_next_on_the_same_day(someone, tree):
    day = date(2021, 5, 6)
    transfer_member(member=someone, destination=tree.second, effective_on=day, user=None)
    assert spells(someone) == [("A.D.1.1", JOINED, day, "transferred"), ("A.D.2", day, None, "")]
    someone.refresh_from_db()
    assert someone.organization == tree.second
    assert someone.memberships.get(joined_on=day).joined_reason == "transferred"


def test_whoever_left_keeps_the_last_branch_and_may_come_back(someone, tree):
    end_membership(member=someone, left_on=date(2021, 1, 1), left_reason="resigned", user=None)
    someone.refresh_from_db()
    assert (someone.active, someone.organization) == (False, tree.branch)
    rejoin_member(member=someone, organization=tree.third, joined_on=date(2022, 1, 1), user=None)
    someone.refresh_from_db()
    assert (someone.active, someone.organization) == (True, tree.third)
    assert [row[0] for row in spells(someone)] == ["A.D.1.1", "A.T.1"]


def refused(job, **arguments):
    with pytest.raises(ValidationError) as error:
        job(user=None, **arguments)
    return set(getattr(error.value, "error_dict", {"": None}))


def test_impossible_changes_are_refused_and_leave_no_trace(someone, tree):
    before = spells(someone)
    tomorrow = timezone.localdate() + timedelta(days=1)
    day = date(2021, 1, 1)
    assert refused(transfer_member, member=someone, destination=tree.branch, effective_on=day) == {"destination"}
    assert refused(transfer_member, member=someone, destination=tree.second, effective_on=tomorrow) == {"effective_on"}
    assert refused(transfer_member, member=someone, destination=tree.second, effective_on=date(2019, 1, 1)) == {
        "effective_on"
    }
    assert refused(end_membership, member=someone, left_on=tomorrow, left_reason="resigned") == {"left_on"}
    assert refused(end_membership, member=someone, left_on=day, left_reason="transferred") == {"left_reason"}
    assert refused(rejoin_member, member=someone, organization=tree.second, joined_on=day) == {"organization"}
    dissolve_organization(organization=tree.third, on=date(2022, 1, 1), user=None, reason="Thử")
    third = Organization.objects.get(pk=tree.third.pk)
    assert refused(transfer_member, member=someone, destination=third, effective_on=day) == {"destination"}
    assert spells(someone) == before
    assert someone.history.count() == 1


def test_a_person_who_died_does_not_come_back(someone, tree):
    end_membership(member=someone, left_on=date(2021, 1, 1), left_reason="deceased", user=None)
    assert refused(rejoin_member, member=someone, organization=tree.second, joined_on=date(2022, 1, 1)) == {
        "organization"
    }


def test_two_members_never_share_a_card_or_a_code(someone, tree):
    for field in ("card_number", "code"):
        Member.objects.filter(pk=someone.pk).update(**{field: "SL-1"})
        twin = Member(organization=tree.branch, full_name="Lò Thị Hai", **{field: "SL-1"})
        assert field in refused(create_member, member=twin, joined_on=JOINED)


def test_codes_of_the_form_that_the_software_gives_are_refused(tree):
    twin = Member(organization=tree.branch, full_name="Lò Thị Hai", code="M12")
    assert refused(create_member, member=twin, joined_on=JOINED) == {"code"}


# Offsets in days from the first joining, and what is tried on that day.
EVENTS = st.lists(
    st.tuples(st.integers(-3, 40), st.sampled_from(["transfer", "leave", "rejoin"]), st.integers(0, 2)), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(events=EVENTS)
def test_spells_never_overlap_whatever_is_tried(tree, events):
    places = [tree.branch, tree.second, tree.third]
    member = create_member(member=Member(organization=tree.branch, full_name="An"), joined_on=JOINED, user=None)
    for offset, event, place in events:
        day = JOINED + timedelta(days=offset)
        try:
            if event == "transfer":
                transfer_member(member=member, destination=places[place], effective_on=day, user=None)
            elif event == "leave":
                end_membership(member=member, left_on=day, left_reason="resigned", user=None)
            else:
                rejoin_member(member=member, organization=places[place], joined_on=day, user=None)
        except ValidationError:
            continue
    rows = list(Membership.objects.filter(member=member).order_by("joined_on", "pk"))
    for day in (JOINED + timedelta(days=offset) for offset in range(-4, 45)):
        assert Membership.objects.on(day).filter(member=member).count() <= 1
    assert sum(row.left_on is None for row in rows) <= 1
    member.refresh_from_db()
    last = max(rows, key=lambda row: (row.left_on is None, row.left_on or row.joined_on, row.pk))
    assert member.active == (last.left_on is None)
    assert member.organization_id == last.organization_id
