"""The office's pages about rounds, guidance and tokens, by hand on a phone and on a PC."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from organizations.models import Organization
from reports.guidance import publish_guidance
from reports.models import Report
from reports.tokens import issue_token
from tests.browser.test_print import check_sheets, print_page, text_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_quarter_is_opened_dated_and_closed(sonla, person):
    person.come_as("tinh")
    person.open("/reports/rounds/")
    person.look("rounds")
    person.follow("Mở kỳ mới")
    person.look("round-open")
    person.page.get_by_label("Hạn riêng của cấp xã").fill("32/07/2022")
    person.press("Mở kỳ báo cáo")
    assert "32/07/2022" in person.words()
    person.look("round-open-refused")
    person.page.get_by_label("Hạn riêng của cấp xã").fill("01072022")
    person.press("Mở kỳ báo cáo")
    assert "Đã mở quý II/2022" in person.words()
    person.look("round")
    person.follow("Đổi hạn, bổ sung đơn vị")
    person.page.get_by_label("Hạn nộp", exact=True).fill("10/07/2022")
    person.page.get_by_label("Lý do đổi hạn").fill("Mưa lũ ở Mường La")
    person.look("round-due-dates")
    person.press("Lưu hạn nộp")
    assert "Mưa lũ ở Mường La" in person.words()
    person.follow("Đóng kỳ")
    person.look("round-close")
    person.press("Đóng kỳ báo cáo")
    assert "Đã đóng quý II/2022" in person.words()
    person.follow("Ai chưa nộp")
    person.look("late-closed")
    person.follow("Cho nộp muộn")
    person.page.get_by_label("Lý do").fill("Mất điện")
    person.look("report-exception")
    person.press("Cho nộp muộn")
    assert "được nhập và nộp đến hết ngày" in person.words()
    person.look("round-closed")


def test_who_is_late_is_telephoned_along_a_printed_list(sonla, person):
    Report.objects.filter(round__quarter="2022-Q1", organization__code__startswith="SL.MC").update(status="returned")
    person.come_as("tinh")
    person.open("/reports/SL/2022-Q1/late/")
    assert person.page.locator('a[href^="tel:"]').count() > 20
    person.look("late")
    person.follow("In danh bạ điện thoại")
    person.look("late-print")
    sheets = print_page(person)
    check_sheets(sheets, "late")
    # Where a font lacks a letter the PDF is read back with gaps.
    text = text_of(sheets).replace(" ", "")
    assert text.startswith("HộiKhuyếnhọctỉnhSơnLaQuýI/2022Inngày")
    commune = Organization.objects.get(code="SL.TP.CHIENGDEN")
    assert commune.contact_phone.replace(" ", "") in text
    owed = Report.objects.filter(round__quarter="2022-Q1", status__in=Report.EDITABLE)
    waiting = owed.exclude(organization__code="SL").count()
    assert f"Cảdanhsách:{waiting}đơnvị" in text
    person.open("/reports/SL.TP.CHIENGDEN/2022-Q1/late/")
    person.look("late-nobody")


def test_guidance_is_written_read_and_followed_up(sonla, person, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    office = User.objects.get(username="tinh")
    province = Organization.objects.get(code="SL")
    file = ContentFile(b"%PDF-1.7", "Mẫu báo cáo quý của các đơn vị.pdf")
    publish_guidance(organization=province, title="Lịch báo cáo năm 2022", text="Nộp trước ngày 5.", user=office)
    publish_guidance(
        organization=province,
        title="Cách ghi số liệu mô hình học tập khi chưa có sổ",
        text="Ghi số gia đình đăng ký trong năm.\n\nChưa có số thì để trống, đừng ghi 0.",
        user=office,
        file=file,
    )
    person.come_as("xa")
    person.open("/reports/guidance/")
    person.look("guidance-reader")
    person.follow("Cách ghi số liệu")
    person.look("guidance-unread")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Tải tệp").click()
    assert download.value.suggested_filename == "Mẫu báo cáo quý của các đơn vị.pdf"
    person.press("Đã đọc")
    person.look("guidance-read")
    person.context.clear_cookies()
    person.come_as("tinh")
    person.open("/reports/guidance/")
    person.look("guidance")
    person.follow("Cách ghi số liệu")
    person.look("guidance-readers")
    person.follow("In danh bạ điện thoại")
    person.look("guidance-print")
    check_sheets(print_page(person), "guidance")
    person.open("/reports/guidance/create/")
    person.page.get_by_label("Tiêu đề").fill("Nhắc nộp sớm")
    person.page.get_by_label("Nội dung").fill("Nộp trước hạn một ngày.")
    wrong = tmp_path / "mau.pdf"
    wrong.write_bytes(b"<html>")
    person.page.locator("input[type=file]").set_input_files(wrong)
    person.press("Gửi hướng dẫn")
    assert "không đúng dạng .pdf" in person.words()
    person.look("guidance-create")
    person.press("Gửi hướng dẫn")
    assert "Đã gửi" in person.words()
    person.follow("Rút hướng dẫn")
    person.look("guidance-withdraw")
    person.press("Rút hướng dẫn")
    person.look("guidance-withdrawn")


def test_a_token_is_issued_shown_once_and_revoked(sonla, person):
    district = Organization.objects.get(code="SL.MC")
    issue_token(organization=district, label="Trang tin của huyện", user=User.objects.get(username="tinh"))
    person.come_as("tinh")
    person.open("/reports/tokens/")
    person.look("tokens")
    person.follow("Cấp khoá")
    person.page.get_by_label("Dùng cho").fill("Cổng thông tin điện tử của tỉnh")
    person.look("token-create")
    person.press("Cấp khoá")
    secret = person.page.get_by_label("Khoá", exact=True).input_value()
    assert secret.startswith("kh_")
    person.look("token-issued")
    answer = person.page.request.get(
        f"{person.address}/reports/SL/2022-Q1/summary.json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.json()["organization"]["code"] == "SL"
    person.follow("Đã chép")
    assert f"{timezone.localdate():%d/%m/%Y}" in person.words()
    person.follow("Thu hồi")
    person.look("token-revoke")
    person.press("Thu hồi khoá")
    person.look("tokens-revoked")


def test_empty_pages_say_why(sonla, person):
    person.come_as("huyen")
    person.open("/reports/guidance/")
    assert "Khi hội cấp trên gửi hướng dẫn" in person.words()
    person.look("guidance-empty")
    person.context.clear_cookies()
    person.come_as("tinh")
    person.open("/reports/tokens/")
    assert "Chưa cấp khoá nào" in person.words()
    person.look("tokens-empty")


def test_a_closed_round_of_the_past_is_listed_beside_the_open_ones(sonla, person):
    Report.objects.filter(round__quarter="2021-Q1").update(status="accepted", open_until=date(2021, 5, 1))
    person.come_as("tinh")
    person.open("/reports/rounds/SL/2021-Q1/")
    assert "(đã hết)" in person.words()
    person.open("/reports/rounds/")
    assert "Đã đóng" in person.words()
