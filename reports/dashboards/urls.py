from django.urls import path

from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)
from reports.dashboards import views

app_name = "dashboard"

UNIT = "<organization_code:code>/"

urlpatterns = [
    path("", views.DashboardView.as_view(), name="dashboard"),
    path(UNIT, views.OverviewView.as_view(), name="overview"),
    path(f"{UNIT}ranking/", views.RankingView.as_view(), name="ranking"),
    path(f"{UNIT}trend/", views.TrendView.as_view(), name="trend"),
    path(f"{UNIT}pivot/", views.PivotView.as_view(), name="pivot"),
    path(f"{UNIT}pivot.xlsx", views.PivotXlsxView.as_view(), name="pivot_xlsx"),
    path(f"{UNIT}map/", views.MapView.as_view(), name="map"),
]
