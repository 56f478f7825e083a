"""The administrator's pages tell no ID number, and open without its key."""

import pytest
from django.urls import reverse

from core.encryption import UNREADABLE
from members.models import DifferentPeople
from tests.members.people import enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, cast):
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_history_says_that_a_number_was_changed_and_not_to_what(office, cast):
    person = enter(cast.branch, "Lò Thị Hà", id_number="014060001234", note="cũ")
    person.id_number, person.note = "014060005678", "mới"
    person.save()
    page = office.get(reverse("admin:members_member_history", args=[person.pk])).content.decode()
    assert "mới" in page
    assert "•••" in page
    assert "01406000" not in page
    for row in person.history.all():
        url = reverse("admin:members_member_simple_history", args=[person.pk, row.pk])
        assert "01406000" not in office.get(url).content.decode()


def test_lists_and_pages_open_though_the_key_is_lost(office, cast, settings):
    people = [enter(cast.branch, name, id_number="014060001234") for name in ("Lò Thị Hà", "Lò Văn Hai")]
    DifferentPeople.objects.create(first=people[0], second=people[1])
    settings.PERSONAL_DATA_KEYS = ["7:another secret"]
    for model in ("member", "membership", "differentpeople", "merging", "idnumberreading", "duesline"):
        assert office.get(reverse(f"admin:members_{model}_changelist")).status_code == 200
    page = office.get(reverse("admin:members_member_change", args=[people[0].pk])).content.decode()
    assert UNREADABLE in page
