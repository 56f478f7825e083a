"""The permissions of this app, as views and panels ask for them."""

from organizations.models import Organization
from organizations.scoping import holds_at

VIEW = "funds.view_fund"
ADD_ENTRY = "funds.add_entry"
CHANGE = "funds.change_fund"
CLOSE = "funds.close_fund"
REOPEN = "funds.reopen_fund"
OVERDRAW = "funds.overdraw_account"
VIEW_PARTY = "funds.view_party"
CHANGE_PARTY = "funds.change_party"
CHANGE_CAMPAIGN = "funds.change_campaign"
CHANGE_PLEDGE = "funds.change_pledge"
VIEW_AWARD = "funds.view_award"
CHANGE_PROGRAMME = "funds.change_programme"
NOMINATE = "funds.nominate_award"
APPROVE = "funds.approve_award"
PAY = "funds.pay_award"
RECORD = "funds.add_award"
VIEW_DUES = "members.view_dues"


def rights_at(user, organization: Organization) -> dict[str, bool]:
    """What the user may do with the funds of one unit."""
    asked = {"add": ADD_ENTRY, "change": CHANGE, "close": CLOSE, "parties": VIEW_PARTY}
    asked |= {"campaigns": CHANGE_CAMPAIGN, "pledges": CHANGE_PLEDGE}
    return {name: holds_at(user, permission, organization) for name, permission in asked.items()}
