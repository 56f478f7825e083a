"""Who has looked at a person's ID number in full."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from members.models.members import Member
from organizations.scoping import ScopedQuerySet

APPEND_ONLY = "Nhật ký xem số căn cước chỉ ghi thêm, không sửa, không xoá."


class IdNumberReadingQuerySet(ScopedQuerySet):
    scope_path = "member__organization"


class IdNumberReading(models.Model):
    """One look at one number, written before it is shown; never changed, never deleted.

    ``member_key`` outlives the member's row, which may go into another's.
    """

    member = models.ForeignKey(
        Member, models.SET_NULL, null=True, related_name="id_number_readings", verbose_name="hội viên"
    )
    member_key = models.PositiveBigIntegerField("số của dòng hội viên", editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="người xem")
    read_at = models.DateTimeField("xem lúc", auto_now_add=True)

    objects = IdNumberReadingQuerySet.as_manager()

    class Meta:
        verbose_name = "lần xem số căn cước"
        verbose_name_plural = "các lần xem số căn cước"
        ordering = ["-read_at", "-pk"]

    def __str__(self):
        return f"{self.user}: {self.member or self.member_key}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise ValidationError(APPEND_ONLY)
        self.member_key = self.member_id
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError(APPEND_ONLY)
