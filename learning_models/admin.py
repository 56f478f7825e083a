"""The administrator's view: criteria and authorities are edited here, what services decide is read-only."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from core.admin import HistoryAdmin, ReadOnlyAdmin, UnchangingAdmin
from learning_models.criteria import copy_criteria_set
from learning_models.models import (
    AreaOfUnit,
    Assessment,
    Certificate,
    CriteriaSet,
    Criterion,
    PassMark,
    RecognisingAuthority,
    RecognitionDecision,
    Registrant,
    Registration,
    RegistrationCount,
    ReviewMeeting,
)


class LockedWhileInUseMixin:
    """Parts of a set that somebody was judged by are shown, not changed."""

    extra = 0

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and not (obj and obj.in_use)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not (obj and obj.in_use)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.in_use)


class CriterionInline(LockedWhileInUseMixin, admin.TabularInline):
    model = Criterion
    fields = ["position", "number", "text", "most", "level"]


class PassMarkInline(LockedWhileInUseMixin, admin.TabularInline):
    model = PassMark


@admin.register(CriteriaSet)
class CriteriaSetAdmin(HistoryAdmin):
    list_display = ["name", "model", "act", "valid_from", "valid_to", "kind", "pass_mark", "confirmed"]
    list_filter = ["model", "confirmed"]
    search_fields = ["name", "act"]
    inlines = [CriterionInline, PassMarkInline]
    actions = ["copy"]

    def get_readonly_fields(self, request, obj=None):
        if obj is None or not obj.in_use:
            return super().get_readonly_fields(request, obj)
        open_fields = {"confirmed", "valid_to", "note"}
        return [field.name for field in obj._meta.fields if field.editable and field.name not in {*open_fields, "id"}]

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.in_use)

    @admin.action(description="Sao thành bộ mới để sửa")
    def copy(self, request, queryset):
        for criteria_set in queryset:
            try:
                made = copy_criteria_set(criteria_set=criteria_set, user=request.user)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
            else:
                self.message_user(request, f"Đã sao thành “{made}”, hiệu lực từ {made.valid_from:%d/%m/%Y}.")


@admin.register(Criterion)
class CriterionAdmin(ReadOnlyAdmin):
    """Edited with their set."""

    list_display = ["number", "text", "most", "level", "criteria_set"]
    list_select_related = ["criteria_set"]
    search_fields = ["text", "criteria_set__name"]


@admin.register(PassMark)
class PassMarkAdmin(ReadOnlyAdmin):
    """Edited with their set."""

    list_display = ["criteria_set", "area", "points"]
    list_select_related = ["criteria_set"]
    search_fields = ["criteria_set__name"]


@admin.register(RecognisingAuthority)
class RecognisingAuthorityAdmin(HistoryAdmin):
    list_display = ["model", "rank", "name", "valid_from", "act"]
    list_filter = ["model"]
    search_fields = ["name", "act"]


@admin.register(AreaOfUnit)
class AreaOfUnitAdmin(HistoryAdmin):
    list_display = ["organization", "area"]
    list_select_related = ["organization"]
    search_fields = ["organization__code", "organization__folded"]
    autocomplete_fields = ["organization"]


@admin.register(Registrant)
class RegistrantAdmin(ReadOnlyAdmin):
    """Written by the services, as what follows from them is."""

    list_display = ["name", "model", "organization", "address", "code"]
    list_select_related = ["organization"]
    list_filter = ["model"]
    search_fields = ["search"]

    def get_search_results(self, request, queryset, search_term):
        return (queryset.search(search_term) if search_term.strip() else queryset), False


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    list_display = ["registrant", "year", "organization", "status", "recognised_on", "title_to"]
    list_select_related = ["registrant", "organization"]
    list_filter = ["model", "status"]
    search_fields = ["=decision_number", "=registrant__code"]


@admin.register(RegistrationCount)
class RegistrationCountAdmin(HistoryAdmin):
    list_display = ["organization", "model", "year", "registered_on", "status", "count"]
    list_select_related = ["organization"]
    list_filter = ["model", "status"]
    search_fields = ["organization__code", "organization__folded"]
    autocomplete_fields = ["organization"]


@admin.register(Assessment)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ["registration", "stage", "score", "level", "passed"]
    list_select_related = ["registration__registrant"]
    search_fields = ["=registration__registrant__code"]


@admin.register(RecognitionDecision)
class RecognitionDecisionAdmin(ReadOnlyAdmin):
    list_display = ["number", "decided_on", "kind", "model", "year", "organization", "status"]
    list_select_related = ["organization"]
    list_filter = ["model", "status"]
    search_fields = ["number", "organization__code", "organization__folded"]


@admin.register(Certificate)
class CertificateAdmin(UnchangingAdmin):
    """The code is shown to nobody: whoever has it has the paper."""

    list_display = ["number", "registration", "template"]
    list_select_related = ["registration__registrant"]
    search_fields = ["=number"]
    exclude = ["code"]


@admin.register(ReviewMeeting)
class ReviewMeetingAdmin(ReadOnlyAdmin):
    """Written by the service, which moves the results along with the day."""

    list_display = ["organization", "model", "year", "held_on", "present"]
    list_select_related = ["organization"]
    list_filter = ["model"]
    search_fields = ["organization__code", "organization__folded"]
