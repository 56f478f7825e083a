from django.urls import include, path

app_name = "members"

urlpatterns = [
    path("dues/", include("members.dues_urls")),
]
