"""Donors and recipients: the list, one of them, corrections."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, ListView

from core.paginator import KeysetListMixin
from funds.forms import PartyFilterForm, PartyForm
from funds.models import Entry, Party
from funds.permissions import CHANGE_PARTY, VIEW, VIEW_PARTY
from funds.views.places import list_tabs
from organizations.scoping import ScopedMixin, holds_at
from organizations.views.places import UnitMixin

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
        facts = {"filters": self.filters, "unit": self.unit, "units": self.units, "tabs": list_tabs(self.request)}
        return super().get_context_data(**facts, **kwargs)


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
        entries = Entry.objects.allowed(user, VIEW).filter(party=party).select_related("fund", "category")
        return super().get_context_data(
            crumbs=crumbs_to(party),
            entries=entries.order_by("-date", "-pk")[:ENTRIES_SHOWN],
            may_change=holds_at(user, CHANGE_PARTY, party.organization),
            history=party.history.select_related("history_user")[:HISTORY_SHOWN],
            **kwargs,
        )


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
