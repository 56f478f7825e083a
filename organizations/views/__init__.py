from organizations.views.browse import OrganizationChildrenView, OrganizationListView
from organizations.views.changes import (
    OrganizationCreateView,
    OrganizationDissolveView,
    OrganizationEditView,
    OrganizationMoveView,
    OrganizationRenameView,
)
from organizations.views.detail import OrganizationDetailView
from organizations.views.letterheads import DocumentSettingsView
from organizations.views.workplace import switch

__all__ = [
    "DocumentSettingsView",
    "OrganizationChildrenView",
    "OrganizationCreateView",
    "OrganizationDetailView",
    "OrganizationDissolveView",
    "OrganizationEditView",
    "OrganizationListView",
    "OrganizationMoveView",
    "OrganizationRenameView",
    "switch",
]
