"""What the register of learning models counts for a quarter, as of its last day: one GROUP BY of names, one of numbers.

Everything counts in the own line of the nearest reporting unit at or above. Names and numbers add up: numbers stand
for those whose names are not kept. A unit absent from the answer has no data; zero is said only where the unit keeps
this register.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count as CountOf
from django.db.models import Exists, IntegerField, OuterRef, Q, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from core.counts import Count
from core.periods import Quarter
from learning_models.models import LearningModel, Registration, RegistrationCount
from organizations.models import RegisterUse
from organizations.spells import UnitOfDay, lines_of

COUNTED = ("registered", "recognised", "succeeded")
CODES = tuple(f"learning_models.{model}.{name}" for model in LearningModel.values for name in COUNTED)
# All that the conditions of a registration read; an index holds it.
READ = ("organization_id", "model", "year", "registered_on", "recognised_on", "title_to", "withdrawn_on")
# With so few units asking for them by name is quicker than grouping everybody's rows.
FEW = 500

Numbers = dict[tuple[int, str], list[int]]


def conditions(quarter: Quarter) -> dict[str, Q]:
    """What each of COUNTED holds for, as of the quarter's last day."""
    day = quarter.last_day
    registered = Q(year=quarter.year, registered_on__lte=day)
    return {
        "registered": registered,
        "recognised": Q(recognised_on__lte=day) & (Q(title_to__isnull=True) | Q(title_to__gte=day)),
        "succeeded": registered & Q(recognised_on__lte=day),
    }


def not_withdrawn(quarter: Quarter) -> Q:
    """Of titles whose holders are known: a title of which only the number is kept is not withdrawn one by one."""
    return Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=quarter.last_day)


def name_conditions(quarter: Quarter) -> dict[str, Q]:
    """`conditions` for rows with names."""
    asked = conditions(quarter)
    return asked | {"succeeded": asked["succeeded"] & not_withdrawn(quarter)}


def number_conditions(quarter: Quarter) -> dict[str, Q]:
    """`conditions` for rows of numbers.

    Titles without a last day hold until the unit has a number of a later year: without names nobody can tell whether
    these are the same people again.
    """
    asked = conditions(quarter)
    later = RegistrationCount.objects.filter(
        organization=OuterRef("organization"),
        model=OuterRef("model"),
        year__gt=OuterRef("year"),
        recognised_on__lte=quarter.last_day,
    )
    return asked | {"recognised": asked["recognised"] & (Q(title_to__isnull=False) | ~Exists(later))}


def count_names(quarters: Iterable[Quarter], units: Iterable[int] | None = None) -> dict[Quarter, Numbers]:
    """Quarter → (unit, model) → COUNTED by names; one statement for all. ``units`` narrows it to some."""
    asked = {quarter: name_conditions(quarter) for quarter in quarters}
    rows = of_units(Registration.objects.all(), units)
    if len(asked) > 1:
        return by_quarter(asked, fetch_alike(rows, asked))
    rows = rows.filter(any_counted(conditions(quarter) for quarter in asked))
    # Of a column that stands in the index: for the key every row would have to be fetched.
    return by_quarter(asked, grouped(rows, asked, lambda condition: CountOf("organization", filter=condition)))


def count_numbers(quarters: Iterable[Quarter], units: Iterable[int] | None = None) -> dict[Quarter, Numbers]:
    """Quarter → (unit, model) → COUNTED by numbers without names; one GROUP BY for all."""
    asked = {quarter: number_conditions(quarter) for quarter in quarters}
    rows = of_units(RegistrationCount.objects.filter(any_counted(asked.values())), units)
    return by_quarter(asked, grouped(rows, asked, lambda condition: Sum("count", filter=condition, default=0)))


def any_counted(asked: Iterable[dict[str, Q]]) -> Q:
    """Rows that count for any of the quarters; whoever succeeded registered as well."""
    wanted = [each["registered"] | each["recognised"] for each in asked]
    return reduce(or_, wanted)


def of_units(rows, units: Iterable[int] | None):
    return rows if units is None else rows.filter(organization__in=list(units))


def grouped(rows, asked: dict[Quarter, dict[str, Q]], number):
    """Unit, model, then COUNTED quarter by quarter; ``number`` makes a condition into what is counted or added up."""
    columns = {
        f"{name}_{quarter.year}_{quarter.number}": number(condition)
        for quarter, named in asked.items()
        for name, condition in named.items()
    }
    return rows.order_by().values_list("organization_id", "model").annotate(**columns)


def fetch_alike(rows, asked: dict[Quarter, dict[str, Q]]) -> list[tuple]:
    """The rows of `grouped` where much is asked: registrations of the same days are counted first, out of the index.

    So each condition is looked at once for all of them: with six quarters that takes a third of the time.
    """
    number = Cast(CountOf("organization"), IntegerField())
    alike = rows.order_by().values(*READ).annotate(number=number)
    many = RawSQL("number", [])
    whole = grouped(Registration.objects.all(), asked, lambda condition: Sum(many, filter=condition, default=0))
    try:
        (inner, inner_values), (outer, values) = (each.query.sql_with_params() for each in (alike, whole))
    except EmptyResultSet:
        return []
    # The conditions find the columns of the table in what stands in its place.
    table = f'FROM "{Registration._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute(outer.replace(table, f"FROM ({inner}) AS {table[5:]}", 1), [*values, *inner_values])
        return cursor.fetchall()


def by_quarter(asked: dict[Quarter, dict[str, Q]], rows: Iterable[tuple]) -> dict[Quarter, Numbers]:
    found: dict[Quarter, Numbers] = {quarter: {} for quarter in asked}
    width = len(COUNTED)
    for unit, model, *values in rows:
        for place, quarter in enumerate(asked):
            found[quarter][unit, model] = values[place * width : (place + 1) * width]
    return found


def count_learning_models(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, parents first.

    Three queries: names, numbers, registers in use.
    """
    return count_quarters({quarter: units})[quarter]


def count_quarters(
    trees: Mapping[Quarter, dict[int, UnitOfDay]],
) -> dict[Quarter, dict[str, dict[int, Count]]]:
    """`count_learning_models` of several quarters, each with the tree of its last day, in the same three queries."""
    units = set().union(*trees.values())
    few = units if len(units) <= FEW else None
    names, numbers = count_names(trees, few), count_numbers(trees, few)
    in_use = RegisterUse.objects.filter(register=RegisterUse.Register.LEARNING_MODELS)
    used_from = dict(in_use.values_list("organization_id", "used_from"))
    counted = {}
    for quarter, tree in trees.items():
        zeros = {pk: Count(0, Count.NAMES) for pk, day in used_from.items() if pk in tree and day <= quarter.last_day}
        counted[quarter] = add_up(lines_of(tree), names[quarter], numbers[quarter], zeros)
    return counted


def add_up(
    lines: dict[int, int], names: Numbers, numbers: Numbers, zeros: dict[int, Count]
) -> dict[str, dict[int, Count]]:
    """Names and numbers of every own line; ``zeros``: the units that keep the register, where nothing is zero."""
    totals: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * len(COUNTED))
    by_number: set[tuple[int, str]] = set()
    for found, without_names in ((names, False), (numbers, True)):
        for (unit, model), values in found.items():
            # Grouped for several quarters, a unit may have nothing in this one.
            if (line := lines.get(unit)) is None or not any(values):
                continue
            total = totals[line, model]
            for place, number in enumerate(values):
                total[place] += number
            if without_names:
                by_number.add((line, model))
    counted = {code: dict(zeros) for code in CODES}
    for (line, model), values in totals.items():
        basis = Count.HEAD_COUNT if (line, model) in by_number else Count.NAMES
        for name, number in zip(COUNTED, values, strict=True):
            if number or line in zeros:
                counted[f"learning_models.{model}.{name}"][line] = Count(number, basis)
    return counted
