from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import DetailView, ListView

from core.documents import XLSX_TYPE
from core.paginator import KeysetListMixin
from core.sheets import column_letter
from organizations.scoping import ScopedMixin, require
from organizations.workplace import Workplace
from spreadsheets.forms import LISTED_HEADINGS, ColumnsForm, UploadForm
from spreadsheets.kinds import all_kinds, exports_of, kinds_of
from spreadsheets.models import ImportBatch
from spreadsheets.scoping import may_take_refused
from spreadsheets.services import apply_batch, request_apply, request_undo, undo_batch
from spreadsheets.services.batches import DAMAGED
from spreadsheets.writing import template_workbook

PERMISSION = "spreadsheets.add_importbatch"


class BatchListView(ScopedMixin, KeysetListMixin, ListView):
    """What may be imported, and what was."""

    permission_required = PERMISSION
    queryset = ImportBatch.objects.select_related("user").defer("problems", "warnings", "samples", "headings", "marks")
    template_name = "spreadsheets/batch_list.html"
    paginate_by = 20

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(kinds=kinds_of(user).values(), exports=exports_of(user), **kwargs)


class BatchDetailView(ScopedMixin, DetailView):
    """The preview of a checked file, and afterwards what became of it."""

    permission_required = PERMISSION
    queryset = ImportBatch.objects.select_related("user", "organization", "job")
    template_name = "spreadsheets/batch_detail.html"
    context_object_name = "batch"

    def get_context_data(self, **kwargs):
        may_take = may_take_refused(self.request.user, self.object)
        return super().get_context_data(may_take_refused=may_take, **kwargs)


@require_http_methods(["GET", "POST"])
def batch_create(request):
    require(request.user, PERMISSION)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        initial={"kind": request.GET.get("kind")},
        user=request.user,
        kinds=kinds_of(request.user),
        organizations=Workplace(request).organizations,
    )
    if form.is_valid() and (batch := form.save()):
        return redirect(batch)
    return render(request, "spreadsheets/batch_form.html", {"form": form})


def find_batch(request, pk) -> ImportBatch:
    """A batch that the user may work with; what is out of reach is 404."""
    require(request.user, PERMISSION)
    batches = ImportBatch.objects.select_related("user", "organization", "job")
    return get_object_or_404(batches.allowed(request.user, PERMISSION), pk=pk)


@require_GET
def batch_progress(request, pk):
    """How far the job of a file is; once it has ended, the whole page is asked for anew."""
    batch = find_batch(request, pk)
    response = render(request, "spreadsheets/partials/progress.html", {"batch": batch})
    if not batch.is_worked_on:
        response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "POST"])
def batch_columns(request, pk):
    """Under foreign headings: which column of the file is which of ours."""
    batch = find_batch(request, pk)
    if not batch.may_be_mapped or not batch.headings:
        messages.info(request, "Tệp này không còn chọn lại cột được. Hãy tải tệp lên lại.")
        return redirect(batch)
    form = ColumnsForm(request.POST or None, batch=batch, user=request.user)
    if form.is_valid() and (mapped := form.save()):
        return redirect(mapped)
    headings = batch.headings["headings"]
    # By name: PostgreSQL keeps the keys of JSON in an order of its own.
    found = zip(headings, batch.headings["examples"], strict=True)
    columns = [(column_letter(place), *each) for place, each in enumerate(found)]
    context = {
        "batch": batch,
        "form": form,
        "columns": columns[:LISTED_HEADINGS],
        "more": len(headings) - LISTED_HEADINGS,
    }
    return render(request, "spreadsheets/batch_columns.html", context)


@require_POST
def batch_apply(request, pk):
    batch, partial = find_batch(request, pk), "partial" in request.POST
    try:
        batch = request_apply(batch=batch, user=request.user, partial=partial)
        if batch.is_worked_on:
            return redirect(batch)
        batch = apply_batch(batch=batch, user=request.user, partial=partial)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return redirect(batch)
    if batch.status == ImportBatch.Status.APPLIED:
        messages.success(request, "Đã ghi vào sổ.")
    else:
        messages.error(
            request, "Số liệu đã thay đổi từ lúc kiểm tra, nên chưa ghi gì. Xem lại rồi tải tệp lên lần nữa."
        )
    return redirect(batch)


def undo_question(batch: ImportBatch) -> dict:
    return {
        "title": f"Hoàn tác tệp “{batch.original_name}”?",
        "text": "Cả tệp được hoàn tác một lần.",
        "consequences": [
            "Dòng do tệp thêm vào được xoá; dòng do tệp sửa trở lại như trước.",
            "Dòng đã được sửa hoặc dùng ở nơi khác từ đó được giữ nguyên và liệt kê.",
        ],
        "submit_label": "Hoàn tác cả tệp",
        "cancel_url": batch.get_absolute_url(),
        "danger": True,
    }


@require_http_methods(["GET", "POST"])
def batch_undo(request, pk):
    """Take a whole file back, after one question."""
    batch = find_batch(request, pk)
    if request.method == "GET":
        if not batch.may_be_undone:
            return redirect(batch)
        return render(request, "generic/confirm.html", undo_question(batch))
    try:
        batch = request_undo(batch=batch, user=request.user)
        if not batch.is_worked_on:
            batch = undo_batch(batch=batch, user=request.user)
            messages.success(request, "Đã hoàn tác tệp này.")
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    return redirect(batch)


@require_GET
def batch_refused(request, pk):
    """The refused rows as Excel, each with its reason."""
    batch = find_batch(request, pk)
    if not batch.refused_file or not may_take_refused(request.user, batch):
        raise Http404
    name = slugify(batch.original_name.rsplit(".", 1)[0]) or "bang"
    try:
        stream = batch.refused_file.open("rb")
    except OSError:
        messages.error(request, DAMAGED)
        return redirect(batch)
    return FileResponse(stream, as_attachment=True, filename=f"{name}-bi-tu-choi.xlsx", content_type=XLSX_TYPE)


@require_GET
def kind_template(request, kind):
    """An empty spreadsheet with the headings of the kind."""
    require(request.user, PERMISSION)
    sheet = all_kinds().get(kind)
    if sheet is None:
        raise Http404
    require(request.user, sheet.permission)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.xlsx"'}
    return HttpResponse(template_workbook(sheet), content_type=XLSX_TYPE, headers=headers)
