from django.urls import path

from funds.awards.views.given import AwardListView, ResultsView
from funds.awards.views.given_papers import GivenListFileView, GivenListPageView, GivenListView
from funds.awards.views.handing_over import HandOverView, hand_over_paper
from funds.awards.views.nominating import NominateView, QuotaView
from funds.awards.views.programmes import (
    AwardStepView,
    ProgrammeCreateView,
    ProgrammeDetailView,
    ProgrammeEditView,
    ProgrammeListView,
)
from funds.awards.views.recording import AwardRecordView, AwardWithdrawView

app_name = "awards"

urlpatterns = [
    path("", ProgrammeListView.as_view(), name="programme_list"),
    path("create/", ProgrammeCreateView.as_view(), name="programme_create"),
    path("<int:pk>/", ProgrammeDetailView.as_view(), name="programme_detail"),
    path("<int:pk>/edit/", ProgrammeEditView.as_view(), name="programme_edit"),
    path("<int:pk>/nominate/", NominateView.as_view(), name="nominate"),
    path("<int:pk>/quotas/", QuotaView.as_view(), name="programme_quotas"),
    path("<int:pk>/step/", AwardStepView.as_view(), name="award_step"),
    path("<int:pk>/hand-over/", HandOverView.as_view(), name="hand_over"),
    path("<int:pk>/list.<str:ending>", hand_over_paper, name="hand_over_paper"),
    # What was handed over.
    path("given/", AwardListView.as_view(), name="award_list"),
    path("given/create/", AwardRecordView.as_view(), name="award_record"),
    path("given/<int:pk>/withdraw/", AwardWithdrawView.as_view(), name="award_withdraw"),
    path("given/list/", GivenListView.as_view(), name="given_list"),
    path("given/list.<str:ending>", GivenListFileView.as_view(), name="given_list_file"),
    path("given/list/<str:ending>/", GivenListPageView.as_view(), name="given_list_page"),
    path("results/", ResultsView.as_view(), name="award_results"),
]
