"""The way through the browser: upload, look, apply; and who sees whose files."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertTemplateUsed

from core.sheets import match_headings
from organizations.models import AreaStatistics
from spreadsheets.kinds import all_kinds
from spreadsheets.models import ImportBatch

HEADER = "organization_code,year,population"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def browser(client, cast):
    """browser(person) is the test client signed in as a person of the cast."""

    def sign_in(person):
        client.force_login(getattr(cast, person), backend=BACKEND)
        return client

    return sign_in


def upload(client, *rows, kind="area_statistics", name="Số liệu.csv", content=None, **fields):
    content = "\n".join([HEADER, *rows]).encode() if content is None else content
    data = {"kind": kind, "file": SimpleUploadedFile(name, content), **fields}
    return client.post(reverse("spreadsheets:batch_create"), data)


def test_a_file_is_uploaded_looked_at_and_applied(browser):
    client = browser("manager")
    response = upload(client, "A.D,2021,69.195")
    batch = ImportBatch.objects.get()
    assert response.url == reverse("spreadsheets:batch_detail", args=[batch.pk])
    page = client.get(response.url).content.decode()
    assert "Ghi 1 dòng vào sổ" in page
    assert "69.195" in page
    assert AreaStatistics.objects.count() == 0
    response = client.post(reverse("spreadsheets:batch_apply", args=[batch.pk]), follow=True)
    assert "Đã ghi vào sổ" in response.content.decode()
    assert AreaStatistics.objects.get().population == 69195
    assert "Ghi 1 dòng" not in response.content.decode()


def test_the_preview_shows_what_changes_from_what_to_what(browser, cast):
    AreaStatistics.objects.create(organization=cast.east, year=2021, population=5)
    client = browser("manager")
    page = client.get(upload(client, "A.D,2021,69195").url).content.decode()
    assert "population: 5 → 69.195" in " ".join(page.split())


def test_refused_rows_stand_on_the_page_with_line_column_and_reason(browser):
    client = browser("manager")
    page = client.get(upload(client, "A.D,2021,5", "A.T,2021,nhiều").url).content.decode()
    assert "Dòng 3" in page
    assert "không phải là số" in page
    assert "Chỉ ghi 1 dòng đúng" in page
    assert "vào sổ</button>" not in page


def test_all_or_nothing_unless_the_right_rows_are_asked_for(browser):
    client = browser("manager")
    url = upload(client, "A.D,2021,5", "A.T,2021,nhiều").url
    batch = ImportBatch.objects.get()
    client.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    batch.refresh_from_db()
    assert (batch.status, AreaStatistics.objects.count()) == ("failed", 0)
    url = upload(client, "A.D,2021,5", "A.T,2021,nhiều").url
    client.post(f"{url}apply/", {"partial": "1"})
    assert AreaStatistics.objects.count() == 1


def test_the_refused_rows_are_given_back_as_excel(browser):
    client = browser("manager")
    url = upload(client, "A.D,2021,nhiều").url
    response = client.get(f"{url}refused.xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="so-lieu-bi-tu-choi.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert sheet["C2"].value == "nhiều"
    assert client.get(upload(client, "A.D,2021,5").url + "refused.xlsx").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"%PDF-1.7", "không phải bảng tính"),
        ("a.csv", b"", "Tệp trống"),
        ("a.csv", b"a" * (1024 * 1024 + 1), "chỉ nhận tệp đến 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained_beside_the_field(browser, settings, name, content, words):
    settings.MAX_UPLOAD_MB = 1
    page = upload(browser("manager"), name=name, content=content).content.decode()
    assert words in page
    assert ImportBatch.objects.count() == 0


def test_only_kinds_within_the_role_are_offered_and_taken(browser):
    client = browser("secretary")
    page = client.get(reverse("spreadsheets:batch_list")).content.decode()
    assert "Số liệu địa bàn" in page
    assert "Phân công" not in page
    assert "không" in upload(client, "A.D.1,2021,5", kind="organizations").content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_row_out_of_reach_is_refused(browser):
    client = browser("secretary")
    upload(client, "A.D.2,2021,5")
    assert ImportBatch.objects.get().counts["refused"] == 1


def test_the_import_may_be_narrowed_to_one_of_ones_units(browser, cast):
    cast.manager.appointments.create(organization=cast.west, role="manager")
    client = browser("manager")
    assert "Chỉ nhận dòng của" in client.get(reverse("spreadsheets:batch_create")).content.decode()
    upload(client, "A.D,2021,5", organization="A.T")
    batch = ImportBatch.objects.get()
    assert (batch.organization, batch.counts["refused"]) == (cast.west, 1)


@pytest.mark.parametrize("person", ["manager", "stranger", "district_manager"])
def test_another_users_batch_is_404(browser, person):
    url = upload(browser("secretary"), "A.D.1,2021,nhiều").url
    client = browser(person)
    assert client.get(url).status_code == 404
    assert client.get(f"{url}refused.xlsx").status_code == 404
    assert client.post(f"{url}apply/").status_code == 404


@pytest.mark.parametrize("person", ["viewer", "nobody"])
def test_without_the_role_every_page_is_403(browser, person):
    client = browser(person)
    for name, arguments in (("batch_list", []), ("batch_create", []), ("kind_template", ["figures"])):
        assert client.get(reverse(f"spreadsheets:{name}", args=arguments)).status_code == 403


def test_signed_out_every_page_asks_to_sign_in(client, db):
    assert client.get(reverse("spreadsheets:batch_list")).status_code == 302


def test_applying_takes_a_post(browser):
    client = browser("manager")
    assert client.get(upload(client, "A.D,2021,5").url + "apply/").status_code == 405


@pytest.mark.parametrize("kind", list(all_kinds()))
def test_the_empty_template_of_a_kind_has_headings_that_are_understood(browser, kind):
    response = browser("administrator").get(reverse("spreadsheets:kind_template", args=[kind]))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    sheet = all_kinds()[kind]
    headings = [cell.value for cell in book.worksheets[0][1]]
    layout = match_headings(sheet.columns, headings)
    assert (len(layout.places), layout.unknown) == (len(sheet.columns), ())
    assert book.worksheets[1].max_row == len(sheet.columns) + 1


def test_the_template_of_a_kind_beyond_the_role_or_unknown_is_refused(browser):
    client = browser("secretary")
    assert client.get(reverse("spreadsheets:kind_template", args=["appointments"])).status_code == 403
    assert client.get(reverse("spreadsheets:kind_template", args=["unheard"])).status_code == 404


@pytest.mark.parametrize("rows", [1, 11])
def test_the_list_asks_as_often_for_many_batches_as_for_one(browser, rows, django_assert_max_num_queries):
    client = browser("manager")
    for _ in range(rows):
        upload(client, "A.D,2021,5")
    with django_assert_max_num_queries(16):
        assert client.get(reverse("spreadsheets:batch_list")).content.decode().count("Số liệu.csv") == rows


def test_an_administrator_looks_at_imports_in_the_admin_but_changes_nothing(browser):
    client = browser("administrator")
    upload(client, "A.D,2021,5")
    batch = ImportBatch.objects.get()
    assert client.get(reverse("admin:spreadsheets_importbatch_changelist")).status_code == 200
    page = client.get(reverse("admin:spreadsheets_importbatch_change", args=[batch.pk])).content.decode()
    assert "Số liệu.csv" in page
    assert 'name="_save"' not in page
    assert client.get(reverse("admin:spreadsheets_importbatch_add")).status_code == 403


def test_all_imports_are_printed_where_the_page_shows_twenty(browser):
    client = browser("manager")
    for number in range(21):
        upload(client, f"A.D,2021,{number}", name=f"Tệp {number}.csv")
    address = reverse("spreadsheets:batch_list")
    assert len(client.get(address).context["object_list"]) == 20
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address, {"print": "1"})
    assertTemplateUsed(response, "base_document.html")
    assert len(response.context["object_list"]) == 21
    page = " ".join(response.content.decode().split())
    assert "Cả danh sách: 21 lần nhập" in page
    assert "Tải tệp lên" not in page
    ImportBatch.objects.exclude(pk=response.context["object_list"][0].pk).delete()
    with CaptureQueriesContext(connection) as fewer:
        client.get(address, {"print": "1"})
    assert len(queries) == len(fewer)
    assert list(browser("stranger").get(address, {"print": "1"}).context["object_list"]) == []
