from django.urls import path, register_converter
from django.urls.converters import StringConverter

from organizations import views

app_name = "organizations"


class OrganizationCodeConverter(StringConverter):
    """What a unit's code may look like: nothing else reaches the database."""

    regex = r"[A-Za-z0-9._-]{1,32}"


register_converter(OrganizationCodeConverter, "organization_code")

urlpatterns = [
    path("", views.OrganizationListView.as_view(), name="organization_list"),
    path("switch/", views.switch, name="switch"),
    path("<organization_code:code>/", views.OrganizationDetailView.as_view(), name="organization_detail"),
    path("<organization_code:code>/children/", views.OrganizationChildrenView.as_view(), name="organization_children"),
    path("<organization_code:code>/create/", views.OrganizationCreateView.as_view(), name="organization_create"),
    path("<organization_code:code>/edit/", views.OrganizationEditView.as_view(), name="organization_edit"),
    path("<organization_code:code>/rename/", views.OrganizationRenameView.as_view(), name="organization_rename"),
    path("<organization_code:code>/move/", views.OrganizationMoveView.as_view(), name="organization_move"),
    path("<organization_code:code>/dissolve/", views.OrganizationDissolveView.as_view(), name="organization_dissolve"),
]
