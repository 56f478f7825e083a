from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.forms import DateTextField
from core.service_forms import ScopedServiceForm
from reports.models import ReadToken
from reports.tokens import issue_token, revoke_token


class TokenForm(ScopedServiceForm):
    """``reach`` holds the units that a token may be issued for. Saved: the token and its secret."""

    code = forms.CharField(
        label="Mã đơn vị",
        max_length=32,
        help_text="Khoá đọc được số liệu của đơn vị này và các đơn vị cấp dưới. Mã ghi ở trang của đơn vị.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(label="Dùng cho", max_length=100, help_text="Ví dụ: Cổng thông tin điện tử của tỉnh.")
    expires_on = DateTextField(
        label="Dùng đến hết ngày", required=False, help_text="Để trống: dùng được đến khi thu hồi."
    )

    def __init__(self, *args, organization, **kwargs):
        super().__init__(*args, **kwargs)
        year_ahead = timezone.localdate() + timedelta(days=365)
        self.initial = {"code": organization.code if organization else "", "expires_on": year_ahead}

    def clean_code(self):
        self.organization = self.reach.filter(code__iexact=self.cleaned_data["code"]).first()
        if self.organization is None:
            raise ValidationError("Không có đơn vị mã này trong phạm vi ông/bà quản lý. Hãy xem lại mã.")
        return self.organization.code

    def carry_out(self, values):
        organization = self.hold(self.organization)
        facts = {"label": values["label"], "expires_on": values["expires_on"]}
        return issue_token(organization=organization, user=self.user, **facts)


class RevokeForm(ScopedServiceForm):
    def __init__(self, *args, token: ReadToken, **kwargs):
        super().__init__(*args, **kwargs)
        self.token = token

    def carry_out(self, values):
        return revoke_token(token=self.hold(self.token), user=self.user)
