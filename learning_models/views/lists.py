"""The register of a year: narrowed, searched, printed, and what a number of the statistics consists of."""

from urllib.parse import urlencode

from django.db.models import Max, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView

from core.paginator import KeysetListMixin
from learning_models.models import COUNTED_IN, Registration, RegistrationCount
from learning_models.permissions import CHANGE, VIEW
from learning_models.register_filters import RegistrationFilterForm
from learning_models.views.places import model_tabs
from organizations.scoping import ScopedMixin, holds_at
from organizations.views.places import UnitMixin

# Up to so many rows are sorted by their keys; more are met on the way through the order of all.
FEW = 2000
NUMBERS_SHOWN = 200


class RegistrationListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    permission_required = VIEW
    model = Registration
    template_name = "learning_models/registration_list.html"
    paginate_by = 50

    @cached_property
    def filter_form(self) -> RegistrationFilterForm:
        return RegistrationFilterForm(self.request.GET, unit=self.unit, units=self.units)

    @cached_property
    def drill(self):
        return self.filter_form.drill if self.unit else None

    @cached_property
    def place_ids(self) -> list[int] | None:
        """The units that the list covers: today's, for a quarter's count those of its last day."""
        return self.drill.units(self.unit, self.reach) if self.drill else self.unit_ids

    @cached_property
    def found(self):
        """Everything of unit, model and year (or of the quarter's count), before words and status narrow it."""
        year = self.filter_form.chosen_year
        rows = self.drill.names() if self.drill else Registration.objects.filter(year=year)
        return self.filter_form.rows(rows, self.place_ids)

    @cached_property
    def numbers(self):
        """The numbers without names beside them."""
        year = self.filter_form.chosen_year
        rows = self.drill.numbers() if self.drill else RegistrationCount.objects.filter(year=year)
        return self.filter_form.rows(rows, self.place_ids)

    @property
    def known_year(self) -> str:
        """The newest year that the register does know of unit and model, for a page that has nothing to show."""
        sources = (Registration.objects.all(), RegistrationCount.objects.all())
        years = [self.filter_form.rows(rows, self.place_ids).aggregate(last=Max("year"))["last"] for rows in sources]
        return str(max(filter(None, years), default=""))

    @cached_property
    def keys(self) -> list[int]:
        """Of those asked for, up to one more than `FEW`."""
        return list(self.filter_form.narrow(self.found).order_by().values_list("pk", flat=True)[: FEW + 1])

    def get_queryset(self):
        rows = self.filter_form.narrow(self.found)
        if len(self.keys) > FEW:
            # Through the index of the order, which holds the model too.
            rows = rows.filter(registrant__model=self.filter_form.model_code).order_by("registrant__sort_key", "pk")
        else:
            few = Registration.objects.filter(pk__in=self.keys)
            rows = few.annotate(copied_key=Coalesce("registrant__sort_key", Value(""))).order_by("copied_key", "pk")
        return rows.select_related("registrant", "organization")

    def get_context_data(self, **kwargs):
        form = self.filter_form
        names, numbers = self.found.count(), self.numbers.aggregate(sum=Sum("count"))["sum"] or 0
        may_change = self.unit is not None and holds_at(self.request.user, CHANGE, self.unit)
        return super().get_context_data(
            filter_form=form,
            unit=self.unit,
            drill=self.drill,
            noun=COUNTED_IN[form.model_code],
            names=names,
            numbers=numbers,
            total=names + numbers,
            found=len(self.keys) if form.is_narrow else None,
            few=FEW,
            number_rows=self.numbers.select_related("organization")[:NUMBERS_SHOWN] if self.drill else [],
            may_change=may_change and not self.unit.is_dissolved,
            here=urlencode(form.place),
            today=timezone.localdate(),
            tabs=model_tabs(self.request),
            export_url=self.export_url,
            known_year="" if names + numbers or self.drill else self.known_year,
            **kwargs,
        )

    @property
    def export_url(self) -> str:
        """The page that writes the list as Excel, with as much of the filter as an export knows."""
        form = self.filter_form
        query = {"organization": self.unit.code if self.unit else "", "model": form.model_code}
        query |= {"year": form.chosen_year, "status": form.cleaned_data.get("status", "")}
        asked = {name: value for name, value in query.items() if value}
        return reverse("spreadsheets:export_create", args=["registrations"], query=asked)
