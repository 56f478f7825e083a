"""What donors gave: by donor, by campaign. A donor who was merged into another counts as that one.

Only gifts in force count, by their own day: what was taken back is nowhere, whenever that was, and no sum is negative.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce

from core.vietnamese import date_to_text
from funds.models import Account, Campaign, Entry, Fund, Party, Pledge

DONOR = Coalesce(F("party__merged_into_id"), F("party_id"), output_field=BigIntegerField())
# With so few donors asking for them by key is quicker than reading everybody's gifts.
FEW = 1000


@dataclass(frozen=True)
class Choice:
    """Which gifts are meant: to a fund, by campaign, days, one donor; ``least``: donors from so many đồng on."""

    fund: Fund
    campaign: Campaign | None = None
    first: date | None = None
    last: date | None = None
    least: int | None = None
    donor: int | None = None

    def gifts(self):
        """The entries; ``least`` is asked of donors only."""
        gifts = Entry.objects.filter(fund=self.fund).gifts().in_force()
        if self.campaign:
            gifts = gifts.filter(campaign=self.campaign)
        if self.first:
            gifts = gifts.filter(date__gte=self.first)
        if self.last:
            gifts = gifts.filter(date__lte=self.last)
        return gifts

    @property
    def words(self) -> str:
        """ "đợt vận động “Tết”, từ ngày 01/01/2024 đến ngày 31/03/2024"; empty where everything is meant."""
        parts = [f"đợt vận động “{self.campaign.name}”"] if self.campaign else []
        days = [f"từ ngày {date_to_text(self.first)}"] if self.first else []
        days += [f"đến ngày {date_to_text(self.last)}"] if self.last else []
        return ", ".join([*parts, *([" ".join(days)] if days else [])])


@dataclass(frozen=True)
class DonorSum:
    """What one donor gave: đồng in all, money, the value of things, how many times, and the last day."""

    key: int
    amount: int
    money: int
    things: int
    gifts: int
    last: date


@dataclass(frozen=True)
class Gifts:
    """``donors`` are in order, the greatest sum first; ``nameless`` is what was booked without any donor."""

    donors: tuple[DonorSum, ...]
    nameless: int
    nameless_gifts: int

    @property
    def total(self) -> int:
        return sum(donor.amount for donor in self.donors) + self.nameless


def by_donor(gifts) -> list[tuple]:
    """(donor or None, đồng in all, in money, in things, how many, last day), the greatest sum first. One GROUP BY."""
    in_money = Q(account__kind__in=Account.MONEY)
    sums = (
        gifts.order_by()
        .annotate(donor=DONOR)
        .values("donor")
        .annotate(
            name=Max(Coalesce("party__merged_into__sort_key", "party__sort_key")),
            all_of_it=Sum("amount"),
            in_money=Sum("amount", filter=in_money, default=0),
            in_things=Sum("amount", filter=~in_money, default=0),
            times=Count("pk"),
            last=Max("date"),
        )
    )
    columns = ("donor", "all_of_it", "in_money", "in_things", "times", "last")
    return list(sums.order_by("-all_of_it", "name", "donor").values_list(*columns))


def sum_gifts(choice: Choice) -> Gifts:
    """One query."""
    donors, nameless, nameless_gifts = [], 0, 0
    for key, *sums in by_donor(choice.gifts()):
        if key is None:
            nameless, nameless_gifts = sums[0], sums[3]
        elif choice.donor in (None, key) and sums[0] >= (choice.least or 0):
            donors.append(DonorSum(key, *sums))
    return Gifts(tuple(donors), nameless, nameless_gifts)


def parties_of(keys: Iterable[int]) -> dict[int, Party]:
    """One query for many, in parts that every database takes."""
    keys, found = list(keys), {}
    for start in range(0, len(keys), 5000):
        found |= Party.objects.in_bulk(keys[start : start + 5000])
    return found


def gifts_by_donor(choice: Choice, donors: Sequence[DonorSum]) -> dict[int, list[Entry]]:
    """Key of a donor → the gifts, in the order of their days; one query."""
    found: dict[int, list[Entry]] = defaultdict(list)
    gifts = choice.gifts().filter(party__isnull=False).annotate(donor=DONOR)
    if len(donors) <= FEW:
        gifts = gifts.filter(donor__in=[donor.key for donor in donors])
    for entry in gifts.select_related("account").order_by("date", "pk"):
        found[entry.donor].append(entry)
    return found


def entries_of(party: Party):
    """All entries that name the donor or recipient, under this row or one that was merged into it."""
    return Entry.objects.filter(Q(party=party) | Q(party__merged_into=party))


@dataclass(frozen=True)
class Progress:
    """Of a campaign, in đồng. ``income``: None where nothing was ever booked; ``pledged``: all promises that were not
    given up, of which ``waiting`` is still to come; ``lapsed``: what will not come any more.
    """

    income: int | None
    pledged: int
    waiting: int
    lapsed: int


def progress_of(campaigns: Sequence[Campaign]) -> dict[int, Progress]:
    """Key of a campaign → how far it is; two queries, however many campaigns."""
    keys = [campaign.pk for campaign in campaigns]
    gifts = Entry.objects.filter(campaign__in=keys).gifts().order_by()
    income = dict(gifts.values_list("campaign").annotate(sum=Sum("amount")))
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for pledge in Pledge.objects.filter(campaign__in=keys).with_given():
        mine = sums[pledge.campaign_id]
        if pledge.state == Pledge.State.LAPSED:
            mine[0] += min(max(pledge.given, 0), pledge.amount)
            mine[2] += pledge.amount - max(pledge.given, 0)
        else:
            mine[0] += pledge.amount
            mine[1] += pledge.rest
    return {key: Progress(income.get(key), *sums[key]) for key in keys}
