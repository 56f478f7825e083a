"""The tree service keeps projection and spells sound, one writer at a time."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from organizations import tree as tree_service
from organizations.models import Organization, OrganizationSpell
from organizations.soundness import find_faults
from organizations.spells import PLACE, SORT, below, reporting_parents, tree_on
from organizations.tree import (
    correct_organization,
    create_organization,
    dissolve_organization,
    load_organizations,
    move_organization,
    rename_organization,
)

BY = {"user": None, "reason": "thử"}


def codes(queryset):
    return [unit.code for unit in queryset]


def test_a_new_tree_is_sound_and_ordered(tree):
    assert find_faults() == []
    below_province = Organization.objects.within(Organization.objects.filter(pk=tree.province.pk))
    assert codes(below_province) == ["A", "A.D", "A.D.1", "A.D.1.1", "A.D.2", "A.T", "A.T.1", "A.CA"]


def test_the_line_of_parents_runs_from_the_root(tree):
    assert codes(Organization.objects.above(tree.branch)) == ["A", "A.D", "A.D.1", "A.D.1.1"]


def test_a_renamed_unit_keeps_its_old_name_in_the_past(tree):
    rename_organization(organization=tree.first, name="Hội Khuyến học phường Ánh Dương", on=date(2023, 5, 1), **BY)
    assert tree_on(date(2023, 4, 30))[tree.first.pk].name == "Hội Khuyến học xã Ánh Dương"
    assert tree_on(date(2023, 5, 1))[tree.first.pk].name == "Hội Khuyến học phường Ánh Dương"
    assert find_faults() == []


def test_a_moved_unit_stands_under_each_parent_in_its_time(tree):
    move_organization(organization=tree.first, parent=tree.west, on=date(2023, 5, 1), **BY)
    assert tree_on(date(2023, 4, 30))[tree.first.pk].parent_id == tree.east.pk
    assert tree_on(date(2023, 5, 1))[tree.first.pk].parent_id == tree.west.pk
    assert codes(Organization.objects.above(tree.branch)) == ["A", "A.T", "A.D.1", "A.D.1.1"]
    assert find_faults() == []


def test_a_unit_cannot_move_below_itself(tree):
    with pytest.raises(ValidationError, match="dưới chính nó"):
        move_organization(organization=tree.east, parent=tree.first, on=date(2023, 5, 1), **BY)
    assert find_faults() == []


def test_a_commune_cannot_stand_under_a_commune(tree):
    with pytest.raises(ValidationError, match="không thể ở trên"):
        move_organization(organization=tree.first, parent=tree.second, on=date(2023, 5, 1), **BY)


def test_a_change_before_the_last_change_is_refused(tree):
    rename_organization(organization=tree.first, name="Hội Khuyến học xã Mới", on=date(2023, 5, 1), **BY)
    with pytest.raises(ValidationError, match="01/05/2023"):
        rename_organization(organization=tree.first, name="Hội Khuyến học xã Khác", on=date(2023, 4, 1), **BY)


def test_a_change_cannot_lie_in_the_future(tree):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="sau hôm nay"):
        rename_organization(organization=tree.first, name="Hội Khuyến học xã Mới", on=tomorrow, **BY)


def test_two_changes_on_one_day_leave_one_spell(tree):
    day = date(2023, 5, 1)
    rename_organization(organization=tree.first, name="Hội Khuyến học xã Mới", on=day, **BY)
    move_organization(organization=tree.first, parent=tree.west, on=day, **BY)
    assert tree.first.spells.count() == 2
    assert find_faults() == []


def test_a_dissolved_unit_lives_to_the_end_of_its_last_day(tree):
    dissolve_organization(organization=tree.police, on=date(2025, 6, 30), **BY)
    assert tree.police.pk in tree_on(date(2025, 6, 30))
    assert tree.police.pk not in tree_on(date(2025, 7, 1))
    assert find_faults() == []


def test_a_unit_with_living_units_below_is_not_dissolved(tree):
    with pytest.raises(ValidationError, match="Còn 2 đơn vị"):
        dissolve_organization(organization=tree.east, on=date(2025, 6, 30), **BY)
    tree.east.refresh_from_db()
    assert tree.east.dissolved_on is None


def test_nothing_is_created_under_a_dissolved_unit(tree):
    dissolve_organization(organization=tree.police, on=date(2025, 6, 30), **BY)
    with pytest.raises(ValidationError, match="đã giải thể"):
        create_organization(
            code="X", name="Chi hội", level="branch", parent=tree.police, established_on=date(2025, 7, 1), **BY
        )


def test_a_correction_moves_no_date(tree):
    correct_organization(organization=tree.first, name="Hội Khuyến học xã Ánh Dương Mới", **BY)
    assert tree.first.spells.count() == 1
    assert tree_on(date(2000, 1, 1))[tree.first.pk].name.endswith("Mới")
    assert find_faults() == []


def test_only_a_province_stands_without_a_parent(tree):
    with pytest.raises(ValidationError, match="phải có đơn vị cấp trên"):
        create_organization(code="X", name="Hội Khuyến học xã X", level="commune", parent=None, **BY)


def test_many_units_in_random_order_load_in_a_few_statements(tree, django_assert_max_num_queries):
    units = [Organization(code=f"N{number}", level="commune", form="hoi", name=f"Xã {number}") for number in range(300)]
    branches = []
    for number, unit in enumerate(units):
        unit.parent = tree.east
        branches.append(
            Organization(code=f"NB{number}", level="branch", form="chi_hoi", kind="village", name="Bản", parent=unit)
        )
    with transaction.atomic(), django_assert_max_num_queries(40):
        tree_service.lock()
        load_organizations(created=[*reversed(branches), *units], changed=[], **BY)
    assert find_faults() == []
    assert Organization.objects.within(Organization.objects.filter(pk=tree.east.pk)).count() == 604
    assert Organization.history.filter(history_change_reason="thử").count() == 600


def test_every_change_is_in_the_history_with_user_and_reason(cast):
    rename_organization(
        organization=cast.first, name="Hội Khuyến học xã Mới", on=date(2023, 5, 1), user=cast.manager, reason="QĐ 12"
    )
    entry = cast.first.history.first()
    assert (entry.name, entry.history_user, entry.history_change_reason) == (
        "Hội Khuyến học xã Mới",
        cast.manager,
        "QĐ 12",
    )


def test_the_check_finds_a_smuggled_parent(tree):
    Organization.objects.filter(pk=tree.first.pk).update(parent=tree.west)
    assert any("A.D.1" in fault for fault in find_faults())


def test_the_check_finds_broken_numbers(tree):
    Organization.objects.filter(pk=tree.first.pk).update(lft=99, rght=120)
    assert find_faults() != []


def test_the_check_finds_a_gap_between_spells(tree):
    rename_organization(organization=tree.first, name="Hội Khuyến học xã Mới", on=date(2023, 5, 1), **BY)
    OrganizationSpell.objects.filter(organization=tree.first, valid_to__isnull=True).update(valid_from=date(2023, 6, 1))
    assert any("không nối liền" in fault for fault in find_faults())


def test_the_nearest_reporting_ancestor_skips_units_that_do_not_report(tree):
    correct_organization(organization=tree.east, reports_quarterly=False, **BY)
    units = tree_on(date(2024, 1, 1))
    nearest = reporting_parents(units)
    assert nearest[tree.first.pk] == tree.province.pk
    assert nearest[tree.branch.pk] == tree.first.pk
    assert set(below(units, tree.east.pk)) == {tree.east.pk, tree.first.pk, tree.second.pk, tree.branch.pk}


@pytest.mark.parametrize("columns", [PLACE, SORT])
def test_a_tree_that_is_read_to_be_counted_has_the_same_units_in_the_same_places(tree, columns):
    founded = {"established_on": date(2022, 2, 1), "level": "branch"}
    create_organization(code="M", name="Chi hội Mới", parent=tree.second, user=None, **founded)
    whole, units = tree_on(date(2024, 1, 1)), tree_on(date(2024, 1, 1), columns)
    known = len(columns)
    assert {pk: unit[:known] for pk, unit in units.items()} == {pk: unit[:known] for pk, unit in whole.items()}
    places = {pk: place for place, pk in enumerate(units)}
    assert all(unit.parent_id is None or places[unit.parent_id] < places[unit.pk] for unit in units.values())
