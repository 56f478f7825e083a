"""What the ledgers count for a quarter, against a recount that goes through the history line by line."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.counts import Count
from core.periods import Quarter
from funds.ledger import reverse_entry
from funds.models import Account, Entry, Fund
from funds.statistics import CODES, count_funds
from organizations.models import RegisterUse
from organizations.spells import UnitOfDay, tree_on
from reports.catalogue import COUNTERS
from reports.models import Indicator
from tests.funds.books import DAY, account_of, expense, fund_of, income, move

pytestmark = pytest.mark.django_db
FIRST = Quarter.of(DAY)
NEXT = FIRST.next


def of(unit, quarter=FIRST):
    """Name → đồng of the unit's own line; what has no data is left out."""
    counted = count_funds(quarter, tree_on(quarter.last_day))
    assert set(counted) == set(CODES)
    return {code.removeprefix("funds."): units[unit.pk].value for code, units in counted.items() if unit.pk in units}


def test_what_is_counted_stands_in_the_catalogue():
    asked = Indicator.objects.filter(code__in=CODES, source="register")
    assert set(asked.values_list("code", flat=True)) == set(CODES) <= set(COUNTERS)


def test_money_and_things_are_raised_and_spent_and_only_money_is_there(tree):
    fund = fund_of(tree.first, cash=100)
    income(fund, 500)
    income(fund, 40, kind=Account.Kind.IN_KIND)
    income(fund, 7, code="interest", kind=Account.Kind.BANK)
    income(fund, 20, code="dues")
    expense(fund, 300)
    expense(fund, 10, kind=Account.Kind.IN_KIND)
    assert of(tree.first) == {"raised": 540, "spent": 310, "dues": 20, "balance": 327}
    assert of(tree.first, NEXT) == {"balance": 327}
    assert of(tree.first, FIRST.previous) == {}


def test_transfers_and_opening_balances_are_neither_raised_nor_spent(tree):
    one, two = fund_of(tree.first, cash=1000), fund_of(tree.second, "Q2")
    move(account_of(one), account_of(two), 400)
    move(account_of(one), account_of(one, Account.Kind.BANK), 100)
    assert of(tree.first) == {"balance": 600}
    assert of(tree.second) == {"balance": 400}


def test_a_reversal_takes_back_in_its_own_quarter(tree):
    fund = fund_of(tree.first, cash=100)
    wrong, other = income(fund, 500), income(fund, 80)
    reverse_entry(entry=other, date=DAY, reason="Nhầm", user=None)
    reverse_entry(entry=wrong, date=NEXT.last_day, reason="Nhầm", user=None)
    assert of(tree.first) == {"raised": 500, "balance": 600}
    assert of(tree.first, NEXT) == {"raised": -500, "balance": 100}


def test_the_last_day_counts_and_the_day_after_does_not(tree):
    fund = fund_of(tree.first)
    income(fund, 5, on=FIRST.last_day)
    income(fund, 7, on=NEXT.first_day)
    assert of(tree.first) == {"raised": 5, "balance": 5}
    assert of(tree.first, NEXT) == {"raised": 7, "balance": 12}


def test_a_fund_counts_in_the_nearest_unit_that_reports(tree):
    income(fund_of(tree.branch), 3)
    income(fund_of(tree.first, "Q2"), 4)
    assert of(tree.first) == {"raised": 7, "balance": 7}
    assert of(tree.branch) == of(tree.east) == {}


def test_nothing_is_no_data_until_the_register_is_in_use(tree):
    fund_of(tree.first)
    assert of(tree.first) == {}
    RegisterUse.objects.create(organization=tree.first, register="funds", used_from=FIRST.last_day)
    assert of(tree.first) == dict.fromkeys(("raised", "spent", "dues", "balance"), 0)
    assert of(tree.first, FIRST.previous) == {}
    assert of(tree.second) == {}


def test_three_queries_whatever_the_number_of_funds(tree, django_assert_num_queries):
    units = tree_on(FIRST.last_day)
    for number, unit in enumerate([tree.first, tree.second, tree.branch, tree.province]):
        income(fund_of(unit, f"Q{number}"), 5)
    with django_assert_num_queries(3):
        count_funds(FIRST, units)


PLACES = ("province", "east", "first", "second", "branch", "police")
STEPS = st.tuples(
    st.sampled_from(["donation", "dues", "interest", "award", "scholarship", "transfer", "reverse"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(Account.Kind.values),
    st.integers(0, 200),
    st.integers(1, 60),
)


@st.composite
def forests(draw):
    """Place → (the place above or None, whether it reports); parents first, some places not alive that day."""
    found: dict[str, tuple[str | None, bool]] = {}
    for place in PLACES:
        if draw(st.integers(0, 5)):
            found[place] = (draw(st.sampled_from([*found, None])), draw(st.booleans()))
    return found


def post(funds, facts, step):
    """Write the step where the ledger takes it; ``facts``: (place, date, what it counts as, kind, signed amount)."""
    what, number, other, kind, day, amount = step
    fund, on = funds[number], DAY - timedelta(days=60) + timedelta(days=day)
    place = fund.place
    if what == "transfer":
        destination = funds[other]
        move(account_of(fund, kind), account_of(destination, kind), amount, on=on)
        facts += [(place, on, "", kind, -amount), (destination.place, on, "", kind, amount)]
    elif what == "reverse":
        entries = Entry.objects.filter(fund=fund).outside().filter(reverses=None).order_by("pk")
        if entry := entries[number:].first():
            reverse_entry(entry=entry, date=entry.date + timedelta(days=day), reason="Nhầm", user=None)
            counted = {"donation": "raised", "dues": "dues"}.get(entry.category.nature, "")
            counted = "spent" if entry.direction == "out" else counted
            facts.append((place, entry.date + timedelta(days=day), counted, entry.account.kind, -entry.signed))
    else:
        entry = income(fund, amount, code=what, kind=kind, on=on)
        counted = {"donation": "raised", "dues": "dues", "interest": ""}.get(what, "spent")
        facts.append((place, on, counted, kind, entry.signed))


def recount(facts, forest, quarter):
    """Name → place → đồng, one line of the history after the other."""
    found = defaultdict(lambda: defaultdict(int))
    for place, day, counted, kind, signed in facts:
        while place in forest and not forest[place][1]:
            place = forest[place][0]
        if place not in forest:
            continue
        if counted and quarter.first_day <= day <= quarter.last_day:
            found[counted][place] += -signed if counted == "spent" else signed
        if kind != "in_kind" and day <= quarter.last_day:
            found["balance"][place] += signed
    return found


@given(forests(), st.lists(STEPS, max_size=14), st.sets(st.sampled_from(PLACES)), st.sampled_from([FIRST, NEXT]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_counts_equal_a_recount_over_any_tree_and_history(tree, forest, steps, used, quarter):
    with transaction.atomic():
        facts, funds = [], []
        for number, place in enumerate(["province", "first", "branch", "first"]):
            funds.append(fund_of(getattr(tree, place), f"Q{number}", cash=50 * number))
            funds[-1].place = place
            facts.append((place, date(2024, 1, 1), "", "cash", 50 * number))
        for step in steps:
            try:
                with transaction.atomic():
                    post(funds, facts, step)
            except ValidationError:
                continue  # the ledger did not take it
        for place in used:
            RegisterUse.objects.create(organization=getattr(tree, place), register="funds", used_from=quarter.first_day)
        keys = {place: getattr(tree, place).pk for place in PLACES}
        units = {
            keys[place]: UnitOfDay(keys[place], keys.get(above), reports) for place, (above, reports) in forest.items()
        }
        counted, expected = count_funds(quarter, units), recount(facts, forest, quarter)
        assert Fund.objects.count() == 4
        transaction.set_rollback(True)
    for code in CODES:
        sums = expected[code.removeprefix("funds.")]
        wanted = {place: sums[place] for place in forest if sums[place] or place in used}
        assert counted[code] == {keys[place]: Count(amount, Count.NAMES) for place, amount in wanted.items()}
