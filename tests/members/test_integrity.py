from datetime import date

import pytest
from django.core.management import CommandError, call_command

from members.integrity import find_faults
from members.models import Member, Membership
from members.services import create_member, end_membership, rejoin_member, transfer_member

pytestmark = pytest.mark.django_db
DAY = date(2020, 1, 1)


@pytest.fixture
def someone(tree):
    return create_member(member=Member(organization=tree.branch, full_name="Lò Thị Hà"), joined_on=DAY, user=None)


def test_a_life_through_the_services_is_sound(someone, tree):
    transfer_member(member=someone, destination=tree.second, effective_on=DAY, user=None)
    transfer_member(member=someone, destination=tree.third, effective_on=date(2021, 1, 1), user=None)
    end_membership(member=someone, left_on=date(2022, 1, 1), left_reason="resigned", user=None)
    rejoin_member(member=someone, organization=tree.first, joined_on=date(2022, 1, 1), user=None)
    assert list(find_faults()) == []


def test_what_somebody_changed_past_the_services_is_found(someone, tree):
    Membership.objects.create(
        member=someone,
        organization=tree.second,
        joined_on=date(2019, 1, 1),
        left_on=date(2020, 6, 1),
        left_reason="resigned",
    )
    assert ["chồng lên nhau" in fault for fault in find_faults()] == [True]
    Membership.objects.filter(organization=tree.second).delete()
    Member.objects.filter(pk=someone.pk).update(active=False)
    assert ["trạng thái" in fault for fault in find_faults()] == [True]
    Member.objects.filter(pk=someone.pk).update(active=True, organization=tree.second)
    assert ["chi hội" in fault for fault in find_faults()] == [True]
    with pytest.raises(CommandError, match="Thấy 1 chỗ sai"):
        call_command("check_integrity")
    Membership.objects.all().delete()
    assert ["không có thời gian" in fault for fault in find_faults()] == [True]
