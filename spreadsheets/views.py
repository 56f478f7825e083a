from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import DetailView, ListView

from core.documents import XLSX_TYPE
from core.paginator import KeysetListMixin
from organizations.scoping import ScopedMixin, require
from organizations.workplace import Workplace
from spreadsheets.forms import UploadForm
from spreadsheets.kinds import all_kinds, exports_of, kinds_of
from spreadsheets.models import ImportBatch
from spreadsheets.services import apply_batch
from spreadsheets.writing import template_workbook

PERMISSION = "spreadsheets.add_importbatch"


class BatchListView(ScopedMixin, KeysetListMixin, ListView):
    """What may be imported, and what was."""

    permission_required = PERMISSION
    queryset = ImportBatch.objects.select_related("user").defer("problems", "warnings", "samples")
    template_name = "spreadsheets/batch_list.html"
    paginate_by = 20

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(kinds=kinds_of(user).values(), exports=exports_of(user), **kwargs)


class BatchDetailView(ScopedMixin, DetailView):
    """The preview of a checked file, and afterwards what became of it."""

    permission_required = PERMISSION
    queryset = ImportBatch.objects.select_related("user", "organization")
    template_name = "spreadsheets/batch_detail.html"
    context_object_name = "batch"


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


@require_POST
def batch_apply(request, pk):
    require(request.user, PERMISSION)
    batch = get_object_or_404(ImportBatch.objects.allowed(request.user, PERMISSION), pk=pk)
    try:
        batch = apply_batch(batch=batch, user=request.user, partial="partial" in request.POST)
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


@require_GET
def batch_refused(request, pk):
    """The refused rows as Excel, each with its reason."""
    require(request.user, PERMISSION)
    batch = get_object_or_404(ImportBatch.objects.allowed(request.user, PERMISSION), pk=pk)
    if not batch.refused_file:
        raise Http404
    name = slugify(batch.original_name.rsplit(".", 1)[0]) or "bang"
    stream = batch.refused_file.open("rb")
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
