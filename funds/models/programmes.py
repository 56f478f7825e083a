"""Programmes of awards and scholarships: for whom, by what criteria, how much, and how many from each unit."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from core.periods import FIRST_YEAR, LAST_YEAR
from funds.models.entries import LARGEST
from funds.models.funds import Fund
from organizations.models import Appointment, Organization
from organizations.scoping import ScopedQuerySet


class AwardKind(models.TextChoices):
    """Who is rewarded; a scholarship is counted by itself."""

    STUDENT = "student", "học sinh, sinh viên"
    TEACHER = "teacher", "giáo viên"
    ADULT = "adult", "người lớn tự học"
    COLLECTIVE = "collective", "tập thể"
    SCHOLARSHIP = "scholarship", "học bổng"


class ProgrammeQuerySet(ScopedQuerySet):
    def offered(self, user, permission: str):
        """Programmes within the user's reach, and those of the units above, for which they may nominate."""
        if user.is_superuser:
            return self.all()
        reach = Organization.objects.allowed(user, permission).order_by().values("pk")
        places = Organization.objects.filter(appointments__in=Appointment.objects.granting(user, permission))
        above = Organization.objects.enclosing(places).order_by().values("pk")
        return self.filter(Q(organization__in=reach) | Q(organization__in=above))

    def open_on(self, day):
        """Those that take nominations on the day."""
        return self.filter(
            Q(opens_on__isnull=True) | Q(opens_on__lte=day), Q(closes_on__isnull=True) | Q(closes_on__gte=day)
        )


class Programme(models.Model):
    """What a unit awards in a year (a school year is named by the one it begins in), ``portion_amount`` đồng each.

    Units below nominate while it is open; how many portions each may pass on stands in `ProgrammeQuota`.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="programmes", verbose_name="đơn vị")
    name = models.CharField("tên chương trình", max_length=200)
    kind = models.CharField("đối tượng", max_length=11, choices=AwardKind)
    year = models.PositiveSmallIntegerField("năm")
    is_school_year = models.BooleanField("theo năm học", default=False)
    criteria = models.TextField("tiêu chí", blank=True, max_length=4000)
    portion_amount = models.PositiveBigIntegerField("mức một suất")
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, blank=True, related_name="programmes", verbose_name="chi từ quỹ"
    )
    opens_on = models.DateField("nhận đề cử từ ngày", null=True, blank=True)
    closes_on = models.DateField("nhận đề cử đến hết ngày", null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "chương trình khen thưởng, học bổng"
        verbose_name_plural = "chương trình khen thưởng, học bổng"
        ordering = ["-year", "name", "pk"]
        indexes = [models.Index(fields=["-year", "name", "id"], name="programme_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name", "year"],
                name="programme_name_once",
                violation_error_message="Năm này đơn vị đã có chương trình mang tên này.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="programme_year_known",
                violation_error_message=f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.",
            ),
            models.CheckConstraint(
                condition=Q(portion_amount__gt=0, portion_amount__lte=LARGEST),
                name="programme_amount_positive",
                violation_error_message="Mức một suất phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="programme_closes_after_opening",
                violation_error_message="Ngày hết hạn phải từ ngày bắt đầu trở đi.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.period}"

    @property
    def period(self) -> str:
        """ "năm 2026" or "năm học 2026-2027"."""
        return f"năm học {self.year}-{self.year + 1}" if self.is_school_year else f"năm {self.year}"

    @property
    def is_scholarship(self) -> bool:
        return self.kind == AwardKind.SCHOLARSHIP


class ProgrammeQuotaQuerySet(ScopedQuerySet):
    scope_path = "programme__organization"


class ProgrammeQuota(models.Model):
    """How many portions a unit below may pass on, its own and those from under it; without a row no limit holds."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="quotas", verbose_name="chương trình")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="đơn vị")
    portions = models.PositiveIntegerField("số suất")

    objects = ProgrammeQuotaQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "chỉ tiêu đề cử"
        verbose_name_plural = "chỉ tiêu đề cử"
        ordering = ["programme", "organization"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organization"],
                name="programme_quota_once",
                violation_error_message="Đơn vị này đã có chỉ tiêu.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}: {self.portions}"
