"""Word documents in the layout of Nghị định 30/2020/NĐ-CP, from templates that an office can edit in Word.

A template holds the page, the styles and the fixed words, with Jinja marks where data goes. It is rendered in a
sandbox with plain data only; what data says comes out literally. Tables are added afterwards: `add_table`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from core.documents.content import (
    A4_LONG,
    A4_SHORT,
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Table,
    annex_width,
    clean,
    plain,
    text_width,
)

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_PROPERTY = 255
TWIPS_PER_MM = 1440 / 25.4
# The styles that a template for reports with tables must have.
CELL_HEAD, CELL_TEXT, CELL_NUMBER = "Đầu cột", "Ô chữ", "Ô số"
TABLE_STYLE = "Table Grid"
# The template's style of rules, and the sizes of what they stand under.
RULE, NAME_SIZE, SUBJECT_SIZE, RULE_SHARE = "Đường kẻ", 12, 14, 0.38


class LiteralTemplate(DocxTemplate):
    """docxtpl without its rewriting of rendered text: "{_{" stays "{_{", a line feed stays what it is."""

    def render_xml_part(self, src_xml, part, context, jinja_env=None):
        self.current_rendering_part = part
        return jinja_env.from_string(src_xml).render(context)


def render_template(path: Path, context: Mapping) -> Document:
    """The template filled with plain data, as a python-docx document."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    template = LiteralTemplate(path)
    template.render(plain(context), environment, autoescape=True)
    return template.docx


def document_to_bytes(document: Document, *, title: str, author: str) -> bytes:
    """The file, with its title and author."""
    properties = document.core_properties
    properties.title = clean(title)[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = clean(author)[:LONGEST_PROPERTY]
    properties.language = "vi-VN"
    properties.created = properties.modified = datetime.now(UTC).replace(tzinfo=None)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def fit_rules(document: Document, own_lines: Sequence[str], subject: str) -> None:
    """Rules of a third to a half of the name and of the subject that they stand under (appendix I of the decree)."""
    names = max((text_width(line, NAME_SIZE, bold=True) for line in own_lines), default=0)
    room = annex_width(landscape=False)
    left, _ = document.tables[0].rows[0].cells
    fit_rule(left.paragraphs, left.width.mm, names)
    fit_rule(document.paragraphs, room, min(text_width(subject, SUBJECT_SIZE, bold=True), room))


def fit_rule(paragraphs, room: float, text: float) -> None:
    """The first rule among the paragraphs, in the middle of ``room`` millimetres."""
    rule = next((paragraph for paragraph in paragraphs if paragraph.style.name == RULE), None)
    if rule is None:  # an office may take it out of its template
        return
    indent = Mm((room - min(text, room) * RULE_SHARE) / 2)
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = indent


# An annex


def add_annex_section(document: Document, *, landscape: bool) -> None:
    """A new page, A4 upright or across, whose own page numbers begin at 1; the first is not shown."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width = Mm(A4_LONG if landscape else A4_SHORT)
    section.page_height = Mm(A4_SHORT if landscape else A4_LONG)
    section.top_margin, section.right_margin = Mm(TOP), Mm(RIGHT)
    section.bottom_margin, section.left_margin = Mm(BOTTOM), Mm(LEFT)
    section.different_first_page_header_footer = True
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(numbers)


def add_paragraph(document: Document, text: str, style: str):
    return document.add_paragraph(clean(text), style=style)


def add_table(document: Document, table: Table, *, row_height: int = 0) -> None:
    """A ruled table whose first row stands again on every page and whose rows do not break over pages.

    ``row_height``: millimetres that a row has at least, where it is signed by hand.
    """
    widths = [round(width * TWIPS_PER_MM) for width in table.widths]
    added = document.add_table(rows=0, cols=len(widths), style=TABLE_STYLE)
    added.autofit = False
    properties = added._tbl.tblPr
    properties.find(qn("w:tblW")).attrib.update({qn("w:type"): "dxa", qn("w:w"): str(sum(widths))})
    for column, width in zip(added._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(width))
    styles = {name: document.styles[name].style_id for name in (CELL_HEAD, CELL_TEXT, CELL_NUMBER)}
    added._tbl.append(row(table.heads, widths, [styles[CELL_HEAD]] * len(widths), is_head=True))
    kinds = [styles[CELL_TEXT if place < table.text_columns else CELL_NUMBER] for place in range(len(widths))]
    last = len(table.rows) - 1
    for place, texts in enumerate(table.rows):
        # The first rows stay with the head, the last ones together.
        together = place < 2 or last - 3 <= place
        built = row(texts, widths, kinds, with_next=together and place < last)
        if row_height:
            height = {"w:val": str(round(row_height * TWIPS_PER_MM)), "w:hRule": "atLeast"}
            child(built.find(qn("w:trPr")), "w:trHeight", **height)
        added._tbl.append(built)


def row(texts: tuple[str, ...], widths: list[int], styles: list[str], *, is_head=False, with_next=False):
    """A ``w:tr``. Built by hand: python-docx walks the whole table for every cell."""
    built = OxmlElement("w:tr")
    flags = child(built, "w:trPr")
    child(flags, "w:cantSplit")
    if is_head:
        child(flags, "w:tblHeader")
    for text, width, style in zip(texts, widths, styles, strict=True):
        cell = child(built, "w:tc")
        properties = child(cell, "w:tcPr")
        child(properties, "w:tcW", **{"w:w": str(width), "w:type": "dxa"})
        child(properties, "w:vAlign", **{"w:val": "center"})
        paragraph = child(cell, "w:p")
        child(child(paragraph, "w:pPr"), "w:pStyle", **{"w:val": style})
        if with_next or is_head:
            child(paragraph[0], "w:keepNext")
        if text:
            written = child(child(paragraph, "w:r"), "w:t", **{"xml:space": "preserve"})
            written.text = clean(text)
    return built


def child(parent, tag: str, **attributes: str):
    added = OxmlElement(tag)
    for name, value in attributes.items():
        added.set(qn(name), value)
    parent.append(added)
    return added
