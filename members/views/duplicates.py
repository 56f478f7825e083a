"""Rows that may be one person: found in a unit, told apart, or made one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from members.duplicates import PAIRS, compare, scan
from members.forms import MergeForm
from members.merging import spells_after, tell_apart
from members.models import Member
from members.permissions import CHANGE
from members.views.places import make_crumbs, member_tabs
from organizations.models import Organization
from organizations.scoping import ScopedMixin, require
from organizations.views.places import UnitMixin


class DuplicateListView(ScopedMixin, UnitMixin, TemplateView):
    """The pairs found in a unit and everything below it, the most alike first."""

    permission_required = CHANGE
    template_name = "members/duplicate_list.html"

    def get_context_data(self, **kwargs):
        members = Member.objects.allowed(self.request.user, CHANGE)
        if self.unit_ids is not None:
            members = members.filter(organization__in=self.unit_ids)
        return super().get_context_data(
            pairs=scan(members), most=PAIRS, unit=self.unit, units=self.units, tabs=member_tabs(self.request), **kwargs
        )


class MemberMergeView(ScopedMixin, FormView):
    """``pk`` is the row that stays, ``other`` the one that goes into it; both must be the user's to change."""

    permission_required = CHANGE
    form_class = MergeForm
    template_name = "members/member_merge.html"

    @cached_property
    def reach(self):
        return Member.objects.select_related("organization").allowed(self.request.user, CHANGE)

    @cached_property
    def rows(self) -> tuple[Member, Member]:
        if self.kwargs["pk"] == self.kwargs["other"]:
            raise Http404
        kept, merged = (get_object_or_404(self.reach, pk=self.kwargs[name]) for name in ("pk", "other"))
        return kept, merged

    def get_form_kwargs(self):
        kept, merged = self.rows
        return super().get_form_kwargs() | {
            "kept": kept,
            "merged": merged,
            "reach": self.reach,
            "user": self.request.user,
        }

    def form_valid(self, form):
        name = self.rows[1].full_name
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã gộp hai dòng của {name} thành một.")
        return redirect(form.saved)

    def get_context_data(self, **kwargs):
        kept, merged = self.rows
        moving, dropped = spells_after(kept, merged)
        crumbs = make_crumbs(kept.organization, ("Dòng trùng", reverse("members:duplicate_list")), (kept.full_name, ""))
        _points, shared = compare(kept, merged)
        return super().get_context_data(
            kept=kept, merged=merged, moving=moving, dropped=dropped, shared=shared, crumbs=crumbs, **kwargs
        )


@require_POST
def member_different(request, pk, other):
    """Remember that the two are two people."""
    require(request.user, CHANGE)
    reach = Member.objects.allowed(request.user, CHANGE)
    one, two = get_object_or_404(reach, pk=pk), get_object_or_404(reach.exclude(pk=pk), pk=other)
    tell_apart(one=one, other=two, user=request.user)
    messages.success(request, f"Đã ghi: {one.full_name} và {two.full_name} là hai người khác nhau.")
    unit = Organization.objects.allowed(request.user, CHANGE).filter(code=request.POST.get("unit", "")).first()
    return redirect(reverse("members:duplicate_list", query={"unit": unit.code} if unit else {}))
