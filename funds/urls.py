"""Addresses below /funds/; what stands before a fund's code is no code (`funds.models.funds.FUND_CODE`)."""

from django.urls import path, re_path

from funds.views import book, closings, entries, funds, parties, registers, transfers
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

app_name = "funds"
FUND = "<organization_code:code>/"
WRITE = r"^(?P<code>[A-Za-z0-9._-]{1,32})/(?P<direction>in|out)/$"

urlpatterns = [
    path("", funds.FundListView.as_view(), name="fund_list"),
    path("create/", funds.FundCreateView.as_view(), name="fund_create"),
    path("accounts/<int:pk>/edit/", funds.AccountEditView.as_view(), name="account_edit"),
    path("entries/<int:pk>/", entries.EntryDetailView.as_view(), name="entry_detail"),
    path("entries/<int:pk>/reverse/", entries.EntryReverseView.as_view(), name="entry_reverse"),
    path("closings/<int:pk>/", closings.ClosingDetailView.as_view(), name="closing_detail"),
    path("closings/<int:pk>/reopen/", closings.ClosingReopenView.as_view(), name="closing_reopen"),
    path("parties/", parties.PartyListView.as_view(), name="party_list"),
    path("parties/<int:pk>/", parties.PartyDetailView.as_view(), name="party_detail"),
    path("parties/<int:pk>/edit/", parties.PartyEditView.as_view(), name="party_edit"),
    path("registers/", registers.FundRegisterListView.as_view(), name="register_list"),
    path("registers/<organization_code:code>/", registers.FundRegisterUseView.as_view(), name="register_use"),
    path(FUND, funds.FundDetailView.as_view(), name="fund_detail"),
    path(f"{FUND}edit/", funds.FundEditView.as_view(), name="fund_edit"),
    path(f"{FUND}opening/", funds.OpeningView.as_view(), name="fund_opening"),
    path(f"{FUND}accounts/create/", funds.AccountCreateView.as_view(), name="account_create"),
    path(f"{FUND}book/", book.CashBookView.as_view(), name="cash_book"),
    re_path(WRITE, entries.EntryCreateView.as_view(), name="entry_create"),
    path(f"{FUND}transfer/", transfers.TransferView.as_view(), name="transfer"),
    path(f"{FUND}dues/", transfers.DuesBookView.as_view(), name="dues_book"),
    path(f"{FUND}closings/", closings.ClosingListView.as_view(), name="closing_list"),
    path(f"{FUND}closings/month/", closings.MonthCloseView.as_view(), name="month_close"),
    path(f"{FUND}closings/year/", closings.YearCloseView.as_view(), name="year_close"),
]
