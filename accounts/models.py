"""People who sign in."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from simple_history.models import HistoricalRecords

from core.vietnamese import person_name_key


class User(AbstractUser):
    """A person who signs in by user name; what they may do follows from their appointments."""

    first_name = None
    last_name = None
    full_name = models.CharField("họ và tên", max_length=150, blank=True)
    sort_key = models.CharField("khoá sắp xếp", max_length=400, blank=True, editable=False)
    phone = models.CharField("điện thoại", max_length=30, blank=True)

    objects = UserManager()
    # The password's hash and the time of sign-in are no business history.
    history = HistoricalRecords(excluded_fields=["password", "last_login", "sort_key"])

    class Meta(AbstractUser.Meta):
        verbose_name = "tài khoản"
        verbose_name_plural = "tài khoản"
        ordering = ["sort_key", "username"]
        indexes = [models.Index(fields=["sort_key", "username"], name="user_sort_key")]

    def __str__(self):
        return self.get_full_name()

    def save(self, *args, update_fields=None, **kwargs):
        self.sort_key = person_name_key(self.full_name)[:400]
        if update_fields is not None and set(update_fields) == {"last_login"}:
            # Signing in changes nothing that the history keeps; any value of the mark counts.
            self.skip_history_when_saving = True
        if update_fields is not None and "full_name" in update_fields:
            update_fields = {*update_fields, "sort_key"}
        super().save(*args, update_fields=update_fields, **kwargs)
        self.__dict__.pop("skip_history_when_saving", None)

    def get_full_name(self):
        return self.full_name or self.username

    def get_short_name(self):
        return self.full_name.split()[-1] if self.full_name.strip() else self.username


class RequestCount(models.Model):
    """How often one visitor opened a page that anybody may open, in one minute (`accounts.throttle`).

    ``visitor`` is a keyed mark of the address; minutes that have passed are removed with the next visitor.
    """

    minute = models.PositiveBigIntegerField("phút")
    page = models.CharField("trang", max_length=40)
    visitor = models.CharField("dấu của địa chỉ", max_length=32)
    number = models.PositiveIntegerField("số lần")

    class Meta:
        verbose_name = "lượt mở trang công khai"
        verbose_name_plural = "lượt mở trang công khai"
        ordering = ["-minute", "page"]
        constraints = [
            # The minute first: those that have passed are found by it.
            models.UniqueConstraint(fields=["minute", "page", "visitor"], name="request_count_once"),
        ]

    def __str__(self):
        return f"{self.page}: {self.number}"
