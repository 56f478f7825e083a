"""The list of members: narrowed, searched while typing, printed, and ticked for one change of many."""

from django.db.models import Prefetch, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.views.generic import ListView

from core.paginator import KeysetListMixin
from core.vietnamese import date_to_text
from members.bulk import MOST_MEMBERS
from members.forms import MemberFilterForm
from members.models import Member, Membership
from members.permissions import CHANGE, PERSONAL, VIEW
from members.views.places import member_tabs
from organizations.scoping import ScopedMixin, holds, holds_at
from organizations.views.places import UnitMixin


class FilteredMembersMixin(UnitMixin):
    """Reads the filter out of the address and narrows the members by it."""

    @cached_property
    def filter_form(self) -> MemberFilterForm:
        personal = holds_at(self.request.user, PERSONAL, self.unit)
        return MemberFilterForm(self.request.GET, unit=self.unit, units=self.units, personal=personal)

    def find_members(self):
        """The members that the filter names; the ids of the units are the scope."""
        return self.filter_form.filter(Member.objects.all(), self.unit_ids)


class MemberListView(ScopedMixin, FilteredMembersMixin, KeysetListMixin, ListView):
    permission_required = VIEW
    model = Member
    paginate_by = 50

    def get_queryset(self):
        spells = Membership.objects.order_by("pk")
        return self.narrow(self.find_members()).for_list().prefetch_related(Prefetch("memberships", spells))

    def narrow(self, members):
        """Few are sorted by their keys; many are met soon on the way through the order of all.

        A database that must guess which of the two it has walks through everybody to find nobody: the copy of the
        key keeps it from the index of the order.
        """
        if self.printing or len(self.keys) > MOST_MEMBERS:
            return members
        few = Member.objects.filter(pk__in=self.keys)
        return few.annotate(copied_key=Coalesce("sort_key", Value(""))).order_by("copied_key", "pk")

    @cached_property
    def keys(self) -> list[int]:
        """Of those found, up to one more than can be changed at once: nothing longer is ever counted."""
        return list(self.find_members().order_by().values_list("pk", flat=True)[: MOST_MEMBERS + 1])

    @property
    def partial(self) -> bool:
        """Whether somebody is typing, and only the table is asked for."""
        return bool(self.request.htmx) and not self.request.htmx.history_restore_request

    def get_template_names(self):
        return ["members/partials/member_table.html" if self.partial else "members/member_list.html"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        query = self.filter_form.data.copy()
        for name in ("after", "before", "print"):
            query.pop(name, None)
        return context | {
            "filter_form": self.filter_form,
            "total": 0 if self.printing else len(self.keys),
            "most": MOST_MEMBERS,
            "searching": bool(self.filter_form.text) or self.filter_form.more_open,
            "may_change": holds(self.request.user, CHANGE),
            "preset": self.preset,
            "partial": self.partial,
            "asked": [(name, value) for name, values in query.lists() for value in values if value],
            "export_url": self.export_url,
            "tabs": member_tabs(self.request),
        }

    @property
    def export_url(self) -> str:
        """The page that writes the list as Excel, with as much of the filter as an export knows."""
        values = self.filter_form.cleaned_data
        status = "former" if values.get("status") == "left" else values.get("status")
        query = {"organization": self.unit.code if self.unit else "", "status": status, "q": self.filter_form.text}
        if quarter := values.get("joined"):
            query |= {"joined_from": date_to_text(quarter.first_day), "joined_to": date_to_text(quarter.last_day)}
        asked = {name: value for name, value in query.items() if value}
        return reverse("spreadsheets:export_create", args=["members"], query=asked)

    @property
    def preset(self) -> str:
        """The code of the unit where a new member would begin; empty where the user may not enter any."""
        may_add = self.unit and not self.unit.is_dissolved and holds_at(self.request.user, CHANGE, self.unit)
        return self.unit.code if may_add else ""

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        return response
