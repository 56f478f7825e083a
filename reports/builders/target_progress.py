"""The targets of a unit and of those directly below it in a year, beside what is known of them by now."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import ValidationError

from core.periods import Quarter, Span
from organizations.models import Organization
from organizations.spells import UnitOfDay
from reports.builders.summary import FigureLine, QuarterlySummary, UnitValue, Value
from reports.models import Indicator, Report, Target
from reports.revisions import summary_of
from reports.rollup import Coverage
from reports.targets import UnitsBelow, judge, weighted_rate

SUM, WEIGHTED = "sum", "weighted"


@dataclass(frozen=True)
class Aim:
    """One unit's target and present value; ``light`` as `judge` says it."""

    code: str
    short_name: str
    target: Decimal | None
    act: str
    value: Value
    source: str
    light: str
    is_asked: bool = True


@dataclass(frozen=True)
class Together:
    """What the targets of the units below come to: ``way`` is a sum, or a rate over known denominators.

    ``value`` is None where it cannot be said. ``counted`` units of ``expected`` are in it; ``left_out`` have a target
    but no denominator.
    """

    way: str
    value: Decimal | None
    counted: int
    expected: int
    left_out: tuple[str, ...]
    difference: Decimal | None


@dataclass(frozen=True)
class TargetProgress:
    """One indicator in one year. ``period`` is what the values are of, None before any round of the year opens."""

    indicator: Indicator
    year: int
    period: Quarter | Span | None
    quarter: Quarter | None
    is_provisional: bool
    own: Aim
    coverage: Coverage | None
    children: tuple[Aim, ...]
    together: Together | None


class YearData:
    """What one unit has in a year: targets, units below, and the summaries that are needed, each built once."""

    def __init__(self, organization: Organization, year: int):
        self.organization, self.year = organization, year
        self.below = UnitsBelow(organization)
        self.built: dict[Quarter | Span, QuarterlySummary | None] = {}

    @cached_property
    def quarter(self) -> Quarter | None:
        """The newest opened quarter of the year."""
        reports = Report.objects.filter(
            organization=self.organization, round__quarter__startswith=f"{self.year}-"
        ).order_by("-round__quarter")
        return reports.values_list("round__quarter", flat=True).first()

    @cached_property
    def targets(self) -> dict[int, dict[int, Target]]:
        """Indicator → unit → target, of the unit and of those directly below."""
        units = [self.organization.pk, *(unit.pk for unit in self.below.children)]
        found: dict[int, dict[int, Target]] = {}
        for target in Target.objects.filter(organization__in=units, year=self.year).order_by():
            found.setdefault(target.indicator_id, {})[target.organization_id] = target
        return found

    def period_of(self, indicator: Indicator) -> Quarter | Span | None:
        """A year's target of a flow is met over the year so far; a stock and a rate stand as in the newest quarter."""
        if self.quarter is None:
            return None
        parts = [part for part in (indicator.numerator, indicator.denominator) if part]
        flows = any(each.nature == Indicator.Nature.FLOW for each in (indicator, *parts))
        yearly = indicator.frequency == Indicator.Frequency.YEAR
        return Span(self.year, "Y") if flows or yearly else self.quarter

    def summary(self, indicator: Indicator) -> QuarterlySummary | None:
        period = self.period_of(indicator)
        if period is not None and period not in self.built:
            try:
                self.built[period] = summary_of(organization=self.organization, period=period)
            except ValidationError:
                self.built[period] = None
        return self.built.get(period) if period else None

    def progress(self, indicator: Indicator) -> TargetProgress:
        summary, targets = self.summary(indicator), self.targets.get(indicator.pk, {})
        line = summary.figure(indicator.code) if summary else None
        children = children_aims(indicator, line, self.below, targets)
        own = own_aim(indicator, self.organization, line, targets.get(self.organization.pk))
        return TargetProgress(
            indicator=indicator,
            year=self.year,
            period=summary.period if summary else None,
            quarter=self.quarter,
            is_provisional=summary is None or summary.is_provisional,
            own=own,
            coverage=line.coverage if line else None,
            children=children,
            together=together(indicator, own.target, children, denominators(line, summary)) if children else None,
        )


def build(*, organization: Organization, indicator: Indicator, year: int) -> TargetProgress:
    """One indicator: a fixed number of queries, whatever the number of units."""
    return YearData(organization, year).progress(indicator)


def build_all(*, organization: Organization, year: int) -> list[TargetProgress]:
    """Every indicator that the unit or one directly below has a target for, in the catalogue's order."""
    data = YearData(organization, year)
    indicators = Indicator.objects.filter(pk__in=data.targets).select_related("numerator", "denominator")
    return [data.progress(indicator) for indicator in indicators]


def own_aim(indicator: Indicator, organization: Organization, line: FigureLine | None, target: Target | None) -> Aim:
    value, wanted = line.value if line else None, target.value if target else None
    complete = indicator.nature == Indicator.Nature.RATIO or line is None or line.coverage.is_complete
    return Aim(
        code=organization.code,
        short_name=organization.short_name,
        target=wanted,
        act=target.act if target else "",
        value=value,
        source=line.source if line else "missing",
        light=judge(value, wanted, indicator.better, is_complete=complete),
    )


def children_aims(
    indicator: Indicator, line: FigureLine | None, units: UnitsBelow, targets: dict[int, Target]
) -> tuple[Aim, ...]:
    """Of the units directly below today those that are asked, and those that have a target all the same."""
    values = {value.unit.code: value for value in line.units_below} if line else {}
    asked = {unit.pk for unit in units.asked(indicator)}
    concerned = [unit for unit in units.children if unit.pk in asked or unit.pk in targets]
    return tuple(
        child_aim(indicator, unit, values.get(unit.code), targets.get(unit.pk), is_asked=unit.pk in asked)
        for unit in concerned
    )


def child_aim(
    indicator: Indicator, unit: UnitOfDay, value: UnitValue | None, target: Target | None, *, is_asked: bool
) -> Aim:
    present, wanted = value.value if value else None, target.value if target else None
    return Aim(
        code=unit.code,
        short_name=unit.short_name,
        target=wanted,
        act=target.act if target else "",
        value=present,
        source=value.source if value else "missing",
        light=judge(present, wanted, indicator.better),
        is_asked=is_asked,
    )


def denominators(line: FigureLine | None, summary: QuarterlySummary | None) -> dict[str, int]:
    """Unit code → what its rate stands over, also where the numerator has not come in."""
    under = summary.figure(line.parts[1]) if line and line.is_rate and summary else None
    if under is None:
        return {}
    return {value.unit.code: value.value for value in under.units_below if value.value}


def together(indicator: Indicator, target: Decimal | None, children: Iterable[Aim], under: dict[str, int]) -> Together:
    children = list(children)
    given = {aim.code: aim.target for aim in children if aim.target is not None}
    left_out: tuple[str, ...] = ()
    if indicator.nature == Indicator.Nature.RATIO:
        way, value = WEIGHTED, weighted_rate(given, under)
        left_out = tuple(aim.short_name for aim in children if aim.code in given and aim.code not in under)
    else:
        way, value = SUM, sum(given.values()) if given else None
    return Together(
        way=way,
        value=value,
        counted=len(given) - len(left_out),
        expected=sum(aim.is_asked or aim.target is not None for aim in children),
        left_out=left_out,
        difference=value - target if value is not None and target is not None else None,
    )
