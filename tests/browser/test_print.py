"""Pages on paper: each printed by Chromium to a PDF that is opened again and read."""

import io
import re
from collections import Counter
from datetime import date

import pytest
from django.utils import timezone
from pypdf import PdfReader

from core.periods import Quarter
from core.vietnamese import date_to_text
from organizations.models import Organization
from organizations.tree import create_organization
from reports.models import Figure, Indicator, Report
from reports.services import open_round
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.django_db(transaction=True)

A4 = (595, 842)
PROVINCE, CITY = "Hội Khuyến học tỉnh Sơn La", "Hội Khuyến học thành phố Sơn La"
# Of the frame: the bar, the rail, the buttons, the foot.
FRAME = ["Đăng xuất", "Nhập từ Excel", "In trang này", "Báo cáo Word", "Quay lại", "Trang sau", "Cần giúp?", "Đi thẳng"]
SMALLEST = 7.4
# Paper has one width; a phone's window is the one further from it.
from_a_phone = pytest.mark.parametrize("person", [PHONE], indirect=True, ids=["390px"])


class Sheet:
    """One page of a PDF: its size in points, its number, its text in one line, and its pieces (x, size, text)."""

    def __init__(self, page):
        self.size = tuple(round(float(side)) for side in page.mediabox[2:])
        self.pieces = []
        text = " ".join(page.extract_text(visitor_text=self.see).split())
        self.number = re.search(r"Trang \d+/\d+", text)[0]
        self.text = text.replace(self.number, "").strip()

    def see(self, text, matrix, text_matrix, font, size):
        if text.strip():
            place = text_matrix[4] * matrix[0] + matrix[4]
            self.pieces.append((place, abs(size * text_matrix[3] * matrix[3]), text.strip()))

    @property
    def is_wide(self):
        return self.size == A4[::-1]


def print_page(person, path=None):
    """The sheets of the page at ``path``, or of the one that is open."""
    if path:
        assert person.open(path).status == 200, path
    pdf = person.page.pdf(prefer_css_page_size=True)
    return [Sheet(page) for page in PdfReader(io.BytesIO(pdf)).pages]


def check_sheets(sheets, name):
    """A4, numbered, and every piece of text large enough and within the margins."""
    for number, sheet in enumerate(sheets, start=1):
        assert sheet.size in (A4, A4[::-1]), name
        assert sheet.number == f"Trang {number}/{len(sheets)}", name
        for place, size, text in sheet.pieces:
            assert size > SMALLEST, (name, text)
            # A letter is hardly narrower than a third of its height, the narrowest margin 10 mm.
            assert 28 <= place <= sheet.size[0] - 28 - size * len(text.split("\n")[0]) / 3, (name, text)


def text_of(sheets):
    return " ".join(sheet.text for sheet in sheets)


def tables(person):
    """Every table of the page: its rows, each a list of texts as they stand on the screen."""
    return person.page.evaluate(
        """() => Array.from(document.querySelectorAll("table")).map(table => Array.from(table.rows).map(
            row => Array.from(row.cells).map(cell => cell.textContent.trim().replace(/\\s+/g, " "))))"""
    )


def grow(parent, number, name="Hội Khuyến học xã Chiềng Mới {}"):
    parent = Organization.objects.get(code=parent)
    for each in range(number):
        facts = {"name": name.format(each), "level": "commune", "parent": parent, "user": None}
        create_organization(code=f"{parent.code}.M{each}", **facts)


def test_every_page_prints_on_a4_with_unit_quarter_and_day_and_without_the_frame(sonla, person):
    person.come_as("tinh")
    for path in (
        "/",
        "/reports/",
        "/reports/SL.TP/2022-Q1/summary/",
        "/organizations/",
        "/organizations/?open=SL.TP",
        "/organizations/?q=chieng",
        "/organizations/SL.TP/",
        "/organizations/SL.TP/create/",
        "/organizations/SL.TP.CHIENGDEN/edit/",
        "/organizations/SL.TP.CHIENGDEN/move/",
        "/organizations/?print=1",
        "/organizations/SL/?print=1",
        "/spreadsheets/create/",
    ):
        sheets = print_page(person, path)
        check_sheets(sheets, path)
        head = f"{PROVINCE} Quý I/2022 In ngày {date_to_text(timezone.localdate())}"
        assert sheets[0].text.startswith(head), path
        assert [word for word in FRAME if word in text_of(sheets)] == [], path


@from_a_phone
def test_the_head_names_the_unit_above_and_the_period_of_the_page(sonla, person):
    person.come_as("huyen")
    assert print_page(person, "/reports/")[0].text.startswith(f"{PROVINCE} {CITY} Quý I/2022 In ngày")
    assert print_page(person, "/reports/SL.TP/2021/summary/")[0].text.startswith(f"{PROVINCE} {CITY} Năm 2021 In ngày")


@from_a_phone
def test_the_summary_prints_every_column_and_every_figure(sonla, person):
    person.come_as("tinh")
    sheets = print_page(person, "/reports/SL/2022-Q1/summary/")
    check_sheets(sheets, "summary")
    wide = " ".join(sheet.text for sheet in sheets if sheet.is_wide)
    groups = [rows for rows in tables(person) if rows[0][0] == "Chỉ tiêu"]
    districts = Organization.objects.filter(parent__code="SL", level="district")
    assert districts.count() == 12
    for district in districts:
        assert wide.count(district.short_name) >= len(groups), district
    printed = Counter(wide.split())
    for rows in groups:
        for row in rows[1:]:
            assert row[0] in wide
            printed.subtract(" ".join(row[1:]).split())
    assert [figure for figure, left in printed.items() if left < 0] == []
    # The rest lies upright: the charts with all their words, and the report in sentences.
    upright = " ".join(sheet.text for sheet in sheets if not sheet.is_wide)
    assert upright.count("chưa có số liệu") >= upright.count("Huyện Mộc Châu dẫn đầu, Huyện Quỳnh Nhai")
    assert "Mục tiêu 70%" in upright
    assert "Báo cáo bằng lời" in upright


@pytest.fixture
def crowded(sonla):
    """SL.MC with 45 communes more, and one figure of each in quarter II/2022."""
    grow("SL.MC", 45, "Hội Khuyến học xã Chiềngkhương {}.")
    open_round(root=Organization.objects.get(code="SL"), quarter=Quarter(2022, 2), due_on=date(2022, 7, 5), user=None)
    registered = Indicator.objects.get(code="learning_models.commune.registered")
    for report in Report.objects.filter(organization__code__startswith="SL.MC.M", round__quarter=Quarter(2022, 2)):
        Figure.objects.create(report=report, indicator=registered, declared=1)


@from_a_phone
def test_a_table_wider_than_a_sheet_prints_in_parts_that_all_begin_with_the_indicator(crowded, person):
    person.come_as("tinh")
    sheets = print_page(person, "/reports/SL.MC/2022-Q2/summary/")
    check_sheets(sheets, "wide summary")
    wide = " ".join(sheet.text for sheet in sheets if sheet.is_wide)
    groups = [rows for rows in tables(person) if rows[0][0] == "Chỉ tiêu"]
    for number in range(45):
        assert wide.count(f"Xã Chiềngkhương {number}.") >= len(groups)
    assert wide.count("Chỉ tiêu") >= 3 * len(groups)
    # A drawing higher than a sheet gives way to its table.
    upright = " ".join(sheet.text for sheet in sheets if not sheet.is_wide)
    assert [number for number in range(45) if upright.count(f"Xã Chiềngkhương {number}. 100%") != 1] == []
    # Afterwards the screen shows the whole table again.
    assert person.page.locator(".print-part").count() == 0
    assert person.page.locator("table").evaluate_all("tables => tables.filter(table => table.hidden).length") == 0


def test_the_whole_list_is_printed_and_its_heads_repeat(sonla, person):
    grow("SL.TP", 60)
    person.come_as("tinh")
    person.open("/organizations/?q=chieng+moi")
    cut = text_of(print_page(person))
    assert "“In cả danh sách” mới in đủ" in cut
    person.page.get_by_role("link", name="In cả danh sách").click()
    person.page.wait_for_load_state("networkidle")
    person.look("print-list")
    sheets = print_page(person)
    check_sheets(sheets, "print-list")
    text = text_of(sheets)
    assert "Các đơn vị tìm thấy với “chieng moi”" in text
    assert "Cả danh sách: 60 đơn vị" in text
    assert [number for number in range(60) if f"Xã Chiềng Mới {number} SL.TP.M{number} cấp xã" not in text] == []
    assert len(sheets) > 1
    assert [sheet.text.count("Đơn vị Mã Cấp Cấp trên Đơn vị cấp dưới Tình trạng") for sheet in sheets] == [1] * len(
        sheets
    )
    person.page.get_by_role("link", name="Quay lại").click()
    person.page.wait_for_load_state("networkidle")
    assert person.page.url.endswith("/organizations/?q=chieng+moi")


def test_a_table_is_printed_as_a_table_and_without_the_names_that_cards_need(sonla, person):
    person.come_as("tinh")
    sheets = print_page(person, "/organizations/SL.TP/")
    assert text_of(sheets).count("Điện thoại") == 1 + sum("Người liên hệ Điện thoại" in sheet.text for sheet in sheets)
    child = Organization.objects.filter(parent__code="SL.TP")[0]
    assert f"{child.short_name} cấp xã {child.contact_name} {child.contact_phone} 0" in text_of(sheets)


@from_a_phone
def test_what_is_closed_on_the_screen_is_printed(sonla, person):
    person.come_as("tinh")
    person.open("/spreadsheets/")
    assert not person.page.get_by_text("Cách điền").first.is_visible()
    assert "Mã đơn vị (bắt buộc) organization_code mã" in text_of(print_page(person))


def test_the_print_views_are_clean_on_the_screen(sonla, person):
    person.come_as("tinh")
    for name, path in {
        "print-tree": "/organizations/?print=1",
        "print-nothing": "/organizations/?q=khong+co&print=1",
        "print-unit": "/organizations/SL/?print=1",
        "print-imports": "/spreadsheets/?print=1",
    }.items():
        assert person.open(path).status == 200, path
        person.look(name)


def test_the_button_prints(sonla, person):
    person.come_as("tinh")
    for path in (
        "/reports/",
        "/reports/SL/2022-Q1/summary/",
        "/organizations/",
        "/organizations/SL/",
        "/spreadsheets/",
    ):
        person.open(path)
        person.page.evaluate("() => { window.print = () => { window.printed = true; }; }")
        person.page.get_by_role("button", name="In trang này").click()
        assert person.page.evaluate("() => window.printed"), path
