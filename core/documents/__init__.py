"""The writers of documents: Word, Excel and PDF."""

from core.documents.content import Table, annex_width, clean, plain, text_width
from core.documents.word import (
    DOCX_TYPE,
    add_annex_section,
    add_paragraph,
    add_table,
    document_to_bytes,
    render_template,
)

__all__ = [
    "DOCX_TYPE",
    "Table",
    "add_annex_section",
    "add_paragraph",
    "add_table",
    "annex_width",
    "clean",
    "document_to_bytes",
    "plain",
    "render_template",
    "text_width",
]
