"""Two rows of one person become one; nothing of the history is lost."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from core.history import CHANGED, because, record_bulk
from members.models import DifferentPeople, DuesLine, Member, Membership, Merging, Officer
from members.services import lock_member

# What is chosen field by field; code and card are free again once the other row is gone.
FIELDS = [
    "full_name",
    "code",
    "card_number",
    "birth_date",
    "birth_year",
    "sex",
    "phone",
    "occupation",
    "party_member",
    "household",
    "id_number",
    "note",
]


def differing_fields(kept: Member, merged: Member) -> list[str]:
    """The fields in which the two rows say different things."""
    return [field for field in FIELDS if getattr(kept, field) != getattr(merged, field)]


def preferred(kept: Member, merged: Member, field: str) -> bool:
    """Whether the other row's value is the better suggestion: where the kept one says nothing."""
    return getattr(kept, field) in (None, "") and getattr(merged, field) not in (None, "")


def spells_after(kept: Member, merged: Member) -> tuple[list[Membership], list[Membership]]:
    """(spells that come over, spells that are dropped because the kept row has others at that time)."""
    own = list(kept.memberships.select_related("organization"))
    moving, dropped = [], []
    for spell in merged.memberships.select_related("organization"):
        (dropped if any(overlap(spell, other) for other in own) else moving).append(spell)
    return moving, dropped


def overlap(one: Membership, other: Membership) -> bool:
    """Whether a day lies in both; an open end is the end of time, an empty beginning its beginning."""
    start = max(one.joined_on or date.min, other.joined_on or date.min)
    end = min(one.left_on or date.max, other.left_on or date.max)
    same_start = one.joined_on == other.joined_on
    return start < end or (same_start and start == end)


@transaction.atomic
def merge_members(*, kept: Member, merged: Member, take: set[str], user) -> Member:
    """Put ``merged`` into ``kept``: the fields in ``take`` are the merged row's, the others stay.

    Spells, posts and dues go over; spells at a time for which the kept row has others are dropped (the history keeps
    them). Raises ValidationError for one and the same row, fields that are none, and dues in one collection twice.
    """
    if kept.pk == merged.pk:
        raise ValidationError("Hãy chọn hai dòng khác nhau.")
    if unknown := take - set(FIELDS):
        raise ValidationError(f"Không có mục {', '.join(sorted(unknown))}.")
    first, second = sorted((kept.pk, merged.pk))
    locked = {row.pk: row for row in (lock_member(Member(pk=first)), lock_member(Member(pk=second)))}
    kept, merged = locked[kept.pk], locked[merged.pk]
    reason = f"Gộp {merged.number} vào {kept.number}"
    move_dues(kept, merged, user=user, reason=reason)
    earlier = earlier_start(kept, merged)
    move_spells(kept, merged, user=user, reason=reason)
    move_rows(Officer.objects.filter(member=merged), kept, user=user, reason=reason)
    remember(kept, merged, user=user, reason=reason)
    values = {field: getattr(merged, field) for field in take}
    because(merged, user=user, reason=reason).delete()
    for field, value in values.items():
        setattr(kept, field, value)
    if earlier is not None:
        spell, joined_on = earlier
        spell.joined_on = joined_on
        because(spell, user=user, reason=reason).save(update_fields=["joined_on"])
    settle(kept)
    kept.full_clean(exclude=["organization"])
    because(kept, user=user, reason=reason).save()
    return kept


def earlier_start(kept: Member, merged: Member) -> tuple[Membership, date | None] | None:
    """Two rows in one branch at one time: the kept spell and the earlier beginning, if nothing stands between."""
    for spell in kept.memberships.all():
        for other in merged.memberships.filter(organization=spell.organization_id):
            begins_earlier = (other.joined_on or date.min) < (spell.joined_on or date.min)
            if not (overlap(spell, other) and begins_earlier):
                continue
            others = kept.memberships.exclude(pk=spell.pk)
            stretched = Membership(joined_on=other.joined_on, left_on=spell.left_on)
            if not any(overlap(stretched, each) for each in others):
                return spell, other.joined_on
    return None


def move_dues(kept: Member, merged: Member, *, user, reason: str) -> None:
    lines = DuesLine.objects.filter(member=merged)
    if lines.filter(collection__in=DuesLine.objects.filter(member=kept).values("collection")).exists():
        raise ValidationError(
            "Cả hai dòng đều có hội phí trong cùng một đợt nộp, nên chưa gộp được. Hãy lập đợt điều chỉnh trước."
        )
    move_rows(lines, kept, user=user, reason=reason)


def move_rows(rows, kept: Member, *, user, reason: str) -> None:
    """Point the rows of a queryset to the kept member, with their history."""
    keys = list(rows.values_list("pk", flat=True))
    moved = rows.model.objects.filter(pk__in=keys)
    moved.update(member=kept)
    record_bulk(moved, kind=CHANGED, user=user, reason=reason)


def move_spells(kept: Member, merged: Member, *, user, reason: str) -> None:
    moving, dropped = spells_after(kept, merged)
    for spell in dropped:
        because(spell, user=user, reason=reason).delete()
    move_rows(Membership.objects.filter(pk__in=[spell.pk for spell in moving]), kept, user=user, reason=reason)


def remember(kept: Member, merged: Member, *, user, reason: str) -> None:
    """Old addresses lead to the kept row; what was said about the merged one is gone with it."""
    for pair in DifferentPeople.objects.filter(Q(first=merged) | Q(second=merged)):
        because(pair, user=user, reason=reason).delete()
    chain = Merging.objects.filter(kept=merged)
    keys = list(chain.values_list("pk", flat=True))
    chain.update(kept=kept)
    record_bulk(Merging.objects.filter(pk__in=keys), kind=CHANGED, user=user, reason=reason)
    row = Merging(merged_id=merged.pk, kept=kept, merged_name=merged.full_name)
    because(row, user=user, reason=reason).save()


def settle(member: Member) -> None:
    """Branch and state follow the spells: the open one, else the last."""
    spells = list(member.memberships.select_related("organization"))
    if not spells:
        return
    last = max(spells, key=lambda spell: (spell.left_on is None, spell.left_on or date.min, spell.pk))
    member.organization, member.active = last.organization, last.left_on is None


@transaction.atomic
def tell_apart(*, one: Member, other: Member, user) -> DifferentPeople:
    """Remember that the two are two people; saying so again changes nothing."""
    first, second = sorted((one, other), key=lambda member: member.pk)
    found = DifferentPeople.objects.filter(first=first, second=second).first()
    if found is None:
        found = DifferentPeople(first=first, second=second)
        found.full_clean()
        because(found, user=user, reason="Không trùng").save()
    return found
