"""Which lists left the register: who took them home, of which unit, and what was in them."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organizations.models import Organization
from organizations.scoping import ScopedQuerySet
from spreadsheets.kinds import all_exports

IMMUTABLE = "Nhật ký xuất bảng không sửa, không xoá được."


class ExportLogQuerySet(ScopedQuerySet):
    def allowed(self, user, permission: str):
        """The user's own exports, and those of units where the user holds the permission.

        An export of a person's whole scope concerns every unit at which that person was appointed.
        """
        if user.is_superuser:
            return self.all()
        units = Organization.objects.allowed(user, permission).order_by().values("pk")
        appointed = user.appointments.model.objects.filter(organization__in=units).order_by().values("user")
        return self.filter(Q(user=user) | Q(organization__in=units) | Q(organization__isnull=True, user__in=appointed))


class ExportLog(models.Model):
    """One file that was made. ``organization`` empty means the user's whole scope; written once.

    ``kind`` is the code of a list, or what a paper calls itself.
    """

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel (.xlsx)"
        CSV = "csv", "CSV (.csv)"

    class PaperFormat(models.TextChoices):
        PDF = "pdf", "PDF (.pdf)"
        DOCX = "docx", "Word (.docx)"
        ZIP = "zip", "tệp nén (.zip)"

    kind = models.CharField("loại bảng", max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người xuất")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="đơn vị"
    )
    selection = models.CharField("phần được lấy", max_length=500, blank=True)
    format = models.CharField("dạng tệp", max_length=4, choices=[*Format.choices, *PaperFormat.choices])
    rows = models.PositiveIntegerField("số dòng")
    personal = models.BooleanField("có dữ liệu cá nhân")
    on_request = models.CharField("cột kèm theo yêu cầu", max_length=200, blank=True)
    created_at = models.DateTimeField("lúc", default=timezone.now)

    objects = ExportLogQuerySet.as_manager()

    class Meta:
        verbose_name = "lần xuất bảng tính"
        verbose_name_plural = "các lần xuất bảng tính"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="export_log_order")]

    def __str__(self):
        return f"{self.kind_label}: {self.user}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError(IMMUTABLE)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError(IMMUTABLE)

    @property
    def kind_label(self) -> str:
        export = all_exports().get(self.kind)
        return export.label if export else self.kind
