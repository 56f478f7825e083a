"""Reads the rounds that a summary needs: a fixed number of queries per round that stands for itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core.periods import Quarter
from organizations.models import Organization
from organizations.spells import UnitOfDay, tree_on
from reports.catalogue import count_registers
from reports.models import Figure, Indicator, Report, ReportingRound
from reports.rollup import Tree, Unit

CELL = ["report_id", "indicator_id", "from_register", "declared", "no_data", "declared_total"]


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

    ``reports`` and ``parents`` are those of the whole round by organization; ``counted`` the reports that are read.
    """

    round: ReportingRound
    reports: dict[int, Report]
    parents: dict[int, int | None]
    below: list[int]
    counted: set[int] = field(default_factory=set)
    lines: dict[int, Lines] = field(default_factory=dict)

    @property
    def quarter(self) -> Quarter:
        return self.round.quarter

    def lines_of(self, indicator: Indicator) -> Lines:
        return self.lines.get(indicator.pk) or Lines()


def load_rounds(organization_id: int, quarters: Iterable[Quarter], *, accepted_only: bool) -> dict[Quarter, RoundData]:
    """The opened rounds in which the unit has a report, with the cells of that unit and everything below it."""
    rounds = {
        round_.pk: round_
        for round_ in ReportingRound.objects.filter(quarter__in=set(quarters), reports__organization=organization_id)
    }
    loaded = {pk: RoundData(round=round_, reports={}, parents={}, below=[]) for pk, round_ in rounds.items()}
    by_report = {}
    for report in Report.objects.filter(round__in=rounds).order_by("round", "pk"):
        data = loaded[report.round_id]
        data.reports[report.organization_id] = report
        by_report[report.pk] = report
    for data in loaded.values():
        link(data, organization_id, by_report)
    # A unit that has come in since then brings its older figures along.
    concerned = {pk for data in loaded.values() for pk in data.below}
    for data in loaded.values():
        counted = {
            pk
            for pk in concerned & data.reports.keys()
            if not accepted_only or data.reports[pk].status == Report.Status.ACCEPTED
        }
        data.counted = {data.reports[pk].pk for pk in counted}
        if any(data.reports[pk].status in Report.EDITABLE for pk in counted):
            read_registers(data, counted)
    read_figures(loaded, by_report)
    return {data.quarter: data for data in loaded.values()}


def link(data: RoundData, organization_id: int, by_report: dict[int, Report]) -> None:
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


def read_figures(loaded: dict[int, RoundData], by_report: dict[int, Report]) -> None:
    """Sort the cells into lines. A report that is still open takes its register values from today's registers."""
    wanted = {report for data in loaded.values() for report in data.counted}
    cells = Figure.objects.filter(report__round__in=loaded)
    if len(wanted) <= 500:
        cells = Figure.objects.filter(report__in=wanted)
    for report_id, indicator_id, register, declared, no_data, total in cells.order_by().values_list(*CELL).iterator():
        if report_id not in wanted:
            continue
        report = by_report[report_id]
        lines = loaded[report.round_id].lines.setdefault(indicator_id, Lines())
        pk = report.organization_id
        if total is not None:
            lines.declared[pk] = total
        if declared is not None:
            lines.own[pk] = declared
            lines.typed.add(pk)
        elif no_data:
            lines.own.pop(pk, None)
            lines.no_data.add(pk)
        elif register is not None and report.status not in Report.EDITABLE:
            lines.own[pk] = register


def read_registers(data: RoundData, counted: set[int]) -> None:
    """Put what the registers count today into the own lines of the reports that are still open."""
    units = units_of_round(data)
    open_reports = {pk for pk in counted if data.reports[pk].status in Report.EDITABLE and pk in units}
    counts = count_registers(data.quarter, units)
    for indicator in Indicator.objects.filter(code__in=counts):
        lines = data.lines.setdefault(indicator.pk, Lines())
        for pk, count in counts[indicator.code].items():
            if pk in open_reports and units[pk].level in indicator.levels:
                lines.own[pk] = count.value


def units_of_round(data: RoundData) -> dict[int, UnitOfDay]:
    """The tree of the quarter's last day without the units that owe a report and were recorded after the opening.

    They are in no table of the round either: counting them only would give more communes than there are.
    """
    units: dict[int, UnitOfDay] = {}
    for pk, unit in tree_on(data.quarter.last_day).items():
        late = unit.reports and pk not in data.reports
        if not late and (unit.parent_id is None or unit.parent_id in units):
            units[pk] = replace(unit, reports=pk in data.reports)
    return units


def tree_of(data: RoundData) -> tuple[Tree, dict[int, UnitOfDay]]:
    """The unit and all reporting units below it as they were named and placed on the quarter's last day."""
    units = tree_on(data.quarter.last_day, organization__reports__round=data.round)
    units |= units_of_today(pk for pk in data.below if pk not in units)
    order = {pk: place for place, pk in enumerate(units)}
    children: dict[int, list[int]] = {}
    for pk in data.below[1:]:
        children.setdefault(data.parents[pk], []).append(pk)
    ordered, stack = [], [data.below[0]]
    while stack:
        pk = stack.pop()
        parent = data.parents[pk] if ordered else None
        ordered.append(Unit(pk, parent, units[pk].level, units[pk].has_territory))
        stack.extend(sorted(children.get(pk, ()), key=lambda child: order.get(child, 0), reverse=True))
    return Tree(tuple(ordered)), units


def units_of_today(pks: Iterable[int]) -> dict[int, UnitOfDay]:
    """Units whose life was corrected after the round was opened: they still owe their report."""
    missing = set(pks)
    if not missing:
        return {}
    return {
        unit.pk: UnitOfDay(unit.pk, unit.code, None, unit.name, unit.level, unit.kind, unit.form, reports=True)
        for unit in Organization.objects.filter(pk__in=missing)
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
