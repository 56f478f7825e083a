from django.urls import path

from organizations import views
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

app_name = "organizations"

urlpatterns = [
    path("", views.OrganizationListView.as_view(), name="organization_list"),
    path("switch/", views.switch, name="switch"),
    path("<organization_code:code>/", views.OrganizationDetailView.as_view(), name="organization_detail"),
    path("<organization_code:code>/children/", views.OrganizationChildrenView.as_view(), name="organization_children"),
    path("<organization_code:code>/create/", views.OrganizationCreateView.as_view(), name="organization_create"),
    path("<organization_code:code>/edit/", views.OrganizationEditView.as_view(), name="organization_edit"),
    path("<organization_code:code>/rename/", views.OrganizationRenameView.as_view(), name="organization_rename"),
    path("<organization_code:code>/move/", views.OrganizationMoveView.as_view(), name="organization_move"),
    path("<organization_code:code>/document-settings/", views.DocumentSettingsView.as_view(), name="document_settings"),
    path("<organization_code:code>/dissolve/", views.OrganizationDissolveView.as_view(), name="organization_dissolve"),
]
