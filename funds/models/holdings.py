"""What each account holds now, counted along with every entry."""

from django.db import models

from funds.models.funds import Account
from organizations.scoping import ScopedQuerySet


class HoldingQuerySet(ScopedQuerySet):
    scope_path = "account__fund__organization"


class Holding(models.Model):
    """Number and sum of an account's entries, principal apart: written by the ledger under its fund's lock.

    The entries alone are true; this spares a new entry from adding up the whole book, and `check_integrity` recounts
    it, so that a last row that was taken out is missed.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="holdings", verbose_name="tài khoản")
    is_principal = models.BooleanField("thuộc phần gốc", default=False)
    entries = models.PositiveIntegerField("số bút toán")
    balance = models.BigIntegerField("số dư")

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = "số dư hiện có"
        verbose_name_plural = "số dư hiện có"
        ordering = ["account", "is_principal"]
        constraints = [
            models.UniqueConstraint(fields=["account", "is_principal"], name="holding_once"),
        ]

    def __str__(self):
        return f"{self.account}: {self.balance}"
