from funds.forms.campaigns import CampaignForm
from funds.forms.closings import MonthCloseForm, ReopenForm, YearCloseForm
from funds.forms.entries import EntryForm, ReversalForm
from funds.forms.filters import BookForm, PartyFilterForm
from funds.forms.funds import AccountForm, FundCreateForm, FundEditForm, OpeningForm
from funds.forms.gratitude import GratitudeForm
from funds.forms.parties import PartyCreateForm, PartyForm, PartyMergeForm
from funds.forms.pledges import PledgeFilterForm, PledgeForm, PledgeGiveUpForm
from funds.forms.transfers import DuesBookForm, TransferForm

__all__ = [
    "AccountForm",
    "BookForm",
    "CampaignForm",
    "DuesBookForm",
    "EntryForm",
    "FundCreateForm",
    "FundEditForm",
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
    "TransferForm",
    "YearCloseForm",
]
