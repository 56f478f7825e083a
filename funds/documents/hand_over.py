"""The list that recipients sign when awards are handed over in cash, laid out by Nghị định 30/2020/NĐ-CP."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings

from core.documents import (
    Table,
    add_annex_section,
    add_paragraph,
    add_table,
    contained,
    document_to_bytes,
    fit_rules,
    pdf_from_template,
    render_template,
)
from core.money import money_to_text, money_to_words
from core.numbers import number_to_text
from core.vietnamese import date_in_words
from funds.models import Award, Programme
from organizations.letterheads import letterhead

FOLDER = settings.BASE_DIR / "templates" / "funds" / "documents"
BLANK = "................"
BLANK_DAY = "ngày ..... tháng ..... năm ........"
# Millimetres, 165 in all: what lies between the margins of an annex. The last one is for the signature.
WIDTHS = (11, 50, 40, 13, 24, 27)
HEADS = ("STT", "Họ và tên", "Trường, nơi làm việc", "Số suất", "Số tiền (đồng)", "Ký nhận")
# Rows of a page with room to sign, beside its head, what is carried over and its own sum.
FIRST_PAGE, OTHER_PAGES = 15, 17
ROOM_TO_SIGN = 11  # millimetres, as in hand_over.typ
BASIS, TEXT = "basis", "text"


@dataclass(frozen=True)
class HandOverList:
    """All texts of the paper; ``lines`` are (kind, text), ``pages`` the list behind it, a table for each page."""

    parent_lines: tuple[str, ...]
    own_lines: tuple[str, ...]
    number_line: str
    place_and_date: str
    document_type: str
    subject: str
    lines: tuple[tuple[str, str], ...]
    recipients: tuple[str, ...]
    signing: tuple[str, ...]
    signatory: str
    list_title: str
    pages: tuple[Table, ...]
    total: str
    in_words: str
    mark: str = ""
    addressee: str = ""


def hand_over_list(
    programme: Programme, awards: Sequence[Award], *, names: Mapping[int, str], day: date | None
) -> HandOverList:
    """``awards`` with their recipients, in the order of the list; ``names``: key of a party → what it may be called."""
    unit = programme.organization
    head = letterhead(unit)
    portions, amount = sum(award.portions for award in awards), sum(award.amount for award in awards)
    said = f"{number_to_text(portions)} suất, số tiền {money_to_text(amount)}"
    text = f"{unit.name} trao {programme.name} {programme.period}: {number_to_text(len(awards))} người nhận, {said}"
    return contained(
        HandOverList(
            parent_lines=head.parent_lines,
            own_lines=head.own_lines,
            number_line="",
            place_and_date=f"{head.place or BLANK}, {date_in_words(day) if day else BLANK_DAY}",
            document_type="DANH SÁCH KÝ NHẬN",
            subject=f"{programme.name}, {programme.period}",
            lines=(
                (TEXT, f"{text} (danh sách kèm theo)."),
                (TEXT, f"Bằng chữ: {money_to_words(amount)}."),
                (TEXT, "Người nhận, hoặc người giám hộ nhận thay, ký vào danh sách sau khi nhận đủ tiền./."),
            ),
            recipients=("- Kế toán, thủ quỹ;", "- Lưu: VT."),
            signing=head.signing,
            signatory=head.signatory,
            list_title=f"Ký nhận {programme.name}, {programme.period}",
            pages=pages_of(rows_of(awards, names)),
            total=f"Tổng cộng: {said}.",
            in_words=f"Bằng chữ: {money_to_words(amount)}.",
        )
    )


Line = tuple[str, str, int, int]


def rows_of(awards: Sequence[Award], names: Mapping[int, str]) -> list[Line]:
    return [(names[award.recipient_id], award.school_or_workplace, award.portions, award.amount) for award in awards]


def pages_of(rows: Sequence[Line]) -> tuple[Table, ...]:
    """A table for each page: what the pages before came to, the rows, the sum of the page; at the end that of all."""
    pages, start = [], 0
    portions = amount = 0
    while start < len(rows) or not pages:
        part = rows[start : start + (OTHER_PAGES if pages else FIRST_PAGE)]
        lines = [sum_line("Trang trước mang sang", portions, amount)] if pages else []
        lines += [
            (str(place), name, school, number_to_text(share), number_to_text(money), "")
            for place, (name, school, share, money) in enumerate(part, start=start + 1)
        ]
        mine = (sum(row[2] for row in part), sum(row[3] for row in part))
        portions, amount, start = portions + mine[0], amount + mine[1], start + len(part)
        lines.append(sum_line("Cộng trang", *mine))
        if start < len(rows):
            lines.append(sum_line("Mang sang trang sau", portions, amount))
        else:
            lines.append(sum_line("Tổng cộng", portions, amount))
        pages.append(Table(HEADS, tuple(lines), WIDTHS, text_columns=3))
    return tuple(pages)


def sum_line(words: str, portions: int, amount: int) -> tuple[str, ...]:
    return ("", words, "", number_to_text(portions), number_to_text(amount), "")


def title_of(paper: HandOverList) -> str:
    return f"Danh sách ký nhận {paper.subject}"


def hand_over_pdf(paper: HandOverList, *, author: str) -> bytes:
    return pdf_from_template(FOLDER / "hand_over.typ", {"paper": asdict(paper)}, title=title_of(paper), author=author)


def hand_over_docx(paper: HandOverList, *, author: str) -> bytes:
    """The list that `hand_over_pdf` sets, word for word."""
    document = render_template(FOLDER / "hand_over.docx", asdict(paper))
    fit_rules(document, paper.own_lines, paper.subject)
    add_annex_section(document, landscape=False)
    add_paragraph(document, "DANH SÁCH", "Phụ lục")
    add_paragraph(document, paper.list_title, "Phụ lục")
    for place, table in enumerate(paper.pages):
        if place:
            document.add_page_break()
        add_table(document, table, row_height=ROOM_TO_SIGN)
    add_paragraph(document, paper.total, "Chú thích biểu")
    add_paragraph(document, paper.in_words, "Chú thích biểu")
    return document_to_bytes(document, title=title_of(paper), author=author)
