"""Filling in a report: the form, its saves, the words, the check before handing in, and the receipt."""

import json
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import DetailView, View

from core.paginator import PrintMixin
from reports.edits import edits_from_form, edits_from_json, keep_typed
from reports.form_page import FormPage, paragraphs, sources_of
from reports.models import Narrative, Report
from reports.services import Edit, save_edits, submit_report
from reports.services.entering import CONFLICT, REFUSED, SAVED
from reports.views.quarters import ReportMixin

LARGEST_BODY = 1_000_000


class ReportFormView(PrintMixin, ReportMixin, DetailView):
    """The form of the quarter; without JavaScript one button saves what was changed."""

    permission_required = "reports.view_report"

    def get_template_names(self):
        return ["reports/report_form_print.html" if self.printing else "reports/report_form.html"]

    @property
    def printing(self) -> bool:
        return self.request.GET.get("print") in ("1", "blank")

    def get_context_data(self, **kwargs):
        report = self.object
        page = kwargs.setdefault("page", FormPage(report))
        page.link_names(self.request.user)
        return super().get_context_data(
            is_blank=self.request.GET.get("print") == "blank",
            may_edit=report.is_editable and self.may("reports.change_figure"),
            may_review=self.may_review(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        self.object = report = self.get_object()
        if not self.may("reports.change_figure"):
            raise PermissionDenied
        page = FormPage(report)
        edits = edits_from_form(page, request.POST)
        try:
            answers = save_edits(report=report, user=request.user, edits=edits)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(request.path)
        saved = sum(answer["state"] == SAVED for answer in answers)
        failed = [answer for answer in answers if answer["state"] in (REFUSED, CONFLICT)]
        if failed:
            page = FormPage(report)
            keep_typed(page, edits, failed)
            return self.render_to_response(self.get_context_data(page=page, failed=failed, saved=saved))
        messages.success(request, f"Đã lưu {saved} ô." if saved else "Không có ô nào thay đổi.")
        return redirect(request.path)


class ReportSaveView(ReportMixin, View):
    """The saves of an open page: GET tells who is signed in and how the report stands, POST takes edits as JSON."""

    permission_required = "reports.change_figure"

    def get(self, request, *args, **kwargs):
        report = self.get_object()
        return JsonResponse({"user": request.user.pk, "open": report.is_editable, "token": get_token(request)})

    def post(self, request, *args, **kwargs):
        report = self.get_object()
        try:
            if request.content_type != "application/json" or len(request.body) > LARGEST_BODY:
                raise ValueError
            data = json.loads(request.body)
            key, owner, edits = UUID(data["key"]), data["owner"], edits_from_json(data["edits"])
            if type(owner) is not int:
                raise TypeError
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return JsonResponse({"message": "Không đọc được số vừa gửi. Hãy tải lại trang."}, status=400)
        if owner != request.user.pk:
            return JsonResponse({"message": "Số này do người khác nhập trên máy này."}, status=403)
        try:
            answers = save_edits(report=report, user=request.user, edits=edits, key=key)
        except ValidationError as error:
            return JsonResponse({"message": " ".join(error.messages)}, status=409)
        page = FormPage(report)
        return JsonResponse(
            {
                "answers": answers,
                "findings": page.findings_as_json(),
                "filled": page.filled,
                "asked": page.asked,
                "saved_at": f"{timezone.localtime():%H:%M}",
            }
        )


class ReportWordsView(ReportMixin, DetailView):
    """Takes paragraphs over from last quarter's text and from the reports below into one section."""

    permission_required = "reports.change_figure"
    template_name = "reports/report_words.html"

    def get_context_data(self, **kwargs):
        page = FormPage(self.object)
        section = next(each for each in page.sections if each.code == self.section)
        return super().get_context_data(section=section, sources=sources_of(self.object, self.section), **kwargs)

    @property
    def section(self) -> str:
        if self.kwargs["section"] not in Narrative.Section.values:
            raise Http404("Báo cáo không có mục này.")
        return self.kwargs["section"]

    def post(self, request, *args, **kwargs):
        report = self.get_object()
        chosen = [text.strip() for text in request.POST.getlist("paragraph") if text.strip()]
        narrative = report.narratives.filter(section=self.section).first()
        there = narrative.text if narrative else ""
        # Pressed twice, a paragraph is taken over once.
        chosen = [text for text in dict.fromkeys(chosen) if text not in paragraphs(there)]
        text = "\n".join([there, *chosen]).strip()
        edit = Edit(section=self.section, text=text, version=narrative.version if narrative else 0)
        try:
            [answer] = save_edits(report=report, user=request.user, edits=[edit])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            done = answer["state"] == SAVED
            tell = messages.success if done else messages.error
            tell(request, f"Đã đưa {len(chosen)} đoạn vào báo cáo." if done else answer["message"])
        return redirect(f"{report.get_absolute_url()}#muc-{self.section}")


class ReportCheckView(ReportMixin, DetailView):
    """Check your answers, give the reasons that are asked for, and hand in."""

    permission_required = "reports.submit_report"
    template_name = "reports/report_check.html"

    def get_context_data(self, **kwargs):
        kwargs.setdefault("page", FormPage(self.object))
        return super().get_context_data(**kwargs)

    def get(self, request, *args, **kwargs):
        self.object = report = self.get_object()
        if report.status in Report.HANDED_IN:
            return redirect("reports:report_receipt", report.organization.code, report.round.quarter.code)
        return self.render_to_response(self.get_context_data())

    def post(self, request, *args, **kwargs):
        self.object = report = self.get_object()
        page = FormPage(report)
        edits = [edit for edit in (self.reason_edit(finding, row) for finding, row in page.questions) if edit]
        try:
            if request.POST.get("seen") != page.mark:
                raise ValidationError("Số liệu hoặc phần lời vừa thay đổi. Đây là bản mới nhất: hãy xem lại rồi nộp.")
            with transaction.atomic():
                if edits:
                    self.save_reasons(report, edits)
                submit_report(report=report, user=request.user, blanks_confirmed="blanks" in request.POST)
        except ValidationError as error:
            page = FormPage(report)
            self.keep_reasons(page)
            return self.render_to_response(self.get_context_data(page=page, errors=error.messages))
        return redirect("reports:report_receipt", report.organization.code, report.round.quarter.code)

    def keep_reasons(self, page: FormPage) -> None:
        """Show again what was typed: nothing of it was saved."""
        for finding, row in page.questions:
            name = "total_reason" if finding.about_total else "reason"
            setattr(row.figure, name, self.request.POST.get(f"{name}-{row.pk}", ""))

    def reason_edit(self, finding, row) -> Edit | None:
        name = "total_reason" if finding.about_total else "reason"
        text = self.request.POST.get(f"{name}-{row.pk}", "").strip()
        if not text or text == getattr(row.figure, name):
            return None
        return Edit(indicator=finding.indicator, version=row.figure.version, **{name: text})

    def save_reasons(self, report: Report, edits: list[Edit]) -> None:
        merged: dict[str, Edit] = {}
        for edit in edits:
            before = merged.get(edit.indicator)
            merged[edit.indicator] = Edit(
                indicator=edit.indicator,
                version=edit.version,
                reason=edit.reason or (before.reason if before else None),
                total_reason=edit.total_reason or (before.total_reason if before else None),
            )
        answers = save_edits(report=report, user=self.request.user, edits=list(merged.values()))
        refused = [answer["message"] for answer in answers if answer["state"] != SAVED]
        if refused:
            raise ValidationError(refused)


class ReportReceiptView(PrintMixin, ReportMixin, DetailView):
    """What was handed in, when and by whom: to keep."""

    permission_required = "reports.view_report"
    template_name = "reports/report_receipt.html"

    def get(self, request, *args, **kwargs):
        self.object = report = self.get_object()
        if report.submitted_at is None:
            return redirect(report.get_absolute_url())
        page = FormPage(report)
        is_on_time = report.first_submitted_at < report.round.deadline_of(report.organization.level)
        return self.render_to_response(self.get_context_data(page=page, is_on_time=is_on_time))
