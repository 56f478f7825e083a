"""Whether money is there for what a file books: the ledger's two laws, told row by row before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, Sum

from core.money import money_to_text
from core.sheets import Row
from core.vietnamese import date_to_text
from funds.balances import part_words
from funds.models import Account, Entry, Fund, Holding
from funds.models.entries import SIGNED

IN_KIND = ExpressionWrapper(Q(account__kind=Account.Kind.IN_KIND), output_field=BooleanField())


class Purse(NamedTuple):
    """What may not end a day below zero: an account, or the spendable part or the principal of an endowment, of its
    money or of its things.
    """

    fund: int
    account: int | None
    is_principal: bool | None
    in_kind: bool | None
    words: str


class Change(NamedTuple):
    """What a row does to a purse, in đồng."""

    purse: Purse
    day: date
    amount: int


def purse_of(account: Account) -> Purse:
    return Purse(account.fund_id, account.pk, None, None, f"Tài khoản “{account.name}”")


def part_of(fund: Fund, account: Account, *, is_principal: bool) -> Purse:
    in_kind = account.kind == Account.Kind.IN_KIND
    words = f"Quỹ “{fund.name}” giữ nguyên gốc: {part_words(is_principal, in_kind)}"
    return Purse(fund.pk, None, is_principal, in_kind, words)


def refuse_uncovered(changes: Mapping[int, list[Change]], rows: Iterable[Row], column: str) -> None:
    """Refuse the latest rows until every purse holds; ``changes`` by line. Four queries.

    A refused transfer brings nothing to where it would have gone, so this goes on until nothing changes.
    """
    by_line = {row.line: row for row in rows}
    purses: dict[Purse, list[tuple[date, int, int]]] = defaultdict(list)
    for line, found in changes.items():
        for change in found:
            purses[change.purse].append((change.day, line, change.amount))
    taken_from = {purse: sorted(found) for purse, found in purses.items() if any(each[2] < 0 for each in found)}
    booked = booked_in(taken_from)
    while sum(sweep(purse, booked[purse], moves, by_line, column) for purse, moves in taken_from.items()):
        pass


def booked_in(taken_from: Mapping[Purse, list[tuple[date, int, int]]]) -> dict[Purse, dict[date, int]]:
    """Purse → day → what the ledger has of it already; all that lies before the file's first day under `date.min`."""
    found: dict[Purse, dict[date, int]] = defaultdict(dict)
    since = min((moves[0][0] for moves in taken_from.values()), default=date.min)
    purses = list(taken_from)
    accounts = {purse.account: purse for purse in purses if purse.account is not None}
    parts = {(purse.fund, purse.is_principal, purse.in_kind): purse for purse in purses if purse.account is None}
    entries = Entry.objects.filter(account__in=list(accounts), date__gte=since).order_by()
    for account, day, change in entries.values_list("account_id", "date").annotate(change=Sum(SIGNED)):
        found[accounts[account]][day] = change
    entries = Entry.objects.filter(fund__in={fund for fund, *_ in parts}, date__gte=since).order_by()
    columns = ("fund_id", "is_principal", "in_kind", "date")
    for *part, day, change in entries.annotate(in_kind=IN_KIND).values_list(*columns).annotate(change=Sum(SIGNED)):
        if purse := parts.get(tuple(part)):
            found[purse][day] = change
    for purse, now in held_in(accounts, parts):
        found[purse][date.min] = now - sum(found[purse].values())
    return found


def held_in(accounts: dict[int, Purse], parts: dict[tuple[int, bool, bool], Purse]) -> Iterator[tuple[Purse, int]]:
    """What the purses hold now, in đồng."""
    holdings = Holding.objects.filter(account__in=list(accounts)).order_by()
    for account, now in holdings.values_list("account").annotate(now=Sum("balance")):
        yield accounts[account], now
    holdings = Holding.objects.filter(account__fund__in={fund for fund, *_ in parts}).order_by()
    columns = ("account__fund", "is_principal", "in_kind")
    for *part, now in holdings.annotate(in_kind=IN_KIND).values_list(*columns).annotate(now=Sum("balance")):
        if purse := parts.get(tuple(part)):
            yield purse, now


def sweep(
    purse: Purse, booked: Mapping[date, int], moves: list[tuple[date, int, int]], rows: dict[int, Row], column: str
) -> bool:
    """Go through the days of one purse and refuse what it cannot bear; whether anything was refused."""
    moves = [move for move in moves if not rows[move[1]].is_refused]
    if not any(amount < 0 for _, _, amount in moves):
        return False
    since = moves[0][0]
    ours: dict[date, list[tuple[int, int]]] = defaultdict(list)
    for day, line, amount in moves:
        ours[day].append((line, amount))
    balance = sum(change for day, change in booked.items() if day < since)
    taken: list[tuple[int, int]] = []
    refused = False
    for day in sorted({day for day in booked if day >= since} | ours.keys()):
        balance += booked.get(day, 0) + sum(amount for _, amount in ours[day])
        taken += [(line, amount) for line, amount in ours[day] if amount < 0]
        while balance < 0 and taken:
            line, amount = taken.pop()
            refuse(rows[line], column, purse, -balance, day)
            balance -= amount
            refused = True
        if balance < 0:
            # Short without this file: the ledger takes nothing out before that is put right.
            for _, line, amount in moves:
                if amount < 0 and not rows[line].is_refused:
                    refuse(rows[line], column, purse, -balance, day)
            return True
    return refused


def refuse(row: Row, column: str, purse: Purse, lacking: int, day: date) -> None:
    words = f"{purse.words} sẽ thiếu {money_to_text(lacking)} vào ngày {date_to_text(day)}."
    row.refuse(column, f"{words} Hãy xem lại ngày và số tiền, hoặc ghi khoản thu còn thiếu trước.")
