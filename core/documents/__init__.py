"""The writers of documents: Word, Excel and PDF."""

from core.documents.content import Table, annex_width, clean, contained, plain, text_width
from core.documents.pdf import PDF_TYPE, pdf_from_template
from core.documents.word import (
    DOCX_TYPE,
    add_annex_section,
    add_paragraph,
    add_table,
    document_to_bytes,
    fit_rules,
    render_template,
)
from core.documents.workbook import (
    XLSX_TYPE,
    Book,
    fit_columns,
    lines_of,
    set_lines,
    set_widths,
    write_paragraph,
    write_row,
    write_text,
)

__all__ = [
    "Book",
    "DOCX_TYPE",
    "PDF_TYPE",
    "Table",
    "XLSX_TYPE",
    "add_annex_section",
    "add_paragraph",
    "add_table",
    "annex_width",
    "clean",
    "contained",
    "document_to_bytes",
    "fit_columns",
    "fit_rules",
    "lines_of",
    "pdf_from_template",
    "plain",
    "render_template",
    "set_lines",
    "set_widths",
    "text_width",
    "write_paragraph",
    "write_row",
    "write_text",
]
