"""Who has not handed in: the list that the office telephones along."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView

from core.paginator import KeysetListMixin
from organizations.scoping import ScopedMixin
from reports.lateness import Waiting, count_waiting, waiting_below
from reports.models import Report, ReportingRound
from reports.views.quarters import report_or_404


class LateListView(ScopedMixin, KeysetListMixin, ListView):
    """Reports below a unit, at any level, that are not handed in or were returned."""

    permission_required = "reports.view_report"
    model = Report
    template_name = "reports/late_list.html"
    paginate_by = 30

    @cached_property
    def report(self) -> Report:
        """The unit's own report: the list is what lies below it."""
        reports = Report.objects.allowed(self.request.user, self.permission_required)
        return report_or_404(reports.select_related("organization", "round__root"), self.kwargs)

    def get_queryset(self):
        waiting = waiting_below(self.report, self.request.user)
        self.counts = count_waiting(waiting, self.report.round)
        return waiting.select_related("organization", "round", "parent__organization").order_by(
            "organization__sort_key", "pk"
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        round_, organization = self.report.round, self.report.organization
        summary = reverse("reports:summary", args=[organization.code, round_.quarter.code])
        return context | {
            "report": self.report,
            "organization": organization,
            "round": round_,
            "quarter": round_.quarter,
            "counts": self.counts,
            "rows": [Waiting.of(report) for report in context["page_obj"]],
            "may_except": round_.is_closed and self.may_except,
            "crumbs": [
                ("Báo cáo", reverse("reports:report_list")),
                (f"Tổng hợp {round_.quarter.label}", summary),
                ("Chưa nộp", ""),
            ],
        }

    @property
    def may_except(self) -> bool:
        rounds = ReportingRound.objects.allowed(self.request.user, "reports.change_reportinground")
        return rounds.filter(pk=self.report.round_id).exists()
