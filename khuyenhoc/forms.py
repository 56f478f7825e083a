"""The forms of the first start, one for each step; each owns the failure of its step."""

from datetime import date

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from core.forms import DateTextField, QuarterField
from core.periods import Quarter
from core.vietnamese import date_to_text
from khuyenhoc import first_run
from organizations.administrative import provinces
from reports.services import open_round

OTHER = "other"
# The day before the districts were abolished and the communes merged.
LAST_OF_THREE_TIERS = date(2025, 6, 30)


class CodeForm(forms.Form):
    submit_label = "Tiếp tục"
    lead = "Phần mềm chưa có tài khoản nào. Để chỉ người cài đặt lập được tài khoản đầu tiên, ông/bà gõ mã thiết lập."
    code = forms.CharField(
        label="Mã thiết lập",
        max_length=40,
        help_text="In ở cửa sổ đã khởi động phần mềm, dạng ABCD-EFGH-JKLM.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self):
        if not first_run.is_setup_code(self.cleaned_data["code"]):
            raise ValidationError("Mã này không đúng. Hãy xem lại ở cửa sổ đã khởi động phần mềm.")
        return self.cleaned_data["code"]


class AccountForm(BaseUserCreationForm):
    """A new account; a subclass says what becomes of it."""

    submit_label = "Tạo tài khoản quản trị"
    lead = "Người giữ tài khoản này lập đơn vị, cấp tài khoản và sao lưu. Hãy ghi lại mật khẩu ở nơi an toàn."

    class Meta(BaseUserCreationForm.Meta):
        model = User
        fields = ["username", "full_name"]
        help_texts = {"username": "Chữ, số và các dấu @ . + - _"}

    def clean_password1(self):
        password = self.cleaned_data["password1"]
        if password and not password.strip():
            raise ValidationError("Mật khẩu không được chỉ có dấu cách.")
        return password

    def carry_out(self, user):
        return first_run.create_administrator(self)


class UnitsForm(forms.Form):
    """Which province, and how its units stand: the list of the State on a day."""

    TIERS = [
        ("2", "Hai cấp: tỉnh, xã (từ 01/07/2025)"),
        ("3", "Ba cấp: tỉnh, huyện, xã (đến 30/06/2025)"),
    ]
    submit_label = "Xem danh sách sẽ tạo"
    lead = "Phần mềm lập sẵn hội của từng đơn vị hành chính. Đơn vị trực thuộc, chi hội và chỗ khác biệt sửa được sau."
    province = forms.ChoiceField(label="Tỉnh, thành phố")
    tiers = forms.ChoiceField(label="Mô hình tổ chức", choices=TIERS, initial="2", widget=forms.RadioSelect)
    day = DateTextField(
        label="Danh sách tại ngày",
        required=False,
        help_text="Để trống: hôm nay, hoặc 30/06/2025 với mô hình ba cấp. Cần số liệu quý cũ thì ghi ngày của quý ấy.",
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.provinces = {unit.code: unit for unit in provinces(timezone.localdate())}
        choices = [(code, unit.name) for code, unit in self.provinces.items()]
        self.fields["province"].choices = [("", "Hãy chọn"), *choices, (OTHER, "Tỉnh khác: nhập đơn vị từ Excel")]

    @property
    def is_other(self) -> bool:
        return self.cleaned_data["province"] == OTHER

    def clean(self):
        values = super().clean()
        if self.errors or self.is_other:
            return values
        three = values["tiers"] == "3"
        day = values.get("day") or (LAST_OF_THREE_TIERS if three else timezone.localdate())
        self.plan = first_run.plan_units(self.provinces[values["province"]], day)
        if not self.plan.communes:
            self.add_error("day", "Danh mục không có xã nào của tỉnh vào ngày này. Hãy chọn ngày khác.")
        elif three and not self.plan.districts:
            self.add_error("tiers", f"Ngày {date_to_text(day)} tỉnh không còn cấp huyện: hãy chọn hai cấp.")
        elif not three and self.plan.districts:
            self.add_error("tiers", f"Ngày {date_to_text(day)} tỉnh còn cấp huyện: hãy chọn ba cấp.")
        return values

    def carry_out(self, user):
        return first_run.create_units(province=self.plan.province, day=self.plan.day, user=user)


class ManagerForm(AccountForm):
    """A new account for the manager, or the administrator's own."""

    submit_label = "Giao quyền quản lý"
    lead = "Người quản lý sửa đơn vị, phân công thư ký các xã và xem mọi số liệu của tỉnh."
    mine = forms.BooleanField(label="Chính tôi quản lý, không cần tài khoản khác", required=False)

    field_order = ["mine", "username", "full_name"]

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        if data and data.get("mine"):
            for name in self.fields.keys() - {"mine"}:
                self.fields[name].required = False

    def clean(self):
        if self.cleaned_data.get("mine"):
            return self.cleaned_data
        return super().clean()

    def _post_clean(self):
        if not self.cleaned_data.get("mine"):
            super()._post_clean()

    def carry_out(self, user):
        manager = user if self.cleaned_data["mine"] else self.save(commit=False)
        return first_run.appoint_manager(organization=first_run.root(), manager=manager, user=user)


class RoundForm(forms.Form):
    """The first quarter that is reported."""

    submit_label = "Mở kỳ báo cáo"
    lead = "Mọi đơn vị có báo cáo hằng quý sẽ có một báo cáo để nhập số liệu."
    quarter = QuarterField(label="Quý", help_text="Ví dụ quý IV/2026 hoặc 2026-Q4.")
    due_on = DateTextField(label="Hạn nộp", help_text="Ngày cuối cùng nộp đúng hạn.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        quarter = Quarter.of(timezone.localdate())
        after = quarter.next.first_day
        self.initial = {"quarter": quarter, "due_on": date(after.year, after.month, 5)}

    def carry_out(self, user):
        values = self.cleaned_data
        return open_round(root=first_run.root(), quarter=values["quarter"], due_on=values["due_on"], user=user)


FORMS = {"account": AccountForm, "units": UnitsForm, "manager": ManagerForm, "round": RoundForm}
