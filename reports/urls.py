from django.urls import path

from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)
from reports.views import form_file, summaries, targets, trail

app_name = "reports"

UNIT = "<organization_code:code>/<str:period>/"
TARGET = "targets/<organization_code:code>/<int:year>/<str:indicator>/"

urlpatterns = [
    path("", summaries.ReportListView.as_view(), name="report_list"),
    path("targets/", targets.TargetHomeView.as_view(), name="target_home"),
    path("targets/<organization_code:code>/", targets.TargetListView.as_view(), name="target_list"),
    path(f"{TARGET}change/", targets.TargetChangeView.as_view(), name="target_change"),
    path(f"{TARGET}hand-down/", targets.TargetHandDownView.as_view(), name="target_hand_down"),
    path(f"{UNIT}summary/", summaries.SummaryView.as_view(), name="summary"),
    path(f"{UNIT}form.xlsx", form_file.FormFileView.as_view(), name="form_file"),
    path(f"{UNIT}form-upload/", form_file.FormUploadView.as_view(), name="form_upload"),
    path(f"{UNIT}trail/", trail.TrailView.as_view(), name="trail"),
    path(f"{UNIT}revisions/<int:number>/", trail.RevisionDetailView.as_view(), name="revision_detail"),
    path(f"{UNIT}document-number/", summaries.DocumentNumberView.as_view(), name="document_number"),
    path(f"{UNIT}summary.json", summaries.SummaryJsonView.as_view(), name="summary_json"),
    path(f"{UNIT}summary.docx", summaries.SummaryDocxView.as_view(), name="summary_docx"),
    path(f"{UNIT}summary.xlsx", summaries.SummaryXlsxView.as_view(), name="summary_xlsx"),
    path(f"{UNIT}summary.pdf", summaries.SummaryPdfView.as_view(), name="summary_pdf"),
]
