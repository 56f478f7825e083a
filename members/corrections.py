"""Putting right what was recorded of a person: facts, and the dates of the time in a branch."""

from datetime import date
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.history import because
from core.vietnamese import date_to_text
from members.models import Member, Membership
from members.services import check_day, lock_member

EDITED, DATES_CORRECTED = "Sửa thông tin", "Sửa thời gian sinh hoạt"
STALE = "Trong lúc ông/bà sửa, người khác vừa sửa hội viên này. Hãy xem lại các ô rồi lưu lần nữa."


def version_of(member: Member) -> int | None:
    """Names the state that a form was opened on: the last entry of the member's history."""
    return member.history.order_by("-history_id").values_list("history_id", flat=True).first()


@transaction.atomic
def edit_member(*, member: Member, changes: dict, seen: int | None, user, reason: str = "") -> Member:
    """Write ``changes`` (field → value) over the row as it is now; other fields keep what others wrote.

    Raises ValidationError, with code "stale" when somebody changed the row after ``seen``.
    """
    row = lock_member(member)
    if version_of(row) != seen:
        raise ValidationError(STALE, code="stale")
    for name, value in changes.items():
        setattr(row, name, value)
    row.full_clean()
    because(row, user=user, reason=reason or EDITED).save(update_fields={*changes, *Member.DERIVED})
    return row


@transaction.atomic
def correct_membership(
    *,
    membership: Membership,
    joined_on: date | None,
    left_on: date | None = None,
    left_reason: str = "",
    user,
    reason: str = "",
    reach=None,
) -> Membership:
    """Put the dates of one spell right; where it borders on another by a transfer, both move together.

    A spell that is open stays open, one that was closed stays closed. ``reach`` are the memberships that the user may
    change (None: all). Raises ValidationError for a day to come or out of the branch's life, when two spells of the
    person would overlap, and when the other side of a transfer is out of reach.
    """
    lock_member(membership.member)
    spells = list(
        Membership.objects.select_for_update(of=("self",))
        .filter(member=membership.member_id)
        .select_related("organization")
        .order_by(F("joined_on").asc(nulls_first=True), F("left_on").asc(nulls_last=True), "pk")
    )
    place = next(index for index, spell in enumerate(spells) if spell.pk == membership.pk)
    spell = spells[place]
    check_closing(spell, left_on, left_reason)
    check_day(joined_on, spell.organization, field="joined_on")
    if place and borders(spells[place - 1], spell):
        if joined_on is None:
            raise ValidationError({"joined_on": "Hội viên chuyển từ chi hội khác đến: phải ghi ngày chuyển."})
        check_reach(spells[place - 1], reach, moved=joined_on != spell.joined_on, field="joined_on")
        spells[place - 1].left_on = joined_on
    if place + 1 < len(spells) and borders(spell, spells[place + 1]):
        check_reach(spells[place + 1], reach, moved=left_on != spell.left_on, field="left_on")
        check_day(left_on, spells[place + 1].organization, field="left_on")
        spells[place + 1].joined_on = left_on
    spell.joined_on, spell.left_on, spell.left_reason = joined_on, left_on, left_reason
    check_chain(spells)
    write_changed(spells, user=user, reason=reason or DATES_CORRECTED)
    return spell


def borders(before: Membership, after: Membership) -> bool:
    """Whether the person went from one spell straight into the next."""
    transferred = before.left_reason == after.joined_reason == Membership.Reason.TRANSFERRED
    return transferred and before.left_on == after.joined_on


def check_reach(neighbour: Membership, reach, *, moved: bool, field: str) -> None:
    """The day of a transfer is written in both units: whoever may change but one of them leaves it alone."""
    if moved and reach is not None and not reach.filter(pk=neighbour.pk).exists():
        words = f"Đây cũng là ngày chuyển ghi ở “{neighbour.organization.name}”, ngoài phạm vi của ông/bà."
        raise ValidationError({field: f"{words} Hãy nhờ hội cấp trên sửa ngày chuyển."})


def check_closing(spell: Membership, left_on: date | None, left_reason: str) -> None:
    if spell.left_on is None:
        if left_on or left_reason:
            raise ValidationError(
                {"left_on": "Hội viên đang sinh hoạt ở đây. Muốn ghi thôi, hãy dùng “Thôi sinh hoạt”."}
            )
        return
    if left_on is None:
        raise ValidationError({"left_on": "Hãy nhập ngày ra. Muốn ghi trở lại, hãy dùng “Trở lại sinh hoạt”."})
    if left_on > timezone.localdate():
        raise ValidationError({"left_on": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    transferred = Membership.Reason.TRANSFERRED
    if (spell.left_reason == transferred) != (left_reason == transferred) or left_reason not in Membership.LEAVING:
        raise ValidationError({"left_reason": "Lý do chuyển sinh hoạt đi liền với lần chuyển, không đổi ở đây."})


def check_chain(spells: list[Membership]) -> None:
    """Each spell ends after it begins, and before the next one begins."""
    for spell in spells:
        if spell.joined_on and spell.left_on and spell.left_on < spell.joined_on:
            raise ValidationError({"joined_on": "Ngày ra phải từ ngày vào trở đi."})
    for before, after in pairwise(spells):
        if after.joined_on is None or before.left_on is None or after.joined_on < before.left_on:
            place, day = before.organization.name, before.left_on and date_to_text(before.left_on)
            words = f"Trùng với thời gian ở “{place}” (ra ngày {day or 'chưa ghi'}). Hãy sửa ngày cho nối tiếp."
            raise ValidationError({"joined_on": words})


def write_changed(spells: list[Membership], *, user, reason: str) -> None:
    """Save what differs from the database, a spell that moves onto a day after the one that leaves it."""
    fields = ("joined_on", "left_on", "left_reason")
    stored = {
        row[0]: row[1:] for row in Membership.objects.filter(pk__in=[s.pk for s in spells]).values_list("pk", *fields)
    }
    waiting = [spell for spell in spells if stored[spell.pk] != tuple(getattr(spell, name) for name in fields)]
    while waiting:
        taken = {spell.pk: stored[spell.pk][0] for spell in waiting}
        free = (spell for spell in waiting if spell.joined_on not in {taken[pk] for pk in taken.keys() - {spell.pk}})
        spell = next(free, waiting[0])
        because(spell, user=user, reason=reason).save(update_fields=fields)
        waiting.remove(spell)
