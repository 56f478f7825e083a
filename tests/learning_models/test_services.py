"""Registering for a year, rolling last year forward, and taking it back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from learning_models.models import Registrant, Registration, Status
from learning_models.registrants import transfer_registrant
from learning_models.services import cancel_registration, register, roll_forward
from organizations.tree import dissolve_organization
from tests.learning_models.register import add_registrant, add_registration, review

pytestmark = pytest.mark.django_db


def roll(year=2023, units=None, registered_on=None, **facts):
    values = {"model": "family", "registered_on": registered_on or date(year, 1, 1), "user": None} | facts
    return roll_forward(year=year, units=units, **values)


def test_a_registration_stands_where_the_registrant_is(tree):
    row = add_registration(tree.branch)
    assert (row.organization, row.model, row.status) == (tree.branch, "family", Status.REGISTERED)
    assert row.history.get().history_type == "+"


def test_a_registrant_is_registered_once_a_year(tree):
    row = add_registration(tree.branch)
    with pytest.raises(ValidationError, match="đã đăng ký năm 2022 rồi"):
        register(registrant=row.registrant, year=2022, registered_on=date(2022, 2, 1), user=None)
    assert register(registrant=row.registrant, year=2023, registered_on=date(2023, 2, 1), user=None).pk


def test_the_database_refuses_a_second_registration_too(tree):
    row = add_registration(tree.branch)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.create(
            registrant=row.registrant,
            organization=tree.branch,
            model="family",
            year=2022,
            registered_on=date(2022, 1, 1),
        )


@pytest.mark.parametrize("day", [date(2021, 9, 30), date(2023, 1, 1)])
def test_a_day_far_from_the_year_is_refused(tree, day):
    with pytest.raises(ValidationError, match="từ 01/10/2021 đến 31/12/2022"):
        add_registration(tree.branch, registered_on=day)


def test_a_day_to_come_is_refused(tree):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="chưa đến"):
        add_registration(tree.branch, year=tomorrow.year, registered_on=tomorrow)


def test_whoever_moved_meanwhile_is_not_registered_where_nobody_asked(tree):
    registrant = add_registrant(tree.branch)
    transfer_registrant(registrant=registrant, destination=tree.second, user=None)
    with pytest.raises(ValidationError, match="vừa chuyển sang"):
        register(registrant=registrant, year=2022, registered_on=date(2022, 2, 1), user=None)


def test_a_registration_is_cancelled_once(tree):
    row = add_registration(tree.branch)
    cancel_registration(registration=Registration.objects.get(), user=None)
    with pytest.raises(ValidationError, match="vừa huỷ"):
        cancel_registration(registration=row, user=None)


def test_whoever_is_gone_does_not_register(tree):
    gone = add_registrant(tree.branch, to_date=date(2021, 12, 31))
    with pytest.raises(ValidationError, match="không còn"):
        register(registrant=gone, year=2022, registered_on=date(2022, 1, 1), user=None)


def test_a_dissolved_unit_takes_nobody(tree):
    dissolve_organization(organization=tree.branch, on=date(2022, 1, 31), user=None, reason="–")
    tree.branch.refresh_from_db()
    with pytest.raises(ValidationError, match="đã giải thể"):
        add_registrant(tree.branch)


def test_two_of_the_same_name_and_address_need_a_code(tree):
    add_registrant(tree.branch, name="Lò Văn An", address="Bản Đồi")
    with pytest.raises(ValidationError, match="đã có tên và địa chỉ này"):
        add_registrant(tree.branch, name="LÒ VĂN AN", address="bản đồi")
    add_registrant(tree.branch, name="Lò Văn An", address="Bản Đồi", code="H2")
    add_registrant(tree.branch, name="Lò Văn Ân", address="Bản Đồi")
    add_registrant(tree.first, name="Lò Văn An", address="Bản Đồi")
    with pytest.raises(ValidationError, match="Mã này đã có"):
        add_registrant(tree.branch, name="Ai khác", code="H2")


@pytest.mark.parametrize("typed", ["lo van", "Lò", "doi an", "h2"])
def test_registrants_are_found_by_any_word(tree, typed):
    add_registrant(tree.branch, name="Lò Văn An", address="Bản Đồi", code="H2")
    add_registrant(tree.branch, name="Quàng Thị Bình", address="Bản Nà")
    assert [row.name for row in Registrant.objects.search(typed)] == ["Lò Văn An"]


def test_rolling_forward_registers_everybody_but_the_exceptions(tree):
    stays, excepted = add_registration(tree.branch), add_registration(tree.branch)
    gone = add_registration(tree.branch)
    Registrant.objects.filter(pk=gone.registrant_id).update(to_date=date(2022, 6, 30))
    already = add_registration(tree.first)
    register(registrant=already.registrant, year=2023, registered_on=date(2022, 11, 1), user=None)
    add_registration(tree.first, year=2021)
    assert roll(without=[excepted.registrant_id]) == 1
    (made,) = Registration.objects.filter(year=2023, registered_on=date(2023, 1, 1))
    assert made.registrant_id == stays.registrant_id
    made.full_clean()
    assert made.history.get().history_type == "+"
    assert roll(without=[excepted.registrant_id]) == 0
    assert roll() == 1


def test_rolling_forward_keeps_to_its_units_and_model(tree):
    add_registration(tree.branch)
    add_registration(tree.second)
    add_registration(tree.branch, model="clan")
    assert roll(units=[tree.branch.pk]) == 1
    assert roll(units=[]) == 0
    assert roll(model="clan") == 1


def test_rolling_forward_follows_the_registrant_to_another_branch(tree):
    row = add_registration(tree.branch)
    row.registrant.organization = tree.first
    row.registrant.save()
    assert roll(units=[tree.branch.pk]) == 0
    assert roll(units=[tree.first.pk]) == 1
    assert Registration.objects.get(year=2023).organization == tree.first
    assert Registration.objects.get(year=2022).organization == tree.branch


def test_a_registration_is_taken_back_until_it_is_assessed(tree):
    row, reviewed = add_registration(tree.branch), add_registration(tree.branch)
    review(reviewed)
    cancel_registration(registration=row, user=None)
    with pytest.raises(ValidationError, match="lùi về bước đăng ký"):
        cancel_registration(registration=reviewed, user=None)
    assert list(Registration.objects.all()) == [reviewed]
    assert Registration.history.filter(id=row.pk, history_type="-").exists()
