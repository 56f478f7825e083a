"""Closed months and years: what the books said, what was counted, and who opened them again."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from funds.models.funds import Account, Fund
from organizations.scoping import ScopedQuerySet

STAYS = "Lần khóa sổ đã ghi thì giữ nguyên; chỉ có thể mở lại, có lý do."


class ClosingQuerySet(ScopedQuerySet):
    scope_path = "fund__organization"
    REOPENING = frozenset({"reopened_at", "reopened_by", "reopened_because"})

    def update(self, **values):
        if not values.keys() <= self.REOPENING:
            raise ValidationError(STAYS)
        return super().update(**values)

    def delete(self):
        raise ValidationError(STAYS)

    def in_force(self):
        """Those that were not opened again."""
        return self.filter(reopened_at__isnull=True)


class Closing(models.Model):
    """A fund's closed month or year; ``last_day`` is its last. Nothing is entered on or before a closed day.

    ``sequence`` and ``seal`` are those of the fund's last entry when it was closed: printed on paper, they prove that
    nothing before was changed since.
    """

    class Period(models.TextChoices):
        MONTH = "month", "tháng"
        YEAR = "year", "năm"

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="closings", verbose_name="quỹ")
    period = models.CharField("kỳ", max_length=5, choices=Period, default=Period.MONTH)
    last_day = models.DateField("khóa đến hết ngày")
    sequence = models.PositiveIntegerField("số bút toán đến khi khóa")
    seal = models.CharField("dấu niêm phong", max_length=64, blank=True)
    closed_at = models.DateTimeField("khóa lúc")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người khóa sổ"
    )
    reopened_at = models.DateTimeField("mở lại lúc", null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="người mở lại"
    )
    reopened_because = models.CharField("lý do mở lại", max_length=300, blank=True)

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = "lần khóa sổ"
        verbose_name_plural = "lần khóa sổ"
        ordering = ["-last_day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "period", "last_day"],
                condition=Q(reopened_at__isnull=True),
                name="closing_once",
                violation_error_message="Kỳ này đã khóa sổ.",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True) | ~Q(reopened_because=""),
                name="closing_reopened_with_reason",
                violation_error_message="Hãy ghi lý do mở lại.",
            ),
        ]

    def __str__(self):
        return f"{self.fund}, {self.get_period_display()} đến {self.last_day:%d/%m/%Y}"

    def delete(self, *args, **kwargs):
        raise ValidationError(STAYS)


class ClosingBalanceQuerySet(ScopedQuerySet):
    scope_path = "closing__fund__organization"

    def update(self, **values):
        raise ValidationError(STAYS)

    def delete(self):
        raise ValidationError(STAYS)


class ClosingBalance(models.Model):
    """An account on the last day: what the books say and what was counted or stands on the bank's statement, in đồng.

    ``entries``: how many rows of the account the books' sum is made of.
    """

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="balances", verbose_name="lần khóa sổ")
    account = models.ForeignKey(Account, models.PROTECT, related_name="closing_balances", verbose_name="tài khoản")
    entries = models.PositiveIntegerField("số bút toán")
    booked = models.BigIntegerField("số dư trên sổ")
    counted = models.BigIntegerField("số thực tế")
    explanation = models.CharField("giải thích chênh lệch", max_length=300, blank=True)

    objects = ClosingBalanceQuerySet.as_manager()

    class Meta:
        verbose_name = "số dư khi khóa sổ"
        verbose_name_plural = "số dư khi khóa sổ"
        ordering = ["closing", "account"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "account"], name="closing_balance_once"),
            models.CheckConstraint(
                condition=Q(counted=models.F("booked")) | ~Q(explanation=""),
                name="closing_difference_explained",
                violation_error_message="Số thực tế khác số trên sổ: hãy giải thích chênh lệch.",
            ),
        ]

    def __str__(self):
        return f"{self.account}, {self.closing.last_day:%d/%m/%Y}"

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise ValidationError(STAYS)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError(STAYS)

    @property
    def difference(self) -> int:
        """Counted less booked, in đồng."""
        return self.counted - self.booked
