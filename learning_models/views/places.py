"""What the pages about learning models share: their tabs."""

from django.urls import reverse

from organizations.scoping import holds

# Words, name of the address, permission; in the order in which the year goes.
TABS: list[tuple[str, str, str]] = []


def model_tabs(request) -> list[tuple[str, str, bool]]:
    """The pages about learning models as (words, address, whether it is this one)."""
    held = [(words, reverse(name)) for words, name, permission in TABS if holds(request.user, permission)]
    return [(words, url, request.path == url) for words, url in held]
