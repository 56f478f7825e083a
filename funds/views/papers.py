"""Papers as files: the mixins of file and page, and the book, the vouchers and what a fund's papers look like."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from core.documents import PDF_TYPE, XLSX_TYPE
from core.numbers import number_to_text
from funds.documents import NAMED, VoucherBatch
from funds.forms import BookForm, PaperSettingsForm, VoucherBatchForm
from funds.models import Entry
from funds.paper_files import KIND, LONG_ENDINGS, Paper, about, build
from funds.permissions import ADD_ENTRY, VIEW, VIEW_PARTY
from funds.views.places import FundFormView, FundMixin, fund_tabs, fund_url, make_crumbs
from jobs.kept_files import KeptFile, ask_for_file, latest_job, path_of
from jobs.kept_pages import KeptFileMixin, attachment
from organizations.scoping import ScopedMixin, holds_at
from spreadsheets.exporting import log_paper

TYPES = {"pdf": PDF_TYPE, "xlsx": XLSX_TYPE, "zip": "application/zip"}


def log(paper: Paper, user, ending: str) -> None:
    """Whoever takes names home is written down, as with every list."""
    if paper.personal:
        log_paper(
            name=paper.name,
            user=user,
            organization=paper.unit,
            selection=paper.selection,
            ending=ending,
            rows=paper.number,
        )


class PaperMixin:
    """One paper of a page: ``source`` says which, ``back_url`` leads to that page."""

    page_address = file_address = back_url = ""
    # What was asked for and cannot be understood: the page says so.
    has_errors = False

    @property
    def source(self) -> dict:
        raise NotImplementedError

    @cached_property
    def paper(self) -> Paper:
        return build(self.source, self.request.user)

    @property
    def ending(self) -> str:
        if self.kwargs["ending"] not in self.paper.endings:
            raise Http404
        return self.kwargs["ending"]

    @cached_property
    def about(self) -> dict:
        return about(self.source, self.ending, self.request.user)

    def url(self, address: str) -> str:
        return reverse(address, kwargs=self.kwargs, query=self.request.GET or None)


class PaperFileView(PaperMixin, View):
    def get(self, request, **kwargs):
        if self.has_errors:
            return redirect(self.back_url)
        paper, ending = self.paper, self.ending
        if not paper.is_long(ending):
            content = paper.content(ending)
            log(paper, request.user, ending)
            return attachment(content, TYPES[ending], f"{paper.stem}.{ending}")
        path, ending = path_of(latest_job(KIND, self.about)), LONG_ENDINGS[ending]
        if path is None:
            return redirect(self.url(self.page_address))
        log(paper, request.user, ending)
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=f"{paper.stem}.{ending}", content_type=TYPES[ending]
        )


class PaperPageView(PaperMixin, KeptFileMixin, TemplateView):
    """Where a long one is asked for."""

    template_name = "jobs/long_paper.html"

    def dispatch(self, request, *args, **kwargs):
        # Signed in and within reach: the mixins before this one have seen to it.
        if not self.paper.is_long(self.ending):
            return redirect(self.url(self.file_address))
        return super().dispatch(request, *args, **kwargs)

    def ask(self):
        ask_for_file(kind=KIND, about=self.about, user=self.request.user)

    def get_kept_file(self):
        paper = self.paper
        rows, name = f"{number_to_text(paper.number)} {paper.counted}", f"{paper.name} ({self.ending.upper()})"
        inside = ", trong tệp nén (ZIP) gồm nhiều tệp PDF, trang đánh số liên tục" if self.ending == "pdf" else ""
        return KeptFile(
            job=latest_job(KIND, self.about),
            name=name,
            counted="trang" if self.ending == "pdf" and paper.counted == "dòng" else paper.counted,
            why=f"Tệp này có {rows}",
            whole=name,
            holds=f"{name} có {rows}{inside}. Sổ có thay đổi thì làm lại tệp",
            url=self.url(self.file_address),
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(back_url=self.back_url, **kwargs)


class BookPaperMixin(FundMixin):
    page_address, file_address = "funds:book_file_page", "funds:book_file"

    @cached_property
    def book_form(self) -> BookForm:
        return BookForm(self.request.GET, fund=self.fund)

    @property
    def has_errors(self):
        return bool(self.book_form.errors)

    @property
    def back_url(self):
        return reverse("funds:cash_book", args=[self.fund.code], query=self.request.GET or None)

    @property
    def source(self):
        form = self.book_form
        account = form.account_shown.pk if form.account_shown else ""
        days = {"first": form.first_day.isoformat(), "last": form.last_day.isoformat()}
        return {"paper": "book", "fund": self.fund.pk, "account": account, **days}


class BookFileView(BookPaperMixin, PaperFileView):
    """The cash book as PDF or Excel."""


class BookFilePageView(BookPaperMixin, PaperPageView):
    """Where a long one is asked for."""


class VoucherBatchMixin(FundMixin):
    page_address, file_address = "funds:voucher_batch_page", "funds:voucher_batch_file"

    @cached_property
    def batch_form(self) -> VoucherBatchForm:
        return VoucherBatchForm(self.request.GET, fund=self.fund)

    @property
    def has_errors(self):
        return bool(self.batch_form.errors)

    @property
    def back_url(self):
        return fund_url(self.fund, "voucher_batch")

    @property
    def source(self):
        return {"paper": "vouchers", **self.batch_form.source()}


class VoucherBatchView(VoucherBatchMixin, PaperMixin, TemplateView):
    """Which vouchers are printed in one file, and how many there are."""

    template_name = "funds/voucher_batch.html"

    def get_context_data(self, **kwargs):
        query = self.request.GET or None
        return super().get_context_data(
            filters=self.batch_form,
            number=self.paper.number,
            crumbs=make_crumbs(self.fund, ("In phiếu", "")),
            tabs=fund_tabs(self.request, self.fund),
            file_url=reverse(self.file_address, args=[self.fund.code, "pdf"], query=query),
            **kwargs,
        )


class VoucherBatchFileView(VoucherBatchMixin, PaperFileView):
    """All of them as PDF."""


class VoucherBatchPageView(VoucherBatchMixin, PaperPageView):
    """Where many are asked for."""


class VoucherFileView(ScopedMixin, View):
    """One voucher as PDF; ``?copies=2``: two of them on the page."""

    permission_required = VIEW

    def get(self, request, pk):
        numbered = Entry.objects.allowed(request.user, VIEW).filter(number__isnull=False)
        entry = get_object_or_404(numbered.select_related("fund__organization", *NAMED), pk=pk)
        fund = entry.fund
        kind = "phieu-thu" if entry.direction == "in" else "phieu-chi"
        batch = VoucherBatch(
            fund=fund,
            entries=Entry.objects.filter(pk=pk),
            stem=f"{kind}-{entry.number:04d}-{entry.year}-{fund.code}",
            selection=f"{fund.name}, {entry.voucher}",
            named=holds_at(request.user, VIEW_PARTY, fund.organization),
            copies=2 if request.GET.get("copies") == "2" else 1,
        )
        content = batch.content("pdf")
        log(batch, request.user, "pdf")
        return attachment(content, PDF_TYPE, f"{batch.stem}.pdf")


class PaperSettingsView(FundFormView):
    permission_required = ADD_ENTRY
    form_class = PaperSettingsForm
    title, submit_label, done = "Mẫu chứng từ, sổ", "Lưu mẫu", "Đã lưu mẫu chứng từ, sổ."

    def get_context_data(self, **kwargs):
        lead = (
            "Dùng cho phiếu thu, phiếu chi, sổ quỹ, báo cáo của quỹ này. Để sẵn theo Thông tư 133/2016/TT-BTC; "
            "quỹ theo chế độ kế toán khác thì sửa. Họ tên để trống thì chỗ ấy ghi tay."
        )
        return super().get_context_data(lead=lead, **kwargs)
