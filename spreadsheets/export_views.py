"""Lists given out as spreadsheets, and the log of them."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods
from django.views.generic import ListView

from core.documents import XLSX_TYPE
from core.paginator import KeysetListMixin
from organizations.models import Organization
from organizations.scoping import ScopedMixin, require
from organizations.workplace import Workplace
from spreadsheets.export_forms import ExportForm
from spreadsheets.exporting import file_name
from spreadsheets.kinds import all_exports, exports_of
from spreadsheets.models import ExportLog

EXPORT, LOG = "spreadsheets.add_exportlog", "spreadsheets.view_exportlog"
TYPES = {ExportLog.Format.XLSX: XLSX_TYPE, ExportLog.Format.CSV: "text/csv; charset=utf-8"}


class ExportListView(ScopedMixin, KeysetListMixin, ListView):
    """What may be exported, and what was: one's own exports, and a manager's units'."""

    permission_required = EXPORT
    queryset = ExportLog.objects.select_related("user", "organization")
    template_name = "spreadsheets/export_list.html"
    paginate_by = 20

    def get_queryset(self):
        # Everybody exports, but only managers look at what others took.
        return self.queryset.allowed(self.request.user, LOG)

    def get_context_data(self, **kwargs):
        return super().get_context_data(exports=exports_of(self.request.user).values(), **kwargs)


@require_http_methods(["GET", "POST"])
def export_create(request, kind):
    """The form with what stands in the address; sent, it answers with the file."""
    require(request.user, EXPORT)
    export_class = all_exports().get(kind)
    if export_class is None:
        raise Http404
    require(request.user, export_class.permission)
    form = open_form(request, export_class)
    if form.is_valid() and (made := form.save()):
        file, log, export = made
        name = file_name(export, log)
        return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[log.format])
    asked_for = dict.fromkeys(export_class.on_request, True)
    export = export_class(user=request.user, organization=form.unit, choices=asked_for)
    return render(request, "spreadsheets/export_form.html", {"form": form, "export": export})


def open_form(request, export_class) -> ExportForm:
    """For the unit of the address, which must be within reach, else for the one worked for."""
    workplace = Workplace(request)
    unit = workplace.organization
    if code := request.GET.get("organization"):
        unit = get_object_or_404(Organization.objects.allowed(request.user, export_class.permission), code=code)
    return ExportForm(
        request.POST if request.method == "POST" else None,
        initial={**request.GET.dict(), "organization": unit.code if unit else ""},
        user=request.user,
        export=export_class,
        workplaces=workplace.organizations,
        unit=unit,
    )
