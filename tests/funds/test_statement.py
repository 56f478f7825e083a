"""The statement by category against a plain reading of the ledger, entry by entry."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds.documents import statement_paper
from funds.documents.listing import listing_pdf
from funds.ledger import partner_of, reverse_entry
from funds.models import Account, Entry
from funds.selection import Selection, a_year_before
from funds.statement import Amounts, build_statement
from tests.funds.books import OPENED, account_of, expense, fund_of, income, move
from tests.opened_pdf import open_pdf, whole_text

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
YEAR = {"first": date(2025, 1, 1), "last": date(2025, 12, 31)}
MONEY = (Account.Kind.CASH, Account.Kind.BANK)
DAYS = st.integers(0, 800).map(lambda days: OPENED + timedelta(days=days))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["donation", "dues", "award", "support"]), st.integers(0, 2), DAYS,
                  st.integers(1, 1000), st.sampled_from([*MONEY, Account.Kind.IN_KIND]), st.booleans()),
        st.tuples(st.just("move"), st.integers(0, 2), DAYS, st.integers(1, 1000), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("reverse"), st.integers(0, 30), DAYS),
    ),
    max_size=15,
)  # fmt: skip


def rows_of(statement):
    return {row.words: row for row in statement.rows}


def take(funds, step):
    if step[0] == "reverse":
        entries = list(Entry.objects.select_related("fund", "account", "category").order_by("pk"))
        return reverse_entry(entry=entries[step[1] % len(entries)], date=step[2], reason="Thử", user=None)
    code, place, day, amount, other, kept = step
    if code == "move":
        source, destination = account_of(funds[place], "bank"), account_of(funds[other])
        return move(source, destination, amount, on=day, is_principal=kept)
    return income(funds[place], amount, code=code, on=day, kind=other, is_principal=kept)


def plain_sums(entries, funds, first, last):
    """What each line of a period comes to, counted one by one."""
    keys = {fund.pk for fund in funds}
    sums = dict.fromkeys(("before", "brought", "in", "moved in", "out", "moved out", "after"), Amounts())
    for entry in entries:
        if entry.fund_id not in keys or entry.date > last:
            continue
        money = entry.account.kind in MONEY
        flow = Amounts(
            money=entry.amount if money else 0,
            things=0 if money else entry.amount,
            principal=entry.amount if money and entry.is_principal else 0,
        )
        signed = flow if entry.direction == "in" else -flow
        sums["after"] += signed
        nature = entry.category.nature
        if entry.date < first:
            sums["before"] += signed
        elif nature == "opening":
            sums["brought"] += flow
        elif nature != "transfer":
            sums[entry.direction] += flow
        elif partner_of(entry).fund_id not in keys:
            sums[f"moved {entry.direction}"] += flow
    return sums


LINES = {
    "before": "Số dư đầu kỳ",
    "brought": "Số dư mang sang của quỹ mở sổ trong kỳ",
    "in": "Thu trong kỳ",
    "moved in": "Nhận từ quỹ ngoài phạm vi này",
    "out": "Chi trong kỳ",
    "moved out": "Chuyển cho quỹ ngoài phạm vi này",
    "after": "Số dư cuối kỳ",
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, first=DAYS, length=st.integers(0, 500))
def test_every_line_is_what_a_plain_reading_says(tree, steps, first, length):
    with transaction.atomic():
        funds = [
            fund_of(tree.first, "A", cash=5000),
            fund_of(tree.first, "B", endowment=True, bank=5000, principal=2000),
            fund_of(tree.province, "C", bank=5000),
        ]
        for step in steps:
            try:
                with transaction.atomic():
                    take(funds, step)
            except ValidationError:
                continue
        days = {"first": first, "last": first + timedelta(days=length)}
        entries = list(Entry.objects.select_related("account", "category", "paired_with"))
        for selection, chosen in (
            (Selection(tree.first, fund=funds[1], **days), funds[1:2]),
            (Selection(tree.first, **days), funds[:2]),
            (Selection(tree.east, below=True, **days), funds[:2]),
            (Selection(tree.province, below=True, **days), funds),
        ):
            found = rows_of(build_statement(selection))
            for when in ("now", "earlier"):
                own = selection if when == "now" else selection.year_earlier
                expected = plain_sums(entries, chosen, own.first, own.last)
                if own.last < OPENED:
                    assert all(getattr(row, when) is None for row in found.values())
                    continue
                for name, words in LINES.items():
                    row = found.get(words)
                    assert (getattr(row, when) if row else Amounts()) == expected[name], (name, when)
        transaction.set_rollback(True)


def test_transfers_inside_are_nobodys_income(tree):
    funds = [fund_of(unit, code, cash=1000, opened_on=date(2025, 1, 1)) for unit, code in
             ((tree.province, "A"), (tree.first, "B"))]  # fmt: skip
    move(account_of(funds[0]), account_of(funds[1]), 300, on=date(2025, 5, 1))
    move(account_of(funds[0]), account_of(funds[0], "bank"), 100, on=date(2025, 5, 1))
    whole = rows_of(build_statement(Selection(tree.province, below=True, **YEAR)))
    assert whole["Nhận từ quỹ ngoài phạm vi này"].now == Amounts()
    assert whole["Số dư cuối kỳ"].now.money == 2000
    own = rows_of(build_statement(Selection(tree.province, **YEAR)))
    assert own["Chuyển cho quỹ ngoài phạm vi này"].now.money == 300
    assert own["Thu trong kỳ"].now == Amounts()
    assert own["Số dư cuối kỳ"].now.money == 700


def test_a_fund_that_was_not_open_has_no_data(tree):
    fund = fund_of(tree.first, "A", cash=1000, opened_on=date(2025, 1, 1))
    income(fund, 50, on=date(2025, 2, 1))
    statement = build_statement(Selection(tree.first, fund=fund, **YEAR))
    assert all(row.earlier is None for row in statement.rows)
    text = whole_text(open_pdf(listing_pdf(statement_paper(statement))))
    assert "chưa có số liệu, quỹ chưa mở sổ." in text
    assert "Số dư cuối kỳ 1.050 0 – –" in text


def test_an_untouched_fund_is_named_as_missing(tree):
    income(fund_of(tree.first, "A", cash=1000, opened_on=date(2025, 1, 1)), 50, on=date(2025, 2, 1))
    fund_of(tree.second, "B", opened_on=date(2025, 1, 1))
    statement = build_statement(Selection(tree.province, below=True, **YEAR))
    assert (statement.now.kept, statement.now.without) == (1, ("Quỹ B",))
    text = whole_text(open_pdf(listing_pdf(statement_paper(statement))))
    assert "1/2 quỹ có sổ; chưa mở sổ: Quỹ B." in text


def test_principal_stands_apart(tree):
    fund = fund_of(tree.first, "A", endowment=True, bank=5000, principal=4000, opened_on=date(2024, 1, 1))
    income(fund, 700, code="interest", kind="bank", on=date(2025, 3, 1))
    expense(fund, 200, code="scholarship", kind="bank", on=date(2025, 4, 1))
    income(fund, 90, kind="in_kind", on=date(2025, 4, 1))
    statement = build_statement(Selection(tree.first, fund=fund, **YEAR))
    last = rows_of(statement)["Số dư cuối kỳ"].now
    assert (last.money, last.principal, last.spendable, last.things) == (5500, 4000, 1500, 90)
    text = whole_text(open_pdf(listing_pdf(statement_paper(statement))))
    assert "Số dư cuối kỳ 5.500 90 4.000 1.500 5.000 0" in text


def test_the_same_days_a_year_earlier():
    assert a_year_before(date(2025, 12, 31)) == date(2024, 12, 31)
    assert a_year_before(date(2025, 2, 28)) == date(2024, 2, 29)
    assert a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert a_year_before(date(2024, 2, 28)) == date(2023, 2, 28)


def test_the_number_of_queries_does_not_grow(tree, django_assert_num_queries):
    for number in (1, 10):
        for place in range(number):
            income(fund_of(tree.first, f"Q{number}-{place}", cash=100), 50, on=date(2025, 2, 1))
        with django_assert_num_queries(5):
            build_statement(Selection(tree.east, below=True, **YEAR))


def test_page_and_files_say_the_same(tree, cast, client):
    fund = fund_of(tree.first, "A", cash=1000)
    income(fund, 2_500_000, on=date(2025, 2, 1))
    client.force_login(cast.viewer, backend=BACKEND)
    asked = {"unit": "A.D.1", "fund": "A", "first": "01/01/2025", "last": "31/12/2025"}
    page = client.get(reverse("funds:statement", query=asked)).content.decode()
    assert "2.501.000" in page
    answer = client.get(reverse("funds:statement_file", args=["pdf"], query=asked))
    assert "2.501.000" in whole_text(open_pdf(answer.content))
    assert client.get(reverse("funds:statement_file", args=["xlsx"], query=asked)).status_code == 200
    assert client.get(reverse("funds:statement_file", args=["docx"], query=asked)).status_code == 404
    wrong = asked | {"last": "31/12/2024"}
    assert client.get(reverse("funds:statement_file", args=["pdf"], query=wrong)).status_code == 302
    assert "phải từ 01/01/2025 trở đi" in client.get(reverse("funds:statement", query=wrong)).content.decode()
    assert client.get(reverse("funds:statement", query=asked | {"unit": "B.1"})).status_code == 404
