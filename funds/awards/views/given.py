"""What was handed over: results in numbers, and the awards behind them."""

from django.urls import reverse
from django.views.generic import ListView, TemplateView

from core.paginator import KeysetListMixin, PrintMixin
from funds.awards.filters import ONLY, AwardFilterForm, YearForm, handed_over
from funds.awards.results import Cell, UnitRow, chart_of_years, kind_rows, repeats_of, sums_of, unit_rows
from funds.awards.statistics import GIVEN, Given
from funds.awards.views.places import award_tabs, make_crumbs
from funds.models import Award
from funds.party_names import names_for
from funds.permissions import RECORD, VIEW_AWARD, VIEW_PARTY
from organizations.domains import own_domains
from organizations.scoping import ScopedMixin, holds, holds_at
from organizations.views.places import UnitMixin


class AwardListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """``?unit=``, ``?year=``, ``?quarter=``, ``?kind=``, ``?fund=``, ``?programme=``.

    ``?own=1``: the unit's own line, as reports have it; ``?own=only``: the unit alone.
    """

    permission_required = VIEW_AWARD
    model = Award
    template_name = "funds/award_list.html"
    paginate_by = 50

    def get_queryset(self):
        code = self.unit.code if self.unit else ""
        self.filters = AwardFilterForm(self.request.GET, user=self.request.user, unit_code=code)
        inside = self.unit_ids
        if self.unit and (own := self.filters.cleaned_data.get("own")):
            inside = [self.unit.pk] if own == ONLY else sorted(own_domains([self.unit])[self.unit.pk])
        self.awards = self.filters.narrow(handed_over(self.request.user), inside)
        rows = self.awards.select_related("recipient", "programme", "organization", "fund", "entry__fund")
        return rows.order_by("-handed_on", "-pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user, awards = self.request.user, list(context["object_list"])
        names = names_for(user, [award.recipient for award in awards if award.recipient])
        sums = self.awards.order_by().aggregate(**GIVEN)
        return context | {
            "rows": [(award, names.get(award.recipient_id, "")) for award in awards],
            "total": Cell(Given._make(value or 0 for value in sums.values())),
            "filters": self.filters,
            "unit": self.unit,
            "may_record": holds(user, RECORD),
            "paper_url": reverse("awards:given_list", query=self.filters.paper_query),
            "tabs": award_tabs(self.request),
            "crumbs": make_crumbs(None, ("Đã trao", "")),
        }


class ResultsView(ScopedMixin, UnitMixin, PrintMixin, TemplateView):
    """``?unit=``, ``?year=``, ``?fund=``: every number leads to the awards behind it."""

    permission_required = VIEW_AWARD
    template_name = "funds/award_results.html"

    def get_context_data(self, **kwargs):
        user, unit = self.request.user, self.unit
        filters = YearForm(self.request.GET, user=user, unit_code=unit.code if unit else "")
        awards, year = filters.narrow(handed_over(user), self.unit_ids), filters.year_shown
        sums = sums_of(awards, year) if year else {}
        may_name = unit is not None and holds_at(user, VIEW_PARTY, unit)
        repeats, more = repeats_of(awards, year) if year and may_name else ([], False)
        names = names_for(user, [repeat.award.recipient for repeat in repeats])
        query = {"unit": unit.code if unit else "", "year": year or ""}
        query |= {"fund": filters.fund_shown.code} if filters.fund_shown else {}
        return super().get_context_data(
            filters=filters,
            unit=unit,
            units=self.units,
            kinds=kind_rows(sums),
            places=self.place_rows(sums, query) if unit and sums else [],
            chart=chart_of_years(awards, year) if year else None,
            repeats=[(names[repeat.award.recipient_id], repeat) for repeat in repeats],
            more_repeats=more,
            may_name=may_name,
            list_url=reverse("awards:award_list", query=query),
            tabs=award_tabs(self.request),
            crumbs=make_crumbs(None, ("Kết quả", "")),
            **kwargs,
        )

    def place_rows(self, sums, query) -> list[tuple[UnitRow, str]]:
        """Each unit's line with the address of its awards."""
        return [
            (
                row,
                reverse(
                    "awards:award_list", query={**query, "unit": row.unit.code} | ({"own": ONLY} if row.own else {})
                ),
            )
            for row in unit_rows(self.unit, self.unit_ids, sums)
        ]
