"""The register of learning models proves itself: each promise is broken once, past the services."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from learning_models import integrity
from learning_models.integrity import find_faults
from learning_models.models import Certificate, Registration
from learning_models.services import register
from tests.immutable import opened_tables
from tests.learning_models.register import add_registration, recognise, review, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def title(tree):
    row = add_registration(tree.first, "clan", name="Họ Lò")
    review(row)
    recognise(row)
    return Registration.objects.get(pk=row.pk)


def force(sql, *parameters):
    """A change that no service makes."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def test_a_year_through_the_services_is_sound(title):
    again = register(registrant=title.registrant, year=2023, registered_on=date(2023, 1, 15), user=None)
    review(again, on=date(2023, 12, 10))
    withdraw(recognise(again, decided_on=date(2023, 12, 20)), again, decided_on=date(2024, 6, 1))
    assert list(find_faults()) == []


def test_a_title_that_is_not_settled_is_found(title):
    force("UPDATE learning_models_registration SET title_to = %s", "2023-06-30")
    (fault,) = find_faults()
    assert "không khớp" in fault
    with pytest.raises(CommandError, match="Thấy 1 chỗ sai"):
        call_command("check_integrity")


def test_a_registration_of_a_unit_that_did_not_live_is_found(title):
    force("UPDATE organizations_organization SET dissolved_on = %s WHERE id = %s", "2021-12-31", title.organization_id)
    (fault,) = find_faults()
    assert "không hoạt động ngày 15/01/2022" in fault


def test_a_registration_of_another_model_is_found(title):
    force("UPDATE learning_models_registrant SET model = 'community'")
    assert any("mô hình không khớp" in fault for fault in find_faults())


def test_a_certificate_without_an_issued_decision_is_found(title, tree):
    other = add_registration(tree.first, "clan", name="Họ Cà")
    Certificate.objects.create(registration=other, number=2, template="v1")
    (fault,) = find_faults()
    assert "không thuộc quyết định" in fault


def test_a_title_without_its_certificate_is_found(title):
    with opened_tables():
        force("DELETE FROM learning_models_certificate")
    (fault,) = find_faults()
    assert "không có giấy chứng nhận" in fault


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("withdrawn_on = '2024-06-02', title_to = '2024-06-01'", "không theo quyết định nào"),
        ("withdrawal_id = NULL", "không theo quyết định nào"),
        ("withdrawn_on = NULL, title_to = NULL", "chưa bị thu hồi"),
    ],
)
def test_a_withdrawal_that_its_decision_does_not_confirm_is_found(title, change, words):
    withdraw(title.decision, title, decided_on=date(2024, 6, 1))
    with opened_tables():
        force(f"UPDATE learning_models_registration SET {change}")
    (fault,) = find_faults()
    assert words in fault


def test_counts_that_a_recount_does_not_confirm_are_found(title, monkeypatch):
    monkeypatch.setattr(integrity, "count_names", lambda quarters: {quarter: {} for quarter in quarters})
    (fault,) = find_faults()
    assert "số đếm 2022-Q4" in fault
