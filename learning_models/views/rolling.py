"""Last year's registrants registered again: unit by unit with their exceptions, or several units at once."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from core.paginator import KeysetPaginator
from core.vietnamese import date_to_text
from learning_models.models import COUNTED_IN, LearningModel
from learning_models.permissions import CHANGE
from learning_models.register_filters import default_day
from learning_models.roll_forms import RollUnitForm, RollUnitsForm
from learning_models.rolling import UnitNumbers, numbers_by_unit
from learning_models.services import counted, to_roll_forward
from learning_models.views.places import PlaceMixin
from organizations.models import Organization
from organizations.scoping import ScopedMixin

ROWS = 200
MOST_UNITS = 200
DONE_BEFORE = "Không có gì để ghi thêm: việc này đã làm từ trước."


class RollMixin(PlaceMixin):
    """POST shows what would happen; ``confirm`` carries it out, once even when it is sent twice."""

    title = "Chuyển đăng ký từ năm trước"
    summary_template = ""

    def get_initial(self):
        return {"registered_on": date_to_text(default_day(self.year))}

    def get_form_kwargs(self):
        asked = {"model": self.model_code, "year": self.year, "reach": self.reach, "user": self.request.user}
        return super().get_form_kwargs() | asked

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if not form.is_valid() or "again" in request.POST:
            return self.form_invalid(form)
        if "confirm" in request.POST:
            return self.finish(form) if form.save() else self.form_invalid(form)
        self.template_name = self.summary_template
        return self.render_to_response(self.get_context_data(form=form, **self.summarize(form)))

    def summarize(self, form) -> dict:
        raise NotImplementedError

    def finish(self, form):
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.title,
            crumbs=self.make_crumbs((self.title, "")),
            noun=COUNTED_IN[LearningModel(self.model_code)],
            last_year=str(self.year - 1),
            **kwargs,
        )


class RollForwardView(ScopedMixin, RollMixin, FormView):
    """A unit with units below: their numbers, each with its own list, and all that are ticked at once."""

    permission_required = CHANGE
    form_class = RollUnitsForm
    template_name = "learning_models/roll_forward.html"
    summary_template = "learning_models/roll_forward_summary.html"

    def get(self, request, *args, **kwargs):
        if len(self.places) == 1:
            address = reverse("learning_models:roll_forward_unit", query=self.here)
            return redirect(address)
        return super().get(request, *args, **kwargs)

    @cached_property
    def places(self) -> list[Organization]:
        """The unit and those below it, up to one more than a page can hold."""
        place = Organization.objects.filter(pk=self.unit.pk)
        return list(self.reach.alive().within(place)[: MOST_UNITS + 1])

    @property
    def is_wide(self) -> bool:
        """Whether the page only leads down to narrower units."""
        return len(self.places) > MOST_UNITS

    @cached_property
    def rows(self) -> list[UnitNumbers]:
        if self.is_wide:
            return []
        day = default_day(self.year)
        return numbers_by_unit(self.places, model=self.model_code, year=self.year, registered_on=day)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"units": [row.unit for row in self.rows]}

    def summarize(self, form):
        day = form.cleaned_data["registered_on"]
        rows = numbers_by_unit(form.chosen, model=self.model_code, year=self.year, registered_on=day)
        return {"chosen": rows, "total": sum(row.open for row in rows)}

    def finish(self, form):
        number = form.saved
        words = f"Đã đăng ký lại {counted(number, self.model_code)} cho năm {self.year}." if number else DONE_BEFORE
        messages.success(self.request, words)
        return redirect(reverse("learning_models:roll_forward", query=self.here))

    def get_context_data(self, **kwargs):
        narrower = self.reach.alive().filter(parent=self.unit) if self.is_wide else []
        return super().get_context_data(rows=self.rows, narrower=narrower, **kwargs)


class RollForwardUnitView(ScopedMixin, RollMixin, FormView):
    """The list of one unit itself, a page at a time; whoever is ticked is left out or gone."""

    permission_required = CHANGE
    form_class = RollUnitForm
    template_name = "learning_models/roll_forward_unit.html"
    summary_template = "learning_models/roll_forward_unit_summary.html"

    @cached_property
    def page(self):
        day = default_day(self.year)
        found = to_roll_forward(model=self.model_code, year=self.year, registered_on=day, units=[self.unit.pk])
        paginator = KeysetPaginator(found.order_by("sort_key", "pk"), ROWS)
        return paginator.page(after=self.request.GET.get("after"), before=self.request.GET.get("before"))

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organization": self.unit}

    def get_initial(self):
        return super().get_initial() | {"gone_on": date_to_text(default_gone(self.year))}

    def summarize(self, form):
        plan = form.plan()
        return {
            "plan": plan,
            "ticked": {name: sorted(keys) for name, keys in form.ticked.items()},
            "skipped_whys": form.asked_whys(plan.skipped, usual="usual-skipped"),
            "gone_whys": form.asked_whys(plan.gone, usual="usual-gone"),
        }

    def finish(self, form):
        done = form.saved
        words = [f"đăng ký lại {counted(done.registered, self.model_code)}"] if done.registered else []
        words += [f"ghi {counted(done.gone, self.model_code)} đã rời đi"] if done.gone else []
        messages.success(self.request, f"Đã {', '.join(words)}." if words else DONE_BEFORE)
        query = self.here
        if self.request.POST.get("following"):
            query = query | {"after": self.request.POST["following"]}
            return redirect(reverse("learning_models:roll_forward_unit", query=query))
        return redirect(reverse("learning_models:registration_list", query=query))

    def get_context_data(self, **kwargs):
        form = kwargs.setdefault("form", self.get_form())
        following = self.request.POST.get("following") or (self.page.next_cursor or "")
        return super().get_context_data(page_obj=self.page, following=following, ticks=form.ticked, **kwargs)


def default_gone(year: int) -> date:
    """The last day of the year before, unless that has not come."""
    return min(timezone.localdate(), date(year - 1, 12, 31))
