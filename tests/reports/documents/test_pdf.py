"""The PDF report, opened again and read beside the Word report."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from core.periods import Quarter, Span
from reports.builders.quarterly_summary import build
from reports.builders.sentences import sections
from reports.documents import quarterly_summary_docx, quarterly_summary_pdf
from tests.opened_pdf import (
    body_text,
    font_files,
    letters,
    one_line,
    open_pdf,
    outline,
    page_sizes,
    page_texts,
    places,
    tags,
    whole_text,
)

QUARTER = Quarter(2022, 1)
HOSTILE = [
    "A & B < C > D",
    "=1+1",
    "- dấu gạch",
    "{{ 7*7 }} {% if %}",
    "#strong[x] *b* _c_ $x$ @a <l> \\ // /*",
    "a\x00b\x1fc",
    "\u200fHội\u202e trước",
    "W" * 300,
]


def opened_again(summary):
    return open_pdf(quarterly_summary_pdf(summary))


def head_changed(summary, **head):
    return replace(summary, document=replace(summary.document, **head))


def word_texts(summary):
    """Every paragraph and every row of a table of the Word report."""
    body = docx.Document(BytesIO(quarterly_summary_docx(summary))).element.body
    parts = [*body.findall(qn("w:p")), *body.iter(qn("w:tr"))]
    return ["".join(node.text or "" for node in part.iter(qn("w:t"))) for part in parts]


@pytest.mark.parametrize("period", [QUARTER, Span(2022, "H1"), Span(2022, "9M"), Span(2022, "Y")])
@pytest.mark.parametrize("unit", ["province", "first", "police"])
def test_it_says_word_for_word_what_the_word_report_says_and_nothing_leaks(summary, tree, unit, period):
    summary = build(organization=getattr(tree, unit), period=period)
    read = body_text(opened_again(summary))
    assert [text for text in word_texts(summary) if letters(text) not in letters(read)] == []
    assert not re.search(r"\b(None|nan|none|auto|true|false|Decimal|missing|no_data|district|total)\b|[{}]", read)


def test_the_report_stands_upright_and_a_wide_annex_lies_across(summary, tree):
    sizes = page_sizes(opened_again(summary))
    assert sizes[0] == (210, 297)
    assert sizes[-1] == (297, 210)
    assert set(page_sizes(opened_again(build(organization=tree.first, period=QUARTER)))) == {(210, 297)}


def test_the_head_has_number_and_date_on_one_row(summary):
    changed = head_changed(summary, number="7", issued_on=date(2022, 4, 5))
    lines = {text: (left, height) for left, _, height, text in places(opened_again(changed).pages[0])}
    assert lines["Số: 07/BC-HKH"][1] == lines["An Bình, ngày 05 tháng 4 năm 2022"][1]
    assert lines["HỘI KHUYẾN HỌC VIỆT NAM"][1] == lines["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"][1]
    assert lines["HỘI KHUYẾN HỌC VIỆT NAM"][0] < 50 < 100 < lines["Độc lập - Tự do - Hạnh phúc"][0]


def test_pages_are_numbered_from_the_second_one_and_anew_in_the_annex(summary):
    document = opened_again(summary)
    texts, sizes = page_texts(document), page_sizes(document)
    annex = sizes.index((297, 210))
    assert texts[0].startswith("HỘI KHUYẾN HỌC VIỆT NAM")
    assert [text.split()[0] for text in texts[1:annex]] == [str(number) for number in range(2, annex + 1)]
    assert texts[annex].startswith("Phụ lục")
    assert [text.split()[0] for text in texts[annex + 1 :]] == [str(n) for n in range(2, len(texts) - annex + 1)]


def test_headings_are_those_of_the_sections_and_none_is_empty(summary):
    document = opened_again(summary)
    found = outline(document.outline)
    expected = [(section.level, section.title) for section in sections(summary) if section.title]
    assert found[: len(expected)] == expected
    assert found[len(expected)] == (1, "Phụ lục SỐ LIỆU TỔNG HỢP QUÝ I/2022")
    assert all(title.startswith("Biểu ") for _, title in found[len(expected) + 1 :])
    roles = tags(document)
    assert (roles.count("H1"), roles.count("H2")) == (3, len(found) - 3)


def test_the_first_heading_is_of_the_first_level_even_without_figures(summary):
    bare = replace(summary, figures=(), narrative={"difficulties": "Câu một."})
    assert outline(opened_again(bare).outline)[0] == (1, "Khó khăn")


def test_tables_are_tagged_with_their_head_cells(summary):
    roles = tags(opened_again(summary))
    titles = re.findall(r"Biểu \d+\.", whole_text(opened_again(summary)))
    assert roles.count("Table") == roles.count("THead") == len(titles)
    assert roles.count("TH") >= 6 * len(titles)


def test_the_file_can_be_read_aloud_and_kept(summary):
    document = opened_again(summary)
    root = document.trailer["/Root"]
    assert document.metadata.title.startswith("Báo cáo kết quả công tác khuyến học quý I/2022")
    assert document.metadata.author == "Hội Khuyến học tỉnh An Bình"
    assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("vi-VN", True)
    assert "<pdfuaid:part>1<" in root["/Metadata"].get_data().decode()
    files = font_files(document)
    assert len(files) == 4
    assert all(files.values())


@pytest.mark.parametrize("number", [2, 40])
def test_closing_recipients_and_signature_share_a_page(summary, number):
    lines = tuple(f"Phòng {place}" for place in range(1, number + 1))
    document = opened_again(head_changed(summary, recipients=lines, signatory="Trần Văn A"))
    page = next(text for text in page_texts(document) if "Trên đây là báo cáo" in text)
    for words in ("Nơi nhận: - Phòng 1;", f"- Phòng {number}.", "TM. BAN THƯỜNG VỤ", "Trần Văn A"):
        assert words in page


def test_a_provisional_report_is_marked_on_every_page(summary):
    texts = page_texts(opened_again(summary))
    assert all("BẢN TẠM TÍNH, số liệu đến " in text for text in texts)
    assert body_text(opened_again(summary)).count("BẢN TẠM TÍNH") == 2
    accepted = whole_text(opened_again(replace(summary, status="accepted")))
    assert "TẠM TÍNH" not in accepted


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_come_out_literally_and_inside_the_page(summary, hostile):
    named = replace(summary.organization, name=f"Hội Khuyến học {hostile}")
    figures = tuple(
        replace(
            line,
            label=hostile,
            units=tuple(replace(value, unit=replace(value.unit, short_name=hostile)) for value in line.units),
        )
        for line in summary.figures[:3]
    )
    lines = (hostile, hostile)
    changed = replace(summary, organization=named, figures=figures, narrative=dict.fromkeys(summary.narrative, hostile))
    changed = head_changed(changed, own_lines=lines, place=hostile, signing=lines, signatory=hostile, recipients=lines)
    document = opened_again(changed)
    shown = letters(re.sub(r"[\x00\x1f\u200f\u202e]", "", hostile))
    assert letters(body_text(document)).count(shown) >= 14
    for page, (width, _) in zip(document.pages, page_sizes(document), strict=True):
        for left, right, height, text in places(page):
            assert left >= 29.9, text
            assert right < width - 10, text
            assert height > 7, text


def test_writing_asks_the_database_nothing(summary, django_assert_num_queries):
    with django_assert_num_queries(0):
        quarterly_summary_pdf(summary)


def test_numbers_of_a_row_stand_in_its_order(summary):
    text = one_line(body_text(opened_again(summary)))
    assert "Gia đình học tập: tỷ lệ đăng ký 67,2% 1/2* 67,2% –" in text
    assert "Vận động được trong kỳ (đồng) 6.100.000.000" in text
