from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.ReportListView.as_view(), name="report_list"),
    path("<str:code>/<str:period>/summary/", views.SummaryView.as_view(), name="summary"),
    path("<str:code>/<str:period>/summary.json", views.SummaryJsonView.as_view(), name="summary_json"),
    path("<str:code>/<str:period>/summary.docx", views.SummaryDocxView.as_view(), name="summary_docx"),
]
