"""Closing a month against what was counted, closing a year, opening either again."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from core.forms import DateTextField, LineField, MoneyField
from core.service_forms import ScopedServiceForm
from funds.closing import Booked, Counted, booked_on, close_month, close_year, next_to_close, reopen
from funds.models import Account, Closing, Fund
from funds.models.entries import LARGEST

ASKED = {
    Account.Kind.CASH: "Tiền mặt đếm được (đồng)",
    Account.Kind.BANK: "Số dư trên sao kê ngân hàng (đồng)",
    Account.Kind.IN_KIND: "Hiện vật còn lại theo trị giá (đồng)",
}


class MonthCloseForm(ScopedServiceForm):
    """The month that the form was shown for, each account that was ever written in. Saved: the closing."""

    last_day = DateTextField(widget=forms.HiddenInput)

    def __init__(self, *args, fund: Fund, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.day = self.asked_day()
        self.initial = {"last_day": self.day} | self.initial
        self.rows = [row for row in booked_on(fund, self.day) if row.entries]
        for row in self.rows:
            self.fields[counted_name(row)] = MoneyField(
                label=ASKED[Account.Kind(row.account.kind)], min_value=-LARGEST, max_value=LARGEST
            )
            self.fields[reason_name(row)] = LineField(
                label="Giải thích chênh lệch",
                max_length=300,
                required=False,
                help_text="Chỉ ghi khi số thực tế khác số của sổ.",
            )
        # A difference is explained beside the account that it is about.
        self.aliases = {str(row.account.pk): reason_name(row) for row in self.rows}

    def asked_day(self) -> date:
        typed = self.data.get("last_day") if self.is_bound else None
        try:
            return (DateTextField().clean(typed) if typed else None) or next_to_close(self.fund)
        except ValidationError:
            return next_to_close(self.fund)

    @property
    def lines(self) -> list["CountedLine"]:
        return [CountedLine(self, row) for row in self.rows]

    def carry_out(self, values):
        fund = self.hold(self.fund)
        # Pressed twice, the second press finds what the first one did.
        done = Closing.objects.in_force().filter(fund=fund, period=Closing.Period.MONTH, last_day=values["last_day"])
        if closing := done.first():
            return closing
        counted = {
            row.account.pk: Counted(values[counted_name(row)], values[reason_name(row)] or "") for row in self.rows
        }
        return close_month(fund=fund, last_day=values["last_day"], counted=counted, user=self.user)


def counted_name(row: Booked) -> str:
    return f"counted-{row.account.pk}"


def reason_name(row: Booked) -> str:
    return f"why-{row.account.pk}"


class CountedLine:
    """An account with its inputs; ``difference``: counted less booked, None while nothing was typed."""

    def __init__(self, form: MonthCloseForm, row: Booked):
        self.account, self.booked = row.account, row.balance
        self.counted, self.explanation = form[counted_name(row)], form[reason_name(row)]
        value = getattr(form, "cleaned_data", {}).get(counted_name(row))
        self.difference = None if value is None else value - row.balance
        self.gap = abs(self.difference or 0)


class YearCloseForm(ScopedServiceForm):
    """Saved: the closing of ``year``."""

    year = forms.IntegerField(widget=forms.HiddenInput, min_value=1900, max_value=2100)

    def __init__(self, *args, fund: Fund, year: int | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fund = fund
        self.initial = {"year": year} | self.initial

    def carry_out(self, values):
        fund, year = self.hold(self.fund), values["year"]
        done = Closing.objects.in_force().filter(fund=fund, period=Closing.Period.YEAR, last_day=date(year, 12, 31))
        return done.first() or close_year(fund=fund, year=year, user=self.user)


class ReopenForm(ScopedServiceForm):
    """``reach`` are the closings that the user may open again. Saved: all that were opened."""

    reason = LineField(label="Lý do mở lại", max_length=300)

    def __init__(self, *args, closing: Closing, **kwargs):
        super().__init__(*args, **kwargs)
        self.closing = closing

    def carry_out(self, values):
        return reopen(closing=self.hold(self.closing), reason=values["reason"], user=self.user)
