"""Donors and recipients: the list, one of them, corrections."""

from django.contrib import messages
from django.db.models import Q, Sum
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, ListView

from core.paginator import KeysetListMixin
from funds.forms import PartyCreateForm, PartyFilterForm, PartyForm
from funds.gifts import entries_of
from funds.models import Account, Party, Pledge
from funds.permissions import CHANGE_PARTY, VIEW, VIEW_PARTY
from organizations.scoping import ScopedMixin, holds, holds_at
from organizations.views.places import NearMixin, UnitMixin

ENTRIES_SHOWN = 50
HISTORY_SHOWN = 20


class PartyListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    permission_required = VIEW_PARTY
    template_name = "funds/party_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.filters = PartyFilterForm(self.request.GET)
        parties = Party.objects.allowed(self.request.user, self.permission_required).current()
        if self.unit_ids is not None:
            parties = parties.filter(organization__in=self.unit_ids)
        return self.filters.filter(parties).select_related("organization").order_by("sort_key", "pk")

    def get_context_data(self, **kwargs):
        facts = {"filters": self.filters, "unit": self.unit, "units": self.units}
        may_add = holds(self.request.user, CHANGE_PARTY)
        return super().get_context_data(**facts, may_add=may_add, **kwargs)


def crumbs_to(party: Party, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    parties = ("Người ủng hộ, người nhận", reverse("funds:party_list"))
    here = (party.name, reverse("funds:party_detail", args=[party.pk]))
    return [("Quỹ", reverse("funds:fund_list")), parties, here, *rest]


class PartyDetailView(ScopedMixin, DetailView):
    permission_required = VIEW_PARTY
    queryset = Party.objects.select_related("organization", "merged_into")
    template_name = "funds/party_detail.html"
    context_object_name = "party"

    def get_context_data(self, **kwargs):
        party, user = self.object, self.request.user
        entries = entries_of(party).allowed(user, VIEW)
        newest = entries.select_related("fund", "category").order_by("-date", "-pk")
        pledges = Pledge.objects.filter(party=party).allowed(user, VIEW_PARTY).with_given()
        return super().get_context_data(
            crumbs=crumbs_to(party),
            entries=newest[:ENTRIES_SHOWN],
            given=self.given(entries),
            pledges=pledges.select_related("fund", "party", "campaign").order_by("-pledged_on", "pk")[:ENTRIES_SHOWN],
            merged=list(party.merged.order_by("pk").values_list("name", flat=True)),
            may_change=holds_at(user, CHANGE_PARTY, party.organization),
            history=party.history.select_related("history_user")[:HISTORY_SHOWN],
            **kwargs,
        )

    def given(self, entries) -> list[dict]:
        """What was given to each fund: its code and name, đồng in all, and the value of things among it."""
        in_kind = Sum("amount", filter=Q(account__kind=Account.Kind.IN_KIND), default=0)
        rows = entries.gifts().in_force().order_by("fund__name", "fund").values("fund__code", "fund__name")
        return list(rows.annotate(total=Sum("amount"), things=in_kind))


class PartyCreateView(ScopedMixin, NearMixin, FormView):
    """``?organization=CODE`` presets the unit."""

    permission_required = CHANGE_PARTY
    form_class = PartyCreateForm
    template_name = "funds/party_create.html"

    def get_initial(self):
        return {"organization": self.near.code if self.near else ""}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã thêm {form.saved.name}.")
        return redirect("funds:party_detail", form.saved.pk)

    def get_context_data(self, **kwargs):
        back = reverse("funds:party_list")
        title = "Thêm người ủng hộ, người nhận"
        crumbs = [("Quỹ", reverse("funds:fund_list")), ("Người ủng hộ, người nhận", back), ("Thêm", "")]
        return super().get_context_data(title=title, cancel_url=back, crumbs=crumbs, **kwargs)


class PartyEditView(ScopedMixin, FormView):
    permission_required = CHANGE_PARTY
    form_class = PartyForm
    template_name = "generic/form.html"

    @cached_property
    def reach(self):
        return Party.objects.allowed(self.request.user, self.permission_required)

    @cached_property
    def party(self) -> Party:
        return get_object_or_404(self.reach.select_related("organization"), pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reach": self.reach, "user": self.request.user, "party": self.party}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, "Đã lưu.")
        return redirect("funds:party_detail", self.party.pk)

    def get_context_data(self, **kwargs):
        party = self.party
        words = {"title": f"Sửa {party.name}", "submit_label": "Lưu"}
        back = reverse("funds:party_detail", args=[party.pk])
        return super().get_context_data(**words, crumbs=crumbs_to(party, ("Sửa", "")), cancel_url=back, **kwargs)
