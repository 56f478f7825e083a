"""Terms of office: the list, those that end, and the changes of one."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, ListView
from django.views.generic.detail import SingleObjectMixin

from members.models import Term
from members.term_forms import ProlongForm, TermFilterForm, TermForm
from members.terms import renewal_horizon, state_of, time_in_words
from members.unit_filters import UnitFilterForm
from members.views.units import CHANGE, UnitListMixin
from organizations.models import Organization
from organizations.models.organizations import tree_order
from organizations.scoping import ScopedMixin


@dataclass(frozen=True)
class TermRow:
    """A term with what there is to say of it today; ``state`` is one of over, ending, running, coming."""

    term: Term
    state: str
    words: str
    may_change: bool


def list_address(organization: Organization) -> str:
    return reverse("members:term_list", query={"unit": organization.code})


class TermsMixin(UnitListMixin):
    """Rows of terms with their state in words."""

    model = Term
    template_name = "members/term_list.html"
    title = lead = ""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(title=self.title, lead=self.lead, **kwargs)
        today = timezone.localdate()
        mine = self.changeable(term.organization_id for term in context["page_obj"])
        context["rows"] = [
            TermRow(term, state_of(term, today), time_in_words(term.final_day, today), term.organization_id in mine)
            for term in context["page_obj"]
        ]
        return context


class TermListView(TermsMixin, ListView):
    filter_class = TermFilterForm
    title = "Nhiệm kỳ"

    def get_queryset(self):
        found = self.filters.found(super().get_queryset())
        return found.select_related("organization").order_by(*tree_order("organization"), "-starts_on", "pk")


class TermEndingView(TermsMixin, ListView):
    """Terms that end within six months, and those that are over without a new one; the longest over first."""

    filter_class = UnitFilterForm
    title = "Nhiệm kỳ sắp hết, đã hết"
    lead = "Nhiệm kỳ hết trong sáu tháng tới, hoặc đã hết mà đơn vị chưa ghi khoá mới."

    def get_queryset(self):
        terms = super().get_queryset().filter(organization__in=self.filters.units.order_by().values("pk"))
        return terms.to_renew_by(renewal_horizon()).select_related("organization").order_by("last_day", "pk")


class TermChangeView(ScopedMixin, SingleObjectMixin, FormView):
    """One change of one term; a subclass says its form and its words."""

    permission_required = CHANGE
    queryset = Term.objects.select_related("organization")
    template_name = "members/term_form.html"
    title = submit_label = done = ""
    # The last crumb, where the button does not name the page.
    crumb = ""

    def dispatch(self, request, *args, **kwargs):
        self.object = None
        return super().dispatch(request, *args, **kwargs)

    @property
    def term(self) -> Term:
        if self.object is None:
            self.object = self.get_object()
        return self.object

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"term": self.term, "user": self.request.user}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, self.done.format(term=self.term))
        return redirect(list_address(self.term.organization))

    def get_context_data(self, **kwargs):
        unit = self.term.organization
        terms = ("Nhiệm kỳ", reverse("members:term_list"))
        return super().get_context_data(
            title=self.title.format(term=self.term),
            submit_label=self.submit_label,
            crumbs=[terms, (unit.short_name, list_address(unit)), (self.crumb or self.submit_label, "")],
            cancel_url=list_address(unit),
            history=self.term.history.select_related("history_user")[:30] if self.term.pk else [],
            **kwargs,
        )


class TermCreateView(TermChangeView):
    form_class = TermForm
    queryset = Organization.objects.all()
    slug_field = slug_url_kwarg = "code"
    title = "Ghi nhiệm kỳ của {term.organization.name}"
    submit_label = "Ghi nhiệm kỳ"
    done = "Đã ghi nhiệm kỳ: {term}."

    @property
    def term(self) -> Term:
        if self.object is None:
            self.object = Term(organization=self.get_object())
        return self.object

    def get_initial(self):
        return TermForm.initial_for(self.term.organization)


class TermEditView(TermChangeView):
    form_class = TermForm
    title = "Sửa nhiệm kỳ: {term}"
    submit_label = "Lưu nhiệm kỳ"
    crumb = "Sửa nhiệm kỳ"
    done = "Đã lưu nhiệm kỳ: {term}."

    def get_initial(self):
        return TermForm.initial_of(self.term)


class TermProlongView(TermChangeView):
    form_class = ProlongForm
    title = "Kéo dài nhiệm kỳ: {term}"
    submit_label = "Kéo dài nhiệm kỳ"
    done = "Đã kéo dài nhiệm kỳ: {term}."
