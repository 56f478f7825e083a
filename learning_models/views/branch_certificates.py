"""The certificates of one branch's year, for whoever hands them out there; the decision itself is the unit's above."""

from django.http import Http404
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from core.documents import PDF_TYPE
from jobs.views import attachment
from learning_models.certificates import PlacePart, parts_of_place
from learning_models.documents import certificates_of, certificates_pdf
from learning_models.models import RecognitionDecision
from learning_models.permissions import VIEW
from learning_models.views.decision_papers import site_of
from learning_models.views.year_places import YearMixin


class BranchCertificatesMixin(YearMixin):
    permission_required = VIEW

    @cached_property
    def parts(self) -> list[PlacePart]:
        return parts_of_place(self.place)


class BranchCertificatesView(BranchCertificatesMixin, TemplateView):
    """The files that hold them, by decision."""

    template_name = "learning_models/branch_certificates.html"

    def get_context_data(self, **kwargs):
        decisions = RecognitionDecision.objects.in_bulk({part.decision for part in self.parts})
        parts = [(place, part, decisions[part.decision]) for place, part in enumerate(self.parts, start=1)]
        crumbs = self.crumbs(("Giấy chứng nhận", ""))
        return super().get_context_data(parts=parts, crumbs=crumbs, **kwargs)


class BranchCertificatesPdfView(BranchCertificatesMixin, View):
    """One of these files."""

    def get(self, request, code, model, year, part):
        if not 0 < part <= len(self.parts):
            raise Http404
        chosen = self.parts[part - 1]
        decision = RecognitionDecision.objects.select_related("organization").get(pk=chosen.decision)
        rows = list(certificates_of(decision).filter(pk__in=chosen.keys))
        content = certificates_pdf(decision, rows, site=site_of(request))
        return attachment(content, PDF_TYPE, f"giay-chung-nhan-{code}-{model}-{year}-{part}.pdf")
