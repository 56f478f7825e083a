"""Pages of the register, looked at and filled in by one of the cast."""

import pytest


@pytest.fixture
def visit(client, cast):
    """visit(url, person, **data) opens the page, with data it sends them."""

    def visit(url, person="secretary", **data):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client.post(url, data) if data else client.get(url)

    return visit
