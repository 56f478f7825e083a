"""Proves the register of awards: paid as the ledger says, approved by two people, within quotas, with their history."""

from collections.abc import Iterator

from django.db.models import Exists, F, Max, OuterRef, Q, Sum

from funds.awards.nominations import portions_passed_on
from funds.models import Award, AwardKind, Category, Direction, Entry, ProgrammeQuota

CHUNK = 2000
State = Award.State
# What no hand changes but through the services, which write the history along.
RECORDED = (
    "organization_id",
    "origin_id",
    "at_id",
    "programme_id",
    "kind",
    "state",
    "recipient_id",
    "portions",
    "amount",
    "fund_id",
    "nominated_by_id",
    "first_approved_by_id",
    "second_approved_by_id",
    "handed_on",
    "entry_id",
)


def find_faults() -> Iterator[str]:
    """What is wrong, in words; a pass over all awards beside their newest history, and a query for each rule."""
    yield from strangers()
    yield from wrongly_approved()
    yield from wrongly_paid()
    yield from odd_payments()
    yield from beyond_quotas()
    yield from unrecorded()


def told(awards, words: str) -> Iterator[str]:
    for key in awards.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=CHUNK):
        yield f"Khen thưởng {key}: {words}."


def strangers() -> Iterator[str]:
    """Awards of a programme that another unit gives, or that are meant for others."""
    of_programme = Award.objects.filter(programme__isnull=False)
    yield from told(of_programme.exclude(organization=F("programme__organization")), "đơn vị trao khác chương trình")
    yield from told(of_programme.exclude(kind=F("programme__kind")), "đối tượng khác chương trình")
    due = F("portions") * F("programme__portion_amount")
    yield from told(of_programme.exclude(amount=due), "số tiền không bằng số suất nhân mức một suất")


def wrongly_approved() -> Iterator[str]:
    """Awards that did not pass through two people, the nominator not among them."""
    first, nominator = F("first_approved_by"), F("nominated_by")
    same = Q(second_approved_by=first) | Q(first_approved_by=nominator) | Q(second_approved_by=nominator)
    yield from told(Award.objects.filter(same), "người duyệt trùng nhau, hoặc trùng người đề cử")
    decided = Award.objects.filter(programme__isnull=False, state__in=(State.APPROVED, State.PAID))
    by_fewer = Q(first_approved_by=None) | Q(second_approved_by=None)
    yield from told(decided.filter(by_fewer), "đã duyệt hoặc đã trao mà chưa đủ hai người duyệt")


def wrongly_paid() -> Iterator[str]:
    """Awards of a programme that were handed over without a payment, or whose payment is not theirs or was reversed."""
    paid = Award.objects.filter(programme__isnull=False, state=State.PAID, entry=None)
    yield from told(paid, "đã trao mà không có bút toán chi")
    booked = Award.objects.filter(entry__isnull=False)
    yield from told(booked.exclude(state=State.PAID), "có bút toán chi mà chưa trao")
    undone = Q(entry__reversal__isnull=False) | Q(entry__reverses__isnull=False)
    yield from told(booked.filter(undone), "bút toán chi đã được đảo")
    same = {"entry__date": F("handed_on"), "entry__fund": F("fund"), "entry__direction": Direction.OUT}
    yield from told(booked.exclude(**same), "ngày trao hoặc quỹ không khớp bút toán chi")
    nature = {True: Category.Nature.SCHOLARSHIP, False: Category.Nature.AWARD}
    fits = Q(kind=AwardKind.SCHOLARSHIP, entry__category__nature=nature[True])
    fits |= ~Q(kind=AwardKind.SCHOLARSHIP) & Q(entry__category__nature=nature[False])
    yield from told(booked.exclude(fits), "mục chi của bút toán không phải loại này")


def odd_payments() -> Iterator[str]:
    """Payments that are not the sum of the awards they paid."""
    paying = Entry.objects.filter(Exists(Award.objects.filter(entry=OuterRef("pk")))).order_by("pk")
    sums = dict(Award.objects.filter(entry__isnull=False).order_by().values_list("entry").annotate(Sum("amount")))
    for entry in paying.select_related("fund").iterator(chunk_size=CHUNK):
        if sums[entry.pk] != entry.amount:
            yield f"Quỹ {entry.fund.code}: bút toán thứ {entry.sequence} không bằng tổng các suất đã trao."


def beyond_quotas() -> Iterator[str]:
    """Units from which more portions went up than the programme allows."""
    quotas = ProgrammeQuota.objects.select_related("programme", "organization").order_by("pk")
    for quota in quotas.iterator(chunk_size=CHUNK):
        passed = portions_passed_on(quota.programme, quota.organization)
        if passed > quota.portions:
            numbers = f"đã chuyển {passed} suất, chỉ tiêu {quota.portions}"
            yield f"Chương trình {quota.programme_id}: đơn vị {quota.organization.code} {numbers}."


def unrecorded() -> Iterator[str]:
    """Rows that stand otherwise than their newest history says, or have none: not written by the services."""
    newest = Award.history.model.objects.order_by().values("id").annotate(newest=Max("history_id")).values("newest")
    history = Award.history.filter(history_id__in=newest).exclude(history_type="-").order_by("id")
    recorded = history.values_list("id", *RECORDED).iterator(chunk_size=CHUNK)
    known = next(recorded, None)
    for row in Award.objects.order_by("pk").values_list("pk", *RECORDED).iterator(chunk_size=CHUNK):
        while known is not None and known[0] < row[0]:
            yield f"Khen thưởng {known[0]}: đã mất khỏi sổ."
            known = next(recorded, None)
        if known is None or known[0] > row[0]:
            yield f"Khen thưởng {row[0]}: không có trong lịch sử."
            continue
        if known != row:
            yield f"Khen thưởng {row[0]}: khác với lịch sử."
        known = next(recorded, None)
    while known is not None:
        yield f"Khen thưởng {known[0]}: đã mất khỏi sổ."
        known = next(recorded, None)
