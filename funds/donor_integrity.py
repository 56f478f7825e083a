"""Proves what hangs together about donors: mergings that lead somewhere, promises kept by what may keep them."""

from collections.abc import Iterator

from django.db.models import F, Q

from funds.models import Category, Direction, Entry, Party, Pledge


def find_donor_faults() -> Iterator[str]:
    """What is wrong, in words; one query each."""
    yield from odd_mergings()
    yield from odd_promises()
    yield from odd_ties()


def odd_mergings() -> Iterator[str]:
    """Rows that went into one that went into another itself, or into one of another unit."""
    wrong = Q(merged_into__merged_into__isnull=False) | ~Q(organization=F("merged_into__organization"))
    for key in Party.objects.filter(wrong, merged_into__isnull=False).order_by("pk").values_list("pk", flat=True):
        yield f"Người ủng hộ số {key}: dòng đã gộp không dẫn đến một dòng còn dùng của cùng đơn vị."


def odd_promises() -> Iterator[str]:
    """Promises for a campaign of another fund."""
    wrong = Pledge.objects.filter(campaign__isnull=False).exclude(campaign__fund=F("fund"))
    for key in wrong.order_by("pk").values_list("pk", flat=True):
        yield f"Lời hứa số {key}: đợt vận động là của quỹ khác."


def odd_ties() -> Iterator[str]:
    """Entries tied to a campaign or promise of another fund, and to a promise that they cannot keep."""
    is_gift = Q(direction=Direction.IN, category__nature=Category.Nature.DONATION)
    elsewhere = Q(campaign__isnull=False) & ~Q(campaign__fund=F("fund"))
    elsewhere |= Q(pledge__isnull=False) & (~Q(pledge__fund=F("fund")) | ~is_gift)
    for entry in Entry.objects.filter(elsewhere).select_related("fund").order_by("pk"):
        words = "gắn với đợt vận động hoặc lời hứa không phải của nó"
        yield f"Quỹ {entry.fund.code}: bút toán thứ {entry.sequence} {words}."
