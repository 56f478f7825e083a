"""What the pages about awards share: the way back, and the pages beside each other."""

from django.urls import reverse

from funds.models import Programme
from funds.permissions import RECORD
from organizations.scoping import holds

LIST = ("Khen thưởng, học bổng", "awards:programme_list")


def address_of(programme: Programme) -> str:
    return reverse("awards:programme_detail", args=[programme.pk])


def make_crumbs(programme: Programme | None, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    here = [(programme.name, address_of(programme))] if programme else []
    return [(LIST[0], reverse(LIST[1])), *here, *rest]


def award_tabs(request) -> list[tuple[str, str, bool]]:
    """(words, address, whether it is this one)."""
    names = [
        ("Chương trình", "awards:programme_list"),
        ("Đã trao", "awards:award_list"),
        ("Kết quả", "awards:award_results"),
    ]
    if holds(request.user, RECORD):
        names.append(("Ghi khoản đã trao", "awards:award_record"))
    places = [(label, reverse(name)) for label, name in names]
    return [(label, url, request.path == url) for label, url in places]
