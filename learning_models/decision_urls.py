"""Addresses of lists and decisions, below those of the learning models."""

from django.urls import path

from learning_models.views import decision_papers as papers
from learning_models.views import decision_steps as steps
from learning_models.views import decisions

urlpatterns = [
    path("decisions/", decisions.DecisionListView.as_view(), name="decision_list"),
    path("decisions/create/", decisions.DecisionCreateView.as_view(), name="decision_create"),
    path("decisions/<int:pk>/", decisions.DecisionDetailView.as_view(), name="decision_detail"),
    path("decisions/<int:pk>/candidates/", decisions.DecisionCandidatesView.as_view(), name="decision_candidates"),
    path("decisions/<int:pk>/unlist/", decisions.DecisionUnlistView.as_view(), name="decision_unlist"),
    path("decisions/<int:pk>/propose/", steps.DecisionProposeView.as_view(), name="decision_propose"),
    path("decisions/<int:pk>/issue/", steps.DecisionIssueView.as_view(), name="decision_issue"),
    path("decisions/<int:pk>/withdraw/", steps.DecisionWithdrawView.as_view(), name="decision_withdraw"),
    path("registrations/<int:pk>/withdraw/", steps.FiledWithdrawView.as_view(), name="filed_withdraw"),
    path("decisions/<int:pk>/discard/", steps.DecisionDiscardView.as_view(), name="decision_discard"),
    path(
        "decisions/<int:pk>/papers/<slug:paper>.<slug:ending>",
        papers.DecisionPaperView.as_view(),
        name="decision_paper",
    ),
    path(
        "decisions/<int:pk>/papers/<slug:paper>/<slug:ending>/",
        papers.DecisionPaperPageView.as_view(),
        name="decision_paper_page",
    ),
    path("decisions/<int:pk>/certificates/", papers.DecisionCertificatesView.as_view(), name="decision_certificates"),
    path(
        "decisions/<int:pk>/certificates/file/",
        papers.DecisionCertificatesFileView.as_view(),
        name="decision_certificates_file",
    ),
    path("certificates/<int:pk>.pdf", papers.CertificatePdfView.as_view(), name="certificate_pdf"),
]
