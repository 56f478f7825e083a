"""Promises of donors. What came of one is the sum of the entries that name it, decided under the fund's lock."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import because
from core.vietnamese import date_to_text
from funds.ledger import lock_funds
from funds.models import Entry, Party, Pledge

PROMISED, CHANGED, GIVEN_UP, RESUMED = "Ghi lời hứa", "Sửa lời hứa", "Thôi chờ", "Chờ lại"
FIXED = "Đã nhận theo lời hứa này: giữ nguyên như cũ, hoặc đảo chứng từ trước."


@transaction.atomic
def save_pledge(*, pledge: Pledge, user, reason: str = "") -> Pledge:
    """A new one, or a changed one. Raises ValidationError, also for what entries already say otherwise."""
    lock_funds([pledge.fund_id])
    if pledge.party_id:
        # Merged at this moment, the promise is the kept row's.
        pledge.party = Party.objects.select_for_update(no_key=True).get(pk=pledge.party_id).current
    if pledge.party_id and pledge.party.organization_id != pledge.fund.organization_id:
        raise ValidationError({"party_name": "Người hứa phải ở trong sổ của đơn vị có quỹ."})
    if pledge.campaign_id and pledge.campaign.fund_id != pledge.fund_id:
        raise ValidationError({"campaign": "Đợt vận động này là của quỹ khác."})
    if pledge.pk:
        check_change(pledge)
    pledge.full_clean()
    because(pledge, user=user, reason=reason or (CHANGED if pledge.pk else PROMISED)).save()
    return pledge


def check_change(pledge: Pledge) -> None:
    """Whom entries name as the donor, and for which campaign, stays as long as they are in force."""
    stored = Pledge.objects.get(pk=pledge.pk)
    if stored.given_up_on is not None and pledge.given_up_on is not None:
        raise ValidationError("Lời hứa này đã thôi chờ. Hãy bấm “Chờ lại” rồi sửa.")
    if not Entry.objects.filter(pledge=pledge).in_force().exists():
        return
    for name, field in (("party_id", "party_name"), ("campaign_id", "campaign")):
        if getattr(stored, name) != getattr(pledge, name):
            raise ValidationError({field: FIXED})


def hold_pledge(pledge: Pledge) -> Pledge:
    """As it is now, `with_given`: under the fund's lock, and kept from a merging, which changes whose promise it is."""
    lock_funds([pledge.fund_id])
    Pledge.objects.select_for_update(no_key=True).get(pk=pledge.pk)
    return Pledge.objects.with_given().get(pk=pledge.pk)


@transaction.atomic
def give_up_pledge(*, pledge: Pledge, day: date, reason: str, user) -> Pledge:
    """Nothing more will come. Raises ValidationError for one that was kept, or given up before."""
    pledge = hold_pledge(pledge)
    if pledge.state == Pledge.State.FULFILLED:
        raise ValidationError("Lời hứa này đã nhận đủ.")
    if pledge.given_up_on is not None:
        raise ValidationError("Lời hứa này đã thôi chờ trước đó.")
    if day < pledge.pledged_on:
        raise ValidationError({"day": f"Ngày này không trước ngày hứa ({date_to_text(pledge.pledged_on)})."})
    pledge.given_up_on, pledge.given_up_reason = day, reason
    pledge.full_clean()
    because(pledge, user=user, reason=GIVEN_UP).save()
    return pledge


@transaction.atomic
def resume_pledge(*, pledge: Pledge, user) -> Pledge:
    """The donor spoke again. Doing so twice changes nothing."""
    pledge = hold_pledge(pledge)
    if pledge.given_up_on is not None:
        pledge.given_up_on, pledge.given_up_reason = None, ""
        because(pledge, user=user, reason=RESUMED).save()
    return pledge
