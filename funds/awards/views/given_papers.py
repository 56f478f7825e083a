"""The list of awards that were handed over: on the screen, and as files."""

from itertools import islice

from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from core.paginator import PRINTED_ROWS, PrintMixin
from funds.documents.lists import award_notes
from funds.forms import GivenForm
from funds.models import Programme
from funds.paper_files import given_of
from funds.permissions import VIEW_AWARD
from funds.views.papers import PaperFileView, PaperPageView
from organizations.scoping import ScopedMixin
from organizations.views.places import UnitMixin

SHOWN = 200


class GivenMixin(ScopedMixin, UnitMixin):
    permission_required = VIEW_AWARD
    page_address, file_address = "awards:given_list_page", "awards:given_list_file"

    @cached_property
    def given_form(self) -> GivenForm:
        programmes = Programme.objects.offered(self.request.user, VIEW_AWARD).order_by("-year", "name", "pk")
        return GivenForm(self.request.GET, unit=self.unit, programmes=programmes)

    @property
    def has_errors(self):
        return bool(self.given_form.errors)

    @property
    def back_url(self):
        return reverse("awards:given_list", query=self.request.GET or None)

    @property
    def source(self):
        return {"paper": "awards", **self.given_form.source()}


class GivenListView(GivenMixin, PrintMixin, TemplateView):
    template_name = "funds/given_list.html"

    def get_context_data(self, **kwargs):
        given = given_of(self.source, self.request.user)
        shown = PRINTED_ROWS if self.printing else SHOWN
        query = self.request.GET.copy()
        query.pop("print", None)
        addresses = ((words, [ending]) for words, ending in (("PDF", "pdf"), ("Excel", "xlsx")))
        return super().get_context_data(
            filters=self.given_form,
            given=given,
            rows=list(islice(given, shown)),
            cut=given.sums.rows > shown,
            notes=award_notes(given, (given.sums.portions, given.sums.amount)),
            unit=self.unit,
            units=self.units,
            files=[(words, reverse(self.file_address, args=args, query=query or None)) for words, args in addresses],
            crumbs=[("Khen thưởng, học bổng", reverse("awards:programme_list")), ("Danh sách đã trao", "")],
            **kwargs,
        )


class GivenListFileView(GivenMixin, PaperFileView):
    """As PDF or Excel."""


class GivenListPageView(GivenMixin, PaperPageView):
    """Where a long one is asked for."""
