"""Collections of dues: entered as drafts, confirmed under a running number, booked once by a fund's ledger."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from core.history import CHANGED, CREATED, DELETED, because, record_bulk
from core.money import money_to_text
from members.dues_members import in_year, paid_by
from members.dues_rates import lock_rate, rate_for, shares_by_level, split_amount
from members.models import DuesCollection, DuesLine, DuesRate, Member, Membership
from members.models.dues import FROZEN
from organizations.models import Organization

ENTERED, CONFIRMED, BOOKED = "Nhập đợt nộp hội phí", "Chốt đợt nộp hội phí", "Ghi vào sổ quỹ"
RELEASED = "Bút toán ở sổ quỹ đã đảo"
CORRECTED, DROPPED = "Lập đợt điều chỉnh", "Bỏ đợt nộp đang nhập"
NO_RATE = "Chưa có mức hội phí cho năm này. Hãy nhờ người quản lý ghi mức hội phí trước khi chốt."


def lock_collection(collection: DuesCollection) -> DuesCollection:
    """The collection as it is now, kept from other writers until the transaction ends."""
    rows = DuesCollection.objects.select_for_update(of=("self",)).select_related("organization")
    return rows.get(pk=collection.pk)


def lock_draft(collection: DuesCollection) -> DuesCollection:
    collection = lock_collection(collection)
    if collection.is_confirmed:
        raise ValidationError(FROZEN)
    return collection


def version_of(collection: DuesCollection) -> str:
    """What names the present state of a draft: every save of its lines saves the collection as well. One query."""
    newest = collection.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return str(newest or "")


def check_seen(collection: DuesCollection, seen: str | None) -> None:
    if seen is not None and seen != version_of(collection):
        raise ValidationError(
            "Người khác vừa sửa đợt nộp này. Hãy xem lại các số đang lưu rồi bấm lần nữa.", code="conflict"
        )


@transaction.atomic
def save_lines(
    *, collection: DuesCollection, amounts: Mapping[int, int | None], user, seen: str | None = None, **facts
) -> DuesCollection:
    """Write what these members pay in a draft (None or 0: no line) and its ``facts`` (handed_over, collected_on, note).

    Lines of other members stay. Raises ValidationError for a confirmed collection, for a version other than the one
    that was ``seen``, and for a member who neither belonged to the branch in the year nor has a line already.
    """
    collection = lock_draft(collection)
    check_seen(collection, seen)
    for name, value in facts.items():
        setattr(collection, name, value)
    collection.full_clean()
    because(collection, user=user, reason=ENTERED).save()
    held = {line.member_id: line for line in collection.lines.filter(member__in=list(amounts))}
    check_members(collection, set(amounts) - set(held))
    dropped = [line.pk for line in held.values() if not amounts[line.member_id]]
    changed = [line for line in held.values() if amounts[line.member_id] not in (None, 0, line.amount)]
    for line in changed:
        line.amount = amounts[line.member_id]
    new = [
        DuesLine(collection=collection, member_id=member, amount=amount)
        for member, amount in amounts.items()
        if amount and member not in held
    ]
    write_lines(new, changed, dropped, user=user, reason=ENTERED)
    return collection


def write_lines(new: list[DuesLine], changed: list[DuesLine], dropped: list[int], *, user, reason: str) -> None:
    """In bulk, with their history."""
    if dropped:
        rows = DuesLine.objects.filter(pk__in=dropped)
        record_bulk(rows, kind=DELETED, user=user, reason=reason)
        rows._raw_delete(rows.db)  # delete() would write the history once more, row by row
    if changed:
        DuesLine.objects.bulk_update(changed, ["amount"], batch_size=500)
        rows = DuesLine.objects.filter(pk__in=[line.pk for line in changed])
        record_bulk(rows, kind=CHANGED, user=user, reason=reason)
    if new:
        DuesLine.objects.bulk_create(new, batch_size=500)
        members = [line.member_id for line in new]
        rows = DuesLine.objects.filter(collection=new[0].collection_id, member__in=members)
        record_bulk(rows, kind=CREATED, user=user, reason=reason)


def check_members(collection: DuesCollection, members: set[int]) -> None:
    spells = in_year(Membership.objects.filter(organization=collection.organization_id), collection.year)
    known = set(spells.filter(member__in=members).values_list("member", flat=True)) if members else set()
    if members - known:
        raise ValidationError(f"Có người không sinh hoạt tại “{collection.organization.name}” trong năm của đợt nộp.")


@transaction.atomic
def confirm_collection(*, collection: DuesCollection, user, seen: str | None = None) -> DuesCollection:
    """Freeze a draft under the branch's next receipt number of the year.

    Raises ValidationError when the money as counted is not the sum of the lines, there is no rate, a member would
    have paid less than nothing or more than a year's dues, or the draft is not the version that was ``seen``.
    """
    # One receipt at a time in a branch: the next number is read and written behind this lock.
    Organization.objects.select_for_update(no_key=True).get(pk=collection.organization_id)
    collection = lock_draft(collection)
    check_seen(collection, seen)
    lines = list(collection.lines.select_related("member").order_by("member"))
    members = [line.member_id for line in lines]
    # What a member has paid is summed over branches: nobody else confirms for the same people meanwhile.
    list(Member.objects.select_for_update(no_key=True).filter(pk__in=members).order_by("pk").values_list("pk"))
    rate = rate_for(collection.organization, collection.year)
    if rate is None:
        raise ValidationError(NO_RATE)
    rate = lock_rate(rate)
    check_money(collection, lines)
    check_payments(lines, paid_by(members, collection.year), rate)
    numbers = DuesCollection.objects.filter(organization=collection.organization_id, year=collection.year)
    collection.number = (numbers.aggregate(last=Max("number"))["last"] or 0) + 1
    collection.rate, collection.confirmed_at, collection.confirmed_by = rate, timezone.now(), user
    collection.full_clean()
    because(collection, user=user, reason=CONFIRMED).save()
    return collection


def check_money(collection: DuesCollection, lines: list[DuesLine]) -> None:
    if not lines:
        raise ValidationError("Chưa ghi ai nộp trong đợt này.")
    if collection.handed_over is None:
        raise ValidationError("Chưa nhập số tiền đã đếm. Hãy đếm tiền rồi nhập vào ô “Số tiền đã đếm”.")
    total = sum(line.amount for line in lines)
    if total != collection.handed_over:
        raise ValidationError(
            f"Tiền đã đếm {money_to_text(collection.handed_over)}, cộng các dòng {money_to_text(total)}: chưa khớp. "
            "Hãy đếm lại tiền, hoặc sửa các dòng cho đúng."
        )
    if any(line.amount < 0 for line in lines) and not collection.note.strip():
        raise ValidationError("Có số tiền âm: hãy ghi ở ô ghi chú đợt này điều chỉnh biên nhận nào, vì sao.")
    if collection.collected_on > timezone.localdate():
        raise ValidationError("Ngày nộp chưa đến. Hãy sửa ngày nộp.")


def check_payments(lines: list[DuesLine], paid: Mapping[int, int], rate: DuesRate) -> None:
    """Nobody's payments of the year fall below zero; nobody pays beyond a year's dues."""
    wrong = []
    for line in lines:
        before = paid.get(line.member_id, 0)
        reason = refusal(line.amount, before, rate.yearly_amount)
        if reason:
            wrong.append(f"{line.member}: {reason}")
    if wrong:
        raise ValidationError(wrong)


def refusal(amount: int, before: int, owed: int | None) -> str:
    """Why a member who has paid ``before`` cannot pay ``amount``; empty when nothing speaks against it."""
    if before + amount < 0:
        return f"mới nộp {money_to_text(before)}, không giảm được {money_to_text(-amount)}."
    if owed is not None and amount > 0 and before + amount > owed:
        return f"chỉ còn phải nộp {money_to_text(max(owed - before, 0))}."
    return ""


@transaction.atomic
def correct_collection(*, collection: DuesCollection, user) -> DuesCollection:
    """A draft that takes a confirmed collection back line by line and names it in its note; the lines may be edited.

    Raises ValidationError when the collection is still a draft: that one is simply edited.
    """
    collection = lock_collection(collection)
    if not collection.is_confirmed:
        raise ValidationError("Đợt nộp này chưa chốt: ông/bà sửa thẳng vào đó.")
    draft = DuesCollection(
        organization=collection.organization,
        year=collection.year,
        collected_on=timezone.localdate(),
        note=f"Điều chỉnh biên nhận số {collection.receipt_number}: ",
    )
    because(draft, user=user, reason=CORRECTED).save()
    lines = collection.lines.values_list("member", "amount")
    new = [DuesLine(collection=draft, member_id=member, amount=-amount) for member, amount in lines]
    write_lines(new, [], [], user=user, reason=CORRECTED)
    return draft


@transaction.atomic
def drop_draft(*, collection: DuesCollection, user) -> None:
    """Delete a draft with its lines; the history keeps them. Raises ValidationError for a confirmed collection."""
    collection = lock_draft(collection)
    lines = list(collection.lines.values_list("pk", flat=True))
    write_lines([], [], lines, user=user, reason=DROPPED)
    because(collection, user=user, reason=DROPPED).delete()


@transaction.atomic
def book_collection(*, collection: DuesCollection, booked_as: str, user) -> DuesCollection:
    """Mark the money as taken into a fund's ledger, under the number of the voucher there; once, until it is released.

    Raises ValidationError for a draft and the second time.
    """
    collection = lock_collection(collection)
    if not collection.is_confirmed:
        raise ValidationError("Phải chốt đợt nộp trước khi ghi vào sổ quỹ.")
    if collection.booked_at:
        raise ValidationError(f"Biên nhận số {collection.receipt_number} đã ghi vào sổ quỹ ({collection.booked_as}).")
    collection.booked_at, collection.booked_as = timezone.now(), booked_as
    collection.clean_fields(exclude=["organization", "confirmed_by", "rate"])
    because(collection, user=user, reason=BOOKED).save(update_fields=["booked_at", "booked_as"])
    return collection


@transaction.atomic
def release_collection(*, collection: DuesCollection, user) -> DuesCollection:
    """The entry that took the money into a fund was reversed: it may be booked again. Raises ValidationError."""
    collection = lock_collection(collection)
    if not collection.booked_at:
        raise ValidationError("Đợt nộp này chưa ghi vào sổ quỹ nào.")
    collection.booked_at, collection.booked_as = None, ""
    because(collection, user=user, reason=RELEASED).save(update_fields=["booked_at", "booked_as"])
    return collection


def shares_of(collection: DuesCollection) -> dict[str, int]:
    """Level → its part of the money of a confirmed collection, by the rate under which it was confirmed.

    The parts add up to ``handed_over``. Raises ValidationError for a draft, which has no rate yet.
    """
    if not collection.is_confirmed:
        raise ValidationError("Đợt nộp chưa chốt thì chưa chia cho các cấp.")
    return split_amount(collection.handed_over, shares_by_level(collection.rate))


def sum_of(collection: DuesCollection) -> int:
    return int(collection.lines.aggregate(total=Sum("amount"))["total"] or 0)
