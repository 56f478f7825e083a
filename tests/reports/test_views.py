"""Summary pages, JSON and documents within reach only, in a constant number of queries."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document

from core.documents import PDF_TYPE, XLSX_TYPE
from core.periods import Quarter
from reports.services import open_round
from tests.conftest import plant
from tests.opened_pdf import open_pdf, whole_text
from tests.opened_workbook import open_workbook

SUMMARY = "/reports/{}/2022-Q1/summary{}"


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.mark.parametrize("ending", ["/", ".json", ".docx", ".xlsx", ".pdf"])
def test_a_district_sees_its_own_subtree_only(as_, cast, opened, ending):
    client = as_("district_viewer")
    for code, status in {"A.D": 200, "A.D.1": 200, "A": 404, "A.T": 404, "A.T.1": 404, "B": 404, "X": 404}.items():
        assert client.get(SUMMARY.format(code, ending)).status_code == status, code


@pytest.mark.parametrize("period", ["2022-Q5", "2022-H3", "abc", "2021-Q1", "1800", "2022-Q1%00"])
def test_an_unknown_period_is_404(as_, cast, opened, period):
    assert as_("manager").get(f"/reports/A/{period}/summary/").status_code == 404


def test_missing_figures_are_never_shown_as_zero(as_, cast, opened, write):
    write(cast.first, {"members.total": 5, "members.women": None})
    page = as_("manager").get(SUMMARY.format("A.D", "/")).content.decode()
    assert "chưa có số liệu" in page
    body = page.split('id="so-lieu"')[1]
    assert ">0<" not in body


def test_the_word_report_holds_nothing_of_another_subtree(as_, cast, opened, write):
    write(cast.third, {"members.total": 987654})
    content = as_("district_viewer").get(SUMMARY.format("A.D", ".docx")).content
    document = Document(io.BytesIO(content))
    text = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "Bình Minh" in text
    assert "Cao Sơn" not in text
    assert "987.654" not in text


def test_the_excel_annex_is_a_file_of_its_subtree_only(as_, cast, opened, write):
    write(cast.third, {"members.total": 987654})
    response = as_("district_viewer").get(SUMMARY.format("A.D", ".xlsx"))
    assert response.headers["Content-Type"] == XLSX_TYPE
    assert response.headers["Content-Disposition"] == 'attachment; filename="bao-cao-A.D-2022-Q1.xlsx"'
    cells = [cell.value for sheet in open_workbook(response.content) for row in sheet.iter_rows() for cell in row]
    assert "Xã Bình Minh" in cells
    assert "Xã Cao Sơn" not in cells
    assert 987654 not in cells


def test_the_pdf_report_is_a_file_of_its_subtree_only(as_, cast, opened, write):
    write(cast.third, {"members.total": 987654})
    response = as_("district_viewer").get(SUMMARY.format("A.D", ".pdf"))
    assert response.headers["Content-Type"] == PDF_TYPE
    assert response.headers["Content-Disposition"] == 'attachment; filename="bao-cao-A.D-2022-Q1.pdf"'
    text = whole_text(open_pdf(response.content))
    assert "Bình Minh" in text
    assert "Cao Sơn" not in text
    assert "987.654" not in text


def test_names_are_escaped(as_, cast, quarter):
    unit = plant("A.D.9", 'Xã <script>alert("1")</script> & Co', "commune", cast.east)
    open_round(root=cast.province, quarter=quarter, due_on=date(2022, 4, 5), user=None)
    page = as_("manager").get(SUMMARY.format("A.D", "/")).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert unit.short_name


def test_the_page_asks_the_database_as_often_for_many_units_as_for_few(as_, cast, opened):
    client = as_("manager")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(SUMMARY.format("A", "/")).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(10):
        plant(f"A.H{number}", f"Hội Khuyến học huyện {number}", "district", cast.province)
    open_round(root=cast.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    assert queries() == few


def test_the_list_of_rounds_offers_spans_of_at_least_two_quarters(as_, cast, opened):
    client = as_("viewer")
    assert "/2022-H1/" not in client.get("/reports/").content.decode()
    open_round(root=cast.province, quarter=Quarter(2022, 2), due_on=date(2022, 7, 5), user=None)
    page = client.get("/reports/").content.decode()
    assert "/reports/A.D.1/2022-H1/summary/" in page
    assert "/reports/A.D.1/2022/summary/" in page


def test_the_first_page_says_what_is_due_or_why_it_is_empty(as_, cast):
    assert "Chưa có kỳ báo cáo" in as_("secretary").get("/").content.decode()
    assert "chưa được giao đơn vị" in as_("nobody").get("/").content.decode()
    open_round(root=cast.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    page = as_("secretary").get("/").content.decode()
    assert "Quá hạn" in page
    assert "/reports/A.D.1/2022-Q1/summary/" in page


def test_every_page_carries_the_strict_policy(as_, cast, opened):
    for path in ("/", SUMMARY.format("A", "/"), "/reports/"):
        policy = as_("manager").get(path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
    assert "unsafe-inline" in as_("administrator").get("/admin/").headers["Content-Security-Policy"]
