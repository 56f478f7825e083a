"""Files with headings of their own: the columns are chosen once and remembered."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from organizations.models import AreaStatistics
from spreadsheets.forms import LISTED_HEADINGS
from spreadsheets.kinds import find_kind
from spreadsheets.mappings import suggest_columns
from spreadsheets.models import ColumnMapping, ImportBatch
from spreadsheets.services import batches

BACKEND = "django.contrib.auth.backends.ModelBackend"
FOREIGN = "STT,Mã ĐV,Năm báo cáo,Tổng dân số\n1,A.D,2021,69195\n2,A.T,2021,123456789\n".encode()


@pytest.fixture
def office(client, cast):
    client.force_login(cast.manager, backend=BACKEND)
    return client


def upload(client, content=FOREIGN, kind="area_statistics"):
    data = {"kind": kind, "file": SimpleUploadedFile("lạ.csv", content)}
    return client.post(reverse("spreadsheets:batch_create"), data)


def choose(client, batch, **places):
    return client.post(reverse("spreadsheets:batch_columns", args=[batch.pk]), places)


def test_foreign_headings_lead_to_a_page_that_asks(office):
    upload(office)
    batch = ImportBatch.objects.get()
    assert batch.status == "unmapped"
    page = office.get(batch.get_absolute_url()).content.decode()
    assert "Chọn lại cột" in page
    response = office.get(reverse("spreadsheets:batch_columns", args=[batch.pk]))
    assert response.context["columns"][1] == ("B", "Mã ĐV", ["A.D", "A.T"])
    page = response.content.decode()
    assert "B: Mã ĐV" in page
    assert "A.D · A.T" in page
    assert "123456789" not in page, "what looks like the number of a paper is masked"
    assert AreaStatistics.objects.count() == 0


def test_the_choice_is_used_and_remembered_for_the_same_headings(office, cast):
    upload(office)
    batch = ImportBatch.objects.get()
    choose(office, batch, organization_code=1, year=2, population=3)
    batch.refresh_from_db()
    assert (batch.status, batch.counts["new"]) == ("checked", 2)
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    assert sorted(AreaStatistics.objects.values_list("population", flat=True)) == [69195, 123456789]
    assert ColumnMapping.objects.get().history.get().history_user == cast.manager
    again = upload(office, FOREIGN.replace(b"69195", b"70000"))
    batch = ImportBatch.objects.latest("pk")
    assert (batch.status, batch.counts["changed"]) == ("checked", 1)
    assert "lựa chọn đã nhớ" in office.get(again.url).content.decode()
    choose(office, batch, organization_code=1, year=2, households=3)
    assert ColumnMapping.objects.get().columns == {"organization_code": 1, "year": 2, "households": 3}
    batch.refresh_from_db()
    assert batch.samples["changed"][0]["changes"][0][0] == "Tổng dân số"


def test_another_users_choice_is_not_mine(office, cast, client):
    upload(office)
    choose(office, ImportBatch.objects.get(), organization_code=1, year=2)
    client.force_login(cast.secretary, backend=BACKEND)
    upload(client)
    assert ImportBatch.objects.latest("pk").status == "unmapped"


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"organization_code": 1}, "Hãy chọn cột của tệp ứng với “Năm”"),
        ({"organization_code": 1, "year": 1}, "Cột này đã chọn cho “Mã đơn vị”"),
        ({"organization_code": 1, "year": 99}, "99"),
    ],
)
def test_a_wrong_choice_is_explained_and_nothing_typed_is_lost(office, places, words):
    upload(office)
    page = choose(office, ImportBatch.objects.get(), **places).content.decode()
    assert words in page
    assert '<option value="1" selected>B: Mã ĐV' in " ".join(page.split())
    assert ImportBatch.objects.get().status == "unmapped"


def test_similar_names_are_suggested():
    kind = find_kind("members")
    headings = ["TT", "Họ tên hội viên", "Mã đơn vị", "Ngày tháng năm sinh", "Số thẻ hội viên", "Giới"]
    suggested = suggest_columns(kind, headings)
    assert (suggested["full_name"], suggested["organization_code"], suggested["card_number"]) == (1, 2, 4)
    assert len(set(suggested.values())) == len(suggested)


def test_a_name_is_not_taken_for_a_code_because_the_words_around_it_are_alike():
    headings = ["STT", "Tên hội viên", "Mã đơn vị", "Sinh ngày", "CCCD", "SĐT"]
    assert suggest_columns(find_kind("members"), headings) == {
        "full_name": 1,
        "organization_code": 2,
        "birth_date": 3,
        "id_number": 4,
        "phone": 5,
    }


def test_an_applied_file_is_not_mapped_again(office):
    upload(office)
    batch = ImportBatch.objects.get()
    choose(office, batch, organization_code=1, year=2)
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    assert choose(office, batch, organization_code=1, year=3).url == batch.get_absolute_url()
    assert AreaStatistics.objects.filter(year=2021).count() == 2


def test_a_file_of_many_columns_makes_no_heavy_page(office):
    heads = ",".join(f"Tiêu đề rất dài số {place}" for place in range(150))
    upload(office, f"{heads}\n{','.join('x' * 150)}\n".encode())
    page = office.get(reverse("spreadsheets:batch_columns", args=[ImportBatch.objects.get().pk])).content.decode()
    assert f"Còn {150 - LISTED_HEADINGS} cột nữa không hiện" in page


def test_the_choice_waits_for_the_worker_when_the_file_is_large(office, monkeypatch):
    upload(office)
    monkeypatch.setattr(batches, "BACKGROUND_BYTES", 1)
    choose(office, ImportBatch.objects.get(), organization_code=1, year=2)
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.is_worked_on) == ("waiting", True)


def test_a_file_without_headings_leaves_no_paper_number_behind(office):
    rows = ["A.D.1,Lò Văn Ân,014060001234,014 060 001 235", "A.D.1,Lò Văn Bình,số 014.060.001.237,014-060-001-238"]
    upload(office, "\n".join(rows).encode(), kind="members")
    batch = ImportBatch.objects.get()
    assert batch.headings["headings"] == ["A.D.1", "Lò Văn Ân", "•••234", "•••235"]
    assert batch.headings["examples"][2:] == [["số •••237"], ["•••238"]]
    assert "014" not in f"{batch.problems}{batch.warnings}"


def test_a_file_that_has_vanished_is_told(office):
    upload(office)
    batch = ImportBatch.objects.get()
    batch.file.storage.delete(batch.file.name)
    page = choose(office, batch, organization_code=1, year=2)
    assert "không còn nguyên vẹn" in page.content.decode()
    batch.refresh_from_db()
    assert batch.status == "unmapped"
    upload(office, b"organization_code,year,population\nA.D,2021,5\n")
    batch = ImportBatch.objects.latest("pk")
    batch.file.storage.delete(batch.file.name)
    page = office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]), follow=True)
    assert "không còn nguyên vẹn" in page.content.decode()
    assert AreaStatistics.objects.count() == 0


def test_passwords_are_never_offered_as_a_column_nor_shown(office):
    heads = "TT,Họ và tên công dân,Ngày tháng năm sinh,Nơi ở,Tên đăng nhập,Mật khẩu"
    citizens = f"{heads}\n1,Lò Văn Dân,1980,Bản Hai,dan80,s3cret\n"
    upload(office, citizens.encode(), kind="citizens")
    batch = ImportBatch.objects.get()
    assert suggest_columns(find_kind("citizens"), batch.headings["headings"]) == {"registrant": 1, "address": 3}
    page = office.get(reverse("spreadsheets:batch_columns", args=[batch.pk])).content.decode()
    assert "không đọc" in page
    assert not any(words in page for words in ("F: Mật khẩu", "E: Tên đăng nhập", "s3cret", "dan80"))
    assert "s3cret" not in f"{batch.headings}"
    choose(office, batch, organization_code=0, registrant=1, year=2, code=5)
    batch.refresh_from_db()
    assert batch.status == "unmapped"


def test_a_kind_that_asks_for_sign_in_names_gets_them():
    assert suggest_columns(find_kind("appointments"), ["Tên đăng nhập", "Mật khẩu"]) == {"username": 0}
