"""The form that takes a spreadsheet in."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core.sheets import Sheet
from organizations.models import Organization
from spreadsheets.models import ImportBatch
from spreadsheets.reading import check_size
from spreadsheets.services import upload_spreadsheet


class UploadForm(forms.Form):
    """``save()`` checks the file and returns the batch, or None when the file cannot be read at all."""

    kind = forms.ChoiceField(label="Loại bảng")
    file = forms.FileField(
        label="Tệp",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={"required": "Hãy chọn tệp .xlsx hoặc .csv.", "empty": "Tệp trống, không có gì để nhập."},
    )
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
        choices = [("", "Mọi đơn vị trong phạm vi của tôi"), *((code, unit.name) for code, unit in self.units.items())]
        self.fields["organization"].choices = choices
        if len(self.units) < 2:
            del self.fields["organization"]

    def clean_file(self):
        check_size(self.cleaned_data["file"])
        return self.cleaned_data["file"]

    def save(self) -> ImportBatch | None:
        file = self.cleaned_data["file"]
        try:
            return upload_spreadsheet(
                kind=self.cleaned_data["kind"],
                file=file,
                name=file.name,
                user=self.user,
                organization=self.units.get(self.cleaned_data.get("organization")),
            )
        except ValidationError as error:
            self.add_error("file", error.messages)
            return None
