"""Switching the public page of a fund on and off."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.service_forms import ScopedServiceForm
from funds.changing import change_fund
from funds.models import Fund
from organizations.forms import ReasonField

ON, OFF = "on", "off"


class PublishForm(ScopedServiceForm):
    """``reach`` are the funds that the user may change. Saved: the fund."""

    step = forms.ChoiceField(choices=((ON, "Công khai"), (OFF, "Ngừng công khai")), widget=forms.HiddenInput)
    reason = ReasonField(label="Lý do", required=False)

    def __init__(self, *args, fund: Fund, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.initial = {"step": OFF if fund.published_on else ON} | self.initial

    def carry_out(self, values):
        fund = self.hold(self.fund)
        is_on = values["step"] == ON
        if is_on == (fund.published_on is not None):
            # Pressed twice, or somebody else was quicker: it is as wished.
            return fund
        if is_on and fund.opened_on > timezone.localdate():
            raise ValidationError("Sổ quỹ chưa mở. Hãy công khai sau ngày mở sổ.")
        words = "Công khai trang của quỹ" if is_on else "Ngừng công khai trang của quỹ"
        reason = f"{words}: {values['reason']}" if values["reason"] else words
        changes = {"published_on": timezone.localdate() if is_on else None}
        return change_fund(fund=fund, changes=changes, user=self.user, reason=reason)
