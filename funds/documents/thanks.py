"""Letters of thanks, one page each, laid out by Nghị định 30/2020/NĐ-CP."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings

from core.documents import annex_width, contained, document_to_bytes, pdf_from_template, render_template, text_width
from core.documents.word import NAME_SIZE, RULE, SUBJECT_SIZE, fit_rule
from core.money import money_to_text, money_to_words
from core.numbers import number_to_text
from core.vietnamese import date_in_words
from funds.gifts import Choice, DonorSum
from funds.models import Account, Entry, Party
from organizations.letterheads import letterhead

FOLDER = settings.BASE_DIR / "templates" / "funds" / "documents"
BLANK = "................"
THINGS_SHOWN = 8
# Whom a letter speaks to: after "cảm ơn", and in the sentence that ends it.
SPOKEN_TO = {
    Party.Kind.PERSON: "ông/bà",
    Party.Kind.CHILD: "em",
    Party.Kind.ORGANIZATION: "quý đơn vị",
    Party.Kind.GROUP: "tập thể",
}


@dataclass(frozen=True)
class Letter:
    addressee: str
    address: str
    opening: str
    gifts: tuple[str, ...]
    total: str
    closing: tuple[str, ...]


@dataclass(frozen=True)
class Letters:
    """All texts of the letters; what is the same on all of them stands here."""

    parent_lines: tuple[str, ...]
    own_lines: tuple[str, ...]
    place_and_date: str
    document_type: str
    subject: str
    recipients: tuple[str, ...]
    signing: tuple[str, ...]
    signatory: str
    letters: tuple[Letter, ...]


def thank_you_letters(
    choice: Choice,
    donors: Sequence[tuple[DonorSum, Party]],
    gifts: Mapping[int, Sequence[Entry]],
    *,
    day: date,
) -> Letters:
    """A letter to each of ``donors``; ``gifts``: key of a donor → the entries, with their accounts."""
    unit = choice.fund.organization
    head = letterhead(unit)
    return contained(
        Letters(
            parent_lines=head.parent_lines,
            own_lines=head.own_lines,
            place_and_date=f"{head.place or BLANK}, {date_in_words(day)}",
            document_type="THƯ CẢM ƠN",
            subject=f"Về việc ủng hộ {choice.fund.name}",
            recipients=("- Như trên;", "- Lưu: VT."),
            signing=head.signing,
            signatory=head.signatory,
            letters=tuple(letter_to(party, donor, gifts[donor.key], choice) for donor, party in donors),
        )
    )


def letter_to(party: Party, donor: DonorSum, gifts: Sequence[Entry], choice: Choice) -> Letter:
    spoken_to, unit = SPOKEN_TO[Party.Kind(party.kind)], choice.fund.organization
    about = f", {choice.words}" if choice.words else ""
    said = [*money_lines(donor, gifts), *thing_lines(gifts)]
    said[-1] = f"{said[-1][:-1]}."
    total = f"Tổng giá trị: {money_to_text(donor.amount)}. Bằng chữ: {money_to_words(donor.amount)}."
    return Letter(
        addressee=party.name,
        address=party.address,
        opening=f"{unit.name} trân trọng cảm ơn {spoken_to} đã ủng hộ {choice.fund.name}{about}:",
        gifts=tuple(said),
        total=total,
        closing=(
            f"Tấm lòng của {spoken_to} tiếp sức cho học sinh, sinh viên, người học có hoàn cảnh khó khăn và động viên "
            "phong trào khuyến học, khuyến tài, xây dựng xã hội học tập ở địa phương. Mọi khoản ủng hộ được ghi sổ, "
            "sử dụng đúng mục đích.",
            f"Kính chúc {spoken_to} mạnh khoẻ, thành công và mong tiếp tục nhận được sự đồng hành."
            if party.kind in (Party.Kind.PERSON, Party.Kind.CHILD)
            else f"Kính chúc {spoken_to} phát triển, thành công và mong tiếp tục nhận được sự đồng hành.",
            "Trân trọng cảm ơn./.",
        ),
    )


def money_lines(donor: DonorSum, gifts: Sequence[Entry]) -> list[str]:
    if not donor.money:
        return []
    times = sum(entry.account.kind in Account.MONEY for entry in gifts)
    often = f", trong {number_to_text(times)} lần" if times > 1 else ""
    return [f"- Tiền: {money_to_text(donor.money)}{often};"]


def thing_lines(gifts: Sequence[Entry]) -> list[str]:
    """Each thing with its value; what is too long for a letter is summed up."""
    things = [entry for entry in gifts if entry.account.kind == Account.Kind.IN_KIND]
    shown, rest = things[:THINGS_SHOWN], things[THINGS_SHOWN:]
    said = [
        f"- Hiện vật: {entry.purpose or 'theo phiếu thu ' + entry.voucher}, trị giá {money_to_text(entry.amount)};"
        for entry in shown
    ]
    if rest:
        worth = money_to_text(sum(entry.amount for entry in rest))
        said.append(f"- Hiện vật khác, {number_to_text(len(rest))} lần, trị giá {worth};")
    return said


def thanks_pdf(paper: Letters, *, author: str) -> bytes:
    context = {"paper": asdict(paper)}
    return pdf_from_template(FOLDER / "thanks.typ", context, title=title_of(paper), author=author)


def thanks_docx(paper: Letters, *, author: str) -> bytes:
    """The letters that `thanks_pdf` sets, word for word, each beginning on a new page."""
    document = render_template(FOLDER / "thanks.docx", asdict(paper))
    fit_all_rules(document, paper)
    return document_to_bytes(document, title=title_of(paper), author=author)


def fit_all_rules(document, paper: Letters) -> None:
    """As `core.documents.fit_rules` does it, in every letter."""
    names = max((text_width(line, NAME_SIZE, bold=True) for line in paper.own_lines), default=0)
    for table in document.tables:
        left = table.rows[0].cells[0]
        fit_rule(left.paragraphs, left.width.mm, names)
    room = annex_width(landscape=False)
    subject = min(text_width(paper.subject, SUBJECT_SIZE, bold=True), room)
    for paragraph in document.paragraphs:
        if paragraph.style.name == RULE:
            fit_rule([paragraph], room, subject)


def title_of(paper: Letters) -> str:
    return f"Thư cảm ơn {paper.subject[0].lower()}{paper.subject[1:]}"
