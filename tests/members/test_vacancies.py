"""Which posts that must be held stand empty, by form of the unit."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from members.models import Officer
from members.vacancies import missing_posts, vacant_units
from organizations.models import Organization
from organizations.tree import create_organization, dissolve_organization

pytestmark = pytest.mark.django_db


def vacancies(day=None):
    units = vacant_units(Organization.objects.all(), day or timezone.localdate())
    return {unit.code: missing_posts(unit) for unit in units}


def test_a_hoi_needs_a_chair_and_a_vice_chair_and_a_branch_its_head(tree, hold):
    group = {"code": "N", "name": "Tổ hội 1", "level": "branch", "form": "to_hoi"}
    create_organization(**group, parent=tree.branch, user=None)
    found = vacancies()
    assert found["A.D.1"] == ["Chủ tịch", "Phó Chủ tịch"]
    assert found["A.D.1.1"] == ["Chi hội trưởng"]
    assert found["N"] == ["Tổ trưởng"]
    hold(tree.first, "Lò Thị Hà", "chair")
    hold(tree.branch, "Lò Thị Hà", "branch_head")
    found = vacancies()
    assert found["A.D.1"] == ["Phó Chủ tịch"]
    assert "A.D.1.1" not in found


@pytest.mark.parametrize("post", ["vice_chair", "standing_vice_chair"])
def test_any_vice_chair_will_do(tree, hold, post):
    hold(tree.first, "Lò Thị Hà", "chair")
    hold(tree.first, "Cầm Văn Ủi", post)
    assert "A.D.1" not in vacancies()


def test_a_post_is_empty_before_it_begins_and_after_it_ended(tree, hold):
    today = timezone.localdate()
    hold(tree.first, "Lò Thị Hà", "chair", from_date=date(2020, 1, 1), to_date=today - timedelta(days=1))
    hold(tree.first, "Cầm Văn Ủi", "vice_chair", from_date=today + timedelta(days=1))
    assert vacancies()["A.D.1"] == ["Chủ tịch", "Phó Chủ tịch"]
    assert vacancies(today - timedelta(days=1))["A.D.1"] == ["Phó Chủ tịch"]


def test_other_posts_and_other_units_fill_no_vacancy(tree, hold):
    hold(tree.first, "Lò Thị Hà", "secretary")
    hold(tree.second, "Cầm Văn Ủi", "chair")
    assert vacancies()["A.D.1"] == ["Chủ tịch", "Phó Chủ tịch"]


def test_a_unit_without_any_officer_is_told_apart(tree, hold):
    hold(tree.first, "Lò Thị Hà", "treasurer", to_date=date(2020, 1, 1))
    units = {unit.code: unit.is_recorded for unit in vacant_units(Organization.objects.all(), timezone.localdate())}
    assert units["A.D.1"] is True
    assert units["A.D.2"] is False


def test_dissolved_units_lack_nothing(tree):
    dissolve_organization(organization=tree.third, on=date(2022, 6, 30), user=None, reason="thử")
    assert "A.T.1" not in vacancies()


def test_one_question_is_asked_however_many_units(tree, django_assert_num_queries):
    Officer.objects.bulk_create(
        [Officer(organization=unit, full_name="An", post="chair") for unit in Organization.objects.all()]
    )
    number = Organization.objects.count()
    with django_assert_num_queries(1):
        assert len(vacancies()) == number
