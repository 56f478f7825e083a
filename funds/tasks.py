"""What a person has to do about funds and awards at the units where they are appointed: months to close, nominations to
decide about or to pass on, awards to hand over, dues to book."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from core.numbers import number_to_text
from funds.closing import month_end
from funds.models import Award, Entry, Fund, Programme
from funds.permissions import ADD_ENTRY, APPROVE, CLOSE, NOMINATE, PAY, VIEW_DUES
from members.models import DuesCollection
from organizations.domains import own_domains
from organizations.models import Organization
from organizations.scoping import holds

DUE, WAITING = "draft", "submitted"


@dataclass(frozen=True)
class FundTask:
    """One thing to do; ``state`` is submitted (waits to be approved) or draft (due)."""

    state: str
    title: str
    words: str
    url: str
    action: str


def fund_tasks(user) -> list[FundTask]:
    """What waits to be approved first; a number of queries that does not grow."""
    places = {name: places_of(user, name) for name in (APPROVE, PAY, NOMINATE, ADD_ENTRY, CLOSE)}
    awards = award_groups(user, places)
    programmes = Programme.objects.in_bulk({key for groups in awards.values() for key, _ in groups})
    tasks = []
    for step, groups in awards.items():
        tasks += [award_task(step, programmes[key], number) for key, number in groups]
    return [*tasks, *dues_tasks(user, places[ADD_ENTRY]), *closing_tasks(places[CLOSE])]


def places_of(user, permission: str) -> list[int]:
    """Keys of the units at which the person is appointed and holds the permission; units below do their own work."""
    if not holds(user, permission):
        return []
    places = Organization.objects.working_places(user).allowed(user, permission)
    return list(places.order_by().values_list("pk", flat=True))


def award_groups(user, places: dict[str, list[int]]) -> dict[str, list[tuple[int, int]]]:
    """Step → (key of the programme, how many wait for it); one query each."""
    waiting = Award.objects.filter(state=Award.State.NOMINATED)
    # Whoever nominated or approved once already is not the one it waits for.
    others = waiting.exclude(nominated_by=user).exclude(first_approved_by=user)
    rows = {
        "approve": others.filter(at__in=places[APPROVE], organization=F("at")),
        "pay": Award.objects.filter(state=Award.State.APPROVED, organization__in=places[PAY]),
        "pass_on": waiting.filter(at__in=places[NOMINATE]).exclude(organization=F("at")),
    }
    return {
        step: list(found.order_by("programme").values_list("programme").annotate(Count("pk")))
        for step, found in rows.items()
    }


WORDS = {
    "approve": ("đề cử chờ duyệt", "Hai người khác nhau duyệt, không kể người đề cử.", "Xem và duyệt"),
    "pay": ("người đã duyệt, chưa trao", "Trao xong thì ghi một lần, sổ quỹ có chứng từ chi.", "Trao và chi tiền"),
    "pass_on": ("đề cử đang ở đơn vị", "Chọn rồi chuyển lên cấp trên để xét.", "Xem đề cử"),
}


def award_task(step: str, programme: Programme, number: int) -> FundTask:
    noun, words, action = WORDS[step]
    page = "awards:hand_over" if step == "pay" else "awards:programme_detail"
    return FundTask(
        state=WAITING if step == "approve" else DUE,
        title=f"{number_to_text(number)} {noun}: {programme}",
        words=words,
        url=reverse(page, args=[programme.pk]),
        action=action,
    )


def dues_tasks(user, places: list[int]) -> Iterator[FundTask]:
    """Dues of the unit and of what lies under no reporting unit below it, where the unit has a fund."""
    funds: dict[int, Fund] = {}
    for fund in Fund.objects.filter(organization__in=places, closed_on=None).order_by("pk"):
        funds.setdefault(fund.organization_id, fund)
    if not funds:
        return
    domains = own_domains(Organization.objects.filter(pk__in=funds))
    reach = DuesCollection.objects.allowed(user, VIEW_DUES) if holds(user, VIEW_DUES) else DuesCollection.objects.none()
    inside = {pk for members in domains.values() for pk in members}
    rows = reach.unbooked().filter(organization__in=inside).order_by().values_list("organization")
    numbers: dict[int, int] = defaultdict(int, dict(rows.annotate(Count("pk"))))
    for unit, fund in funds.items():
        if number := sum(numbers[pk] for pk in domains[unit]):
            yield FundTask(
                state=DUE,
                title=f"{number_to_text(number)} đợt nộp hội phí chưa vào sổ quỹ",
                words=f"Đã chốt ở phần Hội phí; ghi vào “{fund.name}” một lần cho mỗi đợt.",
                url=reverse("funds:dues_book", args=[fund.code]),
                action="Ghi hội phí",
            )


def closing_tasks(places: list[int]) -> Iterator[FundTask]:
    """One for each fund with entries whose last month is not closed."""
    today = timezone.localdate()
    in_force = Q(closings__reopened_at__isnull=True)
    funds = Fund.objects.filter(
        Exists(Entry.objects.filter(fund=OuterRef("pk"))), organization__in=places, closed_on=None
    )
    for fund in funds.annotate(closed=Max("closings__last_day", filter=in_force)).order_by("pk"):
        first = month_end(fund.closed + timedelta(days=1) if fund.closed else fund.opened_on)
        if (number := months_between(first, today)) > 0:
            more = f"Còn {number_to_text(number)} tháng chưa khóa, khóa lần lượt từ tháng này." if number > 1 else ""
            yield FundTask(
                state=DUE,
                title=f"Khóa sổ tháng {first.month}/{first.year}: {fund.name}",
                words=more or "Tháng đã hết: đếm tiền, so với sổ rồi khóa.",
                url=reverse("funds:month_close", args=[fund.code]),
                action="Khóa sổ",
            )


def months_between(first: date, today: date) -> int:
    """How many whole months there are from that of ``first`` to the one before today's."""
    return (today.year - first.year) * 12 + today.month - first.month
