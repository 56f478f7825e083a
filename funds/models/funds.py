"""Funds of units, and the accounts in which a fund keeps its money."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from organizations.models import Organization
from organizations.scoping import ScopedQuerySet

FUND_CODE = RegexValidator(
    # "." and ".." cannot stand in an address, and the words stand beside codes in addresses.
    r"\A(?!(?:\.{1,2}|accounts|awards|campaigns|closings|create|entries|parties|pledges|registers)\Z)[A-Za-z0-9._-]{1,32}\Z",
    "Mã chỉ gồm chữ không dấu, số và . _ - (tối đa 32).",
)


class FundQuerySet(ScopedQuerySet):
    def open_on(self, day):
        """Funds whose books are kept on the day."""
        return self.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=day), opened_on__lte=day)

    def published(self):
        """Funds with a page that anybody may read."""
        return self.filter(published_on__isnull=False)


class Fund(models.Model):
    """Money of a unit that is accounted for by itself: the unit's own fund, or a named one with a charter.

    ``endowment``: the principal is kept and only what it yields is spent. ``published_on``: since when anybody may read
    its public page; empty, there is none. Every writing in its ledger holds a lock on its row.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="funds", verbose_name="đơn vị")
    code = models.CharField("mã quỹ", max_length=32, unique=True, validators=[FUND_CODE])
    name = models.CharField("tên quỹ", max_length=200)
    licensed = models.BooleanField("quỹ có giấy phép", default=False)
    charter = models.CharField("giấy phép, điều lệ", max_length=300, blank=True)
    council = models.CharField("hội đồng quản lý quỹ", max_length=300, blank=True)
    endowment = models.BooleanField("giữ nguyên gốc, chỉ chi phần lãi", default=False)
    opened_on = models.DateField("ngày mở sổ")
    closed_on = models.DateField("ngày khóa sổ hẳn", null=True, blank=True)
    published_on = models.DateField("công khai từ ngày", null=True, blank=True)

    objects = FundQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "quỹ"
        verbose_name_plural = "quỹ"
        ordering = ["organization", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="fund_closed_after_opening",
                violation_error_message="Ngày khóa sổ hẳn phải từ ngày mở sổ trở đi.",
            ),
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="fund_name_once",
                violation_error_message="Đơn vị đã có quỹ mang tên này.",
            ),
        ]

    def __str__(self):
        return self.name


class AccountQuerySet(ScopedQuerySet):
    scope_path = "fund__organization"

    def in_use(self):
        return self.filter(closed_on__isnull=True)

    def in_money(self):
        """Cash boxes and bank accounts, without things."""
        return self.filter(kind__in=Account.MONEY)


class Account(models.Model):
    """Where a fund keeps money (cash box, bank account), or at what value it keeps things (in kind)."""

    class Kind(models.TextChoices):
        CASH = "cash", "tiền mặt"
        BANK = "bank", "tiền gửi ngân hàng"
        IN_KIND = "in_kind", "hiện vật"

    # What figures call money; things are shown beside it.
    MONEY = (Kind.CASH, Kind.BANK)

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="accounts", verbose_name="quỹ")
    kind = models.CharField("loại", max_length=7, choices=Kind)
    name = models.CharField("tên tài khoản", max_length=100)
    bank = models.CharField("ngân hàng", max_length=100, blank=True)
    number = models.CharField("số tài khoản", max_length=30, blank=True)
    closed_on = models.DateField("ngừng dùng từ ngày", null=True, blank=True)

    objects = AccountQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "tài khoản quỹ"
        verbose_name_plural = "tài khoản quỹ"
        ordering = ["fund", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "name"],
                name="account_name_once",
                violation_error_message="Quỹ đã có tài khoản mang tên này.",
            ),
        ]

    def __str__(self):
        return self.name
