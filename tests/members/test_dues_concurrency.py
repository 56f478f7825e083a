"""Many treasurers at once on PostgreSQL: receipt numbers have no gaps, nobody pays twice, money is booked once.

SQLite lets one writer in at a time by itself, so there is nothing to show there.
"""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Sum

from members.dues import book_collection, confirm_collection, save_lines
from members.dues_rates import save_rate
from members.models import DuesCollection, DuesLine
from members.services import transfer_member
from tests.dues import RATE, YEAR, draft_of, people_of, person, rate_at, receipt_for
from tests.together import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
    ),
]
WRITERS, ROUNDS = 12, 5


@pytest.fixture
def dues(tree):
    return people_of(tree)


def test_receipts_confirmed_at_once_are_numbered_without_gaps(dues):
    drafts = [draft_of(dues.branch, {person(dues.branch, f"Người {number}"): RATE}) for number in range(WRITERS)]
    answers = together(*(lambda draft=draft: confirm_collection(collection=draft, user=None) for draft in drafts))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(answer.number for answer in answers) == list(range(1, WRITERS + 1))


def test_one_draft_is_confirmed_once(dues):
    draft = draft_of(dues.branch, {dues.members[0]: RATE})
    answers = together(*[lambda: confirm_collection(collection=draft, user=None)] * WRITERS)
    assert sum(isinstance(answer, DuesCollection) for answer in answers) == 1
    assert sum(isinstance(answer, ValidationError) for answer in answers) == WRITERS - 1
    assert list(DuesCollection.objects.confirmed().values_list("number", flat=True)) == [1]


def test_two_branches_never_take_a_years_dues_twice_from_one_person(dues):
    ha = dues.members[0]
    rate_at(dues.province, valid_from=date(YEAR - ROUNDS, 1, 1))
    for year in range(YEAR - ROUNDS, YEAR):
        transfer_member(member=ha, destination=dues.second, effective_on=date(year, 6, 1), user=None)
        drafts = [draft_of(branch, {ha: RATE}, year=year) for branch in (dues.branch, dues.second)]
        answers = together(*(partial(confirm_collection, collection=draft, user=None) for draft in drafts))
        assert sorted(type(answer).__name__ for answer in answers) == ["DuesCollection", "ValidationError"]
        assert DuesLine.objects.paid_for(year).filter(member=ha).aggregate(sum=Sum("amount"))["sum"] == RATE
        transfer_member(member=ha, destination=dues.branch, effective_on=date(year, 7, 1), user=None)


def test_a_line_saved_while_confirming_is_either_in_the_receipt_or_refused(dues):
    ha, an, _ = dues.members
    draft = draft_of(dues.branch, {ha: RATE})
    together(
        lambda: confirm_collection(collection=draft, user=None),
        lambda: save_lines(collection=draft, amounts={an.pk: RATE}, user=None),
    )
    stored = DuesCollection.objects.get(pk=draft.pk)
    total = stored.lines.aggregate(sum=Sum("amount"))["sum"]
    assert total == (RATE if stored.is_confirmed else 2 * RATE)


def test_a_rate_is_corrected_or_used_but_never_both(dues):
    for year in range(YEAR, YEAR + ROUNDS):
        rate = rate_at(dues.first, valid_from=date(year, 1, 1))
        draft = draft_of(dues.branch, {dues.members[0]: RATE}, year=year)
        rate.yearly_amount = RATE - 1
        answers = together(
            partial(confirm_collection, collection=draft, user=None),
            partial(save_rate, rate=rate, user=None, reason="Sửa"),
        )
        # Whoever comes second finds the other's work and is refused.
        assert sum(isinstance(answer, ValidationError) for answer in answers) == 1


def test_money_is_booked_once(dues):
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    answers = together(
        *(
            lambda number=number: book_collection(collection=receipt, booked_as=f"PT {number}", user=None)
            for number in range(WRITERS)
        )
    )
    booked = [answer for answer in answers if isinstance(answer, DuesCollection)]
    assert len(booked) == 1
    assert DuesCollection.objects.get().booked_as == booked[0].booked_as
