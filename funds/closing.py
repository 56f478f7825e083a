"""Closing a month or a year of a fund against what was counted, and opening it again."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from core.money import money_to_text
from core.vietnamese import date_to_text
from funds.ledger import closed_until, head_of, lock_funds
from funds.models import Account, Closing, ClosingBalance, Entry, Fund, Holding
from funds.models.entries import SIGNED


class Counted(NamedTuple):
    """What was counted in the box, or stands on the bank's statement, in đồng; and why it is not what the books say."""

    amount: int
    explanation: str = ""


class Booked(NamedTuple):
    """What the books say of an account at the end of a day."""

    account: Account
    entries: int
    balance: int


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_to_close(fund: Fund) -> date:
    """The last day of the first month that is not closed. One query."""
    closed = closed_until(fund)
    return month_end(closed + timedelta(days=1) if closed else fund.opened_on)


def booked_on(fund: Fund, day: date) -> list[Booked]:
    """Every account of the fund that is in use or was written in by then. Three queries."""
    sums = held_on(fund, day)
    accounts = Account.objects.filter(fund=fund).order_by("pk")
    return [
        Booked(account, *sums.get(account.pk, (0, 0)))
        for account in accounts
        if account.pk in sums or account.closed_on is None
    ]


def held_on(fund: Fund, day: date) -> dict[int, tuple[int, int]]:
    """Account key → number and sum of its entries at the end of the day.

    Summed up from the beginning, or what there is now less what came later: whichever is the shorter part of the book.
    """
    if day - fund.opened_on < timezone.localdate() - day:
        rows = Entry.objects.filter(fund=fund, date__lte=day).order_by().values_list("account")
        return {pk: tuple(rest) for pk, *rest in rows.annotate(number=Count("pk"), sum=Sum(SIGNED))}
    holdings = Holding.objects.filter(account__fund=fund).order_by().values_list("account")
    later = Entry.objects.filter(fund=fund, date__gt=day).order_by().values_list("account")
    since = {pk: rest for pk, *rest in later.annotate(number=Count("pk"), sum=Sum(SIGNED))}
    found = {}
    for pk, number, balance in holdings.annotate(number=Sum("entries"), sum=Sum("balance")):
        number_since, balance_since = since.get(pk, (0, 0))
        if number > number_since:
            found[pk] = (number - number_since, balance - balance_since)
    return found


@transaction.atomic
def close_month(*, fund: Fund, last_day: date, counted: Mapping[int, Counted], user) -> Closing:
    """Close the fund's next month; ``counted``: account key → what there really is.

    An account in which nothing was ever written need not be counted. Raises ValidationError when another month is
    next, the month is not over, an account was not counted, or a difference is not explained (by account key).
    """
    fund = lock_funds([fund.pk])[fund.pk]
    check_next(fund, last_day)
    balances, unexplained = [], {}
    for account, entries, booked in booked_on(fund, last_day):
        found = counted.get(account.pk)
        if found is None and entries:
            raise ValidationError(f"Hãy nhập số thực tế của “{account.name}”.")
        amount, explanation = found or Counted(0)
        if amount != booked and not explanation.strip():
            unexplained[str(account.pk)] = (
                f"“{account.name}”: sổ ghi {money_to_text(booked)}, thực tế {money_to_text(amount)}. "
                "Hãy tìm khoản chưa ghi, hoặc giải thích chênh lệch."
            )
        facts = {"entries": entries, "booked": booked, "counted": amount, "explanation": explanation.strip()}
        balances.append(ClosingBalance(account=account, **facts))
    if unexplained:
        raise ValidationError(unexplained)
    closing = close(fund, Closing.Period.MONTH, last_day, user)
    for balance in balances:
        balance.closing = closing
        balance.full_clean()
    ClosingBalance.objects.bulk_create(balances)
    return closing


def close(fund: Fund, period: str, last_day: date, user) -> Closing:
    sequence, seal = head_of(fund.pk)
    closing = Closing(fund=fund, period=period, last_day=last_day, sequence=sequence, seal=seal)
    closing.closed_at, closing.closed_by = timezone.now(), user
    closing.full_clean()
    closing.save()
    return closing


def check_next(fund: Fund, last_day: date) -> None:
    expected = next_to_close(fund)
    if last_day != expected:
        raise ValidationError(f"Kỳ cần khóa tiếp theo là tháng {expected.month}/{expected.year}.")
    if last_day > timezone.localdate():
        raise ValidationError(f"Tháng {last_day.month}/{last_day.year} chưa hết, chưa khóa sổ được.")


@transaction.atomic
def close_year(*, fund: Fund, year: int, user) -> Closing:
    """Close a year whose December is closed. Raises ValidationError when it is not, or the year is closed already."""
    fund = lock_funds([fund.pk])[fund.pk]
    last_day, closed = date(year, 12, 31), closed_until(fund)
    if closed is None or closed < last_day:
        raise ValidationError(f"Hãy khóa sổ hết tháng 12/{year} trước.")
    if fund.opened_on > last_day:
        raise ValidationError(f"Sổ quỹ mở từ ngày {date_to_text(fund.opened_on)}.")
    return close(fund, Closing.Period.YEAR, last_day, user)


@transaction.atomic
def reopen(*, closing: Closing, reason: str, user) -> list[Closing]:
    """Open a closed month or year again, and with it everything that was closed after it; newest first.

    Whoever calls has made sure that the user stands at the level above. Raises ValidationError without a reason, and
    when it is open already.
    """
    if not reason.strip():
        raise ValidationError({"reason": "Hãy ghi lý do mở lại."})
    lock_funds([closing.fund_id])
    found = Closing.objects.in_force().filter(fund=closing.fund_id, last_day__gte=closing.last_day)
    if closing.period == Closing.Period.YEAR:
        # December itself stays closed: opening the year allows opening its months.
        found = found.exclude(period=Closing.Period.MONTH, last_day=closing.last_day)
    opened = list(found.order_by("-last_day", "-pk"))
    if closing not in opened:
        raise ValidationError("Kỳ này đã được mở lại.")
    now = timezone.now()
    for each in opened:
        each.reopened_at, each.reopened_by, each.reopened_because = now, user, reason.strip()
        each.save(update_fields=["reopened_at", "reopened_by", "reopened_because"])
    return opened
