"""From a number of the statistics to the rows behind it: what a quarter counts, as a list of names and of numbers."""

from dataclasses import dataclass

from django.urls import reverse

from core.periods import Quarter
from learning_models.models import LearningModel, Registration, RegistrationCount
from learning_models.statistics import COUNTED, name_conditions, number_conditions
from organizations.models import Organization
from organizations.spells import below, lines_of, tree_on

WORDS = {
    "registered": "đăng ký của năm",
    "recognised": "danh hiệu còn giá trị",
    "succeeded": "được công nhận trong số đăng ký của năm",
}
# Behind a rate stand the names of its numerator.
NUMERATORS = {"registered_rate": "registered", "recognised_rate": "recognised", "success_rate": "succeeded"}


@dataclass(frozen=True)
class Counted:
    """One of COUNTED for a quarter; ``own``: only the own line of the unit, without the reporting units below it."""

    name: str
    quarter: Quarter
    own: bool = False

    def units(self, unit: Organization, reach) -> list[int]:
        """Keys of the units that count for ``unit``, as the tree stood on the quarter's last day, within ``reach``."""
        inside = below(tree_on(self.quarter.last_day), unit.pk)
        if self.own:
            lines = lines_of(inside)
            inside = {pk: each for pk, each in inside.items() if lines.get(pk) == unit.pk}
        # Today's scope decides what may be seen.
        seen = set(reach.order_by().values_list("pk", flat=True))
        return [pk for pk in inside if pk in seen]

    def names(self):
        return Registration.objects.filter(name_conditions(self.quarter)[self.name])

    def numbers(self):
        return RegistrationCount.objects.filter(number_conditions(self.quarter)[self.name])

    @property
    def words(self) -> str:
        """ "đăng ký của năm, tính đến hết quý I/2022"."""
        return f"{WORDS[self.name]}, tính đến hết {self.quarter.label}"


def counted_by(indicator: str) -> tuple[str, str] | None:
    """The model and the one of COUNTED behind an indicator or the numerator of a rate; None for others."""
    head, _, rest = indicator.partition(".")
    model, _, name = rest.partition(".")
    name = NUMERATORS.get(name, name)
    return (model, name) if head == "learning_models" and model in LearningModel and name in COUNTED else None


def names_address(indicator: str, code: str, quarter: Quarter, *, own: bool = False) -> str:
    """The page with the names behind an indicator of the unit with the code; "" where there is none."""
    if (found := counted_by(indicator)) is None:
        return ""
    model, name = found
    query = {"unit": code, "model": model, "counted": name, "quarter": quarter.code}
    return reverse("learning_models:registration_list", query=query | ({"own": "1"} if own else {}))
