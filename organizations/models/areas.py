"""The area that a unit answers for: units of the State, their statistics, and which registers are in use."""

from datetime import timedelta
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from core.history import BatchHistory
from core.vietnamese import date_to_text
from organizations.models.organizations import Organization, alive_on
from organizations.scoping import ScopedQuerySet, holds


class CatalogueQuerySet(models.QuerySet):
    """Rows that are no unit's own: whoever holds the permission holds it over all of them."""

    def allowed(self, user, permission: str):
        return self.all() if holds(user, permission) else self.none()


class AdministrativeUnitQuerySet(CatalogueQuerySet):
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
    """A province, district or commune of the State, valid from one day to another (both included).

    One row stands for one code, name and parent: when any of them changes, the row ends and another succeeds it.
    A unit that keeps all three while others join it stays one row. An empty ``valid_from`` is before every date.
    """

    class Tier(models.TextChoices):
        PROVINCE = "province", "tỉnh, thành phố"
        DISTRICT = "district", "huyện, quận, thị xã"
        COMMUNE = "commune", "xã, phường, thị trấn"

    # Digits of the State's codes (Quyết định 124/2004/QĐ-TTg).
    CODE_LENGTHS: ClassVar = {Tier.PROVINCE: 2, Tier.DISTRICT: 3, Tier.COMMUNE: 5}
    # What may stand above: communes came directly under the province on 1 July 2025.
    TIERS_ABOVE: ClassVar = {
        Tier.PROVINCE: (),
        Tier.DISTRICT: (Tier.PROVINCE,),
        Tier.COMMUNE: (Tier.PROVINCE, Tier.DISTRICT),
    }

    code = models.CharField("mã hành chính", max_length=10)
    name = models.CharField("tên", max_length=150)
    tier = models.CharField("cấp", max_length=10, choices=Tier)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="trực thuộc")
    valid_from = models.DateField("từ ngày", null=True, blank=True)
    valid_to = models.DateField("đến hết ngày", null=True, blank=True)
    successors = models.ManyToManyField(
        "self",
        through="AdministrativeSuccession",
        through_fields=("predecessor", "successor"),
        symmetrical=False,
        related_name="predecessors",
        verbose_name="đơn vị kế tiếp",
    )

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
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="administrative_life_in_order",
                violation_error_message="Ngày cuối cùng phải từ ngày đầu tiên trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(tier__in=["province", "district", "commune"]),
                name="administrative_known_tier",
                violation_error_message="Cấp không có trong danh mục.",
            ),
        ]

    def __str__(self):
        # A name alone may be three units, one after another.
        end = f", đến hết {date_to_text(self.valid_to)}" if self.valid_to else ""
        return f"{self.name} ({self.code}{end})"

    def clean(self):
        """Refuse a parent that does not stand above all the time, and a code that is in use (one or two queries)."""
        if self.tier not in self.TIERS_ABOVE:
            return
        if fault := parent_fault(self, self.parent):
            raise ValidationError({"parent": fault})
        for other in type(self).objects.filter(code=self.code, tier=self.tier).exclude(pk=self.pk):
            if self.overlaps(other):
                raise ValidationError({"code": overlap_words(other)})

    def exists_on(self, day) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other) -> bool:
        """Whether there is a day on which both exist."""
        apart = [
            earlier.valid_to and later.valid_from and earlier.valid_to < later.valid_from
            for earlier, later in ((self, other), (other, self))
        ]
        return not any(apart)


class AdministrativeSuccession(models.Model):
    """The area of the predecessor, or a part of it, belongs to the successor from the day after its last one."""

    predecessor = models.ForeignKey(
        AdministrativeUnit, models.CASCADE, related_name="successor_links", verbose_name="đơn vị trước"
    )
    successor = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="predecessor_links", verbose_name="đơn vị kế tiếp"
    )

    objects = CatalogueQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "kế tiếp đơn vị hành chính"
        verbose_name_plural = "kế tiếp đơn vị hành chính"
        ordering = ["predecessor__code", "predecessor__valid_to", "successor__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="administrative_succession_once",
                violation_error_message="Đơn vị kế tiếp này đã được ghi.",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="administrative_succession_of_another",
                violation_error_message="Đơn vị không thể kế tiếp chính nó.",
            ),
        ]

    def __str__(self):
        return f"{self.predecessor.name} → {self.successor.name}"

    def clean(self):
        """Refuse a successor of another tier, or one that did not exist the day after (asks for both units)."""
        if self.predecessor_id and self.successor_id and (fault := succession_fault(self.predecessor, self.successor)):
            raise ValidationError({"successor": fault})


def overlap_words(other: AdministrativeUnit) -> str:
    return f"Mã này đã là mã của “{other.name}” trong cùng thời gian."


def parent_fault(unit: AdministrativeUnit, parent: AdministrativeUnit | None) -> str | None:
    """Why the unit may not stand under ``parent``, in words; None when it may."""
    allowed = AdministrativeUnit.TIERS_ABOVE[unit.tier]
    if parent is None:
        return "Chỉ đơn vị cấp tỉnh không trực thuộc đơn vị nào." if allowed else None
    if parent.tier not in allowed:
        return "Tỉnh không trực thuộc đơn vị nào; huyện trực thuộc tỉnh; xã trực thuộc huyện hoặc tỉnh."
    if unit.valid_from and not parent.exists_on(unit.valid_from):
        return f"“{parent.name}” không có vào ngày {date_to_text(unit.valid_from)}."
    if parent.valid_to and (unit.valid_to is None or unit.valid_to > parent.valid_to):
        return f"“{parent.name}” chỉ có đến hết {date_to_text(parent.valid_to)}; đơn vị trực thuộc không được lâu hơn."
    return None


def succession_fault(predecessor: AdministrativeUnit, successor: AdministrativeUnit) -> str | None:
    """Why ``successor`` may not succeed; None when it may. A successor ends later, so no chain runs in a circle."""
    if predecessor.valid_to is None:
        return "Đơn vị chưa có ngày cuối cùng thì chưa có đơn vị kế tiếp."
    if predecessor.tier != successor.tier:
        return "Đơn vị kế tiếp phải cùng cấp."
    day = predecessor.valid_to + timedelta(days=1)
    if not successor.exists_on(day):
        return f"“{successor.name}” không có vào ngày {date_to_text(day)}, ngày kế tiếp ngày cuối cùng."
    return None


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
    history = HistoricalRecords(bases=[BatchHistory])

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
        OFFICERS = "officers", "sổ cán bộ Hội"
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
