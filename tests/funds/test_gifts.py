from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds.gifts import Choice, entries_of, gifts_by_donor, progress_of, sum_gifts
from funds.ledger import reverse_entry
from funds.merging import merge_parties
from funds.pledges import give_up_pledge
from tests.funds.books import DAY, expense, fund_of, income
from tests.funds.donors import campaign_of, donor, pledge_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1000)


@pytest.fixture
def people(cast):
    return [donor(cast.first, name) for name in ("Lò Thị Hà", "Công ty An", "Cà Văn Bun")]


def sums(choice):
    return {each.key: each.amount for each in sum_gifts(choice).donors}


def test_gifts_are_summed_by_donor_money_and_things_apart(fund, people):
    income(fund, 300, party=people[0])
    income(fund, 500, kind="in_kind", purpose="Sách", party=people[0])
    income(fund, 700, party=people[1])
    income(fund, 40)
    gifts = sum_gifts(Choice(fund))
    first, second = gifts.donors
    assert (first.key, first.amount, first.money, first.things, first.gifts) == (people[0].pk, 800, 300, 500, 2)
    assert (second.key, second.amount, second.last) == (people[1].pk, 700, DAY)
    assert (gifts.nameless, gifts.nameless_gifts, gifts.total) == (40, 1, 1540)


def test_only_donations_are_gifts(fund, people):
    income(fund, 300, code="interest", party=people[0])
    expense(fund, 100, party=people[1])
    assert sum_gifts(Choice(fund)).donors == ()


def test_a_donor_with_only_reversed_gifts_appears_nowhere(fund, people):
    entry = income(fund, 300, party=people[0], on=date(2024, 1, 10))
    income(fund, 10, party=people[1])
    reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
    assert sums(Choice(fund)) == {people[1].pk: 10}
    # Neither in the period of the gift nor, below zero, in that of the reversal.
    assert sums(Choice(fund, last=date(2024, 1, 31))) == {}
    assert sums(Choice(fund, first=date(2024, 2, 1))) == {people[1].pk: 10}


def test_campaign_days_and_smallest_sum_choose(fund, people):
    campaign = campaign_of(fund)
    income(fund, 300, party=people[0], campaign=campaign)
    income(fund, 500, party=people[1], on=date(2024, 5, 1))
    income(fund, 100, party=people[2], campaign=campaign)
    assert sums(Choice(fund, campaign=campaign)) == {people[0].pk: 300, people[2].pk: 100}
    assert sums(Choice(fund, first=date(2024, 5, 1), last=date(2024, 5, 1))) == {people[1].pk: 500}
    assert sums(Choice(fund, least=300)) == {people[0].pk: 300, people[1].pk: 500}
    assert sums(Choice(fund, donor=people[2].pk)) == {people[2].pk: 100}
    words = Choice(fund, campaign=campaign, first=date(2024, 1, 1), last=date(2024, 3, 31)).words
    assert words == "đợt vận động “Tết khuyến học”, từ ngày 01/01/2024 đến ngày 31/03/2024"
    assert Choice(fund).words == ""


def test_who_was_merged_counts_as_the_other(fund, people):
    income(fund, 300, party=people[0])
    income(fund, 500, party=people[1])
    income(fund, 50, party=people[2])
    merge_parties(kept=people[1], merged=people[0], take=set(), user=None)
    assert sums(Choice(fund)) == {people[1].pk: 800, people[2].pk: 50}
    merge_parties(kept=people[2], merged=people[1], take=set(), user=None)
    assert sums(Choice(fund)) == {people[2].pk: 850}
    assert entries_of(people[2]).count() == 3
    found = gifts_by_donor(Choice(fund), sum_gifts(Choice(fund)).donors)
    assert {key: [entry.amount for entry in entries] for key, entries in found.items()} == {
        people[2].pk: [300, 500, 50]
    }


def test_equal_sums_stand_in_the_order_of_names(fund, people):
    for person in people:
        income(fund, 300, party=person)
    ordered = [each.key for each in sum_gifts(Choice(fund)).donors]
    assert ordered == [each.pk for each in sorted(people, key=lambda person: person.sort_key)]


def test_how_far_a_campaign_is(fund, people):
    campaign, empty = campaign_of(fund, target=10_000), campaign_of(fund, "Khai giảng")
    kept = pledge_of(fund, people[0], 1000, campaign=campaign)
    part = pledge_of(fund, people[1], 1000, campaign=campaign)
    lapsed = pledge_of(fund, people[2], 1000, campaign=campaign)
    income(fund, 1200, party=people[0], campaign=campaign, pledge=kept)
    income(fund, 400, party=people[1], campaign=campaign, pledge=part)
    income(fund, 100, party=people[2], campaign=campaign, pledge=lapsed)
    income(fund, 5, campaign=campaign)
    give_up_pledge(pledge=lapsed, day=date(2024, 6, 1), reason="Giải thể", user=None)
    found = progress_of([campaign, empty])
    progress = found[campaign.pk]
    assert (progress.income, progress.pledged, progress.waiting, progress.lapsed) == (1705, 2100, 600, 900)
    # Nothing booked is no data, not nothing.
    assert found[empty.pk].income is None


def test_queries_do_not_grow_with_campaigns_and_donors(fund, cast):
    def queries(number):
        campaigns = [campaign_of(fund, f"Đợt {number} {place}") for place in range(number)]
        for place, campaign in enumerate(campaigns):
            person = donor(cast.first, f"Người {number} {place}")
            income(fund, 10, party=person, campaign=campaign, pledge=pledge_of(fund, person, campaign=campaign))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            progress_of(campaigns)
            sum_gifts(Choice(fund))
            gifts_by_donor(Choice(fund), sum_gifts(Choice(fund)).donors)
        return len(caught)

    assert queries(1) == queries(11) == 5
