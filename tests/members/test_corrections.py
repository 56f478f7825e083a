from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from members.corrections import correct_membership, edit_member, version_of
from members.models import Membership
from members.services import end_membership, rejoin_member, transfer_member
from organizations.models import Organization
from tests.members.people import JOINED, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def someone(tree):
    return enter(tree.branch, "Lò Thị Hà")


def spells(member):
    rows = member.memberships.order_by("pk")
    return [(row.joined_on, row.left_on) for row in rows]


def refused(job, **arguments):
    with pytest.raises(ValidationError) as error:
        job(user=None, **arguments)
    return set(getattr(error.value, "error_dict", {"": None}))


def test_only_what_is_named_is_written_and_the_keys_follow(someone):
    edit_member(member=someone, changes={"full_name": "Lò Thị Ánh"}, seen=version_of(someone), user=None)
    someone.refresh_from_db()
    assert someone.full_name == "Lò Thị Ánh"
    assert someone.search == "lo thi anh"
    assert someone.history.count() == 2


def test_an_edit_over_another_edit_is_refused(someone):
    seen = version_of(someone)
    edit_member(member=someone, changes={"phone": "0912345678"}, seen=seen, user=None)
    with pytest.raises(ValidationError) as error:
        edit_member(member=someone, changes={"phone": "0900000000"}, seen=seen, user=None)
    assert error.value.code == "stale"
    someone.refresh_from_db()
    assert someone.phone == "0912345678"


def test_a_border_of_a_transfer_moves_on_both_sides(someone, tree):
    spell = transfer_member(member=someone, destination=tree.second, effective_on=date(2022, 6, 1), user=None)
    correct_membership(membership=spell, joined_on=date(2022, 5, 1), user=None, reason="Giấy chuyển")
    assert spells(someone) == [(JOINED, date(2022, 5, 1)), (date(2022, 5, 1), None)]
    first = someone.memberships.order_by("pk").first()
    correct_membership(membership=first, joined_on=None, left_on=date(2022, 7, 1), left_reason="transferred", user=None)
    assert spells(someone) == [(None, date(2022, 7, 1)), (date(2022, 7, 1), None)]
    assert first.history.first().history_change_reason == "Sửa thời gian sinh hoạt"
    assert spell.history.count() == 3


def test_an_absence_is_no_border(someone, tree):
    end_membership(member=someone, left_on=date(2022, 3, 1), left_reason="resigned", user=None)
    back = rejoin_member(member=someone, organization=tree.second, joined_on=date(2022, 9, 1), user=None)
    correct_membership(membership=back, joined_on=date(2022, 8, 1), user=None)
    assert spells(someone) == [(JOINED, date(2022, 3, 1)), (date(2022, 8, 1), None)]
    assert refused(correct_membership, membership=back, joined_on=date(2022, 2, 15)) == {"joined_on"}
    assert refused(correct_membership, membership=back, joined_on=None) == {"joined_on"}


def test_a_wrong_reason_of_leaving_is_put_right_but_a_transfer_stays_one(someone, tree):
    spell = end_membership(member=someone, left_on=date(2022, 3, 1), left_reason="deceased", user=None)
    day = {"membership": spell, "joined_on": JOINED, "left_on": date(2022, 3, 1)}
    assert correct_membership(**day, left_reason="resigned", user=None).left_reason == "resigned"
    assert refused(correct_membership, **day, left_reason="transferred") == {"left_reason"}
    assert refused(correct_membership, **day, left_reason="new") == {"left_reason"}
    rejoin_member(member=someone, organization=tree.second, joined_on=date(2022, 9, 1), user=None)


def test_open_stays_open_and_closed_stays_closed(someone):
    spell = someone.memberships.get()
    today = timezone.localdate()
    assert refused(correct_membership, membership=spell, joined_on=JOINED, left_on=today, left_reason="resigned") == {
        "left_on"
    }
    assert refused(correct_membership, membership=spell, joined_on=today + timedelta(days=1)) == {"joined_on"}
    end_membership(member=someone, left_on=date(2022, 3, 1), left_reason="resigned", user=None)
    for day in (None, today + timedelta(days=1), JOINED - timedelta(days=1)):
        assert refused(correct_membership, membership=spell, joined_on=JOINED, left_on=day, left_reason="resigned") & {
            "left_on",
            "joined_on",
        }
    assert spells(someone) == [(JOINED, date(2022, 3, 1))]


TRIALS = st.lists(
    st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(-5, 60)), st.integers(-5, 60)), max_size=10
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(trials=TRIALS)
@example(trials=[(1, 11, 14)])
def test_spells_never_overlap_whatever_is_corrected(tree, trials):
    member = enter(tree.branch, "An")
    for number, unit in enumerate([tree.second, tree.third]):
        transfer_member(member=member, destination=unit, effective_on=JOINED + timedelta(days=10 + number), user=None)
    end_membership(member=member, left_on=JOINED + timedelta(days=20), left_reason="resigned", user=None)
    rejoin_member(member=member, organization=tree.second, joined_on=JOINED + timedelta(days=30), user=None)
    for place, joined, left in trials:
        spell = member.memberships.order_by("pk")[place]
        try:
            correct_membership(
                membership=spell,
                joined_on=None if joined is None else JOINED + timedelta(days=joined),
                left_on=spell.left_on and JOINED + timedelta(days=left),
                left_reason=spell.left_reason,
                user=None,
            )
        except ValidationError:
            continue
    for day in (JOINED + timedelta(days=offset) for offset in range(-6, 62)):
        assert Membership.objects.on(day).filter(member=member).count() <= 1
    assert member.memberships.filter(left_on__isnull=True).count() == 1


def test_the_day_of_a_transfer_stays_within_the_life_of_the_next_unit_and_the_reach_of_the_user(someone, tree):
    Organization.objects.filter(pk=tree.second.pk).update(established_on=date(2022, 4, 1))
    tree.second.refresh_from_db()
    transfer_member(member=someone, destination=tree.second, effective_on=date(2022, 5, 1), user=None)
    before, after = someone.memberships.order_by("pk")
    facts = {"membership": before, "joined_on": before.joined_on, "left_reason": "transferred", "user": None}
    with pytest.raises(ValidationError, match="thành lập ngày 01/04/2022"):
        correct_membership(left_on=date(2022, 3, 31), **facts)
    mine = Membership.objects.filter(organization=before.organization)
    with pytest.raises(ValidationError, match="ngoài phạm vi"):
        correct_membership(left_on=date(2022, 4, 2), reach=mine, **facts)
    correct_membership(left_on=date(2022, 4, 2), **facts)
    after.refresh_from_db()
    assert after.joined_on == date(2022, 4, 2)
