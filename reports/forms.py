from django import forms

from core.forms import DateTextField
from reports.models import DocumentNumber


class DocumentNumberForm(forms.ModelForm):
    """Saved over whatever someone else saved meanwhile: there is one row per unit and period."""

    issued_on = DateTextField(label="Ngày ban hành", required=False, help_text="Ví dụ 05/04/2022.")

    class Meta:
        model = DocumentNumber
        fields = ["number", "issued_on"]
        labels = {"number": "Số văn bản"}
        help_texts = {"number": "Số lấy ở sổ công văn đi, ví dụ 15. Để trống nếu văn thư ghi tay."}

    def save(self, commit=True):
        key = {"organization": self.instance.organization, "period": self.instance.period}
        return DocumentNumber.objects.update_or_create(**key, defaults=self.cleaned_data)[0]
