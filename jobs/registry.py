"""The handlers that jobs name. An app declares its own in ``background.py``, which is read when Django starts."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Progress:
    """How far a handler is; the worker writes it down from time to time."""

    done: int = 0
    total: int | None = None
    message: str = ""

    def at(self, done: int) -> None:
        self.done = done


Handler = Callable[..., dict | None]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Declare ``handler(job, progress)`` for jobs of ``kind``; what it returns is kept as the result.

    It may be started again after having been cut short at any point, so what it writes must be whole or absent.
    A ValidationError is a failure in words for the user.
    """

    def declare(handler: Handler) -> Handler:
        if kind in HANDLERS:
            raise ValueError(f"Two handlers for {kind}.")
        HANDLERS[kind] = handler
        return handler

    return declare
