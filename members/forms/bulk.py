"""One change for many members: asked, shown, then carried out."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from core.forms import LineField
from core.service_forms import ServiceForm
from members.bulk import (
    MOST_MEMBERS,
    Plan,
    change_members,
    chosen_members,
    plan_changes,
    plan_transfer,
    transfer_members,
)
from members.models import Occupation
from organizations.forms import PastDateField, ReasonField
from organizations.unit_fields import DestinationForm

KEEP = ("keep", "giữ nguyên")
PARTY = {"yes": True, "no": False, "unknown": None}


class BulkMixin(forms.Form):
    """``members``: keys with commas between; ``digest``: the plan that was shown. A subclass plans and carries out."""

    members = forms.CharField(widget=forms.HiddenInput, max_length=40_000)
    digest = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args, reachable_members, **kwargs):
        super().__init__(*args, **kwargs)
        self.reachable_members = reachable_members
        self.plan: Plan | None = None

    def clean_members(self) -> list[int]:
        texts = self.cleaned_data["members"].split(",")
        if len(texts) > MOST_MEMBERS or not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
            raise ValidationError(f"Hãy quay lại danh sách chọn hội viên, mỗi lần nhiều nhất {MOST_MEMBERS} người.")
        return list(dict.fromkeys(map(int, texts)))

    def make_plan(self, values: dict) -> Plan:
        raise NotImplementedError

    def prepare(self) -> bool:
        """Work out the plan to be shown; False when the service refuses."""
        try:
            with transaction.atomic():
                self.plan = self.make_plan(self.cleaned_data)
        except ValidationError as error:
            self.show_refusal(error)
        return self.plan is not None

    def chosen(self):
        return chosen_members(self.reachable_members, self.cleaned_data["members"])

    @property
    def missing(self) -> int:
        """How many of the chosen are out of reach, or gone."""
        return len(self.cleaned_data["members"]) - len(self.plan.steps) - len(self.plan.skipped)


class BulkTransferForm(BulkMixin, DestinationForm):
    effective_on = PastDateField(label="Từ ngày", help_text="Ngày đầu tiên sinh hoạt ở đơn vị mới.")
    reason = ReasonField(label="Lý do, số giấy chuyển", required=False)

    field_order = ["query", "destination", "effective_on", "reason"]

    def make_plan(self, values):
        return plan_transfer(
            members=self.chosen(), destination=values["destination"], effective_on=values["effective_on"]
        )

    def carry_out(self, values):
        self.check_reach(values["destination"])
        return transfer_members(
            reach=self.reachable_members,
            keys=values["members"],
            destination=values["destination"],
            effective_on=values["effective_on"],
            seen=values["digest"],
            user=self.user,
            reason=values["reason"],
        )


class BulkChangeForm(BulkMixin, ServiceForm):
    """Every fact is kept unless it is set here."""

    occupation = forms.ChoiceField(
        label="Nghề nghiệp", choices=[KEEP, *Occupation.choices, ("", "để trống")], required=False, initial="keep"
    )
    party_member = forms.ChoiceField(
        label="Đảng viên",
        choices=[KEEP, ("yes", "có"), ("no", "không"), ("unknown", "chưa rõ")],
        required=False,
        initial="keep",
    )
    household = LineField(label="Hộ gia đình", max_length=100, required=False, help_text="Để trống thì giữ nguyên.")
    joined_on = PastDateField(label="Vào chi hội ngày", required=False, help_text="Để trống thì giữ nguyên.")
    reason = ReasonField(label="Lý do sửa", required=False)

    field_order = ["occupation", "party_member", "household", "joined_on", "reason"]

    def clean(self):
        super().clean()
        if not self.errors and not self.values():
            raise ValidationError("Chưa chọn mục nào để sửa. Hãy đổi ít nhất một mục.")

    def values(self) -> dict:
        """Fact → new value, of what is to be set."""
        typed = self.cleaned_data
        values = {name: typed[name] for name in ("household", "joined_on") if typed.get(name)}
        if "occupation" in self.data and typed.get("occupation") != "keep":
            values["occupation"] = typed.get("occupation", "")
        if typed.get("party_member") in PARTY:
            values["party_member"] = PARTY[typed["party_member"]]
        return values

    def make_plan(self, values):
        return plan_changes(members=self.chosen(), values=self.values())

    def carry_out(self, values):
        return change_members(
            reach=self.reachable_members,
            keys=values["members"],
            values=self.values(),
            seen=values["digest"],
            user=self.user,
            reason=values["reason"],
        )
