"""A donor or recipient: entered on its own, corrected, two rows made one."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from core.forms import DateTextField, LineField
from core.service_forms import ScopedServiceForm
from core.sheets import show
from core.vietnamese import date_to_text
from funds.forms.naming import PLAIN
from funds.merging import differing_fields, merge_parties, preferred
from funds.models import Party
from funds.parties import NO_NAME, alike, change_party, enter_party
from organizations.forms import ReasonField
from organizations.models import Organization
from organizations.unit_fields import UnitField, units_around

KEPT, MERGED = "kept", "merged"
STALE = "Trong lúc ông/bà xem, một trong hai dòng vừa được sửa. Hãy xem lại rồi gộp lần nữa."


class PartyFactsForm(ScopedServiceForm):
    """What is known of one."""

    name = LineField(label="Tên", max_length=200, widget=forms.TextInput(attrs=PLAIN))
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

    facts = ("name", "kind", "address", "phone", "anonymous", "consents_on")


class PartyForm(PartyFactsForm):
    """``reach`` are the parties that the user may change."""

    reason = ReasonField(label="Lý do sửa", required=False)

    def __init__(self, *args, party: Party, **kwargs):
        super().__init__(*args, **kwargs)
        self.party = party
        self.initial = {name: getattr(party, name) for name in self.facts} | self.initial

    def carry_out(self, values):
        changes = {name: values[name] for name in self.facts}
        return change_party(party=self.hold(self.party), changes=changes, user=self.user, reason=values["reason"])


class PartyCreateForm(PartyFactsForm):
    """A new one in a unit of ``reach``; whoever bears a like name is shown first."""

    organization = UnitField(label="Đơn vị giữ")
    confirmed = forms.BooleanField(label="Đã xem, đây là người khác", required=False)

    field_order = ["organization", "name", "kind", "address", "phone", "anonymous", "consents_on", "confirmed"]

    def __init__(self, *args, near: Organization | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].offer(self.reach, units_around(self.reach, near))
        self.fields["name"].required = False
        self.fields["name"].help_text = "Người không muốn nêu tên, không rõ là ai: để trống."
        self.known: list[Party] = []
        if not (self.is_bound and self.data.get("asked")):
            self.fields["confirmed"].widget = forms.HiddenInput()

    def clean(self):
        values = super().clean()
        if not values.get("name") and "name" not in self.errors:
            if values.get("anonymous"):
                values["name"] = NO_NAME
            else:
                self.add_error("name", "Hãy ghi tên. Không rõ là ai thì đánh dấu “Không muốn nêu tên”.")
        return values

    def carry_out(self, values):
        organization, name = values["organization"], values["name"]
        if not self.reach.filter(pk=organization.pk).exists():
            raise PermissionDenied
        self.known = [] if name == NO_NAME else alike(organization, name)
        if self.known and not values["confirmed"]:
            self.fields["confirmed"].widget = forms.CheckboxInput()
            raise ValidationError("Trong sổ đã có tên giống tên này. Hãy xem trước khi ghi thêm.")
        facts = {each: values[each] for each in self.facts}
        return enter_party(organization=organization, user=self.user, **facts)


def version_of(party: Party) -> int | None:
    """Names the state that a form was opened on: the last entry of the history."""
    return party.history.order_by("-history_id").values_list("history_id", flat=True).first()


class PartyMergeForm(ScopedServiceForm):
    """One choice for every field in which the rows differ; ``seen`` names the states that were shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args, kept: Party, merged: Party, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept, self.merged = kept, merged
        self.initial["seen"] = self.state()
        for name in differing_fields(kept, merged):
            choices = [(KEPT, words_of_field(kept, name)), (MERGED, words_of_field(merged, name))]
            self.fields[name] = forms.ChoiceField(
                label=Party._meta.get_field(name).verbose_name.capitalize(),
                choices=choices,
                initial=MERGED if preferred(kept, merged, name) else KEPT,
                widget=forms.RadioSelect,
            )

    def state(self) -> str:
        return f"{version_of(self.kept)}-{version_of(self.merged)}"

    def carry_out(self, values):
        kept, merged = self.hold(self.kept), self.hold(self.merged)
        if values["seen"] != self.state():
            self.data = self.data.copy()
            self.data["seen"] = self.state()
            raise ValidationError(STALE)
        take = {name for name, choice in values.items() if choice == MERGED}
        return merge_parties(kept=kept, merged=merged, take=take, user=self.user)


def words_of_field(party: Party, name: str) -> str:
    """What a row says, as people read it."""
    value = getattr(party, name)
    if name == "kind":
        return party.get_kind_display()
    if name == "anonymous":
        return "không muốn nêu tên" if value else "không nói gì"
    return date_to_text(value) if name == "consents_on" and value else show(value)
