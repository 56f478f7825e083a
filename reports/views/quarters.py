"""What the pages about one report of one quarter share."""

from django.http import Http404
from django.utils.functional import cached_property
from django.views.generic.detail import SingleObjectMixin

from core.periods import Quarter
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from reports.models import Report


def quarter_or_404(kwargs: dict) -> Quarter:
    """The quarter that the address names."""
    try:
        return Quarter.parse(kwargs["period"])
    except ValueError as error:
        raise Http404(str(error)) from error


def report_or_404(reports, kwargs: dict) -> Report:
    """The report that the address names, among these.

    A unit that moved to another province may owe a report in both: the later one is its own.
    """
    quarter = quarter_or_404(kwargs)
    report = reports.filter(organization__code=kwargs["code"], round__quarter=quarter).order_by("-pk").first()
    if report is None:
        raise Http404(f"Chưa mở kỳ báo cáo {quarter.label} cho đơn vị này.")
    return report


class ReportMixin(ScopedMixin, SingleObjectMixin):
    """The report of the unit and quarter of the address; out of reach, unknown or not opened is 404."""

    model = Report
    context_object_name = "report"

    @cached_property
    def object(self) -> Report:
        """Also for views that do not set it first, such as those with a form."""
        return self.get_object()

    def get_object(self, queryset=None) -> Report:
        around = "round__root", "organization", "parent__organization", "submitted_by", "revision"
        return report_or_404(self.get_queryset().select_related(*around), self.kwargs)

    def may(self, permission: str) -> bool:
        """Whether the user holds the permission at the report's unit."""
        units = Organization.objects.allowed(self.request.user, permission)
        return units.filter(pk=self.object.organization_id).exists()

    def may_review(self) -> bool:
        return Report.objects.reviewable(self.request.user).filter(pk=self.object.pk).exists()
