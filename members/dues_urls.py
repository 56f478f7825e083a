"""Addresses below /members/dues/."""

from django.urls import path

from members.views import dues, dues_collections, dues_rates
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

UNIT = "units/<organization_code:code>/"
COLLECTION = "collections/<int:pk>/"

urlpatterns = [
    path("", dues.DuesHomeView.as_view(), name="dues_home"),
    path("rates/", dues_rates.RateListView.as_view(), name="dues_rate_list"),
    path("rates/<int:pk>/edit/", dues_rates.RateEditView.as_view(), name="dues_rate_edit"),
    path(UNIT, dues.DuesDetailView.as_view(), name="dues_detail"),
    path(f"{UNIT}arrears/", dues.ArrearsListView.as_view(), name="dues_arrears"),
    path(f"{UNIT}rates/create/", dues_rates.RateCreateView.as_view(), name="dues_rate_create"),
    path(f"{UNIT}collections/", dues_collections.CollectionListView.as_view(), name="dues_collection_list"),
    path(f"{UNIT}collections/create/", dues_collections.CollectionCreateView.as_view(), name="dues_collection_create"),
    path(COLLECTION, dues_collections.CollectionDetailView.as_view(), name="dues_collection_detail"),
    path(f"{COLLECTION}edit/", dues_collections.CollectionEditView.as_view(), name="dues_collection_edit"),
    path(f"{COLLECTION}confirm/", dues_collections.CollectionConfirmView.as_view(), name="dues_collection_confirm"),
    path(f"{COLLECTION}correct/", dues_collections.CollectionCorrectView.as_view(), name="dues_collection_correct"),
    path(f"{COLLECTION}drop/", dues_collections.CollectionDropView.as_view(), name="dues_collection_drop"),
    path(f"{COLLECTION}receipt.pdf", dues_collections.ReceiptPdfView.as_view(), name="dues_receipt_pdf"),
]
