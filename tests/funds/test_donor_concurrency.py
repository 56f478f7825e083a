"""Several people at once on PostgreSQL: a promise is kept once, and rows merge in one direction.

SQLite lets one writer in at a time by itself, so there is nothing to show there.
"""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from funds.integrity import find_faults
from funds.merging import merge_parties
from funds.models import Award, Entry, Party, Pledge
from funds.pledges import give_up_pledge, resume_pledge
from tests.funds.books import fund_of, income
from tests.funds.donors import as_counted, donor, pledge_of
from tests.funds.prizes import nominated, programme_of
from tests.together import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
    ),
]


def give_up(pledge):
    return give_up_pledge(pledge=pledge, day=date(2024, 3, 1), reason="Thôi", user=None)


def resume(pledge):
    return resume_pledge(pledge=pledge, user=None)


def refusals(answers):
    return [answer for answer in answers if isinstance(answer, Exception)]


def test_many_receipts_at_once_keep_a_promise_once(tree):
    fund = fund_of(tree.first)
    pledge = pledge_of(fund, donor(tree.first, "Lò Thị Hà"), 1000)
    answers = together(*[lambda: income(fund, 1000, pledge=Pledge.objects.get())] * 8)
    assert {type(error) for error in refusals(answers)} == {ValidationError}
    assert Entry.objects.get(pledge=pledge).amount == as_counted(pledge).given == 1000
    assert list(find_faults()) == []


def test_two_rows_merged_into_each_other_at_once_merge_one_way(tree):
    one, other = donor(tree.first, "Một"), donor(tree.first, "Hai")
    answers = together(
        lambda: merge_parties(kept=one, merged=other, take=set(), user=None),
        lambda: merge_parties(kept=other, merged=one, take=set(), user=None),
    )
    assert [type(error) for error in refusals(answers)] == [ValidationError]
    assert Party.objects.current().count() == 1
    assert list(find_faults()) == []


def test_a_chain_merged_at_once_leads_to_the_last(tree):
    people = [donor(tree.first, f"Người {place}") for place in range(4)]
    steps = [
        lambda place=place: merge_parties(kept=people[place + 1], merged=people[place], take=set(), user=None)
        for place in range(3)
    ]
    together(*steps)
    assert list(find_faults()) == []


def test_a_promise_written_while_its_donor_is_merged_is_the_kept_rows(tree):
    fund = fund_of(tree.first)
    kept, merged = donor(tree.first, "Một"), donor(tree.first, "Hai")
    answers = together(
        lambda: merge_parties(kept=kept, merged=merged, take=set(), user=None),
        *[lambda: pledge_of(fund, Party.objects.get(pk=merged.pk))] * 4,
    )
    assert refusals(answers) == []
    assert set(Pledge.objects.values_list("party", flat=True)) == {kept.pk}


@pytest.mark.parametrize("step", [give_up, resume])
def test_a_promise_that_is_given_up_or_waited_for_while_its_donor_is_merged_stays_the_kept_rows(tree, step):
    fund = fund_of(tree.first)
    kept = donor(tree.first, "Một")
    for number in range(6):
        merged = donor(tree.first, f"Hai {number}")
        pledge = pledge_of(fund, merged)
        if step is resume:
            give_up(pledge)
        answers = together(
            lambda merged=merged: merge_parties(kept=kept, merged=merged, take=set(), user=None),
            *[lambda pledge=pledge: step(pledge)] * 3,
        )
        assert {type(error) for error in refusals(answers)} <= {ValidationError}
    assert set(Pledge.objects.values_list("party", flat=True)) == {kept.pk}


def test_whoever_is_nominated_while_two_rows_are_merged_is_the_kept_one(tree):
    programme = programme_of(tree.first)
    for number in range(4):
        facts = {"kind": Party.Kind.CHILD, "address": "Trường Đồi"}
        kept, merged = donor(tree.first, f"Một {number}", **facts), donor(tree.first, f"Hai {number}", **facts)
        answers = together(
            lambda kept=kept, merged=merged: merge_parties(kept=kept, merged=merged, take=set(), user=None),
            *[lambda name=merged.name: nominated(programme, tree.first, name)] * 3,
        )
        assert refusals(answers) == []
    assert not Award.objects.filter(recipient__merged_into__isnull=False).exists()
