"""What an account holds on each day, and the two laws: no account below zero, no principal spent.

Nothing here adds up a whole book: what is held now is known (`Holding`), and what came after a day is taken off.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import F, Sum

from core.money import money_to_text
from core.vietnamese import date_to_text
from funds.models import Account, Entry, Fund, Holding
from funds.models.entries import SIGNED


def keep_holdings(entries: Iterable[Entry]) -> None:
    """Count entries that were just written into what their accounts hold; whoever calls has locked their funds."""
    changes: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for entry in entries:
        changes[entry.account_id, entry.is_principal].append(entry.signed)
    for (account, is_principal), amounts in sorted(changes.items()):
        place, number, sum_of = {"account_id": account, "is_principal": is_principal}, len(amounts), sum(amounts)
        known = Holding.objects.filter(**place)
        if not known.update(entries=F("entries") + number, balance=F("balance") + sum_of):
            Holding.objects.create(**place, entries=number, balance=sum_of)


def held(**purse) -> int:
    """What is held now in đồng; ``purse``: conditions on `Holding`. One query."""
    return Holding.objects.filter(**purse).aggregate(sum=Sum("balance", default=0))["sum"]


def lowest_balance(entries, since: date, now: int) -> tuple[int, date]:
    """The lowest balance at the end of a day from ``since`` on, in đồng, and the first day that ends with it.

    ``entries`` is a queryset over one purse: an account, or the spendable part of a fund; ``now`` what it holds with
    all of them. One query, which reads nothing of the days before.
    """
    rows = entries.filter(date__gte=since).order_by("date").values_list("date")
    days = list(rows.annotate(change=Sum(SIGNED, default=0)))
    balance = now - sum(change for _, change in days)
    lowest = None
    for day, change in days:
        balance += change
        if lowest is None or balance < lowest[0]:
            lowest = (balance, day)
    return lowest or (balance, since)


def overdrawn(account: Account, since: date) -> tuple[int, date] | None:
    """By how much, in đồng, the account falls below zero from ``since`` on, and when; None when it never does."""
    balance, day = lowest_balance(Entry.objects.filter(account=account), since, held(account=account))
    return (-balance, day) if balance < 0 else None


def check_accounts(since: dict[Account, date], *, permitted: bool) -> None:
    """No account ends a day below zero; with a named permission it may. Raises ValidationError in words."""
    for account, day in since.items():
        if (found := overdrawn(account, day)) and not permitted:
            amount, on = found
            words = f"Tài khoản “{account.name}” sẽ thiếu {money_to_text(amount)} vào ngày {date_to_text(on)}. "
            words += "Hãy xem lại ngày và số tiền, hoặc ghi khoản thu còn thiếu trước."
            raise ValidationError({"amount": ValidationError(words, code="overdraft")})


def part_words(is_principal: bool, in_kind: bool) -> str:
    """What a purse of an endowment is called."""
    return f"{'hiện vật thuộc ' if in_kind else ''}{'phần gốc' if is_principal else 'phần được chi'}"


def check_principal(fund: Fund, is_principal: bool, in_kind: bool, since: date) -> None:
    """What may be spent of an endowment, and its principal, never end a day below zero; nobody can permit it.

    Money and things each by themselves: what was given in things does not make kept money free to be spent.
    """
    accounts = fund.accounts.filter(kind=Account.Kind.IN_KIND) if in_kind else fund.accounts.in_money()
    purse = {"account__in": accounts.order_by().values("pk"), "is_principal": is_principal}
    balance, day = lowest_balance(Entry.objects.filter(fund=fund, **purse), since, held(**purse))
    if balance < 0:
        lacking = f"{part_words(is_principal, in_kind)} sẽ thiếu {money_to_text(-balance)}"
        words = f"Quỹ “{fund.name}” giữ nguyên gốc: {lacking} vào ngày {date_to_text(day)}."
        raise ValidationError({"amount": ValidationError(words, code="principal")})
