"""Entries of all funds of a unit and below: what a figure of a quarter is made of."""

from django.urls import reverse
from django.views.generic import ListView

from core.paginator import KeysetListMixin
from funds.forms import EntryFilterForm
from funds.models import Entry
from funds.permissions import VIEW
from organizations.domains import own_domains
from organizations.scoping import ScopedMixin
from organizations.views.places import UnitMixin


class EntryListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """``?unit=``, ``?year=``, ``?quarter=``, ``?counted=raised|spent|dues``; ``?own=1``: the unit's own line."""

    permission_required = VIEW
    model = Entry
    template_name = "funds/entry_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.filters = EntryFilterForm(self.request.GET, unit_code=self.unit.code if self.unit else "")
        inside = self.unit_ids
        if self.unit and self.filters.cleaned_data.get("own"):
            inside = sorted(own_domains([self.unit])[self.unit.pk])
        entries = super().get_queryset()
        if inside is not None:
            entries = entries.filter(fund__organization__in=inside)
        self.entries = self.filters.filter(entries)
        return self.entries.select_related("fund__organization", "category").order_by("-date", "-pk")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            filters=self.filters,
            unit=self.unit,
            total=self.filters.total(self.entries),
            crumbs=[("Quỹ", reverse("funds:fund_list")), ("Các khoản", "")],
            **kwargs,
        )
