"""Rates of dues: the list of one's own units, adding one, correcting one that is not in use."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView

from core.paginator import KeysetListMixin
from members.dues_forms import RateForm
from members.dues_rates import shares_by_level
from members.models import DuesCollection, DuesRate
from members.views.dues import CHANGE_RATE, VIEW, may, unit_or_404
from organizations.models import Level
from organizations.scoping import ScopedMixin, holds
from organizations.workplace import Workplace


def shares_in_words(rate: DuesRate) -> str:
    """ "chi hội, ban, tổ 50%, cấp xã 50%"."""
    return ", ".join(f"{Level(level).label} {share}%" for level, share in shares_by_level(rate).items())


class RateListView(ScopedMixin, KeysetListMixin, ListView):
    permission_required = VIEW
    template_name = "members/dues_rate_list.html"
    paginate_by = 50
    confirmed = DuesCollection.objects.confirmed().filter(rate=OuterRef("pk"))
    queryset = (
        DuesRate.objects.select_related("organization")
        .annotate(used=Exists(confirmed))
        .order_by("organization__sort_key", "organization_id", "-valid_from")
    )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user, workplace = self.request.user, Workplace(self.request).organization
        rows = [(rate, shares_in_words(rate)) for rate in context["page_obj"]]
        place = workplace if workplace and may(user, CHANGE_RATE, workplace) else None
        crumbs = [("Hội phí", reverse("members:dues_home")), ("Mức hội phí", "")]
        return context | {"rows": rows, "place": place, "may_change": holds(user, CHANGE_RATE), "crumbs": crumbs}


class RateFormView(ScopedMixin, FormView):
    permission_required = CHANGE_RATE
    form_class = RateForm
    template_name = "generic/form.html"

    def get_queryset(self):
        return DuesRate.objects.allowed(self.request.user, self.permission_required)

    @property
    def rate(self) -> DuesRate:
        raise NotImplementedError

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "reach": self.get_queryset(),
            "user": self.request.user,
            "rate": self.rate,
        }

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, f"Đã ghi mức hội phí của {self.rate.organization.name}.")
        return redirect("members:dues_rate_list")

    def get_context_data(self, **kwargs):
        back = reverse("members:dues_rate_list")
        crumbs = [("Hội phí", reverse("members:dues_home")), ("Mức hội phí", back), (self.title, "")]
        lead = f"{self.rate.organization.name} và các đơn vị bên dưới không có mức riêng."
        words = {"title": self.title, "submit_label": "Lưu mức hội phí", "lead": lead}
        return super().get_context_data(**words, crumbs=crumbs, cancel_url=back, **kwargs)


class RateCreateView(RateFormView):
    title = "Thêm mức hội phí"

    @cached_property
    def rate(self):
        return DuesRate(organization=unit_or_404(self.request.user, self.permission_required, self.kwargs["code"]))


class RateEditView(RateFormView):
    title = "Sửa mức hội phí"

    @cached_property
    def rate(self):
        """Only one under which no money was confirmed: the others are 404."""
        found = self.get_queryset().select_related("organization").filter(pk=self.kwargs["pk"]).first()
        if found is None or found.in_use:
            raise Http404("Không có mức hội phí sửa được ở đây.")
        return found
