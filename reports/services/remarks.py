"""Talking about a report."""

from django.core.exceptions import ValidationError
from django.db import transaction

from core.history import because
from reports.models import Indicator, Remark, Report
from reports.services.entering import clean_text

TEXT_LENGTH = 2000


@transaction.atomic
def add_remark(
    *, report: Report, user, text: str, indicator: Indicator | None = None, section: str = "", is_return: bool = False
) -> Remark:
    """Write a remark about a cell, a section or the whole report; whoever may see the report may be shown it.

    Raises ValidationError without a text, or for one that is too long.
    """
    text = clean_text(text)
    if not text:
        raise ValidationError("Hãy viết ý kiến trước khi gửi.")
    if len(text) > TEXT_LENGTH:
        raise ValidationError(f"Ý kiến dài quá {TEXT_LENGTH} ký tự. Hãy viết gọn lại.")
    remark = Remark(report=report, indicator=indicator, section=section, text=text, author=user, is_return=is_return)
    because(remark, user=user, reason="Trả lại" if is_return else "Ý kiến").save()
    return remark
