"""Who gave how much in a period: each donor's gifts in force, duplicates as one, as the reader may know them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.vietnamese import sort_key
from funds.gifts import by_donor, parties_of
from funds.models import Campaign, Party
from funds.party_names import public_name
from funds.permissions import VIEW_PARTY
from funds.selection import Selection
from organizations.models import Organization

UNNAMED = "Người ủng hộ không ghi tên"
NOT_TOLD = "Những người không nêu tên"


@dataclass(frozen=True)
class Giver:
    """Sums in đồng; ``things`` at their value. ``people``: how many donors the line stands for."""

    name: str
    address: str
    times: int
    money: int
    things: int
    people: int = 1
    is_group: bool = False

    def __add__(self, other: "Giver") -> "Giver":
        return replace(
            self,
            times=self.times + other.times,
            money=self.money + other.money,
            things=self.things + other.things,
            people=self.people + other.people,
        )


def givers_of(selection: Selection, *, user, campaign: Campaign | None = None, public: bool = False) -> list[Giver]:
    """The largest sum first, then by name; whoever may not be named is in one line, at the end as is what names nobody.

    ``public``: as anybody may read it, whatever the user's rights. Three queries for up to five thousand donors.
    """
    rows = fetch_sums(selection, campaign)
    parties = parties_of(donor for donor, *_ in rows if donor)
    readable = frozenset() if public else readable_units(user, parties.values())
    named, hidden, unnamed = [], None, None
    for key, money, things, times in rows:
        giver = Giver("", "", times, money, things)
        if key is None:
            unnamed = replace(giver, name=UNNAMED, people=0, is_group=True)
        elif (told := told_as(parties[key], readable)) is None:
            hidden = hidden + giver if hidden else replace(giver, name=NOT_TOLD, is_group=True)
        else:
            named.append(replace(giver, name=told[0], address=told[1]))
    named.sort(key=lambda giver: (-giver.money - giver.things, sort_key(giver.name), giver.address))
    return [*named, *filter(None, (hidden, unnamed))]


def fetch_sums(selection: Selection, campaign: Campaign | None) -> list[tuple]:
    """(donor or None, money, things, times) of the gifts in force. One query."""
    gifts = selection.entries.between(selection.first, selection.last).gifts().in_force()
    if campaign:
        gifts = gifts.filter(campaign=campaign)
    return [(donor, money, things, times) for donor, _, money, things, times, _ in by_donor(gifts)]


def readable_units(user, parties: Iterable[Party]) -> frozenset[int]:
    """Of the parties' units those where the user may read names. One query."""
    units = {party.organization_id for party in parties}
    allowed = Organization.objects.allowed(user, VIEW_PARTY).filter(pk__in=units)
    return frozenset(allowed.order_by().values_list("pk", flat=True))


def told_as(party: Party, readable: frozenset[int]) -> tuple[str, str] | None:
    """Name and address for the reader; None for whoever may not be named. Addresses are no public matter."""
    if party.organization_id in readable:
        return party.name, party.address
    return (party.name, "") if public_name(party) == party.name else None
