"""A campaign of a fund, opened or corrected."""

from django import forms

from core.forms import DateTextField, LineField, MoneyField
from core.service_forms import ScopedServiceForm
from funds.campaigns import save_campaign
from funds.forms.naming import PLAIN
from funds.models import Campaign
from funds.models.entries import LARGEST
from organizations.forms import ReasonField


class CampaignForm(ScopedServiceForm):
    """``reach`` are the funds whose campaigns the user may change; ``campaign`` is a new one or one that there is."""

    name = LineField(
        label="Tên đợt vận động",
        max_length=200,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Ví dụ: Tết khuyến học Bính Ngọ 2026.",
    )
    starts_on = DateTextField(label="Từ ngày")
    ends_on = DateTextField(label="Đến ngày", required=False, help_text="Chưa định thì để trống.")
    target = MoneyField(
        label="Mục tiêu (đồng)",
        required=False,
        min_value=1,
        max_value=LARGEST,
        help_text="Gõ 50.000.000 hoặc 50 triệu. Không đặt mục tiêu thì để trống.",
    )
    reason = ReasonField(label="Lý do sửa", required=False)

    facts = ("name", "starts_on", "ends_on", "target")

    def __init__(self, *args, campaign: Campaign, **kwargs):
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        if campaign.pk:
            self.initial = {name: getattr(campaign, name) for name in self.facts} | self.initial
        else:
            del self.fields["reason"]

    def carry_out(self, values):
        fund = self.hold(self.campaign.fund)
        for name in self.facts:
            setattr(self.campaign, name, values[name])
        told = {name: values[name] for name in self.facts}
        if not self.campaign.pk and (found := Campaign.objects.filter(fund=fund, **told).first()):
            # Pressed twice, the second press finds what the first one made.
            return found
        return save_campaign(campaign=self.campaign, user=self.user, reason=values.get("reason") or "")
