"""The form of a quarter as an Excel file: out, and in again with a preview first."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import DetailView

from core.attachments import UploadInput
from core.documents import XLSX_TYPE
from reports.builders.quarter_form import build
from reports.documents.quarter_form import form_name, quarter_form_xlsx
from reports.form_plan import plan_entries, save_entries, sign_entries, unsign_entries
from reports.form_reading import ReadForm, read_form
from reports.views.quarters import ReportMixin


class FormFileView(ReportMixin, DetailView):
    permission_required = "reports.view_report"

    def render_to_response(self, context, **kwargs):
        form = build(self.object)
        headers = {"Content-Disposition": f'attachment; filename="{form_name(form)}"', "Cache-Control": "no-store"}
        return HttpResponse(quarter_form_xlsx(form), content_type=XLSX_TYPE, headers=headers)


class FormUploadForm(forms.Form):
    file = forms.FileField(
        label="Biểu mẫu đã điền",
        widget=UploadInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "Hãy chọn tệp .xlsx.", "empty": "Tệp trống, không có gì để nhập."},
    )

    def __init__(self, *args, report, **kwargs):
        super().__init__(*args, **kwargs)
        self.report = report
        self.found: ReadForm | None = None
        self.fields["file"].help_text = (
            f"Tệp .xlsx tải từ trang này, nhiều nhất {settings.MAX_UPLOAD_MB} MB. "
            "Chưa ghi gì cho đến khi ông/bà xem và đồng ý."
        )

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.found = read_form(file, file.name, self.report)
        return file


class FormUploadView(ReportMixin, DetailView):
    """Choose a file, see what it changes, save. The page of the preview carries what was read, signed."""

    permission_required = "reports.change_figure"
    template_name = "reports/form_upload.html"

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        if not self.object.is_editable:
            messages.error(request, "Báo cáo không còn nhập được, nên chưa ghi gì.")
            return redirect(request.path)
        if "entries" in request.POST:
            return self.save(request)
        form = FormUploadForm(request.POST, request.FILES, report=self.object)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        return self.preview(form.found)

    def preview(self, found: ReadForm):
        plan = plan_entries(self.object, found.entries)
        entries = sign_entries(plan.entries, report=self.object, user=self.request.user) if plan.entries else ""
        context = self.get_context_data(plan=plan, problems=found.problems, entries=entries)
        self.template_names = ["reports/form_upload_preview.html"]
        return self.render_to_response(context)

    def get_template_names(self):
        return getattr(self, "template_names", [self.template_name])

    def save(self, request):
        who = {"report": self.object, "user": request.user}
        try:
            entries, key = unsign_entries(request.POST["entries"], **who)
            outcome = save_entries(**who, entries=entries, ticks=set(request.POST.getlist("replace")), key=key)
        except ValidationError as error:
            for message in error.messages:
                messages.error(request, message)
            return redirect(request.path)
        if outcome.saved:
            messages.success(request, f"Đã ghi {outcome.saved} ô.")
        for reason in outcome.refused:
            messages.error(request, reason)
        if outcome.left:
            messages.warning(request, "Những ô dưới đây người khác đã ghi khác nên được giữ nguyên.")
            return self.preview(ReadForm(entries=outcome.left))
        if not outcome.saved:
            messages.info(request, "Không có ô nào thay đổi.")
        return redirect(request.path)

    def get_context_data(self, **kwargs):
        unit, quarter = self.object.organization, self.object.round.quarter
        kwargs.setdefault("form", FormUploadForm(report=self.object))
        return super().get_context_data(
            organization=unit,
            quarter=quarter,
            file_url=reverse("reports:form_file", args=[unit.code, quarter.code]),
            **kwargs,
        )
