"""What is printed of a decision: proposal, decision, and its certificates, all of them or one."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView, View

from core.documents import DOCX_TYPE, PDF_TYPE
from core.paginator import KeysetListMixin
from learning_models.certificates import AT_ONCE, KEPT_FOR, ask_for_certificates, file_name, latest_job, path_of
from learning_models.documents import (
    certificates_of,
    certificates_pdf,
    official_decision,
    paper_docx,
    paper_pdf,
    proposal,
)
from learning_models.models import Certificate, RecognitionDecision
from learning_models.permissions import VIEW
from learning_models.views.decisions import DecisionMixin, decision_crumbs
from organizations.scoping import ScopedMixin

ZIP_TYPE = "application/zip"
PAPERS = {"proposal": (proposal, "to-trinh"), "decision": (official_decision, "quyet-dinh")}
FORMATS = {"pdf": (paper_pdf, PDF_TYPE), "docx": (paper_docx, DOCX_TYPE)}


def site_of(request) -> str:
    """The address under which people reach this server, for what is printed."""
    return settings.SITE_URL or f"{request.scheme}://{request.get_host()}"


def attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


class DecisionPaperView(DecisionMixin, View):
    """Tờ trình and decision with their lists, in Word and PDF; before the issue the decision is a draft."""

    permission_required = VIEW

    def get(self, request, pk, paper, ending):
        if paper not in PAPERS or ending not in FORMATS:
            raise Http404
        decision = self.decision
        build, name = PAPERS[paper]
        write, content_type = FORMATS[ending]
        content = write(build(decision), author=decision.organization.name)
        return attachment(content, content_type, f"{name}-{decision.model}-{decision.year}-{decision.pk}.{ending}")


class CertificatesMixin(DecisionMixin):
    """The certificates of an issued recognition."""

    permission_required = VIEW
    state = "with_certificates"


class DecisionCertificatesView(CertificatesMixin, KeysetListMixin, TemplateView):
    """Where the certificates are fetched: few at once, many from a file that is made in the background."""

    template_name = "learning_models/decision_certificates.html"
    paginate_by = 50

    def post(self, request, pk):
        ask_for_certificates(decision=self.decision, site=site_of(request), user=request.user)
        return redirect(request.path)

    def get_template_names(self):
        partial = self.request.htmx and not self.request.htmx.history_restore_request
        return ["learning_models/partials/certificate_file.html" if partial else self.template_name]

    def get_context_data(self, **kwargs):
        decision = self.decision
        job = latest_job(decision)
        pages = self.paginator_class(certificates_of(decision), self.paginate_by)
        page = pages.page(after=self.request.GET.get("after"), before=self.request.GET.get("before"))
        return super().get_context_data(
            decision=decision,
            job=job,
            is_few=decision.names <= AT_ONCE,
            has_file=path_of(job) is not None,
            kept_days=KEPT_FOR.days,
            page_obj=page,
            object_list=page.object_list,
            crumbs=decision_crumbs(decision, ("Giấy chứng nhận", "")),
            **kwargs,
        )


class DecisionCertificatesFileView(CertificatesMixin, View):
    """All certificates of the decision: a PDF of a few, else the file that was made."""

    def get(self, request, pk):
        decision = self.decision
        if decision.names <= AT_ONCE:
            content = certificates_pdf(decision, list(certificates_of(decision)), site=site_of(request))
            return attachment(content, PDF_TYPE, file_name(decision, "pdf"))
        path = path_of(latest_job(decision))
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
