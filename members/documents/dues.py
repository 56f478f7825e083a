"""The receipt of a confirmed collection of dues, as the screen, paper and PDF show it."""

from dataclasses import asdict, dataclass

from django.conf import settings

from core.documents import contained, pdf_from_template
from core.money import money_to_text, money_to_words
from core.numbers import number_to_text
from core.vietnamese import date_in_words
from members.dues import shares_of
from members.models import DuesCollection
from organizations.letterheads import letterhead
from organizations.models import DocumentSettings, Level, Organization

TEMPLATE = settings.BASE_DIR / "templates" / "members" / "documents" / "dues_receipt.typ"
BLANK = "................"
HEADS = ("STT", "Họ và tên", "Mã hội viên", "Số tiền (đồng)")
# Millimetres, 160 in all: what lies between the margins.
WIDTHS = (14, 80, 32, 34)


@dataclass(frozen=True)
class Receipt:
    """All texts of the receipt; ``rows`` (number, name, code, amount) only where they are asked for."""

    parent_lines: tuple[str, ...]
    own_lines: tuple[str, ...]
    number_line: str
    place_and_date: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    shares: tuple[tuple[str, str], ...]
    treasurer: str


def receipt_of(collection: DuesCollection) -> Receipt:
    """Texts of a confirmed collection; a fixed number of queries."""
    line = list(Organization.objects.above(collection.organization))
    head = letterhead(line[-1])
    parts = shares_of(collection).items()
    found = Receipt(
        parent_lines=head.parent_lines,
        own_lines=head.own_lines,
        number_line=f"Số: {collection.receipt_number}",
        place_and_date=f"{place_of(line)}, {date_in_words(collection.collected_on)}",
        subject=f"Hội phí năm {collection.year}",
        facts=facts_of(collection),
        shares=tuple((Level(level).label, money_to_text(part)) for level, part in parts),
        treasurer=collection.confirmed_by.get_full_name() if collection.confirmed_by else "",
    )
    return contained(found)


def facts_of(collection: DuesCollection) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Chi hội nộp", collection.organization.name),
        ("Số hội viên có tên trong đợt nộp", number_to_text(collection.lines.count())),
        ("Tổng số tiền", money_to_text(collection.handed_over)),
        ("Bằng chữ", f"{money_to_words(collection.handed_over)}."),
    ]
    if collection.note:
        facts.append(("Ghi chú", collection.note))
    if collection.booked_as:
        facts.append(("Chứng từ ở sổ quỹ", collection.booked_as))
    return tuple(facts)


def place_of(line: list[Organization]) -> str:
    """The place that the nearest unit of the line has set for its documents; else dots for the pen."""
    places = dict(
        DocumentSettings.objects.filter(organization__in=line).exclude(place="").values_list("organization", "place")
    )
    return next((places[unit.pk] for unit in reversed(line) if unit.pk in places), BLANK)


def receipt_name(collection: DuesCollection) -> str:
    """``bien-nhan-hoi-phi-A.D.1.1-2026-03.pdf``."""
    return f"bien-nhan-hoi-phi-{collection.organization.code}-{collection.year}-{collection.number:02d}.pdf"


def receipt_pdf(collection: DuesCollection) -> bytes:
    """The receipt with all names, A4 upright."""
    lines = collection.lines.select_related("member").order_by("member__sort_key", "pk")
    rows = [
        (str(place), line.member.full_name, line.member.number, number_to_text(line.amount))
        for place, line in enumerate(lines, start=1)
    ]
    rows.append(("", "Cộng", "", number_to_text(collection.handed_over)))
    texts = {"receipt": asdict(receipt_of(collection)), "rows": contained(tuple(rows))}
    context = texts | {"heads": HEADS, "widths": WIDTHS}
    title = f"Biên nhận hội phí số {collection.receipt_number}"
    return pdf_from_template(TEMPLATE, context, title=title, author=collection.organization.name)
