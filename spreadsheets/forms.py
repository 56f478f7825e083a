"""The forms that take a spreadsheet in and say which of its columns is which."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core.attachments import UploadInput
from core.sheets import Mode, Sheet, column_letter
from organizations.models import Organization
from spreadsheets.kinds import find_kind
from spreadsheets.mappings import is_secret, suggest_columns
from spreadsheets.models import ImportBatch
from spreadsheets.reading import check_size
from spreadsheets.services import map_columns, upload_spreadsheet

# A page of more would be heavier than its use: whoever has more columns deletes the ones that are not ours.
LISTED_HEADINGS = 60


class UploadForm(forms.Form):
    """``save()`` checks the file and returns the batch, or None when the file cannot be read at all."""

    kind = forms.ChoiceField(label="Loại bảng")
    file = forms.FileField(
        label="Tệp",
        widget=UploadInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": "Hãy chọn tệp .xlsx hoặc .csv.", "empty": "Tệp trống, không có gì để nhập."},
    )
    mode = forms.ChoiceField(label="Với dòng đã có trong sổ", choices=Mode.choices, required=False)
    organization = forms.ChoiceField(
        label="Chỉ nhận dòng của", required=False, help_text="Dòng của đơn vị khác sẽ bị từ chối."
    )

    def __init__(self, *args, user, kinds: dict[str, type[Sheet]], organizations: list[Organization], **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.units = {unit.code: unit for unit in organizations}
        self.fields["kind"].choices = [("", "Chọn loại bảng"), *((code, kind.label) for code, kind in kinds.items())]
        self.fields["file"].help_text = (
            f"Excel (.xlsx) hoặc CSV UTF-8, nhiều nhất {settings.MAX_UPLOAD_MB} MB. "
            "Chưa ghi gì cho đến khi ông/bà xem và đồng ý."
        )
        streamed = ", ".join(kind.label.lower() for kind in kinds.values() if kind.is_streamed)
        self.fields["mode"].help_text = f"Hai cách sau chỉ dùng cho: {streamed}."
        if not streamed:
            del self.fields["mode"]
        choices = [("", "Mọi đơn vị trong phạm vi của tôi"), *((code, unit.name) for code, unit in self.units.items())]
        self.fields["organization"].choices = choices
        if len(self.units) < 2:
            del self.fields["organization"]

    def clean_file(self):
        check_size(self.cleaned_data["file"])
        return self.cleaned_data["file"]

    def clean(self):
        """The other modes need rows that stand by themselves."""
        cleaned = super().clean()
        mode, kind = cleaned.get("mode") or Mode.UPDATE, cleaned.get("kind")
        if kind and mode != Mode.UPDATE and not find_kind(kind).is_streamed:
            self.add_error("mode", f"Loại bảng này chỉ nhận cách “{Mode.UPDATE.label}”.")
        return cleaned

    def save(self) -> ImportBatch | None:
        file = self.cleaned_data["file"]
        try:
            return upload_spreadsheet(
                kind=self.cleaned_data["kind"],
                file=file,
                name=file.name,
                user=self.user,
                organization=self.units.get(self.cleaned_data.get("organization")),
                mode=self.cleaned_data.get("mode") or Mode.UPDATE,
            )
        except ValidationError as error:
            self.add_error("file", error.messages)
            return None


class ColumnsForm(forms.Form):
    """A choice for each of our columns: the heading of the file that holds it."""

    def __init__(self, *args, batch: ImportBatch, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch, self.user, self.kind = batch, user, find_kind(batch.kind)
        headings = batch.headings.get("headings", [])[:LISTED_HEADINGS]
        suggested = batch.columns or suggest_columns(self.kind, headings)
        choices = [
            (str(place), f"{column_letter(place)}: {text}")
            for place, text in enumerate(headings)
            if text and not is_secret(self.kind, text)
        ]
        for column in self.kind.columns:
            self.fields[column.code] = forms.ChoiceField(
                label=column.heading,
                choices=[("", "không có trong tệp"), *choices],
                required=column.required,
                initial=suggested.get(column.code, ""),
                error_messages={"required": f"Hãy chọn cột của tệp ứng với “{column.heading}”."},
            )

    def clean(self):
        """One column of the file cannot be two of ours."""
        cleaned = super().clean()
        taken: dict[str, str] = {}
        for column in self.kind.columns:
            place = cleaned.get(column.code)
            if place and place in taken:
                self.add_error(column.code, f"Cột này đã chọn cho “{taken[place]}”. Hãy chọn cột khác.")
            elif place:
                taken[place] = column.heading
        return cleaned

    def save(self) -> ImportBatch | None:
        columns = {code: int(place) for code, place in self.cleaned_data.items() if place}
        try:
            return map_columns(batch=self.batch, user=self.user, columns=columns)
        except ValidationError as error:
            self.add_error(None, error)
            return None
