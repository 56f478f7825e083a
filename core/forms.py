"""Form fields that take numbers, money, dates and quarters as Vietnamese people type them, and show them so.

All are text inputs: ``type="number"`` refuses 1.234.567 and follows the browser's language, not ours.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.money import text_to_money
from core.numbers import decimal_to_text, number_to_text, text_to_decimal, text_to_number
from core.periods import Quarter
from core.sheets import Text, plain
from core.vietnamese import date_to_text, text_to_date

LARGEST_COUNT = 10**15
# Phones show a pad of digits without "/" for inputmode numeric, so eight digits are a date too.
EIGHT_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")


class LineField(forms.CharField):
    """One line of text, kept as a spreadsheet would bring it: what is given out as Excel comes back unchanged.

    White space is collapsed, letters and their marks are joined, signs that nobody sees are dropped or refused.
    """

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return value
        try:
            return Text(self.max_length)(value) or self.empty_value
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error


class TypedTextField(forms.Field):
    """A text input whose value is read from text and written back as text.

    A subclass says how: ``read`` (text → value, ValueError with a Vietnamese sentence), ``show`` (value →
    text), ``value_type``, ``input_mode`` and the ``css_class`` of the input. An empty input is None.
    """

    widget = forms.TextInput
    value_type: type
    input_mode = "text"
    css_class = ""

    def read(self, text: str):
        raise NotImplementedError

    def show(self, value) -> str:
        raise NotImplementedError

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, self.value_type):
            return value
        text = plain(str(value))
        if not text:
            return None
        try:
            return self.read(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value):
        # What a person typed stays as typed, right or wrong.
        if isinstance(value, str) or value in self.empty_values:
            return value
        try:
            return self.show(self.to_python(value))
        except ValidationError:
            return str(value)

    def has_changed(self, initial, data):
        try:
            initial = self.to_python(initial)
        except ValidationError:
            return True
        return super().has_changed(initial, data)

    def widget_attrs(self, widget):
        if getattr(widget, "input_type", None) != "text":
            return {}
        attrs = {"inputmode": self.input_mode, "autocomplete": "off"}
        if self.css_class:
            attrs["class"] = self.css_class
        return {name: value for name, value in attrs.items() if name not in widget.attrs}


class BoundedNumberField(TypedTextField):
    """Refuses numbers outside ``min_value`` … ``max_value`` (either may be None)."""

    def __init__(self, *, min_value=0, max_value=LARGEST_COUNT, **kwargs):
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        if self.min_value == 0 and value < 0:
            raise ValidationError("Số này không được âm. Hãy bỏ dấu trừ.", code="min_value")
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(f"Hãy nhập số từ {self.show(self.min_value)} trở lên.", code="min_value")
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                f"Số lớn nhất được nhận là {self.show(self.max_value)}. Hãy xem có thừa chữ số không.",
                code="max_value",
            )


class CountField(BoundedNumberField):
    """A whole number, as int: 1.234.567, 1234567 or 1 234 567."""

    default_error_messages = {"required": "Hãy nhập một số nguyên, ví dụ 1.240."}
    value_type = int
    input_mode = "numeric"

    def to_python(self, value):
        # An initial Decimal("240.000") is 240; as text it would be 240 thousand.
        if isinstance(value, float | Decimal):
            if value != value // 1:
                raise ValidationError(f"{decimal_to_text(value)} không phải là số nguyên.", code="invalid")
            return int(value)
        return super().to_python(value)

    def read(self, text: str) -> int:
        return text_to_number(text)

    def show(self, value: int) -> str:
        return number_to_text(value)


class DecimalTextField(BoundedNumberField):
    """A number with up to ``decimal_places`` decimals, as Decimal: 67,2 or 1.240,5.

    ``max_digits`` is that of a model's DecimalField, before and after the comma together.
    """

    default_error_messages = {"required": "Hãy nhập một số, ví dụ 67,2."}
    value_type = Decimal
    input_mode = "decimal"

    def __init__(self, *, decimal_places=2, max_digits=None, **kwargs):
        self.decimal_places = decimal_places
        if max_digits is not None:
            kwargs.setdefault("max_value", Decimal((0, (9,) * max_digits, -decimal_places)))
        super().__init__(**kwargs)

    def to_python(self, value):
        # An initial 1.234 is a number; as text it would be a thousand.
        if isinstance(value, int | float):
            return Decimal(str(value))
        return super().to_python(value)

    def read(self, text: str) -> Decimal:
        return text_to_decimal(text)

    def show(self, value: Decimal) -> str:
        return decimal_to_text(value, self.decimal_places)

    def validate(self, value):
        super().validate(value)
        if value is not None and (Fraction(value) * 10**self.decimal_places).denominator != 1:
            raise ValidationError(
                f"Nhiều nhất {self.decimal_places} chữ số sau dấu phẩy. Hãy làm tròn: {self.show(value)}.",
                code="max_decimal_places",
            )


class MoneyField(CountField):
    """Whole đồng, as int: 6.100.000.000, also 6,1 tỷ or 35 triệu; shown without the word đồng."""

    default_error_messages = {"required": "Hãy nhập số tiền bằng đồng, ví dụ 35.000.000."}

    def read(self, text: str) -> int:
        return text_to_money(text)


class DateTextField(TypedTextField):
    """A date, the day first: 05/04/2022, 5-4-2022, 05042022; also 2022-04-05.

    Dates outside ``min_value`` … ``max_value`` are refused: 1060 for 1960 is a slip of the finger.
    """

    default_error_messages = {"required": "Hãy nhập ngày/tháng/năm, ví dụ 05/04/2022."}
    value_type = date
    input_mode = "numeric"
    css_class = "reads-left"

    def __init__(self, *, min_value=date(1900, 1, 1), max_value=date(2100, 12, 31), **kwargs):
        self.min_value, self.max_value = min_value, max_value
        super().__init__(**kwargs)

    def to_python(self, value):
        if isinstance(value, datetime):
            return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
        return super().to_python(value)

    def read(self, text: str) -> date:
        if found := EIGHT_DIGITS.fullmatch(text):
            text = "/".join(found.groups())
        return text_to_date(text)

    def show(self, value: date) -> str:
        return date_to_text(value)

    def validate(self, value):
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                f"Ngày phải từ {self.show(self.min_value)} trở đi. Hãy kiểm tra lại năm.", code="min_value"
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                f"Ngày không được sau {self.show(self.max_value)}. Hãy kiểm tra lại năm.", code="max_value"
            )


class QuarterField(TypedTextField):
    """A quarter, as ``core.periods.Quarter``: quý I/2022, I/2022, q1/2022 or 2022-Q1.

    A text input shows "quý I/2022"; any other widget, such as a Select of codes, gets "2022-Q1".
    """

    default_error_messages = {"required": "Hãy chọn quý, ví dụ quý I/2022."}
    value_type = Quarter

    def read(self, text: str) -> Quarter:
        return Quarter.parse(text)

    def show(self, value: Quarter) -> str:
        return value.label if getattr(self.widget, "input_type", None) == "text" else value.code
