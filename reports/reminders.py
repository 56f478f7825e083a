"""Reminding secretaries by e-mail of reports that are not handed in."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from organizations.models import Appointment, Organization, Role
from reports.models import Report, SentReminder

Kind = SentReminder.Kind
NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


def missing_settings() -> list[str]:
    """The names of what the environment must still say before any mail can go out."""
    missing = ["EMAIL_URL"] if settings.EMAIL_BACKEND == NO_MAIL else []
    return missing + [name for name in ("SITE_URL", "DEFAULT_FROM_EMAIL") if not getattr(settings, name)]


@dataclass(frozen=True)
class Reminder:
    """One mail that is due: to whom, about which report, before or after its due date."""

    report: Report
    user: User
    kind: str
    due_on: date

    @property
    def days(self) -> int:
        """Days left, or days late."""
        return abs((self.due_on - timezone.localdate()).days)

    def message(self) -> EmailMessage:
        round_ = self.report.round
        above = self.report.parent.organization if self.report.parent else None
        context = {
            "reminder": self,
            "is_late": self.kind == Kind.AFTER,
            "organization": self.report.organization,
            "quarter": round_.quarter,
            "open_until": self.report.open_until if round_.is_closed else None,
            "above": above,
            "site": settings.SITE_URL,
        }
        what = f"Quá hạn nộp báo cáo {round_.quarter.label}" if context["is_late"] else self.coming()
        subject = " ".join(f"{what}: {self.report.organization.short_name}".split())
        return EmailMessage(subject, render_to_string("reports/mail/reminder.txt", context), to=[self.user.email])

    def coming(self) -> str:
        left = f"còn {self.days} ngày" if self.days else "hôm nay là ngày cuối"
        return f"Báo cáo {self.report.round.quarter.label}, {left}"


def due_reminders(*, before: int, after: int, until: int) -> tuple[list[Reminder], list[Organization]]:
    """The mails that are due today, and the units that have no secretary with an e-mail address.

    Before: the due date lies at most ``before`` days ahead. After: it passed at least ``after`` and at most ``until``
    days ago. One of each kind per report and person, ever; a closed round counts for units with an exception only.
    """
    waiting = list(waiting_reports(before=before, after=after, until=until))
    people = secretaries({report.organization_id for report, _, _ in waiting})
    sent = set(
        SentReminder.objects.filter(report__in=[report for report, _, _ in waiting]).values_list(
            "report", "user", "kind"
        )
    )
    reminders, unreachable = [], []
    for report, kind, due_on in waiting:
        users = people[report.organization_id]
        if not users:
            unreachable.append(report.organization)
        reminders += [Reminder(report, user, kind, due_on) for user in users if (report.pk, user.pk, kind) not in sent]
    return reminders, unreachable


def waiting_reports(*, before: int, after: int, until: int):
    """(report, kind, due date) of each report that is to be reminded of today; one query."""
    today = timezone.localdate()
    taken = Q(round__closed_at=None) | Q(open_until__gte=today)
    reports = Report.objects.filter(taken, status__in=Report.EDITABLE)
    related = ["round", "organization", "parent__organization"]
    for report in reports.select_related(*related).order_by("round", "organization"):
        due_on = report.round.due_of(report.organization.level)
        if today <= due_on <= today + timedelta(days=before):
            yield report, Kind.BEFORE, due_on
        elif today - timedelta(days=until) <= due_on <= today - timedelta(days=after):
            yield report, Kind.AFTER, due_on


def secretaries(organization_ids: set[int]) -> dict[int, list[User]]:
    """Unit → those appointed as its secretary today who have an e-mail address and may sign in; one query."""
    appointed = Appointment.objects.in_force().filter(role=Role.SECRETARY, organization__in=organization_ids)
    reachable = appointed.filter(user__is_active=True).exclude(user__email="")
    people = defaultdict(list)
    for appointment in reachable.select_related("user").order_by("organization", "user"):
        if appointment.user not in people[appointment.organization_id]:
            people[appointment.organization_id].append(appointment.user)
    return people


def send_reminder(reminder: Reminder) -> str | None:
    """Send one mail and mark it as sent; answers why it could not be sent, and marks nothing then."""
    try:
        reminder.message().send()
    except (SMTPException, OSError, ValueError) as error:
        return f"{reminder.user.email}: {error}"
    SentReminder.objects.get_or_create(report=reminder.report, user=reminder.user, kind=reminder.kind)
    return None
