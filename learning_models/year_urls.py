"""Addresses of the year: self-assessment, review, and who is behind; below those of the learning models."""

from django.urls import path

from learning_models.views import assessments, branch_certificates, meetings, progress
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

PLACE = "year/<organization_code:code>/<slug:model>/<int:year>/"
ROW = "registrations/<int:pk>/"

urlpatterns = [
    path("year/", progress.YearOverviewView.as_view(), name="year_overview"),
    path("areas/<organization_code:code>/", progress.UnitAreaView.as_view(), name="unit_area"),
    path(f"{PLACE}assessment/", assessments.AssessmentGridView.as_view(), name="assessment_grid"),
    path(f"{PLACE}assessment/forms/", assessments.AssessmentFormsView.as_view(), name="assessment_forms"),
    path(f"{PLACE}assessment/forms.pdf", assessments.AssessmentFormsPdfView.as_view(), name="assessment_forms_pdf"),
    path(f"{PLACE}meeting/", meetings.MeetingEditView.as_view(), name="meeting_edit"),
    path(f"{PLACE}meeting/results/", meetings.MeetingResultsView.as_view(), name="meeting_results"),
    path(f"{PLACE}meeting/refusals/", meetings.RefusalsView.as_view(), name="refusals"),
    path(f"{PLACE}meeting/minutes.<slug:ending>", meetings.MinutesView.as_view(), name="meeting_minutes"),
    path(f"{PLACE}meeting/minutes/<slug:ending>/", meetings.MinutesPageView.as_view(), name="meeting_minutes_page"),
    path(f"{PLACE}certificates/", branch_certificates.BranchCertificatesView.as_view(), name="branch_certificates"),
    path(
        f"{PLACE}certificates/<int:part>.pdf",
        branch_certificates.BranchCertificatesPdfView.as_view(),
        name="branch_certificates_pdf",
    ),
    path(f"{ROW}assessment/", assessments.AssessmentDetailView.as_view(), name="assessment_detail"),
    path(f"{ROW}assessment/day/", assessments.AssessmentDayView.as_view(), name="assessment_day"),
    path(f"{ROW}step-back/", assessments.StepBackView.as_view(), name="step_back"),
]
