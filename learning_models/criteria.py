"""A set of criteria in use is never changed: it is copied, the copy is edited, and takes over from a day on."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from learning_models.models import CriteriaSet

COPIED = "Sao từ bộ tiêu chí trước"
NAME_LENGTH = CriteriaSet._meta.get_field("name").max_length


@transaction.atomic
def copy_criteria_set(*, criteria_set: CriteriaSet, user, valid_from: date | None = None) -> CriteriaSet:
    """A set with the same criteria that takes over on ``valid_from`` (by default the first day of the next year).

    The old one ends the day before. Raises ValidationError where it ends earlier, begins later, or another set is
    valid then.
    """
    valid_from = valid_from or date(timezone.localdate().year + 1, 1, 1)
    old = CriteriaSet.objects.select_for_update().get(pk=criteria_set.pk)
    if (old.valid_from and valid_from <= old.valid_from) or (old.valid_to and old.valid_to < valid_from):
        raise ValidationError(f"“{old}” không có hiệu lực vào ngày {valid_from:%d/%m/%Y}. Hãy chọn bộ đang hiệu lực.")
    new = CriteriaSet(valid_from=valid_from, valid_to=old.valid_to, confirmed=False)
    for name in ("model", "act", "kind", "pass_mark", "validity_months", "note"):
        setattr(new, name, getattr(old, name))
    new.name = f"{old.name[: NAME_LENGTH - 15]} (từ {valid_from:%d/%m/%Y})"[:NAME_LENGTH]
    old.valid_to = valid_from - timedelta(days=1)
    because(old, user=user, reason=COPIED).save(update_fields=["valid_to"])
    new.full_clean()
    because(new, user=user, reason=COPIED).save()
    for part in (*old.criteria.all(), *old.pass_marks.all()):
        part.pk, part.criteria_set, part._state.adding = None, new, True
        because(part, user=user, reason=COPIED).save()
    return new
