"""Numbers without names, beside the names."""

from datetime import date

import pytest
from django.urls import reverse

from learning_models.models import RegistrationCount
from tests.learning_models.register import add_count, add_registration

LIST = f"{reverse('learning_models:count_list')}?unit=A.D.1&model=family&year=2022"
CREATE = f"{reverse('learning_models:count_create')}?organization=A.D.1&model=family&year=2022"


def sent(**facts):
    values = {"organization": "A.D.1", "model": "family", "year": "2022", "count": "30"}
    return values | {"registered_on": "15/01/2022", "status": "registered"} | facts


def test_numbers_stand_beside_the_names_of_their_unit(visit, cast):
    add_registration(cast.first)
    add_registration(cast.branch)
    add_count(cast.first, 1234)
    add_count(cast.second, 5)
    page = visit(LIST)
    assert [(row.count, named) for row, named in page.context["rows"]] == [(1234, 1)]
    assert "2 hộ theo danh sách + 1.234 theo số đếm = 1.236 hộ" in page.content.decode()


def test_a_number_is_written_corrected_and_taken_away_with_its_history(visit, cast):
    assert visit(CREATE, **sent()).status_code == 302
    row = RegistrationCount.objects.get()
    assert (row.organization, row.count, row.registered_on) == (cast.first, 30, date(2022, 1, 15))
    edit = reverse("learning_models:count_edit", args=[row.pk])
    assert visit(edit).context["form"]["registered_on"].value() == "15/01/2022"
    visit(edit, **sent(count="1.040", reason="Đếm lại"))
    row.refresh_from_db()
    assert row.count == 1040
    assert "Đếm lại" in visit(edit).content.decode()
    delete = reverse("learning_models:count_delete", args=[row.pk])
    assert "1.040" in visit(delete).content.decode() or "1040" in visit(delete).content.decode()
    visit(delete, reason="Đã có tên")
    assert not RegistrationCount.objects.exists()
    assert [each.history_type for each in RegistrationCount.history.order_by("history_id")] == ["+", "~", "-"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"status": "recognised"}, "recognised_on"),
        ({"status": "recognised", "recognised_on": "01/01/2022"}, "recognised_on"),
        ({"status": "recognised", "recognised_on": "01/06/2022", "title_to": "01/05/2022"}, "title_to"),
        ({"registered_on": "01/01/2023"}, "registered_on"),
        ({"count": "x"}, "count"),
        ({"organization": "A.D.2"}, "organization"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(visit, cast, facts, field):
    page = visit(CREATE, **sent(**facts))
    assert set(page.context["form"].errors) == {field}
    assert page.context["form"]["model"].value() == "family"
    assert not RegistrationCount.objects.exists()


def test_a_second_number_of_the_same_kind_is_refused(visit, cast):
    visit(CREATE, **sent())
    page = visit(CREATE, **sent(count="31"))
    assert "Đã có số đếm" in page.content.decode()
    visit(CREATE, **sent(status="recognised", recognised_on="20/12/2022", decision_number="12/QĐ"))
    assert RegistrationCount.objects.count() == 2


def test_a_title_belongs_to_the_recognised_only(visit, cast):
    visit(CREATE, **sent(recognised_on="20/12/2022", decision_number="12/QĐ"))
    row = RegistrationCount.objects.get()
    assert (row.recognised_on, row.decision_number) == (None, "")


def test_a_viewer_reads_but_does_not_write(visit, cast):
    row = add_count(cast.first, 30)
    assert "Ghi số đếm" not in visit(LIST, "viewer").content.decode()
    assert visit(reverse("learning_models:count_edit", args=[row.pk]), "viewer", **sent()).status_code == 403
