"""Forms that wrote in a ledger: the same one sent twice counts once."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from funds.models.entries import Entry


class SavedForm(models.Model):
    """What a form wrote, kept under a key made of the form's mark and of all that was typed in it."""

    key = models.UUIDField("mã lần ghi", unique=True)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name="bút toán")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người ghi")
    saved_at = models.DateTimeField("ghi lúc", default=timezone.now)

    class Meta:
        verbose_name = "lần gửi biểu mẫu quỹ"
        verbose_name_plural = "lần gửi biểu mẫu quỹ"
        ordering = ["-saved_at"]

    def __str__(self):
        return str(self.key)
