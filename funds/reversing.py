"""Taking back all entries of an imported file at once, by entries of their own."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from funds.ledger import closed_until, copy_back, lock_funds, write_entries
from funds.models import Entry

REVERSED = "đã được đảo sau đó"
NAMES_SHOWN = 100


@transaction.atomic
def reverse_file(*, batch_id: int, user, reason: str, permission: str) -> dict:
    """Reverse what a file wrote and nobody has reversed since: {deleted, restored, reversed, kept, names}.

    A reversal stands on its entry's own day, or where that month is closed on the first day that is open. Raises
    ValidationError, with nothing written, where an entry is out of the user's reach, and where the money was spent.
    """
    found = Entry.objects.filter(batch_id=batch_id, reverses=None)
    lock_funds(found.order_by().values_list("fund_id", flat=True).distinct())
    names = ("account", "category", "fund", "party", "campaign", "pledge", "dues", "reversal")
    entries = list(found.select_related(*names).order_by("pk"))
    if found.allowed(user, permission).count() != len(entries):
        raise ValidationError("Có bút toán nằm ngoài phạm vi của ông/bà, nên không hoàn tác.")
    kept = [entry for entry in entries if hasattr(entry, "reversal")]
    open_entries = [entry for entry in entries if not hasattr(entry, "reversal")]
    copies = {
        entry.pk: copy_back(entry, day, reason, "")
        for entry, day in zip(open_entries, days_of(open_entries), strict=True)
    }
    pairs = [
        (copies[entry.paired_with_id], copies[entry.pk]) for entry in open_entries if entry.paired_with_id is not None
    ]
    write_entries(list(copies.values()), pairs=pairs, user=user)
    shown = [{"name": str(entry), "reason": REVERSED} for entry in kept[:NAMES_SHOWN]]
    return {"deleted": 0, "restored": 0, "reversed": len(copies), "kept": len(kept), "names": shown}


def days_of(entries: list[Entry]) -> list[date]:
    """On which day each is taken back; both sides of a transfer on one."""
    first_open = {}
    for fund in {entry.fund for entry in entries}:
        closed = closed_until(fund)
        first_open[fund.pk] = closed + timedelta(days=1) if closed else date.min
    days = {entry.pk: max(entry.date, first_open[entry.fund_id]) for entry in entries}
    for entry in entries:
        if other := entry.paired_with_id:
            days[entry.pk] = days[other] = max(days[entry.pk], days[other])
    return [days[entry.pk] for entry in entries]
