"""Addresses of officers and terms; ``members/urls.py`` includes them."""

from django.urls import path

from members.views import officers, terms, vacancies
from organizations.converters import OrganizationCodeConverter  # noqa: F401 (importing registers it)

urlpatterns = [
    path("officers/", officers.OfficerListView.as_view(), name="officer_list"),
    path("officers/vacancies/", vacancies.VacancyListView.as_view(), name="vacancy_list"),
    path("officers/create/<organization_code:code>/", officers.OfficerCreateView.as_view(), name="officer_create"),
    path("officers/<int:pk>/", officers.OfficerDetailView.as_view(), name="officer_detail"),
    path("officers/<int:pk>/edit/", officers.OfficerEditView.as_view(), name="officer_edit"),
    path("officers/<int:pk>/end/", officers.OfficerEndView.as_view(), name="officer_end"),
    path("officers/<int:pk>/delete/", officers.OfficerDeleteView.as_view(), name="officer_delete"),
    path("terms/", terms.TermListView.as_view(), name="term_list"),
    path("terms/ending/", terms.TermEndingView.as_view(), name="term_ending"),
    path("terms/create/<organization_code:code>/", terms.TermCreateView.as_view(), name="term_create"),
    path("terms/<int:pk>/edit/", terms.TermEditView.as_view(), name="term_edit"),
    path("terms/<int:pk>/prolong/", terms.TermProlongView.as_view(), name="term_prolong"),
]
