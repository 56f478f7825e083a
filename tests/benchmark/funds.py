"""Ledgers of a province, against the least: counts of a quarter, pages, a new entry, a closing, the proof, an import.

`run.py funds.py` measures them alone, on a province without members; BENCHMARK_ENTRIES and BENCHMARK_ENTRY_ROWS (of
the imported file) shorten it.
"""

import io
import os
import pickle
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import xlsxwriter
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.history import CREATED, record_bulk
from core.numbers import number_to_text
from core.periods import Quarter
from funds.awards.statistics import count_awards
from funds.closing import Counted, booked_on, close_month, next_to_close
from funds.ledger import category, post_entry
from funds.models import Account, Award, AwardKind, Entry, Fund
from funds.selection import a_year_before
from funds.statistics import count_funds
from khuyenhoc.synthetic_funds import make_funds
from organizations.models import Organization
from organizations.spells import tree_on
from tests.benchmark.measuring import alone, compare, read, say, seconds_of, show, undone

ENTRIES = int(os.environ.get("BENCHMARK_ENTRIES", "500000"))
ENTRY_ROWS = int(os.environ.get("BENCHMARK_ENTRY_ROWS", "50000"))
# Of all entries one fund has a tenth.
LARGEST, AWARDS = ENTRIES // 10, ENTRIES // 5
YEARS = range(2018, 2023)
EMPTY, ASKED = "/accounts/password/", " (at most 3)"
# What the ledgers count, as one would write it by hand.
FLOWS = """
SELECT f.organization_id, sum(e.amount) FILTER (WHERE c.nature = 'donation'),
    sum(e.amount) FILTER (WHERE e.direction = 'out' AND c.nature NOT IN ('transfer', 'dues')),
    sum(CASE WHEN e.direction = 'in' THEN e.amount ELSE -e.amount END) FILTER (WHERE c.nature = 'dues')
FROM funds_entry e JOIN funds_fund f ON f.id = e.fund_id JOIN funds_category c ON c.id = e.category_id
WHERE e.date BETWEEN %(first)s AND %(last)s GROUP BY f.organization_id
"""
BALANCES = """
SELECT f.organization_id, sum(CASE WHEN e.direction = 'in' THEN e.amount ELSE -e.amount END)
FROM funds_entry e JOIN funds_fund f ON f.id = e.fund_id JOIN funds_account a ON a.id = e.account_id
WHERE e.date <= %(last)s AND a.kind IN ('cash', 'bank') GROUP BY f.organization_id
"""
GIVEN = """
SELECT organization_id, kind, count(*), count(portions), count(amount), count(recipient_id), sum(portions), sum(amount)
FROM funds_award WHERE state = 'paid' AND handed_on BETWEEN %(first)s AND %(last)s GROUP BY organization_id, kind
"""
# What a page of the cash book tells of one account: its rows with names, what was before, what came and went.
BOOK = """
SELECT e.*, c.*, a.*, p.*, f.* FROM funds_entry e JOIN funds_category c ON c.id = e.category_id
JOIN funds_account a ON a.id = e.account_id LEFT JOIN funds_party p ON p.id = e.party_id
JOIN funds_fund f ON f.id = e.fund_id
WHERE e.account_id = %(account)s AND e.date BETWEEN %(first)s AND %(last)s ORDER BY e.date, e.id LIMIT 51
"""
BEFORE = """
SELECT sum(CASE WHEN direction = 'in' THEN amount ELSE -amount END) FROM funds_entry
WHERE account_id = %(account)s AND date < %(first)s
"""
TURNOVER = """
SELECT direction, sum(amount) FROM funds_entry
WHERE account_id = %(account)s AND date BETWEEN %(first)s AND %(last)s GROUP BY direction
"""
# By category, money and things and principal apart: what was before, what came or went, and both a year earlier.
STATEMENT = """
SELECT e.category_id, a.kind, e.is_principal,
    sum(CASE WHEN e.direction = 'in' THEN e.amount ELSE -e.amount END) FILTER (WHERE e.date < %(first)s),
    sum(e.amount) FILTER (WHERE e.date BETWEEN %(first)s AND %(last)s),
    sum(CASE WHEN e.direction = 'in' THEN e.amount ELSE -e.amount END) FILTER (WHERE e.date < %(earlier_first)s),
    sum(e.amount) FILTER (WHERE e.date BETWEEN %(earlier_first)s AND %(earlier_last)s)
FROM funds_entry e JOIN funds_account a ON a.id = e.account_id
WHERE e.fund_id = %(fund)s AND e.date <= %(last)s GROUP BY e.category_id, a.kind, e.is_principal
"""
HEADINGS = ("fund_code", "date", "direction", "category", "amount", "account", "party", "purpose", "voucher_number")


def measure_funds(root: Organization, user) -> None:
    """``root`` gets a fund with entries for each unit above the branches, and awards; its own fund is the largest."""
    units = list(Organization.objects.within(Organization.objects.filter(pk=root.pk)))
    options = {"count": ENTRIES, "years": YEARS, "random": Random(1), "reason": "Đo"}  # noqa: S311 (not secret)
    say("making the ledgers", f"{seconds_of(lambda: make_funds(units, **options, largest=LARGEST)):.0f} s")
    make_awards(units)
    clean()
    say("entries", number_to_text(Entry.objects.count()))
    fund = Fund.objects.get(organization=root)
    measure_counts()
    measure_pages(fund, user)
    measure_entry(fund)
    measure_proof()
    measure_import(user)


def clean() -> None:
    for table in ("funds_entry", "funds_award"):
        execute(f"VACUUM ANALYZE {table}" if connection.vendor == "postgresql" else f"ANALYZE {table}")


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def make_awards(units: list[Organization]) -> None:
    """Handed over without nominations, in turns of units, kinds and days."""
    places, first = [unit for unit in units if unit.reports_quarterly], date(YEARS[0], 1, 1)
    days = (date(YEARS[-1], 12, 31) - first).days + 1
    awards = (
        Award(
            **dict.fromkeys(("organization", "origin", "at"), places[number % len(places)]),
            kind=AwardKind.values[number // 3 % len(AwardKind.values)],
            state=Award.State.PAID,
            handed_on=first + timedelta(days=number * days // AWARDS),
            portions=number % 9 + 1,
            amount=(number % 40 + 1) * 100_000,
        )
        for number in range(AWARDS)
    )
    Award.objects.bulk_create(awards, batch_size=5000)
    record_bulk(Award.objects.all(), kind=CREATED, user=None, reason="Đo")


def measure_counts() -> None:
    """What a quarter's reports take from the registers of funds: the ledgers, the awards, and both."""
    for quarter in (Quarter(YEARS[0], 1), Quarter(YEARS[-1], 4)):
        units = tree_on(quarter.last_day)
        days = {"first": quarter.first_day, "last": quarter.last_day}
        for name, counters, queries in (
            ("ledgers and awards", (count_funds, count_awards), (FLOWS, BALANCES, GIVEN)),
            ("ledgers", (count_funds,), (FLOWS, BALANCES)),
            ("awards", (count_awards,), (GIVEN,)),
        ):

            def job(quarter=quarter, units=units, counters=counters):
                for counter in counters:
                    counter(quarter, units)

            def floor(days=days, queries=queries):
                for sql in queries:
                    read(sql, days)

            both = ASKED if len(counters) == 2 else ""
            compare(f"{name} of all units, {quarter.code}", job, floor, f"the GROUP BY in SQL{both}")


def measure_pages(fund: Fund, user) -> None:
    """Pages as a signed-in person asks for them."""
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    account = fund.accounts.get(kind=Account.Kind.CASH)
    book = reverse("funds:cash_book", args=[fund.code])
    whole, middle = (date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)), (date(2020, 6, 1), date(2020, 6, 30))
    for name, (first, last) in (("whole", whole), ("one month in the middle", middle)):
        days = {"account": account.pk, "fund": fund.pk, "first": first, "last": last}
        days |= {"earlier_first": a_year_before(first), "earlier_last": a_year_before(last)}

        def floor(days=days):
            for sql in (BOOK, BEFORE, TURNOVER):
                read(sql, days)

        period = f"?account={account.pk}&first={first:%d/%m/%Y}&last={last:%d/%m/%Y}"
        compare_page(client, f"cash book, {name}", f"{book}{period}", floor, "its rows and sums in SQL", ASKED)
        statement = f"{reverse('funds:statement')}?unit={fund.organization.code}&fund={fund.code}"
        floor = lambda days=days: read(STATEMENT, days)  # noqa: E731
        compare_page(client, f"statement, {name}", f"{statement}&{period[1:]}", floor, "the GROUP BY in SQL", ASKED)
    healthz = lambda: client.get("/healthz", secure=True)  # noqa: E731
    unit = reverse("organizations:organization_detail", args=[fund.organization.code])
    for name, address in (
        ("list of funds", reverse("funds:fund_list")),
        ("page of a fund", reverse("funds:fund_detail", args=[fund.code])),
        ("page of the unit with its panel", unit),
    ):
        compare_page(client, name, address, healthz, "/healthz")


def compare_page(client: Client, name: str, address: str, floor, what: str, bound: str = "") -> None:
    """Against its floor alone; and against the floor with an empty page, since every page has a frame."""
    for each in (address, EMPTY):
        if (answer := client.get(each, secure=True)).status_code != 200:
            raise SystemExit(f"{each}: {answer.status_code}")
    page = lambda: client.get(address, secure=True)  # noqa: E731

    def framed():
        floor()
        client.get(EMPTY, secure=True)

    compare(name, page, floor, what)
    compare("the same", page, framed, f"{what}, and an empty page{bound}")


def measure_entry(fund: Fund) -> None:
    """One payment in the largest fund, today's and one that later days must bear; then a month's closing."""
    account = fund.accounts.select_related("fund").get(kind=Account.Kind.CASH)
    names = [field.column for field in Entry._meta.concrete_fields if not field.primary_key]
    last = Entry.objects.filter(fund=fund).order_by("-sequence")[0]
    kept = {"sequence": "sequence + 1", "number": "number + 1"}
    values = ", ".join(kept.get(name, name) for name in names)
    insert = f"INSERT INTO funds_entry ({', '.join(names)}) SELECT {values} FROM funds_entry WHERE id = %s"  # noqa: S608

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(insert, [last.pk])

    facts = {"account": account, "category": category("award"), "amount": 1000, "user": None}
    for name, day in (("on the last day", last.date), ("in the middle of the book", date(2020, 6, 1))):
        job = lambda day=day: undone(lambda: post_entry(date=day, **facts))  # noqa: E731
        compare(f"one payment {name}", job, lambda: undone(floor), "one bare INSERT")

    def close():
        day = next_to_close(fund)
        counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, day)}
        close_month(fund=fund, last_day=day, counted=counted, user=None)

    compare("closing a month", lambda: undone(close), lambda: undone(floor), "one bare INSERT")


def measure_proof() -> None:
    """check_integrity of the ledgers in a process of its own, against reading the same rows there."""
    rounds = [(alone("read_ledgers"), alone("prove_ledgers")) for _ in range(2)]
    least, ours = (min(each["seconds"] for each in column) for column in zip(*rounds, strict=True))
    show("check_integrity of the ledgers", ours, least, "reading the entries")
    say("its memory, and that of reading", " ".join(f"{each['peak']} MB" for each in reversed(rounds[0])))


def measure_import(user) -> None:
    """A file for all funds in both steps, against reading it and writing its rows into a table of the same make."""
    funds = list(Fund.objects.order_by("pk").values_list("code", flat=True))
    before = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with TemporaryDirectory() as folder:
        path, rows = Path(folder) / "entries.xlsx", Path(folder) / "rows"
        answers = []
        for number, mark in ((ENTRY_ROWS // 10, "A"), (ENTRY_ROWS, "B")):
            write_entries_file(path, funds, number, mark)
            answers.append(alone("load", path=str(path), user=user.username, kind="fund_entries"))
        columns = [field.column for field in Entry._meta.concrete_fields]
        wanted = f"SELECT {', '.join(columns)} FROM funds_entry WHERE id > %s ORDER BY id DESC LIMIT {ENTRY_ROWS}"  # noqa: S608
        found = [[str(cell) if isinstance(cell, date) else cell for cell in row] for row in read(wanted, [before])]
        rows.write_bytes(pickle.dumps([(twin_table(), columns, found)]))
        least = alone("bare_load", path=str(path), rows=str(rows))["seconds"]
    seconds = answers[-1]["check"] + answers[-1]["apply"]
    write = "COPY" if connection.vendor == "postgresql" else "executemany"
    show(f"import of {number_to_text(ENTRY_ROWS)} entries, both steps", seconds, least, f"calamine and {write}")
    say("memory: a tenth of the file, the file", " ".join(f"{each['peak']} MB" for each in answers))


def twin_table() -> str:
    """An empty table like that of the entries, with its indexes: what is written there does not stay in the ledger."""
    execute("DROP TABLE IF EXISTS twin")
    if connection.vendor == "postgresql":
        execute("CREATE TABLE twin (LIKE funds_entry INCLUDING ALL)")
        return "twin"
    made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'funds_entry' AND sql IS NOT NULL AND type = %s"
    for (sql,) in (*read(made, ["table"]), *read(made, ["index"])):
        execute(sql.replace('"funds_entry"', '"twin"').replace('INDEX "', 'INDEX "twin_'))
    return "twin"


def write_entries_file(path: Path, funds: list[str], count: int, mark: str) -> None:
    """Income and a smaller expense in turns, of all funds, over two years after those in the ledgers."""
    first = date(YEARS[-1] + 1, 1, 1)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for line in range(count):
            fund, day = funds[line // 2 % len(funds)], first + timedelta(days=line * 700 // count)
            what = ("out", "support", 1000) if line % 2 else ("in", "donation", (line % 40 + 2) * 1000)
            cells = [fund, day, *what, "cash", f"Người thứ {line % 50}", "Số tổng hợp để thử", f"{mark}{line}"]
            sheet.write_row(line + 1, 0, cells)


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("make_province", units=3517, members=0, code="QUY", stdout=io.StringIO())
    user = User.objects.create_superuser("do-so-quy", "do@example.vn", None)
    measure_funds(Organization.objects.get(code="QUY"), user)


if __name__ == "__main__":
    main()
