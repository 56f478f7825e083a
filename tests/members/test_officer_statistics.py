"""Key officers on a quarter's last day: who counts once, in which line, and what is no data."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.counts import Count
from core.periods import Quarter
from members.models import KEY_POSTS, Member, Officer, OutsidePost
from members.officer_statistics import CODES, count_officers
from members.services import create_member
from organizations.models import Organization, RegisterUse
from organizations.spells import tree_on
from organizations.tree import correct_organization, move_organization
from reports.catalogue import COUNTERS, count_registers

pytestmark = pytest.mark.django_db
QUARTER = Quarter.parse("2023-Q2")
TEACHERS, ELDERLY = "former_teachers_association", "elderly_association"


def counted(part="total", quarter=QUARTER):
    """{code of the unit: number}, by way of the catalogue."""
    counts = count_registers(quarter, tree_on(quarter.last_day))[f"officers.{part}"]
    assert all(count.basis == Count.NAMES for count in counts.values())
    codes = dict(Organization.objects.values_list("pk", "code"))
    return {codes[pk]: count.value for pk, count in counts.items()}


def use_register(organization, day="2020-01-01"):
    RegisterUse.objects.create(organization=organization, register="officers", used_from=day)


@pytest.fixture
def member(tree):
    return create_member(
        member=Member(organization=tree.branch, full_name="Lò Thị Hà"), joined_on=date(2020, 1, 1), user=None
    )


def test_every_code_is_in_the_catalogue():
    assert all(COUNTERS[code] is count_officers for code in CODES)


def test_leaders_and_secretary_count_and_nobody_else(tree, hold):
    for number, post in enumerate(["chair", "standing_vice_chair", "vice_chair", "secretary"]):
        hold(tree.first, f"Người {number}", post)
    for post in ("standing_member", "member", "inspection_head", "treasurer", "office_head"):
        hold(tree.first, "Người khác", post)
    hold(tree.branch, "Trưởng bản", "branch_head")
    hold(tree.branch, "Nhầm chức", "chair")
    assert counted() == {"A.D.1": 4}


def test_officers_stand_in_the_own_line_of_their_unit(tree, hold):
    for unit in (tree.province, tree.east, tree.police, tree.first):
        hold(unit, "Lò Thị Hà", "chair")
    assert counted() == {"A": 1, "A.D": 1, "A.CA": 1, "A.D.1": 1}


def test_a_unit_that_does_not_report_counts_in_the_next_above(tree, hold):
    hold(tree.police, "Lò Thị Hà", "chair")
    hold(tree.province, "Cầm Văn Ủi", "chair")
    correct_organization(organization=tree.police, reports_quarterly=False, user=None, reason="thử")
    assert counted() == {"A": 2}


def test_a_person_counts_once_in_a_line(tree, hold, member):
    hold(tree.first, "Lò Thị Hà", "vice_chair")
    hold(tree.first, "LÒ THỊ HÀ", "secretary")
    hold(tree.second, "Lò Thị Hà", "secretary")
    assert counted() == {"A.D.1": 1, "A.D.2": 1}
    correct_organization(organization=tree.police, reports_quarterly=False, user=None, reason="thử")
    hold(tree.police, "Lò Thị Hà", "chair", member=member)
    hold(tree.province, "Lò Thị Hà", "chair", member=member)
    assert counted()["A"] == 1
    hold(tree.police, "Lò Thị Hà", "secretary")
    hold(tree.province, "Lò Thị Hà", "secretary")
    assert counted()["A"] == 3, "a name says who somebody is within one unit only"


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        (None, None, 1),
        ("2023-06-30", None, 1),
        ("2023-07-01", None, 0),
        (None, "2023-06-30", 1),
        (None, "2023-06-29", 0),
    ],
)
def test_who_holds_the_post_on_the_last_day_counts(tree, hold, start, end, number):
    days = {"from_date": start and date.fromisoformat(start), "to_date": end and date.fromisoformat(end)}
    hold(tree.first, "Lò Thị Hà", "chair", **days)
    assert counted().get("A.D.1", 0) == number


def test_full_time_is_that_of_any_post_and_the_unknown_are_in_neither_part(tree, hold):
    hold(tree.first, "Lò Thị Hà", "chair", full_time=False)
    hold(tree.first, "Lò Thị Hà", "secretary", full_time=True)
    hold(tree.first, "Cầm Văn Ủi", "vice_chair", full_time=False)
    hold(tree.first, "Quàng Thị Ân", "vice_chair")
    assert (counted(), counted("full_time"), counted("concurrent")) == ({"A.D.1": 3}, {"A.D.1": 1}, {"A.D.1": 1})


def test_parts_of_which_nothing_is_known_are_no_data(tree, hold):
    use_register(tree.first)
    hold(tree.first, "Lò Thị Hà", "chair")
    assert counted() == {"A.D.1": 1}
    assert counted("full_time") == counted("concurrent") == {}


def test_outside_posts_of_a_person_count_once_each(tree, hold):
    hold(tree.first, "Lò Thị Hà", "chair", outside=[TEACHERS, ELDERLY])
    hold(tree.first, "Lò Thị Hà", "secretary", outside=[TEACHERS])
    hold(tree.first, "Cầm Văn Ủi", "vice_chair", outside=["school_head"])
    assert counted() == {"A.D.1": 2}
    assert counted("in_former_teachers_association") == counted("in_elderly_association") == {"A.D.1": 1}


def test_zero_needs_the_register(tree, hold):
    hold(tree.first, "Lò Thị Hà", "chair", full_time=False)
    assert counted("full_time") == counted("in_elderly_association") == {}
    use_register(tree.first)
    use_register(tree.second, "2023-06-30")
    RegisterUse.objects.create(organization=tree.third, register="members", used_from="2020-01-01")
    assert counted() == {"A.D.1": 1, "A.D.2": 0}
    assert counted("full_time") == counted("in_elderly_association") == {"A.D.1": 0, "A.D.2": 0}
    assert counted(quarter=QUARTER.previous) == {"A.D.1": 1}


def test_a_unit_that_moved_counts_where_it_stood_that_day(tree, hold):
    correct_organization(organization=tree.second, reports_quarterly=False, user=None, reason="thử")
    hold(tree.second, "Lò Thị Hà", "chair")
    move_organization(organization=tree.second, parent=tree.west, on=date(2023, 7, 1), user=None, reason="thử")
    assert counted() == {"A.D": 1}
    assert counted(quarter=QUARTER.next) == {"A.T": 1}


def test_two_questions_however_many_officers(tree, hold, django_assert_num_queries):
    units = tree_on(QUARTER.last_day)
    hold(tree.first, "Lò Thị Hà", "chair", outside=[TEACHERS, ELDERLY])
    for number in range(11):
        hold(tree.second, f"Người {number}", "vice_chair", outside=[TEACHERS])
    with django_assert_num_queries(2):
        count_officers(QUARTER, units)


def recount(day, lines):
    """The same from the rows, one after another, as one would by hand; ``lines``: code of a unit → code of its line."""
    people = defaultdict(list)
    for officer in Officer.objects.select_related("organization").prefetch_related("outside_posts"):
        begun = officer.from_date is None or officer.from_date <= day
        lasting = officer.to_date is None or day <= officer.to_date
        if begun and lasting and officer.post in KEY_POSTS and officer.organization.code in lines:
            who = officer.member_id or (officer.organization.code, officer.full_name.lower())
            people[lines[officer.organization.code], who].append(officer)
    found = {code.removeprefix("officers."): defaultdict(int) for code in CODES}
    for (line, _who), posts in people.items():
        known = [post.full_time for post in posts if post.full_time is not None]
        kinds = {row.kind for post in posts for row in post.outside_posts.all()}
        found["total"][line] += 1
        found["full_time"][line] += any(known)
        found["concurrent"][line] += bool(known) and not any(known)
        found["in_former_teachers_association"][line] += TEACHERS in kinds
        found["in_elderly_association"][line] += ELDERLY in kinds
    return found


POSTS = st.lists(
    st.tuples(
        st.integers(0, 4),  # the unit
        st.sampled_from(["Lò Thị Hà", "LÒ THỊ HÀ", "Cầm Văn Ủi", "Vì Thị Hương"]),
        st.sampled_from(["chair", "vice_chair", "secretary", "treasurer", "branch_head"]),
        st.booleans(),  # in the register of members
        st.sampled_from([None, True, False]),
        st.none() | st.integers(0, 6),
        st.none() | st.integers(0, 6),
        st.sets(st.sampled_from([TEACHERS, ELDERLY, "school_head"])),
    ),
    max_size=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(rows=POSTS)
def test_the_counts_equal_a_recount_from_the_rows(tree, member, rows):
    Officer.objects.all().delete()
    correct_organization(organization=tree.police, reports_quarterly=False, user=None, reason="thử")
    lines = {"A": "A", "A.CA": "A", "A.D": "A.D", "A.D.1": "A.D.1"}
    units = [tree.province, tree.police, tree.east, tree.first, tree.branch]
    last = QUARTER.last_day
    for unit, name, post, registered, full_time, start, length, kinds in rows:
        begins = None if start is None else last + timedelta(days=start - 3)
        ends = None if length is None else (begins or last - timedelta(days=3)) + timedelta(days=length)
        officer = Officer(organization=units[unit], full_name=name, post=post, full_time=full_time)
        officer.from_date, officer.to_date = begins, ends
        officer.member = member if registered else None
        officer.save()
        OutsidePost.objects.bulk_create([OutsidePost(officer=officer, kind=kind) for kind in sorted(kinds)])
    expected = recount(last, lines)
    for part, numbers in expected.items():
        found = counted(part)
        assert {line: number for line, number in numbers.items() if number} == {
            line: number for line, number in found.items() if number
        }, part
