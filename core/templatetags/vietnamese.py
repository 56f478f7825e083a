"""Filters that write numbers, money, days and quarters as Vietnamese people do; None becomes nothing."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from core.money import money_short as short_money
from core.money import money_to_text
from core.numbers import decimal_to_text, number_to_text
from core.periods import Quarter, Span, parse_period
from core.vietnamese import date_to_text

register = template.Library()

# A variable that does not exist reaches a filter as "".
NOTHING = (None, "")


@register.filter
def number(value: int | Decimal | float | None) -> str:
    """``1234567`` → ``1.234.567``; a number with decimals keeps up to two of them."""
    if value in NOTHING:
        return ""
    return number_to_text(value) if isinstance(value, int) else decimal_to_text(value)


@register.filter
def rate(value: Decimal | float | int | None) -> str:
    """``67.2`` → ``67,2``: up to two decimals, half up, without the per cent sign."""
    return "" if value in NOTHING else decimal_to_text(value)


@register.filter
def money(value: int | None) -> str:
    """``6100000000`` → ``6.100.000.000 đồng``."""
    return "" if value in NOTHING else money_to_text(int(value))


@register.filter
def money_short(value: int | None) -> str:
    """``6100000000`` → ``6,1 tỷ đồng``."""
    return "" if value in NOTHING else short_money(int(value))


@register.filter
def day(value: date | datetime | None) -> str:
    """``05/04/2022``; a moment is the day that it falls on in local time."""
    if value in NOTHING:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_to_text(value)


@register.filter
def quarter_label(value: Quarter | Span | str | None) -> str:
    """``quý I/2022``, ``6 tháng đầu năm 2022``; takes a period or its code."""
    if value in NOTHING:
        return ""
    return (parse_period(value) if isinstance(value, str) else value).label
