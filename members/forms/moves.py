"""Where a person belongs, and since when."""

from django import forms

from core.service_forms import ServiceForm
from members.corrections import correct_membership
from members.models import Member, Membership
from members.permissions import CHANGE
from members.services import LEFT, MOVED, RETURNED, end_membership, rejoin_member, transfer_member
from organizations.forms import PastDateField, ReasonField
from organizations.unit_fields import DestinationForm

LEAVING = [(reason.value, reason.label) for reason in Membership.LEAVING if reason != Membership.Reason.TRANSFERRED]


class TransferForm(DestinationForm):
    effective_on = PastDateField(label="Từ ngày", help_text="Ngày đầu tiên sinh hoạt ở đơn vị mới.")
    reason = ReasonField(label="Lý do, số giấy chuyển", required=False)

    field_order = ["query", "destination", "effective_on", "reason"]

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def carry_out(self, values):
        self.check_reach(values["destination"])
        return transfer_member(
            member=self.member,
            destination=values["destination"],
            effective_on=values["effective_on"],
            user=self.user,
            reason=values["reason"] or MOVED,
        )


class RejoinForm(DestinationForm):
    aliases = {"organization": "destination"}

    joined_on = PastDateField(label="Trở lại từ ngày")
    reason = ReasonField(label="Lý do", required=False)

    field_order = ["query", "destination", "joined_on", "reason"]

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def carry_out(self, values):
        self.check_reach(values["destination"])
        return rejoin_member(
            member=self.member,
            organization=values["destination"],
            joined_on=values["joined_on"],
            user=self.user,
            reason=values["reason"] or RETURNED,
        )


class LeaveForm(ServiceForm):
    left_on = PastDateField(label="Thôi sinh hoạt từ ngày")
    left_reason = forms.ChoiceField(
        label="Lý do",
        choices=LEAVING,
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn một lý do."},
    )
    reason = ReasonField(label="Ghi thêm", required=False)

    def __init__(self, *args, member: Member, **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member

    def carry_out(self, values):
        return end_membership(
            member=self.member,
            left_on=values["left_on"],
            left_reason=values["left_reason"],
            user=self.user,
            reason=values["reason"] or LEFT,
        )


class MembershipForm(ServiceForm):
    """The dates of one spell; of a transfer only the day can be put right."""

    joined_on = PastDateField(label="Vào ngày", required=False, help_text="Để trống nếu không rõ ngày.")
    left_on = PastDateField(label="Ra ngày")
    left_reason = forms.ChoiceField(label="Lý do ra", choices=LEAVING)
    reason = ReasonField(label="Lý do sửa")

    def __init__(self, *args, membership: Membership, **kwargs):
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.initial = {name: getattr(membership, name) for name in ("joined_on", "left_on", "left_reason")}
        if membership.left_on is None:
            del self.fields["left_on"], self.fields["left_reason"]
        elif membership.left_reason == Membership.Reason.TRANSFERRED:
            del self.fields["left_reason"]

    def carry_out(self, values):
        return correct_membership(
            membership=self.membership,
            joined_on=values["joined_on"],
            left_on=values.get("left_on"),
            left_reason=values.get("left_reason", self.membership.left_reason),
            user=self.user,
            reason=values["reason"],
            reach=Membership.objects.allowed(self.user, CHANGE),
        )
