"""The register taken home as a spreadsheet."""

import pytest
from django.urls import reverse

from learning_models.exports import RegistrationExport
from tests.learning_models.register import add_count, add_registration, recognise, review

pytestmark = pytest.mark.django_db


def rows(export, user, **choices):
    made = export(user=user, choices=choices)
    heads = [column.code for column in made.given]
    return [dict(zip(heads, cells, strict=True)) for cells in made.values()]


def test_names_go_out_within_the_scope(cast):
    row = add_registration(cast.branch, name="Lò Văn An", address="Bản Đồi", people=4)
    review(row)
    recognise(row)
    add_registration(cast.second)
    (found,) = rows(RegistrationExport, cast.secretary, year=2022)
    assert (found["registrant"], found["address"], found["people"]) == ("Lò Văn An", "Bản Đồi", 4)
    assert (found["decision_number"], found["status"]) == ("12/QĐ-UBND", "được công nhận")
    assert rows(RegistrationExport, cast.secretary, year=2021) == []
    assert rows(RegistrationExport, cast.secretary, model="clan") == []
    assert rows(RegistrationExport, cast.secretary, status="withdrawn") == []
    assert len(rows(RegistrationExport, cast.manager)) == 2


def test_who_only_looks_gets_no_addresses(cast):
    add_registration(cast.branch, name="Lò Văn An", address="Bản Đồi", people=4)
    (found,) = rows(RegistrationExport, cast.viewer)
    assert not {"address", "people"} & set(found)


def test_numbers_follow_the_names(cast):
    add_registration(cast.branch)
    add_count(cast.first, 30)
    _, found = rows(RegistrationExport, cast.secretary, status="registered")
    assert (found["organization_code"], found["count"], found["registrant"]) == ("A.D.1", 30, None)
    assert rows(RegistrationExport, cast.secretary, status="withdrawn") == []


def test_the_list_leads_to_its_export(client, cast):
    add_registration(cast.branch)
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"{reverse('learning_models:registration_list')}?year=2022&status=registered")
    answer = client.post(page.context["export_url"], {"organization": "A.D.1", "year": "2022", "format": "csv"})
    assert "Hộ 0" in b"".join(answer.streaming_content).decode()
