"""The Word report, opened again and read."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from core.periods import Quarter, Span
from reports.builders.quarterly_summary import build
from reports.documents import document_name, quarterly_summary_docx
from reports.documents.frame import NO_NUMBER
from reports.services import open_round
from tests.conftest import plant

QUARTER = Quarter(2022, 1)
HOSTILE = [
    "A & B < C > D",
    "=1+1",
    "{{ 7*7 }}",
    "{_{ x }_}",
    "{% if %}",
    "]]> <w:p/>",
    "a\x00b\x1fc",
    "\u200fשלום\u200e",
    "W" * 300,
]


def opened_again(summary):
    return docx.Document(BytesIO(quarterly_summary_docx(summary)))


def all_texts(document):
    """Every text of the body, in tables too, and of headers and footers."""
    found = [node.text or "" for node in document.element.body.iter(qn("w:t"))]
    for section in document.sections:
        for part in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            found += [paragraph.text for paragraph in part.paragraphs]
    return found


def annex_rows(document):
    """{indicator: its cells} over all tables of figures."""
    rows = {}
    for table in document.tables[2:]:
        for row in table.rows[1:]:
            name, *cells = [cell.text for cell in row.cells]
            rows.setdefault(name, []).extend(cells)
    return rows


def test_the_page_is_the_one_of_the_decree(summary):
    document = opened_again(summary)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(margin.mm) for margin in margins] == [20, 20, 20, 30]
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))[0]
    assert set(defaults.find(qn("w:rFonts")).attrib.values()) == {"Times New Roman"}
    assert defaults.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    assert defaults.find(qn("w:sz")).get(qn("w:val")) == "28"


def test_pages_are_numbered_from_the_second_one(summary):
    section = opened_again(summary).sections[0]
    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == ""
    assert not list(section.first_page_header._element.iter(qn("w:instrText")))
    numbered = section.header.paragraphs[0]
    assert [node.text.strip() for node in numbered._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert numbered.style.paragraph_format.alignment.name == "CENTER"


def test_the_head_names_the_body_above_and_the_association(summary):
    names, number = opened_again(summary).tables[0].rows
    left, right = names.cells
    assert [text for text in left.text.split("\n") if text] == [
        "HỘI KHUYẾN HỌC VIỆT NAM",
        "HỘI KHUYẾN HỌC",
        "TỈNH AN BÌNH",
    ]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in right.text
    assert left.paragraphs[1].style.font.bold
    left, right = number.cells
    assert left.text == f"Số: {NO_NUMBER}/BC-HKH"
    assert right.text == "An Bình, ngày ..... tháng ..... năm 2022"
    assert right.paragraphs[0].style.font.italic


def test_below_the_province_the_body_above_is_the_parent(summary, tree):
    document = opened_again(build(organization=tree.first, period=QUARTER))
    assert document.tables[0].rows[0].cells[0].text.startswith("HỘI KHUYẾN HỌC\nHUYỆN ĐÔNG SƠN\n")
    assert "- Hội Khuyến học huyện Đông Sơn (để báo cáo);" in document.tables[1].rows[0].cells[0].text


def test_the_title_and_the_signature_are_those_of_a_report(summary):
    document = opened_again(summary)
    styles = {paragraph.style.name: paragraph.text for paragraph in reversed(document.paragraphs)}
    assert styles["Title"] == "BÁO CÁO"
    assert styles["Subtitle"] == "Kết quả công tác khuyến học quý I/2022, nhiệm vụ trọng tâm quý II/2022"
    recipients, signature = document.tables[1].rows[0].cells
    assert recipients.text == "Nơi nhận:\n- Hội Khuyến học Việt Nam (để báo cáo);\n- Lưu: VT."
    assert signature.text.startswith("TM. BAN THƯỜNG VỤ\nCHỦ TỊCH\n")
    assert document.core_properties.title.startswith("Báo cáo kết quả công tác khuyến học quý I/2022")
    assert document.core_properties.author == "Hội Khuyến học tỉnh An Bình"


def test_sections_are_real_headings_and_paragraphs(summary):
    document = opened_again(summary)
    headings = {p.text: p.style.name for p in document.paragraphs if p.style.name.startswith("Heading")}
    assert headings["I. KẾT QUẢ CÔNG TÁC QUÝ I/2022"] == "Heading 1"
    assert headings["II. NHIỆM VỤ TRỌNG TÂM QUÝ II/2022"] == "Heading 1"
    assert headings["Khó khăn"] == "Heading 2"
    body = document.styles["Body Text"].paragraph_format
    assert body.alignment.name == "JUSTIFY"
    assert round(body.first_line_indent.mm) == 10


def test_no_heading_and_no_paragraph_of_the_body_is_empty(summary):
    paragraphs = opened_again(summary).paragraphs
    for here, after in zip(paragraphs, paragraphs[1:], strict=False):
        if here.style.name in ("Heading 1", "Heading 2", "Body Text"):
            assert here.text.strip()
        if here.style.name == "Heading 2":
            assert after.style.name == "Body Text"


@pytest.mark.parametrize("period", [QUARTER, Span(2022, "H1"), Span(2022, "9M"), Span(2022, "Y")])
def test_nothing_leaks_out_of_the_program(summary, tree, period):
    for unit in (tree.province, tree.east, tree.first, tree.police):
        text = "\n".join(all_texts(opened_again(build(organization=unit, period=period))))
        assert not re.search(r"\b(None|nan|True|False|Decimal|missing|no_data|province|district|total)\b|[{}]", text)
        assert not re.search(r"  +\S", text.replace(f"{NO_NUMBER}/", ""))


def test_the_annex_has_every_figure_with_its_coverage(summary):
    rows = annex_rows(opened_again(summary))
    assert rows["Gia đình học tập: tỷ lệ đăng ký"] == ["67,2%", "1/2*", "67,2%", "–", "", ""]
    assert rows["Tổng số hội viên (người)"][:3] == ["2.469.134", "2/3*", "1.234.567"]
    assert rows["Vận động được trong kỳ (đồng)"][0] == "6.100.000.000"
    assert rows["Vận động được trong kỳ (đồng)"][-1] == "6.100.000.000"


def test_the_annex_explains_its_marks_and_names_its_report(summary):
    texts = [paragraph.text for paragraph in opened_again(summary).paragraphs]
    assert "Phụ lục" in texts
    assert any(text.startswith("(Kèm theo Báo cáo số ") for text in texts)
    assert any("Dấu “–”: chưa có số liệu." in text for text in texts)
    assert any("số liệu chi tiết có tại Phụ lục kèm theo./." in text for text in texts)


def test_the_annex_lies_across_and_its_heads_repeat(summary):
    document = opened_again(summary)
    assert document.sections[1].orientation == WD_ORIENT.LANDSCAPE
    for table in document.tables[2:]:
        assert table.style.name == "Table Grid"
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_a_unit_without_units_below_has_an_upright_annex_of_what_it_is_asked(summary, tree):
    document = opened_again(build(organization=tree.first, period=QUARTER))
    assert document.sections[1].orientation == WD_ORIENT.PORTRAIT
    rows = annex_rows(document)
    assert "Số hội cấp huyện (hội)" not in rows
    assert rows["Tổng số hội viên (người)"] == ["–"]
    affiliated = annex_rows(opened_again(build(organization=tree.police, period=QUARTER)))
    assert "Gia đình học tập: đăng ký (hộ)" not in affiliated
    assert "Đơn vị học tập: đăng ký (đơn vị)" in affiliated


def test_many_units_are_spread_over_tables_that_repeat_the_indicators(db, write):
    province = plant("P", "Hội Khuyến học tỉnh Phú", "province")
    communes = [plant(f"P.{n:02}", f"Hội Khuyến học xã Chiềng {n:02}", "commune", province) for n in range(40)]
    open_round(root=province, quarter=QUARTER, due_on=date(2022, 4, 5), user=None)
    for number, commune in enumerate(communes):
        write(commune, {"members.total": 1000 + number})
    document = opened_again(build(organization=province, period=QUARTER))
    tables = [table for table in document.tables[2:] if table.rows[1].cells[0].text.startswith("Tổng số hội viên")]
    assert len(tables) >= 3
    heads = [cell.text for table in tables for cell in table.rows[0].cells[1:]]
    assert [head for head in heads if head.startswith("Xã Chiềng")] == [f"Xã Chiềng {n:02}" for n in range(40)]
    assert heads[0] == "Toàn tỉnh"
    assert all(sum(column.width.mm for column in table.columns) <= 252.5 for table in tables)
    assert annex_rows(document)["Tổng số hội viên (người)"][2:42] == [f"1.{n:03}" for n in range(40)]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert any(text.startswith("Biểu 2.") and text.endswith("(tiếp theo)") for text in texts)


def test_a_provisional_report_is_marked_with_its_time(summary):
    texts = all_texts(opened_again(summary))
    marks = [text for text in texts if text.startswith("BẢN TẠM TÍNH, số liệu đến ")]
    assert len(marks) >= 3
    accepted = all_texts(opened_again(replace(summary, status="accepted")))
    assert not any("TẠM TÍNH" in text for text in accepted)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_come_out_literally(summary, hostile):
    shown = hostile.replace("\x00", "").replace("\x1f", "")
    named = replace(summary.organization, name=f"Hội Khuyến học {hostile}")
    figures = tuple(
        replace(
            line,
            label=hostile,
            units=tuple(replace(value, unit=replace(value.unit, short_name=hostile)) for value in line.units),
        )
        for line in summary.figures
    )
    words = dict.fromkeys(summary.narrative, hostile)
    head = replace(summary.document, own_lines=(hostile,), place=hostile, signatory=hostile, recipients=(hostile,))
    document = opened_again(replace(summary, organization=named, figures=figures, narrative=words, document=head))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts.count(shown) >= 4
    assert document.tables[0].rows[0].cells[0].paragraphs[1].text == shown
    assert document.tables[0].rows[1].cells[1].text.startswith(f"{shown}, ngày")
    assert document.tables[1].rows[0].cells[0].paragraphs[1].text == f"- {shown}."
    assert document.tables[1].rows[0].cells[1].paragraphs[-1].text == shown
    assert shown in [cell.text for cell in document.tables[2].rows[0].cells]
    assert any(cell.text.startswith(shown) for cell in document.tables[2].columns[0].cells)
    assert shown in document.core_properties.author or len(shown) > 200


def test_the_year_of_issue_is_that_of_the_next_day(summary):
    document = opened_again(replace(summary, period=Quarter(2022, 4)))
    assert "năm 2023" in document.tables[0].rows[1].cells[1].text


def test_writing_asks_the_database_nothing(summary, django_assert_num_queries):
    with django_assert_num_queries(0):
        quarterly_summary_docx(summary)


def test_the_name_of_the_file_says_unit_and_period(summary):
    assert document_name(summary, "docx") == "bao-cao-A-2022-Q1.docx"
    assert document_name(replace(summary, period=Span(2022, "Y")), "xlsx") == "bao-cao-A-2022.xlsx"


def test_a_turned_name_does_not_turn_the_words_of_the_office(summary):
    turned = "\u202eSơn La"
    named = replace(summary.organization, name=turned)
    head = replace(summary.document, place=turned)
    document = opened_again(replace(summary, organization=named, document=head))
    for text in [*all_texts(document), document.tables[0].rows[1].cells[1].text]:
        assert turned not in text or f"{turned}\u202c" in text
    assert document.tables[0].rows[1].cells[1].text.startswith(f"{turned}\u202c, ngày")
