from django.urls import include, path

from members import views
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

app_name = "members"

urlpatterns = [
    path("", views.MemberListView.as_view(), name="member_list"),
    path("create/", views.MemberCreateView.as_view(), name="member_create"),
    path("transfer/", views.MembersTransferView.as_view(), name="members_transfer"),
    path("change/", views.MembersChangeView.as_view(), name="members_change"),
    path("papers/", views.PapersView.as_view(), name="papers"),
    path("duplicates/", views.DuplicateListView.as_view(), name="duplicate_list"),
    path("<int:pk>/merge/<int:other>/", views.MemberMergeView.as_view(), name="member_merge"),
    path("<int:pk>/different/<int:other>/", views.member_different, name="member_different"),
    path("<int:pk>/", views.MemberDetailView.as_view(), name="member_detail"),
    path("<int:pk>/edit/", views.MemberEditView.as_view(), name="member_edit"),
    path("<int:pk>/transfer/", views.MemberTransferView.as_view(), name="member_transfer"),
    path("<int:pk>/leave/", views.MemberLeaveView.as_view(), name="member_leave"),
    path("<int:pk>/rejoin/", views.MemberRejoinView.as_view(), name="member_rejoin"),
    path("<int:pk>/id-number/", views.member_id_number, name="member_id_number"),
    path("memberships/<int:pk>/edit/", views.MembershipEditView.as_view(), name="membership_edit"),
    path("head-counts/", views.HeadCountListView.as_view(), name="head_count_list"),
    path("head-counts/create/", views.HeadCountCreateView.as_view(), name="head_count_create"),
    path("head-counts/<int:pk>/edit/", views.HeadCountEditView.as_view(), name="head_count_edit"),
    path("registers/", views.MemberRegisterListView.as_view(), name="register_list"),
    path("registers/<organization_code:code>/", views.MemberRegisterUseView.as_view(), name="register_use"),
    path("officers/registers/", views.OfficerRegisterListView.as_view(), name="officer_register_list"),
    path(
        "officers/registers/<organization_code:code>/",
        views.OfficerRegisterUseView.as_view(),
        name="officer_register_use",
    ),
    path("dues/", include("members.dues_urls")),
    path("", include("members.officer_urls")),
]
