"""What the pages about funds share: the fund of the address, tabs, the way back, and the frame of a form."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView

from funds.models import Fund
from funds.permissions import ADD_ENTRY, VIEW, VIEW_PARTY
from organizations.scoping import ScopedMixin, holds, holds_at


def fund_url(fund: Fund, page: str = "fund_detail", *arguments, **query) -> str:
    return reverse(f"funds:{page}", args=[fund.code, *arguments], query=query or None)


def list_tabs(request) -> list[tuple[str, str, bool]]:
    """The list of funds and from when they feed the reports, for whom may say so."""
    if not holds(request.user, ADD_ENTRY):
        return []
    places = [("Các quỹ", reverse("funds:fund_list")), ("Dùng sổ", reverse("funds:register_list"))]
    return [(label, url, request.path == url) for label, url in places]


def campaign_tabs(request) -> list[tuple[str, str, bool]]:
    """Campaigns and promises as (words, address, whether it is this one)."""
    places = [("Đợt vận động", reverse("funds:campaign_list"))]
    if holds(request.user, VIEW_PARTY):
        places.append(("Lời hứa ủng hộ", reverse("funds:pledge_list")))
    return [(label, url, request.path == url) for label, url in places]


def fund_tabs(request, fund: Fund) -> list[tuple[str, str, bool]]:
    """The pages of one fund."""
    names = [("Tổng quan", "fund_detail"), ("Sổ quỹ", "cash_book"), ("Khóa sổ", "closing_list")]
    names.append(("In phiếu", "voucher_batch"))
    if holds_at(request.user, VIEW_PARTY, fund.organization):
        names.append(("Tri ân", "gratitude"))
    places = [(label, fund_url(fund, name)) for label, name in names]
    return [(label, url, request.path == url) for label, url in places]


def make_crumbs(fund: Fund, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """Funds, those of the unit, the fund, then ``rest``."""
    funds, unit = reverse("funds:fund_list"), fund.organization
    return [("Quỹ", funds), (unit.short_name, f"{funds}?unit={unit.code}"), (fund.name, fund_url(fund)), *rest]


class FundMixin(ScopedMixin):
    """A page of the fund that the address names; out of reach it is 404."""

    permission_required = VIEW

    @cached_property
    def reach(self):
        """The funds with which the user may do what the page does."""
        return Fund.objects.allowed(self.request.user, self.permission_required)

    @cached_property
    def fund(self) -> Fund:
        return get_object_or_404(self.reach.select_related("organization"), code=self.kwargs["code"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(fund=self.fund, **kwargs)


class FundFormView(FundMixin, FormView):
    """One form about a fund; a subclass says its form, its words and what to tell when it is done."""

    template_name = "generic/form.html"
    title = submit_label = done = crumb = ""

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"reach": self.reach, "user": self.request.user, **self.subject()}

    def subject(self) -> dict:
        """What the form is about."""
        return {"fund": self.fund}

    def form_valid(self, form):
        if not form.save():
            return self.form_invalid(form)
        messages.success(self.request, self.tell(form))
        return redirect(self.next_address(form))

    def tell(self, form) -> str:
        return self.done

    def next_address(self, form) -> str:
        return fund_url(self.fund)

    def get_context_data(self, **kwargs):
        words = {"title": self.title, "submit_label": self.submit_label}
        crumbs = make_crumbs(self.fund, (self.crumb or self.title, ""))
        return super().get_context_data(**{"crumbs": crumbs, "cancel_url": fund_url(self.fund), **words, **kwargs})
