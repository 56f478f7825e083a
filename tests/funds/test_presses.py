"""Several people who press at the same moment, on PostgreSQL: once is once, whoever comes second is told.

SQLite lets one writer in at a time by itself, so there is nothing to show there.
"""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from funds.awards.approving import pay
from funds.awards.forms import ProgrammeForm
from funds.closing import Counted, booked_on, close_month
from funds.forms import FundCreateForm, PaperSettingsForm
from funds.integrity import find_faults
from funds.ledger import book_dues, reverse_entry
from funds.merging import tell_apart
from funds.models import (
    Award,
    Closing,
    DifferentParties,
    Entry,
    Fund,
    Holding,
    PaperSettings,
    Programme,
    SavedForm,
)
from funds.once import key_of, write_once
from organizations.models import Organization
from tests.conftest import appoint
from tests.dues import RATE, people_of, receipt_for
from tests.funds.books import DAY, account_of, expense, fund_of, income, move
from tests.funds.donors import donor
from tests.funds.prizes import approved, keys_of, nominated, programme_of
from tests.together import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
    ),
]
JANUARY = date(2024, 1, 31)


def refusals(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_the_same_form_sent_many_times_at_once_writes_once(tree):
    fund, user = fund_of(tree.first), appoint("thu-quy", tree.first)
    key = key_of(uuid4(), {"amount": 5})

    def press():
        return write_once(key=key, fund=fund, user=user, write=lambda: income(fund, 5))

    answers = together(*[press] * 12)
    assert refusals(answers) == []
    assert len({entry.pk for entry in answers}) == 1
    assert (Entry.objects.count(), SavedForm.objects.count()) == (1, 1)


def test_the_same_transfer_form_from_both_ends_writes_once(tree):
    user, one, two = appoint("thu-quy", tree.first), fund_of(tree.first, cash=100), fund_of(tree.second, "Q2", cash=100)
    key = key_of(uuid4(), {"amount": 5})

    def press():
        write = lambda: move(account_of(one), account_of(two), 5)[0]  # noqa: E731
        return write_once(key=key, fund=one, user=user, write=write, other=two.pk)

    back = [lambda: move(account_of(two), account_of(one), 1)] * 6
    assert refusals(together(*[press] * 6, *back)) == []
    assert Entry.objects.filter(fund=one).balance() == 100 - 5 + 6
    assert list(find_faults()) == []


def test_two_treasurers_hand_the_same_awards_over_once(cast):
    fund = fund_of(cast.province, cash=10_000_000)
    programme = programme_of(cast.province, fund=fund)
    people = [appoint(name, cast.province) for name in ("mot", "hai")]
    names = [f"Học Sinh {number}" for number in range(5)]
    awards = approved(programme, nominated(programme, cast.province, *names), *people)
    keys = keys_of(awards)
    facts = {"programme": programme, "account": account_of(fund), "date": DAY}
    # Lists that overlap in one award.
    steps = [
        lambda user=user, chosen=chosen: pay(keys=chosen, user=user, **facts)
        for user, chosen in zip(people * 3, [keys[:3], keys[2:]] * 3, strict=True)
    ]
    answers = together(*steps)
    assert {type(error) for error in refusals(answers)} == {ValidationError}
    assert len(refusals(answers)) == 5
    paid = Award.objects.paid()
    assert paid.count() == 3
    assert Entry.objects.get(category__code="award").amount == 3 * programme.portion_amount
    assert list(find_faults()) == []


def test_a_month_is_closed_while_others_write_into_it(tree):
    fund = fund_of(tree.first, cash=1000)
    counted = {row.account.pk: Counted(1000, "đếm sáng nay") for row in booked_on(fund, JANUARY) if row.entries}
    close = lambda: close_month(fund=fund, last_day=JANUARY, counted=counted, user=None)  # noqa: E731
    writers = [lambda day=day: expense(fund, 10, on=date(2024, 1, day)) for day in range(2, 20)]
    answers = together(*writers[:9], close, close, *writers[9:])
    refused = refusals(answers)
    assert {type(error) for error in refused} == {ValidationError}
    closing = Closing.objects.get()
    before, written = closing.sequence, Entry.objects.filter(fund=fund).count()
    assert written == before == 1 + len(writers) - (len(refused) - 1)
    assert closing.balances.get(entries__gt=0).booked == Entry.objects.filter(fund=fund).balance()
    assert list(find_faults()) == []


def test_one_hand_over_of_dues_booked_and_taken_back_by_many(tree):
    dues, fund = people_of(tree), fund_of(tree.first)
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    book = lambda: book_dues(collection=receipt, account=account_of(fund), user=None)  # noqa: E731
    assert len(refusals(together(*[book] * 5))) == 4
    entry = Entry.objects.get()
    back = lambda: reverse_entry(entry=entry, date=entry.date, reason="Nhầm", user=None)  # noqa: E731
    answers = together(*[back] * 3, *[book] * 3)
    assert {type(error) for error in refusals(answers)} == {ValidationError}
    receipt.refresh_from_db()
    assert Entry.objects.balance() == (RATE if receipt.booked_at else 0)
    assert Holding.objects.get().balance == Entry.objects.balance()
    assert list(find_faults()) == []


def pressed(form, data, times=4, **facts):
    """The answers of a form that is sent so many times at once."""

    def press():
        found = form(data, **facts)
        return found.is_valid() and found.save()

    return together(*[press] * times)


def test_what_is_opened_twice_at_once_is_opened_once_and_the_others_are_told(tree):
    user, reach = appoint("quan-ly", tree.province), Organization.objects.all()
    facts = {"user": user, "reach": reach, "near": tree.first}
    data = {"organization": tree.first.code, "name": "Quỹ Mới", "code": "MOI", "opened_on": "01/01/2024"}
    assert sorted(pressed(FundCreateForm, data, **facts)) == [False, False, False, True]
    data = {"organization": tree.first.code, "name": "Học bổng", "kind": "student", "year": "2026"}
    data |= {"portion_amount": "500000"}
    first = lambda *args, **more: ProgrammeForm(*args, programme=Programme(), **more)  # noqa: E731
    assert sorted(pressed(first, data, **facts)) == [False, False, False, True]
    assert (Fund.objects.count(), Programme.objects.count()) == (1, 1)


def test_settings_and_what_is_no_duplicate_are_written_once(tree):
    fund, user = fund_of(tree.first), appoint("quan-ly", tree.province)
    data = {"head_post": "CHỦ TỊCH", "accountant_post": "KẾ TOÁN"}
    facts = {"user": user, "reach": Fund.objects.all(), "fund": fund}
    assert pressed(PaperSettingsForm, data, **facts) == [True] * 4
    one, two = donor(tree.first, "Một"), donor(tree.first, "Hai")
    assert refusals(together(*[lambda: tell_apart(one=two, other=one, user=None)] * 6)) == []
    assert (PaperSettings.objects.count(), DifferentParties.objects.count()) == (1, 1)
