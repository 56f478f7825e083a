"""The ledger: what came in and went out, in whole đồng. A row is written once and stays for ever."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords

from funds.models.campaigns import Campaign, Pledge
from funds.models.funds import Account, Fund
from funds.models.parties import Party
from members.models import DuesCollection
from organizations.scoping import ScopedQuerySet

KEPT = "Bút toán đã ghi thì giữ nguyên. Có sai sót, hãy ghi bút toán đảo rồi ghi lại cho đúng."
LARGEST = 10**15


class Direction(models.TextChoices):
    IN = "in", "thu"
    OUT = "out", "chi"


class Category(models.Model):
    """What an entry is for; ``nature`` says what figures make of it."""

    class Nature(models.TextChoices):
        OPENING = "opening", "số dư mang sang"
        TRANSFER = "transfer", "chuyển quỹ, chuyển tài khoản"
        DONATION = "donation", "vận động, ủng hộ"
        DUES = "dues", "hội phí"
        INTEREST = "interest", "lãi"
        SCHOLARSHIP = "scholarship", "học bổng"
        AWARD = "award", "khen thưởng"
        OTHER = "other", "khác"

    # Written by the services that know what belongs to them, never chosen by hand.
    BY_SERVICES = (Nature.OPENING, Nature.TRANSFER)

    code = models.SlugField("mã", max_length=32, unique=True)
    name = models.CharField("tên", max_length=100, unique=True)
    direction = models.CharField("thu hay chi", max_length=3, choices=Direction)
    nature = models.CharField("tính chất", max_length=11, choices=Nature, default=Nature.OTHER)
    in_use = models.BooleanField("đang dùng", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "mục thu chi"
        verbose_name_plural = "mục thu chi"
        ordering = ["-direction", "pk"]

    def __str__(self):
        return self.name

    def clean(self):
        """What figures make of an entry stays what it was: a category with entries keeps direction and nature."""
        if self.pk and Entry.objects.filter(category=self.pk).exists():
            stored = Category.objects.get(pk=self.pk)
            if (stored.direction, stored.nature, stored.code) != (self.direction, self.nature, self.code):
                raise ValidationError(
                    "Mục này đã có bút toán: mã, thu hay chi, tính chất giữ nguyên. Hãy thêm mục mới."
                )


# What an entry adds to its account.
SIGNED = Case(When(direction=Direction.IN, then=F("amount")), default=-F("amount"))


class EntryQuerySet(ScopedQuerySet):
    scope_path = "fund__organization"

    def update(self, **values):
        raise ValidationError(KEPT)

    def delete(self):
        raise ValidationError(KEPT)

    def balance(self) -> int:
        """The sum of the rows in đồng: what came in less what went out. One query."""
        return self.aggregate(balance=Coalesce(Sum(SIGNED), 0))["balance"]

    def until(self, day):
        """On or before the day."""
        return self.filter(date__lte=day)

    def between(self, first, last):
        """From the first day to the last, both among them."""
        return self.filter(date__range=(first, last))

    def in_force(self):
        """Without what was taken back, and what took it back."""
        return self.filter(reverses=None, reversal=None)

    def gifts(self):
        """What donors gave, money and things; reversals, which are negative, among them."""
        return self.filter(direction=Direction.IN, category__nature=Category.Nature.DONATION)

    def inside(self):
        """Opening balances and transfers: money that the fund's books already knew."""
        return self.filter(category__nature__in=Category.BY_SERVICES)

    def outside(self):
        """What came from outside the association's funds and went out of them."""
        return self.exclude(category__nature__in=Category.BY_SERVICES)


class Entry(models.Model):
    """One line of a fund's ledger.

    ``amount`` is in đồng and positive; only a reversal, which takes its ``reverses`` back under the same direction,
    is negative, so that a category's plain sum is always net. ``number`` is the voucher's, running from 1 in each
    fund, year and direction; opening balances have none. ``sequence`` runs from 1 in the fund, and ``seal`` binds the
    row to all rows before it (`funds/seals.py`). Of the two sides of a transfer the second names the first in
    ``paired_with``. ``is_principal``: the money belongs to an endowment.
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="entries", verbose_name="quỹ")
    sequence = models.PositiveIntegerField("thứ tự ghi")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", verbose_name="tài khoản")
    direction = models.CharField("thu hay chi", max_length=3, choices=Direction)
    date = models.DateField("ngày")
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveIntegerField("số chứng từ", null=True, blank=True)
    external_number = models.CharField("số chứng từ cũ", max_length=50, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="entries", verbose_name="mục thu chi")
    amount = models.BigIntegerField("số tiền")
    is_principal = models.BooleanField("thuộc phần gốc", default=False)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="người nộp, người nhận"
    )
    purpose = models.CharField("nội dung", max_length=300, blank=True)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="đợt vận động"
    )
    pledge = models.ForeignKey(
        Pledge, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="lời hứa ủng hộ"
    )
    dues = models.ForeignKey(
        DuesCollection, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="đợt nộp hội phí"
    )
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal", verbose_name="đảo bút toán"
    )
    paired_with = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="pair", verbose_name="cùng lần chuyển với"
    )
    overdraft_reason = models.CharField("lý do chi quá số dư", max_length=200, blank=True)
    batch_id = models.PositiveBigIntegerField("lần nhập tệp", null=True, blank=True, db_index=True)
    created_at = models.DateTimeField("ghi lúc")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người ghi"
    )
    seal = models.CharField("dấu niêm phong", max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "bút toán"
        verbose_name_plural = "bút toán"
        ordering = ["date", "pk"]
        indexes = [
            models.Index(fields=["fund", "date", "id"], name="entry_fund_book"),
            models.Index(fields=["account", "date", "id"], name="entry_account_book"),
            # Nearly all rows name none: counted in, they would make SQLite's planner shun the unique indexes.
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="entry_reversed"),
            models.Index(fields=["paired_with"], condition=Q(paired_with__isnull=False), name="entry_paired"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["fund", "sequence"], name="entry_sequence_once"),
            models.UniqueConstraint(
                fields=["fund", "year", "direction", "number"],
                name="entry_voucher_once",
                violation_error_message="Số chứng từ này đã được cấp.",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="entry_amount_signed",
                violation_error_message="Số tiền phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=-LARGEST, amount__lte=LARGEST),
                name="entry_amount_plausible",
                violation_error_message="Số tiền quá lớn.",
            ),
            models.CheckConstraint(
                condition=Q(sequence__gte=1) & (Q(number__isnull=True) | Q(number__gte=1)), name="entry_numbers_from_1"
            ),
        ]

    def __str__(self):
        return f"{self.voucher} {self.fund}"

    def save(self, *args, **kwargs):
        """Only the ledger writes entries, and each of them once."""
        if not self._state.adding:
            raise ValidationError(KEPT)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("funds:entry_detail", args=[self.pk])

    def delete(self, *args, **kwargs):
        raise ValidationError(KEPT)

    @property
    def signed(self) -> int:
        """What the row adds to its account, in đồng."""
        return self.amount if self.direction == Direction.IN else -self.amount

    @property
    def voucher(self) -> str:
        """ "PT 0012/2026" (receipt) or "PC 0012/2026" (payment); an opening balance has none."""
        if self.number is None:
            return "số dư đầu"
        return f"{'PT' if self.direction == Direction.IN else 'PC'} {self.number:04d}/{self.year}"
