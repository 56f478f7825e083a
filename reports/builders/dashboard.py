"""Chosen indicators of a unit and the units below it over many quarters, by the rules of the summary."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.bulk import as_moment
from core.periods import Quarter
from organizations.models import Organization
from reports.builders.measures import PeriodMeasures
from reports.builders.quarterly_summary import HANDED_IN, count_reports, label, read_areas, value_then
from reports.builders.rounds import RoundData, load_rounds
from reports.builders.summary import Completeness, UnitLabel, Value, same_units
from reports.models import Indicator, Report, Revision, Target
from reports.rollup import Coverage

OVERDUE = "overdue"
ACCEPTED = Report.Status.ACCEPTED.value


class Reading(NamedTuple):
    """One indicator of one unit in one quarter; without data ``value`` is None. ``source`` as in a summary."""

    value: Value
    coverage: Coverage
    source: str
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The report of a unit (a status, or overdue), and how many of the reports at and below it were handed in."""

    state: str
    handed_in: int
    expected: int


@dataclass(frozen=True)
class GridQuarter:
    """A quarter as the unit stands in it; ``handed_in`` by the codes of the units directly below, where asked for."""

    quarter: Quarter
    accepted_at: datetime | None
    handed_in: Mapping[str, HandedIn]

    @property
    def is_provisional(self) -> bool:
        return self.accepted_at is None


@dataclass(frozen=True)
class GridUnit:
    """A unit below the top, as it was called in the latest quarter that has it; ``parent`` is the code above it."""

    label: UnitLabel
    parent: str
    is_direct: bool


@dataclass(frozen=True)
class Grid:
    """Units × indicators × quarters, the quarters in order of time.

    ``readings`` has no key (indicator, quarter, unit) where the unit is not asked, or did not stand below the top;
    ``completeness`` (of those directly below), ``targets`` and ``to_date`` (flows so far this year) are those of the
    top in the last quarter.
    """

    top: UnitLabel
    units: tuple[GridUnit, ...]
    quarters: tuple[GridQuarter, ...]
    indicators: tuple[Indicator, ...]
    readings: Mapping[tuple[str, Quarter, str], Reading]
    completeness: Completeness
    targets: Mapping[str, Decimal]
    to_date: Mapping[str, int]
    built_at: datetime

    @property
    def last(self) -> GridQuarter:
        return self.quarters[-1]

    @property
    def direct_units(self) -> list[GridUnit]:
        return [unit for unit in self.units if unit.is_direct]

    def reading(self, indicator: Indicator, quarter: Quarter, code: str | None = None) -> Reading | None:
        """Of the top, or of the unit with the code."""
        return self.readings.get((indicator.code, quarter, code or self.top.code))

    def is_comparable(self, indicator: Indicator, quarter: Quarter, other: Quarter, code: str | None = None) -> bool:
        """Whether the same units had data in both quarters: else a rise may only be a unit that reported this time."""
        readings = [self.reading(indicator, each, code) for each in (quarter, other)]
        if None in readings or not same_units(*(reading.coverage for reading in readings)):
            return False
        return code not in (None, self.top.code) or self.known(indicator, quarter) == self.known(indicator, other)

    def known(self, indicator: Indicator, quarter: Quarter) -> set[str]:
        """The codes of the units directly below that have data."""
        readings = {unit.label.code: self.reading(indicator, quarter, unit.label.code) for unit in self.direct_units}
        return {code for code, reading in readings.items() if reading and reading.value is not None}


def build_grid(
    *,
    organization: Organization,
    quarters: Collection[Quarter],
    indicators: Collection[Indicator],
    catalogue: Collection[Indicator],
    every_level: bool = False,
    reports: bool = False,
    targets: bool = True,
) -> Grid:
    """The grid of the opened ones of ``quarters``, in a number of queries that depends on neither units nor quarters.

    (Where a register is counted as it is today, because reports are still open, that is asked quarter by quarter.)
    ``catalogue``: all indicators. ``every_level``: all reporting units below, not only those directly below.
    ``reports``: also who handed in, in every quarter. ``targets``: also those, and the year so far. Raises
    ValidationError when none of the quarters was opened for the unit.
    """
    needed = with_parts(indicators, catalogue)
    read = quarters_read(quarters, indicators, so_far=targets)
    rounds = load_rounds(organization.pk, read, accepted_only=False, indicators=needed, every_level=every_level)
    shown = sorted(quarter for quarter in rounds if quarter in quarters)
    if not shown:
        raise ValidationError(f"Chưa mở kỳ báo cáo nào trong các quý này cho “{organization.name}”.")
    columns = [indicator.area_column for indicator in needed if indicator.source == Indicator.Source.AREA]
    area_rows = read_areas(rounds, shown[-1], columns) if columns else []
    measures: list[PeriodMeasures] = []
    for quarter in shown:
        like = measures[-1] if measures else None
        measures.append(PeriodMeasures(quarter, rounds, needed, area_rows, like=like, every_level=every_level))
    readings: dict[tuple[str, Quarter, str], Reading] = {}
    for now in measures:
        readings.update(read_quarter(now, indicators))
    aims, to_date = of_last_quarter(organization, measures[-1], indicators) if targets else ({}, {})
    return Grid(
        top=label(measures[-1].units[organization.pk]),
        units=units_of(measures),
        quarters=tuple(quarter_of(now, reports=reports) for now in measures),
        indicators=tuple(indicators),
        readings=readings,
        completeness=count_reports(measures[-1], measures[-1].tree.children[organization.pk], None),
        targets=aims,
        to_date=to_date,
        built_at=timezone.now(),
    )


def with_parts(indicators: Collection[Indicator], catalogue: Collection[Indicator]) -> list[Indicator]:
    """The indicators and the parts of those that are rates."""
    wanted = {indicator.pk for indicator in indicators}
    for indicator in indicators:
        wanted.update(filter(None, (indicator.numerator_id, indicator.denominator_id)))
    return [indicator for indicator in catalogue if indicator.pk in wanted]


def quarters_read(quarters: Collection[Quarter], indicators: Collection[Indicator], *, so_far: bool) -> set[Quarter]:
    """The quarters, and the year so far where it is added up: of the last one, and of all for yearly rates."""
    found = set(quarters)
    yearly = any(
        indicator.frequency == Indicator.Frequency.YEAR and indicator.nature == Indicator.Nature.RATIO
        for indicator in indicators
    )
    flows = so_far and any(indicator.nature == Indicator.Nature.FLOW for indicator in indicators)
    for last in quarters if yearly else [max(quarters)] if flows else []:
        found.update(Quarter(last.year, number) for number in range(1, last.number + 1))
    return found


def read_quarter(now: PeriodMeasures, indicators: Collection[Indicator]) -> dict[tuple[str, Quarter, str], Reading]:
    """Every indicator that the quarter asks for, at the top and at the units that are looked at."""
    quarter, data, found = now.latest.quarter, now.latest, {}
    top, *below = now.shown
    for indicator in indicators:
        if not now.is_asked_now(indicator):
            continue
        concerned, measure = now.concerned(indicator), now.measure(indicator)
        for pk in below:
            if pk in concerned or pk in measure.values:
                accepted = data.reports[pk].status == ACCEPTED
                key = indicator.code, quarter, now.units[pk].code
                found[key] = Reading(measure.values.get(pk), measure.coverage[pk], measure.sources[pk], accepted)
        # What the top was accepted with stands, whatever follows from the lines by now.
        then = value_then(indicator, now, measure)
        if then.coverage is not None and (top in concerned or then.value is not None):
            kept = data.accepted.get(indicator.pk)
            source = kept.source if kept else measure.sources[top]
            accepted = data.reports[top].status == ACCEPTED
            found[indicator.code, quarter, now.units[top].code] = Reading(then.value, then.coverage, source, accepted)
    return found


def units_of(measures: list[PeriodMeasures]) -> tuple[GridUnit, ...]:
    """The units of the last quarter in its order, then those that only earlier quarters have."""
    found: dict[str, GridUnit] = {}
    different = [measures[-1]]
    different += [now for now, later in pairwise(measures) if now.tree is not later.tree][::-1]
    for now in different:
        direct = set(now.tree.children[now.top])
        for pk in now.shown[1:]:
            above = now.units[now.tree.by_pk[pk].parent].code
            found.setdefault(now.units[pk].code, GridUnit(label(now.units[pk]), above, pk in direct))
    return tuple(found.values())


def quarter_of(now: PeriodMeasures, *, reports: bool) -> GridQuarter:
    own = now.latest.reports[now.top]
    accepted_at = as_moment(own.accepted_at) if own.status == ACCEPTED else None
    return GridQuarter(now.latest.quarter, accepted_at, handed_in_below(now) if reports else {})


def handed_in_below(now: PeriodMeasures) -> dict[str, HandedIn]:
    data = now.latest
    counts: dict[int, tuple[int, int]] = {}
    for unit in now.tree.upwards:
        parts = [counts[child] for child in now.tree.children[unit.pk]]
        parts.append((int(data.reports[unit.pk].status in HANDED_IN), 1))
        counts[unit.pk] = sum(done for done, _ in parts), sum(owed for _, owed in parts)
    return {
        now.units[pk].code: HandedIn(state_of(data, pk, now.units[pk].level), *counts[pk])
        for pk in now.tree.children[now.top]
    }


def state_of(data: RoundData, pk: int, level: str) -> str:
    """The status of the report, or overdue where it was never handed in and is due."""
    status = data.reports[pk].status
    late = status == Report.Status.DRAFT and timezone.now() >= data.round.deadline_of(level)
    return OVERDUE if late else status


def of_last_quarter(
    organization: Organization, now: PeriodMeasures, indicators: Collection[Indicator]
) -> tuple[dict[str, Decimal], dict[str, int]]:
    """Targets, and flows of the year so far, of the top: those that were accepted, else those that hold now."""
    revision = now.latest.reports[now.top].revision_id
    if revision is not None:
        content = Revision.objects.values_list("content", flat=True).get(pk=revision)
        lines = {line["indicator"]: line for line in json.loads(content)["figures"]}
        kept = {indicator.code: lines[indicator.code] for indicator in indicators if indicator.code in lines}
        targets = {code: Decimal(line["target"]) for code, line in kept.items() if line["target"] is not None}
        return targets, {code: line["year_to_date"] for code, line in kept.items() if line["year_to_date"] is not None}
    by_pk = {indicator.pk: indicator for indicator in indicators}
    rows = Target.objects.filter(organization=organization, year=now.period.year, indicator__in=by_pk)
    targets = {by_pk[pk].code: value for pk, value in rows.values_list("indicator_id", "value")}
    flows = [indicator for indicator in indicators if indicator.nature == Indicator.Nature.FLOW]
    to_date = {indicator.code: now.year_to_date(indicator) for indicator in flows if now.is_asked_now(indicator)}
    return targets, {code: value for code, value in to_date.items() if value is not None}
