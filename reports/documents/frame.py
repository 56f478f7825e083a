"""The words around and in the report itself, the same in Word and PDF."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.utils import timezone

from core.vietnamese import date_to_text
from reports.builders.sentences import Section, next_period, sections
from reports.builders.summary import QuarterlySummary

BLANK = "................"
NO_NUMBER = " " * 10


@dataclass(frozen=True)
class Frame:
    """What the report's template prints; dots stand where a clerk writes by hand."""

    parent_lines: tuple[str, ...]
    own_lines: tuple[str, ...]
    number_line: str
    place_and_date: str
    document_type: str
    subject: str
    provisional: str
    sections: tuple[Section, ...]
    closing: str
    recipients: tuple[str, ...]
    signing: tuple[str, ...]
    signatory: str

    def as_context(self) -> dict:
        return asdict(self)


def frame(summary: QuarterlySummary) -> Frame:
    head = summary.document
    return Frame(
        parent_lines=head.parent_lines,
        own_lines=head.own_lines,
        number_line=f"Số: {number_of(summary)}/{head.symbol}",
        place_and_date=f"{head.place or BLANK}, {issue_day(summary)}",
        document_type="BÁO CÁO",
        subject=subject(summary),
        provisional=provisional(summary),
        sections=tuple(sections(summary)),
        closing=f"Trên đây là báo cáo {lowered(subject(summary))} của {summary.organization.name}; "
        "số liệu chi tiết có tại Phụ lục kèm theo./.",
        recipients=listed(head.recipients),
        signing=head.signing,
        signatory=head.signatory,
    )


def number_of(summary: QuarterlySummary) -> str:
    """Numbers below ten are written with a zero; room for the clerk's pen where there is none yet."""
    number = summary.document.number
    return (number.zfill(2) if number.isdecimal() else number) or NO_NUMBER


def document_name(summary: QuarterlySummary, extension: str) -> str:
    """``bao-cao-SL-2022-Q1.docx``."""
    return f"bao-cao-{summary.organization.code}-{summary.period.code}.{extension}"


def document_title(summary: QuarterlySummary) -> str:
    return f"Báo cáo {lowered(subject(summary))}"


def subject(summary: QuarterlySummary) -> str:
    results = f"Kết quả công tác khuyến học {summary.period.label}"
    if not summary.narrative.get("next_tasks", "").strip():
        return results
    return f"{results}, nhiệm vụ trọng tâm {next_period(summary.period).label}"


def listed(recipients: tuple[str, ...]) -> tuple[str, ...]:
    """ "- Uỷ ban nhân dân tỉnh (để báo cáo);" … "- Lưu: VT." as appendix I of Nghị định 30/2020/NĐ-CP writes them."""
    names = [recipient.strip().lstrip("-–+").strip().rstrip(";.").rstrip() for recipient in recipients]
    names = [name for name in names if name]
    return tuple(f"- {name}{'.' if place == len(names) else ';'}" for place, name in enumerate(names, start=1))


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def reference(summary: QuarterlySummary) -> str:
    """The report as its annex names it."""
    number = f"số {number_of(summary)}/{summary.document.symbol}"
    return f"(Kèm theo Báo cáo {number} {issue_day(summary)} của {summary.organization.name})"


def issue_day(summary: QuarterlySummary) -> str:
    """ "ngày 05 tháng 4 năm 2022" (days below 10 and the first two months with a zero), else dots."""
    day = summary.document.issued_on
    if day is None:
        year = (summary.period.last_day + timedelta(days=1)).year
        return f"ngày ..... tháng ..... năm {year}"
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def provisional(summary: QuarterlySummary) -> str:
    """The mark of a report that was not accepted, with the time of its figures."""
    if not summary.is_provisional:
        return ""
    built = timezone.localtime(summary.built_at)
    return f"BẢN TẠM TÍNH, số liệu đến {built:%H} giờ {built:%M} phút ngày {date_to_text(built.date())}"
