"""A paper with its list, laid out by Nghị định 30/2020/NĐ-CP: Word, which an office can go on editing, and PDF."""

from dataclasses import asdict, dataclass
from typing import ClassVar

from django.conf import settings
from docx.shared import Mm

from core.documents import (
    Table,
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
from learning_models.models import LearningModel

FOLDER = settings.BASE_DIR / "templates" / "learning_models" / "documents"
BLANK = "................"
MARK_SIZE = 13


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The texts of every paper; ``mark`` stands at the foot of each page, ``table`` is the list behind the words."""

    # Of the .docx and the .typ in FOLDER that print it.
    template: ClassVar[str]
    # Whether the mark also stands in a frame above the list.
    frames_mark: ClassVar[bool] = False

    author: str
    parent_lines: tuple[str, ...]
    own_lines: tuple[str, ...]
    number_line: str
    place_and_date: str
    mark: str
    document_type: str
    subject: str
    list_title: str
    reference: str
    table: Table
    total: str

    @property
    def title(self) -> str:
        return f"{self.document_type.capitalize()} {self.subject[:1].lower()}{self.subject[1:]}"


def name_head(model: str) -> str:
    """The head of the list's column of names."""
    return {LearningModel.FAMILY: "Họ tên chủ hộ", LearningModel.CITIZEN: "Họ và tên"}.get(LearningModel(model), "Tên")


def paper_pdf(paper: Paper) -> bytes:
    """What `paper_docx` writes, word for word."""
    context = {"paper": asdict(paper)}
    return pdf_from_template(FOLDER / f"{paper.template}.typ", context, title=paper.title, author=paper.author)


def paper_docx(paper: Paper) -> bytes:
    document = render_template(FOLDER / f"{paper.template}.docx", asdict(paper))
    fit_rules(document, paper.own_lines, paper.subject)
    add_annex_section(document, landscape=False)
    add_paragraph(document, "DANH SÁCH", "Phụ lục")
    add_paragraph(document, paper.list_title, "Phụ lục")
    add_paragraph(document, paper.reference, "Chỉ dẫn phụ lục")
    if paper.mark and paper.frames_mark:
        mark = add_paragraph(document, paper.mark, "Bản tạm tính")
        room = annex_width(landscape=False) - 1.2 * text_width(paper.mark, MARK_SIZE, bold=True)
        mark.paragraph_format.left_indent = mark.paragraph_format.right_indent = Mm(room / 2)
    add_table(document, paper.table)
    add_paragraph(document, paper.total, "Chú thích biểu")
    return document_to_bytes(document, title=paper.title, author=paper.author)
