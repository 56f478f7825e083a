from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organizations.domains import own_domains, subtree_ids
from organizations.models import RegisterUse
from organizations.registers import register_in_use, reporting_unit, stop_register, use_register

pytestmark = pytest.mark.django_db
DAY = date(2022, 1, 1)


def use(organization, day=DAY, reason=""):
    return use_register(organization=organization, register="members", used_from=day, user=None, reason=reason)


def test_a_branch_is_answered_for_by_the_nearest_unit_that_reports(tree):
    assert reporting_unit(tree.branch) == tree.first
    assert reporting_unit(tree.first) == tree.first


def test_the_day_is_set_changed_and_taken_back_and_history_tells_it(tree):
    row = use(tree.first)
    use(tree.first, date(2022, 4, 1), "Nhập đủ tên")
    use(tree.first, date(2022, 4, 1))
    assert register_in_use(tree.first, "members").used_from == date(2022, 4, 1)
    assert list(row.history.values_list("history_type", "history_change_reason").order_by("history_id")) == [
        ("+", "Bắt đầu dùng sổ"),
        ("~", "Nhập đủ tên"),
    ]
    stop_register(organization=tree.first, register="members", user=None)
    stop_register(organization=tree.first, register="members", user=None)
    assert register_in_use(tree.first, "members") is None
    assert RegisterUse.history.filter(organization_id=tree.first.pk).count() == 3


def test_a_day_to_come_and_a_unit_that_does_not_report_are_refused(tree):
    with pytest.raises(ValidationError):
        use(tree.first, timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError):
        use(tree.branch)
    assert not RegisterUse.objects.exists()


def test_an_own_line_ends_at_the_next_unit_that_reports(tree):
    domains = own_domains([tree.province, tree.first, tree.branch, tree.third])
    assert domains == {
        tree.province.pk: {tree.province.pk},
        tree.first.pk: {tree.first.pk, tree.branch.pk},
        tree.branch.pk: {tree.branch.pk},
        tree.third.pk: {tree.third.pk},
    }
    assert own_domains([]) == {}


def test_a_subtree_is_the_unit_and_all_below(tree):
    assert set(subtree_ids(tree.east)) == {unit.pk for unit in (tree.east, tree.first, tree.second, tree.branch)}
