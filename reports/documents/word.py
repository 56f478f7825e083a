"""The quarterly summary in Word."""

from django.conf import settings

from core.documents import add_annex_section, add_paragraph, add_table, document_to_bytes, render_template
from reports.builders.summary import QuarterlySummary
from reports.documents.annex import annex
from reports.documents.frame import document_title, frame

TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "documents" / "quarterly_summary.docx"


def quarterly_summary_docx(summary: QuarterlySummary) -> bytes:
    """The official report of a summary: sections in words, then an annex with all figures by unit."""
    document = render_template(TEMPLATE, frame(summary).as_context())
    add_annex(document, summary)
    return document_to_bytes(document, title=document_title(summary), author=summary.organization.name)


def add_annex(document, summary: QuarterlySummary) -> None:
    added = annex(summary)
    add_annex_section(document, landscape=added.is_wide)
    add_paragraph(document, added.label, "Phụ lục")
    add_paragraph(document, added.title, "Phụ lục")
    add_paragraph(document, added.reference, "Chỉ dẫn phụ lục")
    if added.provisional:
        add_paragraph(document, added.provisional, "Bản tạm tính")
    add_paragraph(document, added.legend, "Chú thích biểu")
    for title, table in added.tables:
        add_paragraph(document, title, "Tên biểu")
        add_table(document, table)
