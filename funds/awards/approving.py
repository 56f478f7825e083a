"""Approving nominations by two people, refusing them, taking either back, and paying those that were approved."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.numbers import number_to_text
from funds.awards.nominations import portions_passed_on
from funds.awards.writing import change_awards, hold_awards, lock_programme
from funds.ledger import category, lock_funds, post_entry
from funds.models import Account, Award, Entry, Programme

NO_APPROVAL = {
    "first_approved_by": None,
    "first_approved_at": None,
    "second_approved_by": None,
    "second_approved_at": None,
}


@transaction.atomic
def approve(*, programme: Programme, keys: Iterable[int], user) -> tuple[int, int]:
    """Approve nominations that have come up to the programme's unit; how many wait for a second person now, and
    how many are approved.

    Raises ValidationError when the user nominated one of them or has approved it already.
    """
    programme = lock_programme(programme)
    awards = hold_awards(programme, keys, state=Award.State.NOMINATED, at=programme.organization_id)
    if user is None or any(award.nominated_by_id == user.pk for award in awards):
        raise ValidationError("Người đề cử không duyệt chính đề cử của mình. Hãy bỏ chọn những dòng ông/bà đề cử.")
    if any(award.first_approved_by_id == user.pk for award in awards):
        raise ValidationError("Ông/bà đã duyệt rồi: cần một người khác duyệt lần hai.")
    first = [award for award in awards if award.first_approved_by_id is None]
    second = [award for award in awards if award.first_approved_by_id is not None]
    now = timezone.now()
    if first:
        change_awards(first, user=user, because="Duyệt lần một", first_approved_by=user, first_approved_at=now)
    if second:
        values = {"state": Award.State.APPROVED, "second_approved_by": user, "second_approved_at": now}
        change_awards(second, user=user, because="Duyệt lần hai", **values)
    return len(first), len(second)


@transaction.atomic
def undo_approval(*, programme: Programme, keys: Iterable[int], reason: str, user) -> None:
    """Nominations again, as long as they are not paid; both approvals are asked for anew."""
    programme = lock_programme(programme)
    awards = hold_awards(
        programme, keys, state__in=(Award.State.NOMINATED, Award.State.APPROVED), first_approved_by__isnull=False
    )
    words = said(reason)
    change_awards(awards, user=user, because=f"Bỏ duyệt: {words}", state=Award.State.NOMINATED, **NO_APPROVAL)


@transaction.atomic
def refuse(*, programme: Programme, unit, keys: Iterable[int], reason: str, user) -> None:
    """Refuse nominations that lie at ``unit``. Raises ValidationError without a reason."""
    programme = lock_programme(programme)
    awards = hold_awards(programme, keys, state=Award.State.NOMINATED, at=unit)
    words = said(reason)
    values = {"state": Award.State.REFUSED, "reason": words, **NO_APPROVAL}
    change_awards(awards, user=user, because=f"Không duyệt: {words}", **values)


@transaction.atomic
def restore(*, programme: Programme, keys: Iterable[int], user) -> None:
    """What was refused or given up is a nomination again, where it lay. Raises beyond a unit's quota."""
    programme = lock_programme(programme)
    awards = hold_awards(programme, keys, state__in=(Award.State.REFUSED, Award.State.GIVEN_UP))
    change_awards(awards, user=user, because="Xét lại", state=Award.State.NOMINATED, reason="", **NO_APPROVAL)
    # Others may have gone up in their place meanwhile.
    for quota in programme.quotas.select_related("organization").order_by("pk"):
        if portions_passed_on(programme, quota.organization) > quota.portions:
            raise ValidationError(
                f"“{quota.organization.short_name}” đã chuyển đủ chỉ tiêu {number_to_text(quota.portions)} suất.",
                code="quota",
            )


def said(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": "Hãy ghi lý do."})
    return reason.strip()


@transaction.atomic
def pay(*, programme: Programme, keys: Iterable[int], account: Account, date: date, user, **facts) -> Entry:
    """Hand over approved awards: one payment for all of them in the ledger, tied to each.

    ``facts``: further fields of the entry, such as ``overdraft_reason``. Raises ValidationError as
    `funds.ledger.write_entries` does, and for an account of another fund than the programme's.
    """
    programme = lock_programme(programme)
    lock_funds([account.fund_id])
    if programme.fund_id and account.fund_id != programme.fund_id:
        raise ValidationError({"account": f"Chương trình này chi từ quỹ “{programme.fund.name}”."})
    awards = hold_awards(programme, keys, state=Award.State.APPROVED)
    entry = post_entry(
        account=account,
        category=category("scholarship" if programme.is_scholarship else "award"),
        date=date,
        amount=sum(award.amount for award in awards),
        purpose=f"{programme}: {number_to_text(sum(award.portions for award in awards))} suất"[:300],
        user=user,
        **facts,
    )
    values = {"state": Award.State.PAID, "handed_on": date, "entry": entry, "fund": account.fund}
    change_awards(awards, user=user, because=f"Trao theo chứng từ {entry.voucher}", **values)
    return entry
