"""The shape of a summary: frozen, complete, and all that a renderer may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.periods import Quarter, Span
from reports.rollup import Coverage, Pair

Value = int | Decimal | None

REGISTER, CHILDREN, DECLARED, NO_DATA, MISSING = "register", "children", "declared", "no_data", "missing"


def same_units(now: Coverage, before: Coverage | None) -> bool:
    """Whether as many units had data before: else a rise may only be a unit that reported this time."""
    return before is not None and before.with_data == now.with_data


@dataclass(frozen=True)
class UnitLabel:
    """A unit as it was called on the last day of the period."""

    code: str
    name: str
    short_name: str
    level: str


@dataclass(frozen=True)
class UnitValue:
    """One unit's value of an indicator; ``source`` is register, children, declared, no_data or missing.

    ``is_asked`` says whether the unit, or one below it, is asked for the indicator at all; ``pair`` are the parts
    of a rate.
    """

    unit: UnitLabel
    value: Value
    source: str
    is_own_line: bool = False
    is_asked: bool = True
    pair: Pair | None = None


@dataclass(frozen=True)
class FigureLine:
    """One indicator for the period: counts and đồng are int, rates Decimal with two places, no data None.

    A rate names its ``parts``, the indicators of numerator and denominator; it is numerator × ``scale`` / denominator.
    ``source`` says how the value is known, as for a unit.
    """

    indicator: str
    label: str
    unit: str
    nature: str
    group: str
    better: str
    value: Value
    year_to_date: int | None
    previous: Value
    year_earlier: Value
    target: Decimal | None
    coverage: Coverage
    units: tuple[UnitValue, ...]
    pair: Pair | None = None
    previous_pair: Pair | None = None
    area_years: tuple[int, ...] = ()
    is_asked: bool = True
    previous_coverage: Coverage | None = None
    year_earlier_pair: Pair | None = None
    scale: int | None = None
    parts: tuple[str, ...] = ()
    source: str = MISSING

    @property
    def is_rate(self) -> bool:
        return self.nature == "ratio"

    @property
    def numerator(self) -> int | None:
        return self.pair.numerator if self.pair else None

    @property
    def denominator(self) -> int | None:
        return self.pair.denominator if self.pair else None

    @property
    def is_comparable(self) -> bool:
        return same_units(self.coverage, self.previous_coverage)

    @property
    def units_below(self) -> tuple[UnitValue, ...]:
        """The reporting units directly below, without the unit's own line."""
        return tuple(value for value in self.units if not value.is_own_line)

    @property
    def own_line(self) -> UnitValue | None:
        return next((value for value in self.units if value.is_own_line), None)


@dataclass(frozen=True)
class Completeness:
    """How many of the ``expected`` units handed in, were accepted, and were on time; ``missing`` did not hand in."""

    expected: int
    submitted: int
    accepted: int
    on_time: int
    missing: tuple[UnitLabel, ...]
    below: "Completeness | None" = None


@dataclass(frozen=True)
class Extremes:
    """Best and worst unit directly below by a rate."""

    best: UnitValue
    worst: UnitValue


@dataclass(frozen=True)
class DocumentHead:
    """What stands around the printed report, out of the unit's settings; ``number`` and day are empty until issued."""

    parent_lines: tuple[str, ...]
    own_lines: tuple[str, ...]
    symbol: str
    number: str
    place: str
    issued_on: date | None
    signing: tuple[str, ...]
    signatory: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class QuarterlySummary:
    """The summary of a unit and all below it for a quarter or a span."""

    organization: UnitLabel
    parent: UnitLabel | None
    period: Quarter | Span
    quarters: tuple[Quarter, ...]
    status: str
    completeness: Completeness
    figures: tuple[FigureLine, ...]
    ranking: Mapping[str, Extremes]
    narrative: Mapping[str, str]
    document: DocumentHead
    built_at: datetime

    def figure(self, indicator: str) -> FigureLine | None:
        """The line of an indicator, None when the period does not ask for it."""
        return self.by_code.get(indicator)

    @property
    def by_code(self) -> Mapping[str, FigureLine]:
        return {line.indicator: line for line in self.figures}

    @property
    def groups(self) -> list[tuple[str, list[FigureLine]]]:
        """Lines by group, in the catalogue's order."""
        groups: dict[str, list[FigureLine]] = {}
        for line in self.figures:
            groups.setdefault(line.group, []).append(line)
        return list(groups.items())

    @property
    def is_provisional(self) -> bool:
        return self.status != "accepted"
