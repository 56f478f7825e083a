"""Lines of people in a form: ten to type in, more where they are copied out of Excel."""

from django import forms

from core.forms import CountField, LineField
from funds.awards.nominations import Nominee
from funds.awards.pasting import lines_from

ROWS, MOST_ROWS = 10, 100
MOST_PORTIONS = 1000
LONGEST_TEXT = 200_000
NO_YEAR = "Hãy ghi năm bằng bốn chữ số, ví dụ 2012."


class NomineeForm(forms.Form):
    """One line; wholly empty it is left out."""

    name = LineField(label="Họ và tên", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    birth_year = forms.IntegerField(
        label="Năm sinh",
        required=False,
        error_messages={"invalid": NO_YEAR},
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    school = LineField(label="Trường, nơi làm việc", max_length=200, required=False)
    portions = CountField(label="Số suất", required=False, min_value=1, max_value=MOST_PORTIONS)

    def __init__(self, *args, number: int, **kwargs):
        super().__init__(*args, prefix=f"d{number}", empty_permitted=True, use_required_attribute=False, **kwargs)
        self.number = number
        self.fields["name"].error_messages["required"] = "Dòng này chưa có tên. Hãy ghi tên, hoặc xoá cả dòng."

    def cells(self) -> list[forms.BoundField]:
        """What is long first: those two take the width of a phone."""
        return sorted(self, key=lambda field: field.name not in ("name", "school"))

    def nominee(self) -> Nominee:
        values = self.cleaned_data
        return Nominee(values["name"], values["birth_year"], values["school"], values["portions"] or 1)


class LinesMixin:
    """For a form with ``lines`` of `line_form`; ``cut``: how many rows from Excel did not fit any more.

    Rows from Excel fill a form that is shown, and is not sent yet: people look at them before they are written.
    """

    line_form = NomineeForm

    def set_up_lines(self) -> None:
        """As many as were sent, ten at least; what comes from Excel stands below what was typed."""
        typed = self.data if self.is_bound else self.initial
        rows = str(typed.get("rows") or "")
        number = min(int(rows), MOST_ROWS) if rows.isascii() and rows.isdigit() and len(rows) < 4 else ROWS
        self.cut = 0
        if self.is_bound:
            self.lines = [self.line_form(self.data, number=place) for place in range(1, max(number, ROWS) + 1)]
            return
        names = list(self.line_form.base_fields)
        before = [{name: typed.get(f"d{place}-{name}", "") for name in names} for place in range(1, number + 1)]
        pasted = lines_from(str(typed.get("pasted") or "")[:LONGEST_TEXT])
        filled = [row for row in before if any(row.values())] + pasted
        self.cut = max(0, len(filled) - MOST_ROWS)
        filled = filled[:MOST_ROWS] + [{}] * (ROWS - len(filled))
        self.lines = [self.line_form(number=place, initial=row) for place, row in enumerate(filled, start=1)]

    @property
    def most_rows(self) -> int:
        return MOST_ROWS

    def is_valid(self) -> bool:
        lines = [line.is_valid() for line in self.lines]
        return super().is_valid() and all(lines)

    @property
    def faults(self) -> list[tuple[forms.Form, forms.BoundField, str]]:
        return [(line, field, text) for line in self.lines for field in line for text in field.errors]
