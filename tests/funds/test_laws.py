"""The laws of the ledger over random histories; a plain list of what was written is the other opinion."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds.closing import Counted, booked_on, close_month, next_to_close, reopen
from funds.integrity import find_faults
from funds.ledger import partner_of, reverse_entry
from funds.models import Account, Closing, Entry
from organizations.models import Organization
from tests.funds.books import OPENED, account_of, fund_of, income, move

pytestmark = pytest.mark.django_db
KINDS = (Account.Kind.CASH, Account.Kind.BANK)
PLACES = tuple(Account.Kind)
DAYS = st.integers(0, 120).map(lambda days: OPENED + timedelta(days=days))
AMOUNTS = st.integers(1, 1000)
FUNDS = st.integers(0, 2)
# All these months are over, and what is counted is what the books say.
NEVER_REFUSED = {"close", "reopen"}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("in"), FUNDS, st.sampled_from(PLACES), DAYS, AMOUNTS, st.booleans()),
        st.tuples(st.just("out"), FUNDS, st.sampled_from(PLACES), DAYS, AMOUNTS, st.booleans()),
        st.tuples(st.just("move"), FUNDS, FUNDS, DAYS, AMOUNTS, st.booleans()),
        st.tuples(st.just("reverse"), st.integers(0, 30), DAYS),
        st.tuples(st.just("close"), FUNDS),
        st.tuples(st.just("reopen"), FUNDS),
    ),
    min_size=5,
    max_size=25,
)


class History:
    """Steps against three funds, one of them an endowment; a refused step must leave nothing behind."""

    def __init__(self, tree):
        self.funds = [
            fund_of(tree.first, "A", cash=500),
            fund_of(tree.second, "B", endowment=True, bank=2000, principal=1500),
            fund_of(tree.province, "C"),
        ]
        self.rows = {}
        self.remember()

    def remember(self):
        """Whatever was there stays as it was, to the last column."""
        now = {row["id"]: row for row in Entry.objects.values()}
        assert all(now.get(key) == row for key, row in self.rows.items())
        self.rows = now

    def take(self, step):
        before = len(self.rows)
        try:
            with transaction.atomic():
                getattr(self, f"take_{step[0]}")(*step[1:])
        except ValidationError:
            assert step[0] not in NEVER_REFUSED
            assert Entry.objects.count() == before
        self.remember()
        check_laws(self.funds)

    def take_in(self, fund, kind, day, amount, is_principal):
        income(self.funds[fund], amount, on=day, kind=kind, is_principal=is_principal)

    def take_out(self, fund, kind, day, amount, is_principal):
        income(self.funds[fund], amount, code="award", on=day, kind=kind, is_principal=is_principal)

    def take_move(self, source, destination, day, amount, is_principal):
        source, destination = account_of(self.funds[source], KINDS[1]), account_of(self.funds[destination], KINDS[0])
        move(source, destination, amount, on=day, is_principal=is_principal)

    def take_reverse(self, place, day):
        entries = list(Entry.objects.select_related("fund", "account", "category").order_by("pk"))
        entry = entries[place % len(entries)]
        reverse_entry(entry=entry, date=day, reason="Thử", user=None)

    def take_close(self, fund):
        fund = self.funds[fund]
        last_day = next_to_close(fund)
        counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, last_day)}
        close_month(fund=fund, last_day=last_day, counted=counted, user=None)

    def take_reopen(self, fund):
        for closing in Closing.objects.in_force().filter(fund=self.funds[fund]).order_by("last_day")[:1]:
            reopen(closing=closing, reason="Thử", user=None)


def check_laws(funds):
    rows = list(Entry.objects.select_related("category", "account").order_by("fund", "sequence"))
    numbers, per_day, kept = defaultdict(list), defaultdict(Counter), defaultdict(Counter)
    for row in rows:
        if row.number is not None:
            numbers[row.fund_id, row.year, row.direction].append(row.number)
        per_day[row.account_id][row.date] += row.signed
        kept[row.fund_id, row.is_principal, row.account.kind == Account.Kind.IN_KIND][row.date] += row.signed
    # Voucher numbers are 1…n in the order of writing.
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    # No account ends a day below zero, and the balance is the sum.
    for account in Account.objects.filter(fund__in=funds):
        check_running(per_day[account.pk])
        assert Entry.objects.filter(account=account).balance() == sum(per_day[account.pk].values())
    # Principal is never spent: what an endowment may spend, of money and of things, never falls below zero either.
    for fund in funds:
        if fund.endowment:
            for is_principal, in_kind in product((False, True), repeat=2):
                check_running(kept[fund.pk, is_principal, in_kind])
    check_transfers(rows)


def check_running(days):
    balance = 0
    for day in sorted(days):
        balance += days[day]
        assert balance >= 0


def check_transfers(rows):
    """The two sides cancel out: in every subtree the totals without transfers are what came from outside it."""
    transfers = [row for row in rows if row.category.nature == "transfer"]
    assert sum(row.signed for row in transfers) == 0
    for row in transfers:
        partner = partner_of(row)
        assert (partner.signed, partner.date) == (-row.signed, row.date)
    outside = sum(row.signed for row in rows if row.category.nature != "transfer")
    assert outside == sum(row.signed for row in rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_ledger_keeps_its_laws(tree, steps):
    with transaction.atomic():
        history = History(tree)
        for step in steps:
            history.take(step)
        assert list(find_faults()) == []
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_closed_months_stay_as_they_were(tree, steps):
    with transaction.atomic():
        history = History(tree)
        closed = {}
        for step in steps:
            history.take(step)
            in_force = {closing.pk: closing for closing in Closing.objects.in_force()}
            for pk, closing in in_force.items():
                until = Entry.objects.filter(fund=closing.fund_id, date__lte=closing.last_day)
                found = list(until.order_by("pk").values())
                assert closed.setdefault(pk, found) == found
            closed = {pk: rows for pk, rows in closed.items() if pk in in_force}
        transaction.set_rollback(True)


def test_transfers_cancel_out_in_a_subtree(tree):
    units = [tree.province, tree.first, tree.branch]
    funds = [fund_of(unit, f"Q{place}", cash=1000) for place, unit in enumerate(units)]
    move(account_of(funds[0]), account_of(funds[1]), 300)
    move(account_of(funds[1]), account_of(funds[2]), 100)
    income(funds[2], 50)
    for unit in units:
        below = Entry.objects.filter(
            fund__organization__in=Organization.objects.within(Organization.objects.filter(pk=unit.pk))
        )
        assert below.outside().balance() == 50
