"""What the pages about members share: their tabs and the way back."""

from django.urls import reverse

from members.permissions import CHANGE, VIEW_HEAD_COUNT
from organizations.models import Organization
from organizations.scoping import holds


def member_tabs(request) -> list[tuple[str, str, bool]]:
    """The pages about members as (words, address, whether it is this one)."""
    user, path = request.user, request.path
    places = [("Hội viên", reverse("members:member_list"))]
    if holds(user, VIEW_HEAD_COUNT):
        places.append(("Số đếm", reverse("members:head_count_list")))
    if holds(user, CHANGE):
        places.append(("Dùng sổ", reverse("members:register_list")))
        places.append(("Dòng trùng", reverse("members:duplicate_list")))
    return [(label, url, path == url) for label, url in places]


def make_crumbs(organization: Organization, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """Members, those of the unit, then ``rest``."""
    members = reverse("members:member_list")
    return [("Hội viên", members), (organization.short_name, f"{members}?unit={organization.code}"), *rest]
