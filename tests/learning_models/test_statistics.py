"""What the register of learning models counts: names, numbers, and what is not known."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.counts import Count
from core.periods import Quarter
from learning_models.models import Registration
from learning_models.statistics import CODES, count_learning_models, count_names, count_quarters
from learning_models.titles import Title, add_months, last_days
from organizations.models import RegisterUse
from organizations.spells import tree_on
from reports.catalogue import COUNTERS
from reports.models import Indicator
from tests.learning_models.register import add_count, add_registration, recognise, review, withdraw

pytestmark = pytest.mark.django_db
FIRST, LAST = Quarter.parse("2022-Q1"), Quarter.parse("2022-Q4")
QUARTERS = [Quarter(2021, 4), FIRST, Quarter(2022, 2), LAST, Quarter(2023, 1)]


def counts(quarter=FIRST):
    return count_learning_models(quarter, tree_on(quarter.last_day))


def of(unit, quarter=FIRST, model="family"):
    """Name → (value, basis) of the unit's own line; what has no data is left out."""
    head = f"learning_models.{model}."
    found = {code: units[unit.pk] for code, units in counts(quarter).items() if unit.pk in units}
    return {code.removeprefix(head): tuple(vars_of(count)) for code, count in found.items() if code.startswith(head)}


def vars_of(count):
    return count.value, count.basis


def test_every_indicator_of_the_register_is_counted():
    asked = Indicator.objects.filter(code__startswith="learning_models.", source="register")
    assert set(asked.values_list("code", flat=True)) == set(CODES) <= set(COUNTERS)


def test_registrations_count_in_the_nearest_unit_that_reports(tree):
    add_registration(tree.branch)
    add_registration(tree.first)
    add_registration(tree.east)
    assert of(tree.first) == {"registered": (2, Count.NAMES)}
    assert of(tree.east) == {"registered": (1, Count.NAMES)}
    assert of(tree.province) == {}


def test_only_what_was_registered_by_the_last_day_for_the_year_counts(tree):
    add_registration(tree.first, registered_on=FIRST.last_day)
    add_registration(tree.first, registered_on=FIRST.next.first_day)
    add_registration(tree.first, year=2021)
    assert of(tree.first)["registered"] == (1, Count.NAMES)
    assert of(tree.first, FIRST.next)["registered"] == (2, Count.NAMES)


def test_a_title_is_in_force_from_its_day_until_its_last_one(tree):
    row = add_registration(tree.first)
    review(row)
    recognise(row, decided_on=LAST.last_day)
    assert of(tree.first, LAST) == dict.fromkeys(("registered", "recognised", "succeeded"), (1, Count.NAMES))
    Registration.objects.update(title_to=date(2023, 3, 31))
    assert of(tree.first, Quarter(2023, 1)) == {"recognised": (1, Count.NAMES)}
    assert of(tree.first, Quarter(2023, 2)) == {}


def test_a_withdrawn_title_counts_no_more_from_that_day(tree):
    row = add_registration(tree.first)
    review(row)
    decision = recognise(row)
    withdraw(decision, row, decided_on=LAST.last_day)
    assert of(tree.first, LAST) == {"registered": (1, Count.NAMES)}


def test_two_titles_of_one_family_count_once(tree):
    row = add_registration(tree.first)
    review(row)
    recognise(row)
    again = add_registration_again(row, 2023)
    review(again, on=date(2023, 12, 10))
    recognise(again, decided_on=date(2023, 12, 20), number="2/QĐ")
    assert of(tree.first, Quarter(2023, 3))["recognised"] == (1, Count.NAMES)
    assert of(tree.first, Quarter(2023, 4))["recognised"] == (1, Count.NAMES)


def add_registration_again(row, year):
    return Registration.objects.create(
        registrant=row.registrant,
        organization=row.organization,
        model=row.model,
        year=year,
        registered_on=date(year, 1, 15),
    )


def test_numbers_add_to_names_and_say_so(tree):
    add_registration(tree.branch)
    add_count(tree.branch, 30)
    add_count(tree.first, 5, status="recognised", recognised_on=date(2022, 3, 1))
    add_count(tree.first, 7, status="not_recognised", registered_on=date(2022, 2, 1))
    add_count(tree.first, 100, registered_on=date(2022, 4, 1))
    assert of(tree.first) == {
        "registered": (43, Count.HEAD_COUNT),
        "recognised": (5, Count.HEAD_COUNT),
        "succeeded": (5, Count.HEAD_COUNT),
    }


def test_a_number_without_a_last_day_gives_way_to_that_of_a_later_year(tree):
    add_count(tree.first, 10, status="recognised", recognised_on=date(2021, 12, 1), year=2021)
    assert of(tree.first)["recognised"] == (10, Count.HEAD_COUNT)
    add_count(tree.first, 12, status="recognised", recognised_on=date(2022, 12, 1), year=2022)
    assert of(tree.first)["recognised"] == (10, Count.HEAD_COUNT)
    assert of(tree.first, LAST)["recognised"] == (12, Count.HEAD_COUNT)


def test_numbers_with_a_last_day_stand_side_by_side(tree):
    for year in (2021, 2022):
        title = {"recognised_on": date(year, 3, 1), "title_to": date(year + 3, 2, 28)}
        add_count(tree.first, 10, status="recognised", year=year, model="unit", **title)
    assert of(tree.first, LAST, "unit")["recognised"] == (20, Count.HEAD_COUNT)


def test_nothing_is_no_data_until_the_register_is_in_use(tree):
    assert of(tree.first) == {}
    RegisterUse.objects.create(organization=tree.first, register="learning_models", used_from=FIRST.last_day)
    assert of(tree.first) == dict.fromkeys(("registered", "recognised", "succeeded"), (0, Count.NAMES))
    assert of(tree.first, FIRST.previous) == {}
    assert all(units[tree.first.pk] == Count(0, Count.NAMES) for units in counts().values())


def test_three_queries_whatever_the_number_of_units(tree, django_assert_num_queries):
    units = tree_on(FIRST.last_day)
    add_registration(tree.branch)
    with django_assert_num_queries(3):
        count_learning_models(FIRST, units)


days = st.dates(date(2020, 1, 1), date(2024, 12, 31))
titles = st.lists(
    st.tuples(days, st.none() | st.integers(1, 40), st.none() | st.integers(0, 900)), min_size=1, max_size=5
)


def build(drawn):
    made = []
    for key, (start, months, withdrawn) in enumerate(drawn):
        valid_to = add_months(start, months) - timedelta(days=1) if months else None
        made.append(Title(key, start.year, start, valid_to, start + timedelta(days=withdrawn) if withdrawn else None))
    return made


@given(titles, days)
@settings(max_examples=200, deadline=None)
def test_titles_in_force_on_any_day_equal_a_recount(drawn, day):
    """On a day the newest title by then decides alone: it holds unless it ran out or was withdrawn."""
    made = build(drawn)
    ends = last_days(made)
    in_force = [t for t in made if t.recognised_on <= day and (ends[t.key] is None or ends[t.key] >= day)]
    given_by_then = [t for t in made if t.recognised_on <= day]
    newest = max(given_by_then, key=lambda t: (t.recognised_on, t.year, t.key), default=None)
    holds = newest is not None and not (
        (newest.valid_to and newest.valid_to < day) or (newest.withdrawn_on and newest.withdrawn_on <= day)
    )
    assert [t.key for t in in_force] == ([newest.key] if holds else [])


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["branch", "first", "east", "police"]),
            st.sampled_from([2021, 2022]),
            st.integers(0, 330),
            st.none() | st.integers(0, 200),
            st.none() | st.integers(1, 3),
        ),
        max_size=12,
    ),
    st.sampled_from(QUARTERS),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
def test_counts_equal_a_recount_row_by_row(tree, drawn, quarter):
    Registration.objects.all()._raw_delete("default")
    expected = {}
    line = {"branch": tree.first.pk, "first": tree.first.pk, "east": tree.east.pk, "police": tree.police.pk}
    for place, year, day, decided, years in drawn:
        row = add_registration(getattr(tree, place), year=year, registered_on=date(year, 1, 1) + timedelta(days=day))
        recognised = row.registered_on + timedelta(days=decided) if decided is not None else None
        title_to = add_months(recognised, 12 * years) if recognised and years else None
        if recognised:
            status = {"status": "recognised", "recognised_on": recognised, "title_to": title_to}
            Registration.objects.filter(pk=row.pk).update(**status)
        for name, holds in {
            "registered": year == quarter.year and row.registered_on <= quarter.last_day,
            "recognised": recognised
            and recognised <= quarter.last_day
            and (title_to is None or title_to >= quarter.last_day),
            "succeeded": year == quarter.year and recognised and recognised <= quarter.last_day,
        }.items():
            key = name, line[place]
            expected[key] = expected.get(key, 0) + bool(holds)
    found = counts(quarter)
    assert {key: number for key, number in expected.items() if number} == {
        (name, unit): count.value
        for name in ("registered", "recognised", "succeeded")
        for unit, count in found[f"learning_models.family.{name}"].items()
    }
    assert count_quarters({each: tree_on(each.last_day) for each in QUARTERS})[quarter] == found


def test_no_units_have_nothing_in_any_quarter(tree):
    add_registration(tree.branch)
    assert count_names([FIRST, LAST], []) == {FIRST: {}, LAST: {}}
