"""What is said back and forth about a report while it is checked, and the saves that were already answered."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from organizations.scoping import ScopedQuerySet
from reports.models.indicators import Indicator
from reports.models.rounds import Narrative, Report


class RemarkQuerySet(ScopedQuerySet):
    scope_path = "report__organization"

    def waiting(self):
        """Remarks that returned something which was not handed in again yet."""
        return self.filter(is_return=True, closed_at=None)


class Remark(models.Model):
    """A sentence about one cell, one section or the whole report; ``is_return`` asks to set it right.

    Remarks about the same cell or section are one talk, in the order written.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="remarks", verbose_name="báo cáo")
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ tiêu"
    )
    section = models.CharField("mục", max_length=12, choices=Narrative.Section, blank=True)
    text = models.TextField("nội dung", max_length=2000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người viết"
    )
    written_at = models.DateTimeField("viết lúc", default=timezone.now)
    is_return = models.BooleanField("trả lại", default=False)
    closed_at = models.DateTimeField("xong lúc", null=True, blank=True)

    objects = RemarkQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "ý kiến"
        verbose_name_plural = "ý kiến"
        ordering = ["report", "written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator__isnull=True) | Q(section=""),
                name="remark_about_one_thing",
                violation_error_message="Một ý kiến chỉ nói về một ô hoặc một mục.",
            ),
        ]

    def __str__(self):
        return f"{self.report}: {self.text[:50]}"


class SavedEdit(models.Model):
    """The answer to a save, kept under the key that the device gave it: sent twice, it counts once."""

    key = models.UUIDField("mã lần ghi", unique=True)
    report = models.ForeignKey(Report, models.CASCADE, related_name="saved_edits", verbose_name="báo cáo")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi")
    answer = models.JSONField("trả lời")
    saved_at = models.DateTimeField("ghi lúc", default=timezone.now)

    class Meta:
        verbose_name = "lần ghi"
        verbose_name_plural = "lần ghi"
        ordering = ["-saved_at"]

    def __str__(self):
        return str(self.key)
