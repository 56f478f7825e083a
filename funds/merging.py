"""Two rows of one donor or recipient become one. Entries stay as they are sealed and are counted for the kept row."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from core.history import CHANGED, because, record_bulk
from funds.models import Award, DifferentParties, Party, Pledge

# What is chosen field by field.
FIELDS = ["name", "kind", "address", "phone", "anonymous", "consents_on"]


def differing_fields(kept: Party, merged: Party) -> list[str]:
    """The fields in which the two rows say different things."""
    return [field for field in FIELDS if getattr(kept, field) != getattr(merged, field)]


def preferred(kept: Party, merged: Party, field: str) -> bool:
    """Whether the other row's value is the better suggestion: where the kept one says nothing, and where somebody does
    not want to be named.
    """
    if field == "consents_on" and (kept.anonymous or merged.anonymous):
        return kept.consents_on is not None
    return getattr(kept, field) in (None, "", False) and getattr(merged, field) not in (None, "", False)


@transaction.atomic
def merge_parties(*, kept: Party, merged: Party, take: set[str], user) -> Party:
    """Put ``merged`` into ``kept``: the fields in ``take`` are the merged row's, the others stay.

    Pledges and awards go over; entries, which never change, still name the merged row, and sums follow
    ``merged_into``, which always names the last one. Raises ValidationError for one and the same row, rows of two
    units, rows that went into another one or lost their name, and fields that are none.
    """
    if kept.pk == merged.pk:
        raise ValidationError("Hãy chọn hai dòng khác nhau.")
    if unknown := take - set(FIELDS):
        raise ValidationError(f"Không có mục {', '.join(sorted(unknown))}.")
    locked = {
        row.pk: row for row in Party.objects.select_for_update().filter(pk__in=(kept.pk, merged.pk)).order_by("pk")
    }
    kept, merged = locked[kept.pk], locked[merged.pk]
    check_mergeable(kept, merged)
    reason = f"Gộp dòng {merged.pk} vào dòng {kept.pk}"
    move_rows(Pledge.objects.filter(party=merged), "party", kept, user=user, reason=reason)
    move_rows(Award.objects.filter(recipient=merged), "recipient", kept, user=user, reason=reason)
    move_rows(Party.objects.filter(merged_into=merged), "merged_into", kept, user=user, reason=reason)
    for pair in DifferentParties.objects.filter(Q(first=merged) | Q(second=merged)):
        because(pair, user=user, reason=reason).delete()
    merged.merged_into = kept
    because(merged, user=user, reason=reason).save(update_fields=["merged_into"])
    for field in take:
        setattr(kept, field, getattr(merged, field))
    if kept.anonymous:
        kept.consents_on = None
    kept.full_clean()
    because(kept, user=user, reason=reason).save()
    return kept


def check_mergeable(kept: Party, merged: Party) -> None:
    if kept.organization_id != merged.organization_id:
        raise ValidationError("Hai dòng ở sổ của hai đơn vị: mỗi đơn vị giữ dòng của mình, không gộp.")
    for row in (kept, merged):
        if row.merged_into_id or row.anonymised_at:
            raise ValidationError(f"Dòng “{row.name}” đã gộp hoặc đã xóa tên trước đó.")


def move_rows(rows, field: str, kept: Party, *, user, reason: str) -> None:
    """Point the rows of a queryset to the kept one, with their history."""
    keys = list(rows.values_list("pk", flat=True))
    moved = rows.model.objects.filter(pk__in=keys)
    moved.update(**{field: kept})
    record_bulk(moved, kind=CHANGED, user=user, reason=reason)


@transaction.atomic
def tell_apart(*, one: Party, other: Party, user) -> DifferentParties:
    """Remember that the two are two; saying so again changes nothing."""
    keys = (one.pk, other.pk)
    first, second = Party.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    found = DifferentParties.objects.filter(first=first, second=second).first()
    if found is None:
        found = DifferentParties(first=first, second=second)
        found.full_clean()
        because(found, user=user, reason="Không trùng").save()
    return found
