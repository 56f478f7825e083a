"""Proves the ledgers: nothing changed, removed or slipped in, numbers without gaps, closings as they were."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Count, F, Q, Sum

from core.money import money_to_text
from core.vietnamese import date_to_text
from funds.balances import lowest_balance
from funds.donor_integrity import find_donor_faults
from funds.models import Account, Category, Closing, ClosingBalance, Direction, Entry, Fund
from funds.models.entries import SIGNED
from funds.seals import SEALED, seal_of

CHUNK = 5000


def find_faults() -> Iterator[str]:
    """What is wrong, in words; a linear pass over all entries and a few queries for each fund."""
    for fund in Fund.objects.order_by("pk"):
        for fault in (*broken_chain(fund), *broken_closings(fund), *below_zero(fund)):
            yield f"Quỹ {fund.code}: {fault}"
    yield from strangers()
    yield from odd_reversals()
    yield from odd_pairs()
    yield from odd_dues()
    yield from find_donor_faults()


def broken_chain(fund: Fund) -> Iterator[str]:
    """The first row whose seal does not fit, sequences and voucher numbers with gaps, years that are not the date's."""
    before, sealed, expected = "", True, 0
    numbers: dict[tuple, int] = defaultdict(int)
    rows = Entry.objects.filter(fund=fund).order_by("sequence").values_list("seal", *SEALED).iterator(chunk_size=CHUNK)
    for seal, *values in rows:
        row, expected = dict(zip(SEALED, values, strict=True)), expected + 1
        if row["sequence"] != expected:
            yield f"thiếu bút toán thứ {expected}."
            return
        if sealed and seal != seal_of(tuple(values), before):
            sealed = False
            yield f"từ bút toán thứ {expected}, dấu niêm phong không khớp."
        if row["year"] != row["date"].year:
            yield f"bút toán thứ {expected}: năm không khớp ngày."
        if row["number"] is not None:
            key = (row["year"], row["direction"])
            numbers[key] += 1
            if row["number"] != numbers[key]:
                yield f"bút toán thứ {expected}: số chứng từ {row['number']}, lẽ ra {numbers[key]}."
        before = seal


def broken_closings(fund: Fund) -> Iterator[str]:
    """Closed months whose balances a recount does not confirm, and seals that the ledger does not have any more."""
    seals = dict(Entry.objects.filter(fund=fund).values_list("sequence", "seal"))
    for closing in Closing.objects.filter(fund=fund).order_by("pk"):
        day = date_to_text(closing.last_day)
        if seals.get(closing.sequence, "") != closing.seal:
            yield f"lần khóa sổ đến {day}: dấu niêm phong không còn trong sổ."
        until = Entry.objects.filter(fund=fund, date__lte=closing.last_day)
        if closing.reopened_at is None and until.filter(sequence__gt=closing.sequence).exists():
            yield f"có bút toán ghi vào kỳ đã khóa đến {day}."
        until = until.filter(sequence__lte=closing.sequence).order_by()
        recounted = {
            pk: rest for pk, *rest in until.values_list("account").annotate(number=Count("pk"), sum=Sum(SIGNED))
        }
        for balance in ClosingBalance.objects.filter(closing=closing).select_related("account"):
            number, booked = recounted.get(balance.account_id, (0, 0))
            if (number, booked) != (balance.entries, balance.booked):
                words = f"khóa {money_to_text(balance.booked)}, đếm lại {money_to_text(booked)}"
                yield f"tài khoản “{balance.account}” đến {day}: {words}."


def below_zero(fund: Fund) -> Iterator[str]:
    """Accounts below zero on a day without anybody's permission, and principal that was spent."""
    purses = [
        (f"tài khoản “{account}”", Entry.objects.filter(account=account))
        for account in Account.objects.filter(fund=fund)
        if not Entry.objects.filter(account=account).exclude(overdraft_reason="").exists()
    ]
    if fund.endowment:
        purses += [
            ("phần gốc", Entry.objects.filter(fund=fund, is_principal=True)),
            ("phần được chi", Entry.objects.filter(fund=fund, is_principal=False)),
        ]
    for name, entries in purses:
        balance, day = lowest_balance(entries, date.min)
        if balance < 0:
            yield f"{name} âm {money_to_text(-balance)} vào ngày {date_to_text(day)}."


def strangers() -> Iterator[str]:
    """Entries in an account of another fund, or of a category for the other direction."""
    wrong = Entry.objects.exclude(account__fund=F("fund"))
    for entry in wrong.select_related("fund").order_by("pk"):
        yield f"Quỹ {entry.fund.code}: bút toán thứ {entry.sequence} nằm ở tài khoản của quỹ khác."
    for entry in Entry.objects.exclude(category__direction=F("direction")).select_related("fund").order_by("pk"):
        yield f"Quỹ {entry.fund.code}: bút toán thứ {entry.sequence} có mục thu chi trái chiều."


SAME = ("fund", "account", "direction", "category", "is_principal")


def odd_reversals() -> Iterator[str]:
    """Reversals that do not take back exactly what they name."""
    exact = Q(reverses__isnull=True) | Q(amount=-F("reverses__amount"), date__gte=F("reverses__date"))
    exact &= Q(reverses__isnull=True) | Q(**{name: F(f"reverses__{name}") for name in SAME})
    for entry in Entry.objects.exclude(exact).select_related("fund").order_by("pk"):
        yield f"Quỹ {entry.fund.code}: bút toán đảo thứ {entry.sequence} không khớp bút toán được đảo."


def odd_pairs() -> Iterator[str]:
    """Transfers of which one side is missing, or that do not cancel out."""
    transfers = Entry.objects.filter(category__nature=Category.Nature.TRANSFER)
    alone = transfers.filter(paired_with=None, pair=None)
    uneven = Entry.objects.filter(paired_with__isnull=False).exclude(
        amount=F("paired_with__amount"),
        date=F("paired_with__date"),
        direction=Direction.IN,
        paired_with__direction=Direction.OUT,
        category__nature=Category.Nature.TRANSFER,
        paired_with__category__nature=Category.Nature.TRANSFER,
    )
    for entry in (*alone.select_related("fund").order_by("pk"), *uneven.select_related("fund").order_by("pk")):
        yield f"Quỹ {entry.fund.code}: bút toán chuyển thứ {entry.sequence} không có bên kia khớp với nó."


def odd_dues() -> Iterator[str]:
    """Hand-overs of dues that stand in a ledger twice, with another sum, or only on one of both sides."""
    booked: Counter = Counter()
    tied = Entry.objects.filter(dues__isnull=False).order_by()
    booked.update(dict(tied.values_list("dues").annotate(Sum("amount"))))
    collections = tied.model._meta.get_field("dues").related_model.objects
    for key, expected, at in collections.confirmed().order_by("pk").values_list("pk", "handed_over", "booked_at"):
        if booked.pop(key, 0) != (expected if at else 0):
            yield f"Đợt nộp hội phí {key}: số tiền ở sổ quỹ không khớp."
    for key, amount in sorted(booked.items()):
        if amount:
            yield f"Đợt nộp hội phí {key}: ở sổ quỹ có tiền nhưng đợt nộp chưa chốt."
