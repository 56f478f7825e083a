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


class RemarkForm(forms.Form):
    text = forms.CharField(
        label="Ý kiến",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Cấp trên và đơn vị cùng đọc được.",
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(label="Lý do mở lại", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    open_until = DateTextField(
        label="Được sửa đến hết ngày", required=False, help_text="Kỳ đã đóng: ghi ngày cuối đơn vị được sửa và nộp lại."
    )

    def __init__(self, *args, is_closed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_closed:
            del self.fields["open_until"]
