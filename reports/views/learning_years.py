from django.views.generic import DetailView

from learning_models.permissions import VIEW
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from reports.builders.learning_years import build
from reports.learning_pages import ModelSection


class UnitYearsView(ScopedMixin, DetailView):
    """The six learning models of a unit and everything below it, year by year."""

    permission_required = VIEW
    model = Organization
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"
    template_name = "reports/learning_years.html"

    def get_context_data(self, **kwargs):
        sections = [ModelSection(self.object, years) for years in build(organization=self.object)]
        known = [section for section in sections if section.years.is_known]
        unknown = [section.label for section in sections if not section.years.is_known]
        return super().get_context_data(sections=known, unknown=unknown, **kwargs)
