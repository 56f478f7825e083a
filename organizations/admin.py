"""The administrator's view of the units; every write to the tree goes through the tree service."""

from datetime import datetime

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import construct_instance
from django.utils import timezone
from import_export import fields, resources
from import_export.admin import ImportExportModelAdmin
from import_export.widgets import ForeignKeyWidget, Widget

from core.admin import HistoryAdmin
from core.forms import DateTextField
from core.history import REASON_LENGTH
from core.vietnamese import date_to_text, text_to_date
from organizations.models import (
    AdministrativeSuccession,
    AdministrativeUnit,
    Appointment,
    AreaStatistics,
    DocumentSettings,
    Organization,
    OrganizationSpell,
    RegisterUse,
)
from organizations.tree import CORRECTABLE, correct_organization, create_organization

IMPORTED = "Nhập tệp ở trang quản trị"


class ReasonedForm(forms.ModelForm):
    """Asks why; the history keeps the answer."""

    change_reason = forms.CharField(
        label="Lý do thay đổi", required=False, max_length=REASON_LENGTH, help_text="Được ghi vào lịch sử."
    )


class ReasonedAdmin(HistoryAdmin):
    """Every change asks for its reason."""

    form = ReasonedForm

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.DateField):
            return DateTextField(label=field.label, required=field.required, help_text=field.help_text)
        return field

    def save_model(self, request, obj, form, change):
        obj._change_reason = form.cleaned_data.get("change_reason") or None
        super().save_model(request, obj, form, change)


class OrganizationAdminForm(ReasonedForm):
    """Rehearses the change with the tree service, so that its refusal stands beside the field."""

    class Meta:
        model = Organization
        fields = ["code", *CORRECTABLE]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "form" in self.fields:
            self.fields["form"].required = False
            self.fields["form"].help_text = "Để trống: theo cấp."

    def clean(self):
        values = super().clean()
        if self.errors:
            return values
        try:
            with transaction.atomic():
                self.carry_out(user=None)
                transaction.set_rollback(True)
        except ValidationError as error:
            reasons = error.error_dict if hasattr(error, "error_dict") else {None: error}
            for name, reason in reasons.items():
                name = "dissolved_on" if name == "on" else name
                self.add_error(name if name in self.fields else None, reason)
        return values

    def _post_clean(self):
        # The rehearsal has validated the row; asking the model again would say everything twice.
        self.instance = construct_instance(self, self.instance, self._meta.fields)

    def carry_out(self, *, user) -> Organization:
        """Create or correct the unit; raises ValidationError when the tree would break."""
        values = dict(self.cleaned_data)
        reason = values.pop("change_reason") or "Trang quản trị"
        if self.instance.pk is None:
            return create_organization(user=user, reason=reason, **values)
        changes = {name: values[name] for name in CORRECTABLE if name in values}
        changes["form"] = changes.get("form") or self.initial["form"]
        return correct_organization(organization=self.instance, user=user, reason=reason, **changes)


@admin.register(Organization)
class OrganizationAdmin(ReasonedAdmin):
    form = OrganizationAdminForm
    list_display = ["name", "code", "level", "parent", "dissolved_on"]
    list_filter = ["level", "kind", "reports_quarterly"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    search_help_text = "Tên (có dấu hay không đều được) hoặc mã."
    autocomplete_fields = ["parent", "territory"]
    fieldsets = [
        (
            None,
            {
                "fields": ["code", "name", "parent", "level", "form", "kind"],
                "description": "Ở đây sửa chỗ ghi sai: không ngày nào thay đổi. Đổi tên, chuyển và giải thể theo quyết "
                "định thì làm ở trang của đơn vị (nút “Xem trên trang web”).",
            },
        ),
        ("Thời gian", {"fields": ["established_on", "dissolved_on"]}),
        ("Địa bàn và báo cáo", {"fields": ["territory", "reports_quarterly"]}),
        ("Liên hệ", {"fields": ["contact_name", "contact_phone"]}),
        ("Lịch sử", {"fields": ["change_reason"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def get_search_results(self, request, queryset, search_term):
        words = search_term.strip()
        if not words:
            return queryset, False
        return queryset.search(words), False

    def save_model(self, request, obj, form, change):
        saved = form.carry_out(user=request.user)
        obj.pk = saved.pk
        obj._state.adding = False
        obj.refresh_from_db()

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(OrganizationSpell)
class OrganizationSpellAdmin(ReasonedAdmin):
    """Written by the tree service only."""

    form = forms.ModelForm
    list_display = ["name", "organization", "parent", "level", "valid_from", "valid_to"]
    list_filter = ["level", "kind"]
    list_select_related = ["organization", "parent"]
    search_fields = ["name", "organization__folded", "organization__code"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class DayWidget(Widget):
    """A day as people write it, in files as in forms."""

    def clean(self, value, row=None, **kwargs):
        if isinstance(value, datetime):
            return value.date()
        return text_to_date(value) if value else None

    def render(self, value, obj=None, **kwargs):
        return date_to_text(value) if value else ""


class BearerWidget(ForeignKeyWidget):
    """A unit of the State by the code it carried when the row's own unit began, else today."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        start = DayWidget().clean(row.get("valid_from"))
        unit = AdministrativeUnit.objects.carrying(str(value).strip(), start or timezone.localdate())
        if unit is None:
            raise ValueError(f"Chưa có đơn vị hành chính mang mã {value}.")
        return unit


class AdminResource(resources.ModelResource):
    """Rows are validated as in a form, unchanged ones are skipped, and the history says where they came from."""

    class Meta:
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True

    def before_save_instance(self, instance, row, **kwargs):
        instance._change_reason = IMPORTED


class AdministrativeUnitResource(AdminResource):
    parent = fields.Field("parent", "parent_code", BearerWidget(AdministrativeUnit, "code"))
    valid_from = fields.Field("valid_from", "valid_from", DayWidget())
    valid_to = fields.Field("valid_to", "valid_to", DayWidget())

    class Meta(AdminResource.Meta):
        model = AdministrativeUnit
        import_id_fields = ["code", "tier", "valid_from"]
        fields = ["code", "name", "tier", "parent", "valid_from", "valid_to"]


class SuccessorInline(admin.TabularInline):
    model = AdministrativeSuccession
    fk_name = "predecessor"
    verbose_name_plural = "đơn vị kế tiếp"
    autocomplete_fields = ["successor"]
    extra = 0


class PredecessorInline(admin.TabularInline):
    """Looked at from here; each is written at the unit that came before."""

    model = AdministrativeSuccession
    fk_name = "successor"
    verbose_name_plural = "đơn vị trước"
    readonly_fields = ["predecessor"]
    can_delete = False
    extra = max_num = 0


@admin.register(AdministrativeUnit)
class AdministrativeUnitAdmin(ImportExportModelAdmin, ReasonedAdmin):
    resource_classes = [AdministrativeUnitResource]
    list_display = ["name", "code", "tier", "parent", "valid_from", "valid_to"]
    list_filter = ["tier"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]
    inlines = [SuccessorInline, PredecessorInline]


@admin.register(AdministrativeSuccession)
class AdministrativeSuccessionAdmin(ReasonedAdmin):
    list_display = ["predecessor", "last_day", "successor"]
    list_select_related = ["predecessor", "successor"]
    search_fields = ["predecessor__name", "predecessor__code", "successor__name", "successor__code"]
    autocomplete_fields = ["predecessor", "successor"]

    @admin.display(description="đến hết ngày", ordering="predecessor__valid_to")
    def last_day(self, link):
        return link.predecessor.valid_to


class AreaStatisticsResource(AdminResource):
    organization = fields.Field("organization", "organization_code", ForeignKeyWidget(Organization, "code"))

    class Meta(AdminResource.Meta):
        model = AreaStatistics
        import_id_fields = ["organization", "year"]
        fields = ["organization", "year", *AreaStatistics.COLUMNS, "source"]


@admin.register(AreaStatistics)
class AreaStatisticsAdmin(ImportExportModelAdmin, ReasonedAdmin):
    resource_classes = [AreaStatisticsResource]
    list_display = ["organization", "year", "population", "households", "villages", "source"]
    list_filter = ["year"]
    list_select_related = ["organization"]
    search_fields = ["organization__folded", "organization__code", "=year"]
    autocomplete_fields = ["organization"]


@admin.register(RegisterUse)
class RegisterUseAdmin(ReasonedAdmin):
    list_display = ["organization", "register", "used_from"]
    list_filter = ["register"]
    list_select_related = ["organization"]
    search_fields = ["organization__folded", "organization__code"]
    autocomplete_fields = ["organization"]


@admin.register(Appointment)
class AppointmentAdmin(ReasonedAdmin):
    list_display = ["user", "role", "organization", "valid_from", "valid_to"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__username", "user__full_name", "organization__folded", "organization__code"]
    autocomplete_fields = ["user", "organization"]


@admin.register(DocumentSettings)
class DocumentSettingsAdmin(ReasonedAdmin):
    list_display = ["organization", "symbol", "place", "signatory"]
    list_select_related = ["organization"]
    search_fields = ["organization__folded", "organization__code", "signatory"]
    autocomplete_fields = ["organization"]
