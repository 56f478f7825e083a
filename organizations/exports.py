"""The lists of units and of their areas, with the columns of their spreadsheets."""

from django import forms

from organizations.exporting import Export
from organizations.models import AreaStatistics, Organization
from organizations.resources import AreaStatisticsSheet, OrganizationSheet


class OrganizationExport(Export):
    code = OrganizationSheet.code
    label = OrganizationSheet.label
    lead = "Đơn vị và các đơn vị cấp dưới, như đang ghi hôm nay."
    permission = "organizations.view_organization"
    columns = OrganizationSheet.columns
    organization_path = "pk"
    paths = {
        **{column.code: column.code for column in OrganizationSheet.columns},
        "parent_code": "parent__code",
        "administrative_code": "territory__code",
    }
    fields = {
        "status": forms.ChoiceField(
            label="Lấy", choices=[("alive", "Đơn vị đang hoạt động"), ("all", "Cả đơn vị đã giải thể")]
        )
    }

    def rows(self):
        return Organization.objects.all()

    def narrow(self, rows):
        return rows if self.choices.get("status") == "all" else rows.alive()

    def describe(self):
        return ["cả đơn vị đã giải thể" if self.choices.get("status") == "all" else "đơn vị đang hoạt động"]


class AreaStatisticsExport(Export):
    code = AreaStatisticsSheet.code
    label = AreaStatisticsSheet.label
    lead = "Dân số, số hộ… đã ghi cho từng năm. Ô trống nghĩa là chưa có số liệu, không phải 0."
    permission = "organizations.view_areastatistics"
    columns = AreaStatisticsSheet.columns
    paths = {
        **{column.code: column.code for column in AreaStatisticsSheet.columns},
        "organization_code": "organization__code",
    }
    fields = {
        "year": forms.IntegerField(
            label="Chỉ năm",
            required=False,
            min_value=1945,
            max_value=2100,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            help_text="Để trống: mọi năm.",
        )
    }

    def rows(self):
        return AreaStatistics.objects.order_by("organization", "-year")

    def narrow(self, rows):
        return rows.filter(year=self.choices["year"]) if self.choices.get("year") else rows

    def describe(self):
        return [f"năm {self.choices['year']}"] if self.choices.get("year") else []


EXPORTS = [OrganizationExport, AreaStatisticsExport]
