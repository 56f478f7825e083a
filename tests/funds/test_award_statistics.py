"""What the register of awards counts, against a naive recount and by hand."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.counts import Count
from core.periods import Quarter
from funds.awards.statistics import CODES, NAMES, PARTS, TOTAL, count_awards
from funds.models import AwardKind
from funds.statistics import count_registers
from organizations.models import RegisterUse
from organizations.spells import tree_on
from reports.catalogue import COUNTERS
from reports.models import Indicator
from tests.funds.prizes import HANDED, nominated, programme_of
from tests.funds.prizes import given as award_of

pytestmark = pytest.mark.django_db
QUARTER = Quarter.parse("2022-Q1")
DAYS = {QUARTER.first_day + timedelta(days=day) for day in range(90)}
UNITS = ("province", "east", "first", "branch", "police", "foreign")


def counts(quarter=QUARTER):
    return count_awards(quarter, tree_on(quarter.last_day))


def of(unit, quarter=QUARTER):
    return {code: by_unit[unit.pk].value for code, by_unit in counts(quarter).items() if unit.pk in by_unit}


def use_register(unit, day=date(2022, 1, 1)):
    RegisterUse.objects.create(organization=unit, register="funds", used_from=day)


def test_the_codes_are_those_of_the_catalogue():
    asked = Indicator.objects.filter(code__regex=r"^funds\.(awards|scholarships)\.")
    assert set(asked.values_list("code", flat=True)) == set(CODES)
    assert all(COUNTERS[code] is count_registers for code in CODES)


def test_awards_count_on_the_day_of_the_hand_over_in_the_line_that_reports(tree):
    award_of(tree.branch, on=QUARTER.first_day, portions=3, amount=600)
    award_of(tree.first, on=QUARTER.last_day, portions=2, amount=500)
    award_of(tree.first, on=QUARTER.next.first_day)
    award_of(tree.first, "scholarship", portions=4, amount=4000)
    assert of(tree.first) == {
        "funds.awards.students": 5,
        "funds.awards.students_amount": 1100,
        TOTAL: 1100,
        "funds.scholarships.count": 4,
        "funds.scholarships.amount": 4000,
    }
    assert of(tree.province) == {}


def test_what_is_not_paid_does_not_count(tree):
    nominated(programme_of(tree.province), tree.province, "A")
    assert of(tree.province) == {}


def test_an_unknown_part_is_no_data_and_never_less(tree):
    award_of(tree.first, portions=2, amount=None)
    award_of(tree.first, portions=1, amount=100)
    award_of(tree.first, "teacher", portions=None, amount=300)
    assert of(tree.first) == {"funds.awards.students": 3, "funds.awards.teachers_amount": 300}


def test_zero_is_said_only_where_the_register_is_kept(tree):
    award_of(tree.first, "teacher", portions=1, amount=100)
    use_register(tree.second)
    use_register(tree.third, QUARTER.next.first_day)
    assert of(tree.second) == dict.fromkeys(CODES, 0)
    assert of(tree.third) == {}
    assert "funds.awards.students" not in of(tree.first)
    use_register(tree.first, QUARTER.last_day)
    assert of(tree.first)["funds.awards.students"] == 0
    assert of(tree.first)[TOTAL] == 100


def test_a_number_rests_on_names_where_every_award_has_one(tree):
    award_of(tree.first)
    assert counts()["funds.awards.students"][tree.first.pk] == Count(1, Count.HEAD_COUNT)
    use_register(tree.second)
    assert counts()["funds.awards.students"][tree.second.pk] == Count(0, Count.NAMES)


def test_the_number_of_queries_stays_the_same(tree, django_assert_num_queries):
    units = tree_on(QUARTER.last_day)
    award_of(tree.first)
    with django_assert_num_queries(2):
        count_awards(QUARTER, units)
    for _ in range(5):
        award_of(tree.second, "teacher")
    with django_assert_num_queries(2):
        count_awards(QUARTER, units)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(UNITS),
        st.sampled_from(AwardKind.values),
        st.integers(-100, 60),
        st.one_of(st.none(), st.integers(1, 9)),
        st.one_of(st.none(), st.integers(0, 1000)),
    ),
    max_size=12,
)


def recount(rows, lines, used):
    """The same, one award after the other."""
    counted = {}
    for line in set(lines.values()):
        mine = [row for row in rows if lines[row[0]] == line and (HANDED + timedelta(days=row[2])) in DAYS]
        for kind, codes in NAMES.items():
            found = [row for row in mine if row[1] == kind]
            for code, place in zip(codes, (3, 4), strict=True):
                values = [row[place] for row in found]
                if (values or line in used) and None not in values:
                    counted[line, code] = sum(values)
        values = [row[4] for row in mine if row[1] in PARTS]
        if (values or line in used) and None not in values:
            counted[line, TOTAL] = sum(values)
    return counted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, used=st.sets(st.sampled_from(("province", "first", "police", "branch"))))
def test_the_counts_are_those_of_a_naive_recount(tree, rows, used):
    with transaction.atomic():
        for unit in used:
            use_register(getattr(tree, unit))
        for unit, kind, day, portions, amount in rows:
            on = HANDED + timedelta(days=day)
            award_of(getattr(tree, unit), kind, on=on, portions=portions, amount=amount)
        lines = {unit: "first" if unit == "branch" else unit for unit in UNITS}
        names = {getattr(tree, unit).pk: unit for unit in UNITS}
        found = {(names[pk], code): count.value for code, by in counts().items() for pk, count in by.items()}
        # A branch reports nothing by itself: its switch says nothing.
        assert found == recount(rows, lines, used - {"branch"})
        transaction.set_rollback(True)


def test_numbers_are_whole_numbers_on_every_database(tree):
    award_of(tree.first, portions=3, amount=600_000)
    assert {type(count.value) for by_unit in counts().values() for count in by_unit.values()} == {int}
