"""Lists as offices write them: titles above the headings, several sheets in one file."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from spreadsheets.headings import below_titles
from spreadsheets.kinds import find_kind
from spreadsheets.models import ImportBatch
from spreadsheets.reading import read_table
from spreadsheets.services import check_spreadsheet
from spreadsheets.writing import template_workbook

BACKEND = "django.contrib.auth.backends.ModelBackend"
MOTTO = ["HỘI KHUYẾN HỌC XÃ ĐEN", "", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"]
HEADINGS = ["STT", "Mã đơn vị", "Năm", "Dân số"]
TITLED = [MOTTO, ["SỐ LIỆU ĐỊA BÀN NĂM 2021"], [], HEADINGS, [1, "A.D", 2021, 69195], [2, "A.X", 2021, 5]]


def check(file, user, name="a.xlsx"):
    return check_spreadsheet(kind="area_statistics", file=file, name=name, user=user)


def test_titles_above_the_headings_are_skipped_and_lines_stay_those_of_excel(workbook, cast):
    checked = check(workbook(TITLED), cast.manager)
    assert (checked.counts["new"], checked.counts["refused"]) == (1, 1)
    assert [each["line"] for each in checked.errors()] == [6]


def test_refused_rows_below_titles_come_back_under_their_headings(workbook, cast, client):
    client.force_login(cast.manager, backend=BACKEND)
    file = SimpleUploadedFile("số liệu.xlsx", workbook(TITLED).read())
    client.post(reverse("spreadsheets:batch_create"), {"kind": "area_statistics", "file": file})
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.counts["refused"]) == ("checked", 1)
    rows = list(openpyxl.load_workbook(batch.refused_file).active.values)
    assert rows[0] == (*HEADINGS, "Lý do không nhận")
    assert rows[1][:4] == (2, "A.X", 2021, 5)
    assert rows[1][4].startswith("Dòng 6: ")


def test_foreign_headings_below_titles_are_those_that_are_asked_about(workbook, cast, client):
    client.force_login(cast.manager, backend=BACKEND)
    rows = [*TITLED[:3], ["TT", "Mã số đơn vị", "Năm báo cáo", "Tổng dân số"], [1, "A.D", 2021, 69195]]
    file = SimpleUploadedFile("lạ.xlsx", workbook(rows).read())
    client.post(reverse("spreadsheets:batch_create"), {"kind": "area_statistics", "file": file})
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.headings["headings"][1]) == ("unmapped", "Mã số đơn vị")
    address = reverse("spreadsheets:batch_columns", args=[batch.pk])
    assert "xoá các dòng ấy" in client.get(address).content.decode()
    client.post(address, {"organization_code": 1, "year": 2, "population": 3})
    batch.refresh_from_db()
    assert (batch.status, batch.counts["new"]) == ("checked", 1)


@pytest.mark.parametrize(
    "rows",
    [
        [["một", "hai"], ["A.D", "2021"], ["A.T", "2021"]],
        [["lạ", "khác", "nữa"], ["A.D", "2021", "1"], ["Mã số", "Năm nay", "Dân số"]],
        [["Mã đơn vị", "Năm", "Năm"], ["A.D", "2021", "2021"]],
    ],
)
def test_headings_stay_the_first_row_where_nothing_below_fits_better(workbook, rows):
    table = below_titles(read_table(workbook(rows), "a.xlsx"), find_kind("area_statistics"))
    assert (table.line, table.headings) == (1, rows[0])
    assert [cells for _, cells in table.rows] == rows[1:]


def test_titles_and_headings_without_a_row_are_refused(workbook):
    with pytest.raises(ValidationError, match="chỉ có hàng tiêu đề"):
        below_titles(read_table(workbook(TITLED[:4]), "a.xlsx"), find_kind("area_statistics"))


def test_a_sheet_that_is_not_read_is_named(workbook, cast):
    def fill(book, sheet):
        book.add_worksheet("Trống")
        book.add_worksheet("Bản Hai").write_row(0, 0, ["A.T", 2021])
        book.add_worksheet("Ẩn").write_row(0, 0, ["A.T", 2021])
        book.get_worksheet_by_name("Ẩn").hide()

    checked = check(workbook([HEADINGS, TITLED[4]], fill), cast.manager)
    [note] = (each for each in checked.warnings() if each["column"] != "STT")
    assert "“Bản Hai” không được đọc" in note["reason"]
    assert checked.counts["new"] == 1


def test_a_heading_without_end_fills_no_page(workbook, cast):
    checked = check(workbook([[*HEADINGS, "x" * 30_000], TITLED[4]]), cast.manager)
    assert max(len(each["column"]) for each in checked.warnings()) == 100


def test_our_own_explanations_are_no_sheet_left_out(cast):
    file = io.BytesIO(template_workbook(find_kind("area_statistics"), [{"organization_code": "A.D", "year": "2021"}]))
    assert list(check(file, cast.manager).warnings()) == []


def test_a_file_whose_only_list_is_hidden_says_so(workbook):
    def fill(book, sheet):
        book.add_worksheet("Hiện").activate()
        sheet.hide()

    with pytest.raises(ValidationError, match="bị ẩn không được đọc"):
        read_table(workbook([HEADINGS, TITLED[4]], fill), "a.xlsx")
