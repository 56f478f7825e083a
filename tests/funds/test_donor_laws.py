"""The laws of donors over random gifts, reversals and mergings; a plain tally of what was written is the other view."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds.gifts import Choice, entries_of, progress_of, sum_gifts
from funds.integrity import find_faults
from funds.ledger import reverse_entry
from funds.merging import merge_parties
from funds.models import Entry, Party, Pledge
from funds.pledges import give_up_pledge, resume_pledge
from tests.funds.books import OPENED, fund_of, income
from tests.funds.donors import as_counted, campaign_of, donor, pledge_of

pytestmark = pytest.mark.django_db
PEOPLE, PROMISES = 4, 2
DAYS = st.integers(30, 200).map(lambda days: OPENED + timedelta(days=days))
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("give"),
            st.one_of(st.none(), st.integers(0, PEOPLE - 1)),
            st.booleans(),
            st.one_of(st.none(), st.integers(0, PROMISES - 1)),
            DAYS,
            st.integers(1, 900),
        ),
        st.tuples(st.just("reverse"), st.integers(0, 30), st.integers(0, 100)),
        st.tuples(st.just("merge"), st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)),
        st.tuples(st.just("lapse"), st.integers(0, PROMISES - 1)),
        st.tuples(st.just("resume"), st.integers(0, PROMISES - 1)),
    ),
    min_size=4,
    max_size=25,
)


class History:
    """``gifts``: what is in force, as [entry, donor (a place or None), in the campaign, promise, day, đồng]."""

    def __init__(self, tree):
        self.fund = fund_of(tree.first, "KH")
        self.campaign = campaign_of(self.fund, target=1000)
        self.people = [donor(tree.first, f"Người {place}") for place in range(PEOPLE)]
        self.promises = [
            pledge_of(self.fund, self.people[place], 1000, campaign=self.campaign) for place in range(PROMISES)
        ]
        self.gifts = []
        self.meant = list(range(PEOPLE))
        self.lapsed = set()

    def take(self, step):
        try:
            with transaction.atomic():
                getattr(self, f"take_{step[0]}")(*step[1:])
        except ValidationError:
            assert step[0] in ("give", "reverse", "merge", "lapse")
        self.check()

    def take_give(self, giver, in_campaign, promise, day, amount):
        in_campaign = in_campaign or promise is not None
        facts = {
            "party": None if giver is None else self.people[giver],
            "campaign": self.campaign if in_campaign else None,
            "pledge": None if promise is None else self.promises[promise],
        }
        open_to_it = promise is None or (promise not in self.lapsed and self.given_to(promise) < 1000)
        try:
            entry = income(self.fund, amount, on=day, **facts)
        except ValidationError:
            assert not open_to_it
            raise
        assert open_to_it
        self.gifts.append([entry, giver, in_campaign, promise, day, amount])

    def take_reverse(self, place, later):
        if self.gifts:
            entry = self.gifts[place % len(self.gifts)][0]
            reverse_entry(entry=entry, date=entry.date + timedelta(days=later), reason="Thử", user=None)
            self.gifts.pop(place % len(self.gifts))

    def take_merge(self, kept, merged):
        merge_parties(kept=self.people[kept], merged=self.people[merged], take=set(), user=None)
        assert self.meant[kept] == kept
        assert self.meant[merged] == merged
        self.meant = [kept if meant == merged else meant for meant in self.meant]

    def take_lapse(self, promise):
        give_up_pledge(pledge=self.promises[promise], day=OPENED + timedelta(days=300), reason="Thử", user=None)
        self.lapsed.add(promise)

    def take_resume(self, promise):
        resume_pledge(pledge=self.promises[promise], user=None)
        self.lapsed.discard(promise)

    def given_to(self, promise):
        return sum(gift[5] for gift in self.gifts if gift[3] == promise)

    def expected(self, *, in_campaign=False, first=None, last=None):
        """(key of the donor that is meant: đồng, đồng without a donor)."""
        sums, nameless = {}, 0
        for _, giver, tied, _, day, amount in self.gifts:
            if (in_campaign and not tied) or (first and day < first) or (last and day > last):
                continue
            if giver is None:
                nameless += amount
            else:
                key = self.people[self.meant[giver]].pk
                sums[key] = sums.get(key, 0) + amount
        return sums, nameless

    def check(self):
        middle = OPENED + timedelta(days=100)
        for choice, wanted in (
            (Choice(self.fund), {}),
            (Choice(self.fund, campaign=self.campaign), {"in_campaign": True}),
            (Choice(self.fund, last=middle), {"last": middle}),
            (Choice(self.fund, first=middle + timedelta(days=1)), {"first": middle + timedelta(days=1)}),
        ):
            gifts = sum_gifts(choice)
            assert ({each.key: each.amount for each in gifts.donors}, gifts.nameless) == self.expected(**wanted)
            assert all(each.money + each.things == each.amount > 0 for each in gifts.donors)
        self.check_income()
        for place, pledge in enumerate(self.promises):
            self.check_promise(place, as_counted(pledge))

    def check_income(self):
        """The sum over donors and of what names none is what the campaign's entries add up to."""
        entries = Entry.objects.filter(campaign=self.campaign)
        booked = entries.aggregate(sum=Sum("amount"))["sum"]
        income_ = progress_of([self.campaign])[self.campaign.pk].income
        assert booked == income_
        assert (booked or 0) == sum_gifts(Choice(self.fund, campaign=self.campaign)).total
        people = Party.objects.current()
        told = sum(entries_of(party).balance() for party in people)
        assert told + Entry.objects.filter(party=None).balance() == Entry.objects.balance()

    def check_promise(self, place, pledge):
        given = self.given_to(place)
        assert pledge.given == given
        if given >= 1000:
            state = Pledge.State.FULFILLED
        elif place in self.lapsed:
            state = Pledge.State.LAPSED
        else:
            state = Pledge.State.PART if given else Pledge.State.OPEN
        assert pledge.state == state
        every = Pledge.objects.with_given()
        assert [each for each in Pledge.State if every.in_state(each).filter(pk=pledge.pk).exists()] == [state]
        assert every.waiting().filter(pk=pledge.pk).exists() == (pledge.rest > 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_donors_add_up_whatever_is_reversed_and_merged(tree, steps):
    with transaction.atomic():
        history = History(tree)
        for step in steps:
            history.take(step)
        assert list(find_faults()) == []
        transaction.set_rollback(True)
