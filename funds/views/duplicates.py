"""Rows that may be one donor or recipient: found in a unit, told apart, or made one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from funds.duplicates import PAIRS, compare, scan
from funds.forms import PartyMergeForm
from funds.gifts import entries_of
from funds.merging import tell_apart
from funds.models import Party
from funds.permissions import CHANGE_PARTY
from funds.views.parties import crumbs_to
from organizations.models import Organization
from organizations.scoping import ScopedMixin, require
from organizations.views.places import UnitMixin


class PartyDuplicateListView(ScopedMixin, UnitMixin, TemplateView):
    """The pairs found in a unit and everything below it, the most alike first."""

    permission_required = CHANGE_PARTY
    template_name = "funds/party_duplicates.html"

    def get_context_data(self, **kwargs):
        parties = Party.objects.allowed(self.request.user, CHANGE_PARTY)
        if self.unit_ids is not None:
            parties = parties.filter(organization__in=self.unit_ids)
        crumbs = [("Người ủng hộ, người nhận", reverse("funds:party_list")), ("Dòng trùng", "")]
        facts = {"unit": self.unit, "units": self.units, "crumbs": crumbs}
        return super().get_context_data(pairs=scan(parties), most=PAIRS, **facts, **kwargs)


class PartyMergeView(ScopedMixin, FormView):
    """``pk`` is the row that stays, ``other`` the one that goes into it; both must be the user's to change."""

    permission_required = CHANGE_PARTY
    form_class = PartyMergeForm
    template_name = "funds/party_merge.html"

    @cached_property
    def reach(self):
        return Party.objects.current().select_related("organization").allowed(self.request.user, CHANGE_PARTY)

    @cached_property
    def rows(self) -> tuple[Party, Party]:
        if self.kwargs["pk"] == self.kwargs["other"]:
            raise Http404
        kept, merged = (get_object_or_404(self.reach, pk=self.kwargs[name]) for name in ("pk", "other"))
        return kept, merged

    def get_form_kwargs(self):
        kept, merged = self.rows
        facts = {"kept": kept, "merged": merged, "reach": self.reach, "user": self.request.user}
        return super().get_form_kwargs() | facts

    def form_valid(self, form):
        name = self.rows[1].name
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã gộp hai dòng của {name} thành một.")
        return redirect("funds:party_detail", form.saved.pk)

    def get_context_data(self, **kwargs):
        kept, merged = self.rows
        return super().get_context_data(
            kept=kept,
            merged=merged,
            shared=compare(kept, merged)[1],
            numbers=[(row, entries_of(row).count()) for row in (kept, merged)],
            crumbs=crumbs_to(kept, ("Gộp dòng trùng", "")),
            **kwargs,
        )


@require_POST
def party_different(request, pk, other):
    """Remember that the two are two."""
    require(request.user, CHANGE_PARTY)
    reach = Party.objects.allowed(request.user, CHANGE_PARTY)
    one, two = get_object_or_404(reach, pk=pk), get_object_or_404(reach.exclude(pk=pk), pk=other)
    tell_apart(one=one, other=two, user=request.user)
    messages.success(request, f"Đã ghi: {one.name} và {two.name} là hai bên khác nhau.")
    code = request.POST.get("unit", "").replace("\0", "")
    unit = Organization.objects.allowed(request.user, CHANGE_PARTY).filter(code=code).first()
    return redirect(reverse("funds:party_duplicates", query={"unit": unit.code} if unit else {}))
