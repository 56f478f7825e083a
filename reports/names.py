"""From a figure to the names behind it, for those who may see them."""

from collections.abc import Iterable

from core.periods import Quarter
from organizations.models import Organization
from organizations.scoping import holds
from reports.catalogue import FLOWING, NAMED


class Names:
    """Addresses of the lists behind the figures of a quarter, for one person; ``codes``: the units of the page.

    For a span ``quarter`` is its last opened one: what has names is a stock, and of stocks a span says what that
    quarter says; a flow of several quarters leads nowhere. The lists are of today's registers, whatever was accepted.
    """

    def __init__(self, user, codes: Iterable[str], quarter: Quarter, *, is_span: bool = False):
        self.user, self.codes, self.quarter = user, frozenset(codes), quarter
        self.lists = NAMED if is_span else NAMED | FLOWING
        self.reached: dict[str, frozenset[str]] = {}

    def url(self, indicator: str, code: str, *, own: bool = False) -> str:
        """The list behind the indicator of the unit with the code; "" where there is none or it is out of reach.

        ``own``: behind the own line only. One query per permission, however many are asked.
        """
        register = indicator.partition(".")[0]
        if register not in self.lists:
            return ""
        permission, address = self.lists[register]
        return address(indicator, code, self.quarter, own=own) if code in self.reach(permission) else ""

    def reach(self, permission: str) -> frozenset[str]:
        if permission not in self.reached:
            units = Organization.objects.filter(code__in=self.codes).order_by()
            units = units.allowed(self.user, permission) if holds(self.user, permission) else units.none()
            self.reached[permission] = frozenset(units.values_list("code", flat=True))
        return self.reached[permission]
