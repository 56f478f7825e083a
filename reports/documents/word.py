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
    fit_rules,
    render_template,
    text_width,
)
from reports.builders.summary import QuarterlySummary
from reports.documents.annex import annex
from reports.documents.frame import document_title, frame

TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "documents" / "quarterly_summary.docx"
MARK_SIZE = 13


def quarterly_summary_docx(summary: QuarterlySummary) -> bytes:
    """The official report of a summary: sections in words, then an annex with all figures by unit."""
    summary = contained(summary)
    around = frame(summary)
    document = render_template(TEMPLATE, around.as_context())
    fit_rules(document, around.own_lines, around.subject)
    add_annex(document, summary)
    return document_to_bytes(document, title=document_title(summary), author=summary.organization.name)


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
