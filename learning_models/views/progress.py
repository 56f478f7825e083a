"""The year at a glance: who is behind, and what the next step is; and in what kind of area a unit lies."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from core.paginator import PrintMixin
from core.periods import FIRST_YEAR, LAST_YEAR
from learning_models.meeting_forms import AreaForm
from learning_models.models import AreaOfUnit, LearningModel
from learning_models.permissions import CHANGE, VIEW
from learning_models.progress import UnitProgress, progress_of
from learning_models.views.places import model_tabs
from learning_models.views.year_places import overview_url, place_url
from learning_models.year_places import YearPlace
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from organizations.views.places import UnitMixin

YEARS_BACK = 9
# Step → what to do, and the page where it is done.
NEXT_STEPS = {
    "assess": ("Nhập tự đánh giá", "assessment_grid"),
    "review": ("Nhập kết quả bình xét", "meeting_results"),
    "refuse": ("Ghi lý do không công nhận", "refusals"),
    "list": ("Đưa vào danh sách đề nghị công nhận", None),
    "decide": ("Chờ quyết định công nhận", None),
    "done": ("Đã xong", None),
    "": ("Chưa có ai đăng ký theo tên", None),
}


class YearChoiceForm(forms.Form):
    """Which model and year a page is about; what is not understood means families, this year."""

    model = forms.ChoiceField(label="Mô hình", choices=LearningModel.choices)
    year = forms.ChoiceField(label="Năm")

    def __init__(self, data, *, this_year: int):
        super().__init__()
        text = str(data.get("year", ""))
        asked = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else 0
        self.chosen_year = asked if FIRST_YEAR <= asked <= LAST_YEAR else this_year
        self.chosen_model = (
            data.get("model") if data.get("model") in LearningModel.values else LearningModel.FAMILY.value
        )
        years = sorted({*range(this_year - YEARS_BACK, this_year + 2), self.chosen_year}, reverse=True)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]
        # Shown as it was understood, not as it was asked.
        self.initial = {"model": self.chosen_model, "year": str(self.chosen_year)}


class ProgressRow:
    """One line of the page: a unit with its steps, what is next, and where it is done."""

    def __init__(self, progress: UnitProgress, *, model: str, year: int, own: bool, may_change: bool):
        unit = progress.organization
        self.organization, self.is_own = unit, own
        self.steps = progress.own if own else progress.total
        self.has_units = progress.has_units
        self.leads_on = progress.has_units and not own
        place = YearPlace(unit, model, year)
        self.grid_url = place_url("assessment_grid", place) if may_change and not self.leads_on else ""
        self.results_url = place_url("meeting_results", place) if may_change and not self.leads_on else ""
        self.overview_url = overview_url(unit, model, year)
        self.next_words, name = NEXT_STEPS[self.steps.next_step]
        if self.leads_on:
            self.next_words, self.next_url = "Xem từng đơn vị", self.overview_url
        else:
            self.next_url = place_url(name, place) if name and may_change else ""


class YearOverviewView(ScopedMixin, UnitMixin, PrintMixin, TemplateView):
    """Branch × step with numbers, each leading to its grid."""

    permission_required = VIEW
    template_name = "learning_models/year_overview.html"

    @cached_property
    def choice(self) -> YearChoiceForm:
        return YearChoiceForm(self.request.GET, this_year=timezone.localdate().year)

    def rows(self) -> tuple[ProgressRow, list[ProgressRow]]:
        """The unit with everything below it, and the lines that make it up."""
        model, year = self.choice.chosen_model, self.choice.chosen_year
        progress = progress_of(self.unit, model=model, year=year)
        may = Organization.objects.allowed(self.request.user, CHANGE).filter(pk=self.unit.pk).exists()
        facts = {"model": model, "year": year, "may_change": may}
        own = [progress.unit] if progress.unit.own.units or not progress.children else []
        rows = [ProgressRow(each, own=True, **facts) for each in own]
        rows += [ProgressRow(each, own=False, **facts) for each in progress.children]
        return ProgressRow(progress.unit, own=False, **facts), rows

    def get_context_data(self, **kwargs):
        facts = {"choice": self.choice, "unit": self.unit, "tabs": model_tabs(self.request)}
        if self.unit is not None:
            place = YearPlace(self.unit, self.choice.chosen_model, self.choice.chosen_year)
            total, rows = self.rows()
            known = sum(1 for row in rows if row.steps.units)
            facts |= {"place": place, "total": total, "rows": rows, "known": known, "year": str(place.year)}
            facts |= {"crumbs": self.crumbs(place)}
        return super().get_context_data(**facts | kwargs)

    def crumbs(self, place: YearPlace) -> list[tuple[str, str]]:
        line = self.reach.above(self.unit)
        return [(unit.short_name, overview_url(unit, place.model, place.year)) for unit in line]


class UnitAreaView(ScopedMixin, FormView):
    """In what kind of area a unit lies, which may decide the points that are asked."""

    permission_required = "organizations.change_organization"
    form_class = AreaForm
    template_name = "generic/form.html"

    @property
    def reach(self):
        return Organization.objects.allowed(self.request.user, self.permission_required)

    @cached_property
    def organization(self) -> Organization:
        return get_object_or_404(self.reach, code=self.kwargs["code"])

    def get_form_kwargs(self):
        line = Organization.objects.above(self.organization).exclude(pk=self.organization.pk)
        said = AreaOfUnit.objects.filter(organization__in=line.order_by().values("pk")).select_related("organization")
        facts = {"reach": self.reach, "user": self.request.user, "organization": self.organization}
        return super().get_form_kwargs() | facts | {"above": said.order_by("-organization__depth").first()}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã lưu loại địa bàn của {self.organization.name}.")
        return redirect(self.back_url)

    @property
    def back_url(self) -> str:
        return reverse("learning_models:year_overview", query={"unit": self.organization.code})

    def get_context_data(self, **kwargs):
        words = {
            "title": f"Loại địa bàn của {self.organization.name}",
            "lead": "Một số bộ tiêu chí đặt điểm đạt riêng cho từng loại địa bàn. Các đơn vị bên dưới không ghi riêng "
            "thì theo đơn vị này. Kết quả đã lưu không đổi.",
            "submit_label": "Lưu loại địa bàn",
            "cancel_url": self.back_url,
            "crumbs": [(self.organization.short_name, self.back_url), ("Loại địa bàn", "")],
        }
        return super().get_context_data(**words | kwargs)
