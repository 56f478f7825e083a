from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.generic import DetailView, TemplateView

from core.documents import XLSX_TYPE
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from organizations.workplace import Workplace
from reports.dashboards.overview import OverviewPage
from reports.dashboards.page import PERMISSION, Page
from reports.dashboards.pivot import PivotPage
from reports.dashboards.ranking import RankingPage
from reports.dashboards.tilemap import MapPage
from reports.dashboards.trend import TrendPage
from reports.dashboards.workbook import pivot_xlsx


class DashboardView(ScopedMixin, TemplateView):
    """Leads to the unit I work for; whoever works for none is told why there is nothing."""

    permission_required = PERMISSION
    template_name = "reports/dashboards/dashboard.html"

    def get(self, request, *args, **kwargs):
        organization = Workplace(request).organization
        return redirect("dashboard:overview", organization.code) if organization else super().get(request)


class DashboardMixin(ScopedMixin):
    """A page about a unit within reach."""

    permission_required = PERMISSION
    model = Organization
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"
    page_class: type[Page]

    def get_context_data(self, **kwargs):
        page = self.page_class(self.object, self.request.user, self.request.GET)
        return super().get_context_data(page=page, **kwargs)


class OverviewView(DashboardMixin, DetailView):
    page_class = OverviewPage
    template_name = "reports/dashboards/overview.html"


class RankingView(DashboardMixin, DetailView):
    page_class = RankingPage
    template_name = "reports/dashboards/ranking.html"


class TrendView(DashboardMixin, DetailView):
    page_class = TrendPage
    template_name = "reports/dashboards/trend.html"


class MapView(DashboardMixin, DetailView):
    page_class = MapPage
    template_name = "reports/dashboards/map.html"


class PivotView(DashboardMixin, DetailView):
    page_class = PivotPage
    template_name = "reports/dashboards/pivot.html"


class PivotXlsxView(DashboardMixin, DetailView):
    page_class = PivotPage

    def render_to_response(self, context, **kwargs):
        page = context["page"]
        if page.is_empty:
            raise Http404("Chưa mở kỳ báo cáo nào.")
        headers = {"Content-Disposition": f'attachment; filename="bang-cheo-{self.object.code}.xlsx"'}
        return HttpResponse(pivot_xlsx(page), content_type=XLSX_TYPE, headers=headers)
