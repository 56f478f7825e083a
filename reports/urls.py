from django.urls import path

from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)
from reports.views import (
    entering,
    form_file,
    guidance,
    late,
    reviewing,
    rounds,
    summaries,
    targets,
    tokens,
    trail,
)

app_name = "reports"

UNIT = "<organization_code:code>/<str:period>/"
TARGET = "targets/<organization_code:code>/<int:year>/<str:indicator>/"

urlpatterns = [
    path("", summaries.ReportListView.as_view(), name="report_list"),
    path("review/", reviewing.ReviewListView.as_view(), name="review_list"),
    path("rounds/", rounds.RoundListView.as_view(), name="round_list"),
    path("rounds/open/", rounds.RoundOpenView.as_view(), name="round_open"),
    path(f"rounds/{UNIT}", rounds.RoundDetailView.as_view(), name="round_detail"),
    path(f"rounds/{UNIT}due-dates/", rounds.RoundDueDatesView.as_view(), name="round_due_dates"),
    path(f"rounds/{UNIT}close/", rounds.RoundCloseView.as_view(), name="round_close"),
    path("guidance/", guidance.GuidanceListView.as_view(), name="guidance_list"),
    path("guidance/create/", guidance.GuidanceCreateView.as_view(), name="guidance_create"),
    path("guidance/<int:pk>/", guidance.GuidanceDetailView.as_view(), name="guidance_detail"),
    path("guidance/<int:pk>/read/", guidance.GuidanceReadView.as_view(), name="guidance_read"),
    path("guidance/<int:pk>/file/", guidance.GuidanceFileView.as_view(), name="guidance_file"),
    path("guidance/<int:pk>/withdraw/", guidance.GuidanceWithdrawView.as_view(), name="guidance_withdraw"),
    path("tokens/", tokens.TokenListView.as_view(), name="token_list"),
    path("tokens/create/", tokens.TokenCreateView.as_view(), name="token_create"),
    path("tokens/<int:pk>/revoke/", tokens.TokenRevokeView.as_view(), name="token_revoke"),
    path("targets/", targets.TargetHomeView.as_view(), name="target_home"),
    path("targets/<organization_code:code>/", targets.TargetListView.as_view(), name="target_list"),
    path(f"{TARGET}change/", targets.TargetChangeView.as_view(), name="target_change"),
    path(f"{TARGET}hand-down/", targets.TargetHandDownView.as_view(), name="target_hand_down"),
    path(UNIT, entering.ReportFormView.as_view(), name="report_form"),
    path(f"{UNIT}save/", entering.ReportSaveView.as_view(), name="report_save"),
    path(f"{UNIT}words/<slug:section>/", entering.ReportWordsView.as_view(), name="report_words"),
    path(f"{UNIT}check/", entering.ReportCheckView.as_view(), name="report_check"),
    path(f"{UNIT}receipt/", entering.ReportReceiptView.as_view(), name="report_receipt"),
    path(f"{UNIT}review/", reviewing.ReportReviewView.as_view(), name="report_review"),
    path(f"{UNIT}reopen/", reviewing.ReportReopenView.as_view(), name="report_reopen"),
    path(f"{UNIT}remarks/", reviewing.RemarkCreateView.as_view(), name="remark_create"),
    path(f"{UNIT}summary/", summaries.SummaryView.as_view(), name="summary"),
    path(f"{UNIT}late/", late.LateListView.as_view(), name="late_list"),
    path(f"{UNIT}exception/", rounds.ReportExceptionView.as_view(), name="report_exception"),
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
