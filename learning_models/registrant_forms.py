"""What changes one registrant, and takes a registration back."""

from django import forms
from django.core.exceptions import PermissionDenied

from core.service_forms import ScopedServiceForm
from learning_models.entry_forms import FactsForm, member_label
from learning_models.models import LearningModel, Registrant
from learning_models.registrants import MOVED, edit_registrant, leave_registrant, transfer_registrant
from learning_models.services import CANCELLED, cancel_registration
from members.models import Member
from members.permissions import VIEW as VIEW_MEMBER
from organizations.forms import PastDateField, ReasonField
from organizations.unit_fields import DestinationForm

FOUND_SHOWN = 30


class RegistrantEditForm(FactsForm, ScopedServiceForm):
    """Corrections; a citizen may be joined to a member, found by a search that fills the list."""

    from_date = PastDateField(label="Có ở đơn vị từ ngày", required=False, help_text="Để trống nếu không rõ ngày.")
    query = forms.CharField(
        label="Tìm hội viên (họ tên hoặc số thẻ)",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = ReasonField(label="Lý do sửa", required=False)

    field_order = ["name", "address", "people", "code", "unit_kind", "rank", "query", "member", "from_date", "reason"]

    def __init__(self, *args, registrant: Registrant, **kwargs):
        super().__init__(*args, model=registrant.model, **kwargs)
        self.registrant = registrant
        known = {name: getattr(registrant, name) for name in self.fields if hasattr(registrant, name)}
        self.initial = known | {"member": registrant.member_id} | self.initial
        self.found: list[Member] = []
        if registrant.model == LearningModel.CITIZEN:
            self.offer_members()
        else:
            del self.fields["query"]

    @property
    def text(self) -> str:
        typed = self.data.get("query") if self.is_bound else self.initial.get("query")
        return str(typed or "").replace("\0", "").strip()[:100]

    def offer_members(self) -> None:
        reach = Member.objects.allowed(self.user, VIEW_MEMBER).defer("id_number")
        joined = self.registrant.member_id
        # Whom somebody else joined stays, even out of this person's reach.
        self.fields["member"].queryset = reach | Member.objects.filter(pk=joined).defer("id_number")
        if self.text:
            self.found = list(reach.search_public(self.text).select_related("organization")[:FOUND_SHOWN])
        offered = {joined: self.registrant.member.full_name} if joined else {}
        offered |= {member.pk: member_label(member) for member in self.found}
        self.fields["member"].widget.choices = [("", "không nối"), *offered.items()]

    def carry_out(self, values):
        changes = {name: values[name] for name in self.changed_data if name not in ("query", "reason")}
        if not changes:
            return self.registrant
        registrant = self.hold(self.registrant)
        return edit_registrant(registrant=registrant, changes=changes, user=self.user, reason=values["reason"])


class RegistrantLeaveForm(ScopedServiceForm):
    to_date = PastDateField(label="Còn ở đây đến hết ngày", required=False)
    reason = ReasonField(label="Lý do", required=False)

    def __init__(self, *args, registrant: Registrant, **kwargs):
        super().__init__(*args, **kwargs)
        self.registrant = registrant
        self.initial = {"to_date": registrant.to_date} | self.initial
        if registrant.to_date:
            self.fields["to_date"].help_text = "Xoá trống ngày này nếu vẫn còn ở đây hoặc đã trở lại."
        else:
            self.fields["to_date"].required = True

    def carry_out(self, values):
        registrant = self.hold(self.registrant)
        return leave_registrant(
            registrant=registrant, to_date=values["to_date"], user=self.user, reason=values["reason"]
        )


class RegistrantTransferForm(DestinationForm):
    aliases = {"organization": "destination"}

    reason = ReasonField(label="Lý do", required=False)

    field_order = ["query", "destination", "reason"]

    def __init__(self, *args, registrant: Registrant, registrants, **kwargs):
        super().__init__(*args, **kwargs)
        self.registrant, self.registrants = registrant, registrants

    def carry_out(self, values):
        self.check_reach(values["destination"])
        registrant = self.registrants.filter(pk=self.registrant.pk).first()
        if registrant is None:  # moved out of reach meanwhile
            raise PermissionDenied
        reason = values["reason"] or MOVED
        return transfer_registrant(
            registrant=registrant, destination=values["destination"], user=self.user, reason=reason
        )


class RegistrationCancelForm(ScopedServiceForm):
    reason = ReasonField(label="Lý do", required=False)

    def __init__(self, *args, registration, **kwargs):
        super().__init__(*args, **kwargs)
        self.registration = registration

    def carry_out(self, values):
        registration = self.hold(self.registration)
        cancel_registration(registration=registration, user=self.user, reason=values["reason"] or CANCELLED)
