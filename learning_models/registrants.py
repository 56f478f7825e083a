"""What happens to a registrant apart from the years: facts put right, gone, moved to another unit."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from core.vietnamese import date_to_text
from learning_models.models import Registrant
from organizations.models import Organization

EDITED, LEFT, STAYS, MOVED = "Sửa thông tin", "Ghi đã rời đi", "Ghi vẫn còn", "Chuyển đơn vị"
FACTS = ("name", "address", "code", "people", "unit_kind", "rank", "member", "from_date")


def lock_registrant(registrant: Registrant) -> Registrant:
    """The row as it is now, kept from other writers.

    Without its unit: joined to it, PostgreSQL would miss a row that was moved while it was waited for. Its key stays
    open: a registration that somebody else is writing refers to it, and each would wait for the other.
    """
    return Registrant.objects.select_for_update(no_key=True).get(pk=registrant.pk)


def save_registrant(registrant: Registrant, *, user, reason: str) -> Registrant:
    # The constraints look at what is derived.
    registrant.derive()
    registrant.full_clean()
    because(registrant, user=user, reason=reason).save()
    return registrant


@transaction.atomic
def edit_registrant(*, registrant: Registrant, changes: dict, user, reason: str = "") -> Registrant:
    """Put facts (field → value, of FACTS) right.

    Raises ValidationError for a first day after a registration, and whatever the model refuses.
    """
    row = lock_registrant(registrant)
    for name in changes.keys() & set(FACTS):
        setattr(row, name, changes[name])
    first = row.registrations.order_by("registered_on").values_list("registered_on", flat=True).first()
    if row.from_date and first and row.from_date > first:
        raise ValidationError({"from_date": f"Đã đăng ký từ ngày {date_to_text(first)}, trước ngày này."})
    return save_registrant(row, user=user, reason=reason or EDITED)


@transaction.atomic
def leave_registrant(*, registrant: Registrant, to_date: date | None, user, reason: str = "") -> Registrant:
    """Write the last day on which the registrant is there; None: still there.

    Years and titles stay as they are. Raises ValidationError for a day to come or before a registration.
    """
    row = lock_registrant(registrant)
    if row.to_date == to_date:
        return row
    if to_date and to_date > timezone.localdate():
        raise ValidationError({"to_date": "Ngày này chưa đến. Hãy nhập ngày hôm nay hoặc trước đó."})
    last = row.registrations.order_by("registered_on").values_list("registered_on", flat=True).last()
    if to_date and last and to_date < last:
        raise ValidationError(
            {"to_date": f"“{row}” đăng ký ngày {date_to_text(last)}, sau ngày này. Hãy huỷ đăng ký trước."}
        )
    row.to_date = to_date
    return save_registrant(row, user=user, reason=reason or (LEFT if to_date else STAYS))


@transaction.atomic
def transfer_registrant(*, registrant: Registrant, destination: Organization, user, reason: str = MOVED) -> Registrant:
    """Move the registrant to another unit; the years before stay where they were registered.

    Raises ValidationError for the same unit, a dissolved one, and one that has this name or code already.
    """
    row = lock_registrant(registrant)
    if row.organization_id == destination.pk:
        raise ValidationError({"destination": "Đang ở đơn vị này."})
    if destination.is_dissolved:
        raise ValidationError({"destination": f"“{destination.name}” đã giải thể, không nhận thêm."})
    row.organization = destination
    return save_registrant(row, user=user, reason=reason or MOVED)
