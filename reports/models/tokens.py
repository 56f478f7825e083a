"""Keys by which another system reads the summaries of one subtree."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from organizations.models import Organization
from organizations.scoping import ScopedQuerySet


class ReadTokenQuerySet(ScopedQuerySet):
    def usable(self):
        """Neither revoked nor past their last day."""
        unexpired = Q(expires_on=None) | Q(expires_on__gte=timezone.localdate())
        return self.filter(unexpired, revoked_at=None)


class ReadToken(models.Model):
    """Reads the JSON summaries of a unit and everything below it; only a digest of the key itself is kept."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="tokens", verbose_name="đơn vị")
    label = models.CharField("dùng cho", max_length=100)
    digest = models.CharField("mã băm", max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="người cấp"
    )
    created_at = models.DateTimeField("cấp lúc", default=timezone.now)
    expires_on = models.DateField("dùng đến hết ngày", null=True, blank=True)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, blank=True)
    last_used_on = models.DateField("dùng lần cuối", null=True, blank=True)

    objects = ReadTokenQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["digest", "last_used_on"])

    class Meta:
        verbose_name = "khoá đọc số liệu"
        verbose_name_plural = "khoá đọc số liệu"
        ordering = ["organization", "-created_at"]

    def __str__(self):
        return f"{self.label} ({self.organization})"

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and not self.is_expired
