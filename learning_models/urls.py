from django.urls import URLPattern, URLResolver

from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

app_name = "learning_models"

urlpatterns: list[URLPattern | URLResolver] = []
