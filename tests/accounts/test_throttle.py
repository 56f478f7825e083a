"""Requests of one visitor, counted for all processes together."""

import pytest
from django.core.cache import cache
from django.db import connection

from accounts.models import RequestCount
from accounts.throttle import WINDOW, seconds_to_wait
from tests.members.test_dues_concurrency import together

pytestmark = pytest.mark.django_db
NOW = 1_000_000.0


def ask(visitor="203.0.113.7", now=NOW, page="certificates"):
    return seconds_to_wait(page, visitor, most=2, now=now)


def test_every_process_counts_with_the_others():
    for _ in range(2):
        assert ask() == 0
        cache.clear()  # what one process remembers, another one does not know
    assert 0 < ask() <= WINDOW
    assert ask("203.0.113.8") == ask(page="funds") == 0


def test_a_new_minute_begins_anew_and_clears_those_that_passed():
    for _ in range(3):
        ask()
    assert ask(now=NOW + WINDOW) == 0
    assert RequestCount.objects.count() == 2
    ask(now=NOW + 2 * WINDOW)
    assert RequestCount.objects.count() == 2


def test_an_address_is_not_kept():
    ask()
    assert "203" not in str(list(RequestCount.objects.values_list("page", "visitor")))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL lets several writers in.")
def test_requests_at_once_are_all_counted():
    together(*[ask] * 8)
    assert RequestCount.objects.get().number == 8
