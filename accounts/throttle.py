"""So many requests a minute from one visitor, and no more, however many processes answer: counted in the database."""

import time
from collections.abc import Callable
from functools import wraps

from django.db import connection
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from accounts.models import RequestCount
from core.addresses import address_group

WINDOW = 60  # seconds


def seconds_to_wait(page: str, visitor: str, *, most: int, now: float | None = None) -> int:
    """Count one request; 0 where it is among the first ``most`` of this minute, else how long to wait."""
    now = time.time() if now is None else now
    minute, passed = divmod(int(now), WINDOW)
    number = count_request(page, visitor, minute)
    if number == 1:
        RequestCount.objects.filter(minute__lt=minute - 1).delete()
    return 0 if number <= most else WINDOW - passed


def count_request(page: str, visitor: str, minute: int) -> int:
    """How many there were with this one. One statement, so that two at once are two."""
    table = connection.ops.quote_name(RequestCount._meta.db_table)
    sql = (
        f"INSERT INTO {table} (minute, page, visitor, number) VALUES (%s, %s, %s, 1) "  # noqa: S608
        f"ON CONFLICT (minute, page, visitor) DO UPDATE SET number = {table}.number + 1 RETURNING number"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [minute, page, mark_of(visitor)])
        return cursor.fetchone()[0]


def mark_of(visitor: str) -> str:
    """Tells visitors apart and nothing about them."""
    return salted_hmac("accounts.throttle", visitor, algorithm="sha256").hexdigest()[:32]


def throttled(page: str, *, most: int) -> Callable:
    """For a view that anybody may open: beyond ``most`` requests a minute from one address the answer is 429."""

    def decorate(view):
        @wraps(view)
        def limited(request, *args, **kwargs):
            wait = seconds_to_wait(page, address_group(request), most=most)
            if not wait:
                return view(request, *args, **kwargs)
            response = render(request, "429.html", {"wait": wait}, status=429)
            response["Retry-After"] = str(wait)
            return response

        return limited

    return decorate
