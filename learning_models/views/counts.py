"""Numbers without names, beside the names of the same unit and year."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Sum
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from core.paginator import KeysetListMixin
from core.vietnamese import date_to_text
from learning_models.count_forms import CountDeleteForm, CountForm
from learning_models.models import COUNTED_IN, LearningModel, Registration, RegistrationCount, Status
from learning_models.permissions import CHANGE, VIEW
from learning_models.register_filters import PlaceForm, default_day
from learning_models.services import counted
from learning_models.views.places import make_crumbs, model_tabs
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds
from organizations.views.places import NearMixin, UnitMixin

HISTORY_SHOWN = 20


class CountListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    permission_required = VIEW
    model = RegistrationCount
    template_name = "learning_models/count_list.html"
    paginate_by = 40

    @cached_property
    def place_form(self) -> PlaceForm:
        return PlaceForm(self.request.GET, unit=self.unit, units=self.units)

    def within(self, rows):
        rows = rows.filter(model=self.place_form.model_code, year=self.place_form.chosen_year)
        return rows if self.unit_ids is None else rows.filter(organization__in=self.unit_ids)

    def get_queryset(self):
        rows = self.within(super().get_queryset()).select_related("organization")
        return rows.order_by("organization__sort_key", "registered_on", "status", "pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows, form = list(context["object_list"]), self.place_form
        units = {row.organization_id for row in rows}
        named = self.within(Registration.objects.filter(organization__in=units)).order_by()
        by_unit = dict(named.values_list("organization_id").annotate(number=Count("pk")))
        names = self.within(Registration.objects.all()).count()
        numbers = self.within(RegistrationCount.objects.all()).aggregate(sum=Sum("count"))["sum"] or 0
        return context | {
            "rows": [(row, by_unit.get(row.organization_id, 0)) for row in rows],
            "place_form": form,
            "noun": COUNTED_IN[LearningModel(form.model_code)],
            "names": names,
            "numbers": numbers,
            "total": names + numbers,
            "may_change": holds(self.request.user, CHANGE),
            "here": urlencode(form.place),
            "unit": self.unit,
            "tabs": model_tabs(self.request),
        }


def count_address(count: RegistrationCount) -> str:
    """The numbers of the unit, model and year."""
    query = {"unit": count.organization.code, "model": count.model, "year": count.year}
    return reverse("learning_models:count_list", query=query)


class CountFormMixin:
    """What entering and correcting a number share."""

    template_name = "learning_models/count_form.html"
    title = "Ghi số đếm đăng ký"
    cancel_url = ""

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        count = form.saved
        words = f"{counted(count.count, count.model)} của {count.organization.short_name}, năm {count.year}"
        messages.success(self.request, f"Đã ghi số đếm: {words}.")
        return redirect(count_address(count))

    def get_context_data(self, **kwargs):
        counts = ("Số đếm", self.cancel_url)
        crumbs = [("Mô hình học tập", reverse("learning_models:registration_list")), counts, (self.title, "")]
        return super().get_context_data(title=self.title, crumbs=crumbs, cancel_url=self.cancel_url, **kwargs)


class CountCreateView(ScopedMixin, CountFormMixin, NearMixin, FormView):
    """``?organization=CODE`` presets the unit, ``?model=`` and ``?year=`` the rest."""

    permission_required = CHANGE
    form_class = CountForm

    @property
    def cancel_url(self) -> str:
        return reverse("learning_models:count_list", query={"unit": self.near.code} if self.near else {})

    @cached_property
    def asked(self) -> PlaceForm:
        return PlaceForm(self.request.GET, unit=None, units=[])

    def get_initial(self):
        year, model = self.asked.chosen_year, self.asked.model_code
        chosen = {"organization": self.near.code if self.near else "", "model": model, "year": year}
        return chosen | {"status": Status.REGISTERED.value, "registered_on": date_to_text(default_day(year))}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"count": RegistrationCount()}


class CountEditView(ScopedMixin, CountFormMixin, SingleObjectMixin, FormView):
    permission_required = CHANGE
    queryset = RegistrationCount.objects.select_related("organization")
    form_class = CountForm

    @cached_property
    def object(self):
        return self.get_object()

    @property
    def title(self) -> str:
        return f"Sửa số đếm của {self.object.organization.short_name}"

    @property
    def cancel_url(self) -> str:
        return count_address(self.object)

    def get_form_kwargs(self):
        reach = Organization.objects.allowed(self.request.user, CHANGE)
        return super().get_form_kwargs() | {"count": self.object, "user": self.request.user, "reach": reach}

    def get_context_data(self, **kwargs):
        history = self.object.history.select_related("history_user")[:HISTORY_SHOWN]
        return super().get_context_data(count=self.object, history=history, **kwargs)


class CountDeleteView(ScopedMixin, SingleObjectMixin, FormView):
    permission_required = CHANGE
    queryset = RegistrationCount.objects.select_related("organization")
    form_class = CountDeleteForm
    template_name = "generic/confirm.html"

    @cached_property
    def object(self):
        return self.get_object()

    def get_form_kwargs(self):
        reach = RegistrationCount.objects.allowed(self.request.user, CHANGE)
        return super().get_form_kwargs() | {"count": self.object, "user": self.request.user, "reach": reach}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, "Đã xoá số đếm. Lịch sử vẫn giữ số cũ.")
        return redirect(count_address(self.object))

    def get_context_data(self, **kwargs):
        row = self.object
        words = f"{counted(row.count, row.model)}, {row.get_status_display()}, ngày {date_to_text(row.registered_on)}"
        title = f"Xoá số đếm của {row.organization.short_name}?"
        back = count_address(row)
        crumbs = make_crumbs(row.organization, ("Số đếm", back), ("Xoá", ""))
        asked = {"title": title, "text": f"Số đếm năm {row.year}: {words}.", "submit_label": "Xoá số đếm"}
        return super().get_context_data(**asked, crumbs=crumbs, cancel_url=back, danger=True, **kwargs)
