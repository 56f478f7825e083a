"""What the ledgers count for a quarter: one GROUP BY of what came and went, one of what there is on its last day.

Everything counts in the own line of the nearest reporting unit at or above the fund's. Opening balances and transfers
are neither raised nor spent, so money that moves inside the association is never counted twice. A unit absent from
the answer has no data; zero is said only where the unit keeps this register.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q, Sum

from core.counts import Count
from core.periods import Quarter
from funds.awards.statistics import count_awards
from funds.models import Account, Category, Direction, Entry
from funds.models.entries import SIGNED
from funds.registers import registers_in_use
from organizations.spells import UnitOfDay, lines_of

Nature = Category.Nature
# A reversal is negative under the side of its entry: every plain sum is net, whatever quarter the reversal lies in.
FLOWS = {
    "funds.raised": Sum("amount", filter=Q(category__nature=Nature.DONATION), default=0),
    "funds.spent": Sum(
        "amount",
        filter=Q(direction=Direction.OUT) & ~Q(category__nature__in=(Nature.TRANSFER, Nature.DUES)),
        default=0,
    ),
    # Dues that were given back are less dues, not money spent.
    "funds.dues": Sum(SIGNED, filter=Q(category__nature=Nature.DUES), default=0),
}
BALANCE = "funds.balance"
CODES = (*FLOWS, BALANCE)
# With so few units asking for them by name is quicker than grouping everybody's rows.
FEW = 500

Sums = dict[int, int]


def within(entries, units: Iterable[int] | None):
    return entries if units is None else entries.filter(fund__organization__in=list(units))


def count_flows(quarter: Quarter, units: Iterable[int] | None = None) -> dict[str, Sums]:
    """Indicator code → the fund's unit → đồng that came or went in the quarter; things at their value among them."""
    rows = within(Entry.objects.between(quarter.first_day, quarter.last_day), units).order_by()
    sums = {f"sum_{place}": flow for place, flow in enumerate(FLOWS.values())}
    counted: dict[str, Sums] = {code: {} for code in FLOWS}
    for unit, *found in rows.values_list("fund__organization_id").annotate(**sums):
        for code, amount in zip(FLOWS, found, strict=True):
            counted[code][unit] = amount
    return counted


def count_balances(quarter: Quarter, units: Iterable[int] | None = None) -> Sums:
    """The fund's unit → đồng in its cash boxes and bank accounts at the end of the quarter's last day."""
    rows = within(Entry.objects.until(quarter.last_day), units).filter(account__kind__in=Account.MONEY).order_by()
    return dict(rows.values_list("fund__organization_id").annotate(balance=Sum(SIGNED)))


def count_funds(
    quarter: Quarter, units: dict[int, UnitOfDay], used: set[int] | None = None
) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, parents first.

    Three queries: what came and went, what there is, and registers in use, unless ``used`` names them.
    """
    few = units if len(units) <= FEW else None
    sums = count_flows(quarter, few) | {BALANCE: count_balances(quarter, few)}
    used = registers_in_use(quarter, units) if used is None else used
    lines = lines_of(units)
    counted = {}
    for code in CODES:
        totals: dict[int, int] = defaultdict(int, dict.fromkeys(used, 0))
        for unit, amount in sums[code].items():
            # Funds of units that did not live that day count nowhere.
            if (line := lines.get(unit)) is not None:
                totals[line] += amount
        counted[code] = {pk: Count(total, Count.NAMES) for pk, total in totals.items() if total or pk in used}
    return counted


def count_registers(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Ledgers and awards together, as reports take them: four queries."""
    used = registers_in_use(quarter, units)
    return count_funds(quarter, units, used) | count_awards(quarter, units, used)
