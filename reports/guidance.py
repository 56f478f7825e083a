"""What the units above tell: who still has to read it, and who has."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.attachments import random_name, tidy_name
from core.history import because
from core.periods import Quarter
from organizations.models import Appointment, Organization
from reports.models import Guidance, GuidanceReading


def unread_guidance(user, organization: Organization | None):
    """Guidance for a unit, of itself and of all units above, that the user has not read; the newest first.

    A queryset with the publishing organization read; empty without a unit.
    """
    if organization is None:
        return Guidance.objects.none()
    place = Organization.objects.filter(pk=organization.pk)
    shown = Guidance.objects.shown_at(place).unread(user)
    return shown.select_related("organization").order_by("-published_at", "-pk")


@transaction.atomic
def publish_guidance(
    *, organization: Organization, title: str, text: str, user, quarter: Quarter | None = None, file=None
) -> Guidance:
    """Tell the people of a unit and of everything below it; the file was checked and gets a random name."""
    guidance = Guidance(organization=organization, title=title, text=text, quarter=quarter, author=user)
    if file:
        guidance.file_name = tidy_name(file.name)
        guidance.file.save(random_name(file.name), file, save=False)
    because(guidance, user=user, reason="Gửi hướng dẫn").save()
    return guidance


@transaction.atomic
def withdraw_guidance(*, guidance: Guidance, user) -> Guidance:
    """Take it from its readers' sight; it stays for those who answer for it. Raises ValidationError the second time."""
    guidance = Guidance.objects.select_for_update().get(pk=guidance.pk)
    if guidance.is_withdrawn:
        raise ValidationError("Hướng dẫn này đã rút rồi.")
    guidance.withdrawn_at = timezone.now()
    because(guidance, user=user, reason="Rút hướng dẫn").save()
    return guidance


def mark_read(guidance: Guidance, user) -> None:
    """The first time counts."""
    GuidanceReading.objects.get_or_create(guidance=guidance, user=user)


def units_below(guidance: Guidance):
    """The living units below that report: of each, somebody ought to read it."""
    place = Organization.objects.filter(pk=guidance.organization_id)
    return Organization.objects.within(place).exclude(pk__in=place).alive().filter(reports_quarterly=True)


def units_without_reader(guidance: Guidance):
    """Those of them where nobody who is appointed today has read it."""
    readers = GuidanceReading.objects.filter(guidance=guidance).values("user")
    read = Appointment.objects.in_force().filter(user__in=readers, organization=OuterRef("pk"))
    return units_below(guidance).filter(~Exists(read))


@dataclass(frozen=True)
class Reader:
    """Somebody who has read a guidance, with the units below it where they work today."""

    reading: GuidanceReading
    units: list[Organization]


def readers_of(guidance: Guidance, limit: int) -> list[Reader]:
    """The latest readers, at most ``limit``; two queries."""
    readings = list(guidance.readings.select_related("user")[:limit])
    place = Organization.objects.filter(pk=guidance.organization_id)
    within = Organization.objects.within(place).order_by().values("pk")
    appointed = Appointment.objects.in_force().filter(
        user__in=[reading.user_id for reading in readings], organization__in=within
    )
    units: dict[int, dict[int, Organization]] = {}
    for appointment in appointed.select_related("organization").order_by("organization"):
        units.setdefault(appointment.user_id, {})[appointment.organization_id] = appointment.organization
    return [Reader(reading, list(units.get(reading.user_id, {}).values())) for reading in readings]
