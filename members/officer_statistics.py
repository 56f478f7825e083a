"""What the register of officers counts for a quarter: key officers of the hội, as on its last day.

A person counts once in each line: by the register of members, else by folded name within the unit. What was never
said is no data: nobody is full-time or concurrent as long as it is known of nobody.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Case, F, IntegerField, Max, Value, When

from core.counts import Count
from core.periods import Quarter
from members.models import KEY_POSTS, Officer, OutsidePostKind
from organizations.models import Level, RegisterUse
from organizations.spells import UnitOfDay, reporting_parents

TOTAL, FULL_TIME, CONCURRENT = "officers.total", "officers.full_time", "officers.concurrent"
OUTSIDE = {
    "officers.in_former_teachers_association": OutsidePostKind.FORMER_TEACHERS,
    "officers.in_elderly_association": OutsidePostKind.ELDERLY,
}
CODES = (TOTAL, FULL_TIME, CONCURRENT, *OUTSIDE)


class Person(NamedTuple):
    """Someone in a unit: ``full_time`` is the most of all key posts there, None where it is not known of any."""

    organization_id: int
    member_id: int | None
    name: str
    full_time: int | None
    outside: tuple[int, ...]


def read_people(day) -> Iterable[Person]:
    """The people who hold a key post on the day, unit by unit; one GROUP BY."""
    name = Case(When(member=None, then=F("search")), default=Value(""))
    full_time = Case(
        When(full_time=True, then=Value(1)),
        When(full_time=False, then=Value(0)),
        default=Value(None),
        output_field=IntegerField(),
    )
    outside = {
        f"in_{kind.value}": Max(Case(When(outside_posts__kind=kind, then=Value(1)), default=Value(0)))
        for kind in OUTSIDE.values()
    }
    posts = Officer.objects.on(day).filter(post__in=KEY_POSTS).order_by().annotate(name=name)
    grouped = posts.values_list("organization_id", "member_id", "name").annotate(known=Max(full_time), **outside)
    for organization, member, folded, known, *flags in grouped:
        yield Person(organization, member, folded, known, tuple(flags))


def lines_of(units: dict[int, UnitOfDay]) -> dict[int, int]:
    """Hội → the reporting unit in whose own line its officers stand: itself, else the nearest above that reports."""
    above = reporting_parents(units)
    lines = {pk: pk if unit.reports else above[pk] for pk, unit in units.items() if unit.level != Level.BRANCH}
    return {pk: line for pk, line in lines.items() if line is not None}


def count_officers(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, read before.

    Two queries: the people, and where the register is in use.
    """
    lines = lines_of(units)
    people: dict[int, dict[object, list[Person]]] = defaultdict(lambda: defaultdict(list))
    for person in read_people(quarter.last_day):
        if (line := lines.get(person.organization_id)) is not None:
            key = person.member_id or (person.organization_id, person.name)
            people[line][key].append(person)
    in_use = RegisterUse.objects.filter(register=RegisterUse.Register.OFFICERS, used_from__lte=quarter.last_day)
    keeping = {pk for pk in in_use.values_list("organization_id", flat=True) if pk in units}
    counted: dict[str, dict[int, Count]] = {code: {} for code in CODES}
    for line in people.keys() | keeping:
        for code, number in count_line(people[line].values()).items():
            if number or line in keeping:
                counted[code][line] = Count(number, Count.NAMES)
    return counted


def count_line(people: Iterable[list[Person]]) -> dict[str, int]:
    """What one line counts; without the parts of which nothing is known."""
    people = list(people)
    known = [[row.full_time for row in rows if row.full_time is not None] for rows in people]
    numbers = {TOTAL: len(people)}
    if any(known) or not people:
        numbers[FULL_TIME] = sum(any(values) for values in known)
        numbers[CONCURRENT] = sum(bool(values) and not any(values) for values in known)
    for place, code in enumerate(OUTSIDE):
        numbers[code] = sum(any(row.outside[place] for row in rows) for rows in people)
    return numbers
