"""Targets, the form as a file and the trail, as a person sees them on a phone and on a PC."""

import io
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from organizations.models import Appointment
from reports.models import Report
from reports.services import (
    Edit,
    Return,
    accept_report,
    reopen_report,
    return_report,
    save_edits,
    submit_report,
)

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "SL.TP.CHIENGDEN"
REPORT = f"/reports/{UNIT}/2022-Q1/"
RATE, COUNT = "learning_models.family.registered_rate", "activities.training.learners"


def test_targets_are_looked_at_set_and_handed_down(sonla, person):
    person.come_as("tinh")
    person.open("/reports/")
    person.follow("Mục tiêu")
    person.look("targets-all")
    person.page.get_by_label("Chỉ tiêu").select_option(RATE)
    person.press("Xem")
    assert "Mục tiêu của cấp dưới gộp lại là 75,25%" in person.words()
    person.look("targets-rate")
    person.follow("Giao cho cấp dưới")
    assert "đã có mục tiêu khác" in person.words()
    person.look("targets-hand-down-rate")
    person.page.get_by_label("Thay mục tiêu của Thành phố Sơn La").check()
    person.press("Giao mục tiêu")
    assert "Đã giao mục tiêu cho 9 đơn vị." in person.words()
    person.look("targets-rate-handed-down")
    person.open(f"/reports/targets/SL/?year=2022&indicator={COUNT}")
    person.follow("Giao cho cấp dưới")
    person.look("targets-hand-down-count")
    person.press("Giao mục tiêu")
    assert "Bằng đúng mục tiêu của đơn vị" in person.words()
    person.look("targets-count-handed-down")


def test_a_target_is_set_and_a_wrong_one_answered_in_words(sonla, person):
    person.come_as("tinh")
    person.open("/reports/targets/SL/?year=2023")
    person.look("targets-empty")
    person.open(f"/reports/targets/SL/?year=2023&indicator={RATE}")
    person.look("targets-unset")
    person.follow("Đặt mục tiêu")
    person.page.get_by_label("Mục tiêu (%)").fill("101")
    person.press("Lưu mục tiêu")
    person.look("targets-refused")
    person.page.get_by_label("Mục tiêu (%)").fill("72,5")
    person.page.get_by_label("Theo văn bản").fill("Kế hoạch thử")
    person.press("Lưu mục tiêu")
    assert "72,5%" in person.words()
    person.look("targets-set")


def fill(content, values):
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Số liệu"]
    head = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "Chỉ tiêu")
    columns = {cell.value: cell.column for cell in sheet[head]}
    for row in range(head + 1, sheet.max_row + 1):
        for heading, value in values.get(sheet.cell(row, columns["Mã chỉ tiêu"]).value, {}).items():
            sheet.cell(row, columns[heading]).value = value
    stream = io.BytesIO()
    book.save(stream)
    return {"name": "bieu-mau.xlsx", "mimeType": "application/octet-stream", "buffer": stream.getvalue()}


def test_the_form_goes_home_and_comes_back(sonla, person):
    person.come_as("xa")
    person.open(f"{REPORT}summary/")
    person.follow("Nhập bằng Excel")
    person.look("form-upload")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Tải biểu mẫu").click()
    with open(download.value.path(), "rb") as stream:
        content = stream.read()
    first = fill(
        content,
        {
            "members.total": {"Số báo cáo": 1250, "Lý do": "Bổ sung chi hội mới"},
            "members.new": {"Số báo cáo": None, "Chưa có số liệu (x)": "x"},
            "members.left": {"Số báo cáo": 67.5},
        },
    )
    person.page.locator("input[type=file]").set_input_files(first)
    person.press("Xem sẽ thay đổi gì")
    assert "1.250" in person.words()
    person.look("form-preview")
    person.press("Ghi, bỏ qua những dòng không nhận được")
    assert "Đã ghi 2 ô." in person.words()
    person.look("form-saved")
    second = fill(content, {"members.total": {"Số báo cáo": 1300}})
    person.page.locator("input[type=file]").set_input_files(second)
    person.press("Xem sẽ thay đổi gì")
    assert "Người khác đã ghi khác" in person.words()
    person.look("form-conflict")
    person.open(f"{REPORT}form-upload/")
    person.page.locator("input[type=file]").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    person.press("Xem sẽ thay đổi gì")
    assert "không phải bảng tính" in person.words()
    person.look("form-refused")
    person.open(f"{REPORT}trail/?kind=figures")
    assert "1.250" in person.words()
    person.look("trail-figures")


def enter(report, user, *edits):
    versions = dict(report.figures.values_list("indicator__code", "version"))
    versions |= dict(report.narratives.values_list("section", "version"))
    edits = [replace(edit, version=versions.get(edit.target, 0)) for edit in edits]
    answers = save_edits(report=report, user=user, edits=edits)
    assert [answer["state"] for answer in answers] == ["saved"] * len(edits)


def test_the_trail_and_the_revisions(sonla, person):
    report = Report.objects.get(organization__code=UNIT, round__quarter="2022-Q1")
    secretary = Appointment.objects.get(user__username="xa").user
    reviewer = Appointment.objects.get(user__username="huyen", role="reviewer").user
    submit_report(report=report, user=secretary, warnings_confirmed=True)
    return_report(report=report, user=reviewer, returns=[Return("Hãy viết thêm kết quả", section="results")])
    enter(report, secretary, Edit(section="results", text="Mở 15 lớp học tại bản."))
    submit_report(report=report, user=secretary, warnings_confirmed=True)
    accept_report(report=report, user=reviewer)
    reopen_report(
        report=report, user=reviewer, reason="Đếm thiếu chi hội", open_until=timezone.localdate() + timedelta(days=9)
    )
    enter(
        report, secretary, Edit(indicator="members.total", value="1.999"), Edit(indicator="members.new", no_data=True)
    )
    enter(report, reviewer, Edit(section="results", text="Mở 16 lớp học tại bản."))
    submit_report(report=report, user=secretary, warnings_confirmed=True)
    accept_report(report=report, user=reviewer)
    person.come_as("xa")
    person.open(f"{REPORT}trail/")
    assert "Trạng thái: đang nhập → đã nộp" in person.words()
    person.look("trail")
    person.open(f"{REPORT}trail/?kind=words")
    person.look("trail-words")
    person.open(f"{REPORT}revisions/2/")
    assert "1.999" in person.words()
    person.look("revision")
    person.open(f"{REPORT}form-upload/")
    person.look("form-upload-closed")
