from django.urls import URLPattern, URLResolver, include, path

from learning_models.views import counts, entering, lists, registers, registrants, rolling
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

app_name = "learning_models"

REGISTER: list[URLPattern | URLResolver] = [
    path("", lists.RegistrationListView.as_view(), name="registration_list"),
    path("enter/", entering.RegistrationEnterView.as_view(), name="registration_enter"),
    path("<int:pk>/cancel/", registrants.RegistrationCancelView.as_view(), name="registration_cancel"),
    path("roll-forward/", rolling.RollForwardView.as_view(), name="roll_forward"),
    path("roll-forward/unit/", rolling.RollForwardUnitView.as_view(), name="roll_forward_unit"),
    path("registrants/<int:pk>/", registrants.RegistrantDetailView.as_view(), name="registrant_detail"),
    path("registrants/<int:pk>/edit/", registrants.RegistrantEditView.as_view(), name="registrant_edit"),
    path("registrants/<int:pk>/leave/", registrants.RegistrantLeaveView.as_view(), name="registrant_leave"),
    path("registrants/<int:pk>/transfer/", registrants.RegistrantTransferView.as_view(), name="registrant_transfer"),
    path("counts/", counts.CountListView.as_view(), name="count_list"),
    path("counts/create/", counts.CountCreateView.as_view(), name="count_create"),
    path("counts/<int:pk>/edit/", counts.CountEditView.as_view(), name="count_edit"),
    path("counts/<int:pk>/delete/", counts.CountDeleteView.as_view(), name="count_delete"),
    path("registers/", registers.ModelRegisterListView.as_view(), name="register_list"),
    path("registers/<organization_code:code>/", registers.ModelRegisterUseView.as_view(), name="register_use"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *REGISTER,
    path("", include("learning_models.year_urls")),
    path("", include("learning_models.decision_urls")),
]
