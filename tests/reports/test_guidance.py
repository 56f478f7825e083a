"""Guidance: who sees it, who has read it, whom to telephone; and files that are what they say."""

import io
import zipfile
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertTemplateUsed

from core.periods import Quarter
from organizations.models import Organization, Role
from reports.guidance import mark_read, publish_guidance, unread_guidance, withdraw_guidance
from reports.models import Guidance, GuidanceReading
from tests.conftest import appoint, plant

LIST, CREATE = "/reports/guidance/", "/reports/guidance/create/"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


def tell(unit, user=None, title="Cách báo cáo", **facts):
    return publish_guidance(organization=unit, title=title, text="Ghi đủ.\nNộp đúng hạn.", user=user, **facts)


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def office_file(part, *more):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return stream.getvalue()


PDF = b"%PDF-1.7 ..."
GOOD = {
    "mau.pdf": PDF,
    "Mẫu số 1.DOCX": office_file("word/document.xml"),
    "bang.xlsx": office_file("xl/workbook.xml"),
    "anh.png": b"\x89PNG\r\n\x1a\n....",
    "anh.jpg": b"\xff\xd8\xff\xe0....",
    "anh.jpeg": b"\xff\xd8\xff\xe0....",
}
BAD = {
    "virus.exe": b"MZ....",
    "trang.html": b"<script>alert(1)</script>",
    "mau.pdf": b"<script>%PDF-</script>",
    "mau.docx": office_file("xl/workbook.xml"),
    "bang.xlsx": office_file("xl/workbook.xml", "xl/vbaProject.bin"),
    "anh.png": PDF,
    "anh.jpg": b"GIF89a",
    "nen.docx": b"PK\x03\x04 hong",
    "khong-duoi": PDF,
    "hai.pdf.svg": PDF,
}


# Who sees what.


def test_a_unit_sees_its_own_guidance_and_that_of_all_units_above(cast):
    for unit in (cast.province, cast.east, cast.first, cast.west, cast.branch, cast.other):
        tell(unit, title=unit.code)
    seen = {item.title for item in unread_guidance(cast.secretary, cast.first)}
    assert seen == {"A", "A.D", "A.D.1"}
    assert list(unread_guidance(cast.secretary, None)) == []


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("secretary", 200),
        ("viewer", 200),
        ("district_viewer", 200),
        ("district_manager", 200),
        ("manager", 200),
        ("administrator", 200),
        # Appointed above, and not answering for it.
        ("reviewer", 404),
        ("stranger", 404),
        ("nobody", 403),
    ],
)
def test_readers_are_appointed_at_the_unit_or_below_and_the_author_sees_it_too(as_, cast, person, status):
    guidance = tell(cast.east, file=SimpleUploadedFile("mau.pdf", PDF))
    client = as_(person)
    assert client.get(guidance.get_absolute_url()).status_code == status
    assert client.get(f"{guidance.get_absolute_url()}file/").status_code == status
    if status != 403:
        assert len(client.get(LIST).context["object_list"]) == (status == 200)


def test_a_withdrawn_guidance_stays_for_its_author_only(as_, cast):
    guidance = tell(cast.east, file=SimpleUploadedFile("mau.pdf", PDF))
    address = guidance.get_absolute_url()
    page = words(as_("district_manager").get(f"{address}withdraw/"))
    assert "không còn thấy hướng dẫn" in page
    answer = as_("district_manager").post(f"{address}withdraw/", follow=True)
    assert "Đã rút lúc" in words(answer)
    assert guidance.history.first().history_user == cast.district_manager
    assert as_("district_manager").get(f"{address}withdraw/").status_code == 404
    for path in (address, f"{address}file/"):
        assert as_("secretary").get(path).status_code == 404
    assert list(unread_guidance(cast.secretary, cast.first)) == []


def test_nobody_below_withdraws_what_came_from_above(as_, cast):
    guidance = tell(cast.province)
    assert as_("district_manager").post(f"{guidance.get_absolute_url()}withdraw/").status_code == 404
    assert as_("secretary").post(f"{guidance.get_absolute_url()}withdraw/").status_code == 403
    guidance.refresh_from_db()
    assert not guidance.is_withdrawn


# Reading.


def test_opening_writes_nothing_and_the_button_writes_once(as_, cast):
    guidance = tell(cast.province)
    client = as_("secretary")
    assert "Đã đọc</button>" in words(client.get(guidance.get_absolute_url()))
    assert not GuidanceReading.objects.exists()
    assert list(unread_guidance(cast.secretary, cast.first)) == [guidance]
    for _ in range(2):
        client.post(f"{guidance.get_absolute_url()}read/")
    assert GuidanceReading.objects.get().user == cast.secretary
    assert list(unread_guidance(cast.secretary, cast.first)) == []
    assert list(unread_guidance(cast.viewer, cast.first)) == [guidance]
    assert "Đã đọc</button>" not in words(client.get(guidance.get_absolute_url()))
    assert client.get(f"{guidance.get_absolute_url()}read/").status_code == 405


def test_only_those_it_is_meant_for_can_have_read_it(as_, cast):
    guidance = tell(cast.east)
    # The province's manager answers for it, and is above it.
    assert as_("manager").post(f"{guidance.get_absolute_url()}read/").status_code == 404
    assert as_("stranger").post(f"{guidance.get_absolute_url()}read/").status_code == 404
    assert not GuidanceReading.objects.exists()


def test_what_one_wrote_oneself_is_not_unread(cast):
    tell(cast.province, user=cast.manager)
    assert list(unread_guidance(cast.manager, cast.province)) == []


def test_the_list_marks_what_is_unread(as_, cast):
    read, unread = tell(cast.province, title="Cũ"), tell(cast.province, title="Mới")
    mark_read(read, cast.secretary)
    response = as_("secretary").get(LIST)
    assert response.context["unread"] == {unread.pk}
    assert words(response).count("Chưa đọc") == 1


def test_the_first_page_shows_three_and_a_way_to_the_rest(as_, cast):
    client = as_("secretary")
    assert "chưa đọc" not in client.get("/").content.decode()
    for number in range(4):
        tell(cast.province, title=f"Hướng dẫn <{number}>")
    page = client.get("/").content.decode()
    assert "4 hướng dẫn ông/bà chưa đọc" in page
    assert "Hướng dẫn &lt;3&gt;" in page
    assert "&lt;0&gt;" not in page
    assert LIST in page


# The author's side.


def test_the_author_sees_who_has_read_it_and_which_units_to_telephone(as_, cast):
    guidance = tell(cast.east)
    Organization.objects.filter(pk=cast.second.pk).update(contact_name="Văn phòng", contact_phone="0912 000 111")
    mark_read(guidance, cast.secretary)
    response = as_("district_manager").get(guidance.get_absolute_url())
    assert [unit.code for unit in response.context["silent_units"]] == ["A.D.2"]
    assert [(reader.reading.user, [unit.code for unit in reader.units]) for reader in response.context["readers"]] == [
        (cast.secretary, ["A.D.1"])
    ]
    page = words(response)
    assert "1/2 đơn vị chưa có ai bấm" in page
    assert 'href="tel:0912000111"' in page


def test_who_reads_at_the_district_has_not_read_for_the_commune(as_, cast):
    guidance = tell(cast.province)
    mark_read(guidance, cast.district_viewer)
    response = as_("manager").get(guidance.get_absolute_url())
    assert [unit.code for unit in response.context["silent_units"]] == ["A.T", "A.D.1", "A.D.2", "A.T.1", "A.CA"]


def test_readers_do_not_see_who_else_has_read(as_, cast):
    guidance = tell(cast.province)
    mark_read(guidance, cast.viewer)
    page = words(as_("secretary").get(guidance.get_absolute_url()))
    assert "Người đã đọc" not in page
    assert cast.viewer.full_name not in page


def test_the_telephone_list_is_printed_whole(as_, cast):
    guidance = tell(cast.west)
    for number in range(60):
        plant(f"A.T.M{number}", f"Hội Khuyến học xã Mới {number}", "commune", cast.west)
    client = as_("manager")
    assert len(client.get(guidance.get_absolute_url()).context["silent_units"]) == 50
    printed = client.get(guidance.get_absolute_url(), {"print": "1"})
    assertTemplateUsed(printed, "base_document.html")
    assert len(printed.context["silent_units"]) == 61


@pytest.mark.parametrize("address", [LIST, "detail"])
def test_eleven_ask_no_more_than_one(as_, cast, address):
    guidance = tell(cast.province)
    mark_read(guidance, cast.secretary)
    client = as_("manager")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(guidance.get_absolute_url() if address == "detail" else LIST).status_code == 200
        return len(captured)

    queries()
    one = queries()
    for number in range(10):
        tell(cast.province, title=str(number))
        unit = plant(f"A.T.M{number}", f"Hội Khuyến học xã Mới {number}", "commune", cast.west)
        mark_read(guidance, appoint(f"reader-{number}", unit, Role.VIEWER))
        plant(f"A.T.S{number}", f"Hội Khuyến học xã Im {number}", "commune", cast.west)
    assert queries() == one


# Writing.


def test_a_manager_writes_to_the_units_of_their_own(as_, cast):
    answer = as_("district_manager").post(
        CREATE,
        {
            "title": "Cách báo cáo",
            "text": "Ghi đủ.",
            "quarter": "I/2022",
            "file": SimpleUploadedFile("Mẫu số 1.pdf", PDF),
        },
        follow=True,
    )
    guidance = Guidance.objects.get()
    assert (guidance.organization, guidance.author, guidance.quarter) == (
        cast.east,
        cast.district_manager,
        Quarter(2022, 1),
    )
    assert guidance.file_name == "Mẫu số 1.pdf"
    assert "Mẫu" not in guidance.file.name
    assert len(guidance.file.name) > 32
    assert "Đã gửi" in words(answer)


def test_nobody_writes_for_a_unit_of_others(as_, cast):
    form = as_("administrator").get(CREATE).context["form"]
    assert [code for code, _ in form.fields["organization"].choices] == ["A", "B"]
    as_("district_manager").post(CREATE, {"organization": "A", "title": "x", "text": "y"})
    assert Guidance.objects.get().organization == cast.east
    assert as_("secretary").get(CREATE).status_code == 403


def test_title_and_text_are_needed_and_shown_escaped(as_, cast):
    client = as_("manager")
    assert words(client.post(CREATE, {"title": "", "text": ""})).count("field-invalid") == 2
    client.post(CREATE, {"title": "<b>Gấp</b>", "text": "<script>1</script>\n\nhai"})
    page = as_("secretary").get(Guidance.objects.get().get_absolute_url()).content.decode()
    assert "<script>1" not in page
    assert "&lt;b&gt;Gấp" in page


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_kept_and_comes_back_only_as_a_download(as_, cast, name):
    as_("manager").post(CREATE, {"title": "x", "text": "y", "file": SimpleUploadedFile(name, GOOD[name])})
    guidance = Guidance.objects.get()
    response = as_("secretary").get(f"{guidance.get_absolute_url()}file/")
    assert b"".join(response.streaming_content) == GOOD[name]
    assert response.headers["Content-Disposition"].startswith("attachment; filename")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in response.headers["Content-Type"]


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_what_it_says_is_refused(as_, cast, name):
    answer = as_("manager").post(CREATE, {"title": "x", "text": "y", "file": SimpleUploadedFile(name, BAD[name])})
    assert "Chỉ nhận PDF" in words(answer) or "Nội dung tệp không đúng dạng" in words(answer)
    assert not Guidance.objects.exists()


def test_a_file_that_is_too_large_is_refused(as_, cast, settings):
    settings.MAX_UPLOAD_MB = 1
    file = SimpleUploadedFile("to.pdf", PDF + b" " * 1024 * 1024)
    assert "Tệp nặng 2 MB" in words(as_("manager").post(CREATE, {"title": "x", "text": "y", "file": file}))
    assert not Guidance.objects.exists()


def test_without_a_file_or_with_one_that_is_lost_there_is_no_download(as_, cast):
    guidance = tell(cast.province)
    assert as_("secretary").get(f"{guidance.get_absolute_url()}file/").status_code == 404
    lost = tell(cast.province, file=SimpleUploadedFile("mau.pdf", PDF))
    lost.file.storage.delete(lost.file.name)
    assert as_("secretary").get(f"{lost.get_absolute_url()}file/").status_code == 404


def test_withdrawing_twice_is_refused(cast):
    guidance = tell(cast.province)
    withdraw_guidance(guidance=guidance, user=None)
    with pytest.raises(Exception, match="đã rút rồi"):
        withdraw_guidance(guidance=guidance, user=None)
