"""Funds, their accounts, and what they had on the first day."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.forms import LineField, MoneyField
from core.service_forms import ScopedServiceForm
from funds.changing import change_fund, save_account
from funds.models import Account, Category, Entry, Fund
from funds.models.entries import LARGEST
from funds.opening import correct_opening, open_fund
from organizations.forms import PastDateField, ReasonField
from organizations.models import Organization
from organizations.unit_fields import UnitField, units_around

PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class FundFactsForm(ScopedServiceForm):
    """What a fund is called and founded on."""

    name = LineField(label="Tên quỹ", max_length=200, help_text="Ví dụ: Quỹ Khuyến học xã Ánh Dương.")
    licensed = forms.BooleanField(label="Quỹ có giấy phép (Nghị định 93/2019/NĐ-CP)", required=False)
    charter = LineField(label="Giấy phép, điều lệ", max_length=300, required=False)
    council = LineField(label="Hội đồng quản lý quỹ", max_length=300, required=False)
    endowment = forms.BooleanField(
        label="Giữ nguyên gốc, chỉ chi phần lãi",
        required=False,
        help_text="Quỹ học bổng mang tên, có phần gốc không được chi.",
    )

    facts = ("name", "licensed", "charter", "council", "endowment")


class OpeningFields(forms.Form):
    cash = MoneyField(label="Tiền mặt mang sang (đồng)", required=False, max_value=LARGEST)
    bank = MoneyField(label="Tiền gửi ngân hàng mang sang (đồng)", required=False, max_value=LARGEST)
    principal = MoneyField(
        label="Trong đó phần gốc (đồng)",
        required=False,
        max_value=LARGEST,
        help_text="Chỉ quỹ giữ nguyên gốc mới ghi.",
    )

    def opening(self) -> dict[str, int]:
        """A fund begins with what is written; what is left empty was not brought along."""
        return {name: self.cleaned_data[name] or 0 for name in ("cash", "bank", "principal")}


class FundCreateForm(FundFactsForm, OpeningFields):
    """A new fund in one of the units of ``reach``."""

    organization = UnitField(label="Đơn vị")
    code = LineField(
        label="Mã quỹ",
        max_length=32,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Chữ không dấu, số và . _ -; không đổi về sau. Ví dụ A.D.1-KH.",
    )
    opened_on = PastDateField(label="Mở sổ từ ngày", help_text="Thường là ngày đầu năm. Sổ ghi từ ngày này trở đi.")

    field_order = ["organization", "name", "code", "opened_on", "cash", "bank", "endowment", "principal"]

    def __init__(self, *args, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        units = units_around(self.reach, near)
        self.fields["organization"].offer(self.reach, units, empty=None if near in units else "Chọn đơn vị")
        self.initial = {"opened_on": timezone.localdate().replace(month=1, day=1)} | self.initial

    def carry_out(self, values):
        organization = values["organization"]
        if not self.reach.filter(pk=organization.pk).exists():
            raise PermissionDenied
        # Pressed twice at once, the second press is told that the name is taken.
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        facts = {name: values[name] for name in (*self.facts, "code", "opened_on")}
        return open_fund(organization=organization, user=self.user, **self.opening(), **facts)


class FundEditForm(FundFactsForm):
    """``reach`` are the funds that the user may change."""

    closed_on = PastDateField(
        label="Khóa sổ hẳn ngày", required=False, help_text="Chỉ ghi khi quỹ thôi hoạt động và đã hết tiền."
    )
    reason = ReasonField(label="Lý do sửa", required=False)

    def __init__(self, *args, fund: Fund, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.initial = {name: getattr(fund, name) for name in (*self.facts, "closed_on")} | self.initial

    def carry_out(self, values):
        changes = {name: values[name] for name in (*self.facts, "closed_on")}
        return change_fund(fund=self.hold(self.fund), changes=changes, user=self.user, reason=values["reason"])


class AccountForm(ScopedServiceForm):
    """A new account of a fund, or a known one; ``reach`` are the funds that the user may change."""

    kind = forms.ChoiceField(label="Loại", choices=Account.Kind.choices)
    name = LineField(label="Tên tài khoản", max_length=100, help_text="Ví dụ: Tiền gửi Agribank.")
    bank = LineField(label="Ngân hàng, chi nhánh", max_length=100, required=False)
    number = LineField(label="Số tài khoản", max_length=30, required=False, widget=forms.TextInput(attrs=PLAIN))
    closed_on = PastDateField(label="Ngừng dùng từ ngày", required=False)
    reason = ReasonField(label="Lý do sửa", required=False)

    def __init__(self, *args, account: Account, **kwargs):
        super().__init__(*args, **kwargs)
        self.account = account
        if account.pk:
            del self.fields["kind"]
            names = [name for name in self.fields if name != "reason"]
            self.initial = {name: getattr(account, name) for name in names} | self.initial
        else:
            del self.fields["closed_on"], self.fields["reason"]

    def carry_out(self, values):
        self.hold(self.account.fund)
        reason = values.pop("reason", "")
        for name, value in values.items():
            setattr(self.account, name, value)
        return save_account(account=self.account, user=self.user, reason=reason)


class OpeningForm(ScopedServiceForm, OpeningFields):
    """What the fund really had on its first day. Saved: whether anything was written."""

    def __init__(self, *args, fund: Fund, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.present = present_opening(fund)
        self.initial = self.present | self.initial
        if not fund.endowment:
            del self.fields["principal"]

    def opening(self):
        return {name: self.cleaned_data.get(name) or 0 for name in ("cash", "bank", "principal")}

    def carry_out(self, values):
        fund, wanted = self.hold(self.fund), self.opening()
        if wanted == present_opening(fund):
            return False
        correct_opening(fund=fund, user=self.user, **wanted)
        return True


def present_opening(fund: Fund) -> dict[str, int]:
    """What the ledger says that the fund was opened with, in đồng; one query."""
    rows = Entry.objects.filter(fund=fund, category__nature=Category.Nature.OPENING)
    rows = list(rows.values_list("account__kind", "is_principal", "amount"))
    return {
        "cash": sum(amount for kind, _, amount in rows if kind == Account.Kind.CASH),
        "bank": sum(amount for kind, _, amount in rows if kind == Account.Kind.BANK),
        "principal": sum(amount for _, kept, amount in rows if kept),
    }
