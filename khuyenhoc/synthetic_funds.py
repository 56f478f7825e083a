"""Funds of a synthetic province, written through the ledger: numbered, sealed, covered. Invented; by the seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from core.history import CREATED, record_bulk
from core.sheets import in_parts
from funds.ledger import category, write_entries
from funds.models import Account, Direction, Entry, Fund
from funds.opening import open_fund
from organizations.models import Level, Organization, RegisterUse

# Income and expense in turns: an expense is always smaller than the income before it.
KINDS = (("donation", "support"), ("dues", "activity"), ("donation", "scholarship"), ("interest", "bank_fee"))
OPENING, MOST = 1_000_000, 50


def make_funds(
    units: list[Organization], *, count: int, years: range, random: Random, reason: str, largest: int = 0
) -> dict[str, int]:
    """One fund for each unit above the branches, ``count`` entries shared out among them over the years.

    ``largest``: how many of them the first unit's fund gets; else its share as all others.
    """
    places = [unit for unit in units if unit.level != Level.BRANCH]
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    shares = share_out(count, len(places))
    if largest and len(places) > 1:
        shares = [largest, *share_out(count - largest, len(places) - 1)]
    codes = {code for pair in KINDS for code in pair}
    categories = {code: category(code) for code in sorted(codes)}
    for unit, number in zip(places, shares, strict=True):
        names = {"organization": unit, "code": f"Q.{unit.code}"[-32:], "name": f"Quỹ Khuyến học {unit.code}"}
        fund = open_fund(**names, opened_on=first, cash=OPENING, user=None)
        entries = list(make_entries(fund, number, first, last, categories, random))
        for part in in_parts(entries):
            write_entries(part, user=None)
    keepers = [unit for unit in places if unit.reports_quarterly and random.random() < 0.8]
    register = RegisterUse.Register.FUNDS
    used = [RegisterUse(organization=unit, register=register, used_from=first) for unit in keepers]
    RegisterUse.objects.bulk_create(used, batch_size=1000)
    written = RegisterUse.objects.filter(organization__in=keepers, register=register)
    record_bulk(written, kind=CREATED, user=None, reason=reason)
    return {"quỹ": len(places), "bút toán": count}


def share_out(count: int, places: int) -> list[int]:
    return [count // places + (place < count % places) for place in range(places)]


def make_entries(fund: Fund, number: int, first: date, last: date, categories: dict, random: Random) -> Iterator[Entry]:
    """``number`` unsaved entries in the order of their days."""
    cash = fund.accounts.get(kind=Account.Kind.CASH)
    days, amount = (last - first).days + 1, 0
    for place in range(number):
        pair = KINDS[place // 2 % len(KINDS)]
        is_income = place % 2 == 0
        # In thousands of đồng, and never more out than what came last.
        amount = random.randint(2, MOST) * 1000 if is_income else amount // 2
        yield Entry(
            fund=fund,
            account=cash,
            category=categories[pair[0] if is_income else pair[1]],
            direction=Direction.IN if is_income else Direction.OUT,
            date=first + timedelta(days=place * days // number),
            amount=amount,
            purpose="Số tổng hợp để thử",
        )
