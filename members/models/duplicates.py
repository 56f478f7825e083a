"""What people decided about two rows that looked like one person."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from members.models.members import Member
from organizations.scoping import ScopedQuerySet


class DifferentPeopleQuerySet(ScopedQuerySet):
    scope_path = "first__organization"


class DifferentPeople(models.Model):
    """Two members that somebody looked at and found to be two people: they are not shown as duplicates again."""

    first = models.ForeignKey(Member, models.CASCADE, related_name="+", verbose_name="người thứ nhất")
    second = models.ForeignKey(Member, models.CASCADE, related_name="+", verbose_name="người thứ hai")

    objects = DifferentPeopleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "hai người khác nhau"
        verbose_name_plural = "hai người khác nhau"
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="different_people_in_order",
                violation_error_message="Hai người phải khác nhau, người có số nhỏ hơn đứng trước.",
            ),
            models.UniqueConstraint(
                fields=["first", "second"],
                name="different_people_once",
                violation_error_message="Hai người này đã được ghi là khác nhau.",
            ),
        ]

    def __str__(self):
        return f"{self.first} ≠ {self.second}"


class MergingQuerySet(ScopedQuerySet):
    scope_path = "kept__organization"


class Merging(models.Model):
    """A row that was found to be another's and went into it; old addresses lead to the one that was kept."""

    merged_id = models.PositiveBigIntegerField("số của dòng đã gộp", unique=True)
    kept = models.ForeignKey(Member, models.PROTECT, related_name="mergings", verbose_name="dòng được giữ")
    merged_name = models.CharField("họ tên ở dòng đã gộp", max_length=150, blank=True)

    objects = MergingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "lần gộp hội viên"
        verbose_name_plural = "các lần gộp hội viên"

    def __str__(self):
        return f"{self.merged_name} → {self.kept}"
