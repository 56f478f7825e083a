"""What the pages about one report of one quarter share."""

from django.http import Http404
from django.views.generic.detail import SingleObjectMixin

from core.periods import Quarter
from organizations.scoping import ScopedMixin
from reports.models import Report


class QuarterReportMixin(ScopedMixin, SingleObjectMixin):
    """The report of the unit and quarter of the address; out of reach, unknown or not opened is 404."""

    model = Report
    context_object_name = "report"

    def get_object(self, queryset=None) -> Report:
        try:
            quarter = Quarter.parse(self.kwargs["period"])
        except ValueError as error:
            raise Http404(str(error)) from error
        reports = self.get_queryset().filter(organization__code=self.kwargs["code"], round__quarter=quarter)
        report = reports.select_related("organization", "round").order_by("-pk").first()
        if report is None:
            raise Http404(f"Chưa mở kỳ báo cáo {quarter.label} cho đơn vị này.")
        return report
