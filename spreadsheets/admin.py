"""Imports and exports are looked at here; they are made on their own pages."""

from django.contrib import admin

from core.admin import HistoryAdmin, ReadOnlyAdmin, UnchangingAdmin
from spreadsheets.models import ColumnMapping, ExportLog, ImportBatch


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ["original_name", "kind_label", "user", "organization", "status", "created_at", "applied_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["user", "organization"]
    search_fields = ["original_name", "sha256", "user__username", "user__full_name", "organization__code"]
    date_hierarchy = "created_at"
    # The files lie outside what the web server serves: a link to them would lead nowhere.
    exclude = ["file", "refused_file"]


@admin.register(ExportLog)
class ExportLogAdmin(UnchangingAdmin):
    list_display = ["kind_label", "organization", "user", "rows", "personal", "on_request", "format", "created_at"]
    list_filter = ["kind", "personal", "format"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__username", "user__full_name", "organization__code", "organization__folded"]
    date_hierarchy = "created_at"


@admin.register(ColumnMapping)
class ColumnMappingAdmin(HistoryAdmin):
    list_display = ["user", "kind", "headings", "changed_at"]
    list_filter = ["kind"]
    list_select_related = ["user"]
    search_fields = ["user__username", "kind"]
    autocomplete_fields = ["user"]
