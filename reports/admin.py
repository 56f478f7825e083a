from django.contrib import admin
from import_export.admin import ImportExportModelAdmin
from import_export.resources import ModelResource

from core.admin import HistoryAdmin, ReadOnlyAdmin, UnchangingAdmin
from reports.models import (
    DocumentNumber,
    Figure,
    Guidance,
    GuidanceReading,
    Indicator,
    Narrative,
    ReadToken,
    Remark,
    Report,
    ReportingRound,
    Revision,
    RevisionFigure,
    SavedEdit,
    SentReminder,
    Target,
)


class IndicatorResource(ModelResource):
    class Meta:
        model = Indicator
        import_id_fields = ["code"]
        exclude = ["id"]
        clean_model_instances = True


class TargetResource(ModelResource):
    class Meta:
        model = Target
        clean_model_instances = True


@admin.register(Indicator)
class IndicatorAdmin(ImportExportModelAdmin, HistoryAdmin):
    resource_classes = [IndicatorResource]
    list_display = ["code", "label", "unit", "nature", "source", "group", "frequency", "position"]
    list_filter = ["group", "nature", "source", "frequency"]
    search_fields = ["code", "label"]
    autocomplete_fields = ["numerator", "denominator"]

    def get_readonly_fields(self, request, obj=None):
        # Figures and accepted reports know an indicator by its code, and what it is decides how it adds up.
        return ["code", "nature", "source"] if obj else []


@admin.register(Target)
class TargetAdmin(ImportExportModelAdmin, HistoryAdmin):
    resource_classes = [TargetResource]
    list_display = ["organization", "indicator", "year", "value", "act"]
    list_filter = ["year"]
    search_fields = ["organization__name", "organization__code", "indicator__code", "indicator__label"]
    autocomplete_fields = ["organization", "indicator"]
    list_select_related = ["organization", "indicator"]


@admin.register(ReportingRound)
class ReportingRoundAdmin(HistoryAdmin):
    list_display = ["root", "quarter", "due_on", "opened_at", "closed_at"]
    search_fields = ["root__name", "root__code", "quarter"]
    list_select_related = ["root"]

    def has_add_permission(self, request):
        return False  # opening a round creates every unit's report: that is the service's work

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return ["root", "quarter", "opened_at"]


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["organization", "round", "status", "submitted_at", "accepted_at"]
    list_filter = ["status", "round"]
    search_fields = ["organization__name", "organization__code"]
    list_select_related = ["organization", "round__root"]


@admin.register(Figure)
class FigureAdmin(ReadOnlyAdmin):
    list_display = ["report", "indicator", "declared", "from_register", "no_data", "declared_total", "on_behalf"]
    search_fields = ["report__organization__name", "report__organization__code", "indicator__code"]
    list_select_related = ["report__organization", "report__round", "indicator"]


@admin.register(Narrative)
class NarrativeAdmin(ReadOnlyAdmin):
    list_display = ["report", "section"]
    search_fields = ["report__organization__name", "report__organization__code", "text"]
    list_select_related = ["report__organization", "report__round"]


@admin.register(DocumentNumber)
class DocumentNumberAdmin(HistoryAdmin):
    list_display = ["organization", "period", "number", "issued_on"]
    list_select_related = ["organization"]
    search_fields = ["organization__folded", "organization__code", "period", "number"]
    autocomplete_fields = ["organization"]


@admin.register(Remark)
class RemarkAdmin(ReadOnlyAdmin):
    list_display = ["report", "indicator", "section", "text", "author", "written_at", "is_return", "closed_at"]
    list_filter = ["is_return"]
    search_fields = ["report__organization__name", "report__organization__code", "text"]
    list_select_related = ["report__organization", "report__round", "indicator", "author"]


@admin.register(Guidance)
class GuidanceAdmin(ReadOnlyAdmin):
    list_display = ["title", "organization", "quarter", "published_at", "withdrawn_at"]
    search_fields = ["title", "organization__name", "organization__code"]
    list_select_related = ["organization"]


@admin.register(ReadToken)
class ReadTokenAdmin(ReadOnlyAdmin):
    list_display = ["label", "organization", "created_by", "created_at", "expires_on", "revoked_at", "last_used_on"]
    search_fields = ["label", "organization__name", "organization__code"]
    list_select_related = ["organization", "created_by"]


@admin.register(Revision)
class RevisionAdmin(UnchangingAdmin):
    list_display = ["organization", "period", "number", "accepted_by", "accepted_at", "reason"]
    search_fields = ["organization__name", "organization__code", "period"]
    list_select_related = ["organization", "accepted_by"]


@admin.register(RevisionFigure)
class RevisionFigureAdmin(UnchangingAdmin):
    list_display = ["revision", "indicator", "value", "rate", "source"]
    search_fields = ["revision__organization__name", "revision__organization__code", "indicator__code"]
    list_select_related = ["revision__organization", "indicator"]


@admin.register(SavedEdit)
class SavedEditAdmin(UnchangingAdmin):
    list_display = ["key", "report", "user", "saved_at"]
    search_fields = ["report__organization__name", "report__organization__code", "user__username"]
    list_select_related = ["report__organization", "report__round", "user"]


@admin.register(GuidanceReading)
class GuidanceReadingAdmin(UnchangingAdmin):
    list_display = ["guidance", "user", "read_at"]
    search_fields = ["guidance__title", "user__username"]
    list_select_related = ["guidance", "user"]


@admin.register(SentReminder)
class SentReminderAdmin(UnchangingAdmin):
    list_display = ["report", "user", "kind", "sent_at"]
    search_fields = ["report__organization__name", "report__organization__code", "user__username"]
    list_select_related = ["report__organization", "report__round", "user"]
