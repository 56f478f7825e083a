"""How many members a unit has, where their names are not recorded."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from core.history import BatchHistory
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet


def part_of_members(field: str, words: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": F("members")}),
        name=f"head_count_{field}_within",
        violation_error_message=f"{words} không thể nhiều hơn tổng số hội viên.",
    )


class HeadCount(models.Model):
    """The members of a unit and of everything below it that does not report by itself, counted on a day.

    An empty part (women, …) is no data.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="head_counts", verbose_name="đơn vị")
    date = models.DateField("ngày đếm")
    members = models.PositiveIntegerField("tổng số hội viên")
    women = models.PositiveIntegerField("hội viên nữ", null=True, blank=True)
    party_members = models.PositiveIntegerField("hội viên là đảng viên", null=True, blank=True)
    carded = models.PositiveIntegerField("hội viên có thẻ", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords(bases=[BatchHistory])

    class Meta:
        verbose_name = "số đếm hội viên"
        verbose_name_plural = "số đếm hội viên"
        ordering = ["organization", "-date"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "date"],
                name="head_count_once_a_day",
                violation_error_message="Đơn vị đã có số đếm của ngày này.",
            ),
            part_of_members("women", "Số hội viên nữ"),
            part_of_members("party_members", "Số đảng viên"),
            part_of_members("carded", "Số hội viên có thẻ"),
        ]

    def __str__(self):
        return f"{self.organization}, {self.date:%d/%m/%Y}"
