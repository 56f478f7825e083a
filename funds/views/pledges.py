"""What donors promised, and what came of it."""

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from core.money import money_to_text
from core.paginator import KeysetListMixin
from funds.forms import PledgeFilterForm, PledgeForm, PledgeGiveUpForm
from funds.models import Campaign, Entry, Fund, Pledge
from funds.permissions import ADD_ENTRY, CHANGE_PLEDGE, VIEW_PARTY
from funds.pledges import resume_pledge
from funds.views.places import FundFormView, campaign_tabs, fund_url, make_crumbs
from organizations.scoping import ScopedMixin, holds_at, require
from organizations.views.places import UnitMixin

HISTORY_SHOWN = 20
LIST = ("Lời hứa ủng hộ", "funds:pledge_list")


class PledgeListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """The promises to the funds of a unit and everything below it, the newest first."""

    permission_required = VIEW_PARTY
    model = Pledge
    template_name = "funds/pledge_list.html"
    paginate_by = 50

    def get_queryset(self):
        self.filters = PledgeFilterForm(self.request.GET)
        pledges = super().get_queryset()
        if self.unit_ids is not None:
            pledges = pledges.filter(fund__organization__in=self.unit_ids)
        pledges = self.filters.filter(pledges.with_given())
        return pledges.select_related("party", "campaign", "fund__organization").order_by("-pledged_on", "pk")

    def get_context_data(self, **kwargs):
        facts = {"filters": self.filters, "unit": self.unit, "units": self.units, "tabs": campaign_tabs(self.request)}
        return super().get_context_data(**facts, **kwargs)


class PledgeDetailView(ScopedMixin, DetailView):
    permission_required = VIEW_PARTY
    queryset = Pledge.objects.select_related("fund__organization", "party__merged_into", "campaign")
    template_name = "funds/pledge_detail.html"
    context_object_name = "pledge"

    def get_queryset(self):
        return super().get_queryset().with_given()

    def get_context_data(self, **kwargs):
        pledge, user = self.object, self.request.user
        unit = pledge.fund.organization
        entries = Entry.objects.filter(pledge=pledge).select_related("fund", "category")
        here = (str(pledge.party), "")
        return super().get_context_data(
            fund=pledge.fund,
            entries=entries.order_by("date", "pk"),
            may_change=holds_at(user, CHANGE_PLEDGE, unit),
            may_book=holds_at(user, ADD_ENTRY, unit),
            book_url=book_url(pledge),
            crumbs=make_crumbs(pledge.fund, (LIST[0], reverse(LIST[1])), here),
            history=pledge.history.select_related("history_user")[:HISTORY_SHOWN],
            **kwargs,
        )


def book_url(pledge: Pledge) -> str:
    """Where a receipt of it is written."""
    return fund_url(pledge.fund, "entry_create", "in", pledge=pledge.pk)


class PledgeFormView(FundFormView):
    permission_required = CHANGE_PLEDGE
    form_class = PledgeForm
    template_name = "funds/entry_form.html"
    submit_label = "Lưu lời hứa"

    def tell(self, form):
        return f"Đã lưu lời hứa {money_to_text(form.saved.amount)} của {form.saved.party}."

    def next_address(self, form):
        return form.saved.get_absolute_url()


class PledgeCreateView(PledgeFormView):
    """``?campaign=``: the key of the campaign it belongs to."""

    title = "Ghi lời hứa ủng hộ"

    def get_initial(self):
        asked = self.request.GET.get("campaign", "")
        known = asked.isascii() and asked.isdigit() and len(asked) < 19
        campaign = Campaign.objects.filter(fund=self.fund, pk=asked).first() if known else None
        return {"campaign": campaign} if campaign else {}

    def subject(self):
        return {"pledge": Pledge(fund=self.fund)}


class PledgeMixin:
    """The promise of the address, for those who may change it."""

    permission_required = CHANGE_PLEDGE

    @cached_property
    def pledges(self):
        return Pledge.objects.allowed(self.request.user, CHANGE_PLEDGE)

    @cached_property
    def pledge(self) -> Pledge:
        pledges = self.pledges.select_related("fund__organization", "party", "campaign")
        return get_object_or_404(pledges, pk=self.kwargs["pk"])

    @cached_property
    def fund(self) -> Fund:
        return self.pledge.fund

    def get_context_data(self, **kwargs):
        pledge = self.pledge
        here = (str(pledge.party), pledge.get_absolute_url())
        crumbs = make_crumbs(self.fund, (LIST[0], reverse(LIST[1])), here, (self.title, ""))
        return super().get_context_data(crumbs=crumbs, cancel_url=pledge.get_absolute_url(), **kwargs)


class PledgeEditView(PledgeMixin, PledgeFormView):
    title = "Sửa lời hứa"

    def subject(self):
        return {"pledge": self.pledge}


class PledgeGiveUpView(PledgeMixin, FundFormView):
    form_class = PledgeGiveUpForm
    title = submit_label = "Thôi chờ"

    def subject(self):
        return {"pledge": self.pledge, "reach": self.pledges}

    def tell(self, form):
        return f"Đã ghi thôi chờ lời hứa của {form.saved.party}."

    def next_address(self, form):
        return form.saved.get_absolute_url()

    def get_context_data(self, **kwargs):
        given = Entry.objects.filter(pledge=self.pledge).aggregate(sum=Sum("amount"))["sum"]
        came = f"đã nhận {money_to_text(given)}" if given else "chưa nhận khoản nào"
        lead = f"{self.pledge.party} hứa {money_to_text(self.pledge.amount)}, {came}. Khoản đã nhận vẫn giữ nguyên."
        return super().get_context_data(lead=lead, **kwargs)


@require_POST
def pledge_resume(request, pk):
    """The donor spoke again: it is waited for as before."""
    require(request.user, CHANGE_PLEDGE)
    pledge = get_object_or_404(Pledge.objects.allowed(request.user, CHANGE_PLEDGE), pk=pk)
    resume_pledge(pledge=pledge, user=request.user)
    messages.success(request, "Lời hứa này lại được chờ như trước.")
    return redirect(pledge)
