"""Random years of random families on random trees, through the services: counts and titles equal a naive recount."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.counts import Count
from core.periods import Quarter
from learning_models.assessing import Sheet, record_sheets
from learning_models.integrity import find_faults
from learning_models.models import CriteriaSet, Registration, RegistrationCount
from learning_models.registrants import leave_registrant, transfer_registrant
from learning_models.services import register
from learning_models.statistics import COUNTED, count_learning_models
from learning_models.titles import add_months
from organizations.models import RegisterUse
from organizations.spells import tree_on
from organizations.tree import move_organization
from tests.conftest import plant
from tests.learning_models.register import add_registrant, make_points_set, recognise, withdraw

pytestmark = pytest.mark.django_db
quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
MODEL, MOVED_ON = "clan", date(2022, 8, 1)
QUARTERS = [Quarter(year, number) for year in (2021, 2022, 2023, 2024) for number in (1, 2, 3, 4)]
ONE_DAY = timedelta(days=1)


# What happened, as drawn

units_drawn = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=5)
places = st.integers(0, 9)
year_drawn = st.none() | st.fixed_dictionaries(
    {
        "place": places,
        "registered": st.integers(0, 330),
        # Days after the registration, and after the title; None: it did not happen.
        "recognised": st.none() | st.integers(0, 400),
        "withdrawn": st.none() | st.integers(0, 500),
        "late": st.booleans(),
    }
)
family_drawn = st.fixed_dictionaries(
    {"place": places, "years": st.tuples(year_drawn, year_drawn, year_drawn), "left": st.none() | st.integers(0, 1300)}
)
number_drawn = st.tuples(
    places,
    st.integers(2021, 2023),
    st.integers(0, 330),
    st.none() | st.integers(0, 200),
    st.none() | st.integers(1, 20),
)


@dataclass
class Year:
    unit: int
    registered: date
    recognised: date | None = None
    valid_to: date | None = None
    withdrawn: date | None = None


@dataclass
class Told:
    """What the services accepted: of every family its years; numbers without names; parents of units by day."""

    families: list[dict[int, Year]] = field(default_factory=list)
    numbers: list[RegistrationCount] = field(default_factory=list)
    parents: dict[int, int | None] = field(default_factory=dict)
    parents_before: dict[int, int | None] = field(default_factory=dict)
    reporting: set[int] = field(default_factory=set)
    in_use: set[int] = field(default_factory=set)


# The services carry it out


def accepted(service, **facts):
    """What the service answered, None where it refused."""
    try:
        with transaction.atomic():
            return service(**facts)
    except ValidationError:
        return None


def grow(tree, drawn, told: Told) -> list:
    """Communes below districts and the province, branches below those; some report, some do not."""
    above, communes, units = [tree.province, tree.east, tree.west], [tree.first], [tree.first, tree.police]
    for number, (place, reports) in enumerate(drawn):
        is_branch = number % 2
        parents = communes if is_branch else above
        level = "branch" if is_branch else "commune"
        facts = {"kind": "village"} if is_branch else {}
        parent = parents[place % len(parents)]
        made = plant(f"Z{number}", f"Đơn vị {number}", level, parent, reports_quarterly=reports, **facts)
        units.append(made)
        if not is_branch:
            communes.append(made)
    told.parents_before = {pk: unit.parent_id for pk, unit in tree_on(date(2024, 12, 31)).items()}
    move_organization(organization=units[2], parent=tree.third.parent, on=MOVED_ON, user=None, reason="Chuyển")
    told.parents = {pk: unit.parent_id for pk, unit in tree_on(date(2024, 12, 31)).items()}
    told.reporting = {pk for pk, unit in tree_on(date(2024, 12, 31)).items() if unit.reports}
    return units


def live(units, drawn, told: Told) -> None:
    """A family's years one after another; withdrawals at once or at the very end."""
    registrant = add_registrant(units[drawn["place"] % len(units)], MODEL)
    years, late = {}, []
    for year, each in zip((2021, 2022, 2023), drawn["years"], strict=True):
        if each is None:
            continue
        accepted(transfer_registrant, registrant=registrant, destination=units[each["place"] % len(units)], user=None)
        registrant.refresh_from_db()
        day = date(year, 1, 1) + timedelta(days=each["registered"])
        row = accepted(register, registrant=registrant, year=year, registered_on=day, user=None)
        if row is None:
            continue
        years[year] = Year(row.organization_id, day)
        if each["recognised"] is None:
            continue
        decision = give_title(row, years[year], day + timedelta(days=each["recognised"]))
        if each["withdrawn"] is not None:
            late.append((each["late"], decision, row, years[year], each["withdrawn"]))
            if not each["late"]:
                take_title(*late.pop()[1:])
    for _, *withdrawal in late:
        take_title(*withdrawal)
    if drawn["left"] is not None:
        left = date(2021, 1, 1) + timedelta(days=drawn["left"])
        accepted(leave_registrant, registrant=registrant, to_date=left, user=None)
    told.families.append(years)


def give_title(row, year: Year, day: date):
    sheet = Sheet(row.pk, score=80)
    record_sheets(stage="review", sheets=[sheet], on=day, reach=Registration.objects.all(), user=None)
    decision = recognise(row, decided_on=day, number=f"{row.pk}/QĐ")
    months = CriteriaSet.objects.get(model=MODEL).validity_months
    year.recognised, year.valid_to = day, add_months(day, months) - ONE_DAY if months else None
    return decision


def take_title(decision, row, year: Year, after: int) -> None:
    row, day = Registration.objects.get(pk=row.pk), year.recognised + timedelta(days=after)
    if accepted(lambda: withdraw(decision, row, decided_on=day, number=f"{row.pk}/QĐ-TH")):
        year.withdrawn = day


# The same, recounted


def line_of(told: Told, unit: int, day: date) -> int | None:
    parents = told.parents if day >= MOVED_ON else told.parents_before
    while unit is not None and unit not in told.reporting:
        unit = parents[unit]
    return unit


def newest(years: dict[int, Year], day: date) -> Year | None:
    """The title that counts on the day, if it still holds: the newest one by then decides alone."""
    given = [(each.recognised, year) for year, each in years.items() if each.recognised and each.recognised <= day]
    if not given:
        return None
    last = years[max(given)[1]]
    ended = (last.valid_to and last.valid_to < day) or (last.withdrawn and last.withdrawn <= day)
    return None if ended else last


def recount(told: Told, quarter: Quarter) -> dict[str, Counter]:
    day, found = quarter.last_day, {name: Counter() for name in COUNTED}
    for years in told.families:
        year = years.get(quarter.year)
        if year and year.registered <= day:
            found["registered"][line_of(told, year.unit, day)] += 1
            holds = year.recognised and year.recognised <= day and not (year.withdrawn and year.withdrawn <= day)
            found["succeeded"][line_of(told, year.unit, day)] += bool(holds)
        if title := newest(years, day):
            found["recognised"][line_of(told, title.unit, day)] += 1
    for row in told.numbers:
        line, given = line_of(told, row.organization_id, day), row.recognised_on and row.recognised_on <= day
        if row.year == quarter.year and row.registered_on <= day:
            found["registered"][line] += row.count
            found["succeeded"][line] += row.count if given else 0
        if given and holds_as_number(told, row, day):
            found["recognised"][line] += row.count
    return found


def holds_as_number(told: Told, row: RegistrationCount, day: date) -> bool:
    """With a last day until then; without one until the unit has titles of a later year."""
    if row.title_to:
        return row.title_to >= day
    return not any(
        other.organization_id == row.organization_id
        and other.year > row.year
        and other.recognised_on
        and other.recognised_on <= day
        for other in told.numbers
    )


def write_numbers(units, drawn, told: Told) -> None:
    for place, year, offset, decided, months in drawn:
        registered = date(year, 1, 1) + timedelta(days=offset)
        given = registered + timedelta(days=decided) if decided is not None else None
        row = RegistrationCount(organization=units[place % len(units)], model=MODEL, year=year, count=1 + place)
        row.registered_on, row.status = registered, "recognised" if given else "registered"
        row.recognised_on, row.title_to = given, add_months(given, months) if given and months else None
        if not any(same(row, other) for other in told.numbers):
            row.save()
            told.numbers.append(row)


def same(row, other) -> bool:
    key = ("organization_id", "year", "registered_on", "status")
    return all(getattr(row, name) == getattr(other, name) for name in key)


@given(
    units_drawn,
    st.lists(family_drawn, min_size=1, max_size=4),
    st.lists(number_drawn, max_size=3),
    st.none() | st.integers(1, 30),
    st.booleans(),
    st.dates(date(2021, 1, 1), date(2025, 12, 31)),
)
@quick
def test_counts_and_titles_equal_a_recount(tree, units_drawn, families, numbers, months, in_use, day):
    with transaction.atomic():
        told = Told()
        make_points_set(MODEL, validity_months=months)
        units = grow(tree, units_drawn, told)
        for drawn in families:
            live(units, drawn, told)
        write_numbers(units, numbers, told)
        if in_use:
            RegisterUse.objects.create(organization=tree.first, register="learning_models", used_from=date(2022, 1, 1))
            told.in_use.add(tree.first.pk)
        for quarter in QUARTERS:
            compare(told, quarter)
        in_force = Registration.objects.in_force(day).values_list("organization_id", flat=True)
        titles = (newest(years, day) for years in told.families)
        assert Counter(in_force) == Counter(title.unit for title in titles if title)
        assert list(find_faults()) == []
        transaction.set_rollback(True)


def compare(told: Told, quarter: Quarter) -> None:
    counted = count_learning_models(quarter, tree_on(quarter.last_day))
    for name, expected in recount(told, quarter).items():
        found = counted[f"learning_models.{MODEL}.{name}"]
        assert {unit: each.value for unit, each in found.items() if each.value} == {
            unit: number for unit, number in expected.items() if number and unit is not None
        }, (quarter, name)
        zeros = {unit for unit, each in found.items() if not each.value}
        kept = told.in_use if quarter.year >= 2022 else set()
        assert zeros == {unit for unit in kept if not expected[unit]}
        assert all(each.basis in (Count.NAMES, Count.HEAD_COUNT) for each in found.values())


sets_drawn = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 25)), max_size=5)


@given(sets_drawn, st.booleans(), st.booleans(), st.integers(-10, 200))
@quick
def test_the_set_valid_on_the_day_is_used_whatever_the_gaps(tree, drawn, first_open, last_open, place):
    """Sets one after another with gaps: the one that covers the day, or none."""
    with transaction.atomic():
        start, spans = date(2021, 1, 1), []
        for gap, length in drawn:
            begin = start + timedelta(days=gap)
            spans.append([begin, begin + timedelta(days=length)])
            start = spans[-1][1] + ONE_DAY
        if spans and first_open:
            spans[0][0] = None
        if spans and last_open:
            spans[-1][1] = None
        made = [make_points_set(MODEL, valid_from=first, valid_to=last) for first, last in spans]
        day = date(2021, 1, 1) + timedelta(days=place)
        covering = [
            each for each, (first, last) in zip(made, spans, strict=True) if (first or day) <= day <= (last or day)
        ]
        assert [CriteriaSet.objects.for_model(MODEL, day)] == (covering or [None])
        transaction.set_rollback(True)
