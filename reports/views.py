from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.views.generic import DetailView, TemplateView

from core.documents import DOCX_TYPE
from core.periods import parse_period
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from organizations.workplace import Workplace
from reports.builders.contract import summary_to_json
from reports.builders.quarterly_summary import build
from reports.documents import document_name, quarterly_summary_docx
from reports.overview import round_overviews, spans_of
from reports.presentation import SummaryPage


class ReportListView(ScopedMixin, TemplateView):
    """The rounds of the unit I work for, and the summaries of its quarters and spans."""

    permission_required = "reports.view_report"
    template_name = "reports/report_list.html"

    def get_context_data(self, **kwargs):
        organization = Workplace(self.request).organization
        rounds = round_overviews(organization) if organization else []
        return super().get_context_data(
            organization=organization,
            rounds=rounds,
            spans=spans_of([overview.quarter for overview in rounds]),
            **kwargs,
        )


class SummaryMixin(ScopedMixin):
    """A summary of a unit within reach; an unknown period or one that was not opened is 404."""

    permission_required = "reports.view_report"
    model = Organization
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"

    def get_summary(self):
        try:
            period = parse_period(self.kwargs["period"])
            return build(organization=self.get_object(), period=period)
        except (ValueError, ValidationError) as error:
            raise Http404(" ".join(getattr(error, "messages", [str(error)]))) from error


class SummaryView(SummaryMixin, DetailView):
    template_name = "reports/summary.html"

    def get_context_data(self, **kwargs):
        quarters = [overview.quarter for overview in round_overviews(self.object)]
        periods = [*quarters, *spans_of(quarters)]
        page = SummaryPage(self.get_summary())
        return super().get_context_data(page=page, summary=page.summary, periods=periods, **kwargs)


class SummaryJsonView(SummaryMixin, DetailView):
    def render_to_response(self, context, **kwargs):
        return JsonResponse(summary_to_json(self.get_summary()), json_dumps_params={"ensure_ascii": False})


class SummaryDocxView(SummaryMixin, DetailView):
    def render_to_response(self, context, **kwargs):
        summary = self.get_summary()
        headers = {"Content-Disposition": f'attachment; filename="{document_name(summary, "docx")}"'}
        return HttpResponse(quarterly_summary_docx(summary), content_type=DOCX_TYPE, headers=headers)
