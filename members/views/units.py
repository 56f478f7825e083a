"""What the pages of officers, vacancies and terms share: the filter by unit, and whose rows may be changed."""

from django.urls import reverse
from django.utils.functional import cached_property

from core.paginator import KeysetListMixin
from members.unit_filters import UnitFilterForm
from organizations.models import Organization
from organizations.scoping import ScopedMixin, holds
from organizations.workplace import Workplace

VIEW, CHANGE = "members.view_officer", "members.change_officer"
TABS = [
    ("Cán bộ", "members:officer_list"),
    ("Chức danh còn khuyết", "members:vacancy_list"),
    ("Nhiệm kỳ", "members:term_list"),
    ("Nhiệm kỳ sắp hết, đã hết", "members:term_ending"),
    ("Dùng sổ", "members:officer_register_list"),
]


def changeable(user, organizations) -> set[int]:
    """Those of the given units (keys) where the user may change officers and terms; at most one query."""
    keys = set(organizations)
    if not keys or not holds(user, CHANGE):
        return set()
    reach = Organization.objects.allowed(user, CHANGE).filter(pk__in=keys)
    return set(reach.order_by().values_list("pk", flat=True))


class UnitListMixin(ScopedMixin, KeysetListMixin):
    """A list paged by key over a unit and all below it, chosen by ``filter_class``."""

    permission_required = VIEW
    paginate_by = 40
    filter_class = UnitFilterForm

    @cached_property
    def filters(self) -> UnitFilterForm:
        reach = Organization.objects.allowed(self.request.user, self.permission_required)
        workplace = Workplace(self.request).organization if "unit" not in self.request.GET else None
        return self.filter_class(self.request.GET, reach=reach, workplace=workplace)

    def get_context_data(self, **kwargs):
        single = self.filters.single
        return super().get_context_data(
            filters=self.filters,
            single=single,
            may_add=single is not None and not single.is_dissolved and bool(self.changeable([single.pk])),
            tabs=self.get_tabs(),
            **kwargs,
        )

    def get_tabs(self) -> list[tuple[str, str, bool]]:
        shown = TABS if holds(self.request.user, CHANGE) else TABS[:-1]
        return [(label, reverse(name, query=self.unit_query), name == self.here) for label, name in shown]

    def changeable(self, organizations) -> set[int]:
        return changeable(self.request.user, organizations)

    @property
    def here(self) -> str:
        return f"members:{self.request.resolver_match.url_name}"

    @property
    def unit_query(self) -> dict[str, str]:
        """The tabs keep the unit that was asked for."""
        text = self.request.GET.get("unit")
        return {} if text is None else {"unit": text}
