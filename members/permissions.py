"""The permissions of this app, as views and panels ask for them."""

from organizations.models import Organization
from organizations.scoping import holds_at

VIEW = "members.view_member"
CHANGE = "members.change_member"
PERSONAL = "members.view_personaldata"
ID_NUMBER = "members.view_idnumber"
VIEW_HEAD_COUNT = "members.view_headcount"
CHANGE_HEAD_COUNT = "members.change_headcount"
VIEW_DUES = "members.view_dues"


def rights_at(user, organization: Organization) -> dict[str, bool]:
    """What the user may do with the members of one unit."""
    asked = {"change": CHANGE, "personal": PERSONAL, "id_number": ID_NUMBER, "dues": VIEW_DUES}
    return {name: holds_at(user, permission, organization) for name, permission in asked.items()}
