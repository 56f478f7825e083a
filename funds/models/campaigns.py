"""Campaigns (the spring appeal) and what donors promised."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from funds.models.funds import Fund
from funds.models.parties import Party
from organizations.scoping import ScopedQuerySet


class FundPartQuerySet(ScopedQuerySet):
    scope_path = "fund__organization"


class Campaign(models.Model):
    """An appeal for one fund, with a target in đồng; what came of it is the sum of its entries."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="campaigns", verbose_name="quỹ")
    name = models.CharField("tên đợt vận động", max_length=200)
    starts_on = models.DateField("từ ngày")
    ends_on = models.DateField("đến ngày", null=True, blank=True)
    target = models.PositiveBigIntegerField("mục tiêu", null=True, blank=True)

    objects = FundPartQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "đợt vận động"
        verbose_name_plural = "đợt vận động"
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
                violation_error_message="Ngày kết thúc phải từ ngày bắt đầu trở đi.",
            ),
            models.UniqueConstraint(
                fields=["fund", "name"],
                name="campaign_name_once",
                violation_error_message="Quỹ đã có đợt vận động mang tên này.",
            ),
        ]

    def __str__(self):
        return self.name


class Pledge(models.Model):
    """What a donor promised to a fund, in đồng; what came of it is the sum of the entries that name it."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="pledges", verbose_name="quỹ")
    party = models.ForeignKey(Party, models.PROTECT, related_name="pledges", verbose_name="người hứa ủng hộ")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="đợt vận động"
    )
    amount = models.PositiveBigIntegerField("số tiền hứa")
    pledged_on = models.DateField("ngày hứa")
    due_on = models.DateField("hẹn đến ngày", null=True, blank=True)
    given_up_on = models.DateField("ngày thôi chờ", null=True, blank=True)

    objects = FundPartQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "lời hứa ủng hộ"
        verbose_name_plural = "lời hứa ủng hộ"
        ordering = ["-pledged_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="pledge_amount_positive",
                violation_error_message="Số tiền hứa phải lớn hơn 0.",
            ),
        ]

    def __str__(self):
        return f"{self.party}, {self.pledged_on:%d/%m/%Y}"
