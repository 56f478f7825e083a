"""The rounds of a province: opened, dated, closed by its office."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.views.generic import DetailView, ListView
from django.views.generic.detail import SingleObjectMixin

from core.vietnamese import date_to_text
from organizations.models import Organization
from organizations.scoping import ScopedMixin
from reports.lateness import tally_rounds, waiting_below
from reports.models import Report, ReportingRound
from reports.round_forms import DATED_LEVELS, ExceptionForm, RoundCloseForm, RoundDueDatesForm, RoundOpenForm
from reports.views.forms import ServiceFormView
from reports.views.quarters import quarter_or_404, report_or_404

PERMISSION = "reports.change_reportinground"
NAMED = 10


def provinces(user):
    """The provinces whose rounds the user opens and closes."""
    return Organization.objects.allowed(user, PERMISSION).filter(parent=None).alive().order_by("sort_key")


def round_url(round_: ReportingRound, name: str = "round_detail") -> str:
    return reverse(f"reports:{name}", args=[round_.root.code, round_.quarter.code])


class RoundListView(ScopedMixin, ListView):
    """Every opened quarter with its counts; few enough for one page: four a year."""

    permission_required = PERMISSION
    queryset = ReportingRound.objects.select_related("root").order_by("-quarter", "root__sort_key")
    template_name = "reports/round_list.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rounds = context["object_list"]
        tallies = tally_rounds(rounds)
        rows = [(round_, tallies[round_.pk]) for round_ in rounds]
        return context | {"rows": rows, "roots": list(provinces(self.request.user))}


class RoundOpenView(ServiceFormView):
    permission_required = PERMISSION
    form_class = RoundOpenForm
    title = "Mở kỳ báo cáo"
    submit_label = "Mở kỳ báo cáo"

    def get_queryset(self):
        roots = provinces(self.request.user)
        if not roots.exists():
            raise Http404("Kỳ báo cáo do hội cấp tỉnh mở.")
        return roots

    def tell(self, form):
        self.round, added = form.saved
        return f"Đã mở {self.round.quarter.label}: {added} đơn vị có báo cáo để nhập số liệu."

    def get_success_url(self):
        return round_url(self.round)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            lead="Mỗi đơn vị có báo cáo hằng quý, còn hoạt động vào ngày cuối quý, sẽ có một báo cáo để nhập số liệu.",
            crumbs=[("Kỳ báo cáo", reverse("reports:round_list")), (self.title, "")],
            cancel_url=reverse("reports:round_list"),
            **kwargs,
        )


class RoundMixin(ScopedMixin, SingleObjectMixin):
    """The round of the address, when its province is within reach."""

    permission_required = PERMISSION
    queryset = ReportingRound.objects.select_related("root")
    context_object_name = "round"

    def get_object(self, queryset=None):
        quarter = quarter_or_404(self.kwargs)
        return get_object_or_404(self.get_queryset(), root__code=self.kwargs["code"], quarter=quarter)

    def crumbs(self, *last):
        return [("Kỳ báo cáo", reverse("reports:round_list")), *last]


class RoundDetailView(RoundMixin, DetailView):
    """Due dates, counts, what was changed and which units may still hand in."""

    template_name = "reports/round_detail.html"

    def get_context_data(self, **kwargs):
        round_ = self.object
        exceptions = round_.reports.filter(open_until__isnull=False).select_related("organization", "round")
        return super().get_context_data(
            crumbs=self.crumbs((capfirst(round_.quarter.label), "")),
            tally=tally_rounds([round_])[round_.pk],
            due_dates=[(level.label, round_.due_of(level)) for level in DATED_LEVELS if level in round_.due_by_level],
            exceptions=exceptions.order_by("-open_until", "organization__sort_key"),
            changes=round_.history.select_related("history_user"),
            **kwargs,
        )


class RoundChangeView(RoundMixin, ServiceFormView):
    """One change of one round."""

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"round_": self.object}

    def get_success_url(self):
        return round_url(self.object)

    def get_context_data(self, **kwargs):
        quarter, back = self.object.quarter.label, round_url(self.object)
        return super().get_context_data(
            title=self.title.format(quarter=quarter),
            crumbs=self.crumbs((capfirst(quarter), back), (self.submit_label, "")),
            cancel_url=back,
            **kwargs,
        )


class RoundDueDatesView(RoundChangeView):
    form_class = RoundDueDatesForm
    title = "Hạn nộp {quarter}"
    submit_label = "Lưu hạn nộp"

    def get_object(self, queryset=None):
        round_ = super().get_object(queryset)
        if round_.is_closed:
            raise Http404("Kỳ đã đóng.")
        return round_

    def tell(self, form):
        _, added = form.saved
        more = f" Bổ sung {added} đơn vị mới ghi nhận." if added else " Không có đơn vị nào phải bổ sung."
        return f"Đã lưu hạn nộp.{more}"

    def get_context_data(self, **kwargs):
        lead = "Lưu trang này cũng bổ sung báo cáo cho những đơn vị được ghi nhận sau khi mở kỳ."
        return super().get_context_data(lead=lead, **kwargs)


class RoundCloseView(RoundChangeView):
    form_class = RoundCloseForm
    template_name = "generic/confirm.html"
    title = "Đóng {quarter}?"
    submit_label = "Đóng kỳ báo cáo"

    def tell(self, form):
        return f"Đã đóng {self.object.quarter.label}. Đơn vị nào cần nộp muộn thì cho ngoại lệ ở danh sách chưa nộp."

    def get_context_data(self, **kwargs):
        return super().get_context_data(consequences=self.consequences(), danger=True, **kwargs)

    def consequences(self) -> list[str]:
        own = self.object.reports.filter(organization=self.object.root).first()
        waiting = waiting_below(own, self.request.user).select_related("organization") if own else []
        names = [report.organization.short_name for report in waiting]
        more = f" và {len(names) - NAMED} đơn vị khác" if len(names) > NAMED else ""
        missing = f"Còn {len(names)} đơn vị chưa nộp: {', '.join(names[:NAMED])}{more}."
        return [
            missing if names else "Mọi đơn vị cấp dưới đã nộp.",
            "Không đơn vị nào nhập hay nộp số liệu của quý này được nữa, kể cả báo cáo bị trả lại.",
            "Báo cáo đã nộp vẫn duyệt được.",
            "Kỳ đã đóng không mở lại được; chỉ cho ngoại lệ từng đơn vị, có ngày cuối và lý do.",
        ]


class ReportExceptionView(ServiceFormView):
    """Lets one unit hand in after the closing; the province's office decides."""

    permission_required = PERMISSION
    form_class = ExceptionForm
    submit_label = "Cho nộp muộn"

    def get_queryset(self):
        rounds = ReportingRound.objects.allowed(self.request.user, PERMISSION).filter(closed_at__isnull=False)
        # Also what was handed in: returning it gives it back to be entered.
        reports = Report.objects.filter(round__in=rounds).exclude(status=Report.Status.ACCEPTED)
        return reports.select_related("organization", "round__root")

    @cached_property
    def report(self) -> Report:
        return report_or_404(self.get_queryset(), self.kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"report": self.report}

    def tell(self, form):
        until = date_to_text(form.saved.open_until)
        return f"{self.report.organization.short_name} được nhập và nộp đến hết ngày {until}."

    def get_success_url(self):
        return round_url(self.report.round)

    def get_context_data(self, **kwargs):
        round_ = self.report.round
        quarter, closed = round_.quarter.label, date_to_text(timezone.localdate(round_.closed_at))
        return super().get_context_data(
            title=f"Cho {self.report.organization.short_name} nộp muộn {quarter}",
            lead=f"Kỳ đã đóng từ {closed}. Chỉ đơn vị này được nhập và nộp, đến hết ngày ghi ở đây.",
            crumbs=[
                ("Kỳ báo cáo", reverse("reports:round_list")),
                (capfirst(quarter), round_url(round_)),
                (self.submit_label, ""),
            ],
            cancel_url=round_url(round_),
            **kwargs,
        )
