"""Which paper to print, for whom."""

from django import forms
from django.core.exceptions import ValidationError

from core.forms import DateTextField
from core.numbers import number_to_text
from members.documents import MOST_PEOPLE


class PapersForm(forms.Form):
    """``members``: keys with commas between."""

    CARDS, ATTENDANCE = "cards", "attendance"

    members = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)
    unit = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)
    paper = forms.ChoiceField(
        label="In gì",
        choices=[(ATTENDANCE, "Danh sách điểm danh"), (CARDS, "Thẻ hội viên (10 thẻ một trang)")],
        widget=forms.RadioSelect,
        initial=ATTENDANCE,
        error_messages={"required": "Hãy chọn một loại giấy."},
    )
    subject = forms.CharField(
        label="Nội dung cuộc họp",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="In trên danh sách điểm danh. Để trống thì có dòng chấm để viết tay.",
    )
    day = DateTextField(label="Ngày họp", required=False, help_text="Ví dụ 05/04/2022. Để trống thì viết tay.")

    def clean_members(self) -> list[int]:
        texts = [text for text in self.cleaned_data["members"].split(",") if text]
        if len(texts) > MOST_PEOPLE or not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
            most = number_to_text(MOST_PEOPLE)
            raise ValidationError(f"Hãy quay lại danh sách chọn hội viên, mỗi lần nhiều nhất {most} người.")
        return list(dict.fromkeys(map(int, texts)))
