from django.urls import include, path

app_name = "members"

urlpatterns = [
    path("", include("members.officer_urls")),
    path("dues/", include("members.dues_urls")),
]
