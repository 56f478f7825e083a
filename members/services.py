"""What happens to members: they join, move, leave and come back. Every consequence is written in one transaction."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from core.vietnamese import date_to_text
from members.models import Member, Membership
from organizations.models import Organization

JOINED, MOVED, LEFT, RETURNED = "Ghi hội viên mới", "Chuyển sinh hoạt", "Thôi sinh hoạt", "Trở lại sinh hoạt"


def check_day(day: date | None, organization: Organization, *, field: str) -> None:
    """Refuse a day to come, and one on which the unit did not live."""
    if day is None:
        return
    if day > timezone.localdate():
        raise ValidationError({field: "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    if organization.established_on and day < organization.established_on:
        founded = date_to_text(organization.established_on)
        raise ValidationError({field: f"“{organization.name}” thành lập ngày {founded}, sau ngày này."})
    if organization.dissolved_on and day > organization.dissolved_on:
        ended = date_to_text(organization.dissolved_on)
        raise ValidationError({field: f"“{organization.name}” chỉ hoạt động đến hết ngày {ended}."})


def check_open(organization: Organization, *, field: str) -> None:
    if organization.is_dissolved:
        raise ValidationError({field: f"“{organization.name}” đã giải thể, không nhận thêm hội viên."})


def lock_member(member: Member) -> Member:
    """The row as it is now, kept from other writers until the transaction ends."""
    return Member.objects.select_for_update().get(pk=member.pk)


@transaction.atomic
def create_member(
    *,
    member: Member,
    joined_on: date | None,
    user,
    joined_reason: str = Membership.Reason.NEW,
    reason: str = JOINED,
) -> Member:
    """Save a new person together with the membership in ``member.organization``.

    Raises ValidationError for a dissolved branch, a day to come or out of the branch's life, and whatever the
    model refuses.
    """
    check_open(member.organization, field="organization")
    check_day(joined_on, member.organization, field="joined_on")
    member.active = True
    member.full_clean()
    because(member, user=user, reason=reason).save()
    spell = Membership(
        member=member, organization=member.organization, joined_on=joined_on, joined_reason=joined_reason
    )
    because(spell, user=user, reason=reason).save()
    return member


@transaction.atomic
def transfer_member(
    *, member: Member, destination: Organization, effective_on: date, user, reason: str = MOVED
) -> Membership:
    """Close the member's present membership and open one at ``destination`` on the same day.

    Raises ValidationError when the member has left or already belongs there, and for a day to come, before the
    present membership began, or out of the life of the destination.
    """
    member = lock_member(member)
    current = open_membership(member)
    if current.organization_id == destination.pk:
        raise ValidationError({"destination": f"“{member}” đang sinh hoạt tại “{destination.name}” rồi."})
    check_open(destination, field="destination")
    check_day(effective_on, destination, field="effective_on")
    close(current, on=effective_on, left_reason=Membership.Reason.TRANSFERRED, user=user, reason=reason)
    spell = Membership(
        member=member,
        organization=destination,
        joined_on=effective_on,
        joined_reason=Membership.Reason.TRANSFERRED,
    )
    because(spell, user=user, reason=reason).save()
    member.organization = destination
    because(member, user=user, reason=reason).save(update_fields=["organization"])
    return spell


@transaction.atomic
def end_membership(*, member: Member, left_on: date, left_reason: str, user, reason: str = LEFT) -> Membership:
    """Close the present membership for good; the person stays in the last branch's list of former members.

    Raises ValidationError when there is none, for a day to come or before it began, and for a transfer.
    """
    if left_reason not in Membership.LEAVING or left_reason == Membership.Reason.TRANSFERRED:
        raise ValidationError({"left_reason": "Hãy chọn lý do: thôi tham gia, qua đời hoặc xoá tên."})
    member = lock_member(member)
    current = open_membership(member)
    if left_on > timezone.localdate():
        raise ValidationError({"left_on": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    close(current, on=left_on, left_reason=left_reason, user=user, reason=reason)
    member.active = False
    because(member, user=user, reason=reason).save(update_fields=["active"])
    return current


@transaction.atomic
def rejoin_member(
    *, member: Member, organization: Organization, joined_on: date, user, reason: str = RETURNED
) -> Membership:
    """Open a new membership for a person who had left.

    Raises ValidationError when the person belongs somewhere, has died, or would join before having left.
    """
    member = lock_member(member)
    last = member.memberships.order_by("left_on", "pk").last()
    if member.active:
        raise ValidationError({"organization": f"“{member}” đang sinh hoạt tại “{member.organization.name}”."})
    if last is not None and last.left_reason == Membership.Reason.DECEASED:
        raise ValidationError(
            {"organization": f"“{member}” đã được ghi là qua đời. Nếu ghi nhầm, hãy sửa lý do trước."}
        )
    check_open(organization, field="organization")
    check_day(joined_on, organization, field="joined_on")
    if last is not None and joined_on < last.left_on:
        raise ValidationError(
            {"joined_on": f"Hội viên thôi sinh hoạt ngày {date_to_text(last.left_on)}; ngày trở lại phải từ ngày đó."}
        )
    spell = Membership(member=member, organization=organization, joined_on=joined_on)
    because(spell, user=user, reason=reason).save()
    member.organization, member.active = organization, True
    because(member, user=user, reason=reason).save(update_fields=["organization", "active"])
    return spell


def open_membership(member: Member) -> Membership:
    """The present membership, locked; raises ValidationError when the member has left."""
    current = Membership.objects.select_for_update().open().filter(member=member).first()
    if current is None:
        raise ValidationError(f"“{member}” hiện không sinh hoạt ở chi hội nào.")
    return current


def close(spell: Membership, *, on: date, left_reason: str, user, reason: str) -> None:
    """End a membership on a day that is not before it began."""
    if spell.joined_on and on < spell.joined_on:
        field = "effective_on" if left_reason == Membership.Reason.TRANSFERRED else "left_on"
        raise ValidationError(
            {field: f"Hội viên vào chi hội ngày {date_to_text(spell.joined_on)}; hãy nhập ngày từ đó trở đi."}
        )
    spell.left_on, spell.left_reason = on, left_reason
    because(spell, user=user, reason=reason).save(update_fields=["left_on", "left_reason"])
