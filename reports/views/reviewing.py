"""The level above: reports that wait, one report at a time, returning, accepting, opening again, and remarks."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import DetailView, FormView, ListView

from core.paginator import KeysetListMixin
from organizations.scoping import ScopedMixin
from reports.cells import asked_indicators
from reports.form_page import FormPage
from reports.forms import RemarkForm, ReopenForm
from reports.models import Indicator, Narrative, Report
from reports.services import Return, accept_report, add_remark, reopen_report, return_report
from reports.views.quarters import ReportMixin


def seen_mark(report: Report) -> str:
    """Names the handing in that a page showed: whoever decides about it means this one."""
    return f"{report.status} {report.submitted_at.isoformat()}" if report.submitted_at else report.status


class ReviewListView(KeysetListMixin, ScopedMixin, ListView):
    """Reports that wait for me, the oldest first; ticked ones are accepted at once, each for itself.

    ``?closed=1`` shows those of rounds that are closed already.
    """

    permission_required = "reports.accept_report"
    template_name = "reports/review_list.html"
    context_object_name = "reports"
    paginate_by = 50

    def get_queryset(self):
        waiting = Report.objects.waiting_for(self.request.user).filter(round__closed_at__isnull=not self.shows_closed)
        return waiting.with_counts().order_by("submitted_at", "pk")

    @property
    def shows_closed(self) -> bool:
        return self.request.GET.get("closed") == "1"

    def get_context_data(self, **kwargs):
        other = Report.objects.waiting_for(self.request.user).filter(round__closed_at__isnull=self.shows_closed)
        context = super().get_context_data(shows_closed=self.shows_closed, other_number=other.count(), **kwargs)
        for report in context["reports"]:
            report.mark = f"{report.pk} {seen_mark(report)}"
        return context

    def post(self, request, *args, **kwargs):
        marks = dict(mark.split(" ", 1) for mark in request.POST.getlist("report") if " " in mark)
        chosen = [int(pk) for pk in marks if pk.isascii() and pk.isdigit() and len(pk) < 19]
        reports = Report.objects.waiting_for(request.user).filter(pk__in=chosen).select_related("organization", "round")
        accepted, refused = [], []
        for report in reports.order_by("submitted_at", "pk"):
            try:
                if marks[str(report.pk)] != seen_mark(report):
                    raise ValidationError("vừa nộp lại, hãy xem số mới rồi duyệt.")
                accept_report(report=report, user=request.user)
                accepted.append(report.organization.name)
            except ValidationError as error:
                refused.append(f"{report.organization.name}: {' '.join(error.messages)}")
        if accepted:
            messages.success(request, f"Đã duyệt {len(accepted)} báo cáo: {', '.join(accepted)}.")
        for words in refused:
            messages.error(request, words)
        if not accepted and not refused:
            messages.warning(request, "Chưa chọn báo cáo nào.")
        return redirect(request.get_full_path())


class ReportReviewView(ReportMixin, DetailView):
    """One report with what differs first: return cells and sections with remarks, or accept."""

    permission_required = "reports.accept_report"
    template_name = "reports/report_review.html"

    def get_queryset(self):
        return super().get_queryset().reviewable(self.request.user)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("page", FormPage(self.object))
        children = self.object.children
        return super().get_context_data(
            seen=seen_mark(self.object),
            not_accepted=children.exclude(status=Report.Status.ACCEPTED).select_related("organization"),
            is_issue=self.object.parent_id is None,
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        self.object = report = self.get_object()
        action, seen = request.POST.get("action"), request.POST.get("seen")
        try:
            if seen != seen_mark(report):
                raise ValidationError("Báo cáo vừa được trả lại, sửa hoặc nộp lại. Đây là số mới nhất: hãy xem lại.")
            if action == "return":
                return_report(report=report, user=request.user, returns=self.read_returns(report))
                messages.success(request, f"Đã trả lại báo cáo của {report.organization.name}.")
            elif action != "accept" or self.read_returns(report):
                raise ValidationError("Ông/bà đã ghi điều cần sửa: bấm “Trả lại”, hoặc xoá những điều ấy rồi duyệt.")
            else:
                revision = accept_report(report=report, user=request.user)
                messages.success(request, f"Đã duyệt báo cáo của {report.organization.name}, bản {revision.number}.")
                if revision.number > 1:
                    # Accepted again: show what changed.
                    return redirect("reports:revision_detail", self.kwargs["code"], revision.period, revision.number)
        except ValidationError as error:
            page = FormPage(report)
            self.keep_remarks(page)
            return self.render_to_response(self.get_context_data(page=page, errors=error.messages))
        return redirect("reports:review_list")

    def keep_remarks(self, page: FormPage) -> None:
        """Show again what was typed: nothing of it was sent."""
        for row in page.rows:
            row.remark = self.request.POST.get(f"remark-{row.pk}", "")
        for section in page.sections:
            section.remark = self.request.POST.get(f"remark-{section.code}", "")
        page.remark = self.request.POST.get("remark-", "")

    def read_returns(self, report: Report) -> list[Return]:
        sent = self.request.POST
        found = []
        for row in FormPage(report).rows:
            if text := sent.get(f"remark-{row.pk}", "").strip():
                found.append(Return(text, indicator=row.indicator))
        for section in Narrative.Section.values:
            if text := sent.get(f"remark-{section}", "").strip():
                found.append(Return(text, section=section))
        if text := sent.get("remark-", "").strip():
            found.append(Return(text))
        return found


class ReportReopenView(ReportMixin, FormView):
    """Open an accepted report again, with a reason; accepted reports above are opened in the same step."""

    permission_required = "reports.accept_report"
    template_name = "generic/confirm.html"
    form_class = ReopenForm

    def get_queryset(self):
        return super().get_queryset().reviewable(self.request.user)

    def get_form_kwargs(self):
        if self.object.status != Report.Status.ACCEPTED:
            raise Http404("Báo cáo này chưa được duyệt.")
        return super().get_form_kwargs() | {"is_closed": self.object.round.is_closed}

    def form_valid(self, form):
        report = self.object
        try:
            opened = reopen_report(report=report, user=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        names = ", ".join(each.organization.name for each in opened)
        messages.success(self.request, f"Đã mở lại báo cáo của {names}.")
        return redirect(report.get_absolute_url())

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        report, above = self.object, self.object.parent
        consequences = ["Đơn vị được sửa và phải nộp lại; bản đã duyệt vẫn được giữ để so sánh."]
        while above is not None and above.status == Report.Status.ACCEPTED:
            consequences.append(f"Báo cáo đã duyệt của {above.organization.name} cũng được mở lại.")
            above = above.parent
        return context | {
            "title": f"Mở lại báo cáo {report.round.quarter.label} của {report.organization.name}?",
            "consequences": consequences,
            "submit_label": "Mở lại báo cáo",
            "cancel_url": report.get_absolute_url(),
            "danger": True,
        }


class RemarkCreateView(ReportMixin, FormView):
    """Answer a remark, or write one: about a cell, a section or the whole report (``?about=``)."""

    permission_required = "reports.view_report"
    template_name = "generic/form.html"
    form_class = RemarkForm

    def get_form_kwargs(self):
        if not (self.may("reports.change_figure") or self.may_review()):
            raise PermissionDenied
        self.indicator, self.section = self.read_target()
        return super().get_form_kwargs()

    def read_target(self) -> tuple[Indicator | None, str]:
        about = self.request.GET.get("about", "")
        if about in Narrative.Section.values:
            return None, about
        if about.isascii() and about.isdigit() and len(about) < 10:
            asked = {indicator.pk: indicator for indicator in asked_indicators(self.object)}
            return asked.get(int(about)), ""
        return None, ""

    def form_valid(self, form):
        add_remark(
            report=self.object,
            user=self.request.user,
            text=form.cleaned_data["text"],
            indicator=self.indicator,
            section=self.section,
        )
        messages.success(self.request, "Đã gửi ý kiến.")
        return redirect(self.back)

    @property
    def back(self) -> str:
        report, anchor = self.object, ""
        if self.indicator:
            anchor = f"#c-{self.indicator.pk}"
        elif self.section:
            anchor = f"#muc-{self.section}"
        if self.may_review() and report.status == Report.Status.SUBMITTED:
            address = reverse("reports:report_review", args=[report.organization.code, report.round.quarter.code])
        else:
            address = report.get_absolute_url()
        return address + anchor

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        about = "cả báo cáo"
        if self.indicator:
            about = f"“{self.indicator.label}”"
        elif self.section:
            about = f"mục “{Narrative.Section(self.section).label}”"
        return context | {
            "title": "Ý kiến về báo cáo",
            "lead": f"{self.object.organization.name}, {self.object.round.quarter.label}: về {about}.",
            "submit_label": "Gửi ý kiến",
            "cancel_url": self.back,
        }
