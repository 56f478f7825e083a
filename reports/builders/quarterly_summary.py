"""The summary of a unit and everything below it for a quarter or a span: `build()`.

Beside it only the dashboard's builder takes rules from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.bulk import as_moment
from core.periods import Quarter, Span
from organizations.models import AreaStatistics, Organization
from organizations.spells import UnitOfDay
from reports.builders.heads import document_head
from reports.builders.measures import Measure, PeriodMeasures
from reports.builders.rounds import FEW, ReportRow, RoundData, load_rounds
from reports.builders.summary import (
    MISSING,
    Completeness,
    Extremes,
    FigureLine,
    QuarterlySummary,
    UnitLabel,
    UnitValue,
    Value,
)
from reports.models import Indicator, Narrative, Report, Target
from reports.rollup import Coverage, Pair

# Plain texts: members of an enumeration are slow to compare.
HANDED_IN = frozenset(status.value for status in Report.HANDED_IN)


def build(*, organization: Organization, period: Quarter | Span, accepted_only: bool = False) -> QuarterlySummary:
    """The frozen summary, in a number of queries that does not grow with the units.

    Draft, submitted and accepted reports count unless ``accepted_only``. Raises ValidationError when no round of
    the period was opened for the unit.
    """
    indicators = list(Indicator.objects.all())
    rounds = load_rounds(organization.pk, quarters_needed(period), accepted_only=accepted_only)
    if not any(quarter in rounds for quarter in period.quarters):
        raise ValidationError(f"Chưa mở kỳ báo cáo nào của {period.label} cho “{organization.name}”.")
    area_rows = read_areas(rounds, period)
    now = PeriodMeasures(period, rounds, indicators, area_rows)
    comparisons = [
        PeriodMeasures(other, rounds, indicators, area_rows)
        if any(quarter in rounds for quarter in other.quarters)
        else None
        for other in (period.previous, period.year_earlier)
    ]
    targets = dict(
        Target.objects.filter(organization=organization, year=period.year).values_list("indicator_id", "value")
    )
    asked = [indicator for indicator in indicators if now.is_asked_now(indicator)]
    figures = tuple(figure_line(indicator, now, comparisons, targets.get(indicator.pk)) for indicator in asked)
    own_reports = [rounds[quarter].reports[organization.pk] for quarter in now.quarters]
    accepted = all(report.status == Report.Status.ACCEPTED for report in own_reports)
    unit, parent = label(now.units[organization.pk]), now.latest.parents[organization.pk]
    above = label(now.units[parent]) if parent in now.units else None
    return QuarterlySummary(
        organization=unit,
        parent=above,
        period=period,
        quarters=tuple(now.quarters),
        status="accepted" if accepted else "provisional",
        completeness=completeness(now),
        figures=figures,
        ranking=ranking(figures, asked),
        narrative=narrative(now, accepted_only=accepted_only),
        document=document_head(organization.pk, unit, above, period),
        built_at=timezone.now(),
    )


def quarters_needed(period: Quarter | Span) -> set[Quarter]:
    """The period, the periods it is compared with, and each year so far."""
    needed: set[Quarter] = set()
    for part in (period, period.previous, period.year_earlier):
        needed.update(part.quarters)
        last = part.last_quarter
        needed.update(Quarter(last.year, number) for number in range(1, last.number + 1))
    return needed


def read_areas(
    rounds: dict[Quarter, RoundData], period: Quarter | Span, columns: Iterable[str] = AreaStatistics.COLUMNS
) -> list[dict]:
    """The area rows of every unit concerned, not later than the period's year."""
    concerned = {pk for data in rounds.values() for pk in data.below}
    rows = AreaStatistics.objects.filter(year__lte=period.year)
    if len(concerned) <= FEW:
        rows = rows.filter(organization__in=concerned)
    return list(rows.order_by().values("organization_id", "year", *columns))


def label(unit: UnitOfDay) -> UnitLabel:
    return UnitLabel(unit.code, unit.name, unit.short_name, unit.level)


def figure_line(
    indicator: Indicator, now: PeriodMeasures, comparisons: list[PeriodMeasures | None], target
) -> FigureLine:
    """One indicator: now, so far this year, a period and a year earlier, and the units directly below."""
    measure = now.measure(indicator)
    previous, year_earlier = (value_then(indicator, then) for then in comparisons)
    is_flow = indicator.nature == Indicator.Nature.FLOW
    area = indicator
    if indicator.nature == Indicator.Nature.RATIO:
        area = now.indicators[indicator.denominator_id]
    return FigureLine(
        indicator=indicator.code,
        label=indicator.label,
        unit=indicator.unit,
        nature=indicator.nature,
        group=indicator.group,
        better=indicator.better,
        value=measure.values.get(now.top),
        year_to_date=now.year_to_date(indicator) if is_flow else None,
        previous=previous.value,
        year_earlier=year_earlier.value,
        target=target,
        coverage=measure.coverage[now.top],
        units=unit_values(indicator, measure, now),
        pair=measure.pairs.get(now.top),
        previous_pair=previous.pair,
        area_years=now.area_years(area) if area.source == Indicator.Source.AREA else (),
        is_asked=now.top in now.concerned(indicator),
        previous_coverage=previous.coverage,
        year_earlier_pair=year_earlier.pair,
        scale=indicator.scale,
        parts=tuple(now.indicators[pk].code for pk in (indicator.numerator_id, indicator.denominator_id) if pk),
        source=measure.sources[now.top],
    )


@dataclass(frozen=True)
class Then:
    """An indicator in another period; all None where that was not opened or not asked."""

    value: Value = None
    coverage: Coverage | None = None
    pair: Pair | None = None


def value_then(indicator: Indicator, then: PeriodMeasures | None, measure: Measure | None = None) -> Then:
    """What was accepted then, else what is known of it now; ``measure`` where that was worked out before."""
    if then is None or not then.is_asked_now(indicator):
        return Then()
    if then.latest.accepted and then.says_last_quarter(indicator):
        found = then.latest.accepted.get(indicator.pk)
        return Then(found.value, found.coverage, found.pair) if found else Then()
    measure = measure or then.measure(indicator)
    return Then(measure.values.get(then.top), measure.coverage[then.top], measure.pairs.get(then.top))


def unit_values(indicator: Indicator, measure: Measure, now: PeriodMeasures) -> tuple[UnitValue, ...]:
    """The units directly below in the tree's order, and the unit's own line where it has one."""
    children, concerned, pinned = now.tree.children[now.top], now.concerned(indicator), now.pinned(indicator.pk)
    # What was answered was asked, whatever the catalogue says since.
    answered = {pk for pk, pin in pinned.items() if pin.source != MISSING}
    below = tuple(
        UnitValue(
            label(now.units[pk]),
            measure.values.get(pk),
            measure.sources[pk],
            is_asked=pk in concerned or pk in answered,
            pair=measure.pairs.get(pk),
        )
        for pk in children
    )
    top, is_asked = label(now.units[now.top]), now.top in now.asked(indicator)
    if not children:
        value, source = measure.values.get(now.top), measure.sources[now.top]
        pair = measure.pairs.get(now.top)
        return (UnitValue(top, value, source, is_own_line=True, is_asked=is_asked, pair=pair),)
    has_line = bool(measure.own_sources) and not has_area_denominator(indicator, now)
    if now.top in measure.own or (is_asked and has_line):
        value, source = measure.own.get(now.top), measure.own_sources[now.top]
        pair = measure.own_pairs.get(now.top)
        return (*below, UnitValue(top, value, source, is_own_line=True, is_asked=is_asked, pair=pair))
    return below


def has_area_denominator(indicator: Indicator, now: PeriodMeasures) -> bool:
    """A ratio over an area has no rate of the own line: that carries no area."""
    if indicator.nature != Indicator.Nature.RATIO:
        return False
    return now.indicators[indicator.denominator_id].source == Indicator.Source.AREA


def ranking(figures: tuple[FigureLine, ...], indicators: list[Indicator]) -> dict[str, Extremes]:
    """Best and worst unit directly below for every rate that knows which way is better; ties go by order."""
    better = {indicator.code: indicator.better for indicator in indicators}
    found = {}
    for line in figures:
        ranked = [value for value in line.units_below if value.value is not None]
        if not line.is_rate or better[line.indicator] == Indicator.Better.NONE or not ranked:
            continue
        highest = max(ranked, key=lambda value: value.value)
        lowest = min(ranked, key=lambda value: value.value)
        higher = better[line.indicator] == Indicator.Better.HIGHER
        found[line.indicator] = Extremes(*((highest, lowest) if higher else (lowest, highest)))
    return found


def completeness(now: PeriodMeasures) -> Completeness:
    """Who handed in: the units directly below, and in ``below`` all of them at every level."""
    everyone = [unit.pk for unit in now.tree.units if unit.pk != now.top]
    return count_reports(now, now.tree.children[now.top], count_reports(now, everyone, None))


def count_reports(now: PeriodMeasures, pks, below: Completeness | None) -> Completeness:
    """Over a span a unit has handed in when it has for every opened quarter that asked it."""
    submitted = accepted = on_time = 0
    missing = []
    for pk in pks:
        owed = [
            (now.rounds[quarter].round, now.rounds[quarter].reports[pk])
            for quarter in now.quarters
            if pk in now.rounds[quarter].reports
        ]
        if all(report.status in HANDED_IN for _, report in owed):
            submitted += 1
            on_time += all(is_on_time(round_, report, now.units[pk].level) for round_, report in owed)
        else:
            missing.append(label(now.units[pk]))
        accepted += all(report.status == Report.Status.ACCEPTED for _, report in owed)
    return Completeness(len(pks), submitted, accepted, on_time, tuple(missing), below)


def is_on_time(round_, report: ReportRow, level: str) -> bool:
    """By the first handing in: a report that is returned late was not late for that."""
    handed_in = as_moment(report.handed_in_at)
    return handed_in is not None and handed_in < round_.deadline_of(level)


def narrative(now: PeriodMeasures, *, accepted_only: bool) -> dict[str, str]:
    """The unit's own words for the last opened quarter; every section is present, empty when nothing was written."""
    report = now.latest.reports[now.top]
    words = dict.fromkeys(Narrative.Section.values, "")
    if not accepted_only or report.status == Report.Status.ACCEPTED:
        words.update(Narrative.objects.filter(report=report.pk).values_list("section", "text"))
    return words
