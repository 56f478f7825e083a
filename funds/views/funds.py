"""Funds: the list, one fund, and what a manager changes of it."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView, TemplateView

from core.paginator import KeysetListMixin
from funds.closing import Booked, booked_on, next_to_close
from funds.forms import AccountForm, FundCreateForm, FundEditForm, OpeningForm
from funds.gifts import Progress, progress_of
from funds.models import Account, Campaign, Entry, Fund
from funds.permissions import ADD_ENTRY, CHANGE, VIEW, VIEW_DUES, rights_at
from funds.standing import money_and_things, split_principal, standings, unbooked_dues
from funds.views.places import FundFormView, FundMixin, fund_tabs, fund_url, list_tabs, make_crumbs
from organizations.scoping import ScopedMixin, holds_at
from organizations.views.places import NearMixin, UnitMixin

NEWEST_SHOWN = 10
CAMPAIGNS_SHOWN = 5
HISTORY_SHOWN = 20


class FundListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """The funds of a unit and everything below it."""

    permission_required = VIEW
    model = Fund
    template_name = "funds/fund_list.html"
    paginate_by = 50

    def get_queryset(self):
        funds = super().get_queryset().select_related("organization")
        if self.unit_ids is not None:
            funds = funds.filter(organization__in=self.unit_ids)
        return funds.order_by("organization__sort_key", "organization_id", "name", "pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        funds, user = list(context["object_list"]), self.request.user
        stand = standings(funds)
        may_add = self.unit and not self.unit.is_dissolved and holds_at(user, CHANGE, self.unit)
        return context | {
            "rows": [(fund, stand[fund.pk]) for fund in funds],
            "unit": self.unit,
            "units": self.units,
            "may_add": may_add,
            "tabs": list_tabs(self.request),
        }


@dataclass(frozen=True)
class Step:
    """Something that waits to be done in a fund, with the way there."""

    words: str
    url: str
    label: str


class FundDetailView(FundMixin, TemplateView):
    template_name = "funds/fund_detail.html"

    def get_context_data(self, **kwargs):
        fund, user = self.fund, self.request.user
        today = timezone.localdate()
        rows = booked_on(fund, today)
        rights = rights_at(user, fund.organization)
        kinds: dict[str, int] = {}
        for row in rows:
            if row.entries:
                kinds[row.account.kind] = kinds.get(row.account.kind, 0) + row.balance
        money, things = money_and_things(kinds)
        newest = Entry.objects.filter(fund=fund).select_related("category", "account", "party", "fund")
        return super().get_context_data(
            crumbs=make_crumbs(fund),
            tabs=fund_tabs(self.request, fund),
            rows=rows,
            money=money,
            things=things,
            split=split_principal(fund),
            steps=self.steps(rows, rights),
            rights=rights,
            campaigns=self.campaigns(),
            newest=newest.order_by("-date", "-pk")[:NEWEST_SHOWN],
            history=fund.history.select_related("history_user")[:HISTORY_SHOWN],
            **kwargs,
        )

    def campaigns(self) -> list[tuple[Campaign, Progress]]:
        """The newest, each with how far it is."""
        campaigns = list(self.fund.campaigns.order_by("-starts_on", "pk")[:CAMPAIGNS_SHOWN])
        progress = progress_of(campaigns)
        return [(campaign, progress[campaign.pk]) for campaign in campaigns]

    def steps(self, rows: list[Booked], rights: dict[str, bool]) -> list[Step]:
        """What comes next, for those who may do it."""
        fund, steps = self.fund, []
        if rights["add"] and not any(row.entries for row in rows):
            words = "Sổ chưa ghi khoản nào. Nếu quỹ có tiền từ trước, hãy ghi số dư mang sang."
            steps.append(Step(words, fund_url(fund, "fund_opening"), "Ghi số dư mang sang"))
        if rights["add"] and (number := unbooked_dues(fund, self.request.user, VIEW_DUES).count()):
            words = f"{number} đợt nộp hội phí đã chốt, chưa vào sổ quỹ nào."
            steps.append(Step(words, fund_url(fund, "dues_book"), "Ghi hội phí"))
        last_day = next_to_close(fund)
        if rights["close"] and last_day < timezone.localdate() and fund.closed_on is None:
            words = f"Tháng {last_day.month}/{last_day.year} đã hết, chưa khóa sổ."
            label = f"Khóa sổ tháng {last_day.month}/{last_day.year}"
            steps.append(Step(words, fund_url(fund, "month_close"), label))
        return steps


class FundCreateView(ScopedMixin, NearMixin, FormView):
    """``?organization=CODE`` presets the unit."""

    permission_required = CHANGE
    form_class = FundCreateForm
    template_name = "generic/form.html"

    def get_initial(self):
        return {"organization": self.near.code if self.near else ""}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã mở sổ quỹ “{form.saved.name}”.")
        return redirect(fund_url(form.saved))

    def get_context_data(self, **kwargs):
        back = reverse("funds:fund_list")
        lead = "Quỹ có sẵn tài khoản tiền mặt, tiền gửi ngân hàng và hiện vật; thêm tài khoản khác về sau."
        words = {"title": "Mở sổ quỹ mới", "submit_label": "Mở sổ quỹ", "lead": lead}
        crumbs = [("Quỹ", back), ("Mở sổ quỹ mới", "")]
        return super().get_context_data(**words, crumbs=crumbs, cancel_url=back, **kwargs)


class FundEditView(FundFormView):
    permission_required = CHANGE
    form_class = FundEditForm
    title, submit_label, done = "Sửa thông tin quỹ", "Lưu thông tin quỹ", "Đã lưu thông tin quỹ."


class OpeningView(FundFormView):
    """What the fund had on its first day, written or put right."""

    permission_required = ADD_ENTRY
    form_class = OpeningForm
    title, submit_label = "Số dư mang sang", "Ghi số dư mang sang"

    def tell(self, form):
        return "Đã ghi số dư mang sang." if form.saved else "Số dư mang sang vẫn như cũ, không ghi gì thêm."

    def get_context_data(self, **kwargs):
        day = self.fund.opened_on
        lead = (
            f"Quỹ có bao nhiêu tiền vào đầu ngày {day:%d/%m/%Y}, ngày mở sổ. Số đã ghi sai thì sổ ghi đảo rồi ghi lại "
            "cho đúng, cùng ngày ấy; số cũ vẫn thấy trong sổ."
        )
        return super().get_context_data(lead=lead, **kwargs)


class AccountFormView(FundFormView):
    permission_required = CHANGE
    form_class = AccountForm
    submit_label, done = "Lưu tài khoản", "Đã lưu tài khoản."

    @property
    def account(self) -> Account:
        raise NotImplementedError

    def subject(self):
        return {"account": self.account}


class AccountCreateView(AccountFormView):
    title = "Thêm tài khoản"

    @cached_property
    def account(self):
        return Account(fund=self.fund)


class AccountEditView(AccountFormView):
    title = "Sửa tài khoản"

    @cached_property
    def account(self):
        accounts = Account.objects.allowed(self.request.user, self.permission_required)
        return get_object_or_404(accounts.select_related("fund__organization"), pk=self.kwargs["pk"])

    @cached_property
    def fund(self) -> Fund:
        return self.account.fund
