"""Targets of a unit and of those directly below it: looking at them, setting one, handing one down."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, RedirectView
from django.views.generic.detail import SingleObjectMixin

from core.periods import FIRST_YEAR, LAST_YEAR
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds
from organizations.workplace import Workplace
from reports.builders.target_progress import build, build_all
from reports.models import Report, Target
from reports.services.targets import PERMISSION as CHANGE
from reports.target_forms import HandDownForm, TargetFilterForm, TargetForm, indicators_with_targets
from reports.target_pages import TargetPage, changes_of, hand_down_rows, overview_row


class TargetHomeView(ScopedMixin, RedirectView):
    """To the targets of the unit I work for."""

    permission_required = "reports.view_report"

    def get_redirect_url(self):
        organization = Workplace(self.request).organization
        if organization is None:
            return reverse("reports:report_list")
        return reverse("reports:target_list", args=[organization.code])


class UnitMixin(ScopedMixin, SingleObjectMixin):
    model = Organization
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"


def years_of(organization: Organization) -> tuple[list[int], int]:
    """The years to choose from, and the one to begin with: of the newest opened quarter."""
    quarters = Report.objects.filter(organization=organization).values_list("round__quarter", flat=True)
    opened = {quarter.year for quarter in quarters}
    this_year = timezone.localdate().year
    given = Target.objects.filter(organization=organization).order_by().values_list("year", flat=True).distinct()
    return [*opened, *given, this_year, this_year + 1], max(opened, default=this_year)


class TargetListView(UnitMixin, DetailView):
    """All targets of a year, or with ``?indicator=`` one of them over the units directly below."""

    permission_required = "reports.view_report"
    template_name = "reports/target_list.html"

    def get_context_data(self, **kwargs):
        years, default = years_of(self.object)
        filters = TargetFilterForm(self.request.GET, years=years, default=default)
        year, indicator = filters.chosen_year, filters.chosen_indicator
        user = self.request.user
        may_change = holds(user, CHANGE) and Organization.objects.allowed(user, CHANGE).contains(self.object)
        # As a text, because a number is shown as 2.022.
        found = {"filters": filters, "year": str(year), "indicator": indicator, "may_change": may_change}
        if indicator is None:
            progress = build_all(organization=self.object, year=year)
            found["rows"] = [overview_row(each) for each in progress]
        else:
            page = TargetPage(build(organization=self.object, indicator=indicator, year=year))
            codes = [self.object.code, *(row.aim.code for row in page.children)]
            found |= {"page": page, "changes": changes_of(codes, indicator, year)}
        return super().get_context_data(**found, **kwargs)


class TargetFormView(UnitMixin, FormView):
    """A change to the target of one indicator in one year; other indicators and years are 404."""

    permission_required = CHANGE

    @cached_property
    def object(self) -> Organization:
        if not FIRST_YEAR <= self.kwargs["year"] <= LAST_YEAR:
            raise Http404
        return self.get_object()

    @cached_property
    def indicator(self):
        indicators = indicators_with_targets().select_related("numerator", "denominator")
        return get_object_or_404(indicators, code=self.kwargs["indicator"])

    def get_form_kwargs(self):
        key = {"organization": self.object, "indicator": self.indicator, "year": self.kwargs["year"]}
        return {**super().get_form_kwargs(), **key, "user": self.request.user}

    def get_success_url(self):
        query = {"year": self.kwargs["year"], "indicator": self.indicator.code}
        return reverse("reports:target_list", args=[self.object.code], query=query)

    def get_context_data(self, **kwargs):
        facts = {"indicator": self.indicator, "year": str(self.kwargs["year"]), "cancel_url": self.get_success_url()}
        return super().get_context_data(**facts, **kwargs)


class TargetChangeView(TargetFormView):
    form_class = TargetForm
    template_name = "generic/form.html"

    def form_valid(self, form):
        if form.save() is None:
            return self.form_invalid(form)
        messages.success(self.request, f"Đã ghi mục tiêu năm {self.kwargs['year']}: {self.indicator.label}.")
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        lead = f"{self.indicator.label}: mục tiêu của {self.object.name} trong cả năm."
        words = {"title": f"Mục tiêu năm {self.kwargs['year']}", "lead": lead, "submit_label": "Lưu mục tiêu"}
        return super().get_context_data(**words, **kwargs)


class TargetHandDownView(TargetFormView):
    """Shows what every unit below would get, and writes it when confirmed."""

    form_class = HandDownForm
    template_name = "reports/target_hand_down.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except ValidationError as error:
            # Nothing to hand down: the page of the target says what to do first.
            messages.error(request, " ".join(error.messages))
            return redirect(self.get_success_url())

    def form_valid(self, form):
        written = form.save()
        if written is None:
            return self.form_invalid(form)
        words = f"Đã giao mục tiêu cho {written} đơn vị." if written else "Không có gì thay đổi."
        messages.success(self.request, words)
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        form = kwargs.get("form") or self.get_form()
        return super().get_context_data(**{**kwargs, "form": form, "rows": hand_down_rows(form, self.indicator)})
