"""Files that were brought in: what each held, and what became of it."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from core.sheets import Mode
from jobs.models import Job
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet
from spreadsheets.export_log import ExportLog, ExportLogQuerySet
from spreadsheets.kinds import all_kinds

__all__ = ["ExportLog", "ExportLogQuerySet", "ImportBatch", "ImportBatchQuerySet"]


def random_path(instance, name: str) -> str:
    """A name that cannot be guessed; the user's own name for the file stands in ``original_name``."""
    ending = ".xlsx" if name.lower().endswith(".xlsx") else ".csv"
    return f"spreadsheets/{timezone.localdate():%Y/%m}/{uuid4().hex}{ending}"


class ImportBatchQuerySet(ScopedQuerySet):
    def allowed(self, user, permission: str):
        """The user's own batches, and those of units where they hold it and may import the same kind."""
        if user.is_superuser:
            return self.all()
        at_units = Organization.objects.allowed(user, permission).order_by().values("pk")
        reachable = Q(user=user)
        for code, kind in all_kinds().items():
            same_kind = Organization.objects.allowed(user, kind.permission).order_by().values("pk")
            reachable |= Q(kind=code, organization__in=at_units) & Q(organization__in=same_kind)
        return self.filter(reachable)


class ImportBatch(models.Model):
    """One uploaded file: checked, then applied or not. ``organization`` empty means the user's whole scope."""

    class Status(models.TextChoices):
        WAITING = "waiting", "đang chờ kiểm tra"
        UNMAPPED = "unmapped", "chưa chọn cột"
        CHECKED = "checked", "đã kiểm tra, chưa ghi"
        APPLIED = "applied", "đã ghi vào sổ"
        REFUSED = "refused", "không có dòng nào nhận được"
        FAILED = "failed", "không ghi được"
        UNDONE = "undone", "đã hoàn tác"

    kind = models.CharField("loại bảng", max_length=40)
    file = models.FileField("tệp", upload_to=random_path, max_length=200)
    refused_file = models.FileField("các dòng bị từ chối", upload_to=random_path, max_length=200, blank=True)
    original_name = models.CharField("tên tệp", max_length=200)
    sha256 = models.CharField("mã kiểm tra", max_length=64)
    fingerprint = models.CharField("dấu của kết quả kiểm tra", max_length=64, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người nhập")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="chỉ trong đơn vị"
    )
    mode = models.CharField("với dòng đã có", max_length=6, choices=Mode, default=Mode.UPDATE)
    headings = models.JSONField("hàng tiêu đề", default=dict, blank=True, editable=False)
    columns = models.JSONField("vị trí các cột", default=dict, blank=True)
    status = models.CharField("trạng thái", max_length=8, choices=Status)
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="việc chạy nền"
    )
    counts = models.JSONField("số dòng", default=dict)
    problems = models.JSONField("lỗi đầu tiên", default=list, blank=True)
    warnings = models.JSONField("điều cần xem", default=list, blank=True)
    samples = models.JSONField("dòng mẫu", default=dict, blank=True)
    created_at = models.DateTimeField("tải lên lúc", default=timezone.now)
    applied_at = models.DateTimeField("ghi lúc", null=True, blank=True)
    # How far the histories reached when it was written: what comes later was done since.
    marks = models.JSONField("mốc lịch sử", default=dict, blank=True, editable=False)
    undone_at = models.DateTimeField("hoàn tác lúc", null=True, blank=True)
    undone = models.JSONField("kết quả hoàn tác", default=dict, blank=True)

    objects = ImportBatchQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["problems", "warnings", "samples", "marks", "undone", "job", "headings"]
    )

    class Meta:
        verbose_name = "lần nhập bảng tính"
        verbose_name_plural = "các lần nhập bảng tính"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "unmapped", "checked", "applied", "refused", "failed", "undone"]),
                name="import_known_status",
                violation_error_message="Trạng thái không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return f"{self.kind_label}: {self.original_name}"

    def get_absolute_url(self):
        return reverse("spreadsheets:batch_detail", args=[self.pk])

    @property
    def kind_label(self) -> str:
        kind = all_kinds().get(self.kind)
        return kind.label if kind else self.kind

    @property
    def next_step(self) -> tuple[str, str, str] | None:
        """What the kind reminds of once the file is written (`core.sheets.Sheet.next_step`)."""
        kind = all_kinds().get(self.kind)
        return kind.next_step if kind and self.status == self.Status.APPLIED else None

    @property
    def state(self) -> str:
        """How the state's badge looks."""
        looks = {"applied": "accepted", "refused": "overdue", "failed": "returned", "undone": "returned"}
        return looks.get(self.status, "draft")

    @property
    def is_worked_on(self) -> bool:
        """Whether a job of it waits or runs; asks the database unless the job is at hand."""
        return self.job is not None and self.job.is_open

    @property
    def is_long(self) -> bool:
        """Whether writing it holds other people up for some seconds."""
        return self.rows_to_write > 5000

    @property
    def rows_to_write(self) -> int:
        return self.counts.get("new", 0) + self.counts.get("changed", 0)

    @property
    def may_be_applied(self) -> bool:
        return self.status == self.Status.CHECKED and self.rows_to_write > 0 and not self.is_worked_on

    @property
    def may_be_mapped(self) -> bool:
        """Whether the columns of the file may be chosen anew: nothing has been written, and nothing is under way."""
        return self.status in ("unmapped", "checked", "refused") and not self.is_worked_on

    @property
    def may_be_undone(self) -> bool:
        kind = all_kinds().get(self.kind)
        undoable = bool(kind and (kind.is_reversed or (kind.tables and self.marks)))
        return self.status == self.Status.APPLIED and undoable and not self.is_worked_on


class ColumnMapping(models.Model):
    """Which heading of a foreign file a user took for which of our columns: used again for the same headings."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người dùng")
    kind = models.CharField("loại bảng", max_length=40)
    digest = models.CharField("dấu của hàng tiêu đề", max_length=64)
    headings = models.JSONField("hàng tiêu đề", default=list)
    columns = models.JSONField("cột và vị trí", default=dict, blank=True)
    changed_at = models.DateTimeField("sửa lúc", auto_now=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "cách hiểu tiêu đề"
        verbose_name_plural = "cách hiểu tiêu đề"
        ordering = ["user", "kind", "-changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "digest"],
                name="mapping_once",
                violation_error_message="Đã có cách hiểu cho hàng tiêu đề này.",
            )
        ]

    def __str__(self):
        return f"{self.kind}: {', '.join(map(str, self.headings))[:80]}"
