"""Whoever was rewarded before: shown at the nomination and at the approval, so that people decide with open eyes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.vietnamese import fold
from funds.awards.nominations import Nominee, name_key
from funds.models import Award, Programme
from funds.models.awards import BY_KIND
from organizations.models import Organization

# A person asks for those of the last years, not for a lifetime's.
YEARS_BACK = 5


@dataclass(frozen=True)
class Recipient:
    """Whom to look for; ``award`` is the row that it is asked for, which is not told as its own repetition."""

    key: str
    birth_year: int | None
    school: str
    party: int | None = None
    award: int | None = None


def recipient_of(award: Award) -> Recipient:
    """Queries the party unless it is at hand."""
    school = fold(award.school_or_workplace or award.recipient.address)
    return Recipient(award.recipient.sort_key, award.birth_year, school, award.recipient_id, award.pk)


def recipient_from(nominee: Nominee, kind: str) -> Recipient:
    """``kind`` is that of the award."""
    key = name_key(nominee.name, BY_KIND[kind])
    return Recipient(key, nominee.birth_year, fold(nominee.school))


def earlier_awards(programme: Programme, recipients: Sequence[Recipient]) -> list[list[Award]]:
    """For each recipient the other awards at and below the programme's unit, the newest first: of the same party, or
    of the same name with the same birth year or school. One query.
    """
    return awards_around(programme.organization_id, programme.year, recipients)


def awards_around(unit: int, year: int, recipients: Sequence[Recipient]) -> list[list[Award]]:
    """As `earlier_awards`, for the unit with the key and what it gives in the year. One query."""
    inside = Organization.objects.within(Organization.objects.filter(pk=unit)).order_by().values("pk")
    keys = {recipient.key for recipient in recipients}
    rows = Award.objects.standing().filter(origin__in=inside, recipient__sort_key__in=keys)
    rows = rows.exclude(programme__year__lt=year - YEARS_BACK)
    rows = rows.exclude(programme=None, handed_on__year__lt=year - YEARS_BACK)
    by_key: dict[str, list[Award]] = defaultdict(list)
    for award in rows.select_related("recipient", "programme", "origin").order_by("-pk"):
        by_key[award.recipient.sort_key].append(award)
    return [
        [award for award in by_key[recipient.key] if award.pk != recipient.award and is_same(recipient, award)]
        for recipient in recipients
    ]


def is_same(recipient: Recipient, award: Award) -> bool:
    other = recipient_of(award)
    if recipient.party is not None and recipient.party == other.party:
        return True
    if recipient.birth_year and other.birth_year:
        return recipient.birth_year == other.birth_year
    return bool(recipient.school) and recipient.school == other.school
