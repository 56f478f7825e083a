"""Fields that only persons have."""

import re
from datetime import date
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.forms import EIGHT_DIGITS, LineField, TypedTextField
from core.vietnamese import date_to_text, text_to_date

YEAR = re.compile(r"[0-9]{4}")
EARLIEST_YEAR = 1900


class Birth(NamedTuple):
    """A day of birth, or only its year."""

    date: date | None
    year: int


class BirthField(TypedTextField):
    """A day (dd/mm/yyyy, also eight digits) or only a year, as `Birth`."""

    value_type = Birth
    input_mode = "numeric"
    css_class = "reads-left"

    def read(self, text: str) -> Birth:
        if YEAR.fullmatch(text):
            return Birth(None, int(text))
        if found := EIGHT_DIGITS.fullmatch(text):
            text = "/".join(found.groups())
        day = text_to_date(text)
        return Birth(day, day.year)

    def show(self, value: Birth) -> str:
        return date_to_text(value.date) if value.date else str(value.year)

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        today = timezone.localdate()
        if value.year < EARLIEST_YEAR or value.year > today.year or (value.date and value.date > today):
            raise ValidationError(f"Năm sinh phải từ {EARLIEST_YEAR} đến năm nay. Hãy kiểm tra lại.", code="year")


class IdNumberField(forms.CharField):
    """A citizen's number of 9 or 12 digits; spaces and dots between them are taken away."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "reads-left"})
        super().__init__(**{"max_length": 30, "widget": widget, **kwargs})

    def to_python(self, value):
        return re.sub(r"[\s.]", "", super().to_python(value))

    def validate(self, value):
        super().validate(value)
        if value and not re.fullmatch(r"[0-9]{9}|[0-9]{12}", value):
            raise ValidationError("Số căn cước có 12 chữ số, số chứng minh cũ có 9 chữ số. Hãy đếm lại.", code="digits")


class KnownField(forms.TypedChoiceField):
    """Yes, no, or not known (None)."""

    def __init__(self, **kwargs):
        choices = [("", "chưa rõ"), ("yes", "có"), ("no", "không")]
        super().__init__(choices=choices, coerce=lambda text: text == "yes", empty_value=None, required=False, **kwargs)

    def prepare_value(self, value):
        return {True: "yes", False: "no", None: ""}.get(value, value)


class PhoneField(LineField):
    """A telephone number as people write it."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"})
        super().__init__(**{"max_length": 30, "required": False, "widget": widget, **kwargs})

    def validate(self, value):
        super().validate(value)
        if value and not re.fullmatch(r"\+?[0-9(][0-9 .()/-]{5,}", value):
            raise ValidationError("Số điện thoại chỉ gồm chữ số, ví dụ 0912 345 678.", code="phone")
