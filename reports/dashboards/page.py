"""What every page of the dashboard shares: the choices, the grid, names, links, and how complete it all is."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from core.documents import contained
from core.money import money_short
from core.numbers import decimal_to_text
from core.periods import Quarter
from core.vietnamese import date_to_text
from organizations.models import Organization
from reports.builders.dashboard import Grid, GridQuarter, Reading, build_grid
from reports.builders.summary import NO_DATA, Value
from reports.dashboards.forms import ChoiceForm
from reports.models import Indicator, Report
from reports.names import Names
from reports.presentation import MONEY, coverage_text, show

PERMISSION = "reports.view_report"
TABS = {
    "overview": "Tổng quan",
    "ranking": "Xếp hạng",
    "trend": "Diễn biến",
    "pivot": "Bảng chéo",
    "map": "Bản đồ ô",
}
SEVERAL_QUARTERS = ("trend", "pivot")


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Contact:
    """Whom to phone at a unit within reach."""

    name: str
    phone: str

    @property
    def dialled(self) -> str:
        return "".join(char for char in self.phone if char.isdigit() or char == "+")


class Page:
    """One page for a unit; ``name`` is that of its address. Without an opened quarter ``is_empty``."""

    name = "overview"
    form_class: type[ChoiceForm]

    def __init__(self, organization: Organization, user, data: QueryDict):
        self.organization, self.user, self.data = organization, user, data

    @cached_property
    def quarters(self) -> list[Quarter]:
        """The opened quarters of the unit, the newest first."""
        reports = Report.objects.filter(organization=self.organization).order_by("-round__quarter")
        return list(reports.values_list("round__quarter", flat=True))

    @property
    def is_empty(self) -> bool:
        return not self.quarters

    @cached_property
    def catalogue(self) -> list[Indicator]:
        return list(Indicator.objects.all())

    @cached_property
    def form(self) -> ChoiceForm:
        return self.form_class(self.data, quarters=self.quarters, catalogue=self.choices)

    @property
    def choices(self) -> list[Indicator]:
        """The indicators that may be chosen."""
        return self.catalogue

    @cached_property
    def grid(self) -> Grid:
        raise NotImplementedError

    def build(self, quarters: Collection[Quarter], indicators: Collection[Indicator], **options) -> Grid:
        grid = build_grid(
            organization=self.organization,
            quarters=quarters,
            indicators=indicators,
            catalogue=self.catalogue,
            **options,
        )
        return replace(grid, top=contained(grid.top), units=contained(grid.units))

    @property
    def focus(self) -> GridQuarter:
        """The quarter that the page is about, or its last one."""
        return self.grid.last

    @property
    def period(self) -> Quarter:
        return self.focus.quarter

    @property
    def printed_period(self) -> Quarter | None:
        """What the head of the printed page names: nothing where the page is about several quarters."""
        return None if self.is_empty or self.name in SEVERAL_QUARTERS else self.period

    @property
    def as_of(self) -> str:
        """Of when the figures of the last quarter are."""
        return as_of(self.focus, self.grid)

    @cached_property
    def tabs(self) -> list[Tab]:
        """Without those that compare the units below where there are none."""
        names = [name for name in TABS if self.grid.units or name not in ("ranking", "map")]
        return [Tab(TABS[name], self.address(name), name == self.name) for name in names]

    def address(self, name: str, code: str | None = None, **query) -> str:
        """Another page of the dashboard, for this quarter."""
        quarter = {} if name in SEVERAL_QUARTERS else {"quarter": self.period.code}
        return reverse(f"dashboard:{name}", args=[code or self.organization.code], query={**query, **quarter})

    @cached_property
    def contacts(self) -> dict[str, Contact]:
        """The units of the page within the person's reach today, by code; of others neither link nor telephone."""
        codes = [unit.label.code for unit in self.grid.units]
        reach = Organization.objects.allowed(self.user, PERMISSION).filter(code__in=codes).order_by()
        rows = reach.values_list("code", "contact_name", "contact_phone")
        return {code: Contact(name, phone) for code, name, phone in rows}

    def link(self, code: str) -> str:
        """The unit's own dashboard; nothing for a unit out of reach."""
        return self.address("overview", code) if code in self.contacts else ""

    def names_url_of(self, indicator: Indicator) -> str:
        """The list behind the unit's own value of the last quarter; "" where there is none."""
        code = self.organization.code
        return Names(self.user, [code], self.period).url(indicator.code, code)

    @property
    def own_contact(self) -> Contact:
        return Contact(self.organization.contact_name, self.organization.contact_phone)


def as_of(quarter: GridQuarter, grid: Grid) -> str:
    if quarter.is_provisional:
        return f"Tạm tính, tính đến {timezone.localtime(grid.built_at):%H:%M %d/%m/%Y}"
    return f"Đã duyệt ngày {date_to_text(timezone.localtime(quarter.accepted_at).date())}"


def short_label(quarter: Quarter) -> str:
    """ "I/2022"."""
    return quarter.label.removeprefix("quý ")


def write_value(value: Value, indicator: Indicator) -> str:
    """Short enough for a drawing: money in tỷ or triệu, rates with their sign."""
    if indicator.unit == MONEY and value is not None:
        return money_short(int(value))
    if isinstance(value, float):
        return decimal_to_text(value) + ("%" if indicator.unit == "%" else "")
    return show(value, indicator.unit)


@dataclass(frozen=True)
class Cell:
    """A value with how complete it is. ``state``: empty, missing, no_data, not_asked."""

    text: str
    coverage: str = ""
    state: str = ""
    is_provisional: bool = False

    def in_words(self, **states: str) -> str:
        """In one text: the value, or the word for its state, and how complete it is."""
        text = states.get(self.state, self.text)
        return f"{text} · {self.coverage}" if self.coverage else text


def cell_of(reading: Reading | None, indicator: Indicator) -> Cell:
    if reading is None:
        return Cell("", state="not_asked")
    covered = reading.coverage
    # A unit without units below counts itself: that says nothing more than the value does.
    coverage = "" if covered.expected == 1 and covered.is_complete else coverage_text(covered)
    if reading.value is None:
        state = "no_data" if reading.source == NO_DATA else "missing"
        return Cell("", coverage if covered.expected > 1 else "", state)
    return Cell(show(reading.value, indicator.unit), coverage, "", not reading.is_accepted)
