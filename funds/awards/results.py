"""What came of all programmes together: by kind and quarter, by unit below, over the years; and who received again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import ExtractQuarter, ExtractYear

from core.charts import Chart, Series, line_comparison
from core.numbers import number_to_text
from core.periods import ROMAN
from funds.awards.repeats import YEARS_BACK, is_same, recipient_of
from funds.awards.statistics import GIVEN, PARTS, Given
from funds.models import Award, AwardKind
from organizations.models import Organization

YEARS_DRAWN, REPEATS_SHOWN, NAMES_EXAMINED = 12, 50, 200


@dataclass(frozen=True)
class Cell:
    """A sum with the rows behind it: None where one of them does not say the number, or there is no row."""

    given: Given

    @property
    def rows(self) -> int:
        return self.given.rows

    @property
    def portions(self) -> int | None:
        return self.given.portions if self.rows and self.given.with_portions == self.rows else None

    @property
    def amount(self) -> int | None:
        return self.given.amount if self.rows and self.given.with_amount == self.rows else None


@dataclass(frozen=True)
class KindRow:
    """One kind, or all; ``quarters`` are (number, "quý I", cell) of the four."""

    kind: str
    label: str
    quarters: tuple[tuple[int, str, Cell], ...]
    year: Cell


@dataclass(frozen=True)
class UnitRow:
    """A unit with everything below it, or (``own``) what the unit of the page gave itself."""

    unit: Organization
    own: bool
    awards: Cell
    scholarships: Cell
    together: Cell


Sums = dict[tuple[int, str, int], Given]


def sums_of(awards, year: int) -> Sums:
    """(unit, kind, quarter) → what was given in the year; one GROUP BY."""
    rows = awards.filter(handed_on__year=year).order_by()
    rows = rows.annotate(quarter=ExtractQuarter("handed_on")).values_list("organization_id", "kind", "quarter")
    return {
        (unit, kind, quarter): Given._make(value or 0 for value in values)
        for unit, kind, quarter, *values in rows.annotate(**GIVEN)
    }


def add_up(parts: Iterable[Given]) -> Cell:
    return Cell(sum(parts, start=Given()))


def kind_rows(sums: Sums) -> list[KindRow]:
    """One for each kind that was given, and the total."""
    found = []
    for kind in AwardKind.values:
        mine = {key: given for key, given in sums.items() if key[1] == kind}
        if mine:
            found.append(row_of(kind, AwardKind(kind).label, mine))
    return [*found, row_of("", "Tất cả", sums)] if len(found) > 1 else found


def row_of(kind: str, label: str, sums: Sums) -> KindRow:
    quarters = [
        (number, f"quý {roman}", add_up(given for key, given in sums.items() if key[2] == number))
        for number, roman in enumerate(ROMAN, start=1)
    ]
    return KindRow(kind, label, tuple(quarters), add_up(sums.values()))


def unit_rows(unit: Organization, inside: list[int] | None, sums: Sums) -> list[UnitRow]:
    """The units directly below ``unit`` that gave something, in the tree's order, and its own line first; one query."""
    places = Organization.objects.all() if inside is None else Organization.objects.filter(pk__in=inside)
    below: dict[int, list[int]] = defaultdict(list)
    units = {each.pk: each for each in places}
    for pk, each in units.items():
        place = pk
        while units[place].parent_id in units and units[place].parent_id != unit.pk:
            place = units[place].parent_id
        below[place if pk != unit.pk else unit.pk].append(each.pk)
    rows = []
    for place, members in below.items():
        mine = {key: given for key, given in sums.items() if key[0] in set(members)}
        if mine:
            rows.append(unit_row(units[place], place == unit.pk, mine))
    return sorted(rows, key=lambda row: (not row.own, row.unit.sort_key, row.unit.pk))


def unit_row(unit: Organization, own: bool, sums: Sums) -> UnitRow:
    awards = add_up(given for key, given in sums.items() if key[1] in PARTS)
    scholarships = add_up(given for key, given in sums.items() if key[1] == AwardKind.SCHOLARSHIP)
    return UnitRow(unit, own, awards, scholarships, add_up(sums.values()))


def chart_of_years(awards, year: int) -> Chart | None:
    """Portions of awards and of scholarships by year, up to ``year``; a year without any is a gap; none of a single
    year. One GROUP BY.
    """
    rows = awards.filter(handed_on__year__lte=year, handed_on__year__gt=year - YEARS_DRAWN).order_by()
    rows = rows.annotate(of_year=ExtractYear("handed_on")).values_list("of_year", "kind").annotate(**GIVEN)
    sums: dict[tuple[int, bool], Given] = defaultdict(Given)
    for of_year, kind, *values in rows:
        sums[of_year, kind == AwardKind.SCHOLARSHIP] += Given._make(value or 0 for value in values)
    if not sums:
        return None
    years = range(min(of_year for of_year, _ in sums), year + 1)
    names = (("Khen thưởng", False), ("Học bổng", True))
    series = [
        Series(name, tuple(Cell(sums[each, of_kind]).portions if (each, of_kind) in sums else None for each in years))
        for name, of_kind in names
    ]
    series = [line for line in series if any(value is not None for value in line.values)]
    if not series or len(years) < 2:
        return None
    said = [
        f"{number_to_text(line.values[-1])} suất {line.name.lower()}" for line in series if line.values[-1] is not None
    ]
    title = f"Năm {year} đã trao {' và '.join(said)}" if said else f"Năm {year} chưa có số suất"
    return line_comparison(
        title=title,
        periods=[str(each) for each in years],
        series=series,
        unit="suất",
        heading="Năm",
        label_format=lambda value: f"{number_to_text(round(value))} suất",
    )


@dataclass(frozen=True)
class Repeat:
    """Somebody who received in the year, and what the same one had received before or beside it."""

    award: Award
    others: tuple[Award, ...]


def repeats_of(awards, year: int) -> tuple[list[Repeat], bool]:
    """Recipients of the year with more than one award in these years, by name, and whether there may be more than
    these; two queries.
    """
    rows = awards.filter(handed_on__year__lte=year, handed_on__year__gte=year - YEARS_BACK, recipient__isnull=False)
    keys = rows.order_by("recipient__sort_key").values_list("recipient__sort_key")
    keys = keys.annotate(number=Count("pk"), now=Count("pk", filter=Q(handed_on__year=year)))
    wanted = [key for key, _, _ in keys.filter(number__gt=1, now__gt=0)[:NAMES_EXAMINED]]
    found = rows.filter(recipient__sort_key__in=wanted).select_related(
        "recipient", "programme", "organization", "origin"
    )
    by_key: dict[str, list[Award]] = defaultdict(list)
    for award in found.order_by("recipient__sort_key", "-handed_on", "-pk"):
        by_key[award.recipient.sort_key].append(award)
    repeats = []
    for group in by_key.values():
        told: set[int] = set()
        for award in group:
            if award.handed_on.year != year or award.pk in told:
                continue
            person = recipient_of(award)
            others = tuple(other for other in group if other.pk != award.pk and is_same(person, other))
            told.update(other.pk for other in others)
            if others:
                repeats.append(Repeat(award, others))
    return repeats[:REPEATS_SHOWN], len(repeats) > REPEATS_SHOWN or len(wanted) == NAMES_EXAMINED
