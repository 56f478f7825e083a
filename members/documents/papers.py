"""Member cards to cut out, and the sheet on which those present sign."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.conf import settings

from core.documents import pdf_from_template
from core.numbers import number_to_text
from core.vietnamese import date_to_text
from members.models import Member
from organizations.letterheads import letterhead
from organizations.models import Organization

TEMPLATES = settings.BASE_DIR / "templates" / "members" / "documents"
# A file of so many people takes a few seconds; more are printed branch by branch.
MOST_PEOPLE = 1000


def member_cards_pdf(organization: Organization, members: Sequence[Member], *, joined: dict[int, date | None]) -> bytes:
    """Ten cards of 85,6 × 54 mm (ISO/IEC 7810, ID-1) on a page of A4, with marks to cut along.

    ``joined``: the day since when each member belongs, by key. Only what a card shows is on it: no telephone, no
    address, no ID number.
    """
    people = [
        {
            "name": member.full_name,
            "born": str(member.birth_year or ""),
            "branch": member.organization.name,
            "number": member.card_number or "",
            "since": date_to_text(since) if (since := joined.get(member.pk)) else "",
        }
        for member in members
    ]
    context = {"head": asdict(letterhead(organization)), "people": people}
    return pdf_from_template(TEMPLATES / "member_cards.typ", context, title="Thẻ hội viên", author=organization.name)


def attendance_sheet_pdf(
    organization: Organization, members: Sequence[Member], *, subject: str, day: date | None
) -> bytes:
    """Numbered names in Vietnamese order with room for a signature each, and for people who are not on the list."""
    several = len({member.organization_id for member in members}) > 1
    rows = [
        [
            str(place),
            member.full_name,
            str(member.birth_year or ""),
            *([member.organization.name] if several else []),
            "",
        ]
        for place, member in enumerate(members, start=1)
    ]
    context = {
        "head": asdict(letterhead(organization)),
        "subject": subject,
        "day": date_to_text(day) if day else "",
        "several": several,
        "rows": rows,
        "count": number_to_text(len(rows)),
    }
    title = f"Danh sách điểm danh {subject}".strip()
    return pdf_from_template(TEMPLATES / "attendance_sheet.typ", context, title=title, author=organization.name)
