"""Reports within reach by the unit's code and the quarter of the address."""

from django.http import Http404

from core.periods import Quarter
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from reports.models import Report


class ReportMixin(ScopedMixin):
    """A report within reach; an unknown quarter or unit is 404."""

    model = Report
    context_object_name = "report"

    def get_object(self, queryset=None):
        try:
            quarter = Quarter.parse(self.kwargs["quarter"])
        except ValueError as error:
            raise Http404(str(error)) from error
        reports = self.get_queryset() if queryset is None else queryset
        reports = reports.select_related("round__root", "organization", "parent__organization", "submitted_by")
        report = reports.filter(organization__code=self.kwargs["code"], round__quarter=quarter).first()
        if report is None:
            raise Http404("Không có báo cáo này trong phạm vi của ông/bà.")
        return report

    def may(self, permission: str) -> bool:
        """Whether the user holds the permission at the report's unit."""
        units = Organization.objects.allowed(self.request.user, permission)
        return units.filter(pk=self.object.organization_id).exists()

    def may_review(self) -> bool:
        return Report.objects.reviewable(self.request.user).filter(pk=self.object.pk).exists()
