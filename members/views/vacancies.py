from dataclasses import dataclass

from django.utils import timezone
from django.views.generic import ListView

from members.vacancies import missing_posts, vacant_units
from members.vacancy_forms import VacancyFilterForm
from members.views.units import UnitListMixin
from organizations.models import Organization


@dataclass(frozen=True)
class Vacancy:
    """A unit and what stands empty there; ``may_change``: the user may record who holds it."""

    unit: Organization
    posts: list[str]
    may_change: bool


class VacancyListView(UnitListMixin, ListView):
    """Living units where a post that must be held is empty today, in the order of the tree."""

    model = Organization
    template_name = "members/vacancy_list.html"
    filter_class = VacancyFilterForm

    def get_queryset(self):
        units = super().get_queryset().filter(pk__in=self.filters.units.order_by().values("pk"))
        found = self.filters.found(vacant_units(units, timezone.localdate()))
        self.counts = self.filters.count(found)
        return found.select_related("parent")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(counts=self.counts, **kwargs)
        mine = self.changeable(unit.pk for unit in context["page_obj"])
        context["rows"] = [Vacancy(unit, missing_posts(unit), unit.pk in mine) for unit in context["page_obj"]]
        return context
