"""How funds stand today: money, things apart, the last closed month, and what waits to be done."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from funds.models import Account, Closing, Fund, Holding
from members.models import DuesCollection
from organizations.domains import subtree_ids


@dataclass(frozen=True)
class Standing:
    """In đồng; None where nothing was ever written. ``closed``: the last day of the newest closed month."""

    money: int | None
    things: int | None
    closed: date | None


def standings(funds: Iterable[Fund]) -> dict[int, Standing]:
    """Fund key → how it stands; two queries, however many funds."""
    keys = [fund.pk for fund in funds]
    holdings = Holding.objects.filter(account__fund__in=keys).order_by()
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    for fund, kind, balance in holdings.values_list("account__fund", "account__kind").annotate(sum=Sum("balance")):
        sums[fund][kind] = balance
    closings = Closing.objects.in_force().filter(fund__in=keys).order_by()
    closed = dict(closings.values_list("fund").annotate(last=Max("last_day")))
    return {key: Standing(*money_and_things(sums[key]), closed.get(key)) for key in keys}


def money_and_things(balances: dict[str, int]) -> tuple[int | None, int | None]:
    money = [balances[kind] for kind in Account.MONEY if kind in balances]
    return (sum(money) if money else None), balances.get(Account.Kind.IN_KIND)


def split_principal(fund: Fund) -> tuple[int, int] | None:
    """Of an endowment's money, what is kept and what may be spent, in đồng; one query."""
    if not fund.endowment:
        return None
    holdings = Holding.objects.filter(account__fund=fund, account__kind__in=Account.MONEY).order_by()
    balances = dict(holdings.values_list("is_principal").annotate(sum=Sum("balance")))
    return balances.get(True, 0), balances.get(False, 0)


def unbooked_dues(fund: Fund, user, permission: str):
    """Confirmed hand-overs of dues of the fund's unit and those below that are in no ledger yet, the oldest first."""
    reach = DuesCollection.objects.allowed(user, permission).unbooked()
    inside = reach.filter(organization__in=subtree_ids(fund.organization))
    return inside.select_related("organization").order_by("collected_on", "pk")
