"""Every indicator of one period on the tree of its last opened quarter."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from core.periods import Quarter, Span
from organizations.models import Level
from reports.builders.rounds import Lines, RoundData, has_same_tree, onto, tree_of
from reports.builders.summary import CHILDREN, DECLARED, MISSING, NO_DATA, REGISTER, Value
from reports.models import Indicator
from reports.rollup import (
    NO_PINS,
    Area,
    Coverage,
    Pair,
    Pins,
    Tree,
    areas,
    coverages,
    merge_flows,
    pairs_of_registers,
    pairs_over_area,
    totals,
)


@dataclass
class Measure:
    """One indicator on the units of the tree; ``values`` lacks those without data. Rates are of the shown ones only."""

    values: dict[int, Value]
    coverage: dict[int, Coverage]
    own: dict[int, Value]
    sources: dict[int, str]
    own_sources: dict[int, str]
    pairs: dict[int, Pair] = field(default_factory=dict)
    own_pairs: dict[int, Pair] = field(default_factory=dict)


class PeriodMeasures:
    """The lines of a period, merged over its opened quarters onto the last one's tree, and what follows from them."""

    def __init__(
        self,
        period: Quarter | Span,
        rounds: dict[Quarter, RoundData],
        indicators,
        area_rows,
        *,
        like: "PeriodMeasures | None" = None,
        every_level: bool = False,
    ):
        """``like``: measures of another quarter, whose tree is taken over where nothing in it has changed."""
        self.period = period
        self.quarters = [quarter for quarter in period.quarters if quarter in rounds]
        self.rounds = rounds
        self.latest = rounds[self.quarters[-1]]
        if like is not None and has_same_tree(self.latest, like.latest):
            self.tree, self.units = like.tree, like.units
        else:
            like = None
            self.tree, self.units = tree_of(self.latest)
        self.indicators = {indicator.pk: indicator for indicator in indicators}
        self.area_rows = area_rows
        self.top = self.latest.below[0]
        # Whom the summary's columns show: only of these the sources and rates are worked out.
        self.shown = tuple(self.tree.by_pk) if every_level else (self.top, *self.tree.children[self.top])
        self.asked_units: dict[int, frozenset[int]] = {}
        self.cached: dict[tuple[int, bool], tuple] = {}
        self.summed: dict[tuple[int, bool], dict[int, int]] = {}
        self.areas: dict[str, tuple[Area, dict[int, int]]] = {}
        self.like = like if like is not None and self.has_same_areas(like) else None

    @cached_property
    def places(self) -> dict[Quarter, dict[int, int]]:
        return {quarter: onto(data, self.latest) for quarter, data in self.rounds.items()}

    @cached_property
    def year_quarters(self) -> list[Quarter]:
        """Opened quarters of the year up to the last one of the period."""
        last = self.latest.quarter
        return sorted(quarter for quarter in self.rounds if quarter.year == last.year and quarter <= last)

    def asked(self, indicator: Indicator) -> frozenset[int]:
        """The units that are asked for the indicator, by its source and nature."""
        if indicator.pk not in self.asked_units:
            self.asked_units[indicator.pk] = self.find_asked(indicator)
        return self.asked_units[indicator.pk]

    def find_asked(self, indicator: Indicator) -> frozenset[int]:
        if indicator.nature == Indicator.Nature.RATIO:
            parts = self.asked(self.indicators[indicator.numerator_id])
            return parts & self.asked(self.indicators[indicator.denominator_id])
        if indicator.source == Indicator.Source.AREA:
            return self.with_territory
        levels = indicator.levels
        return frozenset().union(*(pks for level, pks in self.by_level.items() if level in levels))

    @cached_property
    def with_territory(self) -> frozenset[int]:
        return frozenset(unit.pk for unit in self.tree.units if unit.has_territory)

    @cached_property
    def by_level(self) -> dict[str, list[int]]:
        levels: dict[str, list[int]] = {}
        for unit in self.tree.units:
            levels.setdefault(unit.level, []).append(unit.pk)
        return levels

    def concerned(self, indicator: Indicator):
        """The units that are asked or have one below that is."""
        return self.tree.concerned(self.asked(indicator))

    def is_asked_now(self, indicator: Indicator) -> bool:
        """Yearly indicators stand in the fourth quarter's and the year's summaries only."""
        if indicator.frequency == Indicator.Frequency.QUARTER:
            return True
        whole_year = isinstance(self.period, Span) and self.period.kind == "Y"
        return whole_year or (isinstance(self.period, Quarter) and self.period.number == 4)

    def moved(self, lines: Lines, quarter: Quarter) -> Lines:
        """The lines of an older quarter where they stand now; sums where several units flow into one."""
        if quarter == self.latest.quarter:
            return lines
        places, result = self.places[quarter], Lines()
        for pk, value in lines.own.items():
            if pk in places:
                result.own[places[pk]] = result.own.get(places[pk], 0) + value
        result.declared = {pk: value for pk, value in lines.declared.items() if places.get(pk) == pk}
        result.typed = {places[pk] for pk in lines.typed if pk in places}
        result.no_data = {pk for pk in lines.no_data if places.get(pk) == pk}
        return result

    def lines(self, indicator: Indicator, *, year_to_date: bool = False) -> tuple[Lines, set[int]]:
        """Own lines and declared totals for the period (or the year so far), and the units that lack a quarter."""
        key = (indicator.pk, year_to_date)
        if key not in self.cached:
            self.cached[key] = self.merge(indicator, self.year_quarters if year_to_date else self.quarters)
        return self.cached[key]

    def sums(self, indicator: Indicator, *, year_to_date: bool = False) -> dict[int, int]:
        """What the lines add up to on every unit; ratios ask for the same sums as their parts."""
        key = (indicator.pk, year_to_date)
        if key not in self.summed:
            lines, _ = self.lines(indicator, year_to_date=year_to_date)
            pinned = NO_PINS if year_to_date else self.pinned(indicator.pk)
            self.summed[key] = totals(self.tree, lines.own, lines.declared, pinned)
        return self.summed[key]

    def pinned(self, indicator_id: int) -> Pins:
        """What accepted units stand for; what adds up over several quarters adds their frozen lines up instead."""
        if self.says_last_quarter(self.indicators[indicator_id]):
            return self.latest.pins.get(indicator_id, NO_PINS)
        return NO_PINS

    def says_last_quarter(self, indicator: Indicator) -> bool:
        """Whether the period says what its last opened quarter says: a span does of stocks and their rates."""
        if not self.period.is_span:
            return True
        parts = [self.indicators[pk] for pk in (indicator.numerator_id, indicator.denominator_id) if pk]
        return all(part.nature == Indicator.Nature.STOCK for part in parts or [indicator])

    def merge(self, indicator: Indicator, quarters: list[Quarter]) -> tuple[Lines, set[int]]:
        if indicator.nature == Indicator.Nature.STOCK or len(quarters) == 1:
            return self.moved(self.latest.lines_of(indicator), self.latest.quarter), set()
        parts = [self.moved(self.rounds[quarter].lines_of(indicator), quarter) for quarter in quarters]
        own, declared, lacking = merge_flows(self.tree, [(part.own, part.declared) for part in parts])
        typed = {pk for part in parts for pk in part.typed}
        no_data = {pk for part in parts for pk in part.no_data} - own.keys()
        return Lines(own, declared, typed, no_data), lacking

    def area_of(self, column: str) -> tuple[Area, dict[int, int]]:
        """The area by the units' own newest values not later than the year, and the year of each."""
        if column not in self.areas:
            pinned = self.pinned_areas.get(column, NO_PINS)
            same = self.like is not None and self.like.pinned_areas.get(column, NO_PINS) == pinned
            self.areas[column] = self.like.area_of(column) if same else self.find_area(column)
        return self.areas[column]

    def has_same_areas(self, other: "PeriodMeasures") -> bool:
        """Whether no row of the area statistics came in between the two years."""
        first, last = sorted((self.period.year, other.period.year))
        return not any(first < row["year"] <= last for row in self.area_rows)

    def find_area(self, column: str) -> tuple[Area, dict[int, int]]:
        values, years = area_values(self.area_rows, column, self.period.year, self.tree)
        return areas(self.tree, values, self.pinned_areas.get(column, NO_PINS)), years

    @cached_property
    def pinned_areas(self) -> dict[str, Pins]:
        return {
            indicator.area_column: self.pinned(pk)
            for pk, indicator in self.indicators.items()
            if indicator.source == Indicator.Source.AREA
        }

    def measure(self, indicator: Indicator) -> Measure:
        """The indicator on every unit."""
        if indicator.nature == Indicator.Nature.RATIO:
            return self.ratio(indicator)
        if indicator.source == Indicator.Source.AREA:
            return self.area(indicator)
        lines, lacking = self.lines(indicator)
        values = self.sums(indicator)
        own_sources = {pk: own_source(pk, lines) for pk in self.shown}
        pinned = self.pinned(indicator.pk)
        sources = {pk: self.source(pk, lines, values, own_sources, pinned) for pk in self.shown}
        covered = coverages(self.tree, self.asked(indicator), values, lacking, pinned)
        return Measure(values, covered, dict(lines.own), sources, own_sources)

    def year_to_date(self, indicator: Indicator) -> int | None:
        """The flow of the year so far at the top of the tree."""
        return self.sums(indicator, year_to_date=True).get(self.top)

    def source(self, pk: int, lines: Lines, values, own_sources, pinned: Pins = NO_PINS) -> str:
        if pk in pinned:
            return pinned[pk].source
        if pk in lines.declared:
            return DECLARED
        if pk in values and any(child in values for child in self.tree.children[pk]):
            return CHILDREN
        return own_sources[pk]

    def area(self, indicator: Indicator) -> Measure:
        area, _ = self.area_of(indicator.area_column)
        sources = {pk: REGISTER if pk in area.rows else CHILDREN if pk in area.values else MISSING for pk in self.shown}
        covered = coverages(self.tree, self.asked(indicator), area.values, pinned=self.pinned(indicator.pk))
        return Measure(area.values, covered, {}, sources, {})

    def area_years(self, indicator: Indicator) -> tuple[int, ...]:
        """The years whose statistics make up the top unit's area: its own row's, else its children's."""
        area, years = self.area_of(indicator.area_column)
        used: set[int] = set()
        stack = [self.top]
        while stack:
            pk = stack.pop()
            if pk not in area.rows:
                stack.extend(child for child in self.tree.children[pk] if self.tree.by_pk[child].has_territory)
            elif pk in years:
                used.add(years[pk])
        return tuple(sorted(used))

    def ratio(self, indicator: Indicator) -> Measure:
        numerator = self.indicators[indicator.numerator_id]
        denominator = self.indicators[indicator.denominator_id]
        yearly = indicator.frequency == Indicator.Frequency.YEAR
        # The year so far is added up from frozen lines: no quarter's value stands for it.
        to_date, under_to_date = (yearly and part.nature == Indicator.Nature.FLOW for part in (numerator, denominator))
        over, lacking = self.lines(numerator, year_to_date=to_date)
        sums = self.sums(numerator, year_to_date=to_date)
        pinned = self.pinned(indicator.pk)
        own_pairs: dict[int, Pair] = {}
        if denominator.source == Indicator.Source.AREA:
            area, _ = self.area_of(denominator.area_column)
            pairs = pairs_over_area(self.tree, (over.own, over.declared), sums, area, self.asked(numerator), pinned)
        else:
            under, short = self.lines(denominator, year_to_date=under_to_date)
            lacking = lacking | short
            asked = self.asked(numerator), self.asked(denominator)
            parts = (
                NO_PINS if to_date else self.pinned(numerator.pk),
                NO_PINS if under_to_date else self.pinned(denominator.pk),
                pinned,
            )
            lines = (over.own, under.own), (over.declared, under.declared)
            pairs = pairs_of_registers(self.tree, *lines, asked, parts)
            both = [pk for pk in self.shown if pk in over.own and pk in under.own]
            own_pairs = {pk: Pair(over.own[pk], under.own[pk]) for pk in both}
        shown = {pk: Pair._make(pairs[pk]) for pk in self.shown if pk in pairs}
        values = rates(shown, indicator.scale)
        values |= {pk: pin.rate for pk, pin in pinned.items() if pk in values and pin.rate is not None}
        own_sources = {pk: own_source(pk, over) for pk in self.shown}
        sources = {pk: self.source(pk, over, sums, own_sources, pinned) for pk in self.shown}
        own_values = rates(own_pairs, indicator.scale)
        for known, found in ((sources, values), (own_sources, own_values)):
            known.update({pk: MISSING for pk, source in known.items() if pk not in found and source != NO_DATA})
        paired = {pk for pk, (_, whole) in pairs.items() if whole is not None}
        covered = coverages(self.tree, self.asked(indicator), paired, lacking, pinned)
        return Measure(values, covered, own_values, sources, own_sources, shown, own_pairs)


def area_values(area_rows: Iterable[dict], column: str, year: int, tree: Tree) -> tuple[dict[int, int], dict[int, int]]:
    """The newest value of every unit's own rows not later than the year, and of which year it is.

    A territorial commune is one commune unless its row says otherwise.
    """
    values: dict[int, int] = {}
    years: dict[int, int] = {}
    for row in area_rows:
        pk, of_year, value = row["organization_id"], row["year"], row[column]
        if value is not None and years.get(pk, 0) < of_year <= year and pk in tree.by_pk:
            values[pk], years[pk] = value, of_year
    if column == "communes":
        for unit in tree.units:
            if unit.level == Level.COMMUNE and unit.has_territory:
                values.setdefault(unit.pk, 1)
    return values, years


def rates(pairs: dict[int, Pair], scale: int) -> dict[int, Value]:
    """The rates of the pairs that have one."""
    found = {pk: pair.rate(scale) for pk, pair in pairs.items()}
    return {pk: rate for pk, rate in found.items() if rate is not None}


def own_source(pk: int, lines: Lines) -> str:
    """How the unit's own line is known."""
    if pk in lines.own:
        return DECLARED if pk in lines.typed else REGISTER
    return NO_DATA if pk in lines.no_data else MISSING
