from funds.forms.closings import MonthCloseForm, ReopenForm, YearCloseForm
from funds.forms.entries import EntryForm, ReversalForm
from funds.forms.filters import BookForm, EntryFilterForm, PartyFilterForm
from funds.forms.funds import AccountForm, FundCreateForm, FundEditForm, OpeningForm
from funds.forms.papers import DonorListForm, GivenForm, PaperSettingsForm, SelectionForm, VoucherBatchForm
from funds.forms.parties import PartyForm
from funds.forms.publishing import PublishForm
from funds.forms.transfers import DuesBookForm, TransferForm

__all__ = [
    "AccountForm",
    "BookForm",
    "DonorListForm",
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
    "ReopenForm",
    "ReversalForm",
    "SelectionForm",
    "TransferForm",
    "VoucherBatchForm",
    "YearCloseForm",
]
