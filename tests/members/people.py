"""Members for tests, entered through the service."""

from datetime import date

from members.models import Member
from members.services import create_member

JOINED = date(2022, 2, 1)


def enter(organization, full_name, *, joined_on=JOINED, **facts):
    return create_member(
        member=Member(organization=organization, full_name=full_name, **facts), joined_on=joined_on, user=None
    )


def names(response):
    """Who stands in the list of a page, in its order."""
    return [member.full_name for member in response.context["object_list"]]
