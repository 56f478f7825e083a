"""Guidance from the units above: told, read, withdrawn."""

from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, View
from django.views.generic.detail import SingleObjectMixin

from core.attachments import content_type
from core.paginator import PRINTED_ROWS, KeysetListMixin, PrintMixin
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds
from organizations.workplace import Workplace
from reports.guidance import mark_read, readers_of, units_below, units_without_reader
from reports.guidance_forms import GuidanceForm, WithdrawForm
from reports.models import Guidance, GuidanceReading
from reports.views.forms import ServiceFormView

CHANGE = "reports.change_guidance"
SHOWN = 50


class GuidanceMixin(ScopedMixin):
    """What the user is to read, and what they answer for."""

    permission_required = "reports.view_report"
    model = Guidance
    context_object_name = "guidance"

    def get_queryset(self):
        return Guidance.objects.visible(self.request.user).select_related("organization", "author")


class GuidanceListView(GuidanceMixin, KeysetListMixin, ListView):
    template_name = "reports/guidance_list.html"
    paginate_by = 20

    def get_queryset(self):
        mine = GuidanceReading.objects.filter(guidance=OuterRef("pk"), user=self.request.user)
        return super().get_queryset().annotate(is_read=Exists(mine)).order_by("-published_at", "-pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        shown = [guidance.pk for guidance in context["page_obj"]]
        unread = Guidance.objects.addressed_to(self.request.user).unread(self.request.user).filter(pk__in=shown)
        return context | {
            "unread": set(unread.values_list("pk", flat=True)),
            "may_write": holds(self.request.user, CHANGE),
        }


class GuidanceDetailView(GuidanceMixin, PrintMixin, DetailView):
    template_name = "reports/guidance_detail.html"

    def get_context_data(self, **kwargs):
        user, guidance = self.request.user, self.object
        answers = Guidance.objects.allowed(user, CHANGE).filter(pk=guidance.pk).exists()
        return super().get_context_data(
            is_unread=Guidance.objects.addressed_to(user).unread(user).filter(pk=guidance.pk).exists(),
            reading=guidance.readings.filter(user=user).first(),
            may_withdraw=answers and not guidance.is_withdrawn,
            crumbs=[("Hướng dẫn", reverse("reports:guidance_list")), (guidance.title, "")],
            **(self.readership() if answers else {}),
            **kwargs,
        )

    def readership(self) -> dict:
        """Who has read it and whom to telephone, for those who answer for it."""
        silent = units_without_reader(self.object)
        shown = silent.select_related("parent").order_by("sort_key")
        return {
            "answers": True,
            "readers": readers_of(self.object, SHOWN),
            "reader_count": self.object.readings.count(),
            "unit_count": units_below(self.object).count(),
            "silent_count": silent.count(),
            "silent_units": shown[: PRINTED_ROWS if self.printing else SHOWN],
        }


class GuidanceReadView(GuidanceMixin, SingleObjectMixin, View):
    """The button “Đã đọc”; only for whom it is meant."""

    http_method_names = ["post"]

    def get_queryset(self):
        return Guidance.objects.addressed_to(self.request.user)

    def post(self, request, pk):
        guidance = self.get_object()
        mark_read(guidance, request.user)
        return redirect(guidance)


class GuidanceFileView(GuidanceMixin, SingleObjectMixin, View):
    """The attached file, always as a download."""

    http_method_names = ["get", "head"]

    def get(self, request, pk):
        guidance = self.get_object()
        try:
            stream = guidance.file.open("rb")
        except (ValueError, FileNotFoundError) as error:
            raise Http404("Hướng dẫn này không có tệp.") from error
        name = guidance.file_name
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
        return FileResponse(
            stream, as_attachment=True, filename=name, content_type=content_type(guidance.file.name), headers=headers
        )


class GuidanceCreateView(ServiceFormView):
    permission_required = CHANGE
    form_class = GuidanceForm
    title = "Gửi hướng dẫn"
    submit_label = "Gửi hướng dẫn"

    def get_queryset(self):
        mine = [unit.pk for unit in Workplace(self.request).organizations]
        return Organization.objects.allowed(self.request.user, CHANGE).filter(pk__in=mine).order_by("sort_key")

    def tell(self, form):
        self.guidance = form.saved
        return "Đã gửi. Mọi người được phân công ở đơn vị và các đơn vị cấp dưới thấy hướng dẫn này từ bây giờ."

    def get_success_url(self):
        return self.guidance.get_absolute_url()

    def get_context_data(self, **kwargs):
        back = reverse("reports:guidance_list")
        return super().get_context_data(
            lead="Gửi đến mọi người được phân công ở đơn vị của ông/bà và ở các đơn vị cấp dưới.",
            crumbs=[("Hướng dẫn", back), (self.title, "")],
            cancel_url=back,
            **kwargs,
        )


class GuidanceWithdrawView(ServiceFormView):
    permission_required = CHANGE
    form_class = WithdrawForm
    template_name = "generic/confirm.html"
    submit_label = "Rút hướng dẫn"

    def get_queryset(self):
        return Guidance.objects.allowed(self.request.user, CHANGE)

    @cached_property
    def guidance(self) -> Guidance:
        found = self.get_queryset().published().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404("Không có hướng dẫn này.")
        return found

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"guidance": self.guidance}

    def tell(self, form):
        return "Đã rút hướng dẫn."

    def get_success_url(self):
        return self.guidance.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=f"Rút hướng dẫn “{self.guidance.title}”?",
            consequences=[
                "Các đơn vị không còn thấy hướng dẫn và tệp kèm theo.",
                "Ông/bà vẫn xem lại được nội dung và biết ai đã đọc.",
                "Hướng dẫn đã rút không gửi lại được; muốn sửa thì gửi hướng dẫn mới.",
            ],
            cancel_url=self.guidance.get_absolute_url(),
            danger=True,
            **kwargs,
        )
