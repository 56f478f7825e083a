"""The Excel annex, opened again, read and recalculated."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from core.periods import Quarter, Span
from reports.builders.quarterly_summary import build
from reports.documents import quarterly_summary_xlsx
from reports.documents.annex import capitalized
from reports.models import Indicator, Narrative, Report, Target
from reports.rollup import Pair
from reports.services import open_round
from tests.conftest import plant
from tests.opened_workbook import (
    HEAD_ROW,
    annex_cells,
    evaluate,
    group_sheets,
    open_values,
    open_workbook,
    recalculated,
)

QUARTER = Quarter(2022, 1)
SECTIONS = ("results", "advantages", "difficulties", "next_tasks")
HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@x",
    "- dấu gạch",
    "{{ 7*7 }}",
    "{=SUM(A1)}",
    "A & B < C > D",
    "<r><t>x</t></r>",
    "_x0041_",
    "http://example.vn",
    "0123",
    "11/12",
    "a\x00b\x1fc",
    "\u200fשלום\u200e",
    "\u202eđảo",
    "'[]:*?/\\'",
    "History",
    "W" * 300,
]


@pytest.fixture
def summary(opened, tree, write, area):
    """Two districts with figures of this quarter, of the one before and of a year earlier; one target."""
    for earlier in (QUARTER.previous, QUARTER.year_earlier):
        open_round(root=tree.province, quarter=earlier, due_on=date(2022, 4, 5), user=None)
    for unit in (tree.east, tree.west):
        area(unit, 2021, households=9_000, population=3_900_000)
        area(unit, 2022, households=10_000, population=4_000_000)
        write(unit, {"members.total": 1_234_567, "members.new": 0}, total=True)
    write(tree.east, {"learning_models.family.registered": 6720, "funds.balance": 123_456_789}, total=True)
    for earlier in (QUARTER.previous, QUARTER.year_earlier):
        write(tree.east, {"learning_models.family.registered": 6001, "members.total": 1}, earlier, total=True)
    write(tree.west, {"learning_models.family.registered": None, "funds.balance": 0})
    write(tree.province, {"funds.raised": 6_100_000_000, "activities.bulletin.copies": 700})
    rate = Indicator.objects.get(code="learning_models.family.registered_rate")
    Target.objects.create(organization=tree.province, indicator=rate, year=2022, value=Decimal("62.50"))
    report = Report.objects.get(organization=tree.province, round__quarter=QUARTER)
    for section in SECTIONS:
        Narrative.objects.create(report=report, section=section, text="Câu một.\n\nCâu hai.")
    return build(organization=tree.province, period=QUARTER)


def opened_again(summary):
    return open_workbook(quarterly_summary_xlsx(summary))


def expected_cells(summary, line):
    """{head of the column: (value, pair, whether a blank cell is right)} of one line."""
    period, units = summary.period, line.units_below
    whole = "Toàn tỉnh" if units else capitalized(period.label)
    expected = {
        whole: (line.value, line.pair, False),
        "Luỹ kế từ đầu năm": (line.year_to_date, None, line.nature != "flow"),
        f"Kỳ trước: {period.previous.label}": (line.previous, line.previous_pair, False),
        f"Mục tiêu năm {period.year}": (line.target, None, True),
    }
    if period.year_earlier != period.previous:
        head = f"Cùng kỳ năm trước: {period.year_earlier.label}"
        expected[head] = (line.year_earlier, line.year_earlier_pair, False)
    for value in units:
        expected[value.unit.short_name] = (value.value, value.pair, not value.is_asked)
    if units and line.own_line:
        own = line.own_line
        expected["Hội tỉnh (trực tiếp)"] = (own.value, own.pair, not own.is_asked)
    return expected


@pytest.mark.parametrize("period", [QUARTER, Span(2022, "H1"), Span(2022, "Y")])
def test_every_figure_stands_as_a_number_and_every_rate_as_a_formula(summary, tree, period):
    checked = 0
    for unit in (tree.province, tree.first):
        summary = build(organization=unit, period=period)
        content = quarterly_summary_xlsx(summary)
        workbook, values = open_workbook(content), open_values(content)
        found = annex_cells(workbook)
        for line in summary.figures:
            if not line.is_asked and line.value is None:
                assert line.label not in found
                continue
            for head, (value, pair, may_be_blank) in expected_cells(summary, line).items():
                cell = found[line.label][head]
                checked += 1
                if value is None:
                    assert cell.value == (None if may_be_blank else "–"), (line.label, head)
                    continue
                sheet = cell.parent.title
                assert evaluate(workbook, sheet, cell.coordinate) == value
                assert values[sheet][cell.coordinate].value == pytest.approx(float(value), abs=0)
                is_formula = line.is_rate and pair is not None
                assert cell.data_type == ("f" if is_formula else "n"), (line.label, head)
    assert checked > 500


def test_the_parts_of_a_rate_stand_below_it(summary):
    workbook = opened_again(summary)
    whole = annex_cells(workbook)["Gia đình học tập: tỷ lệ đăng ký"]["Toàn tỉnh"]
    assert re.fullmatch(r"=ROUND\((C\d+)\*100/(C\d+),2\)", whole.value)
    below = [whole.offset(row, column).value for row in (1, 2) for column in (-2, -1, 0, 2, 3)]
    assert below == [
        *("Tử số (Gia đình học tập: đăng ký)", "hộ", 6720, 6001, 6001),
        *("Mẫu số (Số hộ gia đình)", "hộ", 10_000, 9_000, 9_000),
    ]
    assert [whole.parent.row_dimensions[whole.row + row].outlineLevel for row in (0, 1, 2, 3)] == [0, 1, 1, 0]


def test_a_rate_without_per_cent_is_not_multiplied(summary):
    cell = annex_cells(opened_again(summary))["Quỹ bình quân đầu người"]["Huyện Đông Sơn"]
    assert re.fullmatch(r"=ROUND\(I\d+/I\d+,2\)", cell.value)
    assert cell.number_format == "#,##0.##"


def test_numbers_show_as_they_are_written_in_vietnamese(summary):
    cells = annex_cells(opened_again(summary))
    assert cells["Tổng số hội viên"]["Toàn tỉnh"].number_format == "#,##0"
    rate = cells["Gia đình học tập: tỷ lệ đăng ký"]
    assert rate["Toàn tỉnh"].number_format == rate["Mục tiêu năm 2022"].number_format == 'General"%"'
    # Two units have members now, one had before: the two do not compare.
    assert cells["Tổng số hội viên"]["Kỳ trước: quý IV/2021"].number_format == '#,##0" (1/3)"'


def test_missing_is_a_mark_and_never_zero(summary):
    cells = annex_cells(opened_again(summary))
    assert cells["Gia đình học tập: đăng ký"]["Huyện Tây Hồ"].value == "–"
    assert cells["Gia đình học tập: tỷ lệ đăng ký"]["Huyện Tây Hồ"].value == "–"
    assert cells["Gia đình học tập: đăng ký"]["Công an tỉnh"].value is None
    assert cells["Hội viên phát triển mới"]["Huyện Tây Hồ"].value == 0


def test_there_is_one_sheet_per_group_between_cover_and_coverage(summary, tree):
    workbook = opened_again(summary)
    groups = [group for group, _ in summary.groups]
    assert workbook.sheetnames == ["Tổng hợp", *groups, "Độ phủ", "Phần lời"]
    assert [sheet.title for sheet in group_sheets(workbook)] == groups
    assert workbook["Hội viên"]["A1"].value == "Biểu 2. Hội viên"
    leaf = opened_again(build(organization=tree.first, period=QUARTER))
    assert not {"Độ phủ", "Phần lời"} & set(leaf.sheetnames)


def test_heads_and_labels_stay_on_the_screen_and_on_every_page(summary):
    for sheet in group_sheets(opened_again(summary)):
        assert sheet.freeze_panes == "C5"
        assert sheet.print_title_rows == "$1:$4"
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.print_area.endswith(f"${sheet.max_row}")
        assert "Trang &P/&N" in sheet.oddFooter.right.text
        assert sheet.cell(HEAD_ROW, 1).font.name == "Times New Roman"
        assert sheet.cell(HEAD_ROW + 1, 3).font.bold


def test_many_units_are_printed_on_several_pages_that_repeat_the_labels(db, write):
    province = plant("P", "Hội Khuyến học tỉnh Phú", "province")
    communes = [plant(f"P.{n:02}", f"Hội Khuyến học xã Chiềng {n:02}", "commune", province) for n in range(40)]
    open_round(root=province, quarter=QUARTER, due_on=date(2022, 4, 5), user=None)
    for number, commune in enumerate(communes):
        write(commune, {"members.total": 1000 + number})
    workbook = opened_again(build(organization=province, period=QUARTER))
    sheet = workbook["Hội viên"]
    assert [cell.value for cell in sheet[HEAD_ROW]][8:48] == [f"Xã Chiềng {n:02}" for n in range(40)]
    assert sheet.print_title_cols == "$A:$B"
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.scale >= 60
    assert 2 <= len(sheet.col_breaks.brk) <= 5
    names = annex_cells(workbook)["Tổng số hội viên"]
    assert [names[f"Xã Chiềng {n:02}"].value for n in range(40)] == list(range(1000, 1040))


def test_the_cover_says_whose_figures_and_how_complete(summary):
    sheet = opened_again(summary)["Tổng hợp"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert texts[:3] == ["HỘI KHUYẾN HỌC VIỆT NAM", "HỘI KHUYẾN HỌC", "TỈNH AN BÌNH"]
    assert "SỐ LIỆU TỔNG HỢP QUÝ I/2022" in texts
    assert any(text.startswith("(Kèm theo Báo cáo số ") for text in texts)
    assert any(text.startswith("BẢN TẠM TÍNH, số liệu đến ") for text in texts)
    assert "Đã nộp 0/3, đã duyệt 0/3, đúng hạn 0/3 đơn vị trực tiếp bên dưới." in texts
    assert "Chưa nộp: Huyện Đông Sơn, Huyện Tây Hồ, Công an tỉnh." in texts
    assert any("Dấu “–”: chưa có số liệu." in text for text in texts)
    rows = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}
    assert rows["Đơn vị trực tiếp bên dưới"] == (3, 0, 0, 0, 3)
    assert rows["Đơn vị ở tất cả các cấp bên dưới"] == (6, 0, 0, 0, 6)


def test_the_main_figures_are_linked_to_where_they_stand(summary):
    content = quarterly_summary_xlsx(summary)
    workbook, values = open_workbook(content), open_values(content)
    rows = {row[0].value: row for row in workbook["Tổng hợp"].iter_rows()}
    for label, expected in {
        "Gia đình học tập: tỷ lệ đăng ký": [Decimal("67.20"), Decimal("66.68"), 62.5],
        "Tổng số hội viên": [2_469_134, 1, None],
        "Vận động được trong kỳ": [6_100_000_000, "–", None],
    }.items():
        cells = rows[label][2:5]
        assert [evaluate(workbook, "Tổng hợp", cell.coordinate) for cell in cells] == expected
        assert [values["Tổng hợp"][cell.coordinate].value for cell in cells] == [
            float(value) if isinstance(value, Decimal) else value for value in expected
        ]
    assert rows["Tổng số hội viên"][2].value.startswith("='Hội viên'!")


def test_the_coverage_counts_and_names_the_units_without_data(summary):
    sheet = opened_again(summary)["Độ phủ"]
    rows = {row[1]: row[2:] for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert rows["Gia đình học tập: tỷ lệ đăng ký"] == (1, 2, 1, 1, 2, "Huyện Tây Hồ")
    assert rows["Tổng số hội viên"] == (2, 3, 2, 1, 3, "Công an tỉnh")
    assert set(rows) == set(annex_cells(opened_again(summary)))
    assert annex_cells(opened_again(summary))["Tổng số hội viên"]["Có số liệu"].value == "2/3*"


def test_an_accepted_report_is_not_marked_provisional(summary):
    workbook = opened_again(replace(summary, status="accepted"))
    texts = [str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert not any("TẠM TÍNH" in text for text in texts)


def test_long_words_are_cut_into_rows_that_can_be_read(summary):
    words = " ".join(f"từ{number}" for number in range(6500))
    assert len(words) > 40_000
    sheet = opened_again(replace(summary, narrative={"results": words, "difficulties": "x" * 40_000}))["Phần lời"]
    rows = [sheet.cell(row, 1).value for row in range(1, sheet.max_row + 1)]
    place = rows.index("Khó khăn")
    assert "".join(filter(None, rows[1:place])) == words
    assert "".join(filter(None, rows[place + 1 :])) == "x" * 40_000
    assert max(map(len, filter(None, rows))) < 5000
    assert all((sheet.row_dimensions[row].height or 15) <= 409 for row in range(1, sheet.max_row + 1))


def test_the_file_names_its_title_and_its_author(summary):
    properties = opened_again(summary).properties
    assert properties.title.startswith("Báo cáo kết quả công tác khuyến học quý I/2022")
    assert properties.creator == "Hội Khuyến học tỉnh An Bình"


@pytest.mark.parametrize("period", [QUARTER, Span(2022, "H1"), Span(2022, "9M"), Span(2022, "Y")])
def test_nothing_leaks_out_of_the_program(summary, tree, period):
    for unit in (tree.province, tree.east, tree.first, tree.police):
        workbook = opened_again(build(organization=unit, period=period))
        cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
        text = "\n".join(str(cell.value) for cell in cells if cell.data_type == "s")
        assert not re.search(r"\b(None|nan|True|False|Decimal|missing|no_data|province|district|total)\b|[{}]", text)
        assert not re.search(r"Sheet|Total|Page", "\n".join([text, *workbook.sheetnames]))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_come_out_literally(summary, hostile):
    shown = hostile.replace("\x00", "").replace("\x1f", "")
    shown += "\u202c" if "\u202e" in shown else ""
    figures = tuple(
        replace(
            line,
            label=hostile,
            unit=line.unit if line.is_rate else hostile,
            group=hostile if line.group == "Hội viên" else line.group,
            units=tuple(replace(value, unit=replace(value.unit, short_name=hostile)) for value in line.units),
        )
        for line in summary.figures
    )
    head = replace(summary.document, own_lines=(hostile,), number=hostile)
    workbook = opened_again(
        replace(
            summary,
            organization=replace(summary.organization, name=hostile),
            figures=figures,
            narrative=dict.fromkeys(SECTIONS, hostile),
            document=head,
        )
    )
    sheet = group_sheets(workbook)[1]
    assert sheet["A1"].value == f"Biểu 2. {shown}"
    for cell in (sheet["A5"], sheet["B5"], sheet["I4"], workbook["Tổng hợp"]["A2"], workbook["Phần lời"]["A2"]):
        assert (cell.value, cell.data_type) == (shown, "s")
    assert workbook["Độ phủ"]["B6"].value == shown
    assert workbook.properties.creator.replace("_x005F", "") in shown
    formulas = [cell.value for each in workbook for row in each.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert all(re.match(r"=ROUND\([A-Z]|='", formula) for formula in formulas)
    assert not any(cell.hyperlink for each in workbook for row in each.iter_rows() for cell in row)


def test_writing_asks_the_database_nothing(summary, django_assert_num_queries):
    with django_assert_num_queries(0):
        quarterly_summary_xlsx(summary)


def halves(line, numbers):
    """The line with other parts, whose rates all lie half-way between two of two decimals."""
    pair = {}

    def other(old, key):
        if old is not None and old.denominator is not None:
            pair[key] = Pair(5 + 10 * next(numbers), 1000 * line.scale)
        return pair.get(key, old)

    units = tuple(replace(value, pair=other(value.pair, place)) for place, value in enumerate(line.units))
    units = tuple(
        replace(value, value=value.pair.rate(line.scale)) if place in pair else value
        for place, value in enumerate(units)
    )
    whole, before = other(line.pair, "whole"), other(line.previous_pair, "before")
    return replace(
        line,
        units=units,
        pair=whole,
        previous_pair=before,
        value=whole.rate(line.scale) if "whole" in pair else line.value,
        previous=before.rate(line.scale) if "before" in pair else line.previous,
    )


def test_a_spreadsheet_program_works_out_the_same_values(summary, tmp_path):
    """Also where a rate lies half-way: it rounds away from zero as we do."""
    numbers = count(1, 7919)
    figures = tuple(halves(line, numbers) if line.is_rate else line for line in summary.figures)
    content = quarterly_summary_xlsx(replace(summary, figures=figures))
    values, again = open_values(content), recalculated(content, tmp_path)
    formulas = [
        cell for sheet in open_workbook(content) for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert len(formulas) > 15
    for cell in formulas:
        sheet, address = cell.parent.title, cell.coordinate
        assert again[sheet][address].value == values[sheet][address].value, (sheet, address, cell.value)
