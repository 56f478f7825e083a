from django.urls import path

from organizations import views

app_name = "organizations"

urlpatterns = [
    path("", views.OrganizationListView.as_view(), name="organization_list"),
    path("switch/", views.switch, name="switch"),
    path("<str:code>/", views.OrganizationDetailView.as_view(), name="organization_detail"),
    path("<str:code>/children/", views.OrganizationChildrenView.as_view(), name="organization_children"),
    path("<str:code>/create/", views.OrganizationCreateView.as_view(), name="organization_create"),
    path("<str:code>/edit/", views.OrganizationEditView.as_view(), name="organization_edit"),
    path("<str:code>/rename/", views.OrganizationRenameView.as_view(), name="organization_rename"),
    path("<str:code>/move/", views.OrganizationMoveView.as_view(), name="organization_move"),
    path("<str:code>/dissolve/", views.OrganizationDissolveView.as_view(), name="organization_dissolve"),
]
