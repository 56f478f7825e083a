"""Campaigns (the spring appeal) and what donors promised."""

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
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
            models.CheckConstraint(
                condition=Q(target__isnull=True) | Q(target__gt=0),
                name="campaign_target_positive",
                violation_error_message="Mục tiêu phải lớn hơn 0; chưa có mục tiêu thì để trống.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("funds:campaign_detail", args=[self.pk])


class PledgeQuerySet(FundPartQuerySet):
    def with_given(self):
        """Each with ``given``: đồng of the entries that name it, net of reversals."""
        return self.annotate(given=Coalesce(Sum("entries__amount"), 0))

    def waiting(self):
        """`with_given`: those of which something may still come."""
        return self.filter(given_up_on=None, given__lt=F("amount"))

    def in_state(self, state: str):
        """`with_given`: those in a state, see `Pledge.State`."""
        kept, unkept = Q(given__gte=F("amount")), Q(given__lt=F("amount"))
        conditions = {
            Pledge.State.FULFILLED: kept,
            Pledge.State.LAPSED: unkept & Q(given_up_on__isnull=False),
            Pledge.State.PART: unkept & Q(given_up_on=None, given__gt=0),
            Pledge.State.OPEN: unkept & Q(given_up_on=None, given__lte=0),
        }
        return self.filter(conditions[Pledge.State(state)])


class Pledge(models.Model):
    """What a donor promised to a fund: đồng, or ``things`` at that value. What came of it is the sum of the entries
    that name it, and is never typed.
    """

    class State(models.TextChoices):
        OPEN = "open", "chưa nhận"
        PART = "part", "đã nhận một phần"
        FULFILLED = "fulfilled", "đã nhận đủ"
        LAPSED = "lapsed", "thôi chờ"

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="pledges", verbose_name="quỹ")
    party = models.ForeignKey(Party, models.PROTECT, related_name="pledges", verbose_name="người hứa ủng hộ")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="đợt vận động"
    )
    amount = models.PositiveBigIntegerField("số tiền hứa, trị giá")
    things = models.CharField("hiện vật hứa", max_length=300, blank=True)
    pledged_on = models.DateField("ngày hứa")
    due_on = models.DateField("hẹn đến ngày", null=True, blank=True)
    given_up_on = models.DateField("ngày thôi chờ", null=True, blank=True)
    given_up_reason = models.CharField("lý do thôi chờ", max_length=300, blank=True)

    objects = PledgeQuerySet.as_manager()
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
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("pledged_on")),
                name="pledge_due_after_promise",
                violation_error_message="Ngày hẹn phải từ ngày hứa trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(given_up_on__isnull=True, given_up_reason="")
                | Q(given_up_on__isnull=False, given_up_reason__gt=""),
                name="pledge_given_up_with_reason",
                violation_error_message="Thôi chờ thì phải ghi lý do.",
            ),
        ]

    def __str__(self):
        return f"{self.party}, {self.pledged_on:%d/%m/%Y}"

    def get_absolute_url(self):
        return reverse("funds:pledge_detail", args=[self.pk])

    @property
    def state(self) -> "Pledge.State":
        """Of a row `with_given`."""
        if self.given >= self.amount:
            return self.State.FULFILLED
        if self.given_up_on is not None:
            return self.State.LAPSED
        return self.State.PART if self.given > 0 else self.State.OPEN

    @property
    def badge(self) -> str:
        """How the state's badge looks; of a row `with_given`."""
        if self.is_late:
            return "overdue"
        looks = {self.State.FULFILLED: "accepted", self.State.LAPSED: "returned", self.State.PART: "submitted"}
        return looks.get(self.state, "draft")

    @property
    def is_late(self) -> bool:
        """Whether something is still waited for past its day; of a row `with_given`."""
        waited = self.state in (self.State.OPEN, self.State.PART)
        return waited and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def rest(self) -> int:
        """What is still waited for, in đồng; of a row `with_given`."""
        return max(self.amount - self.given, 0) if self.given_up_on is None else 0
