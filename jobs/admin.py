"""Jobs are looked at here; services make them."""

from django.contrib import admin

from jobs.models import Job


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    show_full_result_count = False
    list_display = ["kind", "user", "status", "done", "total", "attempts", "created_at", "finished_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["user"]
    search_fields = ["kind", "user__username", "message"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
