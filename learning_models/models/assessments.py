"""What was given for each criterion: by the registrants themselves, and by the meeting."""

from django.db import models
from django.db.models import Q

from core.history import BulkHistory
from learning_models.models.registrations import Registration
from organizations.scoping import ScopedQuerySet


class AssessmentQuerySet(ScopedQuerySet):
    scope_path = "registration__organization"


class Assessment(models.Model):
    """``answers``: number of the criterion → points, or whether it is met; one without an answer is left out."""

    class Stage(models.TextChoices):
        SELF = "self", "tự đánh giá"
        REVIEW = "review", "bình xét"

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="assessments", verbose_name="lượt đăng ký", db_index=False
    )
    stage = models.CharField("bước", max_length=6, choices=Stage)
    answers = models.JSONField("theo tiêu chí", default=dict, blank=True)
    score = models.PositiveSmallIntegerField("điểm", null=True, blank=True)
    level = models.PositiveSmallIntegerField("mức", null=True, blank=True)
    passed = models.BooleanField("đạt")

    objects = AssessmentQuerySet.as_manager()
    history = BulkHistory(asked_by=("registration",))

    class Meta:
        verbose_name = "phiếu đánh giá"
        verbose_name_plural = "phiếu đánh giá"
        ordering = ["registration", "-stage"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "stage"],
                name="assessment_stage_once",
                violation_error_message="Lượt đăng ký đã có phiếu của bước này.",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["self", "review"]),
                name="assessment_known_stage",
                violation_error_message="Bước đánh giá không có trong danh mục.",
            ),
        ]

    def __str__(self):
        return f"{self.registration}: {self.get_stage_display()}"
