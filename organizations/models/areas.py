"""The area that a unit answers for: units of the State, their statistics, and which registers are in use."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from organizations.models.organizations import Organization, alive_on
from organizations.scoping import ScopedQuerySet


class AdministrativeUnitQuerySet(models.QuerySet):
    def on(self, day):
        """Units of the State that exist on the day."""
        return self.filter(*alive_on(day, starts="valid_from", ends="valid_to"))

    def carrying(self, code: str, day):
        """The unit that carried the code on the day, else its last bearer; None when unknown.

        Codes are re-used with another meaning, so a code without a day says nothing.
        """
        bearers = self.filter(code=code)
        return bearers.on(day).first() or bearers.order_by(F("valid_to").desc(nulls_first=True)).first()


class AdministrativeUnit(models.Model):
    """A province, district or commune of the State, valid from one day to another (both included)."""

    class Tier(models.TextChoices):
        PROVINCE = "province", "tỉnh, thành phố"
        DISTRICT = "district", "huyện, quận, thị xã"
        COMMUNE = "commune", "xã, phường, thị trấn"

    code = models.CharField("mã hành chính", max_length=10)
    name = models.CharField("tên", max_length=150)
    tier = models.CharField("cấp", max_length=10, choices=Tier)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="trực thuộc")
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)

    objects = AdministrativeUnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "đơn vị hành chính"
        verbose_name_plural = "đơn vị hành chính"
        ordering = ["code", F("valid_from").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "tier", "valid_from"],
                name="administrative_code_start_once",
                violation_error_message="Mã hành chính này đã có từ ngày đó.",
            ),
            models.UniqueConstraint(
                fields=["code", "tier"],
                condition=Q(valid_from__isnull=True),
                name="administrative_code_one_first",
                violation_error_message="Mã hành chính này đã có đơn vị đầu tiên.",
            ),
        ]

    def __str__(self):
        return self.name


class AreaStatistics(models.Model):
    """Whole numbers of the unit's area for a year, from the State's statistics; an empty cell is no data."""

    COLUMNS = [
        "population",
        "adults",
        "households",
        "clans",
        "villages",
        "communes",
        "units",
        "agencies",
        "enterprises",
    ]

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="areas", verbose_name="đơn vị")
    year = models.PositiveSmallIntegerField("năm")
    population = models.PositiveBigIntegerField("dân số", null=True, blank=True)
    adults = models.PositiveBigIntegerField("người trưởng thành", null=True, blank=True)
    households = models.PositiveBigIntegerField("hộ gia đình", null=True, blank=True)
    clans = models.PositiveBigIntegerField("dòng họ", null=True, blank=True)
    villages = models.PositiveBigIntegerField("thôn, bản, tổ dân phố", null=True, blank=True)
    communes = models.PositiveBigIntegerField("xã, phường, thị trấn", null=True, blank=True)
    units = models.PositiveBigIntegerField("đơn vị thuộc diện xét", null=True, blank=True)
    agencies = models.PositiveBigIntegerField("cơ quan, đơn vị", null=True, blank=True)
    enterprises = models.PositiveBigIntegerField("doanh nghiệp", null=True, blank=True)
    source = models.CharField("nguồn", max_length=300, blank=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "số liệu địa bàn"
        verbose_name_plural = "số liệu địa bàn"
        ordering = ["organization", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                name="area_year_once",
                violation_error_message="Năm này đã có số liệu địa bàn của đơn vị.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1945, year__lte=2100),
                name="area_year_known",
                violation_error_message="Năm phải từ 1945 đến 2100.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.year}"


class RegisterUse(models.Model):
    """From which day a unit keeps a register: only then does an empty register mean zero."""

    class Register(models.TextChoices):
        ORGANIZATIONS = "organizations", "sổ tổ chức"
        MEMBERS = "members", "sổ hội viên"
        LEARNING_MODELS = "learning_models", "sổ mô hình học tập"
        FUNDS = "funds", "sổ quỹ"
        ACTIVITIES = "activities", "sổ hoạt động"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="registers", verbose_name="đơn vị")
    register = models.CharField("sổ", max_length=20, choices=Register)
    used_from = models.DateField("dùng sổ từ ngày")

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "sổ đang dùng"
        verbose_name_plural = "sổ đang dùng"
        ordering = ["organization", "register"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "register"],
                name="register_once",
                violation_error_message="Sổ này đã được đánh dấu là đang dùng.",
            ),
        ]

    def __str__(self):
        return f"{self.get_register_display()} từ {self.used_from:%d/%m/%Y}"
