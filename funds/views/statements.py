"""The statement by category and the list of donors: on the screen, and as files."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from core.paginator import PRINTED_ROWS, PrintMixin
from funds.documents.statement import notes_of, parts_of
from funds.forms import DonorListForm, SelectionForm
from funds.giving import givers_of
from funds.paper_files import selection_of
from funds.permissions import VIEW
from funds.statement import build_statement
from funds.views.papers import PaperFileView, PaperPageView
from organizations.scoping import ScopedMixin
from organizations.views.places import UnitMixin

DONORS_SHOWN = 200


class SelectionMixin(ScopedMixin, UnitMixin):
    """A page about funds of ``?unit=CODE``, of one of them, or of those below as well."""

    permission_required = VIEW
    form_class = SelectionForm
    page_address = file_address = screen_address = ""
    paper_code = ""

    @cached_property
    def selection_form(self):
        return self.form_class(self.request.GET, unit=self.unit)

    @property
    def has_errors(self):
        return bool(self.selection_form.errors)

    @property
    def back_url(self):
        return reverse(self.screen_address, query=self.request.GET or None)

    @property
    def source(self):
        return {"paper": self.paper_code, **self.selection_form.source()}

    @cached_property
    def selection(self):
        return selection_of(self.source)

    def file_urls(self) -> list[tuple[str, str]]:
        """Words and addresses of the files of this very page."""
        query = self.request.GET.copy()
        query.pop("print", None)
        return [
            (words, reverse(self.file_address, args=[ending], query=query or None))
            for words, ending in (("PDF", "pdf"), ("Excel", "xlsx"))
        ]

    def get_context_data(self, **kwargs):
        crumbs = [("Quỹ", reverse("funds:fund_list")), (self.title, "")]
        return super().get_context_data(
            title=self.title,
            crumbs=crumbs,
            unit=self.unit,
            units=self.units,
            filters=self.selection_form,
            selection=self.selection,
            files=self.file_urls(),
            **kwargs,
        )


class StatementMixin(SelectionMixin):
    paper_code = "statement"
    title = "Báo cáo thu chi"
    screen_address, file_address = "funds:statement", "funds:statement_file"
    # A statement is never long.
    page_address = "funds:statement"


class StatementView(StatementMixin, PrintMixin, TemplateView):
    template_name = "funds/statement.html"

    def get_context_data(self, **kwargs):
        statement = build_statement(self.selection)
        return super().get_context_data(
            statement=statement,
            parts=parts_of(statement),
            notes=notes_of(statement),
            **kwargs,
        )


class StatementFileView(StatementMixin, PaperFileView):
    """As PDF or Excel."""


class DonorListMixin(SelectionMixin):
    paper_code = "donors"
    title = "Danh sách ủng hộ"
    form_class = DonorListForm
    screen_address, file_address, page_address = "funds:donor_list", "funds:donor_list_file", "funds:donor_list_page"


class DonorListView(DonorListMixin, PrintMixin, TemplateView):
    template_name = "funds/donor_list.html"

    def get_context_data(self, **kwargs):
        form = self.selection_form
        public, campaign = form.cleaned_data.get("public"), form.cleaned_data.get("campaign")
        givers = givers_of(self.selection, user=self.request.user, campaign=campaign, public=public)
        shown = PRINTED_ROWS if self.printing else DONORS_SHOWN
        return super().get_context_data(
            givers=givers[:shown],
            number=len(givers),
            cut=len(givers) > shown,
            campaign=campaign,
            money=sum(giver.money for giver in givers),
            things=sum(giver.things for giver in givers),
            **kwargs,
        )


class DonorListFileView(DonorListMixin, PaperFileView):
    """As PDF or Excel."""


class DonorListPageView(DonorListMixin, PaperPageView):
    """Where a long one is asked for."""
