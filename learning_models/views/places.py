"""What the pages about learning models share: their tabs, their unit, model and year, and the way back."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from learning_models.permissions import CHANGE, VIEW
from learning_models.register_filters import PlaceForm
from organizations.models import Organization
from organizations.scoping import holds
from organizations.views.places import UnitMixin, find_unit

# Words, name of the address, permission; in the order in which the year goes.
TABS: list[tuple[str, str, str]] = [
    ("Đăng ký", "learning_models:registration_list", VIEW),
    ("Chuyển từ năm trước", "learning_models:roll_forward", CHANGE),
    ("Tiến độ năm", "learning_models:year_overview", VIEW),
    ("Quyết định", "learning_models:decision_list", VIEW),
    ("Số đếm", "learning_models:count_list", VIEW),
    ("Dùng sổ", "learning_models:register_list", CHANGE),
]

PLACE = ("unit", "model", "year")


def model_tabs(request) -> list[tuple[str, str, bool]]:
    """The pages about learning models as (words, address, whether it is this one): of the same unit, model, year."""
    kept = {name: value for name in PLACE if (value := request.GET.get(name))}
    held = [(words, reverse(name)) for words, name, permission in TABS if holds(request.user, permission)]
    query = f"?{urlencode(kept)}" if kept else ""
    return [(words, f"{url}{query}", request.path == url) for words, url in held]


def list_address(organization: Organization, **query) -> str:
    """The registrations of a unit and everything below it."""
    return reverse("learning_models:registration_list", query={"unit": organization.code, **query})


def make_crumbs(organization: Organization, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """Learning models, those of the unit, then ``rest``."""
    models = ("Mô hình học tập", reverse("learning_models:registration_list"))
    return [models, (organization.short_name, list_address(organization)), *rest]


class PlaceMixin(UnitMixin):
    """For a page about one unit, model and year of the address; without any unit in reach it is 404."""

    @cached_property
    def unit(self) -> Organization:
        if (found := find_unit(self.request, self.reach, "unit")) is None:
            raise Http404
        return found

    @cached_property
    def place_form(self) -> PlaceForm:
        return PlaceForm(self.request.GET, unit=self.unit, units=self.units)

    @property
    def model_code(self) -> str:
        return self.place_form.model_code

    @property
    def year(self) -> int:
        return self.place_form.chosen_year

    @property
    def here(self) -> dict:
        return self.place_form.place

    def make_crumbs(self, *rest: tuple[str, str]) -> list[tuple[str, str]]:
        return make_crumbs(self.unit, *rest)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            place_form=self.place_form,
            unit=self.unit,
            model_label=dict(self.place_form.fields["model"].choices)[self.model_code],
            year=str(self.year),
            here=urlencode(self.here),
            tabs=model_tabs(self.request),
            list_url=list_address(self.unit, model=self.model_code, year=self.year),
            **kwargs,
        )
