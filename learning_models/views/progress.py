"""The year at a glance: who is behind, and what the next step is; and in what kind of area a unit lies."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from core.paginator import PrintMixin
from learning_models.meeting_forms import AreaForm
from learning_models.models import AreaOfUnit
from learning_models.permissions import CHANGE, VIEW
from learning_models.progress import UnitProgress, progress_of
from learning_models.views.places import PlaceMixin
from learning_models.views.year_places import overview_url, place_url, step_url
from learning_models.year_places import YearPlace
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds_at

# Step → what to do, the page where it is done, and who may.
NEXT_STEPS = {
    "assess": ("Nhập tự đánh giá", "assessment_grid", CHANGE),
    "review": ("Nhập kết quả bình xét", "meeting_results", CHANGE),
    "refuse": ("Ghi lý do không công nhận", "refusals", CHANGE),
    "list": ("Đưa vào danh sách đề nghị công nhận", "decision_list", VIEW),
    "decide": ("Chờ quyết định công nhận", "decision_list", VIEW),
    "done": ("Đã xong", "registration_list", VIEW),
    "": ("Ghi đăng ký", "registration_enter", CHANGE),
}


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
        has_titles = self.steps.recognised and not self.leads_on
        self.certificates_url = place_url("branch_certificates", place) if has_titles else ""
        self.overview_url = overview_url(unit, model, year)
        self.next_words, name, needed = NEXT_STEPS[self.steps.next_step]
        if self.leads_on:
            self.next_words, self.next_url = "Xem từng đơn vị", self.overview_url
        else:
            self.next_url = step_url(name, place) if may_change or needed == VIEW else ""


class YearOverviewView(ScopedMixin, PlaceMixin, PrintMixin, TemplateView):
    """Branch × step with numbers, each leading to its grid."""

    permission_required = VIEW
    template_name = "learning_models/year_overview.html"

    def rows(self) -> tuple[ProgressRow, list[ProgressRow]]:
        """The unit with everything below it, and the lines that make it up."""
        progress = progress_of(self.unit, model=self.model_code, year=self.year)
        may = holds_at(self.request.user, CHANGE, self.unit)
        facts = {"model": self.model_code, "year": self.year, "may_change": may}
        own = [progress.unit] if progress.unit.own.units or not progress.children else []
        rows = [ProgressRow(each, own=True, **facts) for each in own]
        rows += [ProgressRow(each, own=False, **facts) for each in progress.children]
        return ProgressRow(progress.unit, own=False, **facts), rows

    def get_context_data(self, **kwargs):
        total, rows = self.rows()
        known = sum(1 for row in rows if row.steps.units)
        facts = {"place": YearPlace(self.unit, self.model_code, self.year), "crumbs": self.line()}
        return super().get_context_data(**facts, total=total, rows=rows, known=known, **kwargs)

    def line(self) -> list[tuple[str, str]]:
        above = self.reach.above(self.unit)
        return [(unit.short_name, overview_url(unit, self.model_code, self.year)) for unit in above]


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
