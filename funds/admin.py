"""The administrator's view: categories are edited here; what the ledger and its services write is read-only."""

from django.contrib import admin

from core.admin import HistoryAdmin, ReadOnlyAdmin, UnchangingAdmin
from funds.models import (
    Account,
    Award,
    Campaign,
    Category,
    Closing,
    ClosingBalance,
    DifferentParties,
    Entry,
    Fund,
    Holding,
    PaperSettings,
    Party,
    Pledge,
    Programme,
    ProgrammeQuota,
    SavedForm,
)


@admin.register(Fund)
class FundAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "organization", "licensed", "endowment", "opened_on", "closed_on"]
    list_select_related = ["organization"]
    list_filter = ["licensed", "endowment"]
    search_fields = ["code", "name", "organization__code", "organization__folded"]


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "fund", "bank", "closed_on"]
    list_select_related = ["fund"]
    list_filter = ["kind"]
    search_fields = ["name", "fund__code"]


@admin.register(Category)
class CategoryAdmin(HistoryAdmin):
    """Once it has entries, only its name and whether it is still offered change."""

    list_display = ["name", "direction", "nature", "code", "in_use"]
    list_filter = ["direction", "nature"]
    search_fields = ["name", "code"]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.entries.exists())


@admin.register(Party)
class PartyAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "organization", "anonymous"]
    list_select_related = ["organization"]
    list_filter = ["kind"]
    search_fields = ["search"]

    def get_search_results(self, request, queryset, search_term):
        return (queryset.search(search_term) if search_term.strip() else queryset), False


@admin.register(DifferentParties)
class DifferentPartiesAdmin(ReadOnlyAdmin):
    list_display = ["first", "second"]
    list_select_related = ["first", "second"]
    search_fields = ["first__name", "second__name"]


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["name", "fund", "starts_on", "ends_on", "target"]
    list_select_related = ["fund"]
    search_fields = ["name", "fund__code"]


@admin.register(Pledge)
class PledgeAdmin(ReadOnlyAdmin):
    list_display = ["party", "fund", "amount", "pledged_on", "given_up_on"]
    list_select_related = ["party", "fund"]
    search_fields = ["=fund__code"]


@admin.register(Entry)
class EntryAdmin(UnchangingAdmin):
    list_display = ["voucher", "fund", "date", "category", "amount", "account"]
    list_select_related = ["fund", "category", "account"]
    list_filter = ["direction", "category"]
    search_fields = ["=fund__code", "=number", "=external_number"]


@admin.register(Closing)
class ClosingAdmin(UnchangingAdmin):
    list_display = ["fund", "period", "last_day", "closed_at", "reopened_at"]
    list_select_related = ["fund"]
    list_filter = ["period"]
    search_fields = ["=fund__code"]


@admin.register(ClosingBalance)
class ClosingBalanceAdmin(UnchangingAdmin):
    list_display = ["closing", "account", "booked", "counted"]
    list_select_related = ["closing__fund", "account"]
    search_fields = ["=account__fund__code"]


@admin.register(Holding)
class HoldingAdmin(UnchangingAdmin):
    list_display = ["account", "is_principal", "entries", "balance"]
    list_select_related = ["account__fund"]
    search_fields = ["=account__fund__code"]


@admin.register(SavedForm)
class SavedFormAdmin(UnchangingAdmin):
    list_display = ["key", "entry", "user", "saved_at"]
    list_select_related = ["entry__fund", "user"]
    search_fields = ["=key"]


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    list_display = ["name", "organization", "kind", "year", "portion_amount"]
    list_select_related = ["organization"]
    list_filter = ["kind", "year"]
    search_fields = ["name", "organization__code"]


@admin.register(ProgrammeQuota)
class ProgrammeQuotaAdmin(ReadOnlyAdmin):
    list_display = ["programme", "organization", "portions"]
    list_select_related = ["programme", "organization"]
    search_fields = ["programme__name", "organization__code"]


@admin.register(Award)
class AwardAdmin(ReadOnlyAdmin):
    list_display = ["kind", "state", "organization", "origin", "portions", "amount", "handed_on"]
    list_select_related = ["organization", "origin"]
    list_filter = ["state", "kind"]
    search_fields = ["reference", "organization__code", "origin__code"]


@admin.register(PaperSettings)
class PaperSettingsAdmin(HistoryAdmin):
    list_display = ["fund", "receipt_form", "payment_form", "cash_book_form", "circular"]
    list_select_related = ["fund"]
    search_fields = ["fund__code"]
    raw_id_fields = ["fund"]
