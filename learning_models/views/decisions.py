"""Lists that become decisions: all of them, one of them, and who is put on it or taken off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView

from core.numbers import number_to_text
from core.paginator import KeysetListMixin
from learning_models.decision_forms import DecisionCreateForm, DecisionFilterForm, RowFilterForm, chosen_keys
from learning_models.decisions import list_registrations, rows_of, to_propose, to_withdraw, unlist_registrations
from learning_models.documents import ordered_rows
from learning_models.models import RecognitionDecision, Registration
from learning_models.permissions import DECIDE, VIEW
from learning_models.views.places import model_tabs
from organizations.domains import subtree_ids
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds, holds_at
from organizations.views.places import NearMixin, UnitMixin

HISTORY_SHOWN = 30


def decision_crumbs(decision: RecognitionDecision, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    decisions = reverse("learning_models:decision_list")
    unit = decision.organization
    here = (str(decision), decision.get_absolute_url())
    return [("Quyết định", decisions), (unit.short_name, f"{decisions}?unit={unit.code}"), here, *rest]


class DecisionListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """The lists and decisions of a unit and everything below it, the newest first."""

    permission_required = VIEW
    model = RecognitionDecision
    template_name = "learning_models/decision_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.filters = DecisionFilterForm(self.request.GET, units=self.units, unit=self.unit)
        found = RecognitionDecision.objects.all()
        if self.unit_ids is not None:
            found = found.filter(organization__in=self.unit_ids)
        return self.filters.filter(found).with_names().select_related("organization").order_by("-year", "-pk")

    def get_context_data(self, **kwargs):
        may_decide = holds(self.request.user, DECIDE)
        facts = {"filters": self.filters, "unit": self.unit, "tabs": model_tabs(self.request)}
        return super().get_context_data(**facts, may_decide=may_decide, **kwargs)


class DecisionCreateView(ScopedMixin, NearMixin, FormView):
    permission_required = DECIDE
    form_class = DecisionCreateForm
    template_name = "generic/form.html"

    def get_initial(self):
        asked = {name: self.request.GET.get(name) for name in ("model", "year")}
        return super().get_initial() | {name: value for name, value in asked.items() if value}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        return redirect("learning_models:decision_candidates", form.saved.pk)

    def get_context_data(self, **kwargs):
        decisions = reverse("learning_models:decision_list")
        return super().get_context_data(
            title="Lập danh sách đề nghị công nhận",
            lead="Mỗi danh sách gồm những tên đã bình xét đạt của một mô hình, một năm, ở đơn vị và mọi cấp dưới.",
            submit_label="Lập rồi chọn tên",
            crumbs=[("Quyết định", decisions), ("Lập danh sách", "")],
            cancel_url=decisions,
            **kwargs,
        )


class DecisionMixin(ScopedMixin):
    """One decision within reach; ``state`` says whether open or issued ones only are found here."""

    state: str | None = None

    @property
    def reach(self):
        rows = RecognitionDecision.objects.allowed(self.request.user, self.permission_required)
        return getattr(rows, self.state)() if self.state else rows

    @cached_property
    def decision(self) -> RecognitionDecision:
        rows = self.reach.with_names().select_related("organization", "follows", "issued_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class RowsMixin(DecisionMixin, KeysetListMixin):
    """Registrations of a list, page by page, narrowed to one unit or by words."""

    paginate_by = 50

    def all_rows(self):
        raise NotImplementedError

    @cached_property
    def filters(self) -> RowFilterForm:
        counted = self.all_rows().order_by().values_list("organization").annotate(number=Count("pk"))
        numbers = dict(counted)
        units = Organization.objects.filter(pk__in=numbers)
        return RowFilterForm(self.request.GET, branches=[(unit, numbers[unit.pk]) for unit in units])

    def get_queryset(self):
        return self.filters.filter(self.all_rows())

    @cached_property
    def found(self) -> int:
        return self.get_queryset().count()

    def get_context_data(self, **kwargs):
        facts = {"decision": self.decision, "filters": self.filters, "found": self.found}
        return super().get_context_data(**facts, year=str(self.decision.year), **kwargs)


class TicksMixin(RowsMixin):
    """Takes the ticks of a page, or all rows that the filter names, in one transaction."""

    permission_required = DECIDE
    state = "drafts"

    def change(self, keys: list[int]) -> str:
        """Carry out what the ticks mean; what was done, in words."""
        raise NotImplementedError

    def post(self, request, *args, **kwargs):
        nothing = f"Chưa chọn {self.decision.counted_in} nào. Ông/bà đánh dấu vào ô Chọn ở từng dòng rồi bấm lại."
        whole = request.POST.get("all") == "1"
        ticks = request.POST.getlist("registration")
        keys = list(self.get_queryset().order_by().values_list("pk", flat=True)) if whole else chosen_keys(ticks)
        if not keys:
            messages.error(request, nothing)
            return redirect(self.after(whole))
        try:
            messages.success(request, self.change(keys))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(self.after(whole))

    def after(self, whole: bool) -> str:
        """The same page again; what was moved as a whole is not there any more."""
        return self.request.path if whole else self.request.get_full_path()


class DecisionDetailView(RowsMixin, ListView):
    """One list: what stands on it, what happened to it, and the next step."""

    permission_required = VIEW
    template_name = "learning_models/decision_detail.html"

    def all_rows(self):
        return ordered_rows(self.decision)

    def get_context_data(self, **kwargs):
        decision = self.decision
        trail = decision.history.select_related("history_user").order_by("-history_date", "-history_id")
        return super().get_context_data(
            may_decide=holds_at(self.request.user, DECIDE, decision.organization),
            followers=list(decision.followers.with_names().order_by("pk")) if decision.is_issued else [],
            trail=list(trail[:HISTORY_SHOWN]),
            crumbs=decision_crumbs(decision)[:-1] + [(str(decision), "")],
            **kwargs,
        )


class DecisionUnlistView(TicksMixin, ListView):
    """Takes the ticked rows off the list again; looked at, it is the page of the list."""

    def all_rows(self):
        return rows_of(self.decision).by_place()

    def get(self, request, *args, **kwargs):
        return redirect(self.decision)

    def after(self, whole):
        return self.decision.get_absolute_url()

    def change(self, keys):
        number = unlist_registrations(decision=self.decision, keys=keys, user=self.request.user)
        return f"Đã đưa {number_to_text(number)} {self.decision.counted_in} ra khỏi danh sách."


class DecisionCandidatesView(TicksMixin, ListView):
    """Who may be put on the list: what passed the review at the unit and below; of a withdrawal, the titles given."""

    template_name = "learning_models/decision_candidates.html"

    @property
    def registrations(self):
        """What the user may decide about, at the unit of the list and below."""
        allowed = Registration.objects.allowed(self.request.user, DECIDE)
        return allowed.filter(organization__in=subtree_ids(self.decision.organization))

    def all_rows(self):
        decision = self.decision
        if decision.is_withdrawal:
            rows = to_withdraw(self.registrations, decision)
        else:
            rows = to_propose(self.registrations, model=decision.model, year=decision.year)
        return rows.select_related("registrant", "organization", "criteria_set").by_place()

    def change(self, keys):
        decision = self.decision
        number = list_registrations(decision=decision, keys=keys, reach=self.registrations, user=self.request.user)
        return f"Đã đưa {number_to_text(number)} {decision.counted_in} vào danh sách."

    def get_context_data(self, **kwargs):
        crumbs = decision_crumbs(self.decision, ("Chọn tên", ""))
        return super().get_context_data(crumbs=crumbs, **kwargs)
