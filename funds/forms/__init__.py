from funds.forms.campaigns import CampaignForm
from funds.forms.closings import MonthCloseForm, ReopenForm, YearCloseForm
from funds.forms.entries import EntryForm, ReversalForm
from funds.forms.filters import BookForm, EntryFilterForm, PartyFilterForm
from funds.forms.funds import AccountForm, FundCreateForm, FundEditForm, OpeningForm
from funds.forms.gratitude import GratitudeForm
from funds.forms.papers import DonorListForm, GivenForm, PaperSettingsForm, SelectionForm, VoucherBatchForm
from funds.forms.parties import PartyCreateForm, PartyForm, PartyMergeForm
from funds.forms.pledges import PledgeFilterForm, PledgeForm, PledgeGiveUpForm
from funds.forms.publishing import PublishForm
from funds.forms.transfers import DuesBookForm, TransferForm

__all__ = [
    "AccountForm",
    "BookForm",
    "DonorListForm",
    "CampaignForm",
    "DuesBookForm",
    "EntryFilterForm",
    "EntryForm",
    "FundCreateForm",
    "FundEditForm",
    "GivenForm",
    "MonthCloseForm",
    "OpeningForm",
    "PaperSettingsForm",
    "PartyFilterForm",
    "PartyForm",
    "PublishForm",
    "GratitudeForm",
    "MonthCloseForm",
    "OpeningForm",
    "PartyCreateForm",
    "PartyFilterForm",
    "PartyForm",
    "PartyMergeForm",
    "PledgeFilterForm",
    "PledgeForm",
    "PledgeGiveUpForm",
    "ReopenForm",
    "ReversalForm",
    "SelectionForm",
    "TransferForm",
    "VoucherBatchForm",
    "YearCloseForm",
]
