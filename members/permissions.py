"""The permissions of this app, as views and panels ask for them."""

from organizations.models import Organization
from organizations.scoping import holds

VIEW = "members.view_member"
CHANGE = "members.change_member"
PERSONAL = "members.view_personaldata"
ID_NUMBER = "members.view_idnumber"
VIEW_HEAD_COUNT = "members.view_headcount"
CHANGE_HEAD_COUNT = "members.change_headcount"
VIEW_DUES = "members.view_dues"


def holds_at(user, permission: str, organization: Organization | None) -> bool:
    """Whether the user holds the permission at the unit, and so for everybody in it and below."""
    if organization is None:
        return user.is_superuser
    if not holds(user, permission):
        return False
    return Organization.objects.filter(pk=organization.pk).allowed(user, permission).exists()


def rights_at(user, organization: Organization) -> dict[str, bool]:
    """What the user may do with the members of one unit."""
    asked = {"change": CHANGE, "personal": PERSONAL, "id_number": ID_NUMBER, "dues": VIEW_DUES}
    return {name: holds_at(user, permission, organization) for name, permission in asked.items()}
