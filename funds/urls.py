"""Addresses below /funds/; what stands before a fund's code is no code (`funds.models.funds.FUND_CODE`)."""

from django.urls import path, re_path

from funds.views import (
    book,
    campaigns,
    closings,
    duplicates,
    entries,
    entry_lists,
    funds,
    gratitude,
    papers,
    parties,
    pledges,
    publishing,
    registers,
    statements,
    transfers,
)
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

app_name = "funds"
FUND = "<organization_code:code>/"
WRITE = r"^(?P<code>[A-Za-z0-9._-]{1,32})/(?P<direction>in|out)/$"

urlpatterns = [
    path("", funds.FundListView.as_view(), name="fund_list"),
    path("create/", funds.FundCreateView.as_view(), name="fund_create"),
    path("accounts/<int:pk>/edit/", funds.AccountEditView.as_view(), name="account_edit"),
    path("entries/", entry_lists.EntryListView.as_view(), name="entry_list"),
    path("entries/<int:pk>/", entries.EntryDetailView.as_view(), name="entry_detail"),
    path("entries/<int:pk>/reverse/", entries.EntryReverseView.as_view(), name="entry_reverse"),
    path("closings/<int:pk>/", closings.ClosingDetailView.as_view(), name="closing_detail"),
    path("closings/<int:pk>/reopen/", closings.ClosingReopenView.as_view(), name="closing_reopen"),
    path("parties/", parties.PartyListView.as_view(), name="party_list"),
    path("parties/<int:pk>/", parties.PartyDetailView.as_view(), name="party_detail"),
    path("parties/<int:pk>/edit/", parties.PartyEditView.as_view(), name="party_edit"),
    # Papers; statement and list of donors stand below words that no fund is called.
    path("entries/<int:pk>/voucher.pdf", papers.VoucherFileView.as_view(), name="voucher_file"),
    path("entries/statement/", statements.StatementView.as_view(), name="statement"),
    path("entries/statement.<str:ending>", statements.StatementFileView.as_view(), name="statement_file"),
    path("parties/donors/", statements.DonorListView.as_view(), name="donor_list"),
    path("parties/donors.<str:ending>", statements.DonorListFileView.as_view(), name="donor_list_file"),
    path("parties/donors/<str:ending>/", statements.DonorListPageView.as_view(), name="donor_list_page"),
    path(f"{FUND}book.<str:ending>", papers.BookFileView.as_view(), name="book_file"),
    path(f"{FUND}book/<str:ending>/", papers.BookFilePageView.as_view(), name="book_file_page"),
    path(f"{FUND}vouchers/", papers.VoucherBatchView.as_view(), name="voucher_batch"),
    path(f"{FUND}vouchers.<str:ending>", papers.VoucherBatchFileView.as_view(), name="voucher_batch_file"),
    path(f"{FUND}vouchers/<str:ending>/", papers.VoucherBatchPageView.as_view(), name="voucher_batch_page"),
    path(f"{FUND}paper-settings/", papers.PaperSettingsView.as_view(), name="paper_settings"),
    # Donors: adding and merging them, campaigns, promises.
    path("parties/create/", parties.PartyCreateView.as_view(), name="party_create"),
    path("parties/duplicates/", duplicates.PartyDuplicateListView.as_view(), name="party_duplicates"),
    path("parties/<int:pk>/merge/<int:other>/", duplicates.PartyMergeView.as_view(), name="party_merge"),
    path("parties/<int:pk>/different/<int:other>/", duplicates.party_different, name="party_different"),
    path("campaigns/", campaigns.CampaignListView.as_view(), name="campaign_list"),
    path("campaigns/<int:pk>/", campaigns.CampaignDetailView.as_view(), name="campaign_detail"),
    path("campaigns/<int:pk>/edit/", campaigns.CampaignEditView.as_view(), name="campaign_edit"),
    path("pledges/", pledges.PledgeListView.as_view(), name="pledge_list"),
    path("pledges/<int:pk>/", pledges.PledgeDetailView.as_view(), name="pledge_detail"),
    path("pledges/<int:pk>/edit/", pledges.PledgeEditView.as_view(), name="pledge_edit"),
    path("pledges/<int:pk>/give-up/", pledges.PledgeGiveUpView.as_view(), name="pledge_give_up"),
    path("pledges/<int:pk>/resume/", pledges.pledge_resume, name="pledge_resume"),
    path(f"{FUND}campaigns/create/", campaigns.CampaignCreateView.as_view(), name="campaign_create"),
    path(f"{FUND}pledges/create/", pledges.PledgeCreateView.as_view(), name="pledge_create"),
    path(f"{FUND}gratitude/", gratitude.GratitudeView.as_view(), name="gratitude"),
    path(
        f"{FUND}gratitude/<slug:paper>.<slug:ending>",
        gratitude.GratitudePaperView.as_view(),
        name="gratitude_paper",
    ),
    path(
        f"{FUND}gratitude/<slug:paper>/<slug:ending>/",
        gratitude.GratitudePaperPageView.as_view(),
        name="gratitude_paper_page",
    ),
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
    # The public page.
    path(f"{FUND}public/", publishing.FundPublishView.as_view(), name="fund_publish"),
    path(f"{FUND}public/poster.pdf", publishing.PublicPosterView.as_view(), name="public_poster"),
]
