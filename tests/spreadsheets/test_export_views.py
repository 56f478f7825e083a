"""Taking a list home through the browser, and who sees that it was taken."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertTemplateUsed

from members.models import Member
from members.services import create_member
from organizations.models import Role
from spreadsheets.models import ExportLog
from tests.factories import AppointmentFactory

BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = reverse("spreadsheets:export_list")
MEMBERS = reverse("spreadsheets:export_create", args=["members"])


@pytest.fixture
def browser(client, cast):
    """browser(person) is the test client signed in as a person of the cast."""

    def sign_in(person):
        client.force_login(getattr(cast, person), backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def members(cast):
    for unit, name in ((cast.first, "Lò Thị Hà"), (cast.second, "Cà Văn Bình"), (cast.third, "Lường Thị Tây")):
        member = Member(organization=unit, full_name=name, phone="0912", id_number="014160000123")
        create_member(member=member, joined_on=date(2020, 3, 1), user=None)


def take(client, url=MEMBERS, **fields):
    return client.post(url, {"format": "xlsx", "status": "active", **fields})


def rows_of(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [[cell.value for cell in row] for row in book["Nhập liệu"].iter_rows()]


def test_looking_at_the_form_takes_nothing(browser, members):
    page = browser("secretary").get(MEMBERS).content.decode()
    assert "được ghi vào nhật ký" in page
    assert ExportLog.objects.count() == 0


def test_the_file_comes_with_its_log(browser, cast, members):
    response = take(browser("secretary"), organization="A.D.1")
    assert response["Content-Disposition"].startswith('attachment; filename="members-A.D.1-')
    rows = rows_of(response)
    assert [row[1] for row in rows[1:]] == ["Lò Thị Hà"]
    log = ExportLog.objects.get()
    assert (log.user, log.organization, log.kind, log.format) == (cast.secretary, cast.first, "members", "xlsx")
    assert (log.rows, log.personal, log.on_request, log.selection) == (1, True, "", "đang sinh hoạt")


def test_without_a_choice_the_unit_worked_for_is_taken(browser, cast, members):
    response = browser("district_manager").post(MEMBERS)
    assert len(rows_of(response)) == 3
    log = ExportLog.objects.get()
    assert (log.organization, log.format, log.selection) == (cast.east, "xlsx", "đang sinh hoạt")


def test_csv_is_streamed_as_a_file(browser, members):
    response = take(browser("secretary"), format="csv", organization="A.D.1")
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert b"".join(response.streaming_content).startswith('\ufeff"Mã đơn vị*"'.encode())


@pytest.mark.parametrize(("person", "code"), [("stranger", "A.D.1"), ("secretary", "A.D.2"), ("secretary", "X")])
def test_a_unit_out_of_reach_is_404_in_the_address_and_refused_in_the_form(browser, members, person, code):
    client = browser(person)
    assert client.get(MEMBERS, {"organization": code}).status_code == 404
    page = take(client, organization=code).content.decode()
    assert f"Không có đơn vị mã “{code}” trong phạm vi" in page
    assert ExportLog.objects.count() == 0


def test_a_list_elsewhere_leads_here_with_its_filter(browser, cast, members):
    client = browser("manager")
    url = f"{MEMBERS}?organization=A.D.1&status=all&joined_from=01/02/2020&joined_to=02/02/2024&q=lo"
    page = client.get(url).content.decode()
    for words in ('value="A.D.1" selected', 'value="all" selected', "01/02/2020", "02/02/2024", 'value="lo"'):
        assert words in page
    fields = {"status": "all", "joined_from": "01/02/2020", "joined_to": "02/02/2024", "q": "lo"}
    response = take(client, url, organization="A.D.1", **fields)
    assert [row[1] for row in rows_of(response)[1:]] == ["Lò Thị Hà"]
    assert "vào từ ngày 01/02/2020" in ExportLog.objects.get().selection


def test_an_error_stands_beside_its_field_and_nothing_typed_is_lost(browser, members):
    fields = {"joined_from": "31/02/2020", "q": "Lò Thị", "status": "former", "organization": "A.D.2"}
    page = take(browser("manager"), **fields).content.decode()
    assert "31/02/2020 không có trong lịch" in page
    assert "form-errors" in page
    for words in ('value="31/02/2020"', 'value="Lò Thị"', 'value="former" selected', 'value="A.D.2" selected'):
        assert words in page
    assert ExportLog.objects.count() == 0


def test_the_page_says_what_is_left_out_and_so_does_the_log(browser, members):
    client = browser("viewer")
    page = client.get(MEMBERS).content.decode()
    assert "Tệp không kèm các cột" in page
    assert "Điện thoại" in page
    assert "Kèm cột" not in page
    headings = rows_of(take(client, id_number="on"))[0]
    assert "Điện thoại" not in headings
    assert "Số căn cước" not in headings
    assert not ExportLog.objects.get().personal


def test_id_numbers_are_asked_for_and_logged(browser, members):
    client = browser("manager")
    assert "Kèm cột “Số căn cước”" in client.get(MEMBERS).content.decode()
    assert "Số căn cước" not in rows_of(take(client))[0]
    assert "Số căn cước" in rows_of(take(client, id_number="on"))[0]
    assert [log.on_request for log in ExportLog.objects.order_by("pk")] == ["", "Số căn cước"]
    assert "Số căn cước" in client.get(LIST).content.decode()


def test_whoever_works_for_several_units_may_take_them_together(browser, cast, members):
    AppointmentFactory(user=cast.secretary, organization=cast.third, role=Role.SECRETARY)
    client = browser("secretary")
    assert "Mọi đơn vị trong phạm vi của tôi" in client.get(MEMBERS).content.decode()
    assert len(rows_of(take(client, organization=""))) == 3
    assert ExportLog.objects.get().organization is None
    for person, sees in (("manager", True), ("district_manager", True), ("stranger", False), ("viewer", False)):
        assert ("mọi đơn vị trong phạm vi" in browser(person).get(LIST).content.decode()) is sees


def test_the_log_shows_ones_own_and_a_managers_units(browser, members):
    take(browser("secretary"), organization="A.D.1")
    for person, rows in (
        ("secretary", 1),
        ("manager", 1),
        ("district_manager", 1),
        ("administrator", 1),
        ("viewer", 0),
        ("reviewer", 0),
        ("stranger", 0),
    ):
        assert len(browser(person).get(LIST).context["object_list"]) == rows, person


def test_the_log_is_printed_whole_and_takes_the_same_queries_for_any_length(browser, cast):
    client = browser("manager")

    def add(number):
        for _ in range(number):
            ExportLog.objects.create(
                kind="members", user=cast.secretary, organization=cast.first, format="csv", rows=5, personal=True
            )

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    add(1)
    count()  # the session is renewed on the first visit
    first = count()
    add(10)
    assert count() == first
    add(20)
    response = client.get(LIST, {"print": 1})
    assertTemplateUsed(response, "base_document.html")
    assert len(response.context["object_list"]) == 31


def test_the_log_is_never_changed(cast):
    log = ExportLog.objects.create(kind="members", user=cast.viewer, format="csv", rows=5, personal=False)
    with pytest.raises(ValidationError):
        log.save()
    with pytest.raises(ValidationError):
        log.delete()
    log.kind = "gone"
    assert log.kind_label == "gone"


def test_an_unknown_list_is_404(browser):
    assert browser("manager").get(reverse("spreadsheets:export_create", args=["appointments"])).status_code == 404


def test_the_import_page_offers_templates_that_are_filled_in(browser):
    page = browser("secretary").get(reverse("spreadsheets:batch_list")).content.decode()
    assert reverse("spreadsheets:export_create", args=["area_statistics"]) in page
    assert "Tải mẫu đã điền sẵn" in page
    assert LIST in page


def test_who_imports_nothing_still_finds_the_exports(browser):
    assert f'href="{LIST}"' in browser("viewer").get("/").content.decode()
