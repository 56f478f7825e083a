"""What the pages about one unit, model and year share: where they are, the way back, and their permission."""

from datetime import date

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from core.periods import FIRST_YEAR, LAST_YEAR
from learning_models.models import LearningModel, Registration
from learning_models.permissions import CHANGE, VIEW
from learning_models.year_places import YearPlace, usual_day
from organizations.models import Organization
from organizations.scoping import ScopedMixin


def place_url(name: str, place: YearPlace, **query) -> str:
    return reverse(f"learning_models:{name}", kwargs=place.address, query=query or None)


def overview_url(unit: Organization, model: str, year: int) -> str:
    return reverse("learning_models:year_overview", query={"unit": unit.code, "model": model, "year": str(year)})


# They are about a place of their own; the others choose it by ``?unit=&model=&year=``.
OF_A_PLACE = frozenset({"assessment_grid", "meeting_results", "refusals"})


def step_url(name: str, place: YearPlace) -> str:
    """Where the step is done for the place. A list is made for several branches, by the unit in work."""
    if name in OF_A_PLACE:
        return place_url(name, place)
    query = {"model": place.model, "year": str(place.year)}
    if name != "decision_list":
        query["unit"] = place.organization.code
    return reverse(f"learning_models:{name}", query=query)


def read_day(text: str) -> date | None:
    """A day of an address, 2026-11-20; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class YearMixin(ScopedMixin):
    """For ``…/<code>/<model>/<year>/…``: a unit out of the scope, an unknown model or year is 404."""

    permission_required = CHANGE

    @cached_property
    def place(self) -> YearPlace:
        units = Organization.objects.allowed(self.request.user, self.permission_required)
        unit = get_object_or_404(units, code=self.kwargs["code"])
        model, year = self.kwargs["model"], self.kwargs["year"]
        if model not in LearningModel.values or not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        return YearPlace(unit, model, year)

    @property
    def reach(self):
        """The registrations that the user may change."""
        return Registration.objects.allowed(self.request.user, self.permission_required)

    @property
    def day(self) -> date:
        """That of the address, else the usual one."""
        return read_day(self.request.GET.get("day", "")) or usual_day(self.place.year)

    def crumbs(self, *more: tuple[str, str]) -> list[tuple[str, str]]:
        """The units above as far as the year may be seen there, the unit itself, and what comes below."""
        place = self.place
        line = Organization.objects.allowed(self.request.user, VIEW).above(place.organization)
        units = [(unit.short_name, overview_url(unit, place.model, place.year)) for unit in line]
        return [*units, *more]

    def get_context_data(self, **kwargs):
        place = self.place
        facts = {"place": place, "unit": place.organization, "year": str(place.year)}
        back = overview_url(place.organization, place.model, place.year)
        # Above what stands in the address: a year is a text, never a number of thousands.
        return super().get_context_data(**{"overview_url": back} | kwargs | facts)
