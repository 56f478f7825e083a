from django.urls import path

from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)
from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.ReportListView.as_view(), name="report_list"),
    path("<organization_code:code>/<str:period>/summary/", views.SummaryView.as_view(), name="summary"),
    path(
        "<organization_code:code>/<str:period>/document-number/",
        views.DocumentNumberView.as_view(),
        name="document_number",
    ),
    path("<organization_code:code>/<str:period>/summary.json", views.SummaryJsonView.as_view(), name="summary_json"),
    path("<organization_code:code>/<str:period>/summary.docx", views.SummaryDocxView.as_view(), name="summary_docx"),
    path("<organization_code:code>/<str:period>/summary.xlsx", views.SummaryXlsxView.as_view(), name="summary_xlsx"),
    path("<organization_code:code>/<str:period>/summary.pdf", views.SummaryPdfView.as_view(), name="summary_pdf"),
]
