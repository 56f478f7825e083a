"""So many requests a minute from one visitor, counted in Django's cache, and no more."""

import time
from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.shortcuts import render

from core.addresses import address_group

WINDOW = 60  # seconds


def seconds_to_wait(name: str, visitor: str, *, most: int, now: float | None = None) -> int:
    """Count one request; 0 where it is among the first ``most`` of this minute, else how long to wait."""
    now = time.time() if now is None else now
    window, passed = divmod(int(now), WINDOW)
    key = f"throttle:{name}:{visitor}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        number = cache.incr(key)
    except ValueError:  # thrown out meanwhile by a full cache
        return 0
    return 0 if number <= most else WINDOW - passed


def throttled(name: str, *, most: int) -> Callable:
    """For a view that anybody may open: beyond ``most`` requests a minute from one address the answer is 429."""

    def decorate(view):
        @wraps(view)
        def limited(request, *args, **kwargs):
            wait = seconds_to_wait(name, address_group(request), most=most)
            if not wait:
                return view(request, *args, **kwargs)
            response = render(request, "429.html", {"wait": wait}, status=429)
            response["Retry-After"] = str(wait)
            return response

        return limited

    return decorate
