"""Who may do what where."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from organizations.models.organizations import Organization, alive_on
from organizations.scoping import ScopedQuerySet, roles_granting


class Role(models.TextChoices):
    VIEWER = "viewer", "người xem"
    SECRETARY = "secretary", "thư ký"
    TREASURER = "treasurer", "thủ quỹ"
    REVIEWER = "reviewer", "người duyệt"
    MANAGER = "manager", "người quản lý"


class AppointmentQuerySet(ScopedQuerySet):
    def in_force(self, day=None):
        """Appointments that hold on the day (today when left out)."""
        return self.filter(*alive_on(day or timezone.localdate(), starts="valid_from", ends="valid_to"))

    def granting(self, user, permission: str):
        """The user's appointments of today whose role carries the permission."""
        return self.in_force().filter(user=user, role__in=roles_granting(permission))


class Appointment(models.Model):
    """A role at a unit: it holds there and for everything below."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="appointments", verbose_name="tài khoản"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="appointments", verbose_name="đơn vị")
    role = models.CharField("vai trò", max_length=10, choices=Role)
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        ordering = ["organization", "role", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role", "valid_from"],
                name="appointment_once",
                violation_error_message="Phân công này đã có.",
            ),
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=Q(valid_from__isnull=True),
                name="appointment_once_undated",
                violation_error_message="Phân công này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="appointment_in_order",
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="appointment_known_role",
                violation_error_message="Vai trò không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}, {self.organization}"
