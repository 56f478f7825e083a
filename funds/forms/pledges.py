"""What a donor promised: written, corrected, given up; and which promises a list shows."""

from django import forms
from django.utils import timezone

from core.forms import DateTextField, LineField, MoneyField
from core.service_forms import ScopedServiceForm
from funds.forms.naming import PLAIN, NamesParty, PartyChoiceField, PartyKindField, PartyNameField
from funds.ledger import lock_funds
from funds.models import Campaign, Pledge
from funds.models.entries import LARGEST
from funds.pledges import give_up_pledge, save_pledge
from organizations.forms import PastDateField, ReasonField


class PledgeForm(NamesParty, ScopedServiceForm):
    """``reach`` are the funds whose promises the user may change; ``pledge`` is a new one or one that there is."""

    party_name = PartyNameField(label="Người hứa ủng hộ")
    party = PartyChoiceField()
    amount = MoneyField(
        label="Số tiền, hoặc trị giá hiện vật (đồng)",
        min_value=1,
        max_value=LARGEST,
        help_text="Gõ 5.000.000 hoặc 5 triệu.",
    )
    things = LineField(
        label="Hiện vật",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Hứa hiện vật thì ghi là gì, bao nhiêu, ví dụ 50 cặp sách. Hứa tiền thì để trống.",
    )
    pledged_on = PastDateField(label="Ngày hứa")
    due_on = DateTextField(label="Hẹn đến ngày", required=False)
    campaign = forms.ModelChoiceField(
        Campaign.objects.none(), label="Đợt vận động", required=False, empty_label="không theo đợt nào"
    )
    party_kind = PartyKindField()
    party_address = LineField(label="Địa chỉ, trường, nơi làm việc", required=False, max_length=300)
    anonymous = forms.BooleanField(label="Không muốn nêu tên", required=False)
    reason = ReasonField(label="Lý do sửa", required=False)

    facts = ("amount", "things", "pledged_on", "due_on", "campaign")
    details = ["party_kind", "party_address", "anonymous", "reason"]

    def __init__(self, *args, pledge: Pledge, **kwargs):
        super().__init__(*args, **kwargs)
        self.pledge = pledge
        if pledge.pk:
            named = {"party_name": pledge.party.name, "party": str(pledge.party_id)}
            self.initial = {name: getattr(pledge, name) for name in self.facts} | named | self.initial
        else:
            self.initial = {"pledged_on": timezone.localdate()} | self.initial
            del self.fields["reason"]
        self.fields["campaign"].queryset = pledge.fund.campaigns.all()
        self.known = self.find_parties(pledge.fund.organization)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [each for each in self.visible_fields() if each.name not in (*self.details, "party")]

    @property
    def detail_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.details if name in self.fields]

    @property
    def details_open(self) -> bool:
        return any(field.errors for field in self.detail_fields)

    def carry_out(self, values):
        fund = self.hold(self.pledge.fund)
        lock_funds([fund.pk])
        for name in self.facts:
            setattr(self.pledge, name, values[name])
        self.pledge.party = self.find_or_enter(values, fund.organization)
        # Pressed twice, the second press finds what the first one wrote.
        return self.same_one() or save_pledge(pledge=self.pledge, user=self.user, reason=values.get("reason") or "")

    def same_one(self) -> Pledge | None:
        """For a new one: what the same donor promised in the same way on the same day."""
        if self.pledge.pk:
            return None
        told = {name: getattr(self.pledge, name) for name in ("fund", "party", *self.facts)}
        return Pledge.objects.filter(**told, given_up_on=None).first()


class PledgeGiveUpForm(ScopedServiceForm):
    """``reach`` are the promises that the user may change."""

    day = PastDateField(label="Thôi chờ từ ngày")
    reason = LineField(label="Lý do", max_length=300, widget=forms.TextInput(attrs=PLAIN))

    def __init__(self, *args, pledge: Pledge, **kwargs):
        super().__init__(*args, **kwargs)
        self.pledge = pledge
        self.initial = {"day": timezone.localdate()} | self.initial

    def carry_out(self, values):
        pledge = self.hold(self.pledge)
        return give_up_pledge(pledge=pledge, day=values["day"], reason=values["reason"], user=self.user)


class PledgeFilterForm(forms.Form):
    """What is not understood filters nothing."""

    LATE = "late"
    state = forms.ChoiceField(
        label="Tình trạng",
        required=False,
        choices=[("", "mọi lời hứa"), ("waiting", "còn chờ"), (LATE, "quá hẹn"), *Pledge.State.choices],
    )

    def __init__(self, data):
        super().__init__(data)
        self.full_clean()

    def filter(self, pledges):
        """`with_given`."""
        state = self.cleaned_data.get("state")
        if state == "waiting":
            return pledges.waiting()
        if state == self.LATE:
            return pledges.waiting().filter(due_on__lt=timezone.localdate())
        return pledges.in_state(state) if state else pledges
