"""Membership dues: what is owed, what was paid, and what was handed over."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from members.models.members import Member
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet

FROZEN = "Đợt nộp đã chốt thì giữ nguyên. Có sai sót, hãy lập đợt điều chỉnh với số tiền âm."

FROZEN_RATE = (
    "Mức này đã có đợt nộp chốt theo nên giữ nguyên. Muốn đổi, hãy thêm mức mới áp dụng từ ngày khác, "
    "ví dụ từ 01/01 năm sau."
)


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
                violation_error_message="Các phần phải cộng lại đúng 100%%.",
            ),
            models.CheckConstraint(
                condition=Q(yearly_amount__lte=1_000_000_000),
                name="dues_amount_plausible",
                violation_error_message="Mức đóng một năm quá lớn.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, từ {self.valid_from:%d/%m/%Y}"

    def save(self, *args, **kwargs):
        if self.pk and self.in_use:
            raise ValidationError(FROZEN_RATE)
        super().save(*args, **kwargs)

    def clean(self):
        if self.pk and self.in_use:
            raise ValidationError(FROZEN_RATE)

    @property
    def in_use(self) -> bool:
        """Whether money was confirmed under it; one query."""
        return self.collections.confirmed().exists()


class DuesCollectionQuerySet(ScopedQuerySet):
    def update(self, **values):
        if not values.keys() <= DuesCollection.AFTER_CONFIRMING and self.confirmed().exists():
            raise ValidationError(FROZEN)
        return super().update(**values)

    def delete(self):
        if self.confirmed().exists():
            raise ValidationError(FROZEN)
        return super().delete()

    def drafts(self):
        return self.filter(confirmed_at__isnull=True)

    def with_sums(self):
        """Adds ``total``, the sum of the lines, and ``payers``, how many there are."""
        return self.annotate(total=Coalesce(Sum("lines__amount"), 0), payers=Count("lines"))

    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def unbooked(self):
        """Money that was handed over and is in no fund's ledger yet."""
        return self.confirmed().filter(booked_at__isnull=True).exclude(handed_over=0)


class DuesCollection(models.Model):
    """Dues of a year that one branch hands over at once.

    ``handed_over`` is the money as counted (empty: not counted yet); it must equal the sum of the lines before the
    collection can be confirmed. Confirmed, it takes no change: a mistake is put right by a further collection with
    negative lines. ``rate`` is what held when it was confirmed. ``booked_at`` is set by the ledger that took the
    money in, once, and emptied when that entry was reversed.
    """

    AFTER_CONFIRMING = frozenset({"booked_at", "booked_as"})

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="dues_collections", verbose_name="chi hội"
    )
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveIntegerField("số biên nhận", null=True, blank=True)
    handed_over = models.BigIntegerField("số tiền đã nộp", null=True, blank=True)
    collected_on = models.DateField("ngày nộp")
    note = models.CharField("ghi chú", max_length=300, blank=True)
    rate = models.ForeignKey(
        DuesRate,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="collections",
        verbose_name="mức hội phí",
    )
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
                condition=Q(confirmed_at__isnull=True) | Q(handed_over__isnull=False, rate__isnull=False),
                name="dues_whole_when_confirmed",
                violation_error_message="Đợt nộp đã chốt phải có số tiền đã nộp và mức hội phí.",
            ),
            models.UniqueConstraint(
                fields=["organization", "year", "number"],
                name="dues_number_once",
                violation_error_message="Số biên nhận này đã được cấp.",
            ),
            models.CheckConstraint(
                condition=Q(booked_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="dues_booked_after_confirming",
                violation_error_message="Phải chốt trước khi ghi vào sổ quỹ.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.year}"

    def save(self, *args, update_fields=None, **kwargs):
        """Refuses a confirmed collection, save for the fields that the ledger sets; one query more."""
        only_after = update_fields is not None and set(update_fields) <= self.AFTER_CONFIRMING
        if not only_after:
            self.check_not_frozen()
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        self.check_not_frozen()
        return super().delete(*args, **kwargs)

    def check_not_frozen(self) -> None:
        # The database is asked: the instance may be older than the confirmation.
        if self.pk and DuesCollection.objects.confirmed().filter(pk=self.pk).exists():
            raise ValidationError(FROZEN)

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def receipt_number(self) -> str:
        """ "03/2026"; empty before confirming."""
        return f"{self.number:02d}/{self.year}" if self.number else ""


class DuesLineQuerySet(ScopedQuerySet):
    scope_path = "collection__organization"

    def update(self, **values):
        # Two rows of one person may still become one: the money stays what it was.
        if values.keys() != {"member"} and self.of_confirmed().exists():
            raise ValidationError(FROZEN)
        return super().update(**values)

    def delete(self):
        if self.of_confirmed().exists():
            raise ValidationError(FROZEN)
        return super().delete()

    def bulk_create(self, objs, *args, **kwargs):
        collections = {line.collection_id for line in objs}
        if DuesCollection.objects.confirmed().filter(pk__in=collections).exists():
            raise ValidationError(FROZEN)
        return super().bulk_create(objs, *args, **kwargs)

    def of_confirmed(self):
        return self.filter(collection__confirmed_at__isnull=False)

    def paid_for(self, year):
        """Payments that count for the year: those of confirmed collections, of whichever branch."""
        return self.of_confirmed().filter(collection__year=year)


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

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None or set(update_fields) != {"member"}:
            self.check_not_frozen()
        super().save(*args, update_fields=update_fields, **kwargs)

    def delete(self, *args, **kwargs):
        self.check_not_frozen()
        return super().delete(*args, **kwargs)

    def check_not_frozen(self) -> None:
        own = DuesLine.objects.filter(pk=self.pk).values("collection") if self.pk else []
        confirmed = DuesCollection.objects.confirmed()
        if confirmed.filter(Q(pk=self.collection_id) | Q(pk__in=own)).exists():
            raise ValidationError(FROZEN)
