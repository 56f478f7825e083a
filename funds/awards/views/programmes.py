"""Programmes: their list, one of them with its nominations and results, and the steps with several nominations."""

from django.contrib import messages
from django.db.models import Count, Sum
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView

from core.numbers import number_to_text
from core.paginator import KeysetListMixin
from funds.awards.forms import AwardStepForm, ProgrammeForm
from funds.awards.repeats import earlier_awards, recipient_of
from funds.awards.views.places import LIST, address_of, award_tabs, make_crumbs
from funds.models import Award, Programme
from funds.party_names import names_for
from funds.permissions import APPROVE, CHANGE_PROGRAMME, NOMINATE, PAY, VIEW_AWARD
from organizations.scoping import ScopedMixin, holds, holds_at
from organizations.views.places import NearMixin


def sent_keys(data) -> list[int]:
    """The ticked rows; what is no key of a database is left out."""
    return [int(key) for key in data.getlist("award") if key.isascii() and key.isdigit() and len(key) < 19]


State = Award.State


def find_programme(user, permission: str, pk: int) -> Programme:
    offered = Programme.objects.offered(user, permission).select_related("organization", "fund")
    return get_object_or_404(offered, pk=pk)


class ProgrammeMixin:
    """For a page about one programme that is offered to the user."""

    @cached_property
    def programme(self) -> Programme:
        return find_programme(self.request.user, self.permission_required, self.kwargs["pk"])


class ProgrammeListView(ScopedMixin, KeysetListMixin, ListView):
    permission_required = VIEW_AWARD
    model = Programme
    template_name = "funds/programme_list.html"
    paginate_by = 40

    def get_queryset(self):
        found = Programme.objects.offered(self.request.user, VIEW_AWARD)
        return found.select_related("organization").order_by("-year", "name", "pk")

    def get_context_data(self, **kwargs):
        may_change = holds(self.request.user, CHANGE_PROGRAMME)
        return super().get_context_data(may_change=may_change, tabs=award_tabs(self.request), **kwargs)


class ProgrammeFormMixin(NearMixin):
    form_class = ProgrammeForm
    template_name = "generic/form.html"

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã ghi chương trình “{form.saved}”.")
        return redirect(address_of(form.saved))


class ProgrammeCreateView(ScopedMixin, ProgrammeFormMixin, FormView):
    permission_required = CHANGE_PROGRAMME

    def get_initial(self):
        return {"organization": self.near.code if self.near else "", "year": timezone.localdate().year}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"programme": Programme()}

    def get_context_data(self, **kwargs):
        title = "Lập chương trình khen thưởng, học bổng"
        cancel = reverse(LIST[1])
        return super().get_context_data(title=title, crumbs=make_crumbs(None, (title, "")), cancel_url=cancel, **kwargs)


class ProgrammeEditView(ScopedMixin, ProgrammeFormMixin, FormView):
    permission_required = CHANGE_PROGRAMME

    @cached_property
    def programme(self) -> Programme:
        own = Programme.objects.allowed(self.request.user, CHANGE_PROGRAMME).select_related("organization")
        return get_object_or_404(own, pk=self.kwargs["pk"])

    def get_initial(self):
        names = [name for name in ProgrammeForm.base_fields if name != "organization"]
        return {name: getattr(self.programme, name) for name in names} | {
            "organization": self.programme.organization.code
        }

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"programme": self.programme, "near": self.programme.organization}

    def get_context_data(self, **kwargs):
        facts = {"title": f"Sửa {self.programme.name}", "cancel_url": address_of(self.programme)}
        return super().get_context_data(crumbs=make_crumbs(self.programme, ("Sửa", "")), **facts, **kwargs)


class ProgrammeDetailView(ScopedMixin, ProgrammeMixin, KeysetListMixin, ListView):
    """Facts, results by state, and the nominations within the user's reach with the steps that can be taken."""

    permission_required = VIEW_AWARD
    model = Award
    template_name = "funds/programme_detail.html"
    paginate_by = 50

    def get_queryset(self):
        rows = super().get_queryset().filter(programme=self.programme)
        return rows.select_related("recipient", "origin", "at", "entry").in_list_order()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user, programme, awards = self.request.user, self.programme, list(context["object_list"])
        names = names_for(user, [award.recipient for award in awards])
        earlier = earlier_awards(programme, [recipient_of(award) for award in awards])
        may_approve, results = holds_at(user, APPROVE, programme.organization), self.results()
        return context | {
            "programme": programme,
            "rows": [(award, names[award.recipient_id], found) for award, found in zip(awards, earlier, strict=True)],
            "results": [(label, *values) for state, label, values in results],
            "may_nominate": holds(user, NOMINATE),
            "may_approve": may_approve,
            "may_change": holds_at(user, CHANGE_PROGRAMME, programme.organization),
            "may_pay": holds_at(user, PAY, programme.organization),
            "step_form": self.step_form(
                {state for state, _, _ in results}, may_nominate=holds(user, NOMINATE), may_approve=may_approve
            ),
            "whole_steps": self.whole_steps(may_nominate=holds(user, NOMINATE), may_approve=may_approve),
            "may_print": Award.objects.filter(programme=programme, state=Award.State.APPROVED).exists(),
            "crumbs": make_crumbs(None, (programme.name, "")),
        }

    def step_form(self, states: set[str], *, may_nominate: bool, may_approve: bool) -> AwardStepForm:
        """Offers the steps that the user may take with one of the ``states``, the likeliest first chosen."""
        undecided, decided = {State.NOMINATED} & states, {State.APPROVED} & states
        steps = []
        if may_approve:
            steps += ["approve", "refuse"] if undecided else []
            steps += ["undo"] if undecided or decided else []
            steps += ["restore"] if {State.REFUSED, State.GIVEN_UP} & states else []
        if may_nominate:
            nominations = Award.objects.filter(programme=self.programme, state=State.NOMINATED)
            below = nominations.exclude(at=self.programme.organization_id).exists()
            steps += ["pass_on"] if below else []
            steps += ["give_up"] if undecided or decided else []
        likeliest = next((step for step in ("approve", "pass_on") if step in steps), "")
        form = {"user": self.request.user, "programme": self.programme, "keys": [], "steps": steps}
        return AwardStepForm(**form, initial={"step": likeliest})

    def whole_steps(self, *, may_nominate: bool, may_approve: bool) -> list[tuple[str, str]]:
        """(step, words of its button) for what can be done with all that wait for the user; two queries at most."""
        form = AwardStepForm(user=self.request.user, programme=self.programme, keys=[])
        words = {"approve": "Duyệt tất cả {} đề cử đang chờ", "pass_on": "Chuyển tất cả {} đề cử lên cấp trên"}
        may = {"approve": may_approve, "pass_on": may_nominate}
        waiting = {step: len(form.waiting_for(step)) for step in words if may[step]}
        return [(step, words[step].format(number_to_text(number))) for step, number in waiting.items() if number]

    def results(self):
        """(state, its words, (people, portions, đồng)) of what is within the user's reach."""
        rows = Award.objects.allowed(self.request.user, VIEW_AWARD).filter(programme=self.programme).order_by()
        found = rows.values_list("state").annotate(Count("pk"), Sum("portions"), Sum("amount"))
        by_state = {state: values for state, *values in found}
        return [(state, label, by_state[state]) for state, label in State.choices if state in by_state]


class AwardStepView(ProgrammeDetailView):
    """Take one step with the ticked nominations. What is refused changes nothing, and the page comes back with its
    ticks, beside what was typed the reason of the refusal.
    """

    refused: AwardStepForm | None = None

    def get(self, request, *args, **kwargs):
        """The page's address after a refusal, opened or paged anew."""
        return redirect(f"{address_of(self.programme)}?{request.GET.urlencode()}".removesuffix("?"))

    def post(self, request, *args, **kwargs):
        form = AwardStepForm(request.POST, user=request.user, programme=self.programme, keys=sent_keys(request.POST))
        if form.is_valid() and form.save():
            messages.success(request, form.outcome)
            return redirect(address_of(self.programme))
        self.refused = form
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        context, form = super().get_context_data(**kwargs), self.refused
        form.fields["step"].choices = context["step_form"].fields["step"].choices
        ticked = set() if form.data.get("every") else set(sent_keys(form.data))
        return context | {"step_form": form, "ticked": ticked}
