from django.urls import path

from spreadsheets import export_views, views

app_name = "spreadsheets"

urlpatterns = [
    path("", views.BatchListView.as_view(), name="batch_list"),
    path("create/", views.batch_create, name="batch_create"),
    path("<int:pk>/", views.BatchDetailView.as_view(), name="batch_detail"),
    path("<int:pk>/apply/", views.batch_apply, name="batch_apply"),
    path("<int:pk>/progress/", views.batch_progress, name="batch_progress"),
    path("<int:pk>/columns/", views.batch_columns, name="batch_columns"),
    path("<int:pk>/undo/", views.batch_undo, name="batch_undo"),
    path("<int:pk>/refused.xlsx", views.batch_refused, name="batch_refused"),
    path("template/<slug:kind>.xlsx", views.kind_template, name="kind_template"),
    path("exports/", export_views.ExportListView.as_view(), name="export_list"),
    path("export/<slug:kind>/", export_views.export_create, name="export_create"),
]
