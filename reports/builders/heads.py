"""What stands around the printed report of a unit, out of its settings and of what follows from the unit."""

from core.periods import Quarter, Span
from organizations.letterheads import PARENT_OF_ALL, head_lines, lines
from organizations.models import DocumentSettings
from reports.builders.summary import DocumentHead, UnitLabel
from reports.builders.wording import noun_of
from reports.models import DocumentNumber


def document_head(
    organization_id: int, unit: UnitLabel, parent: UnitLabel | None, period: Quarter | Span
) -> DocumentHead:
    """Two queries. Settings that are empty, or were never made, follow from the unit and the one above it."""
    settings = DocumentSettings.objects.filter(organization=organization_id).first() or DocumentSettings()
    issued = DocumentNumber.objects.filter(organization=organization_id, period=period.code).first()
    above = parent.name if parent else PARENT_OF_ALL
    return DocumentHead(
        parent_lines=lines(settings.parent_lines) or head_lines(above),
        own_lines=lines(settings.own_lines) or head_lines(unit.name),
        symbol=settings.symbol,
        number=issued.number if issued else "",
        place=settings.place or place_of(unit, parent),
        issued_on=issued.issued_on if issued else None,
        signing=lines(settings.signing),
        signatory=settings.signatory,
        recipients=lines(settings.recipients) or (f"{above} (để báo cáo)", "Lưu: VT"),
    )


def place_of(unit: UnitLabel, parent: UnitLabel | None) -> str:
    """ "Sơn La" for the province, "Mộc Châu" for the district; a unit without an area writes its parent's."""
    if noun := noun_of(unit):
        return unit.short_name[len(noun) + 1 :]
    return place_of(parent, None) if parent else ""
