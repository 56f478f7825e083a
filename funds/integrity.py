"""Proves the ledgers: nothing changed, removed or slipped in, numbers without gaps, closings as they were."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import chain

from django.db.models import F, Q, Sum

from funds.awards import integrity as awards
from funds.donor_integrity import find_donor_faults
from funds.models import Category, Direction, Entry, Fund
from funds.models.entries import SIGNED
from funds.recount import Recount
from members.models import DuesCollection

SAME = ("fund", "account", "direction", "category", "is_principal")


def find_faults() -> Iterator[str]:
    """What is wrong, in words; one pass over all entries and a few queries for each fund."""
    for fund in Fund.objects.order_by("pk").iterator():
        for fault in Recount(fund).faults():
            yield f"Quỹ {fund.code}: {fault}"
    yield from strangers()
    yield from odd_reversals()
    yield from odd_pairs()
    yield from odd_dues()
    yield from find_donor_faults()
    yield from awards.find_faults()


def told(entries, words: str) -> Iterator[str]:
    for entry in entries.select_related("fund").order_by("pk").iterator():
        yield f"Quỹ {entry.fund.code}: bút toán thứ {entry.sequence} {words}."


def strangers() -> Iterator[str]:
    """Entries in an account of another fund, of a category for the other direction, and principal that was spent."""
    yield from told(Entry.objects.exclude(account__fund=F("fund")), "nằm ở tài khoản của quỹ khác")
    yield from told(Entry.objects.exclude(category__direction=F("direction")), "có mục thu chi trái chiều")
    spent = Entry.objects.filter(is_principal=True, direction=Direction.OUT)
    yield from told(spent.exclude(category__nature=Category.Nature.TRANSFER), "chi phần gốc")


def odd_reversals() -> Iterator[str]:
    """Reversals that do not take back exactly what they name."""
    exact = Q(reverses__isnull=True) | Q(amount=-F("reverses__amount"), date__gte=F("reverses__date"))
    exact &= Q(reverses__isnull=True) | Q(**{name: F(f"reverses__{name}") for name in SAME})
    # What names nothing is equal to nothing in SQL.
    exact &= Q(reverses__isnull=True) | Q(dues=F("reverses__dues")) | Q(dues__isnull=True, reverses__dues__isnull=True)
    yield from told(Entry.objects.exclude(exact), "là bút toán đảo không khớp bút toán được đảo")


def odd_pairs() -> Iterator[str]:
    """Transfers of which one side is missing, that do not cancel out, or of which only one side was taken back."""
    transfers = Entry.objects.filter(category__nature=Category.Nature.TRANSFER)
    alone = transfers.filter(paired_with=None, pair=None)
    paired = Entry.objects.filter(paired_with__isnull=False)
    uneven = paired.exclude(
        amount=F("paired_with__amount"),
        date=F("paired_with__date"),
        is_principal=F("paired_with__is_principal"),
        direction=Direction.IN,
        paired_with__direction=Direction.OUT,
        category__nature=Category.Nature.TRANSFER,
        paired_with__category__nature=Category.Nature.TRANSFER,
    )
    nowhere = paired.filter(account=F("paired_with__account"))
    crossed = paired.filter(reverses__isnull=False).exclude(reverses__paired_with=F("paired_with__reverses"))
    words = "là bút toán chuyển không có bên kia khớp với nó"
    yield from dict.fromkeys(chain.from_iterable(told(found, words) for found in (alone, uneven, nowhere, crossed)))


def odd_dues() -> Iterator[str]:
    """Hand-overs of dues that stand in a ledger twice, with another sum, under another voucher, or on one side only."""
    tied = Entry.objects.filter(dues__isnull=False).order_by()
    booked: Counter = Counter()
    booked.update(dict(tied.values_list("dues").annotate(sum=Sum(SIGNED))))
    vouchers: dict[int, list[tuple[date, str, bool]]] = defaultdict(list)
    for entry in tied.filter(reverses=None, reversal=None).select_related("category").iterator():
        vouchers[entry.dues_id].append((entry.date, entry.voucher, entry.category.nature == Category.Nature.DUES))
    columns = ("pk", "handed_over", "collected_on", "booked_at", "booked_as")
    for key, amount, day, at, voucher in DuesCollection.objects.confirmed().order_by("pk").values_list(*columns):
        if booked.pop(key, 0) != (amount if at else 0):
            yield f"Đợt nộp hội phí {key}: số tiền ở sổ quỹ không khớp."
        elif vouchers[key] != ([(day, voucher, True)] if at and amount else []):
            yield f"Đợt nộp hội phí {key}: chứng từ ở sổ quỹ không phải của đợt này."
    for key, amount in sorted(booked.items()):
        if amount:
            yield f"Đợt nộp hội phí {key}: ở sổ quỹ có tiền nhưng đợt nộp chưa chốt."
