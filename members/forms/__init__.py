from members.forms.bulk import BulkChangeForm, BulkTransferForm
from members.forms.filters import MemberFilterForm, chosen_keys
from members.forms.members import MemberCreateForm, MemberEditForm
from members.forms.merging import MergeForm
from members.forms.moves import LeaveForm, MembershipForm, RejoinForm, TransferForm
from members.forms.papers import PapersForm
from members.forms.registers import HeadCountCreateForm, HeadCountForm

__all__ = [
    "BulkChangeForm",
    "BulkTransferForm",
    "HeadCountCreateForm",
    "HeadCountForm",
    "LeaveForm",
    "MemberCreateForm",
    "MemberEditForm",
    "MemberFilterForm",
    "MembershipForm",
    "MergeForm",
    "PapersForm",
    "RejoinForm",
    "TransferForm",
    "chosen_keys",
]
