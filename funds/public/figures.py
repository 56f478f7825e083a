"""What anybody may know of a fund, read from its books and kept for a few minutes."""

from dataclasses import dataclass
from datetime import date
from heapq import nlargest

from django.core.cache import cache
from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone

from funds.gifts import by_donor
from funds.models import (
    Account,
    Award,
    AwardKind,
    Campaign,
    Category,
    Closing,
    ClosingBalance,
    Direction,
    Entry,
    Fund,
    Party,
)
from funds.public.sums import Line, YearSums, account_lines, held, kept_and_spendable, parts_of, sums_by_year

# Awards, campaigns and new consents show after so long at the latest; an entry, a closing, the switch at once.
SECONDS_KEPT = 5 * 60
CAMPAIGNS_SHOWN, DONORS_SHOWN = 10, 300


@dataclass(frozen=True)
class CampaignFigures:
    """An appeal with what came of it, in đồng; ``percent`` of its target, None without one."""

    name: str
    starts_on: date
    ends_on: date | None
    target: int | None
    raised: int

    @property
    def percent(self) -> int | None:
        return self.raised * 100 // self.target if self.target else None


@dataclass(frozen=True)
class AwardFigures:
    """Of one kind in one year; portions and đồng are None where a single row does not say them."""

    year: int
    kind: str
    portions: int | None
    amount: int | None


@dataclass(frozen=True)
class Checked:
    """The newest closing in force at which cash was counted and the bank asked; ``difference`` to the books in đồng."""

    last_day: date
    closed_on: date
    difference: int


@dataclass(frozen=True)
class Donors:
    """Keys of those who may be named, with the greatest sums; how many gave at all; gifts without a name."""

    named: tuple[int, ...]
    number: int
    nameless: int


@dataclass(frozen=True)
class FundFigures:
    """No name and no personal text is in here: names are read anew for every page."""

    day: date
    entries: int
    raised: Line
    spent: Line
    money: int
    things: int
    split: tuple[int, int] | None
    lines: tuple[Line, ...]
    years: tuple[YearSums, ...]
    donors: Donors
    campaigns: tuple[CampaignFigures, ...]
    awards: tuple[AwardFigures, ...]
    checked: Checked | None


def with_stamps(funds):
    """Adds what changes with every entry and every closing: processes that share no cache never show an old page."""
    entries = Entry.objects.filter(fund=OuterRef("pk")).order_by("-sequence")
    closings = Closing.objects.filter(fund=OuterRef("pk")).order_by().values("fund")
    return funds.select_related("organization").annotate(
        head=Subquery(entries.values("sequence")[:1]),
        last_closed=Subquery(closings.annotate(at=Max("closed_at")).values("at")),
        last_reopened=Subquery(closings.annotate(at=Max("reopened_at")).values("at")),
    )


def figures_of(fund: Fund, day: date) -> FundFigures:
    """``fund`` comes from `with_stamps`; read once for each state of the books and day."""
    stamps = (fund.head, fund.last_closed, fund.last_reopened)
    key = "-".join(str(each).replace(" ", "T") for each in ("public-fund", fund.pk, fund.endowment, day, *stamps))
    return cache.get_or_set(key, lambda: read_figures(fund, day), SECONDS_KEPT)


def read_figures(fund: Fund, day: date) -> FundFigures:
    """Nine queries, however many entries there are."""
    parts = parts_of(fund)
    years = sums_by_year(parts, day.year)
    money, things = held(parts)
    now = years[-1] if years else YearSums(day.year, 0, 0, 0)
    return FundFigures(
        day=day,
        entries=fund.head or 0,
        raised=Line("Vận động được", now.raised, sum(each.raised for each in years)),
        spent=Line("Đã chi", now.spent, sum(each.spent for each in years)),
        money=money,
        things=things,
        split=kept_and_spendable(parts) if fund.endowment else None,
        lines=tuple(account_lines(parts, day.year)),
        years=tuple(years),
        donors=read_donors(fund, day),
        campaigns=read_campaigns(fund),
        awards=read_awards(fund),
        checked=read_check(fund),
    )


def read_donors(fund: Fund, day: date) -> Donors:
    """Two queries."""
    sums, nameless = {}, 0
    for key, amount, _, _, times, _ in by_donor(Entry.objects.filter(fund=fund).gifts().in_force()):
        if key is None:
            nameless = times
        else:
            sums[key] = amount
    may_be_named = Party.objects.named_in_public(day).order_by().filter(organization=fund.organization_id)
    named = [key for key in may_be_named.values_list("pk", flat=True) if key in sums]
    return Donors(tuple(nlargest(DONORS_SHOWN, named, key=sums.get)), len(sums), nameless)


def read_campaigns(fund: Fund) -> tuple[CampaignFigures, ...]:
    given = Q(entries__category__nature=Category.Nature.DONATION, entries__direction=Direction.IN)
    rows = Campaign.objects.filter(fund=fund).annotate(raised=Coalesce(Sum("entries__amount", filter=given), 0))
    rows = rows.order_by("-starts_on", "-pk").values_list("name", "starts_on", "ends_on", "target", "raised")
    return tuple(CampaignFigures(*row) for row in rows[:CAMPAIGNS_SHOWN])


def read_awards(fund: Fund) -> tuple[AwardFigures, ...]:
    """By year, the newest first, and kind; no names, no schools, no units."""
    rows = Award.objects.paid().filter(fund=fund).order_by().values_list(ExtractYear("handed_on"), "kind")
    rows = rows.annotate(rows=Count("pk"), known=Count("portions"), priced=Count("amount"))
    rows = rows.annotate(portions_sum=Sum("portions"), amount_sum=Sum("amount"))
    places = {kind: place for place, kind in enumerate(AwardKind.values)}
    found = sorted(rows, key=lambda row: (-row[0], places[row[1]]))
    return tuple(
        AwardFigures(
            year, AwardKind(kind).label, portions if known == number else None, amount if priced == number else None
        )
        for year, kind, number, known, priced, portions, amount in found
    )


def read_check(fund: Fund) -> Checked | None:
    money = ClosingBalance.objects.filter(account__kind__in=Account.MONEY)
    closings = Closing.objects.in_force().filter(fund=fund, balances__in=money).order_by("-last_day", "-pk")
    found = closings.annotate(difference=Sum("balances__counted") - Sum("balances__booked")).first()
    return found and Checked(found.last_day, timezone.localdate(found.closed_at), found.difference)
