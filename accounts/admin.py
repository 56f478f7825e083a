from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from accounts.models import RequestCount, User
from core.admin import HistoryAdmin, UnchangingAdmin


@admin.register(User)
class AccountAdmin(HistoryAdmin, UserAdmin):
    list_display = ["username", "full_name", "phone", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "full_name", "email", "phone"]
    ordering = ["sort_key", "username"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Thông tin", {"fields": ["full_name", "phone", "email"]}),
        ("Quyền quản trị", {"fields": ["is_active", "is_staff", "is_superuser"]}),
        ("Thời điểm", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "full_name", "phone", "usable_password", "password1", "password2"]})
    ]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []


@admin.register(RequestCount)
class RequestCountAdmin(UnchangingAdmin):
    list_display = ["minute", "page", "number"]
    search_fields = ["page"]
