"""What the register of units counts on a quarter's last day, and in whose line."""

from datetime import date

import pytest

from core.counts import Count
from core.periods import Quarter
from organizations.models import RegisterUse
from organizations.spells import tree_on
from organizations.statistics import count_units
from organizations.tree import correct_organization, create_organization, dissolve_organization, move_organization

QUARTER = Quarter.parse("2023-Q2")
BY = {"user": None, "reason": "thử"}


def counted(indicator, quarter=QUARTER):
    """{organization id: number} of one indicator."""
    counts = count_units(quarter, tree_on(quarter.last_day))[f"organizations.{indicator}"]
    assert all(count.basis == Count.NAMES for count in counts.values())
    return {pk: count.value for pk, count in counts.items()}


def use_register(organization, day):
    RegisterUse.objects.create(organization=organization, register="organizations", used_from=day)


def test_units_count_in_their_parent_that_reports(tree):
    assert counted("districts") == {tree.province.pk: 2}
    assert counted("communes") == {tree.east.pk: 2, tree.west.pk: 1, tree.other.pk: 1}
    assert counted("branches") == {tree.first.pk: 1}


def test_units_below_a_parent_that_does_not_report_count_in_the_next_above(tree):
    correct_organization(organization=tree.east, reports_quarterly=False, **BY)
    assert counted("communes") == {tree.province.pk: 2, tree.west.pk: 1, tree.other.pk: 1}


def test_a_branch_below_a_branch_counts_in_the_commune(tree):
    create_organization(code="N", name="Tổ hội 1", level="branch", form="to_hoi", parent=tree.branch, user=None)
    assert counted("groups") == {tree.first.pk: 1}


def test_no_key_means_no_data_and_zero_needs_the_register(tree):
    assert tree.second.pk not in counted("branches")
    use_register(tree.second, date(2023, 6, 30))
    assert counted("branches") == {tree.first.pk: 1, tree.second.pk: 0}
    assert tree.second.pk not in counted("branches", Quarter.parse("2023-Q1"))


def test_another_register_gives_no_zero(tree):
    RegisterUse.objects.create(organization=tree.second, register="members", used_from=date(2020, 1, 1))
    assert tree.second.pk not in counted("branches")


def test_a_unit_counts_where_it_stands_on_the_last_day(tree):
    move_organization(organization=tree.first, parent=tree.west, on=date(2023, 6, 30), **BY)
    move_organization(organization=tree.second, parent=tree.west, on=date(2023, 7, 1), **BY)
    assert counted("communes") == {tree.east.pk: 1, tree.west.pk: 2, tree.other.pk: 1}
    assert counted("communes", QUARTER.next) == {tree.west.pk: 3, tree.other.pk: 1}


def test_a_dissolved_unit_counts_up_to_its_last_day(tree):
    dissolve_organization(organization=tree.second, on=date(2023, 6, 30), **BY)
    dissolve_organization(organization=tree.third, on=date(2023, 6, 29), **BY)
    assert counted("communes") == {tree.east.pk: 2, tree.other.pk: 1}
    assert counted("communes", QUARTER.next)[tree.east.pk] == 1


def test_a_register_of_a_dissolved_unit_gives_no_zero_any_more(tree):
    use_register(tree.second, date(2020, 1, 1))
    dissolve_organization(organization=tree.second, on=date(2023, 6, 29), **BY)
    assert tree.second.pk not in counted("branches")


@pytest.mark.parametrize(
    ("indicator", "form", "kind"),
    [
        ("chapters", "chi_hoi", "clan"),
        ("boards", "ban", "clan"),
        ("groups", "to_hoi", "village"),
        ("agencies", "ban", "school"),
        ("agencies", "chi_hoi", "armed_forces"),
        ("enterprises", "chi_hoi", "enterprise"),
    ],
)
def test_each_kind_is_counted_by_its_indicator(tree, indicator, form, kind):
    create_organization(code="N", name="Đơn vị", level="branch", form=form, kind=kind, parent=tree.second, user=None)
    assert counted(indicator)[tree.second.pk] == 1


def test_groups_are_neither_branches_nor_associations_of_agencies(tree):
    facts = {"level": "branch", "form": "to_hoi", "kind": "school"}
    create_organization(code="N", name="Tổ hội", parent=tree.second, user=None, **facts)
    assert tree.second.pk not in counted("branches")
    assert tree.second.pk not in counted("agencies")


def test_affiliated_armed_forces_are_counted_at_the_province(tree):
    assert counted("agencies") == {tree.province.pk: 1}


@pytest.mark.parametrize(
    ("founded", "number"), [("2023-03-31", 0), ("2023-04-01", 1), ("2023-06-30", 1), ("2023-07-01", 0), (None, 0)]
)
def test_a_new_branch_was_founded_within_the_quarter(tree, founded, number):
    day = founded and date.fromisoformat(founded)
    facts = {"code": "N", "name": "Chi hội", "level": "branch", "established_on": day}
    create_organization(parent=tree.second, user=None, **facts)
    assert counted("branches.new").get(tree.second.pk, 0) == number


def test_counting_asks_one_question_however_many_units(tree, django_assert_num_queries):
    units = tree_on(QUARTER.last_day)
    with django_assert_num_queries(1):
        count_units(QUARTER, units)
