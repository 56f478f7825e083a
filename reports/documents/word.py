"""The quarterly summary in Word."""

from django.conf import settings
from docx.shared import Mm

from core.documents import (
    add_annex_section,
    add_paragraph,
    add_table,
    annex_width,
    contained,
    document_to_bytes,
    render_template,
    text_width,
)
from reports.builders.summary import QuarterlySummary
from reports.documents.annex import annex
from reports.documents.frame import Frame, document_title, frame

TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "documents" / "quarterly_summary.docx"
# The template's style of rules, and the sizes of what they stand under.
RULE, NAME_SIZE, SUBJECT_SIZE, RULE_SHARE = "Đường kẻ", 12, 14, 0.38
MARK_SIZE = 13


def quarterly_summary_docx(summary: QuarterlySummary) -> bytes:
    """The official report of a summary: sections in words, then an annex with all figures by unit."""
    summary = contained(summary)
    around = frame(summary)
    document = render_template(TEMPLATE, around.as_context())
    fit_rules(document, around)
    add_annex(document, summary)
    return document_to_bytes(document, title=document_title(summary), author=summary.organization.name)


def fit_rules(document, around: Frame) -> None:
    """Rules of a third to a half of the name and of the subject that they stand under (appendix I of the decree)."""
    names = max((text_width(line, NAME_SIZE, bold=True) for line in around.own_lines), default=0)
    subject = min(text_width(around.subject, SUBJECT_SIZE, bold=True), annex_width(landscape=False))
    left, _ = document.tables[0].rows[0].cells
    fit_rule(left.paragraphs, left.width.mm, names)
    fit_rule(document.paragraphs, annex_width(landscape=False), subject)


def fit_rule(paragraphs, room: float, text: float) -> None:
    """The first rule among the paragraphs, in the middle of ``room`` millimetres."""
    rule = next((paragraph for paragraph in paragraphs if paragraph.style.name == RULE), None)
    if rule is None:  # an office may take it out of its template
        return
    indent = Mm((room - min(text, room) * RULE_SHARE) / 2)
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = indent


def add_annex(document, summary: QuarterlySummary) -> None:
    added = annex(summary)
    add_annex_section(document, landscape=added.is_wide)
    add_paragraph(document, added.label, "Phụ lục")
    add_paragraph(document, added.title, "Phụ lục")
    add_paragraph(document, added.reference, "Chỉ dẫn phụ lục")
    if added.provisional:
        mark = add_paragraph(document, added.provisional, "Bản tạm tính")
        room = annex_width(landscape=added.is_wide) - 1.2 * text_width(added.provisional, MARK_SIZE, bold=True)
        mark.paragraph_format.left_indent = mark.paragraph_format.right_indent = Mm(room / 2)
    add_paragraph(document, added.legend, "Chú thích biểu")
    for title, table in added.tables:
        add_paragraph(document, title, "Tên biểu")
        add_table(document, table)
