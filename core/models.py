"""Fields that several apps share; this app has no tables."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from core.forms import QuarterField as QuarterFormField
from core.periods import Quarter

CODE_LENGTH = len("2022-Q1")


class QuarterField(models.CharField):
    """A ``core.periods.Quarter``, stored as its code, so that the order of the column is the order of time.

    Lookups take quarters or any text that ``Quarter.parse`` reads; they raise ValueError for other text.
    ``startswith`` works on the code (``quarter__startswith="2022-"``).
    """

    description = "quarter of a year"
    # An unset quarter is None and meets NOT NULL; "" would be stored silently.
    empty_strings_allowed = False

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = CODE_LENGTH
        super().__init__(*args, **kwargs)
        # CharField adds one, but a Quarter has no length.
        self.validators = [each for each in self.validators if not isinstance(each, MaxLengthValidator)]

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return None if value is None else Quarter.parse(value)

    def to_python(self, value):
        """Quarter or None; raises ValidationError for text that is no quarter."""
        if value is None or isinstance(value, Quarter):
            return value
        if value == "":
            return None
        try:
            return Quarter.parse(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value):
        if value is None or value == "":
            return None
        return (value if isinstance(value, Quarter) else Quarter.parse(str(value))).code

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj)) or ""

    def formfield(self, **kwargs):
        # Past CharField, which would limit what is typed to seven characters: "quý III/2022" is longer.
        return models.Field.formfield(self, **{"form_class": QuarterFormField, **kwargs})
