"""Which units keep a register since when: the pages that every app with a register shows for its own."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from core.paginator import KeysetListMixin
from organizations.models import Organization, RegisterUse
from organizations.register_forms import RegisterUseForm
from organizations.registers import register_in_use
from organizations.scoping import ScopedMixin
from organizations.views.places import UnitMixin

HISTORY_SHOWN = 20


@dataclass(frozen=True)
class KeptRegister:
    """A register that a unit may say it keeps.

    ``noun``: of what it is; ``effect``: what changes then; ``promise``: what the unit says by it; ``empty``: how one
    without any row is called.
    """

    register: str
    noun: str
    effect: str
    promise: str
    list_address: str
    use_address: str
    empty: str = "sổ không có ai"


class RegisterListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """The reporting units, each with the day from which it keeps the register ``kept``."""

    kept: KeptRegister
    model = Organization
    template_name = "organizations/register_list.html"
    paginate_by = 50

    def get_queryset(self):
        kept = RegisterUse.objects.filter(register=self.kept.register)
        units = super().get_queryset().alive().filter(reports_quarterly=True)
        if self.unit:
            units = units.within(Organization.objects.filter(pk=self.unit.pk))
        return units.order_by("sort_key", "pk").prefetch_related(Prefetch("registers", kept, to_attr="kept"))

    def get_context_data(self, **kwargs):
        shown = {"unit": self.unit, "units": self.units, "kept": self.kept}
        return super().get_context_data(tabs=self.get_tabs(), **shown, **kwargs)

    def get_tabs(self) -> list[tuple[str, str, bool]]:
        """The pages about what the register holds as (words, address, whether it is this one)."""
        raise NotImplementedError


class RegisterUseView(ScopedMixin, SingleObjectMixin, FormView):
    """Say from which day the unit keeps the register, correct that day, or take it back."""

    kept: KeptRegister
    queryset = Organization.objects.filter(reports_quarterly=True)
    slug_field = slug_url_kwarg = "code"
    form_class = RegisterUseForm
    template_name = "organizations/register_use.html"

    @cached_property
    def object(self):
        return self.get_object()

    @cached_property
    def use(self) -> RegisterUse | None:
        return register_in_use(self.object, self.kept.register)

    def get_initial(self):
        return {"used_from": self.use.used_from} if self.use else {}

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if "stop" in request.POST:
            form.stop()
            messages.success(request, f"{self.object.short_name} thôi dùng sổ {self.kept.noun}.")
            return redirect(self.kept.list_address)
        if form.is_valid() and form.save():
            day = form["used_from"].value()
            messages.success(request, f"{self.object.short_name} dùng sổ {self.kept.noun} từ {day}.")
            return redirect(self.kept.list_address)
        return self.form_invalid(form)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "organization": self.object,
            "kept": self.kept,
            "user": self.request.user,
        }

    def get_context_data(self, **kwargs):
        title = f"Dùng sổ {self.kept.noun}"
        crumbs = [(title, reverse(self.kept.list_address)), (self.object.short_name, "")]
        history = RegisterUse.history.filter(organization_id=self.object.pk, register=self.kept.register)
        history = history.select_related("history_user")
        return super().get_context_data(
            crumbs=crumbs,
            kept=self.kept,
            use=self.use,
            history=history.order_by("-history_date", "-history_id")[:HISTORY_SHOWN],
            **kwargs,
        )
