from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, TemplateView, UpdateView

from core.documents import DOCX_TYPE, PDF_TYPE, XLSX_TYPE
from core.periods import Quarter, Span, parse_period
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds
from organizations.workplace import Workplace
from reports.builders.contract import summary_to_json
from reports.documents import (
    document_name,
    quarterly_summary_docx,
    quarterly_summary_pdf,
    quarterly_summary_xlsx,
)
from reports.forms import DocumentNumberForm
from reports.models import DocumentNumber, Report
from reports.overview import round_overviews, spans_of
from reports.presentation import SummaryPage
from reports.revisions import current_revision, summary_of
from reports.views.tokens import TokenMixin


class ReportListView(ScopedMixin, TemplateView):
    """The rounds of the unit I work for, and the summaries of its quarters and spans."""

    permission_required = "reports.view_report"
    template_name = "reports/report_list.html"

    def get_context_data(self, **kwargs):
        organization = Workplace(self.request).organization
        rounds = round_overviews(organization) if organization else []
        return super().get_context_data(
            organization=organization,
            rounds=rounds,
            spans=spans_of([overview.quarter for overview in rounds]),
            **kwargs,
        )


def opened_period(kwargs) -> Quarter | Span:
    """The period of the address; 404 when it is unknown or none of its quarters was opened for the unit."""
    try:
        period = parse_period(kwargs["period"])
    except ValueError as error:
        raise Http404(str(error)) from error
    reports = Report.objects.filter(round__quarter__in=period.quarters, organization__code=kwargs["code"])
    if not reports.exists():
        raise Http404(f"Chưa mở kỳ báo cáo nào của {period.label}.")
    return period


class SummaryMixin(ScopedMixin):
    """A summary of a unit within reach; an unknown period or one that was not opened is 404."""

    permission_required = "reports.view_report"
    model = Organization
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"

    def get_summary(self):
        try:
            period = parse_period(self.kwargs["period"])
            return summary_of(organization=self.get_object(), period=period)
        except (ValueError, ValidationError) as error:
            raise Http404(" ".join(getattr(error, "messages", [str(error)]))) from error


class SummaryView(SummaryMixin, DetailView):
    template_name = "reports/summary.html"

    def get_context_data(self, **kwargs):
        quarters = [overview.quarter for overview in round_overviews(self.object)]
        periods = [*quarters, *spans_of(quarters)]
        page = SummaryPage(self.get_summary(), self.request.user)
        numbering = Organization.objects.allowed(self.request.user, "reports.change_documentnumber")
        period = page.summary.period
        report = None
        if not period.is_span:
            reports = Report.objects.filter(organization=self.object, round__quarter=period)
            report = reports.select_related("revision", "round", "organization").first()
        return super().get_context_data(
            page=page,
            summary=page.summary,
            periods=periods,
            report=report,
            came_late=came_late(report),
            # What was accepted keeps the number that it was accepted with.
            may_number=page.summary.is_provisional and numbering.filter(pk=self.object.pk).exists(),
            may_enter=holds(self.request.user, "reports.change_figure"),
            **kwargs,
        )


def came_late(report: Report | None) -> list[Report]:
    """Reports directly below that were accepted after this one, and are not in it."""
    if report is None or report.revision_id is None:
        return []
    late = report.children.filter(status=Report.Status.ACCEPTED, included=False)
    return list(late.select_related("organization").order_by("organization__sort_key"))


@method_decorator(login_not_required, name="dispatch")
class SummaryJsonView(TokenMixin, SummaryMixin, DetailView):
    """Also for other systems, by a token and without a session."""

    http_method_names = ["get"]

    def render_to_response(self, context, **kwargs):
        return JsonResponse(summary_to_json(self.get_summary()), json_dumps_params={"ensure_ascii": False})


class SummaryFileView(SummaryMixin, DetailView):
    """A summary as a file to keep: ``document`` makes it, ``extension`` and ``content_type`` say of what kind."""

    def render_to_response(self, context, **kwargs):
        summary = self.get_summary()
        headers = {"Content-Disposition": f'attachment; filename="{document_name(summary, self.extension)}"'}
        return HttpResponse(self.document(summary), content_type=self.content_type, headers=headers)


class SummaryDocxView(SummaryFileView):
    document = staticmethod(quarterly_summary_docx)
    extension, content_type = "docx", DOCX_TYPE


class SummaryXlsxView(SummaryFileView):
    document = staticmethod(quarterly_summary_xlsx)
    extension, content_type = "xlsx", XLSX_TYPE


class SummaryPdfView(SummaryFileView):
    document = staticmethod(quarterly_summary_pdf)
    extension, content_type = "pdf", PDF_TYPE


class DocumentNumberView(ScopedMixin, UpdateView):
    """Number and date of the report that goes out for a period."""

    permission_required = "reports.change_documentnumber"
    model = Organization
    slug_field = slug_url_kwarg = "code"
    form_class = DocumentNumberForm
    template_name = "generic/form.html"

    def get_object(self, queryset=None):
        key = {"organization": super().get_object(queryset), "period": opened_period(self.kwargs).code}
        return DocumentNumber.objects.filter(**key).first() or DocumentNumber(**key)

    def form_valid(self, form):
        if current_revision(self.object.organization, parse_period(self.object.period)):
            form.add_error(None, "Báo cáo đã duyệt giữ số và ngày như khi duyệt. Muốn đổi, hãy mở lại báo cáo.")
            return self.form_invalid(form)
        form.save()
        messages.success(self.request, "Đã lưu số và ngày của báo cáo.")
        return redirect(self.summary_url)

    @property
    def summary_url(self):
        return reverse("reports:summary", args=[self.object.organization.code, self.object.period])

    def get_context_data(self, **kwargs):
        label = parse_period(self.object.period).label
        return super().get_context_data(
            title=f"Số và ngày của báo cáo {label}",
            lead=f"In ở đầu báo cáo {label} của {self.object.organization} và ở phụ lục kèm theo.",
            submit_label="Lưu số và ngày",
            cancel_url=self.summary_url,
            **kwargs,
        )
