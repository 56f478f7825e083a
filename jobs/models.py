"""Long work that a web page cannot wait for: what was asked, how far it is, and what came of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

# A worker writes its heartbeat every second; on SQLite it may wait half a minute behind a large import.
STALE_AFTER = timedelta(seconds=60)


class JobQuerySet(models.QuerySet):
    def open(self):
        """Jobs that wait or run."""
        return self.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])

    def due(self, stale_after: timedelta = STALE_AFTER):
        """Jobs that a worker may take: queued ones, and those whose worker has gone silent."""
        silent = Q(status=Job.Status.RUNNING, heartbeat_at__lt=timezone.now() - stale_after)
        return self.filter(Q(status=Job.Status.QUEUED) | silent).order_by("pk")


class Job(models.Model):
    """``kind`` names a handler (`jobs.registry`); the row is its own record of what happened."""

    class Status(models.TextChoices):
        QUEUED = "queued", "đang chờ"
        RUNNING = "running", "đang chạy"
        DONE = "done", "đã xong"
        FAILED = "failed", "không xong"

    kind = models.CharField("loại việc", max_length=60)
    arguments = models.JSONField("tham số", default=dict, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người yêu cầu"
    )
    status = models.CharField("trạng thái", max_length=7, choices=Status, default=Status.QUEUED)
    done = models.PositiveIntegerField("đã làm", default=0)
    total = models.PositiveIntegerField("tổng số", null=True, blank=True)
    message = models.CharField("lời nhắn", max_length=500, blank=True)
    result = models.JSONField("kết quả", default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField("số lần chạy", default=0)
    created_at = models.DateTimeField("yêu cầu lúc", default=timezone.now)
    started_at = models.DateTimeField("bắt đầu lúc", null=True, blank=True)
    heartbeat_at = models.DateTimeField("còn chạy lúc", null=True, blank=True)
    finished_at = models.DateTimeField("kết thúc lúc", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "việc chạy nền"
        verbose_name_plural = "việc chạy nền"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["status", "id"], name="job_open", condition=Q(status__in=["queued", "running"]))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running", "done", "failed"]),
                name="job_known_status",
                violation_error_message="Trạng thái không có trong danh mục.",
            )
        ]

    def __str__(self):
        return f"{self.kind} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    @property
    def is_unattended(self) -> bool:
        """Whether it has waited so long that no worker can be running."""
        seen = self.heartbeat_at or self.created_at
        return self.is_open and seen < timezone.now() - STALE_AFTER

    @property
    def per_cent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None
