"""What is printed of a decision: proposal, decision, and its certificates, all of them or one."""

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView, View

from core.documents import PDF_TYPE
from core.numbers import number_to_text
from core.paginator import KeysetListMixin
from jobs.kept_files import KeptFile, path_of
from jobs.views import KeptFileMixin, attachment
from learning_models.certificates import AT_ONCE, ask_for_certificates, certificates_job, file_name
from learning_models.documents import certificates_of, certificates_pdf
from learning_models.models import Certificate, RecognitionDecision
from learning_models.paper_files import DECISION_PAPERS, decision_source
from learning_models.permissions import VIEW
from learning_models.views.decisions import DecisionMixin, decision_crumbs
from learning_models.views.papers import PaperFileView, PaperPageView
from organizations.scoping import ScopedMixin

ZIP_TYPE = "application/zip"


def site_of(request) -> str:
    """The address under which people reach this server, for what is printed."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


class DecisionPaperMixin(DecisionMixin):
    """Tờ trình and decision with their lists; before the issue the decision is a draft."""

    permission_required = VIEW
    page_address = "learning_models:decision_paper_page"
    file_address = "learning_models:decision_paper"

    @property
    def source(self):
        return decision_source(self.decision, self.kwargs["paper"])

    @property
    def names(self):
        return self.decision.names

    @property
    def counted_in(self):
        return self.decision.counted_in

    def build(self):
        return self.known[0](self.decision)

    @property
    def known(self):
        """Who writes the paper that the address names, and the name of its file."""
        if (known := DECISION_PAPERS.get(self.kwargs["paper"])) is None:
            raise Http404
        return known

    @property
    def stem(self):
        decision = self.decision
        return f"{self.known[1]}-{decision.model}-{decision.year}-{decision.pk}"

    @property
    def paper_name(self):
        return self.paper.document_type.lower()


class DecisionPaperView(DecisionPaperMixin, PaperFileView):
    """The file."""


class DecisionPaperPageView(DecisionPaperMixin, PaperPageView):
    """Where a long one is asked for."""

    def get_context_data(self, **kwargs):
        crumbs = decision_crumbs(self.decision, (self.paper_name.capitalize(), ""))
        return super().get_context_data(crumbs=crumbs, **kwargs)


class CertificatesMixin(DecisionMixin):
    """The certificates of an issued recognition."""

    permission_required = VIEW
    state = "with_certificates"


class DecisionCertificatesView(CertificatesMixin, KeptFileMixin, KeysetListMixin, TemplateView):
    """Where the certificates are fetched: few at once, many from a file that is made in the background."""

    template_name = "learning_models/decision_certificates.html"
    paginate_by = 50

    def ask(self):
        ask_for_certificates(decision=self.decision, site=site_of(self.request), user=self.request.user)

    def get_kept_file(self):
        decision, number = self.decision, number_to_text(self.decision.names)
        return KeptFile(
            job=certificates_job(decision),
            name="giấy chứng nhận",
            counted="giấy",
            why=f"Quyết định này có {number} {decision.counted_in}",
            whole=f"cả {number} giấy",
            holds=f"{number} giấy, trong tệp nén (ZIP) gồm nhiều tệp PDF, mỗi trang một giấy, khổ A4 ngang",
            url=reverse("learning_models:decision_certificates_file", args=[decision.pk]),
        )

    def get_context_data(self, **kwargs):
        pages = self.paginator_class(certificates_of(self.decision), self.paginate_by)
        page = pages.page(after=self.request.GET.get("after"), before=self.request.GET.get("before"))
        return super().get_context_data(
            decision=self.decision,
            is_few=self.decision.names <= AT_ONCE,
            page_obj=page,
            object_list=page.object_list,
            crumbs=decision_crumbs(self.decision, ("Giấy chứng nhận", "")),
            **kwargs,
        )


class DecisionCertificatesFileView(CertificatesMixin, View):
    """All certificates of the decision: a PDF of a few, else the file that was made."""

    def get(self, request, pk):
        decision = self.decision
        if decision.names <= AT_ONCE:
            content = certificates_pdf(decision, list(certificates_of(decision)), site=site_of(request))
            return attachment(content, PDF_TYPE, file_name(decision, "pdf"))
        path = path_of(certificates_job(decision))
        if path is None:
            return redirect("learning_models:decision_certificates", decision.pk)
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=file_name(decision, "zip"), content_type=ZIP_TYPE
        )


class CertificatePdfView(ScopedMixin, View):
    """One certificate, at once."""

    permission_required = VIEW

    def get(self, request, pk):
        rows = Certificate.objects.allowed(request.user, self.permission_required)
        certificate = get_object_or_404(rows.select_related("registration"), pk=pk)
        decisions = RecognitionDecision.objects.select_related("organization")
        decision = decisions.get(pk=certificate.registration.decision_id)
        content = certificates_pdf(decision, list(certificates_of(decision).filter(pk=pk)), site=site_of(request))
        return attachment(content, PDF_TYPE, f"giay-chung-nhan-{decision.year}-{certificate.number:04d}.pdf")
