"""Talking about a report."""

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import because
from reports.models import Indicator, Narrative, Remark, Report
from reports.services.entering import clean_text
from reports.services.holding import OUT_OF_REACH

TEXT_LENGTH = 2000


@transaction.atomic
def add_remark(
    *, report: Report, user, text: str, indicator: Indicator | None = None, section: str = "", is_return: bool = False
) -> Remark:
    """Write a remark about a cell, a section or the whole report, by whoever may see the report.

    Raises ValidationError without a text, for one that is too long, and about a report out of reach.
    """
    if user is not None and not Report.objects.allowed(user, "reports.view_report").filter(pk=report.pk).exists():
        raise ValidationError(OUT_OF_REACH)
    if section and section not in Narrative.Section.values:
        raise ValidationError("Báo cáo không có mục này.")
    if section and indicator is not None:
        raise ValidationError("Một ý kiến chỉ nói về một ô hoặc một mục.")
    text = clean_text(text)
    if not text:
        raise ValidationError("Hãy viết ý kiến trước khi gửi.")
    if len(text) > TEXT_LENGTH:
        raise ValidationError(f"Ý kiến dài quá {TEXT_LENGTH} ký tự. Hãy viết gọn lại.")
    remark = Remark(report=report, indicator=indicator, section=section, text=text, author=user, is_return=is_return)
    because(remark, user=user, reason="Trả lại" if is_return else "Ý kiến").save()
    return remark
