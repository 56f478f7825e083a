"""A form that writes in a ledger writes once, however often it is pressed."""

from collections.abc import Callable
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction

from funds.ledger import lock_funds
from funds.models import Entry, Fund, SavedForm


def new_mark() -> str:
    """What a form gets when it is shown."""
    return str(uuid4())


def key_of(mark: UUID, values: dict) -> UUID:
    """Of the mark and what was typed: with another amount the same form is another wish."""
    return uuid5(mark, repr(sorted((name, str(value)) for name, value in values.items())))


@transaction.atomic
def write_once(*, key: UUID | None, fund: Fund, user, write: Callable[[], Entry], other: int | None = None) -> Entry:
    """What ``write`` answers, or what it answered when the same form came before; decided under the fund's lock.

    ``other``: the key of a second fund that ``write`` writes in, locked together with the first.
    """
    lock_funds([fund.pk, other or fund.pk])
    known = SavedForm.objects.filter(key=key).select_related("entry__fund").first() if key else None
    if known is not None:
        if known.user_id != user.pk or known.entry.fund_id != fund.pk:
            raise PermissionDenied
        return known.entry
    entry = write()
    if key:
        SavedForm.objects.create(key=key, entry=entry, user=user)
    return entry
