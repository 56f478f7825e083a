"""Closed months and years of a fund: the list, closing the next, opening one again."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView

from core.paginator import KeysetListMixin
from core.vietnamese import date_to_text
from funds.closing import next_to_close
from funds.forms import MonthCloseForm, ReopenForm, YearCloseForm
from funds.ledger import closed_until
from funds.models import Closing, Fund
from funds.permissions import CLOSE, REOPEN, VIEW
from funds.views.places import FundFormView, FundMixin, fund_tabs, fund_url, make_crumbs
from organizations.models import Organization
from organizations.scoping import ScopedMixin, governed, holds, holds_at


def name_of(closing: Closing) -> str:
    """ "tháng 3/2024" or "năm 2024"."""
    day = closing.last_day
    return f"tháng {day.month}/{day.year}" if closing.period == Closing.Period.MONTH else f"năm {day.year}"


def year_to_close(fund: Fund) -> int | None:
    """The first year whose December is closed and that is not; two queries."""
    closed = closed_until(fund)
    years = set(
        Closing.objects.in_force()
        .filter(fund=fund, period=Closing.Period.YEAR)
        .values_list("last_day__year", flat=True)
    )
    last = 0 if closed is None else closed.year if (closed.month, closed.day) == (12, 31) else closed.year - 1
    return next((year for year in range(fund.opened_on.year, last + 1) if year not in years), None)


def may_reopen(user, organization: Organization) -> bool:
    """Whether the user holds the right at the level above the unit; of the top only a superuser does."""
    return holds(user, REOPEN) and governed(user, REOPEN).filter(pk=organization.pk).exists()


class ClosingListView(FundMixin, KeysetListMixin, ListView):
    model = Closing
    template_name = "funds/closing_list.html"
    paginate_by = 36

    def get_queryset(self):
        closings = Closing.objects.filter(fund=self.fund).select_related("closed_by", "reopened_by")
        return closings.order_by("-last_day", "-pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        fund = self.fund
        may_close = holds_at(self.request.user, CLOSE, fund.organization)
        day = next_to_close(fund)
        return context | {
            "crumbs": make_crumbs(fund, ("Khóa sổ", "")),
            "tabs": fund_tabs(self.request, fund),
            "rows": [(closing, name_of(closing)) for closing in context["object_list"]],
            "may_close": may_close,
            "next_month": f"{day.month}/{day.year}",
            "is_over": day < timezone.localdate(),
            "next_year": str(year_to_close(fund) or "") if may_close else "",
        }


class ClosingMixin(ScopedMixin):
    permission_required = VIEW

    @cached_property
    def closing(self) -> Closing:
        closings = Closing.objects.allowed(self.request.user, self.permission_required)
        rows = closings.select_related("fund__organization", "closed_by", "reopened_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def fund(self) -> Fund:
        return self.closing.fund


class ClosingDetailView(ClosingMixin, DetailView):
    template_name = "funds/closing_detail.html"
    context_object_name = "closing"

    def get_object(self, queryset=None):
        return self.closing

    def get_context_data(self, **kwargs):
        closing = self.closing
        list_url = fund_url(self.fund, "closing_list")
        reopened = closing.reopened_at is not None
        return super().get_context_data(
            fund=self.fund,
            name=name_of(closing),
            balances=list(closing.balances.select_related("account").order_by("account_id")),
            may_reopen=not reopened and may_reopen(self.request.user, self.fund.organization),
            crumbs=make_crumbs(self.fund, ("Khóa sổ", list_url), (name_of(closing), "")),
            **kwargs,
        )


class MonthCloseView(FundFormView):
    """Book balances beside what was counted; "check" shows the difference, "close" closes."""

    permission_required = CLOSE
    form_class = MonthCloseForm
    template_name = "funds/month_close.html"

    def form_valid(self, form):
        if "check" in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form, checked=True))
        return super().form_valid(form)

    def tell(self, form):
        return f"Đã khóa sổ {name_of(form.saved)}."

    def next_address(self, form):
        return fund_url(self.fund, "closing_list")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        day: date = context["form"].day
        title = f"Khóa sổ tháng {day.month}/{day.year}"
        list_url = fund_url(self.fund, "closing_list")
        return context | {
            "title": title,
            "submit_label": title,
            "last_day": day,
            "is_over": day < timezone.localdate(),
            "cancel_url": list_url,
            "crumbs": make_crumbs(self.fund, ("Khóa sổ", list_url), (title, "")),
        }


class YearCloseView(FundFormView):
    permission_required = CLOSE
    form_class = YearCloseForm
    template_name = "generic/confirm.html"

    @cached_property
    def year(self) -> int | None:
        return year_to_close(self.fund)

    def get(self, request, *args, **kwargs):
        if self.year is None:
            messages.info(request, "Chưa có năm nào để khóa: năm chỉ khóa được khi đã khóa sổ tháng 12.")
            return redirect(fund_url(self.fund, "closing_list"))
        return super().get(request, *args, **kwargs)

    def subject(self):
        return {"fund": self.fund, "year": self.year}

    def tell(self, form):
        return f"Đã khóa sổ {name_of(form.saved)}."

    def next_address(self, form):
        return fund_url(self.fund, "closing_list")

    def get_context_data(self, **kwargs):
        list_url = fund_url(self.fund, "closing_list")
        consequences = ["Muốn mở lại tháng nào trong năm thì phải mở lại năm trước, và phải có lý do."]
        words = {"title": f"Khóa sổ năm {self.year or ''}?", "submit_label": "Khóa sổ năm"}
        crumbs = make_crumbs(self.fund, ("Khóa sổ", list_url), ("Khóa sổ năm", ""))
        more = {"consequences": consequences, "cancel_url": list_url, "crumbs": crumbs}
        return super().get_context_data(**kwargs) | words | more


class ClosingReopenView(ClosingMixin, FundFormView):
    """For somebody who holds the right at the level above the fund's unit."""

    permission_required = REOPEN
    form_class = ReopenForm
    template_name = "generic/confirm.html"
    submit_label = "Mở lại sổ"

    @cached_property
    def reach(self):
        above = governed(self.request.user, self.permission_required)
        closings = Closing.objects.allowed(self.request.user, self.permission_required)
        return closings.filter(fund__organization__in=above.order_by().values("pk"))

    def subject(self):
        if not self.reach.filter(pk=self.closing.pk).exists():
            raise PermissionDenied("Mở lại sổ là việc của cấp trên của đơn vị giữ quỹ.")
        return {"closing": self.closing}

    def tell(self, form):
        return f"Đã mở lại {name_of(self.closing)}, cả thảy {len(form.saved)} lần khóa sổ."

    def next_address(self, form):
        return fund_url(self.fund, "closing_list")

    def get_context_data(self, **kwargs):
        closing, list_url = self.closing, fund_url(self.fund, "closing_list")
        name = name_of(closing)
        consequences = [
            f"Mọi lần khóa sổ từ {date_to_text(closing.last_day)} trở đi cũng mở ra, phải khóa lại từng tháng.",
            "Lần khóa sổ cũ vẫn được giữ, có ghi ai mở lại, khi nào, vì sao.",
        ]
        words = {"title": f"Mở lại sổ {name} của {self.fund.name}?", "cancel_url": list_url, "danger": True}
        crumbs = make_crumbs(self.fund, ("Khóa sổ", list_url), (f"Mở lại {name}", ""))
        return super().get_context_data(**kwargs) | words | {"consequences": consequences, "crumbs": crumbs}
