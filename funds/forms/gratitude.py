"""Whom a letter of thanks or a golden board is for."""

from django import forms
from django.core.exceptions import ValidationError

from core.forms import DateTextField, MoneyField
from core.vietnamese import date_to_text
from funds.gifts import Choice
from funds.models import Campaign, Fund


class GratitudeForm(forms.Form):
    """Gifts to a fund by campaign, days and smallest sum; what is not understood is said, and filters nothing."""

    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label="Đợt vận động", required=False, empty_label="mọi khoản ủng hộ"
    )
    first = DateTextField(label="Từ ngày", required=False)
    last = DateTextField(label="Đến hết ngày", required=False)
    least = MoneyField(label="Từ số tiền (đồng)", required=False, min_value=1, help_text="Ví dụ 500 nghìn.")
    donor = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, data, *, fund: Fund):
        super().__init__(data)
        self.fund = fund
        self.fields["campaign"].queryset = fund.campaigns.order_by("-starts_on", "pk")
        self.full_clean()

    def clean(self):
        values = super().clean()
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            raise ValidationError({"last": f"Ngày này phải từ {date_to_text(first)} trở đi."})
        return values

    @property
    def choice(self) -> Choice:
        names = ("campaign", "first", "last", "least", "donor")
        return Choice(self.fund, **{name: self.cleaned_data.get(name) for name in names})


def asked(choice: Choice) -> dict[str, str]:
    """The choice as an address says it, and as a job keeps it."""
    values = {
        "campaign": choice.campaign and choice.campaign.pk,
        "first": choice.first and date_to_text(choice.first),
        "last": choice.last and date_to_text(choice.last),
        "least": choice.least,
        "donor": choice.donor,
    }
    return {name: str(value) for name, value in values.items() if value}
