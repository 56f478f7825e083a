"""Many treasurers at once on PostgreSQL: no gap, no number twice, no overdraft, nobody waits in a ring.

SQLite lets one writer in at a time by itself, so there is nothing to show there.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from funds.integrity import find_faults
from funds.ledger import book_dues, reverse_entry
from funds.models import Entry
from tests.dues import RATE, people_of, receipt_for
from tests.funds.books import account_of, expense, fund_of, income, move
from tests.together import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
    ),
]
WRITERS = 50


def refusals(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_fifty_entries_at_once_leave_no_gap_and_no_number_twice(tree):
    fund = fund_of(tree.first)
    answers = together(*[lambda: income(fund, 10)] * WRITERS)
    assert refusals(answers) == []
    assert sorted(entry.number for entry in answers) == list(range(1, WRITERS + 1))
    assert sorted(entry.sequence for entry in answers) == list(range(1, WRITERS + 1))
    assert list(find_faults()) == []


def test_fifty_payments_at_once_spend_no_more_than_there_is(tree):
    fund = fund_of(tree.first, cash=300)
    answers = together(*[lambda: expense(fund, 10)] * WRITERS)
    refused = refusals(answers)
    assert {type(error) for error in refused} == {ValidationError}
    assert len(answers) - len(refused) == 30
    assert Entry.objects.filter(fund=fund).balance() == 0
    numbers = Entry.objects.filter(fund=fund, direction="out").values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, 31))
    assert list(find_faults()) == []


def test_transfers_in_both_directions_do_not_wait_for_each_other(tree):
    one, two = fund_of(tree.first, cash=1000), fund_of(tree.second, "Q2", cash=1000)
    there, back = (
        (lambda: move(account_of(one), account_of(two), 1)),
        (lambda: move(account_of(two), account_of(one), 1)),
    )
    assert refusals(together(*[there, back] * 10)) == []
    assert Entry.objects.filter(fund=one).balance() == Entry.objects.filter(fund=two).balance() == 1000
    assert list(find_faults()) == []


def test_a_mistake_reversed_twice_at_once_is_reversed_once(tree):
    fund = fund_of(tree.first)
    wrong = income(fund, 10)
    answers = together(*[lambda: reverse_entry(entry=wrong, date=wrong.date, reason="Nhầm", user=None)] * 5)
    assert len(refusals(answers)) == 4
    assert {type(error) for error in refusals(answers)} == {ValidationError}
    assert Entry.objects.filter(fund=fund).balance() == 0


def test_dues_booked_twice_at_once_are_booked_once(tree):
    dues = people_of(tree)
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    funds = [fund_of(tree.first), fund_of(tree.second, "Q2")]
    steps = [lambda fund=fund: book_dues(collection=receipt, account=account_of(fund), user=None) for fund in funds]
    answers = together(*steps * 3)
    assert len(refusals(answers)) == 5
    assert {type(error) for error in refusals(answers)} == {ValidationError}
    assert Entry.objects.balance() == RATE
    assert list(find_faults()) == []
