from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from funds.ledger import reverse_entry
from funds.models import Entry, Pledge
from funds.pledges import give_up_pledge, resume_pledge, save_pledge
from tests.funds.books import DAY, expense, fund_of, income
from tests.funds.donors import as_counted, campaign_of, donor, pledge_of

pytestmark = pytest.mark.django_db
State = Pledge.State


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1000)


@pytest.fixture
def party(cast):
    return donor(cast.first, "Công ty Cà phê", kind="organization")


def refused(words, **facts):
    with pytest.raises(ValidationError, match=words), transaction.atomic():
        income(**facts)


def test_what_came_of_it_is_counted_from_the_entries(fund, party):
    pledge = pledge_of(fund, party, 1000)
    assert (as_counted(pledge).state, as_counted(pledge).rest) == (State.OPEN, 1000)
    first = income(fund, 400, party=party, pledge=pledge)
    assert (as_counted(pledge).state, as_counted(pledge).rest) == (State.PART, 600)
    second = income(fund, 700, party=party, pledge=pledge)
    assert (as_counted(pledge).state, as_counted(pledge).rest) == (State.FULFILLED, 0)
    for entry, state in ((second, State.PART), (first, State.OPEN)):
        reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
        assert as_counted(pledge).state == state
    assert [each.pk for each in Pledge.objects.with_given().in_state(State.OPEN)] == [pledge.pk]


def test_a_kept_promise_is_not_kept_twice_but_a_reversal_frees_it(fund, party):
    pledge = pledge_of(fund, party, 1000)
    entry = income(fund, 1000, party=party, pledge=pledge)
    refused("đã nhận đủ", fund=fund, amount=10, party=party, pledge=pledge)
    reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
    income(fund, 1000, party=party, pledge=pledge)
    assert as_counted(pledge).given == 1000


def test_only_a_gift_to_the_fund_and_campaign_keeps_it(fund, party, cast):
    campaign, other = campaign_of(fund), fund_of(cast.first, "KHAC", cash=1000)
    pledge = pledge_of(fund, party, 1000, campaign=campaign)
    refused("không thuộc đợt", fund=fund, amount=10, pledge=pledge)
    refused("quỹ khác", fund=other, amount=10, pledge=pledge)
    refused("Chỉ khoản vận động", fund=fund, amount=10, code="interest", pledge=pledge, campaign=campaign)
    with pytest.raises(ValidationError, match="Chỉ khoản vận động"), transaction.atomic():
        expense(fund, 10, pledge=pledge, campaign=campaign)
    assert not Entry.objects.filter(pledge=pledge).exists()
    income(fund, 10, pledge=pledge, campaign=campaign)


def test_it_lapses_with_a_reason_and_is_waited_for_again(fund, party):
    pledge = pledge_of(fund, party, 1000)
    income(fund, 400, party=party, pledge=pledge)
    with pytest.raises(ValidationError):
        give_up_pledge(pledge=pledge, day=date(2024, 6, 1), reason="", user=None)
    with pytest.raises(ValidationError, match="không trước ngày hứa"):
        give_up_pledge(pledge=pledge, day=date(2024, 1, 1), reason="Giải thể", user=None)
    pledge = give_up_pledge(pledge=pledge, day=date(2024, 6, 1), reason="Giải thể", user=None)
    assert (as_counted(pledge).state, as_counted(pledge).rest) == (State.LAPSED, 0)
    refused("thôi chờ", fund=fund, amount=10, party=party, pledge=pledge)
    with pytest.raises(ValidationError, match="thôi chờ"):
        give_up_pledge(pledge=pledge, day=date(2024, 6, 1), reason="Giải thể", user=None)
    resume_pledge(pledge=pledge, user=None)
    resume_pledge(pledge=pledge, user=None)
    assert as_counted(pledge).state == State.PART
    assert [row.history_change_reason for row in pledge.history.order_by("history_id")] == [
        "Ghi lời hứa",
        "Thôi chờ",
        "Chờ lại",
    ]


def test_a_kept_promise_does_not_lapse(fund, party):
    pledge = pledge_of(fund, party, 1000)
    income(fund, 1000, party=party, pledge=pledge)
    with pytest.raises(ValidationError, match="đã nhận đủ"):
        give_up_pledge(pledge=pledge, day=date(2024, 6, 1), reason="Giải thể", user=None)


def test_who_and_for_what_stays_once_something_came(fund, party, cast):
    pledge, campaign = pledge_of(fund, party, 1000), campaign_of(fund)
    entry = income(fund, 100, party=party, pledge=pledge)
    for name, value in (("party", donor(cast.first, "Người khác")), ("campaign", campaign)):
        changed = Pledge.objects.get(pk=pledge.pk)
        setattr(changed, name, value)
        with pytest.raises(ValidationError, match="giữ nguyên"):
            save_pledge(pledge=changed, user=None)
    reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
    assert save_pledge(pledge=changed, user=None).campaign == campaign


def test_party_and_campaign_are_of_the_fund(fund, party, cast):
    foreign = donor(cast.second, "Nơi khác")
    with pytest.raises(ValidationError, match="trong sổ của đơn vị"):
        pledge_of(fund, foreign)
    elsewhere = campaign_of(fund_of(cast.second, "KHAC"))
    with pytest.raises(ValidationError, match="quỹ khác"):
        pledge_of(fund, party, campaign=elsewhere)


def test_late_is_what_is_still_waited_for(fund, party):
    yesterday = timezone.localdate() - timedelta(days=1)
    pledge = pledge_of(fund, party, 1000, due_on=yesterday)
    assert as_counted(pledge).is_late
    income(fund, 1000, party=party, pledge=pledge)
    assert not as_counted(pledge).is_late


@pytest.mark.parametrize("facts", [{"amount": 0}, {"due_on": date(2024, 1, 1)}, {"given_up_on": date(2024, 3, 1)}])
def test_the_database_keeps_what_a_promise_must_be(fund, party, facts):
    facts = {"amount": 1000, "pledged_on": date(2024, 2, 1), **facts}
    with pytest.raises(IntegrityError), transaction.atomic():
        Pledge.objects.create(fund=fund, party=party, **facts)
