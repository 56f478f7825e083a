from django.urls import path

from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)
from reports.views import summaries

app_name = "reports"

urlpatterns = [
    path("", summaries.ReportListView.as_view(), name="report_list"),
    path("<organization_code:code>/<str:period>/summary/", summaries.SummaryView.as_view(), name="summary"),
    path(
        "<organization_code:code>/<str:period>/document-number/",
        summaries.DocumentNumberView.as_view(),
        name="document_number",
    ),
    path("<organization_code:code>/<str:period>/summary.json", summaries.SummaryJsonView.as_view(), name="summary_json"),
    path("<organization_code:code>/<str:period>/summary.docx", summaries.SummaryDocxView.as_view(), name="summary_docx"),
    path("<organization_code:code>/<str:period>/summary.xlsx", summaries.SummaryXlsxView.as_view(), name="summary_xlsx"),
    path("<organization_code:code>/<str:period>/summary.pdf", summaries.SummaryPdfView.as_view(), name="summary_pdf"),
]
