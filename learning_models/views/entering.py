"""Quick entry: a branch's registrants of a year, ten at a time."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from core.vietnamese import date_to_text
from learning_models.entering import Entered
from learning_models.entry_forms import ROWS, EntryForm
from learning_models.models import COUNTED_IN, LearningModel
from learning_models.permissions import CHANGE
from learning_models.register_filters import default_day
from learning_models.services import counted
from learning_models.views.places import PlaceMixin
from organizations.scoping import ScopedMixin

NAMES_SHOWN = 5


class RegistrationEnterView(ScopedMixin, PlaceMixin, FormView):
    permission_required = CHANGE
    form_class = EntryForm
    template_name = "learning_models/registration_enter.html"

    def get_initial(self):
        day = self.request.GET.get("on") or date_to_text(default_day(self.year))
        return {"registered_on": day, "address": self.request.GET.get("at", "")}

    @cached_property
    def rows(self) -> int:
        """How many lines the page holds: as sent, ten more where they were asked for."""
        typed = self.request.POST.get("rows", "")
        rows = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else ROWS
        return rows + ROWS if "more" in self.request.POST else rows

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"user": self.request.user, "rows": self.rows, "reach": self.reach}
        return kwargs | {"organization": self.unit, "model": self.model_code, "year": self.year}

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if "more" in request.POST or "find" in request.POST:
            # Nothing is checked yet, and what was typed stays.
            return self.render_to_response(self.get_context_data(form=form, unchecked=True))
        if form.is_valid() and form.save():
            messages.success(request, summary(form.saved, self.model_code))
            if form.saved.already:
                messages.warning(request, already(form.saved, self.model_code, self.year))
            kept = self.here | {"on": form["registered_on"].value(), "at": form.cleaned_data["address"]}
            return redirect(f"{reverse('learning_models:registration_enter')}?{urlencode(kept)}")
        return self.form_invalid(form)

    def get_context_data(self, **kwargs):
        title = "Ghi nhanh đăng ký"
        return super().get_context_data(
            title=title,
            crumbs=self.make_crumbs((title, "")),
            noun=COUNTED_IN[LearningModel(self.model_code)],
            is_citizen=self.model_code == LearningModel.CITIZEN,
            **kwargs,
        )


def summary(entered: Entered, model: str) -> str:
    """ "Đã đăng ký 10 hộ: 8 hộ mới vào sổ, 2 hộ đã có trong sổ."."""
    words = [f"{counted(len(entered.new), model)} mới vào sổ"] if entered.new else []
    words += [f"{counted(len(entered.known), model)} đã có trong sổ"] if entered.known else []
    return f"Đã đăng ký {counted(entered.registered, model)}{': ' if words else ''}{', '.join(words)}."


def already(entered: Entered, model: str, year: int) -> str:
    names = ", ".join(str(each) for each in entered.already[:NAMES_SHOWN])
    more = len(entered.already) - NAMES_SHOWN
    others = f" và {counted(more, model)} khác" if more > 0 else ""
    return f"{counted(len(entered.already), model)} đã đăng ký năm {year} từ trước, không ghi lại: {names}{others}."
