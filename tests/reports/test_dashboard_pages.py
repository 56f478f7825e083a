"""The pages of the dashboard: scope, choices of the address, missing in words, the pivot as a file."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from core.documents import XLSX_TYPE
from core.periods import Quarter
from organizations.tree import move_organization
from reports.models import Indicator, Report, Target
from reports.services import accept_report, open_round
from tests.conftest import plant
from tests.opened_workbook import open_workbook

PAGES = ["", "ranking/", "ranking/?depth=communes", "trend/", "pivot/", "pivot.xlsx", "map/"]
MEMBERS, RATE = "members.total", "members.population_rate"
SECOND = Quarter(2022, 2)


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def second(cast, opened):
    return open_round(root=cast.province, quarter=SECOND, due_on=date(2022, 7, 5), user=None)[0]


def read(client, path):
    response = client.get(f"/dashboard/{path}")
    assert response.status_code == 200, path
    return response.content.decode()


def find(page, path):
    """Elements by XPath; ``has("name")`` stands for the class."""
    return html.fromstring(page).xpath(re.sub(r'has\("(.+?)"\)', r'contains(concat(" ", @class, " "), " \1 ")', path))


def text_of(element):
    return " ".join(element.text_content().split())


def words(page):
    """The text of the page's main part, in one line."""
    return text_of(find(page, "//main")[0])


def table(page, number=0):
    return [
        [text_of(cell) for cell in row.xpath("./th | ./td")] for row in find(page, "//main//table")[number].iter("tr")
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_district_sees_its_own_subtree_only(as_, cast, opened, page):
    client = as_("district_viewer")
    for code, status in {"A.D": 200, "A.D.1": 200, "A": 404, "A.T": 404, "A.T.1": 404, "B": 404, "X": 404}.items():
        assert client.get(f"/dashboard/{code}/{page}").status_code == status, code


def test_the_address_without_a_unit_leads_to_mine(as_, cast, opened):
    response = as_("district_viewer").get("/dashboard/")
    assert (response.status_code, response.url) == (302, "/dashboard/A.D/")


@pytest.mark.parametrize("page", ["", "ranking/", "trend/", "pivot/", "map/"])
def test_without_a_round_the_page_says_why_it_is_empty(as_, cast, page):
    assert "Chưa có kỳ báo cáo nào" in read(as_("manager"), f"A/{page}")


def test_without_a_round_there_is_no_file(as_, cast):
    assert as_("manager").get("/dashboard/A/pivot.xlsx").status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "query", ["quarter=abc", "indicator=khong.co", "units=B.1&units='", "first=2030-Q1&last=x", "layout=%00&depth=?"]
)
def test_an_unknown_choice_takes_the_usual_one(as_, cast, opened, page, query):
    joint = "&" if "?" in page else "?"
    assert as_("manager").get(f"/dashboard/A/{page}{joint}{query}").status_code == 200


def test_tiles_say_trend_target_coverage_and_that_they_are_provisional(as_, cast, second, write):
    for unit in (cast.first, cast.third):
        write(unit, {MEMBERS: 50})
        write(unit, {MEMBERS: 60}, SECOND)
    indicator = Indicator.objects.get(code=MEMBERS)
    Target.objects.create(organization=cast.province, indicator=indicator, year=2022, value=200)
    page = words(read(as_("manager"), "A/"))
    assert "Tổng số hội viên 120 người ▲ tăng 20 so với quý trước 2/3 (1 chưa đủ) đơn vị có số liệu" in page
    assert "tạm tính Mục tiêu 200, còn thiếu 80" in page
    page = words(read(as_("manager"), "A/?quarter=2022-Q1"))
    assert "Tổng số hội viên 100 người 2/3" in page


def test_a_flow_is_measured_against_the_target_by_the_year_so_far(as_, cast, second, write):
    for quarter in (None, SECOND):
        write(cast.first, {"funds.raised": 2_000_000}, quarter)
    indicator = Indicator.objects.get(code="funds.raised")
    Target.objects.create(organization=cast.province, indicator=indicator, year=2022, value=5_000_000)
    page = words(read(as_("manager"), "A/"))
    assert "Từ đầu năm 4 triệu đồng, mục tiêu cả năm 5 triệu đồng, còn thiếu 1 triệu đồng" in page


def test_an_accepted_quarter_says_when_and_no_longer_that_it_is_provisional(as_, cast, opened, write):
    write(cast.third, {MEMBERS: 10})
    report = Report.objects.get(organization=cast.third)
    Report.objects.filter(pk=report.pk).update(status="submitted")
    accept_report(report=report, user=None)
    page = words(read(as_("manager"), "A.T.1/"))
    assert "Đã duyệt ngày" in page
    assert "Tạm tính" not in page
    assert "tạm tính" not in page


def test_missing_figures_are_said_in_words_and_never_zero(as_, cast, opened, write):
    write(cast.first, {MEMBERS: 5})
    page = read(as_("manager"), f"A/ranking/?indicator={MEMBERS}")
    assert table(page, 1)[1:] == [
        ["Huyện Đông Sơn", "1", "5", "1/2", ""],
        ["Huyện Tây Hồ", "", "chưa có số liệu", "", ""],
        ["Công an tỉnh", "", "chưa có số liệu", "", ""],
    ]
    assert "Huyện Đông Sơn dẫn đầu, 2 đơn vị chưa có số liệu" in page
    assert table(read(as_("manager"), f"A/pivot/?indicators={MEMBERS}"))[1:] == [
        ["Tỉnh An Bình", "5 1/3 (1 chưa đủ)"],
        ["Huyện Đông Sơn", "5 1/2"],
        ["Huyện Tây Hồ", "…"],
        ["Công an tỉnh", "…"],
    ]


def test_all_communes_are_ranked_and_equal_ones_share_a_place(as_, cast, opened, write):
    for unit, value in ((cast.first, 5), (cast.second, 7), (cast.third, 7)):
        write(unit, {MEMBERS: value})
    rows = table(read(as_("manager"), f"A/ranking/?indicator={MEMBERS}&depth=communes"), 1)
    assert [row[:3] for row in rows[1:]] == [
        ["Xã Bình Minh", "Huyện Đông Sơn", "1"],
        ["Xã Cao Sơn", "Huyện Tây Hồ", "1"],
        ["Xã Ánh Dương", "Huyện Đông Sơn", "3"],
    ]


def test_fewer_is_better_where_the_indicator_says_so(as_, cast, opened, write):
    write(cast.first, {"members.left": 5})
    write(cast.third, {"members.left": 2})
    page = read(as_("manager"), "A/ranking/?indicator=members.left")
    assert [row[:2] for row in table(page, 1)[1:3]] == [["Huyện Tây Hồ", "1"], ["Huyện Đông Sơn", "2"]]


def test_who_has_not_handed_in_stands_with_the_telephone(as_, cast, opened):
    cast.west.contact_name, cast.west.contact_phone = "Văn phòng", "0212 000 111"
    cast.west.save()
    Report.objects.filter(organization=cast.east).update(status="submitted")
    page = read(as_("manager"), "A/")
    silent = find(page, '//h2[@id="chua-nop"]/following-sibling::div[1]//a/@href')
    assert silent[:2] == ["/dashboard/A.T/?quarter=2022-Q1", "tel:0212000111"]
    heat = find(page, '//figure[has("chart-heat")]//a/@href')
    assert heat[:3] == [f"/dashboard/{code}/?quarter=2022-Q1" for code in ("A.D", "A.T", "A.CA")]
    assert ["Huyện Đông Sơn", "chưa ghi", "đã nộp, 1/3"] in table(page)


def test_a_line_breaks_where_a_quarter_is_missing_and_the_table_says_so(as_, cast, second, write):
    write(cast.first, {MEMBERS: 50}, SECOND)
    page = read(as_("manager"), f"A/trend/?indicator={MEMBERS}&units=A&units=A.D")
    rows = table(page)
    assert rows[0] == ["Quý", "Tỉnh An Bình", "Huyện Đông Sơn", "Tình trạng"]
    assert rows[1][:3] == ["Quý I/2022", "chưa có số liệu · 0/3", "chưa có số liệu · 0/2"]
    assert rows[2][:3] == ["Quý II/2022", "50 · 1/3 (1 chưa đủ)", "50 · 1/2"]


def test_more_than_five_lines_are_refused_in_words(as_, cast, opened):
    for number in range(5):
        plant(f"A.H{number}", f"Hội Khuyến học huyện {number}", "district", cast.province)
    open_round(root=cast.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    chosen = "&".join(f"units=A.H{number}" for number in range(5))
    page = words(read(as_("manager"), f"A/trend/?{chosen}&units=A.CA"))
    assert "nhiều nhất 5 đơn vị; chưa vẽ: Công an tỉnh" in page


def test_a_map_groups_the_communes_by_district_and_leads_to_them(as_, cast, opened, write, area):
    write(cast.first, {MEMBERS: 5})
    area(cast.first, population=100)
    page = read(as_("manager"), f"A/map/?indicator={RATE}")
    assert table(page)[1:] == [
        ["Xã Ánh Dương", "Huyện Đông Sơn", "5%"],
        ["Xã Bình Minh", "Huyện Đông Sơn", "chưa có số liệu"],
        ["Xã Cao Sơn", "Huyện Tây Hồ", "chưa có số liệu"],
    ]
    assert find(page, '//div[has("tile-map")]//a/@href') == [
        f"/dashboard/{code}/?quarter=2022-Q1" for code in ("A.D.1", "A.D.2", "A.T.1")
    ]
    assert "1/3 xã có số liệu" in page


def test_a_map_without_districts_goes_by_the_alphabet(as_, cast):
    for number in range(30):
        plant(f"B.{number + 2}", f"Hội Khuyến học xã {number:02d}", "commune", cast.other)
    open_round(root=cast.other, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    rows = table(read(as_("stranger"), "B/map/"))[1:]
    assert [row[0] for row in rows] == [*(f"Xã {number:02d}" for number in range(30)), "Xã Lạ"]
    assert rows[0][1] == "Xã 00 – Xã 15"


@pytest.mark.parametrize("layout", ["indicator", "quarter", "unit"])
def test_the_pivot_is_laid_out_by_any_of_the_three(as_, cast, second, write, layout):
    write(cast.first, {MEMBERS: 5, "members.new": 1})
    query = f"indicators={MEMBERS}&indicators=members.new&units=A.D&layout={layout}"
    page = read(as_("manager"), f"A/pivot/?{query}")
    heads = {
        "indicator": ["Đơn vị", "I/2022 tạm tính", "II/2022 tạm tính"],
        "quarter": ["Đơn vị", "Tổng số hội viên (người)", "Hội viên phát triển mới (người)"],
        "unit": ["Chỉ tiêu", "I/2022 tạm tính", "II/2022 tạm tính"],
    }
    assert table(page)[0] == heads[layout]


def test_the_pivot_file_holds_numbers_and_escapes_formulas(as_, cast, opened, write):
    plant("A.X", '=HYPERLINK("http://x.vn")', "district", cast.province)
    open_round(root=cast.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    write(cast.first, {MEMBERS: 987})
    response = as_("manager").get(f"/dashboard/A/pivot.xlsx?indicators={MEMBERS}")
    assert response.headers["Content-Type"] == XLSX_TYPE
    assert response.headers["Content-Disposition"] == 'attachment; filename="bang-cheo-A.xlsx"'
    book = open_workbook(response.content)
    rows = [[cell.value for cell in row] for row in book["Số liệu"].iter_rows(min_row=2)]
    by_unit = {row[0]: row for row in rows}
    assert by_unit["A.D"][6:11] == [987, 1, 2, 0, "tạm tính"]
    assert by_unit["A.X"][1] == '=HYPERLINK("http://x.vn")'
    assert by_unit["A.X"][6] is None
    assert by_unit["A.X"][10] == "chưa có số liệu"
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    texts = [cell.value for row in book["Bảng chéo"].iter_rows() for cell in row]
    assert "987 · 1/2" in texts


def test_the_pivot_file_holds_nothing_of_another_subtree(as_, cast, opened, write):
    write(cast.third, {MEMBERS: 987_654})
    response = as_("district_viewer").get("/dashboard/A.D/pivot.xlsx?units=A.T.1&units=A.T")
    cells = [cell.value for sheet in open_workbook(response.content) for row in sheet.iter_rows() for cell in row]
    assert "Xã Bình Minh" in cells
    assert "Xã Cao Sơn" not in cells
    assert 987_654 not in cells


def test_a_unit_that_moved_out_of_reach_keeps_its_past_but_neither_link_nor_telephone(as_, cast, opened, write):
    write(cast.first, {MEMBERS: 5})
    cast.first.contact_phone = "0212 000 222"
    cast.first.save()
    client = as_("district_viewer")
    assert "0212 000 222" in read(client, "A.D/")
    move_organization(organization=cast.first, parent=cast.west, on=date(2022, 4, 1), user=None, reason="")
    page = read(client, "A.D/")
    assert "Xã Ánh Dương" in page
    assert "0212 000 222" not in page
    assert "/dashboard/A.D.1/" not in page


def test_names_are_escaped(as_, cast, quarter):
    plant("A.D.9", 'Xã <script>alert("1")</script> & Co', "commune", cast.east)
    open_round(root=cast.province, quarter=quarter, due_on=date(2022, 4, 5), user=None)
    for page in ("", f"ranking/?indicator={MEMBERS}", "trend/?units=A.D.9", "pivot/", "map/"):
        text = read(as_("manager"), f"A.D/{page}")
        assert "<script>alert" not in text, page
        assert "&lt;script&gt;" in text, page


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_ask_the_database_as_often_for_many_units_as_for_few(as_, cast, opened, page):
    client = as_("manager")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/dashboard/A/{page}").status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(10):
        district = plant(f"A.H{number}", f"Hội Khuyến học huyện {number}", "district", cast.province)
        plant(f"A.H{number}.1", f"Hội Khuyến học xã {number}", "commune", district)
    open_round(root=cast.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    assert queries() == few


@pytest.mark.parametrize("page", ["", "ranking/", "trend/", "pivot/", "map/"])
def test_the_pages_carry_the_strict_policy_and_no_inline_style(as_, cast, opened, page):
    response = as_("manager").get(f"/dashboard/A/{page}")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert " style=" not in response.content.decode()


def test_the_navigation_groups_dashboard_and_summary(as_, cast, opened):
    page = read(as_("viewer"), "A.D.1/")
    assert [text_of(group) for group in find(page, '//a[has("mainnav-item") and has("current")]')] == ["Tổng hợp"]
    current = find(page, '//ul[has("mainnav-sub")]//a[@aria-current]')
    assert [text_of(link) for link in current] == ["Bảng điều khiển"]
    assert len(find(page, '//a[has("mainnav-item")]')) <= 5
