"""An official paper as a file: Word, which the authority's office can go on editing, and PDF."""

from django.conf import settings
from docx.shared import Mm

from core.documents import (
    add_annex_section,
    add_paragraph,
    add_table,
    annex_width,
    document_to_bytes,
    fit_rules,
    pdf_from_template,
    render_template,
    text_width,
)
from learning_models.documents.official import OfficialPaper

FOLDER = settings.BASE_DIR / "templates" / "learning_models" / "documents"
MARK_SIZE = 13


def paper_title(paper: OfficialPaper) -> str:
    return f"{paper.document_type.capitalize()} {paper.subject[:1].lower()}{paper.subject[1:]}"


def paper_pdf(paper: OfficialPaper, *, author: str) -> bytes:
    context = {"paper": paper.as_context()}
    return pdf_from_template(FOLDER / "official_paper.typ", context, title=paper_title(paper), author=author)


def paper_docx(paper: OfficialPaper, *, author: str) -> bytes:
    document = render_template(FOLDER / "official_paper.docx", paper.as_context())
    fit_rules(document, paper.own_lines, paper.subject)
    add_annex_section(document, landscape=False)
    add_paragraph(document, "DANH SÁCH", "Phụ lục")
    add_paragraph(document, paper.list_title, "Phụ lục")
    add_paragraph(document, paper.reference, "Chỉ dẫn phụ lục")
    if paper.mark:
        mark = add_paragraph(document, paper.mark, "Bản tạm tính")
        room = annex_width(landscape=False) - 1.2 * text_width(paper.mark, MARK_SIZE, bold=True)
        mark.paragraph_format.left_indent = mark.paragraph_format.right_indent = Mm(room / 2)
    add_table(document, paper.table)
    add_paragraph(document, paper.total, "Chú thích biểu")
    return document_to_bytes(document, title=paper_title(paper), author=author)
