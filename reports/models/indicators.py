"""What is counted, and what is aimed at."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from core.history import BatchHistory
from organizations.models import Level, Organization
from organizations.scoping import ScopedQuerySet


class Indicator(models.Model):
    """One line of the statistics. Ratios hold no figures: they name a numerator and a denominator."""

    class Nature(models.TextChoices):
        STOCK = "stock", "số cuối kỳ"
        FLOW = "flow", "số trong kỳ"
        RATIO = "ratio", "tỷ lệ"

    class Source(models.TextChoices):
        REGISTER = "register", "sổ hoặc khai báo"
        TYPED = "typed", "khai báo"
        AREA = "area", "số liệu địa bàn"

    class Better(models.TextChoices):
        HIGHER = "higher", "cao hơn là tốt"
        LOWER = "lower", "thấp hơn là tốt"
        NONE = "none", "không xếp hạng"

    class Frequency(models.TextChoices):
        QUARTER = "quarter", "hằng quý"
        YEAR = "year", "cả năm (quý IV)"

    code = models.CharField(
        "mã",
        max_length=80,
        unique=True,
        validators=[RegexValidator(r"\A[a-z][a-z0-9_.]*\Z", "Mã gồm chữ thường không dấu, số, dấu chấm và gạch dưới.")],
    )
    label = models.CharField("tên chỉ tiêu", max_length=200)
    unit = models.CharField("đơn vị tính", max_length=30)
    nature = models.CharField("tính chất", max_length=5, choices=Nature)
    source = models.CharField("nguồn", max_length=8, choices=Source, blank=True)
    group = models.CharField("nhóm", max_length=60)
    numerator = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="tử số")
    denominator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="mẫu số"
    )
    scale = models.PositiveIntegerField("hệ số nhân", null=True, blank=True, help_text="100 cho phần trăm.")
    better = models.CharField("xếp hạng", max_length=6, choices=Better, default=Better.NONE)
    asked_of = models.CharField(
        "hỏi cấp nào", max_length=60, blank=True, help_text="Các cấp cách nhau bằng dấu |, ví dụ district|commune."
    )
    frequency = models.CharField("kỳ hỏi", max_length=7, choices=Frequency, default=Frequency.QUARTER)
    note = models.CharField("ghi chú", max_length=300, blank=True)
    position = models.PositiveIntegerField("thứ tự", default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "chỉ tiêu"
        verbose_name_plural = "chỉ tiêu"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(nature="ratio", numerator__isnull=False, denominator__isnull=False, scale__gt=0, source="")
                | (~Q(nature="ratio") & Q(numerator__isnull=True, denominator__isnull=True) & ~Q(source="")),
                name="indicator_ratio_has_parts",
                violation_error_message="Tỷ lệ phải có tử số, mẫu số, hệ số và không có nguồn; "
                "chỉ tiêu khác phải có nguồn và không có tử số, mẫu số.",
            ),
        ]

    def __str__(self):
        return self.label

    def clean(self):
        unknown = set(filter(None, self.asked_of.split("|"))) - set(Level.values)
        if unknown:
            raise ValidationError({"asked_of": f"Không có cấp “{', '.join(sorted(unknown))}”."})
        counted = self.source in (self.Source.REGISTER, self.Source.TYPED)
        if counted and not self.asked_of:
            raise ValidationError({"asked_of": "Hãy cho biết chỉ tiêu này hỏi những cấp nào."})

    @property
    def levels(self) -> frozenset[str]:
        """The levels that are asked for a figure; empty for areas and ratios."""
        return frozenset(filter(None, self.asked_of.split("|")))

    @property
    def area_column(self) -> str | None:
        """The column of AreaStatistics that an area indicator reads."""
        return self.code.split(".", 1)[1] if self.source == self.Source.AREA else None


class Target(models.Model):
    """What a unit aims at in a year, by which act."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="targets", verbose_name="đơn vị")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets", verbose_name="chỉ tiêu")
    year = models.PositiveSmallIntegerField("năm")
    value = models.DecimalField("mục tiêu", max_digits=20, decimal_places=2)
    act = models.CharField("văn bản", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(bases=[BatchHistory])

    class Meta:
        verbose_name = "mục tiêu"
        verbose_name_plural = "mục tiêu"
        ordering = ["organization", "year", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "indicator", "year"],
                name="target_once",
                violation_error_message="Đơn vị đã có mục tiêu của chỉ tiêu này trong năm.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="target_not_negative",
                violation_error_message="Mục tiêu không được âm.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1945, year__lte=2100),
                name="target_year_known",
                violation_error_message="Năm phải từ 1945 đến 2100.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}: {self.indicator}, {self.year}"
