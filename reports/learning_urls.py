from django.urls import path

from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)
from reports.views.learning_years import UnitYearsView

app_name = "learning_years"

urlpatterns = [path("<organization_code:code>/", UnitYearsView.as_view(), name="unit_years")]
