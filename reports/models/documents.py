"""Under which number and date a unit sends the report of a period."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from core.periods import parse_period
from core.vietnamese import date_to_text
from organizations.models import Organization
from organizations.scoping import ScopedQuerySet


class DocumentNumber(models.Model):
    """Number and date that a clerk took from the register of outgoing documents; ``period`` is a quarter or a span."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="document_numbers", verbose_name="đơn vị"
    )
    period = models.CharField("kỳ", max_length=7)
    number = models.CharField(
        "số",
        blank=True,
        max_length=20,
        validators=[
            RegexValidator(r"\A[0-9A-Za-z][0-9A-Za-z.-]*\Z", "Số văn bản viết liền, ví dụ 15, không kèm ký hiệu.")
        ],
    )
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "số và ngày văn bản"
        verbose_name_plural = "số và ngày văn bản"
        ordering = ["-period", "organization"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "period"],
                name="document_number_once",
                violation_error_message="Báo cáo của kỳ này đã có số.",
            ),
        ]

    def __str__(self):
        return f"{self.organization}, {self.period}: {self.number}"

    def clean(self):
        try:
            period = parse_period(self.period)
        except ValueError as error:
            raise ValidationError({"period": str(error)}) from error
        if self.issued_on is not None and self.issued_on < period.first_day:
            begun = date_to_text(period.first_day)
            raise ValidationError({"issued_on": f"Kỳ này bắt đầu ngày {begun}. Hãy kiểm tra lại ngày ban hành."})
