"""What every admin page of ours shares."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from core.encryption import EncryptedField

SEALED = "•••"


class SealedChanges(HistoricalRecordContextHelper):
    """Tells that an encrypted text was changed, never what it was or is."""

    def prepare_delta_change_value(self, change, value):
        if isinstance(self.model._meta.get_field(change.field), EncryptedField):
            return SEALED if value else value
        return super().prepare_delta_change_value(change, value)


class HistoryAdmin(SimpleHistoryAdmin):
    """History is shown with its reasons and cannot be posted back over the present."""

    show_full_result_count = False

    def get_historical_record_context_helper(self, request, historical_record):
        return SealedChanges(self.model, historical_record)

    def history_form_view(self, request, *args, **kwargs):
        # The revert button is switched off, but the view behind it would still save what is posted.
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, *args, **kwargs)


class ReadOnlyAdmin(HistoryAdmin):
    """Rows that only services write."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class UnchangingAdmin(admin.ModelAdmin):
    """Rows that are written once and keep no history."""

    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
