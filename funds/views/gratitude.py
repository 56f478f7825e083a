"""Thanking donors: chosen by campaign, days and sum, then letters and a golden board as files."""

from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from core.numbers import number_to_text
from funds.documents import SHEETS
from funds.donor_papers import BOARD, KIND, LETTERS, WRITERS, DonorPaper
from funds.forms import GratitudeForm
from funds.forms.gratitude import asked
from funds.permissions import VIEW_PARTY
from funds.views.places import FundMixin, fund_tabs, fund_url, make_crumbs
from jobs.kept_files import KeptFile, ask_for_file, latest_job, path_of
from jobs.kept_pages import KeptFileMixin, attachment
from spreadsheets.exporting import log_paper

DONORS_SHOWN = 100
PROGRAMS = {"docx": "Word", "pdf": "PDF"}
TITLE = "Tri ân nhà hảo tâm"
NAMES = {LETTERS: ("thư cảm ơn", "thu-cam-on", "thư"), BOARD: ("bảng vàng", "bang-vang", "tên")}
NOBODY = "Không có ai để gửi thư trong phần ông/bà chọn."


class GratitudeMixin(FundMixin):
    """Whoever may read the names may thank."""

    permission_required = VIEW_PARTY

    @cached_property
    def filters(self) -> GratitudeForm:
        return GratitudeForm(self.request.GET, fund=self.fund)


class GratitudeView(GratitudeMixin, TemplateView):
    """Donors by sum, and the papers for them."""

    template_name = "funds/gratitude.html"

    def get_context_data(self, **kwargs):
        fund, choice = self.fund, self.filters.choice
        day = timezone.localdate()
        letters = DonorPaper(LETTERS, "pdf", choice, day)
        shown = letters.gifts.donors[:DONORS_SHOWN]
        query = asked(choice)
        return super().get_context_data(
            filters=self.filters,
            choice=choice,
            gifts=letters.gifts,
            donors=[(donor, letters.parties[donor.key]) for donor in shown],
            more=len(letters.gifts.donors) - len(shown),
            letters=letters.number,
            left_out=letters.left_out,
            on_board=sum(party.may_be_shown(day) for party in letters.parties.values()),
            letter_urls=[(ending, paper_url(fund, LETTERS, ending, **query)) for ending in ("docx", "pdf")],
            board_urls=[
                (f"{sheet.upper()} ({PROGRAMS[ending]})", paper_url(fund, BOARD, ending, sheet=sheet, **query))
                for sheet in SHEETS
                for ending in ("docx", "pdf")
            ],
            tabs=fund_tabs(self.request, fund),
            crumbs=make_crumbs(fund, (TITLE, "")),
            **kwargs,
        )


def paper_url(fund, paper: str, ending: str, page: str = "gratitude_paper", **query) -> str:
    return fund_url(fund, page, paper, ending, **query)


class PaperMixin(GratitudeMixin):
    """One paper in one format, for the choice of the query."""

    @cached_property
    def paper(self) -> DonorPaper:
        paper, ending = self.kwargs["paper"], self.kwargs["ending"]
        sheet = self.request.GET.get("sheet", "a4")
        if (paper, ending) not in WRITERS or sheet not in SHEETS or not self.filters.is_valid():
            raise Http404
        return DonorPaper(paper, ending, self.filters.choice, timezone.localdate(), sheet)

    def url_of(self, page: str) -> str:
        query = asked(self.paper.choice) | {"sheet": self.paper.sheet}
        return paper_url(self.fund, self.paper.paper, self.paper.ending, page, **query)


class GratitudePaperView(PaperMixin, View):
    def get(self, request, **kwargs):
        paper = self.paper
        if paper.paper == LETTERS and not paper.number:
            raise Http404(NOBODY)
        _, content_type = WRITERS[paper.paper, paper.ending]
        name = f"{NAMES[paper.paper][1]}-{self.fund.code}.{paper.ending}"
        if not paper.is_long:
            content = paper.write()
            self.log()
            return attachment(content, content_type, name)
        path = path_of(latest_job(KIND, paper.about))
        if path is None:
            return redirect(self.url_of("gratitude_paper_page"))
        self.log()
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=content_type)

    def log(self) -> None:
        """Letters carry names and addresses; whoever stands on a board agreed to be read by everybody."""
        paper = self.paper
        if paper.paper == LETTERS:
            name, unit, said = NAMES[LETTERS][0].capitalize(), self.fund.organization, paper.choice.words
            selection = ", ".join(filter(None, (self.fund.name, said)))
            user, ending = self.request.user, paper.ending
            log_paper(name=name, user=user, organization=unit, selection=selection, ending=ending, rows=paper.number)


class GratitudePaperPageView(PaperMixin, KeptFileMixin, TemplateView):
    """Where a long one is asked for."""

    template_name = "jobs/long_paper.html"

    def ask(self):
        ask_for_file(kind=KIND, about=self.paper.about, user=self.request.user)

    def get_kept_file(self):
        paper = self.paper
        words, _, counted = NAMES[paper.paper]
        number, name = number_to_text(paper.number), f"{words} ({paper.ending.upper()})"
        return KeptFile(
            job=latest_job(KIND, paper.about),
            name=name,
            counted=counted,
            why=f"Có {number} {counted}",
            whole=name,
            holds=f"{name}, {number} {counted}. Sổ quỹ thay đổi thì làm lại tệp",
            url=self.url_of("gratitude_paper"),
        )

    def get_context_data(self, **kwargs):
        here = (TITLE, fund_url(self.fund, "gratitude", **asked(self.paper.choice)))
        crumbs = make_crumbs(self.fund, here, (NAMES[self.paper.paper][0].capitalize(), ""))
        return super().get_context_data(crumbs=crumbs, **kwargs)
