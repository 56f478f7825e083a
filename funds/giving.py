"""Who gave how much in a period: the sum of each donor's gifts, duplicates as one, as the reader may know them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Case, F, Q, Sum, When

from core.vietnamese import sort_key
from funds.models import Account, Campaign, Category, Party
from funds.party_names import HIDDEN_CHILD, HIDDEN_DONOR, public_name
from funds.permissions import VIEW_PARTY
from funds.selection import Selection
from organizations.models import Organization

UNNAMED = "Người ủng hộ không ghi tên"
NOT_TOLD = "Những người không nêu tên"
MONEY = Q(account__kind__in=Account.MONEY)
# A gift that was taken back counts away itself.
TIMES = Case(When(reverses=None, then=1), default=-1)
AT_ONCE = 1000


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

    ``public``: as anybody may read it, whatever the user's rights. Three queries for up to a thousand donors; one more
    where duplicates were merged.
    """
    sums: dict[int | None, tuple[int, int, int]] = {}
    rows = fetch_sums(selection, campaign)
    parties = fetch_parties(party for party, *_ in rows if party)
    for party, *found in rows:
        key = final(party, parties) if party else None
        sums[key] = tuple(map(sum, zip(sums.get(key, (0, 0, 0)), found, strict=True)))
    readable = frozenset() if public else readable_units(user, parties.values())
    named, hidden, unnamed = [], None, None
    for key, (money, things, times) in sums.items():
        if not (money or things):
            continue
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
    """(party, money, things, times) of gifts in the period. One query."""
    gifts = selection.entries.between(selection.first, selection.last)
    gifts = gifts.filter(category__nature=Category.Nature.DONATION)
    if campaign:
        gifts = gifts.filter(campaign=campaign)
    sums = {
        "money": Sum("amount", filter=MONEY, default=0),
        "things": Sum("amount", filter=~MONEY, default=0),
        "times": Sum(TIMES),
    }
    return list(gifts.order_by().values_list(F("party_id")).annotate(**sums))


def fetch_parties(keys: Iterable[int]) -> dict[int, Party]:
    """The parties, and those that they were merged into."""
    found: dict[int, Party] = {}
    wanted = set(keys)
    while wanted:
        part = sorted(wanted)[:AT_ONCE]
        found |= Party.objects.in_bulk(part)
        further = {party.merged_into_id for party in found.values() if party.merged_into_id}
        wanted = (wanted | further) - found.keys()
    return found


def final(key: int, parties: dict[int, Party]) -> int:
    """The party that one was merged into, however many steps away."""
    while above := parties[key].merged_into_id:
        key = above
    return key


def readable_units(user, parties: Iterable[Party]) -> frozenset[int]:
    """Of the parties' units those where the user may read names. One query."""
    units = {party.organization_id for party in parties}
    allowed = Organization.objects.allowed(user, VIEW_PARTY).filter(pk__in=units)
    return frozenset(allowed.order_by().values_list("pk", flat=True))


def told_as(party: Party, readable: frozenset[int]) -> tuple[str, str] | None:
    """Name and address for the reader; None for whoever may not be named. Addresses are no public matter."""
    if party.organization_id in readable:
        return party.name, party.address
    name = public_name(party)
    return None if name in (HIDDEN_CHILD, HIDDEN_DONOR) else (name, "")
