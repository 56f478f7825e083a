"""Ledgers of a province: a quarter's counts, a page of the cash book and one new entry, against the least."""

import os
from datetime import date
from random import Random

from django.db import connection

from core.numbers import number_to_text
from core.periods import Quarter
from funds.ledger import category, post_entry
from funds.models import Account, Entry
from funds.statistics import count_funds
from khuyenhoc.synthetic_funds import make_funds
from organizations.models import Organization
from organizations.spells import tree_on
from tests.benchmark.measuring import compare, read, say, seconds_of, undone

ENTRIES = int(os.environ.get("BENCHMARK_ENTRIES", "500000"))
YEARS, PAGE = range(2018, 2023), 50
# What the ledgers count, as one would write it by hand.
FLOWS = """
SELECT f.organization_id, sum(e.amount) FILTER (WHERE c.nature = 'donation'),
    sum(e.amount) FILTER (WHERE e.direction = 'out' AND c.nature <> 'transfer'),
    sum(e.amount) FILTER (WHERE c.nature = 'dues')
FROM funds_entry e JOIN funds_fund f ON f.id = e.fund_id JOIN funds_category c ON c.id = e.category_id
WHERE e.date BETWEEN %(first)s AND %(last)s GROUP BY f.organization_id
"""
BALANCES = """
SELECT f.organization_id, sum(CASE WHEN e.direction = 'in' THEN e.amount ELSE -e.amount END)
FROM funds_entry e JOIN funds_fund f ON f.id = e.fund_id JOIN funds_account a ON a.id = e.account_id
WHERE e.date <= %(last)s AND a.kind IN ('cash', 'bank') GROUP BY f.organization_id
"""
BOOK = """
SELECT * FROM funds_entry WHERE account_id = %(account)s AND date >= %(first)s ORDER BY date, id LIMIT 51
"""
BEFORE = """
SELECT sum(CASE WHEN direction = 'in' THEN amount ELSE -amount END) FROM funds_entry
WHERE account_id = %(account)s AND date < %(first)s
"""


def measure_funds(root: Organization) -> None:
    """``root`` gets a fund with entries for each unit above the branches."""
    units = list(Organization.objects.within(Organization.objects.filter(pk=root.pk)))
    options = {"count": ENTRIES, "years": YEARS, "random": Random(1), "reason": "Đo"}  # noqa: S311 (not secret)
    say("making the ledgers", f"{seconds_of(lambda: make_funds(units, **options)):.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE funds_entry" if connection.vendor == "postgresql" else "ANALYZE")
    say("entries", number_to_text(Entry.objects.count()))
    measure_counts()
    measure_book()
    measure_entry()


def measure_counts() -> None:
    for quarter in (Quarter(YEARS[0], 1), Quarter(YEARS[-1], 4)):
        units = tree_on(quarter.last_day)
        days = {"first": quarter.first_day, "last": quarter.last_day}

        def job(quarter=quarter, units=units):
            count_funds(quarter, units)

        def floor(days=days):
            read(FLOWS, days)
            read(BALANCES, days)

        compare(f"funds of all units, {quarter.code}", job, floor, "the GROUP BY in SQL (at most 3)")


def measure_book() -> None:
    """A page in the middle of an account's book, with what stood there before it."""
    account, first = Account.objects.filter(kind="cash").order_by("pk")[0], date(2020, 7, 1)
    book = Entry.objects.filter(account=account)

    def job():
        list(book.filter(date__gte=first).order_by("date", "pk")[: PAGE + 1])
        book.filter(date__lt=first).balance()

    def floor():
        read(BOOK, {"account": account.pk, "first": first})
        read(BEFORE, {"account": account.pk, "first": first})

    compare("a page of the cash book", job, floor, "both queries in SQL")


def measure_entry() -> None:
    account = Account.objects.filter(kind="cash").select_related("fund").order_by("pk")[0]
    names = [field.column for field in Entry._meta.concrete_fields if not field.primary_key]
    last = Entry.objects.filter(fund=account.fund).order_by("-sequence")[0]
    kept = {"sequence": "sequence + 1", "number": "number + 1"}
    values = ", ".join(kept.get(name, name) for name in names)
    insert = f"INSERT INTO funds_entry ({', '.join(names)}) SELECT {values} FROM funds_entry WHERE id = %s"  # noqa: S608

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(insert, [last.pk])

    facts = {"account": account, "category": category("award"), "date": last.date, "amount": 1000, "user": None}
    compare("one payment", lambda: undone(lambda: post_entry(**facts)), lambda: undone(floor), "one bare INSERT")
