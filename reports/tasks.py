"""What a person has to do about reports: due, returned, overdue, waiting for acceptance; nothing else."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from core.numbers import number_to_text
from core.vietnamese import date_to_text
from organizations.models import Organization
from reports.models import Remark, Report

ENTER, ACCEPT = "reports.change_figure", "reports.accept_report"
RETURNED, OVERDUE, DUE, WAITING = "returned", "overdue", "draft", "submitted"
ORDER = {RETURNED: 0, OVERDUE: 1, WAITING: 2, DUE: 3}
REMARKS_SHOWN = 3


@dataclass(frozen=True)
class Task:
    """One thing to do; ``state`` is returned, overdue, draft (due) or submitted (waits for me)."""

    state: str
    title: str
    words: str
    url: str
    action: str
    day: date
    remarks: list[str] = field(default_factory=list)
    note: str = ""
    note_url: str = ""


def tasks_for(user) -> list[Task]:
    """The person's tasks at the units where they are appointed, the most urgent first; a fixed number of queries."""
    places = Organization.objects.working_places(user)
    enters = set(places.allowed(user, ENTER).values_list("pk", flat=True))
    tasks = [*entering_tasks(enters), *reviewing_tasks(user)]
    return sorted(tasks, key=lambda task: (ORDER[task.state], task.day, task.title))


def entering_tasks(places: set[int]) -> list[Task]:
    """Reports of these units that are to be filled in, where that is still possible."""
    reports = (
        Report.objects.filter(organization__in=places, status__in=Report.EDITABLE)
        .filter(Q(round__closed_at=None) | Q(open_until__gte=timezone.localdate()))
        .select_related("round", "organization")
        .annotate(below=Count("children"), handed_in=Count("children", filter=Q(children__status__in=Report.HANDED_IN)))
    )
    remarks = defaultdict(list)
    for remark in Remark.objects.filter(report__in=reports).waiting().select_related("indicator").order_by("pk"):
        about = f"{remark.indicator.label}: " if remark.indicator else ""
        remarks[remark.report_id].append(about + remark.text)
    is_only = len({report.organization_id for report in reports}) < 2
    return [entering_task(report, remarks[report.pk], is_only=is_only) for report in reports]


def entering_task(report: Report, remarks: list[str], *, is_only: bool) -> Task:
    quarter, today = report.round.quarter, timezone.localdate()
    due_on = report.round.due_of(report.organization.level)
    if report.round.is_closed:
        due_on = report.open_until
    left = (due_on - today).days
    state = DUE if left >= 0 else OVERDUE
    words = f"Hạn nộp {date_to_text(due_on)}"
    words += (
        f", còn {left} ngày."
        if left > 0
        else ", hôm nay là ngày cuối."
        if left == 0
        else f", quá {number_to_text(-left)} ngày."
    )
    if report.status == Report.Status.RETURNED:
        state = RETURNED
        words = f"Cấp trên trả lại {len(remarks)} chỗ. {words}"
    note = note_url = ""
    if report.below:
        note = f"{report.handed_in}/{report.below} đơn vị trực thuộc đã nộp"
        note_url = reverse("reports:late_list", args=[report.organization.code, quarter.code])
    more = [f"và {len(remarks) - REMARKS_SHOWN} ý kiến khác"] if len(remarks) > REMARKS_SHOWN else []
    return Task(
        state=state,
        title=f"Báo cáo {quarter.label}" + ("" if is_only else f", {report.organization.name}"),
        words=words,
        url=report.get_absolute_url(),
        action="Sửa báo cáo" if state == RETURNED else "Nhập báo cáo",
        day=due_on,
        remarks=remarks[:REMARKS_SHOWN] + more,
        note=note,
        note_url=note_url,
    )


def left_in_words(days: int) -> str:
    if days == 0:
        return "hôm nay là ngày cuối"
    return f"còn {days} ngày" if days > 0 else f"quá {number_to_text(-days)} ngày"


def reviewing_tasks(user) -> list[Task]:
    """One task per open round with reports that wait for the person, and one for all closed rounds together."""
    waiting = Report.objects.waiting_for(user).order_by()
    counted = waiting.values("round__quarter", "round__closed_at").annotate(number=Count("pk"))
    numbers = Counter({row["round__quarter"]: row["number"] for row in counted if not row["round__closed_at"]})
    closed = {row["round__quarter"]: row["number"] for row in counted if row["round__closed_at"]}
    address = reverse("reports:review_list")
    tasks = [
        Task(
            state=WAITING,
            title=f"{number} báo cáo {quarter.label} chờ duyệt",
            words="Xem chỗ khác so với quý trước, trả lại hoặc duyệt.",
            url=address,
            action="Xem và duyệt",
            day=quarter.last_day,
        )
        for quarter, number in numbers.items()
    ]
    if closed:
        tasks.append(
            Task(
                state=WAITING,
                title=f"{sum(closed.values())} báo cáo của các kỳ đã đóng chờ duyệt",
                words="Các kỳ này không nhận thêm số liệu, nhưng vẫn cần được duyệt.",
                url=f"{address}?closed=1",
                action="Xem và duyệt",
                # After the rounds that people still work on.
                day=date.max,
            )
        )
    return tasks
