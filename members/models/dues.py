"""Membership dues: what is owed, what was paid, and what was handed over."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from members.models.members import Member
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet


class DuesRate(models.Model):
    """What a member owes a year from ``valid_from`` on, and how it is split between the levels.

    It holds for the unit and everything below it that has no rate of its own. ``*_share`` are whole per cent.
    """

    SHARES = ["branch_share", "commune_share", "district_share", "province_share"]

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="dues_rates", verbose_name="đơn vị")
    valid_from = models.DateField("áp dụng từ ngày")
    yearly_amount = models.PositiveBigIntegerField("mức đóng một năm")
    branch_share = models.PositiveSmallIntegerField("chi hội giữ lại", default=0)
    commune_share = models.PositiveSmallIntegerField("nộp cấp xã", default=0)
    district_share = models.PositiveSmallIntegerField("nộp cấp huyện", default=0)
    province_share = models.PositiveSmallIntegerField("nộp cấp tỉnh", default=0)
    act = models.CharField("văn bản quy định", max_length=200, blank=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "mức hội phí"
        verbose_name_plural = "mức hội phí"
        ordering = ["organization", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "valid_from"],
                name="dues_rate_once_a_day",
                violation_error_message="Đơn vị đã có mức hội phí áp dụng từ ngày này.",
            ),
            models.CheckConstraint(
                condition=Q(
                    branch_share=100 - F("commune_share") - F("district_share") - F("province_share"),
                ),
                name="dues_shares_make_a_whole",
                violation_error_message="Các phần phải cộng lại đúng 100 %.",
            ),
            models.CheckConstraint(
                condition=Q(yearly_amount__lte=1_000_000_000),
                name="dues_amount_plausible",
                violation_error_message="Mức đóng một năm quá lớn.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, từ {self.valid_from:%d/%m/%Y}"


class DuesCollectionQuerySet(ScopedQuerySet):
    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def unbooked(self):
        """Money that was handed over and is in no fund's ledger yet."""
        return self.confirmed().filter(booked_at__isnull=True)


class DuesCollection(models.Model):
    """Dues of a year that one branch hands over at once.

    ``handed_over`` is the money as counted; it must equal the sum of the lines before the collection can be
    confirmed. Confirmed, it takes no change: a mistake is put right by a further collection with negative lines.
    ``booked_at`` is set once, by the ledger that took the money in.
    """

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="dues_collections", verbose_name="chi hội"
    )
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveIntegerField("số biên nhận", null=True, blank=True)
    handed_over = models.BigIntegerField("số tiền đã nộp", default=0)
    collected_on = models.DateField("ngày nộp")
    note = models.CharField("ghi chú", max_length=300, blank=True)
    confirmed_at = models.DateTimeField("chốt lúc", null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="người chốt",
    )
    booked_at = models.DateTimeField("ghi vào sổ quỹ lúc", null=True, blank=True, editable=False)
    booked_as = models.CharField("số chứng từ ở sổ quỹ", max_length=50, blank=True, editable=False)

    objects = DuesCollectionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "đợt nộp hội phí"
        verbose_name_plural = "đợt nộp hội phí"
        ordering = ["organization", "-year", "-collected_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=1945, year__lte=2100),
                name="dues_year_known",
                violation_error_message="Năm phải từ 1945 đến 2100.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, number__isnull=True)
                | Q(confirmed_at__isnull=False, number__isnull=False),
                name="dues_number_when_confirmed",
                violation_error_message="Số biên nhận được cấp khi chốt.",
            ),
            models.CheckConstraint(
                condition=Q(booked_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="dues_booked_after_confirming",
                violation_error_message="Phải chốt trước khi ghi vào sổ quỹ.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.year}"


class DuesLineQuerySet(ScopedQuerySet):
    scope_path = "collection__organization"


class DuesLine(models.Model):
    """What one member paid in a collection, in đồng."""

    collection = models.ForeignKey(DuesCollection, models.CASCADE, related_name="lines", verbose_name="đợt nộp")
    member = models.ForeignKey(Member, models.PROTECT, related_name="dues", verbose_name="hội viên")
    amount = models.BigIntegerField("số tiền")

    objects = DuesLineQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "hội phí của một hội viên"
        verbose_name_plural = "hội phí của hội viên"
        ordering = ["collection", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "member"],
                name="dues_member_once",
                violation_error_message="Hội viên đã có trong đợt nộp này.",
            ),
        ]

    def __str__(self):
        return f"{self.member}: {self.amount}"
