"""Bảng vàng khuyến học: donors by sum on a sheet for hanging up. Only those who agreed to be named are named."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm

from core.documents import (
    Table,
    add_table,
    contained,
    document_to_bytes,
    pdf_from_template,
    render_template,
)
from core.money import money_to_text
from core.numbers import number_to_text
from core.vietnamese import date_in_words
from funds.documents.board_pages import Row, lay_out
from funds.gifts import Choice, DonorSum, Gifts
from funds.models import Party
from organizations.letterheads import letterhead

FOLDER = settings.BASE_DIR / "templates" / "funds" / "documents"
BLANK = "................"
# Millimetres across and down.
WIDTHS = (20, 160, 65)
SHEETS = {"a4": (297, 210), "a3": (420, 297)}
HEADS = ("STT", "Nhà hảo tâm", "Số tiền (đồng)")
# An A3 is an A4 seen larger.
LARGER = 2**0.5
# The template's style of the line before which the list stands.
AFTER_LIST = "Dòng nhỏ"
NOBODY = "Chưa có nhà hảo tâm nào đồng ý nêu tên."


@dataclass(frozen=True)
class GoldenBoard:
    """All texts of the board; ``others`` says how many gave without being named."""

    sheet: str
    parent_line: str
    own_line: str
    title: str
    subject: str
    period: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str
    others: tuple[str, ...]
    total: str
    note: str
    place_and_date: str
    signing: tuple[str, ...]
    signatory: str


def golden_board(
    choice: Choice, gifts: Gifts, parties: Mapping[int, Party], *, day: date, sheet: str = "a4"
) -> GoldenBoard:
    """``gifts`` of the choice, greatest sum first; ``parties``: key of a donor → the row."""
    unit, campaign = choice.fund.organization, choice.campaign
    head = letterhead(unit)
    shown = [donor for donor in gifts.donors if parties[donor.key].may_be_shown(day)]
    rows = tuple(
        (str(place), parties[donor.key].name, number_to_text(donor.amount))
        for place, donor in enumerate(shown, start=1)
    )
    days = Choice(choice.fund, first=choice.first, last=choice.last).words
    least = f"ủng hộ từ {money_to_text(choice.least)}" if choice.least else ""
    return contained(
        GoldenBoard(
            sheet=sheet,
            parent_line=" ".join(head.parent_lines),
            own_line=" ".join(head.own_lines),
            title="BẢNG VÀNG KHUYẾN HỌC",
            subject=campaign.name if campaign else choice.fund.name,
            period=", ".join(filter(None, (choice.fund.name if campaign else "", least, days))),
            heads=HEADS,
            rows=rows,
            empty=NOBODY,
            others=others_of(gifts, shown, counted_all=not choice.least),
            total=f"Tổng cộng: {money_to_text(total_of(gifts, counted_all=not choice.least))}.",
            note="Hiện vật tính theo trị giá.",
            place_and_date=f"{head.place or BLANK}, {date_in_words(day)}",
            signing=head.signing,
            signatory=head.signatory,
        )
    )


def total_of(gifts: Gifts, *, counted_all: bool) -> int:
    """In đồng; gifts without any name belong to nobody who gave so and so much."""
    return gifts.total if counted_all else gifts.total - gifts.nameless


def others_of(gifts: Gifts, shown: list[DonorSum], *, counted_all: bool) -> tuple[str, ...]:
    number = len(gifts.donors) - len(shown)
    amount = sum(donor.amount for donor in gifts.donors) - sum(donor.amount for donor in shown)
    said = []
    if number:
        joined = "và " if shown else ""
        said.append(f"{joined}{number_to_text(number)} nhà hảo tâm không nêu tên: {money_to_text(amount)}.")
    if counted_all and gifts.nameless_gifts:
        times = number_to_text(gifts.nameless_gifts)
        said.append(f"{times} khoản ủng hộ không ghi người ủng hộ: {money_to_text(gifts.nameless)}.")
    return tuple(f"{words[0].upper()}{words[1:]}" if not shown else words for words in said)


def title_of(paper: GoldenBoard) -> str:
    return f"Bảng vàng khuyến học {paper.subject}"


def golden_board_pdf(paper: GoldenBoard, *, author: str) -> bytes:
    context = {"paper": asdict(paper), "layout": asdict(lay_out(paper.rows))}
    return pdf_from_template(FOLDER / "golden_board.typ", context, title=title_of(paper), author=author)


def golden_board_docx(paper: GoldenBoard, *, author: str) -> bytes:
    """The board that `golden_board_pdf` sets, word for word, in one column."""
    document = render_template(FOLDER / "golden_board.docx", asdict(paper))
    if paper.rows:
        after = next(paragraph for paragraph in document.paragraphs if paragraph.style.name == AFTER_LIST)
        add_table(document, Table(HEADS, paper.rows, WIDTHS, text_columns=2))
        after._p.addprevious(document.tables[-1]._tbl)
    if paper.sheet == "a3":
        enlarge(document)
    return document_to_bytes(document, title=title_of(paper), author=author)


def enlarge(document) -> None:
    """Everything as on the A4, half as large again."""
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(length) for length in SHEETS["a3"])
    for name in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, name, round(getattr(section, name) * LARGER))
    for style in document.styles:
        if style.type == WD_STYLE_TYPE.PARAGRAPH and style.font.size:
            style.font.size = round(style.font.size * LARGER)
    for table in document.tables:
        for place in table._tbl.iter(qn("w:gridCol"), qn("w:tcW"), qn("w:tblW")):
            if place.get(qn("w:type")) in (None, "dxa"):
                place.set(qn("w:w"), str(round(int(place.get(qn("w:w"))) * LARGER)))
