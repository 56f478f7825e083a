"""What was accepted, as it was accepted: nothing that changes later reaches these rows."""

from datetime import UTC
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from organizations.models import Organization
from organizations.scoping import ScopedQuerySet
from reports.models.indicators import Indicator
from reports.models.rounds import Report

IMMUTABLE = "Bản đã duyệt không sửa, không xoá được: mở lại báo cáo rồi duyệt bản mới."


class Revision(models.Model):
    """A summary as it was accepted, in canonical JSON; ``period`` is the quarter, or a span that it completed.

    ``number`` runs per unit and period. ``sha256`` covers the content, who accepted it when and why, and the
    revision before, so that none can be changed, left out or put in unseen.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="revisions", verbose_name="báo cáo")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="revisions", verbose_name="đơn vị")
    period = models.CharField("kỳ", max_length=7)
    number = models.PositiveSmallIntegerField("bản thứ")
    content = models.TextField("nội dung")
    sha256 = models.CharField("mã kiểm tra", max_length=64)
    reason = models.CharField("lý do mở lại", max_length=500, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người duyệt"
    )
    accepted_at = models.DateTimeField("duyệt lúc")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "bản đã duyệt"
        verbose_name_plural = "bản đã duyệt"
        ordering = ["organization", "period", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "period", "number"],
                name="revision_once",
                violation_error_message="Bản này đã có.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.period}, bản {self.number}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError(IMMUTABLE)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError(IMMUTABLE)

    def digest(self, before: str) -> str:
        """What ``sha256`` must be, given that of the revision before ("" for the first)."""
        what = self.organization_id, self.period, self.number, self.reason, self.accepted_by_id
        head = "|".join([*map(str, what), self.accepted_at.astimezone(UTC).isoformat(), before, ""])
        return sha256((head + self.content).encode()).hexdigest()


class RevisionFigure(models.Model):
    """One line of an accepted quarter at the unit itself, to climb and to draw with: counts, rates, coverage.

    ``source`` as in a summary: register, children, declared, no_data or missing.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="figures", verbose_name="bản đã duyệt")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="chỉ tiêu")
    value = models.BigIntegerField("số", null=True)
    rate = models.DecimalField("tỷ lệ", max_digits=24, decimal_places=2, null=True)
    numerator = models.BigIntegerField("tử số", null=True)
    denominator = models.BigIntegerField("mẫu số", null=True)
    with_data = models.PositiveIntegerField("có số liệu")
    expected = models.PositiveIntegerField("được hỏi")
    partial = models.PositiveIntegerField("có một phần")
    source = models.CharField("nguồn", max_length=8)

    class Meta:
        verbose_name = "số liệu đã duyệt"
        verbose_name_plural = "số liệu đã duyệt"
        ordering = ["revision", "indicator"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "indicator"], name="revision_figure_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(rate__isnull=True), name="revision_figure_count_or_rate"
            ),
        ]

    def __str__(self):
        return f"{self.revision}: {self.indicator}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError(IMMUTABLE)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError(IMMUTABLE)
