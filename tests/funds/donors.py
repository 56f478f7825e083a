"""Donors, campaigns and promises in short, for the tests about them."""

from datetime import date

from funds.campaigns import save_campaign
from funds.models import Campaign, Pledge
from funds.parties import enter_party
from funds.pledges import save_pledge
from tests.funds.books import OPENED

AGREED = OPENED


def donor(organization, name, *, named=False, **facts):
    """``named``: agreed to stand on a board."""
    consent = {"consents_on": AGREED} if named else {}
    return enter_party(organization=organization, name=name, user=None, **consent, **facts)


def campaign_of(fund, name="Tết khuyến học", **facts) -> Campaign:
    facts = {"starts_on": date(2024, 1, 1), **facts}
    return save_campaign(campaign=Campaign(fund=fund, name=name, **facts), user=None)


def pledge_of(fund, party, amount=1_000_000, **facts) -> Pledge:
    facts = {"pledged_on": date(2024, 2, 1), **facts}
    return save_pledge(pledge=Pledge(fund=fund, party=party, amount=amount, **facts), user=None)


def as_counted(pledge: Pledge) -> Pledge:
    return Pledge.objects.with_given().get(pk=pledge.pk)
