"""What a file of entries is compared with, fetched once for the whole file: funds in reach, names, what is booked."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Max

from core.sheets import Importer
from core.vietnamese import fold
from funds.models import Account, Campaign, Category, Closing, Entry, Fund, Party
from funds.resources.parsers import same_name
from organizations.resources import reachable_units

KIND_WORDS = {
    **{fold(word): kind for kind, label in Account.Kind.choices for word in (kind, label)},
    "ngan hang": Account.Kind.BANK,
    "tien gui": Account.Kind.BANK,
}


class Booked(NamedTuple):
    """An entry in force, as a row of the file would say it."""

    fund: int
    date: date
    year: int
    direction: str
    number: int | None
    external_number: str
    category: int
    amount: int
    account: int
    party: str
    purpose: str
    campaign: str
    destination: str

    @property
    def sign(self) -> tuple:
        names = (same_name(self.party), same_name(self.purpose), same_name(self.campaign), self.destination)
        return self.fund, self.date, self.category, self.amount, self.account, *names


PATHS = (
    "fund_id",
    "date",
    "year",
    "direction",
    "number",
    "external_number",
    "category_id",
    "amount",
    "account_id",
    "party__name",
    "purpose",
    "campaign__name",
    "pair__fund__code",
)


def funds_in_reach(importer: Importer, permission: str):
    units = reachable_units(importer, permission).order_by().values("pk")
    return Fund.objects.filter(organization__in=units).select_related("organization").order_by("pk")


class Books:
    """Eight queries, whatever the number of rows."""

    def __init__(self, importer: Importer, permission: str, named: set[str], years: set[int]):
        self.funds = {fund.code: fund for fund in funds_in_reach(importer, permission)}
        funds = [fund for code, fund in self.funds.items() if code in named]
        keys = [fund.pk for fund in funds]
        self.read_categories()
        self.accounts: dict[int, list[Account]] = defaultdict(list)
        for account in Account.objects.filter(fund__in=keys).order_by("pk"):
            self.accounts[account.fund_id].append(account)
        self.campaigns = {(each.fund_id, same_name(each.name)): each for each in Campaign.objects.filter(fund__in=keys)}
        self.read_parties({fund.organization_id for fund in funds})
        closings = Closing.objects.in_force().filter(fund__in=keys).order_by()
        self.closed = dict(closings.values_list("fund").annotate(last=Max("last_day")))
        self.read_entries(keys, years)

    def read_categories(self) -> None:
        self.categories = list(Category.objects.all())
        self.category_words = {fold(word): each for each in self.categories for word in (each.name, each.code)}
        moved = [each for each in self.categories if each.nature == Category.Nature.TRANSFER]
        self.transfers = {each.direction: each for each in moved}

    def read_parties(self, units: Iterable[int]) -> None:
        """By unit and name; the name of a row that was merged into another finds that one, unless somebody bears it."""
        self.parties: dict[tuple[int, str], list[Party]] = defaultdict(list)
        merged: dict[tuple[int, str], dict[int, Party]] = defaultdict(dict)
        found = Party.objects.filter(organization__in=units, anonymised_at=None).select_related("merged_into")
        for party in found.order_by("pk"):
            key = (party.organization_id, same_name(party.name))
            if party.merged_into is None:
                self.parties[key].append(party)
            else:
                merged[key][party.merged_into_id] = party.merged_into
        for key, kept in merged.items():
            if key not in self.parties:
                self.parties[key] = list(kept.values())

    def read_entries(self, funds: list[int], years: set[int]) -> None:
        """What was taken back, and what took it back, are booked no more."""
        self.by_external: dict[tuple, Booked] = {}
        self.by_number: dict[tuple, Booked] = {}
        self.alike: Counter[tuple] = Counter()
        found = Entry.objects.filter(fund__in=funds, year__in=years, reverses=None, reversal=None).order_by("pk")
        for values in found.values_list(*PATHS).iterator():
            entry = Booked(
                *(value if value is not None or place == NUMBER else "" for place, value in enumerate(values))
            )
            place = (entry.fund, entry.year, entry.direction)
            if entry.external_number:
                self.by_external[*place, same_name(entry.external_number)] = entry
            if entry.number is not None:
                self.by_number[*place, entry.number] = entry
            self.alike[entry.sign] += 1

    def category(self, word: str, direction: str) -> Category | None:
        if fold(word) == "transfer":
            return self.transfers.get(direction)
        return self.category_words.get(fold(word))

    def accounts_called(self, fund: Fund, word: str | None) -> list[Account]:
        """The account of that name, else those of that kind that are in use; without a word the cash boxes."""
        accounts = self.accounts[fund.pk]
        if word and (named := [each for each in accounts if fold(each.name) == fold(word)]):
            return named
        return self.accounts_of_kind(fund, KIND_WORDS.get(fold(word)) if word else Account.Kind.CASH)

    def accounts_of_kind(self, fund: Fund, kind: str | None) -> list[Account]:
        return [each for each in self.accounts[fund.pk] if each.kind == kind and each.closed_on is None]

    def destination(self, source: Account, fund: Fund) -> list[Account]:
        """Where a transfer goes: to the same kind of another fund; within one fund from cash to the bank or back."""
        kind = source.kind
        if fund.pk == source.fund_id:
            kind = Account.Kind.BANK if kind == Account.Kind.CASH else Account.Kind.CASH
        return self.accounts_of_kind(fund, kind)


NUMBER = PATHS.index("number")
