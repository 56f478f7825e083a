"""What anybody may open: the check of a certificate."""

from django.urls import path

from learning_models.views import checks

app_name = "certificates"

urlpatterns = [
    path("", checks.certificate_form, name="certificate_form"),
    path("<str:code>/", checks.certificate_check, name="certificate_check"),
]
