"""The Word writer: literal text, a sandbox, tables that print well."""

from io import BytesIO

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from core.documents import Table, add_annex_section, add_table, annex_width, document_to_bytes, render_template
from core.documents.word import CELL_HEAD, CELL_NUMBER, CELL_TEXT

HOSTILE = [
    "A & B < C > D",
    "=1+1",
    "{{ 7*7 }}",
    "{_{ x }_} {_% y %_}",
    "{% if %} {%p for %} {# x #}",
    "]]> <w:p/> &amp;",
    "\u200fשלום\u200e",
    "W" * 300,
]


@pytest.fixture
def template(tmp_path):
    """template("{{ a }}", …) makes a Word file with one paragraph per text."""

    def make(*texts):
        document = docx.Document()
        for text in texts:
            document.add_paragraph(text)
        for name in (CELL_HEAD, CELL_TEXT, CELL_NUMBER):
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        path = tmp_path / "template.docx"
        document.save(path)
        return path

    return make


def reopened(document):
    return docx.Document(BytesIO(document_to_bytes(document, title="Báo cáo", author="Hội")))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_data_says_comes_out_literally(template, hostile):
    assert texts(reopened(render_template(template("{{ a }}"), {"a": hostile}))) == [hostile]


def test_characters_that_xml_forbids_are_dropped(template):
    document = render_template(template("{{ a }}"), {"a": "a\x00b\x1fc\ufffed\ud800e\uffff"})
    assert texts(reopened(document)) == ["abcde"]


def test_loops_over_paragraphs_leave_no_marks(template):
    path = template("{%p for line in lines %}", "{{ line }}", "{%p endfor %}")
    assert texts(reopened(render_template(path, {"lines": HOSTILE}))) == HOSTILE


def test_a_template_runs_in_a_sandbox(template):
    with pytest.raises(SecurityError):
        render_template(template("{{ ''.__class__.__mro__ }}"), {})
    with pytest.raises(SecurityError):
        render_template(template("{{ lines.append(1) }}"), {"lines": []})


def test_an_unknown_name_in_a_template_is_an_error(template):
    with pytest.raises(UndefinedError):
        render_template(template("{{ typo }}"), {})


def test_the_file_carries_title_and_author_of_bounded_length(template):
    data = document_to_bytes(render_template(template("x"), {}), title="{{ 7*7 }}\x00" + "W" * 300, author="A & B")
    properties = docx.Document(BytesIO(data)).core_properties
    assert properties.title.startswith("{{ 7*7 }}WWW")
    assert len(properties.title) == 255
    assert (properties.author, properties.language) == ("A & B", "vi-VN")


def test_a_table_repeats_its_head_and_keeps_its_rows_whole(template):
    document = render_template(template("x"), {})
    rows = tuple((text, "1.234.567") for text in HOSTILE)
    add_table(document, Table(("Chỉ tiêu", "Toàn tỉnh"), rows, (60, 25)))
    table = reopened(document).tables[0]
    head, *others = table.rows
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in others)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [tuple(cell.text for cell in row.cells) for row in others] == list(rows)
    assert [cell.paragraphs[0].style.name for cell in head.cells] == [CELL_HEAD, CELL_HEAD]
    assert [cell.paragraphs[0].style.name for cell in others[0].cells] == [CELL_TEXT, CELL_NUMBER]
    assert [round(column.width.mm) for column in table.columns] == [60, 25]
    assert table.autofit is False


def test_the_last_rows_of_a_table_stay_together(template):
    document = render_template(template("x"), {})
    add_table(document, Table(("A",), tuple((str(number),) for number in range(10)), (60,)))
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in document.tables[0].rows]
    assert kept == [True, True, True, None, None, None, None, True, True, True, None]


@pytest.mark.parametrize(("landscape", "size"), [(True, (297, 210)), (False, (210, 297))])
def test_an_annex_is_a_section_of_its_own_with_its_own_page_numbers(template, landscape, size):
    document = render_template(template("x"), {})
    add_annex_section(document, landscape=landscape)
    section = reopened(document).sections[-1]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == size
    assert (section.orientation == WD_ORIENT.LANDSCAPE) is landscape
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(margin.mm) for margin in margins] == [20, 15, 20, 30]
    assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert section.different_first_page_header_footer
    assert annex_width(landscape=landscape) == size[0] - 45
