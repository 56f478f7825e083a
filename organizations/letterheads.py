"""The head of a unit's documents, out of its settings and of what follows from its name."""

from dataclasses import dataclass

from organizations.models import DocumentSettings, Organization

PARENT_OF_ALL = "Hội Khuyến học Việt Nam"
ASSOCIATION = "Hội Khuyến học "
# Characters in bold capitals of 13 points that fit into the left head.
LINE_LENGTH = 25


@dataclass(frozen=True)
class Letterhead:
    parent_lines: tuple[str, ...]
    own_lines: tuple[str, ...]
    place: str
    signing: tuple[str, ...]
    signatory: str


def letterhead(organization: Organization) -> Letterhead:
    """Two queries at most; ``place`` is empty unless the settings name it."""
    settings = DocumentSettings.objects.filter(organization=organization).first() or DocumentSettings()
    above = organization.parent.name if organization.parent_id else PARENT_OF_ALL
    return Letterhead(
        parent_lines=lines(settings.parent_lines) or head_lines(above),
        own_lines=lines(settings.own_lines) or head_lines(organization.name),
        place=settings.place,
        signing=lines(settings.signing),
        signatory=settings.signatory,
    )


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def head_lines(name: str) -> tuple[str, ...]:
    """The name in capitals; a long one of an association breaks before the name of its area."""
    if len(name) > LINE_LENGTH and name.startswith(ASSOCIATION):
        return ASSOCIATION.strip().upper(), name[len(ASSOCIATION) :].upper()
    return (name.upper(),)
