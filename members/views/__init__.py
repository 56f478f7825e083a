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
from members.views.duplicates import DuplicateListView, MemberMergeView, member_different
from members.views.lists import MemberListView
from members.views.papers import PapersView
from members.views.registers import (
    HeadCountCreateView,
    HeadCountEditView,
    HeadCountListView,
    MemberRegisterListView,
    MemberRegisterUseView,
    OfficerRegisterListView,
    OfficerRegisterUseView,
)

__all__ = [
    "DuplicateListView",
    "HeadCountCreateView",
    "HeadCountEditView",
    "HeadCountListView",
    "MemberCreateView",
    "MemberDetailView",
    "MemberEditView",
    "MemberLeaveView",
    "MemberListView",
    "MemberMergeView",
    "MemberRegisterListView",
    "MemberRegisterUseView",
    "MemberRejoinView",
    "MemberTransferView",
    "MembersChangeView",
    "MembersTransferView",
    "MembershipEditView",
    "OfficerRegisterListView",
    "OfficerRegisterUseView",
    "PapersView",
    "member_different",
    "member_id_number",
]
