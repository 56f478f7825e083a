"""What happens to a registrant apart from the years."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from learning_models.models import Registrant
from learning_models.registrants import edit_registrant, leave_registrant, transfer_registrant
from organizations.tree import dissolve_organization
from tests.learning_models.register import add_registrant, add_registration

pytestmark = pytest.mark.django_db


def test_facts_are_put_right_and_what_follows_from_them(tree):
    row = add_registrant(tree.branch, name="Lò Văn An")
    edit_registrant(registrant=row, changes={"name": "Cầm Thị Ân", "people": 3}, user=None, reason="Gõ nhầm")
    row.refresh_from_db()
    assert (row.name, row.people) == ("Cầm Thị Ân", 3)
    assert list(Registrant.objects.search("cam an")) == [row]
    assert row.history.first().history_change_reason == "Gõ nhầm"


def test_two_registrants_do_not_become_alike(tree):
    add_registrant(tree.branch, name="Lò Văn An")
    other = add_registrant(tree.branch, name="Cầm Văn Bình")
    with pytest.raises(ValidationError, match="đã có tên và địa chỉ này"):
        edit_registrant(registrant=other, changes={"name": "lò văn an"}, user=None)


def test_the_first_day_is_not_after_a_registration(tree):
    row = add_registration(tree.branch).registrant
    with pytest.raises(ValidationError, match="15/01/2022"):
        edit_registrant(registrant=row, changes={"from_date": date(2022, 2, 1)}, user=None)
    edit_registrant(registrant=row, changes={"from_date": date(2022, 1, 15)}, user=None)


def test_whoever_left_may_come_back(tree):
    row = add_registration(tree.branch).registrant
    leave_registrant(registrant=row, to_date=date(2022, 6, 30), user=None)
    assert not Registrant.objects.active(date(2022, 7, 1)).exists()
    leave_registrant(registrant=row, to_date=date(2022, 6, 30), user=None)
    leave_registrant(registrant=row, to_date=None, user=None)
    assert Registrant.objects.active(date(2022, 7, 1)).exists()
    reasons = row.history.order_by("history_id").values_list("history_change_reason", flat=True)
    assert list(reasons)[1:] == ["Ghi đã rời đi", "Ghi vẫn còn"]


def test_the_last_day_is_neither_to_come_nor_before_a_registration(tree):
    row = add_registration(tree.branch).registrant
    for day, words in ((date(2022, 1, 14), "Hãy huỷ đăng ký"), (timezone.localdate() + timedelta(1), "chưa đến")):
        with pytest.raises(ValidationError, match=words):
            leave_registrant(registrant=row, to_date=day, user=None)


def test_a_transfer_keeps_the_years_where_they_were(tree):
    row = add_registration(tree.branch)
    moved = transfer_registrant(registrant=row.registrant, destination=tree.first, user=None)
    row.refresh_from_db()
    assert (moved.organization, row.organization) == (tree.first, tree.branch)


def test_a_transfer_goes_to_another_living_unit_without_the_name(tree):
    row = add_registrant(tree.branch, name="Lò Văn An")
    add_registrant(tree.second, name="Lò Văn An")
    with pytest.raises(ValidationError, match="Đang ở đơn vị này"):
        transfer_registrant(registrant=row, destination=tree.branch, user=None)
    with pytest.raises(ValidationError, match="đã có tên và địa chỉ này"):
        transfer_registrant(registrant=row, destination=tree.second, user=None)
    dissolve_organization(organization=tree.third, on=date(2022, 1, 31), user=None, reason="–")
    tree.third.refresh_from_db()
    with pytest.raises(ValidationError, match="đã giải thể"):
        transfer_registrant(registrant=row, destination=tree.third, user=None)
