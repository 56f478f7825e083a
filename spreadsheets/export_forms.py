"""The form that gives a list out as a spreadsheet."""

import copy

from django import forms
from django.core.exceptions import ValidationError

from organizations.exporting import Export
from organizations.models import Organization
from organizations.scoping import holds
from spreadsheets.exporting import make_export
from spreadsheets.models import ExportLog

UNITS_SHOWN = 300


class ExportForm(forms.Form):
    """Unit, what the list itself asks, and the form of the file.

    The menu of units holds those worked for, those directly below ``unit`` and ``unit`` itself; any other code within
    the scope is taken as well, because lists elsewhere lead here with theirs.
    """

    organization = forms.CharField(label="Đơn vị", required=False, widget=forms.Select)
    format = forms.ChoiceField(
        label="Dạng tệp",
        required=False,
        choices=ExportLog.Format.choices,
        initial=ExportLog.Format.XLSX,
        widget=forms.RadioSelect,
        help_text="Excel để xem và sửa; CSV cho phần mềm khác.",
    )

    def __init__(self, *args, user, export: type[Export], workplaces: list[Organization], unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.export_class, self.workplaces = user, export, workplaces
        if self.is_bound and (code := self.data.get("organization")):
            # What was sent stays chosen when the form comes back with an error.
            unit = self.reach.filter(code=code).first() or unit
        self.unit = unit
        last = self.fields.pop("format")
        for name, field in export.fields.items():
            self.fields[name] = copy.deepcopy(field)
            # A list elsewhere may send only what it filters by; the export itself says what an empty answer means.
            self.fields[name].required = False
        for column in export.columns:
            permission = export.on_request.get(column.code)
            if permission and holds(user, permission):
                label = f"Kèm cột “{column.heading}”"
                self.fields[column.code] = forms.BooleanField(label=label, required=False)
        self.fields["format"] = last
        self.fields["organization"].widget.choices = self.unit_choices(unit)

    @property
    def reach(self):
        return Organization.objects.allowed(self.user, self.export_class.permission)

    def unit_choices(self, unit: Organization | None) -> list[tuple[str, str]]:
        """Those worked for, the given unit, those directly below it; everything, where there are several."""
        below = list(self.reach.alive().filter(parent=unit)[:UNITS_SHOWN]) if unit else []
        units = {each.code: each.name for each in [*self.workplaces, *([unit] if unit else []), *below]}
        everything = [("", "Mọi đơn vị trong phạm vi của tôi")] if len(self.workplaces) > 1 else []
        return [*everything, *units.items()]

    def clean_organization(self) -> Organization | None:
        code = self.cleaned_data["organization"]
        if not code:
            return self.workplaces[0] if len(self.workplaces) == 1 else None
        found = self.reach.filter(code=code).first()
        if found is None:
            raise ValidationError(f"Không có đơn vị mã “{code}” trong phạm vi của ông/bà.")
        return found

    def clean_format(self) -> str:
        return self.cleaned_data["format"] or ExportLog.Format.XLSX

    def clean(self):
        values = super().clean()
        self.export_class.check(values)
        return values

    def save(self):
        """The open file, its log and the export; None when the list cannot be written, which the form then says."""
        values = dict(self.cleaned_data)
        file_format, organization = values.pop("format"), values.pop("organization")
        export = self.export_class(user=self.user, organization=organization, choices=values)
        try:
            return *make_export(export, file_format=file_format), export
        except ValidationError as error:
            self.add_error(None, error)
            return None
