"""What units owe, have paid and still owe in a year, and who is in arrears."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, RedirectView

from core.paginator import KeysetListMixin, PrintMixin
from members.dues_arrears import collected, dues_of, in_arrears
from members.dues_forms import YearForm
from members.dues_rates import rate_for
from members.models import Membership
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds
from organizations.workplace import Workplace

VIEW, CHANGE, CHANGE_RATE = "members.view_dues", "members.change_dues", "members.change_duesrate"


def dues_url(organization: Organization, year: int | None) -> str:
    return reverse("members:dues_detail", args=[organization.code], query={"year": year} if year else None)


def crumbs_to(user, organization: Organization, year: int | None, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The units above as far as dues may be seen there, the unit itself, and what comes below."""
    line = Organization.objects.allowed(user, VIEW).above(organization)
    units = [(unit.short_name, dues_url(unit, year)) for unit in line]
    return [("Hội phí", reverse("members:dues_home")), *units, *more]


def may(user, permission: str, organization: Organization) -> bool:
    """Whether the user holds the permission at the unit or above."""
    return holds(user, permission) and Organization.objects.allowed(user, permission).contains(organization)


def unit_or_404(user, permission: str, code: str) -> Organization:
    return get_object_or_404(Organization.objects.allowed(user, permission), code=code)


class DuesHomeView(ScopedMixin, RedirectView):
    """To the dues of the unit I work for, else of the first of my units where I may see them."""

    permission_required = VIEW

    def get_redirect_url(self):
        workplace = Workplace(self.request)
        reach = Organization.objects.allowed(self.request.user, VIEW)
        seen = set(reach.filter(pk__in=[unit.pk for unit in workplace.organizations]).values_list("pk", flat=True))
        places = [unit for unit in (workplace.organization, *workplace.organizations) if unit and unit.pk in seen]
        if not places:
            return reverse("organizations:organization_list")
        return reverse("members:dues_detail", args=[places[0].code])


class DuesDetailView(ScopedMixin, PrintMixin, DetailView):
    """A unit and those directly below it in one year."""

    permission_required = VIEW
    model = Organization
    slug_field = slug_url_kwarg = "code"
    context_object_name = "organization"
    template_name = "members/dues_detail.html"

    def get_context_data(self, **kwargs):
        user, organization = self.request.user, self.object
        years = YearForm(self.request.GET)
        year = years.chosen_year
        dues = dues_of(organization, year)
        inside = Organization.objects.within(Organization.objects.filter(pk=organization.pk))
        number, money = collected(inside, year)
        return super().get_context_data(
            years=years,
            # As a text, because a number is shown as 2.026.
            year=str(year),
            dues=dues,
            collections=number,
            collected=money,
            may_collect=may(user, CHANGE, organization),
            may_set_rate=may(user, CHANGE_RATE, organization),
            crumbs=crumbs_to(user, organization, year),
            **kwargs,
        )


class ArrearsListView(ScopedMixin, KeysetListMixin, ListView):
    """The members who still owe something to one branch."""

    permission_required = VIEW
    model = Membership
    template_name = "members/dues_arrears.html"
    paginate_by = 50

    @cached_property
    def organization(self) -> Organization:
        return unit_or_404(self.request.user, self.permission_required, self.kwargs["code"])

    @cached_property
    def years(self) -> YearForm:
        return YearForm(self.request.GET)

    @cached_property
    def rate(self):
        return rate_for(self.organization, self.years.chosen_year)

    def get_queryset(self):
        if self.rate is None:
            return super().get_queryset().none().order_by("pk")
        return in_arrears(self.organization, self.years.chosen_year, self.rate)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        year = self.years.chosen_year
        rows = [(spell.member, spell.paid, self.rate.yearly_amount - spell.paid) for spell in context["page_obj"]]
        crumbs = crumbs_to(self.request.user, self.organization, year, ("Chưa nộp đủ", ""))
        facts = {"organization": self.organization, "rate": self.rate, "rows": rows, "crumbs": crumbs}
        return context | facts | {"years": self.years, "year": str(year)}
