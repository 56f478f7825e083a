"""What this app shows on a unit's page."""

from dataclasses import dataclass

from django.db.models import Count, Sum
from django.template.loader import render_to_string
from django.utils import timezone

from learning_models.models import COUNTED_IN, LearningModel, Registration, RegistrationCount
from learning_models.permissions import CHANGE, VIEW
from organizations.domains import narrowing_ids
from organizations.scoping import holds_at


@dataclass(frozen=True)
class ModelNumbers:
    """One model: names and numbers registered for the year."""

    model: LearningModel
    names: int
    numbers: int

    @property
    def code(self) -> str:
        return self.model.value

    @property
    def label(self) -> str:
        return str(self.model.label)

    @property
    def noun(self) -> str:
        return COUNTED_IN[self.model]


def count_models(organization, year: int) -> list[ModelNumbers]:
    """The models that anybody at or below the unit registered for; three queries."""
    units = narrowing_ids(organization)
    # Of a column that stands in the index: for the key every row would have to be fetched.
    names = by_model(Registration.objects.filter(year=year), units, Count("organization"))
    numbers = by_model(RegistrationCount.objects.filter(year=year), units, Sum("count"))
    rows = [ModelNumbers(model, names.get(model, 0), numbers.get(model, 0)) for model in LearningModel]
    return [row for row in rows if row.names or row.numbers]


def by_model(rows, units: list[int] | None, number) -> dict[str, int]:
    """Model → ``number`` of its rows; ``units`` None: of every unit there is."""
    if units is not None:
        rows = rows.filter(organization__in=units)
    return dict(rows.order_by().values_list("model").annotate(number=number))


def models_panel(request, organization) -> str | None:
    """This year's registrations at and below the unit, with the way to them."""
    if not holds_at(request.user, VIEW, organization):
        return None
    year = timezone.localdate().year
    context = {
        "organization": organization,
        "rows": count_models(organization, year),
        "year": str(year),
        "may_change": holds_at(request.user, CHANGE, organization) and not organization.is_dissolved,
    }
    return render_to_string("learning_models/partials/models_panel.html", context, request)


PANELS = [models_panel]
