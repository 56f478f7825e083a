"""What the level above tells its units about the reporting, who has read it, and the reminders that were sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from core.models import QuarterField
from organizations.models import Appointment, Organization
from organizations.scoping import ScopedQuerySet
from reports.models.rounds import Report


class GuidanceQuerySet(ScopedQuerySet):
    def published(self):
        return self.filter(withdrawn_at=None)

    def shown_at(self, units):
        """What the given organizations see: published by themselves or by a unit above them, in today's tree."""
        return self.published().filter(organization__in=Organization.objects.enclosing(units).order_by().values("pk"))

    def addressed_to(self, user):
        """What the user is to read: where they are appointed, and above. An administrator reads everything."""
        if user.is_superuser:
            return self.published()
        appointed = Appointment.objects.granting(user, "reports.view_report")
        return self.shown_at(Organization.objects.filter(appointments__in=appointed))

    def visible(self, user):
        """What is addressed to the user, and all that they answer for, withdrawn or not."""
        theirs = self.allowed(user, "reports.change_guidance").order_by().values("pk")
        return self.filter(Q(pk__in=self.addressed_to(user).order_by().values("pk")) | Q(pk__in=theirs))

    def unread(self, user):
        """Not read by the user, and not written by them."""
        return self.exclude(author=user).exclude(readings__user=user)


class Guidance(models.Model):
    """A short text with or without a file, for the people of a unit and of everything below it."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="guidance", verbose_name="đơn vị hướng dẫn"
    )
    quarter = QuarterField("quý", null=True, blank=True)
    title = models.CharField("tiêu đề", max_length=200)
    text = models.TextField("nội dung", max_length=5000)
    file = models.FileField("tệp kèm theo", upload_to="guidance/", blank=True)
    file_name = models.CharField("tên tệp", max_length=200, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người viết"
    )
    published_at = models.DateTimeField("đăng lúc", default=timezone.now)
    withdrawn_at = models.DateTimeField("rút lúc", null=True, blank=True)

    objects = GuidanceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "hướng dẫn"
        verbose_name_plural = "hướng dẫn"
        ordering = ["-published_at"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("reports:guidance_detail", args=[self.pk])

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class GuidanceReading(models.Model):
    """Who has read a guidance, and when first."""

    guidance = models.ForeignKey(Guidance, models.CASCADE, related_name="readings", verbose_name="hướng dẫn")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="người đọc")
    read_at = models.DateTimeField("đọc lúc", default=timezone.now)

    class Meta:
        verbose_name = "lượt đọc hướng dẫn"
        verbose_name_plural = "lượt đọc hướng dẫn"
        ordering = ["-read_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["guidance", "user"], name="reading_once", violation_error_message="Đã đọc hướng dẫn này."
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.guidance}"


class SentReminder(models.Model):
    """An e-mail that reminded somebody of a report, so that none is sent twice."""

    class Kind(models.TextChoices):
        BEFORE = "before", "trước hạn"
        AFTER = "after", "quá hạn"

    report = models.ForeignKey(Report, models.CASCADE, related_name="reminders", verbose_name="báo cáo")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="người nhận")
    kind = models.CharField("loại", max_length=6, choices=Kind)
    sent_at = models.DateTimeField("gửi lúc", default=timezone.now)

    class Meta:
        verbose_name = "thư nhắc"
        verbose_name_plural = "thư nhắc"
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "user", "kind"], name="reminder_once", violation_error_message="Đã nhắc rồi."
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.report}, {self.get_kind_display()}"
