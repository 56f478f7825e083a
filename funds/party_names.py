"""Whom a page, a spreadsheet or a paper may name: within one's own books all, outside whose agreement is recorded."""

from collections.abc import Iterable

from django.utils import timezone

from funds.models import Party
from funds.permissions import VIEW_PARTY

HIDDEN_CHILD, HIDDEN_DONOR, HIDDEN = "trẻ em (không nêu tên)", "không muốn nêu tên", "(không nêu tên)"


def public_name(party: Party) -> str:
    """What anybody may read."""
    if party.may_be_shown(timezone.localdate()):
        return party.name
    if party.kind == Party.Kind.CHILD:
        return HIDDEN_CHILD
    return HIDDEN_DONOR if party.anonymous else HIDDEN


def readable(parties: Iterable[Party], user) -> frozenset[int]:
    """Keys of those whose names the user may read: parties of units where they hold the permission. One query."""
    keys = {party.pk for party in parties}
    return frozenset(Party.objects.allowed(user, VIEW_PARTY).filter(pk__in=keys).values_list("pk", flat=True))


def names_for(user, parties: Iterable[Party]) -> dict[int, str]:
    """Key of a party → what the user may call it. One query."""
    parties = list(parties)
    seen = readable(parties, user)
    return {party.pk: party.name if party.pk in seen else public_name(party) for party in parties}
