"""A poster with the way to a fund's public page: one A4 page to hang up where people come and go."""

from django.conf import settings
from django.core.exceptions import ValidationError

from core.documents import contained, pdf_from_template
from core.documents.qr import LONGEST, qr_svg
from funds.models import Fund
from organizations.letterheads import letterhead

TEMPLATE = settings.BASE_DIR / "templates" / "funds" / "documents" / "poster.typ"


def poster_pdf(fund: Fund, *, address: str) -> bytes:
    """``address``: of the public page, in full. Raises ValidationError for one that no QR code holds."""
    if len(address.encode()) > LONGEST:
        raise ValidationError("Địa chỉ của trang dài quá, không làm được mã QR.")
    head = letterhead(fund.organization)
    texts = {
        "parent_lines": list(head.parent_lines),
        "own_lines": list(head.own_lines),
        "fund": fund.name,
        "address": address.partition("://")[2],
        "charter": fund.charter,
    }
    poster = contained(texts) | {"qr": qr_svg(address, label="Mã QR của trang công khai")}
    title = f"Trang công khai {fund.name}"
    return pdf_from_template(TEMPLATE, {"poster": poster}, title=title, author=fund.organization.name)
