"""Reads the rounds that a summary needs: a fixed number of queries per round that stands for itself."""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from core.bulk import fetch
from core.counts import Count
from core.periods import Quarter
from organizations.models import Organization
from organizations.spells import UnitOfDay, in_order, own_lines, trees_on
from reports.builders.summary import REGISTER
from reports.catalogue import COUNTERS, columns_counted, count_registers
from reports.models import Figure, Indicator, Report, ReportingRound, RevisionFigure
from reports.rollup import Coverage, Pair, Pinned, Tree, Unit

# Plain texts: members of an enumeration are slow to compare.
OPEN = frozenset(status.value for status in Report.EDITABLE)
# With so few units asking for them by name is quicker than reading everybody's rows.
FEW = 100
CELL = ["report_id", "indicator_id", "from_register", "declared", "declared_total", "no_data"]
ACCEPTED_CELL = [
    "revision_id",
    "indicator_id",
    "value",
    "rate",
    "numerator",
    "denominator",
    "with_data",
    "expected",
    "partial",
    "source",
]


class ReportRow(NamedTuple):
    """What is read of a report: thousands of them for many quarters, which as models would cost more than the figures.

    The two moments are as they were fetched; ``handed_in_at`` is the first time, whatever was returned since.
    """

    pk: int
    round_id: int
    organization_id: int
    parent_id: int | None
    status: str
    revision_id: int | None
    included: bool
    handed_in_at: datetime | str | None
    accepted_at: datetime | str | None


@dataclass(slots=True)
class Lines:
    """One indicator in one quarter: own lines, declared totals, and how each own line is known."""

    own: dict[int, int] = field(default_factory=dict)
    declared: dict[int, int] = field(default_factory=dict)
    typed: set[int] = field(default_factory=set)
    no_data: set[int] = field(default_factory=set)


@dataclass
class RoundData:
    """A round as one unit sees it: ``below`` lists the unit and all reporting units below it, parents first.

    ``reports`` and ``parents`` are those of the whole round by organization; ``counted`` the reports that are read;
    ``units`` those of the quarter's last day that report; ``open_units`` those whose report still takes its register
    values from today's registers, which are counted over ``everyone`` of that day when the first of them is asked for.
    ``pins`` hold what the topmost accepted units below the top stand for, by indicator; ``accepted`` what the top
    itself was accepted with.
    """

    round: ReportingRound
    reports: dict[int, ReportRow]
    parents: dict[int, int | None]
    below: list[int]
    counted: set[int] = field(default_factory=set)
    units: dict[int, UnitOfDay] = field(default_factory=dict)
    open_units: set[int] = field(default_factory=set)
    everyone: dict[int, UnitOfDay] = field(default_factory=dict)
    counts: dict[str, dict[int, Count]] = field(default_factory=dict)
    looked_up: set[str] = field(default_factory=set)
    lines: dict[int, Lines] = field(default_factory=dict)
    pins: dict[int, dict[int, Pinned]] = field(default_factory=dict)
    accepted: dict[int, "AcceptedFigure"] = field(default_factory=dict)

    @property
    def quarter(self) -> Quarter:
        return self.round.quarter

    def lines_of(self, indicator: Indicator) -> Lines:
        if indicator.code in COUNTERS and indicator.code not in self.looked_up:
            self.looked_up.add(indicator.code)
            self.take_counts(indicator)
        return self.lines.get(indicator.pk) or Lines()

    def take_counts(self, indicator: Indicator) -> None:
        """Put what a register counts into the own lines for which nothing else was said."""
        if indicator.code not in self.counts:
            self.counts.update(count_open_registers(self, indicator.code))
        counted, levels = self.counts.get(indicator.code, {}), indicator.levels
        if not counted:
            return
        lines = self.lines.setdefault(indicator.pk, Lines())
        for pk, count in counted.items():
            if pk in self.open_units and self.units[pk].level in levels and pk not in lines.no_data:
                lines.own.setdefault(pk, count.value)


@dataclass(frozen=True, slots=True)
class AcceptedFigure:
    """One indicator of an accepted report, at its unit: a count or a rate, and what else was said with it."""

    value: int | Decimal | None
    pair: Pair | None
    coverage: Coverage
    source: str

    def as_pin(self) -> Pinned:
        is_row = self.source == REGISTER
        if isinstance(self.value, Decimal):
            return Pinned(None, self.pair, self.coverage, self.source, is_row, rate=self.value)
        return Pinned(self.value, self.pair, self.coverage, self.source, is_row)


def load_rounds(
    organization_id: int,
    quarters: Iterable[Quarter],
    *,
    accepted_only: bool,
    indicators: Collection[Indicator] | None = None,
    every_level: bool = False,
) -> dict[Quarter, RoundData]:
    """The opened rounds in which the unit has a report, with the cells of that unit and everything below it.

    ``indicators`` narrows what is read to these (name the parts of rates as well). ``every_level``: accepted units
    are pinned at all levels and not only the topmost, for whoever looks at units further below.
    """
    rounds = ReportingRound.objects.filter(quarter__in=set(quarters), reports__organization=organization_id)
    loaded = {round_.pk: RoundData(round=round_, reports={}, parents={}, below=[]) for round_ in rounds}
    by_report = {}
    handed_in = Coalesce("first_submitted_at", "submitted_at")
    rows = Report.objects.filter(round__in=loaded).order_by("pk").annotate(handed_in_at=handed_in)
    for report in map(ReportRow._make, fetch(rows.values_list(*ReportRow._fields))):
        data = loaded[report.round_id]
        data.reports[report.organization_id] = report
        by_report[report.pk] = report
    for data in loaded.values():
        link(data, organization_id, by_report)
    # A unit that has come in since then brings its older figures along.
    concerned = {pk for data in loaded.values() for pk in data.below}
    for data in loaded.values():
        read = (concerned & data.reports.keys()) - left_out(data)
        if accepted_only:
            read = {pk for pk in read if is_accepted(data, pk, organization_id)}
        data.counted = {data.reports[pk].pk for pk in read}
        data.open_units = {by_report[pk].organization_id for pk in data.counted if is_open(by_report[pk])}
    read_units(loaded, indicators)
    read_figures(loaded, by_report, indicators)
    read_accepted(loaded, organization_id, indicators, accepted_only=accepted_only, every_level=every_level)
    return {data.quarter: data for data in loaded.values()}


def left_out(data: RoundData) -> set[int]:
    """Units below the top whose report came too late for the accepted one above it, and all below them.

    For itself the top counts whether or not it came in time for the one above.
    """
    late: set[int] = set()
    if not any(report.revision_id for report in data.reports.values()):
        return late
    for pk in data.below[1:]:
        parent = data.parents[pk]
        missed = data.reports[parent].revision_id is not None and not data.reports[pk].included
        if missed or parent in late:
            late.add(pk)
    return late


def accepted_below(data: RoundData, top: int, *, accepted_only: bool, every_level: bool) -> dict[int, int]:
    """Unit → its revision, for the accepted units below the top that stand under no other accepted one, or for all."""
    if not any(report.revision_id for report in data.reports.values()):
        return {}
    children: dict[int, list[int]] = {}
    for pk in data.below[1:]:
        children.setdefault(data.parents[pk], []).append(pk)
    found, stack = {}, list(children.get(top, ()))
    while stack:
        pk = stack.pop()
        report = data.reports[pk]
        if report.pk not in data.counted:
            continue
        if report.revision_id:
            found[pk] = report.revision_id
        if every_level or not (report.revision_id or accepted_only):
            stack.extend(children.get(pk, ()))
    return found


def read_accepted(
    loaded: dict[int, RoundData],
    top: int,
    indicators: Collection[Indicator] | None,
    *,
    accepted_only: bool,
    every_level: bool,
) -> None:
    """Fill ``pins`` and ``accepted`` of every round; one query."""
    places: dict[int, tuple[RoundData, int]] = {}
    for data in loaded.values():
        found = accepted_below(data, top, accepted_only=accepted_only, every_level=every_level)
        for pk, revision in found.items():
            places[revision] = data, pk
        if data.reports[top].revision_id:
            places[data.reports[top].revision_id] = data, top
    if not places:
        return
    rows = of_indicators(RevisionFigure.objects.filter(revision__in=places), indicators)
    rows = rows.order_by().values_list(*ACCEPTED_CELL)
    for revision, indicator, value, rate, over, under, with_data, expected, partial, source in rows:
        data, pk = places[revision]
        pair = None if over is None else Pair(over, under)
        figure = AcceptedFigure(value if rate is None else rate, pair, Coverage(with_data, expected, partial), source)
        if pk == top:
            data.accepted[indicator] = figure
        else:
            data.pins.setdefault(indicator, {})[pk] = figure.as_pin()


def is_accepted(data: RoundData, pk: int, top: int) -> bool:
    """Whether the report is accepted and so is every one above it, below the top: only what was handed up counts."""
    while data.reports[pk].status == Report.Status.ACCEPTED:
        parent = data.parents[pk]
        if pk == top or parent == top or parent is None:
            return True
        pk = parent
    return False


def is_open(report: ReportRow) -> bool:
    return report.status in OPEN


def of_indicators(rows: QuerySet, indicators: Collection[Indicator] | None) -> QuerySet:
    return rows if indicators is None else rows.filter(indicator__in=[indicator.pk for indicator in indicators])


def read_units(loaded: dict[int, RoundData], indicators: Collection[Indicator] | None) -> None:
    """The reporting units as of each quarter's last day; all of that day where a register is counted."""
    owed = Report.objects.filter(round__in=loaded).values("organization")
    trees = trees_on([data.quarter.last_day for data in loaded.values()], organization__in=owed)
    for data in loaded.values():
        data.units = trees[data.quarter.last_day]
    codes = COUNTERS if indicators is None else [each.code for each in indicators if each.code in COUNTERS]
    counting = [data for data in loaded.values() if data.open_units] if codes else []
    trees = trees_on([data.quarter.last_day for data in counting], columns_counted(codes))
    for data in counting:
        data.everyone = trees[data.quarter.last_day]


def link(data: RoundData, organization_id: int, by_report: dict[int, ReportRow]) -> None:
    """Fill ``parents`` by organization and ``below`` from the reports' own parents."""
    children: dict[int, list[int]] = {}
    for pk, report in data.reports.items():
        parent = by_report[report.parent_id].organization_id if report.parent_id else None
        data.parents[pk] = parent
        children.setdefault(parent, []).append(pk)
    stack = [organization_id]
    while stack:
        pk = stack.pop()
        data.below.append(pk)
        stack.extend(children.get(pk, ()))


def read_figures(
    loaded: dict[int, RoundData], by_report: dict[int, ReportRow], indicators: Collection[Indicator] | None
) -> None:
    """Sort the cells into lines. What an open report once took from a register is passed over: it is counted anew."""
    places = {}
    for data in loaded.values():
        for pk in data.counted:
            places[pk] = data.lines, by_report[pk].organization_id, is_open(by_report[pk])
    if not places:
        return
    cells = Figure.objects.filter(report__round__in=loaded)
    if len(places) <= FEW:
        cells = Figure.objects.filter(report__in=places)
    cells = of_indicators(cells, indicators).order_by()
    for report_id, indicator_id, register, declared, total, no_data in fetch(cells.values_list(*CELL)):
        place = places.get(report_id)
        if place is None:
            continue
        by_indicator, pk, still_open = place
        lines = by_indicator.get(indicator_id)
        if lines is None:
            lines = by_indicator[indicator_id] = Lines()
        if total is not None:
            lines.declared[pk] = total
        if declared is not None:
            lines.own[pk] = declared
            lines.typed.add(pk)
        elif no_data:
            lines.no_data.add(pk)
        elif register is not None and not still_open:
            lines.own[pk] = register


def count_open_registers(data: RoundData, code: str) -> dict[str, dict[int, Count]]:
    """What the register behind the indicator counts today; nothing where no report of the round is open."""
    if not data.open_units:
        return {}
    units = units_of_round(data)
    data.open_units &= units.keys()
    return count_registers(data.quarter, own_lines(units, data.open_units), [code])


def units_of_round(data: RoundData) -> dict[int, UnitOfDay]:
    """The tree of the quarter's last day without the units that owe a report and were recorded after the opening.

    They are in no table of the round either: counting them only would give more communes than there are.
    """
    return units_that_count(data.everyone, data.reports.keys())


def units_that_count(of_day: dict[int, UnitOfDay], reporting: Set[int]) -> dict[int, UnitOfDay]:
    """The units of a day, marked by who has a report in the round; without those that owe one and have none."""
    if {pk for pk, unit in of_day.items() if unit.reports} == reporting:
        return of_day
    units: dict[int, UnitOfDay] = {}
    for pk, unit in of_day.items():
        reports = pk in reporting
        late = unit.reports and not reports
        if not late and (unit.parent_id is None or unit.parent_id in units):
            units[pk] = unit if unit.reports == reports else unit._replace(reports=reports)
    return units


def tree_of(data: RoundData) -> tuple[Tree, dict[int, UnitOfDay]]:
    """The unit and all reporting units below it as they were named and placed on the quarter's last day."""
    units = {pk: data.units[pk] for pk in data.reports if pk in data.units}
    units |= units_of_today(pk for pk in data.below if pk not in units)
    children: dict[int, list[UnitOfDay]] = {}
    for pk in data.below[1:]:
        children.setdefault(data.parents[pk], []).append(units[pk])
    ordered, stack = [], [data.below[0]]
    while stack:
        pk = stack.pop()
        parent = data.parents[pk] if ordered else None
        ordered.append(Unit(pk, parent, units[pk].level, units[pk].has_territory))
        if pk in children:
            stack.extend(unit.pk for unit in reversed(in_order(children[pk])))
    return Tree(tuple(ordered)), units


def has_same_tree(data: RoundData, other: RoundData) -> bool:
    """Whether `tree_of` gives the same for both; units between whose days nothing changed are one dictionary."""
    return data.units is other.units and data.below == other.below and data.parents == other.parents


def units_of_today(pks: Iterable[int]) -> dict[int, UnitOfDay]:
    """Units whose life was corrected after the round was opened: they still owe their report."""
    missing = set(pks)
    if not missing:
        return {}
    columns = ["level", "kind", "form", "established_on", "code", "name", "sort_key"]
    return {
        pk: UnitOfDay(pk, None, True, *values)
        for pk, *values in Organization.objects.filter(pk__in=missing).values_list("pk", *columns)
    }


def onto(data: RoundData, latest: RoundData) -> dict[int, int]:
    """Where the lines of an older round stand in the latest one: {unit then: unit now}.

    A unit that no longer reports hands its figures to its nearest ancestor that still does.
    """
    inside = set(latest.below)
    places: dict[int, int] = {}
    for pk in data.reports:
        holder: int | None = pk
        while holder is not None and holder not in latest.reports:
            holder = data.parents[holder]
        if holder in inside:
            places[pk] = holder
    return places
