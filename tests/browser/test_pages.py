"""The pages of the first visit, as a person sees them on a phone and on a PC."""

import io

import pytest
from docx import Document

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_sign_in_to_the_summary_in_two_clicks(sonla, person):
    person.open("/")
    assert "/accounts/login/" in person.page.url
    person.look("sign-in")
    person.sign_in("tinh")
    person.look("home")
    person.page.get_by_role("link", name="Xem tổng hợp quý I/2022").click()
    person.page.wait_for_load_state("networkidle")
    words = person.words()
    assert "67,2" in words
    assert "Mộc Châu" in words
    person.look("summary")


def test_every_page_of_the_office_is_clean(sonla, person):
    person.come_as("tinh")
    for name, path in {
        "reports": "/reports/",
        "summary-year": "/reports/SL/2021/summary/",
        "summary-district": "/reports/SL.MC/2022-Q1/summary/",
        "tree": "/organizations/",
        "tree-search": "/organizations/?q=chieng+den",
        "unit": "/organizations/SL.TP/",
        "unit-create": "/organizations/SL.TP/create/",
        "unit-rename": "/organizations/SL.TP.CHIENGDEN/rename/",
        "unit-move": "/organizations/SL.TP.CHIENGDEN/move/",
        "unit-dissolve": "/organizations/SL.TP.CHIENGDEN/dissolve/",
        "unit-edit": "/organizations/SL.TP.CHIENGDEN/edit/",
        "unit-documents": "/organizations/SL.TP/document-settings/",
        "report-number": "/reports/SL/2022-Q1/document-number/",
        "imports": "/spreadsheets/",
        "exports": "/spreadsheets/exports/",
        "export-members": "/spreadsheets/export/members/",
        "password": "/accounts/password/",
    }.items():
        assert person.open(path).status == 200, path
        person.look(name)


def test_errors_speak_and_stay_in_the_frame(sonla, person):
    person.come_as("xa")
    assert person.open("/organizations/SL.MC/").status == 404
    person.faults.clear()  # the browser reports the 404 itself
    person.look("not-found")


def test_a_wrong_password_is_answered_in_words(sonla, person):
    person.sign_in("tinh", "sai-mat-khau")
    assert "chưa đúng" in person.words()
    person.look("sign-in-refused")


def test_the_word_report_is_downloaded(sonla, person):
    person.come_as("tinh")
    person.open("/reports/SL/2022-Q1/summary/")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Báo cáo Word").click()
    with open(download.value.path(), "rb") as file:
        text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(file.read())).paragraphs)
    assert "67,2%" in text


def test_a_spreadsheet_goes_in_with_a_preview_first(sonla, person, tmp_path):
    person.come_as("tinh")
    file = tmp_path / "don-vi.csv"
    file.write_text("code,name,level,parent_code\nSL.MC.X1,Xã Thử,commune,SL.MC\n,Thiếu mã,commune,SL.MC\n", "utf-8")
    person.open("/spreadsheets/")
    person.page.get_by_role("link", name="Tải lên").first.click()
    person.page.wait_for_load_state("networkidle")
    person.look("import-upload")
    person.page.locator("input[type=file]").set_input_files(file)
    person.page.get_by_role("button", name="Kiểm tra").click()
    person.page.wait_for_load_state("networkidle")
    assert "3" in person.words()
    person.look("import-preview")


def test_the_tree_opens_level_by_level(sonla, person):
    person.come_as("tinh")
    person.open("/organizations/")
    assert person.page.get_by_text("Xã Chiềng Đen").count() == 0
    person.page.locator('[id="unit-SL.TP"] > details > summary').click()
    person.page.get_by_role("link", name="Xã Chiềng Đen").wait_for()
    person.look("tree-open")
