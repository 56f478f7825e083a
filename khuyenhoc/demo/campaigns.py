"""The demonstration's campaign and what was promised for it, all of it invented.

The gifts together are what the commune's figure of the quarter says was raised.
"""

from datetime import date

from accounts.models import User
from funds.campaigns import save_campaign
from funds.ledger import category, post_entry
from funds.models import Account, Campaign, Fund, Pledge
from funds.parties import enter_party
from funds.pledges import save_pledge
from khuyenhoc import demo

GIFT = "donation"
PURPOSE = "Ủng hộ theo lời hứa (số minh hoạ)"


def open_campaigns(*, user: User, reason: str) -> int:
    """How many; before the ledger, whose rows name them."""
    rows = demo.read("campaigns")
    for row in rows:
        campaign = Campaign(
            fund=Fund.objects.get(code=row["fund_code"]),
            name=row["name"],
            starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]),
            target=int(row["target"]),
        )
        save_campaign(campaign=campaign, user=user, reason=reason)
    return len(rows)


def keep_promises(*, user: User, reason: str) -> int:
    """How many; one was kept, one in part, one is waited for."""
    rows = demo.read("pledges")
    for row in rows:
        fund = Fund.objects.get(code=row["fund_code"])
        consents_on = date.fromisoformat(row["consents_on"]) if row["consents_on"] else None
        party = enter_party(
            organization=fund.organization, name=row["party"], kind=row["kind"], consents_on=consents_on, user=user
        )
        pledge = Pledge(fund=fund, party=party, campaign=fund.campaigns.get(), things=row["things"])
        pledge.amount = int(row["amount"])
        pledge.pledged_on, pledge.due_on = (date.fromisoformat(row[name]) for name in ("pledged_on", "due_on"))
        save_pledge(pledge=pledge, user=user, reason=reason)
        if row["given"]:
            book_gift(pledge, int(row["given"]), date.fromisoformat(row["given_on"]), user)
    return len(rows)


def book_gift(pledge: Pledge, amount: int, day: date, user: User) -> None:
    post_entry(
        account=pledge.fund.accounts.get(kind=Account.Kind.CASH),
        category=category(GIFT),
        date=day,
        amount=amount,
        user=user,
        party=pledge.party,
        pledge=pledge,
        campaign=pledge.campaign,
        purpose=PURPOSE,
    )
