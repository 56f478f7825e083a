"""Titles that came by file are withdrawn in the application: by a dated decision with number and reason."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.periods import Quarter
from learning_models.decisions import issue_decision, list_registrations, mark_of_list, open_filed_withdrawal
from learning_models.documents import official_decision, proposal
from learning_models.integrity import find_faults
from learning_models.models import Certificate, RecognitionDecision, Registration
from learning_models.statistics import count_names
from organizations.tree import move_organization
from spreadsheets.services import apply_batch, undo_batch, upload_spreadsheet
from tests.learning_models.register import add_registration, recognise, review

pytestmark = pytest.mark.django_db
HEADER = "organization_code,model,year,registrant,status,decision_number,decision_date"
EVERYWHERE = Registration.objects.all()


@pytest.fixture
def files(cast, settings, tmp_path, client):
    """Two titles of one decision and one of another, brought by a file to the first commune's branch."""
    settings.MEDIA_ROOT = tmp_path / "media"
    cast.batch = bring(
        cast.manager,
        "A.D.1.1,family,2022,Lò An,recognised,7/QĐ,20/12/2022",
        "A.D.1.1,family,2022,Cà Bình,recognised,7/QĐ,20/12/2022",
        "A.D.1.1,family,2022,Vì Hà,recognised,8/QĐ,21/12/2022",
    )
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    cast.client = client
    return cast


def bring(user, *rows):
    file = SimpleUploadedFile("ds.csv", "\n".join([HEADER, *rows]).encode())
    batch = upload_spreadsheet(kind="registrations", file=file, name=file.name, user=user)
    return apply_batch(batch=batch, user=user)


def title(name):
    return Registration.objects.get(registrant__name=name)


def names_on_the_list(decision):
    return list(decision.withdrawn_registrations.values_list("registrant__name", flat=True))


def begin(row, organization, **facts):
    values = {"given_by": "Chủ tịch xã", "grounds": "Vi phạm", "reach": EVERYWHERE.all(), "user": None} | facts
    return open_filed_withdrawal(registration=row, organization=organization, **values)


def issue(decision, day=date(2023, 5, 10)):
    return issue_decision(decision=decision, number="1/QĐ-TH", decided_on=day, authority="Chủ tịch", user=None)


def test_from_the_page_of_the_registrant_to_the_issue(files):
    row = title("Lò An")
    url = reverse("learning_models:filed_withdraw", args=[row.pk])
    assert url in files.client.get(row.registrant.get_absolute_url()).content.decode()
    page = files.client.get(url)
    assert page.context["form"]["organization"].value() == "A.D.1"
    values = {"organization": "A.D.1", "given_by": "Chủ tịch xã", "grounds": "Vi phạm"}
    answer = files.client.post(url, values, follow=True)
    assert "Quyết định công nhận số 7/QĐ ngày 20/12/2022 (danh hiệu nhập từ tệp)" in answer.content.decode()
    decision = RecognitionDecision.objects.get()
    assert (decision.kind, decision.given.number, names_on_the_list(decision)) == ("withdrawal", "7/QĐ", ["Lò An"])
    candidates = files.client.get(reverse("learning_models:decision_candidates", args=[decision.pk]))
    assert [each.registrant.name for each in candidates.context["object_list"]] == ["Cà Bình"]
    page = files.client.get(row.registrant.get_absolute_url()).content.decode()
    assert "đang ở danh sách thu hồi" in page
    assert url not in page
    assert files.client.get(url).status_code == 404
    values = {"number": "1/QĐ-TH", "decided_on": "10/05/2023", "authority": "Chủ tịch", "body": "Uỷ ban nhân dân"}
    values |= {"signing": "CHỦ TỊCH", "confirmed": "on", "seen": f"1.{mark_of_list(decision)}"}
    files.client.post(reverse("learning_models:decision_issue", args=[decision.pk]), values)
    row.refresh_from_db()
    assert (row.withdrawn_on, row.title_to, row.withdrawn_reason) == (date(2023, 5, 10), date(2023, 5, 9), "Vi phạm")
    assert row.history.first().history_user == files.secretary
    assert "theo 1/QĐ-TH: Vi phạm" in files.client.get(row.registrant.get_absolute_url()).content.decode()
    assert not Certificate.objects.exists()


def test_statistics_and_the_proof_agree(files):
    issue(begin(title("Lò An"), files.first))
    assert list(find_faults()) == []
    quarter = Quarter(2023, 2)
    registered, recognised, _ = count_names([quarter])[quarter][files.branch.pk, "family"]
    assert (registered, recognised) == (0, 2)


def test_the_papers_name_the_decision_that_gave_the_titles(files):
    taken = issue(begin(title("Lò An"), files.first))
    text = " ".join(words for _, words in proposal(taken).lines)
    assert "Căn cứ Quyết định số 7/QĐ ngày 20 tháng 12 năm 2022 của Chủ tịch xã" in text
    text = " ".join(words for _, words in official_decision(taken).lines)
    assert "đã công nhận tại Quyết định số 7/QĐ ngày 20 tháng 12 năm 2022 của 1 hộ" in text


def test_only_titles_of_that_decision_and_place_are_listed(files):
    decision = begin(title("Lò An"), files.first)
    here = add_registration(files.branch, name="Của phần mềm")
    review(here)
    recognise(here, number="7/QĐ")
    for row in (title("Vì Hà"), here, title("Lò An")):
        with pytest.raises(ValidationError, match="đã thay đổi"):
            list_registrations(decision=decision, keys=[row.pk], reach=EVERYWHERE.all(), user=None)
    with pytest.raises(ValidationError, match="danh sách thu hồi khác"):
        begin(here, files.first)
    with pytest.raises(ValidationError, match="không thuộc đơn vị này"):
        begin(title("Cà Bình"), files.second)


def test_what_was_withdrawn_stays_withdrawn(files):
    row = title("Lò An")
    issue(begin(row, files.first))
    with pytest.raises(ValidationError, match="đã bị thu hồi"):
        begin(row, files.first)
    for change in (
        lambda: Registration.objects.filter(pk=row.pk).update(withdrawn_on=None),
        lambda: Registration.objects.filter(pk=row.pk).update(status="registered"),
        Registration.objects.filter(pk=row.pk).delete,
        lambda: title("Lò An").save(update_fields=["withdrawn_on"]),
        title("Lò An").save,
        title("Lò An").delete,
    ):
        with pytest.raises(ValidationError, match="giữ nguyên"):
            change()
    with pytest.raises(ValidationError):
        bring(files.manager, "A.D.1.1,family,2022,Lò An,recognised,9/QĐ,22/12/2022")
    undone = undo_batch(batch=files.batch, user=files.manager).undone
    assert (undone["deleted"], undone["kept"]) == (2, 1)
    assert title("Lò An").withdrawn_on == date(2023, 5, 10)


def test_whoever_has_no_say_there_begins_nothing(files, client):
    row = title("Lò An")
    url = reverse("learning_models:filed_withdraw", args=[row.pk])
    values = {"organization": "A", "given_by": "", "grounds": "Vi phạm"}
    answer = files.client.post(url, values)
    assert "organization" in answer.context["form"].errors
    client.force_login(files.viewer, backend="django.contrib.auth.backends.ModelBackend")
    assert "Thu hồi danh hiệu" not in client.get(row.registrant.get_absolute_url()).content.decode()
    assert client.post(url, values).status_code == 403
    assert not RecognitionDecision.objects.exists()


def test_titles_of_a_unit_that_moved_are_withdrawn_by_its_new_superior(files, client):
    row = add_registration(files.branch, name="Của phần mềm")
    review(row)
    decision = recognise(row, organization=files.first)
    move_organization(organization=files.branch, parent=files.second, on=date(2023, 1, 1), user=None, reason="–")
    client.force_login(files.district_manager, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("learning_models:decision_withdraw", args=[decision.pk])
    client.post(url, {"grounds": "Vi phạm", "organization": "A.D.2"})
    taken = decision.followers.get()
    assert taken.organization == files.second
    client.post(reverse("learning_models:decision_candidates", args=[taken.pk]), {"registration": [row.pk]})
    issue(taken)
    row.refresh_from_db()
    assert row.withdrawn_on == date(2023, 5, 10)
    answer = client.post(url, {"grounds": "Vi phạm", "organization": "A.T.1"})
    assert "organization" in answer.context["form"].errors
