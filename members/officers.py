"""Who holds which post: recording, correcting, ending and striking out posts, one transaction each.

Every function locks the unit first, so that two people cannot each put a chair into the same unit.
"""

from collections.abc import Collection
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.history import because
from core.vietnamese import date_to_text
from members.models import BRANCH_POSTS, SINGLE_POSTS, Member, Officer, OutsidePost, Post
from organizations.models import Form, Organization

RECORDED, CORRECTED, ENDED = "Ghi chức vụ", "Sửa thông tin chức vụ", "Thôi giữ chức"
FARTHEST_AHEAD = timedelta(days=366)


def posts_of(member: Member, user):
    """All posts that a member holds or held, the newest first, as far as the user may see them."""
    posts = Officer.objects.allowed(user, "members.view_officer").filter(member=member)
    return posts.select_related("organization", "term").prefetch_related("outside_posts").newest_first()


def is_unusual(post: str, organization: Organization) -> bool:
    """A chi hội's post in a hội, or the other way round: worth a warning, though some places do it."""
    return (post in BRANCH_POSTS) == (organization.form == Form.HOI)


def unusual_words(post: str, organization: Organization) -> str:
    return (
        f"“{Post(post).label}” không phải chức danh thường có ở {Form(organization.form).label}. "
        f"Hãy xem lại chức vụ nếu ghi nhầm cho “{organization.name}”."
    )


def dates_fault(
    organization: Organization, from_date: date | None, to_date: date | None, *, today: date
) -> tuple[str, str] | None:
    """The field and the sentence of what is wrong with the days of a post in the unit, or None."""
    if from_date and to_date and to_date < from_date:
        return "to_date", "Ngày thôi giữ chức phải từ ngày bắt đầu trở đi."
    for field, day in (("from_date", from_date), ("to_date", to_date)):
        if day is None:
            continue
        if day > today + FARTHEST_AHEAD:
            return field, "Ngày này còn hơn một năm nữa mới đến. Hãy kiểm tra lại năm."
        if organization.established_on and day < organization.established_on:
            founded = date_to_text(organization.established_on)
            return field, f"“{organization.name}” thành lập ngày {founded}, sau ngày này."
        if organization.dissolved_on and day > organization.dissolved_on:
            ended = date_to_text(organization.dissolved_on)
            return field, f"“{organization.name}” chỉ hoạt động đến hết ngày {ended}."
    if to_date is None and organization.is_dissolved:
        ended = date_to_text(organization.dissolved_on)
        return "to_date", f"“{organization.name}” đã giải thể. Hãy ghi ngày thôi giữ chức, muộn nhất là {ended}."
    return None


def find_rivals(officer: Officer):
    """Other rows of the unit that cannot stand beside this one: a single post held twice, or one person twice."""
    rivals = Officer.objects.filter(organization=officer.organization_id, post=officer.post).exclude(pk=officer.pk)
    rivals = rivals.overlapping(officer.from_date, officer.to_date).newest_first()
    return rivals if officer.post in SINGLE_POSTS else rivals.of_person(officer)


def held_words(rival: Officer) -> str:
    """``ông/bà Lò Thị Hà đang giữ chức Chủ tịch từ 01/02/2020``, for a message."""
    since = f" từ {date_to_text(rival.from_date)}" if rival.from_date else ""
    until = f" đến hết {date_to_text(rival.to_date)}" if rival.to_date else ""
    verb = "giữ" if until else "đang giữ"
    return f"ông/bà {rival.full_name} {verb} chức {rival.get_post_display()}{since}{until}"


def may_give_way(rival: Officer, officer: Officer) -> bool:
    """Whether ending the rival the day before the officer begins puts things in order."""
    begins = officer.from_date
    return begins is not None and (rival.from_date is None or rival.from_date < begins)


def clear_the_way(officer: Officer, *, give_way: Collection[int], user) -> None:
    """Refuse a post that is held already, except by those in ``give_way``, whose posts end the day before.

    Nobody's post is ended unasked.
    """
    rivals = list(find_rivals(officer))
    staying = [rival for rival in rivals if rival.pk not in give_way or not may_give_way(rival, officer)]
    if staying:
        held = "; ".join(held_words(rival) for rival in staying[:3])
        raise ValidationError({"post": f"Trong thời gian này {held}. Hãy ghi ngày thôi giữ chức của người trước."})
    for rival in rivals:
        rival.to_date = officer.from_date - timedelta(days=1)
        because(rival, user=user, reason=f"{ENDED}: có người kế nhiệm").save()


def lock_unit(organization_id: int) -> Organization:
    """The unit as it is now; other writers of its officers and terms wait until the transaction ends."""
    return Organization.objects.select_for_update().get(pk=organization_id)


@transaction.atomic
def save_post(
    *, officer: Officer, outside: dict[str, str] | None, user, reason: str, give_way: Collection[int] = ()
) -> Officer:
    """Save a new or corrected post; ``outside`` (kind → title) replaces the posts outside the association.

    ``give_way`` names the posts that the user agreed to end for this one.

    Raises ValidationError for days out of order, too far ahead or out of the unit's life, and for a post that
    another person, or the same person in another row, holds in that time.
    """
    officer.organization = lock_unit(officer.organization_id)
    if fault := dates_fault(officer.organization, officer.from_date, officer.to_date, today=timezone.localdate()):
        raise ValidationError(dict([fault]))
    if officer.term_id and officer.term.organization_id != officer.organization_id:
        raise ValidationError({"term": "Nhiệm kỳ này là của đơn vị khác."})
    officer.derive()
    officer.full_clean()
    clear_the_way(officer, give_way=give_way, user=user)
    because(officer, user=user, reason=reason).save()
    if outside is not None:
        replace_outside_posts(officer, outside, user=user, reason=reason)
    return officer


def replace_outside_posts(officer: Officer, outside: dict[str, str], *, user, reason: str) -> None:
    """Bring the posts outside to ``outside`` (kind → title); what did not change keeps its row and its history."""
    stored = {each.kind: each for each in officer.outside_posts.all()}
    for kind, row in stored.items():
        if kind not in outside:
            because(row, user=user, reason=reason).delete()
    for kind, title in outside.items():
        row = stored.get(kind)
        if row is None:
            row = OutsidePost(officer=officer, kind=kind)
        elif row.title == title:
            continue
        row.title = title
        row.full_clean()
        because(row, user=user, reason=reason).save()


@transaction.atomic
def end_post(*, officer: Officer, to_date: date, user, reason: str = ENDED) -> Officer:
    """Note the last day of a post; the row stays in the list of former officers.

    Raises ValidationError for a post that has ended and for a day before it began or out of the unit's life.
    """
    unit = lock_unit(officer.organization_id)
    officer = Officer.objects.select_for_update().get(pk=officer.pk)
    if officer.to_date is not None:
        ended = date_to_text(officer.to_date)
        raise ValidationError({"to_date": f"Chức vụ này đã được ghi là thôi từ hết ngày {ended}."})
    if fault := dates_fault(unit, officer.from_date, to_date, today=timezone.localdate()):
        raise ValidationError({"to_date": fault[1]})
    officer.to_date = to_date
    because(officer, user=user, reason=reason).save()
    return officer


@transaction.atomic
def delete_post(*, officer: Officer, user, reason: str) -> None:
    """Strike out a row that was recorded by mistake; its history stays, with the reason."""
    lock_unit(officer.organization_id)
    for row in officer.outside_posts.all():
        because(row, user=user, reason=reason).delete()
    because(officer, user=user, reason=reason).delete()
