"""Below /public/funds/: what anybody may open."""

from django.urls import path

from funds.public.views import public_fund, public_fund_list
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

app_name = "public_funds"

urlpatterns = [
    path("", public_fund_list, name="public_fund_list"),
    path("<organization_code:code>/", public_fund, name="public_fund"),
]
