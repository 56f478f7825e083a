from members.views.bulk import MembersChangeView, MembersTransferView
from members.views.changes import (
    MemberCreateView,
    MemberEditView,
    MemberLeaveView,
    MemberRejoinView,
    MembershipEditView,
    MemberTransferView,
)
from members.views.detail import MemberDetailView, member_id_number
from members.views.lists import MemberListView
from members.views.registers import (
    HeadCountCreateView,
    HeadCountEditView,
    HeadCountListView,
    RegisterListView,
    RegisterUseView,
)

__all__ = [
    "HeadCountCreateView",
    "HeadCountEditView",
    "HeadCountListView",
    "MemberCreateView",
    "MemberDetailView",
    "MemberEditView",
    "MemberLeaveView",
    "MemberListView",
    "MemberRejoinView",
    "MemberTransferView",
    "MembersChangeView",
    "MembersTransferView",
    "MembershipEditView",
    "RegisterListView",
    "RegisterUseView",
    "member_id_number",
]
