"""What an account holds on each day, and the two laws: no account below zero, no principal spent."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Sum

from core.money import money_to_text
from core.vietnamese import date_to_text
from funds.models import Account, Entry, Fund
from funds.models.entries import SIGNED


def lowest_balance(entries, since: date) -> tuple[int, date]:
    """The lowest balance at the end of a day from ``since`` on, in đồng, and the first day that ends with it.

    ``entries`` is a queryset over one purse: an account, or the spendable part of a fund. Two queries.
    """
    balance = entries.filter(date__lt=since).balance()
    lowest = None
    days = entries.filter(date__gte=since).order_by("date").values_list("date").annotate(change=Sum(SIGNED, default=0))
    for day, change in days:
        balance += change
        if lowest is None or balance < lowest[0]:
            lowest = (balance, day)
    return lowest or (balance, since)


def overdrawn(account: Account, since: date) -> tuple[int, date] | None:
    """By how much, in đồng, the account falls below zero from ``since`` on, and when; None when it never does."""
    balance, day = lowest_balance(Entry.objects.filter(account=account), since)
    return (-balance, day) if balance < 0 else None


def check_accounts(since: dict[Account, date], *, permitted: bool) -> None:
    """No account ends a day below zero; with a named permission it may. Raises ValidationError in words."""
    for account, day in since.items():
        if (found := overdrawn(account, day)) and not permitted:
            amount, on = found
            words = f"Tài khoản “{account.name}” sẽ thiếu {money_to_text(amount)} vào ngày {date_to_text(on)}. "
            words += "Hãy xem lại ngày và số tiền, hoặc ghi khoản thu còn thiếu trước."
            raise ValidationError({"amount": ValidationError(words, code="overdraft")})


def check_principal(funds: Iterable[Fund], since: dict[Fund, date]) -> None:
    """What may be spent of an endowment fund, and its principal, never end a day below zero; nobody can permit it."""
    for fund in funds:
        if not fund.endowment:
            continue
        for is_principal, words in ((False, "phần được chi"), (True, "phần gốc")):
            purse = Entry.objects.filter(fund=fund, is_principal=is_principal)
            balance, day = lowest_balance(purse, since[fund])
            if balance < 0:
                lacking = f"{words} sẽ thiếu {money_to_text(-balance)} vào ngày {date_to_text(day)}."
                reason = ValidationError(f"Quỹ “{fund.name}” giữ nguyên gốc: {lacking}", code="principal")
                raise ValidationError({"amount": reason})
