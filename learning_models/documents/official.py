"""Proposal and decision with their lists, laid out by Nghị định 30/2020/NĐ-CP: the words, for Word and PDF alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.documents import Table, contained
from core.numbers import number_to_text
from core.vietnamese import date_in_words
from learning_models.authorities import Authority, area_name, head_of, place_of
from learning_models.documents.listed import Listed
from learning_models.documents.papers import BLANK, Paper, name_head
from learning_models.models import RecognitionDecision
from learning_models.year_places import model_name
from organizations.letterheads import letterhead, lines

BLANK_DAY = "ngày ..... tháng ..... năm ........"
DRAFT = "DỰ THẢO"
CENTRE, BASIS, TEXT = "centre", "basis", "text"
# Millimetres, 165 in all: what lies between the margins of an annex.
LIST_WIDTHS = (12, 58, 47, 48)
RESULT_WIDTHS = (12, 52, 42, 40, 19)
# What a body of the State names first among its reasons.
LAW = "Căn cứ Luật Tổ chức chính quyền địa phương;"


@dataclass(frozen=True, kw_only=True)
class OfficialPaper(Paper):
    """Proposal or decision; ``lines`` are (kind, text)."""

    template = "official_paper"
    frames_mark = True

    addressee: str
    lines: tuple[tuple[str, str], ...]
    recipients: tuple[str, ...]
    signing: tuple[str, ...]
    signatory: str


def title_name(decision: RecognitionDecision) -> str:
    return f"danh hiệu “{model_name(decision.model)}” năm {decision.year}"


def counted(decision: RecognitionDecision, number: int) -> str:
    return f"{number_to_text(number)} {decision.counted_in}"


def number_and_day(number: str, day: date | None) -> str:
    return f"số {number or BLANK} {date_in_words(day) if day else BLANK_DAY}"


def proposal_paper(decision: RecognitionDecision, rows: Sequence[Listed], *, authority: Authority) -> OfficialPaper:
    """Tờ trình of the association, with the list and what the review gave."""
    unit = decision.organization
    head = letterhead(unit)
    aim = f"{'thu hồi' if decision.is_withdrawal else 'công nhận'} {title_name(decision)}"
    day, name = decision.proposed_on, authority.name or BLANK
    place = head.place or place_of(area_name(unit)) or BLANK
    texts = [
        f"{basis_of(decision)}, {unit.name} đã tổng hợp danh sách đề nghị {aim}.",
        f"{unit.name} kính đề nghị {name} xem xét, quyết định {aim} cho {counted(decision, len(rows))} "
        "có tên trong danh sách kèm theo./.",
    ]
    if decision.is_withdrawal:
        texts[1] = (
            f"{unit.name} kính đề nghị {name} xem xét, quyết định {aim} của {counted(decision, len(rows))} "
            f"có tên trong danh sách kèm theo. Lý do: {decision.grounds}./."
        )
    return contained(
        OfficialPaper(
            author=unit.name,
            parent_lines=head.parent_lines,
            own_lines=head.own_lines,
            number_line=f"Số: {decision.proposal_number or ' ' * 10}",
            place_and_date=f"{place}, {date_in_words(day) if day else BLANK_DAY}",
            mark="",
            document_type="TỜ TRÌNH",
            subject=f"Về việc đề nghị {aim}",
            addressee=f"Kính gửi: {name}",
            lines=tuple((TEXT, text) for text in texts),
            recipients=("- Như trên;", "- Lưu: VT."),
            signing=head.signing,
            signatory=head.signatory,
            list_title=f"Danh sách đề nghị {aim}",
            reference=f"(Kèm theo Tờ trình {number_and_day(decision.proposal_number, day)} của {unit.name})",
            table=table_of(decision, rows, with_result=True),
            total=f"Danh sách có {counted(decision, len(rows))}.",
        )
    )


def basis_of(decision: RecognitionDecision) -> str:
    if decision.is_withdrawal:
        given = decision.given
        whose = f" của {given.authority}" if given.authority else ""
        return f"Căn cứ Quyết định {number_and_day(given.number, given.decided_on)}{whose}"
    return f"Căn cứ kết quả tự đánh giá và bình xét năm {decision.year}"


def decision_paper(
    decision: RecognitionDecision, rows: Sequence[Listed], *, authority: Authority, acts: Sequence[str], until: str
) -> OfficialPaper:
    """The decision itself. Before its issue a draft for the authority's office: dots where number and day will stand.

    ``authority`` is who decides (`authority_of`); ``acts`` are those of the criteria, ``until`` is the last day of the
    titles in words, "" where nothing limits them.
    """
    aim = f"{'thu hồi' if decision.is_withdrawal else 'công nhận'} {title_name(decision)}"
    day, name = decision.decided_on, authority.name or BLANK
    text = withdrawal_lines if decision.is_withdrawal else recognition_lines
    return contained(
        OfficialPaper(
            author=decision.organization.name,
            parent_lines=(),
            own_lines=head_of(authority.body or BLANK),
            number_line=f"Số: {decision.number or f'{BLANK}/QĐ'}",
            place_and_date=f"{authority.place or BLANK}, {date_in_words(day) if day else BLANK_DAY}",
            mark="" if decision.is_issued else DRAFT,
            document_type="QUYẾT ĐỊNH",
            subject=f"Về việc {aim}",
            addressee="",
            lines=(*opening(decision, name, acts), *text(decision, len(rows), until)),
            recipients=("- Như Điều 3;", f"- {decision.organization.name};", "- Lưu: VT."),
            signing=lines(authority.signing) or ("CHỦ TỊCH",),
            signatory=authority.signer,
            list_title=f"Danh sách {aim}",
            reference=f"(Kèm theo Quyết định {number_and_day(decision.number, day)} của {name})",
            table=table_of(decision, rows, with_result=False),
            total=f"Danh sách có {counted(decision, len(rows))}.",
        )
    )


def opening(decision: RecognitionDecision, name: str, acts: Sequence[str]) -> list[tuple[str, str]]:
    proposal = number_and_day(decision.proposal_number, decision.proposed_on)
    return [
        (CENTRE, name.upper()),
        (BASIS, LAW),
        *((BASIS, f"Căn cứ {act};") for act in acts),
        (BASIS, f"Theo đề nghị của {decision.organization.name} tại Tờ trình {proposal}."),
        (CENTRE, "QUYẾT ĐỊNH:"),
    ]


def recognition_lines(decision: RecognitionDecision, number: int, until: str) -> list[tuple[str, str]]:
    holds = f"có giá trị từ ngày ký quyết định này{until or ', cho đến khi bị thu hồi hoặc có danh hiệu mới thay thế'}"
    who = f"{counted(decision, number)} có tên trong danh sách kèm theo"
    return [
        (TEXT, f"Điều 1. Công nhận {title_name(decision)} cho {who}."),
        (TEXT, f"Điều 2. Danh hiệu {holds}. {decision.organization.name} trao giấy chứng nhận theo quy định."),
        (TEXT, closing(decision)),
    ]


def withdrawal_lines(decision: RecognitionDecision, number: int, _until: str) -> list[tuple[str, str]]:
    given = decision.given
    return [
        (
            TEXT,
            f"Điều 1. Thu hồi {title_name(decision)} đã công nhận tại Quyết định "
            f"{number_and_day(given.number, given.decided_on)} của {counted(decision, number)} có tên trong danh sách "
            f"kèm theo. Lý do: {decision.grounds}.",
        ),
        (TEXT, "Điều 2. Giấy chứng nhận của các danh hiệu này hết giá trị từ ngày ký quyết định."),
        (TEXT, closing(decision)),
    ]


def closing(decision: RecognitionDecision) -> str:
    return (
        f"Điều 3. Quyết định này có hiệu lực kể từ ngày ký. {decision.organization.name} và các đối tượng có tên trong "
        "danh sách chịu trách nhiệm thi hành Quyết định này./."
    )


def table_of(decision: RecognitionDecision, rows: Sequence[Listed], *, with_result: bool) -> Table:
    heads = ["STT", name_head(decision.model), "Địa chỉ", "Đơn vị"]
    if with_result:
        heads.append("Quyết định" if decision.is_withdrawal else "Kết quả")
    body = tuple(
        (
            str(place),
            row.name,
            row.address,
            row.unit,
            *([row.title if decision.is_withdrawal else row.result] if with_result else []),
        )
        for place, row in enumerate(rows, start=1)
    )
    return Table(tuple(heads), body, RESULT_WIDTHS if with_result else LIST_WIDTHS, text_columns=len(heads))
