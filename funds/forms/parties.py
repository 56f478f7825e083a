"""A donor or recipient, corrected."""

from django import forms

from core.forms import DateTextField, LineField
from core.service_forms import ScopedServiceForm
from funds.models import Party
from funds.parties import change_party
from organizations.forms import ReasonField


class PartyForm(ScopedServiceForm):
    """``reach`` are the parties that the user may change."""

    name = LineField(label="Tên", max_length=200)
    kind = forms.ChoiceField(label="Loại", choices=Party.Kind.choices)
    address = LineField(label="Địa chỉ, trường, nơi làm việc", max_length=300, required=False)
    phone = LineField(
        label="Điện thoại", max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    anonymous = forms.BooleanField(label="Không muốn nêu tên", required=False)
    consents_on = DateTextField(
        label="Đồng ý nêu tên từ ngày",
        required=False,
        help_text="Trẻ em thì cha mẹ hoặc người giám hộ đồng ý. Để trống: không nêu tên trước công chúng.",
    )
    reason = ReasonField(label="Lý do sửa", required=False)

    facts = ("name", "kind", "address", "phone", "anonymous", "consents_on")

    def __init__(self, *args, party: Party, **kwargs):
        super().__init__(*args, **kwargs)
        self.party = party
        self.initial = {name: getattr(party, name) for name in self.facts} | self.initial

    def carry_out(self, values):
        changes = {name: values[name] for name in self.facts}
        return change_party(party=self.hold(self.party), changes=changes, user=self.user, reason=values["reason"])
