"""Terms of office: recording, correcting and prolonging them, and which come to an end."""

from calendar import monthrange
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from core.vietnamese import date_to_text
from members.models import Term
from members.officers import lock_unit

RECORDED, CORRECTED, PROLONGED = "Ghi nhiệm kỳ", "Sửa nhiệm kỳ", "Kéo dài nhiệm kỳ"
MONTHS_AHEAD = 6
DAYS_OF_A_MONTH = 30


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def renewal_horizon() -> date:
    """Terms whose last day is not later than this are told about."""
    return months_later(timezone.localdate(), MONTHS_AHEAD)


def time_in_words(last_day: date, today: date) -> str:
    """``còn 12 ngày``, ``còn 4 tháng``, ``hết hôm nay``, ``đã hết 2 năm 3 tháng``."""
    days = (last_day - today).days
    if days == 0:
        return "hết hôm nay"
    earlier, later = sorted([last_day, today])
    months = (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)
    if abs(days) <= 2 * DAYS_OF_A_MONTH or months < 2:
        length = f"{abs(days)} ngày"
    else:
        years, months = divmod(months, 12)
        length = " ".join([f"{years} năm"] * (years > 0) + [f"{months} tháng"] * (months > 0))
    return f"còn {length}" if days > 0 else f"đã hết {length}"


def state_of(term: Term, today: date) -> str:
    """over, ending (within the months that are told about), running or coming."""
    if term.final_day < today:
        return "over"
    if term.starts_on > today:
        return "coming"
    return "ending" if term.final_day <= months_later(today, MONTHS_AHEAD) else "running"


def check_facts(term: Term) -> None:
    """What the constraints of the model refuse, said beside the field that is wrong."""
    if Term.objects.filter(organization=term.organization_id, number=term.number).exclude(pk=term.pk).exists():
        raise ValidationError({"number": f"Đơn vị đã ghi khoá {term.number}. Hãy xem lại số của khoá."})
    if term.ends_on <= term.starts_on:
        raise ValidationError({"ends_on": "Nhiệm kỳ phải kết thúc sau khi bắt đầu. Hãy xem lại hai ngày."})
    if term.prolonged_to and term.prolonged_to <= term.ends_on:
        raise ValidationError({"prolonged_to": "Ngày kéo dài phải sau ngày kết thúc nhiệm kỳ."})


def check_apart(term: Term) -> None:
    """Refuse a term that has a day in common with another of the unit."""
    others = Term.objects.filter(organization=term.organization_id).exclude(pk=term.pk).with_last_day()
    other = others.filter(starts_on__lte=term.final_day, last_day__gte=term.starts_on).order_by("starts_on").first()
    if other is None:
        return
    span = f"{date_to_text(other.starts_on)} – {date_to_text(other.last_day)}"
    if term.prolonged_to and other.starts_on > term.ends_on:
        field, remedy = "prolonged_to", "Hãy kéo dài đến trước ngày đó."
    elif other.starts_on > term.starts_on:
        field, remedy = "ends_on", "Hãy cho nhiệm kỳ kết thúc trước ngày đó."
    else:
        field, remedy = "starts_on", "Hãy cho nhiệm kỳ bắt đầu sau ngày đó."
    raise ValidationError({field: f"Trùng thời gian với khoá {other.number} ({span}). {remedy}"})


@transaction.atomic
def save_term(*, term: Term, user, reason: str) -> Term:
    """Save a new or corrected term.

    Raises ValidationError for days out of order or common with another term of the unit, and outside its life.
    """
    unit = term.organization = lock_unit(term.organization_id)
    check_facts(term)
    term.full_clean()
    if unit.dissolved_on and term.starts_on > unit.dissolved_on:
        ended = date_to_text(unit.dissolved_on)
        raise ValidationError({"starts_on": f"“{unit.name}” chỉ hoạt động đến hết ngày {ended}."})
    check_apart(term)
    because(term, user=user, reason=reason).save()
    return term


@transaction.atomic
def prolong_term(*, term: Term, to: date, user, reason: str = PROLONGED) -> Term:
    """Let the term last until ``to``, which must be later than its last day by now."""
    lock_unit(term.organization_id)
    term = Term.objects.select_for_update().get(pk=term.pk)
    if to <= term.final_day:
        final = date_to_text(term.final_day)
        raise ValidationError({"prolonged_to": f"Nhiệm kỳ đã được ghi đến hết ngày {final}. Hãy nhập ngày sau đó."})
    term.prolonged_to = to
    return save_term(term=term, user=user, reason=reason)
