"""Campaigns: their list, one with its progress and donors, opened and corrected."""

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView

from core.charts import Chart, bar_ranking
from core.money import money_short, money_to_text
from core.numbers import decimal_to_text
from core.paginator import KeysetListMixin
from funds.forms import CampaignForm
from funds.gifts import Choice, Progress, parties_of, progress_of, sum_gifts
from funds.models import Campaign, Fund, Pledge
from funds.party_names import names_for
from funds.permissions import ADD_ENTRY, CHANGE_CAMPAIGN, CHANGE_PLEDGE, VIEW, VIEW_PARTY
from funds.views.places import FundFormView, campaign_tabs, make_crumbs
from organizations.scoping import ScopedMixin, holds_at
from organizations.views.places import UnitMixin

DONORS_SHOWN = 50
PLEDGES_SHOWN = 50
HISTORY_SHOWN = 20


def per_cent(progress: Progress, campaign: Campaign) -> str:
    """ "67,2%" of the target that has come in; empty where one of both is missing."""
    if progress.income is None or not campaign.target:
        return ""
    return f"{decimal_to_text(round(progress.income * 100 / campaign.target, 2))}%"


class CampaignListView(ScopedMixin, UnitMixin, KeysetListMixin, ListView):
    """The campaigns of a unit's funds and of everything below it, the newest first."""

    permission_required = VIEW
    model = Campaign
    template_name = "funds/campaign_list.html"
    paginate_by = 40

    def get_queryset(self):
        campaigns = super().get_queryset().select_related("fund__organization")
        if self.unit_ids is not None:
            campaigns = campaigns.filter(fund__organization__in=self.unit_ids)
        return campaigns.order_by("-starts_on", "pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        campaigns = list(context["object_list"])
        progress = progress_of(campaigns)
        rows = [(each, progress[each.pk], per_cent(progress[each.pk], each)) for each in campaigns]
        return context | {"rows": rows, "unit": self.unit, "units": self.units, "tabs": campaign_tabs(self.request)}


class CampaignDetailView(ScopedMixin, DetailView):
    permission_required = VIEW
    queryset = Campaign.objects.select_related("fund__organization")
    template_name = "funds/campaign_detail.html"
    context_object_name = "campaign"

    def get_context_data(self, **kwargs):
        campaign, user = self.object, self.request.user
        fund, unit = campaign.fund, campaign.fund.organization
        progress = progress_of([campaign])[campaign.pk]
        gifts = sum_gifts(Choice(fund, campaign=campaign))
        shown = gifts.donors[:DONORS_SHOWN]
        parties = parties_of(donor.key for donor in shown)
        names, sees_names = names_for(user, parties.values()), holds_at(user, VIEW_PARTY, unit)
        return super().get_context_data(
            fund=fund,
            progress=progress,
            reached=per_cent(progress, campaign),
            chart=chart_of(campaign, progress),
            gifts=gifts,
            donors=[(donor, names[donor.key]) for donor in shown],
            more=len(gifts.donors) - len(shown),
            pledges=self.pledges() if sees_names else None,
            sees_names=sees_names,
            may_change=holds_at(user, CHANGE_CAMPAIGN, unit),
            may_pledge=holds_at(user, CHANGE_PLEDGE, unit),
            may_book=holds_at(user, ADD_ENTRY, unit),
            crumbs=make_crumbs(fund, (campaign.name, "")),
            history=campaign.history.select_related("history_user")[:HISTORY_SHOWN],
            **kwargs,
        )

    def pledges(self) -> list[Pledge]:
        rows = Pledge.objects.filter(campaign=self.object).with_given().select_related("party")
        return list(rows.order_by("party__sort_key", "pk")[:PLEDGES_SHOWN])


def chart_of(campaign: Campaign, progress: Progress) -> Chart:
    """What came in and what is still promised, against the target; nothing booked is no bar."""
    reached = per_cent(progress, campaign)
    if progress.income is None:
        title = "Chưa ghi khoản ủng hộ nào"
    elif reached:
        title = f"Đã nhận {money_short(progress.income)}, đạt {reached} mục tiêu"
    else:
        title = f"Đã nhận {money_short(progress.income)}; đợt này không đặt mục tiêu"
    items = [("Đã nhận", progress.income)]
    if progress.waiting:
        items.append(("Đã hứa, còn chờ", progress.waiting))
    return bar_ranking(
        title=title,
        items=items,
        unit="đồng",
        target=campaign.target,
        label_format=lambda value: money_short(int(value)),
        heading="Khoản",
    )


class CampaignFormView(FundFormView):
    permission_required = CHANGE_CAMPAIGN
    form_class = CampaignForm
    submit_label = "Lưu đợt vận động"

    def tell(self, form):
        campaign = form.saved
        target = f", mục tiêu {money_to_text(campaign.target)}" if campaign.target else ""
        return f"Đã lưu đợt vận động “{campaign.name}”{target}."

    def next_address(self, form):
        return form.saved.get_absolute_url()


class CampaignCreateView(CampaignFormView):
    title = "Mở đợt vận động"

    def subject(self):
        return {"campaign": Campaign(fund=self.fund)}


class CampaignEditView(CampaignFormView):
    @cached_property
    def campaign(self) -> Campaign:
        campaigns = Campaign.objects.allowed(self.request.user, self.permission_required)
        return get_object_or_404(campaigns.select_related("fund__organization"), pk=self.kwargs["pk"])

    @cached_property
    def fund(self) -> Fund:
        return self.campaign.fund

    def subject(self):
        return {"campaign": self.campaign}

    def get_context_data(self, **kwargs):
        campaign = self.campaign
        here = (campaign.name, campaign.get_absolute_url())
        words = {"title": f"Sửa {campaign.name}", "cancel_url": campaign.get_absolute_url()}
        return super().get_context_data(**words, crumbs=make_crumbs(self.fund, here, ("Sửa", "")), **kwargs)
