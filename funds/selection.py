"""Which funds a statement or list is about, and from when to when: one fund, those of a unit, or of all below it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property

from core.vietnamese import date_to_text
from funds.models import Entry, Fund
from organizations.domains import narrowing_ids
from organizations.models import Organization


@dataclass(frozen=True)
class Selection:
    """``fund`` alone, or the funds of ``unit``; with ``below`` those of every unit below it as well."""

    unit: Organization
    first: date
    last: date
    fund: Fund | None = None
    below: bool = False

    @cached_property
    def unit_ids(self) -> list[int] | None:
        """None where every unit there is belongs to it. Two queries, or none."""
        return narrowing_ids(self.unit) if self.below else [self.unit.pk]

    @cached_property
    def funds(self) -> list[Fund]:
        if self.fund:
            return [self.fund]
        funds = Fund.objects.order_by("name", "pk")
        return list(funds if self.unit_ids is None else funds.filter(organization__in=self.unit_ids))

    @property
    def is_everything(self) -> bool:
        return self.fund is None and self.unit_ids is None

    @property
    def entries(self):
        """Every entry of the funds, whatever its day."""
        if self.is_everything:
            return Entry.objects.all()
        return Entry.objects.filter(fund__in=[fund.pk for fund in self.funds])

    @property
    def year_earlier(self) -> "Selection":
        return Selection(self.unit, a_year_before(self.first), a_year_before(self.last), self.fund, self.below)

    @property
    def said(self) -> str:
        """What was chosen, in words."""
        if self.fund:
            return self.fund.name
        return f"{self.unit.name} và các đơn vị bên dưới" if self.below else f"Các quỹ của {self.unit.name}"

    @property
    def period(self) -> str:
        return f"Từ ngày {date_to_text(self.first)} đến ngày {date_to_text(self.last)}"

    @property
    def stem(self) -> str:
        """For the names of files."""
        place = self.fund.code if self.fund else f"{self.unit.code}{'-ca-duoi' if self.below else ''}"
        return f"{place}-{self.first:%Y%m%d}-{self.last:%Y%m%d}"


def a_year_before(day: date) -> date:
    """The same day; the end of a month stays the end of that month."""
    end = monthrange(day.year - 1, day.month)[1]
    is_end = day.day == monthrange(day.year, day.month)[1]
    return date(day.year - 1, day.month, end if is_end else min(day.day, end))
