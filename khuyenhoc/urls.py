from django.contrib import admin
from django.urls import include, path

from khuyenhoc.views import FirstRunView, first_run_units, healthz, home, service_worker

admin.site.site_header = "Khuyến học: quản trị"
admin.site.site_title = "Quản trị"
admin.site.index_title = "Quản trị"

urlpatterns = [
    path("", home, name="home"),
    path("first-run/", FirstRunView.as_view(), name="first_run"),
    path("first-run/units.xlsx", first_run_units, name="first_run_units"),
    path("accounts/", include("accounts.urls")),
    path("organizations/", include("organizations.urls")),
    path("members/", include("members.urls")),
    path("learning-models/units/", include("reports.learning_urls")),
    path("learning-models/", include("learning_models.urls")),
    path("funds/awards/", include("funds.awards.urls")),
    path("funds/", include("funds.urls")),
    path("public/funds/", include("funds.public.urls")),
    path("public/certificates/", include("learning_models.public_urls")),
    path("reports/", include("reports.urls")),
    path("dashboard/", include("reports.dashboards.urls")),
    path("spreadsheets/", include("spreadsheets.urls")),
    path("admin/", admin.site.urls),
    path("service-worker.js", service_worker, name="service_worker"),
    path("healthz", healthz, name="healthz"),
]
