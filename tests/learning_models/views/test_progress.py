"""Who is behind, and in what kind of area a unit lies."""

import pytest
from django.urls import reverse

from learning_models.models import Area, AreaOfUnit, RegistrationCount
from learning_models.progress import progress_of
from tests.conftest import plant
from tests.learning_models.register import add_registration, recognise, review

pytestmark = pytest.mark.django_db
OVERVIEW = reverse("learning_models:year_overview")


def words(response):
    return " ".join(response.content.decode().split())


def test_every_step_is_counted_with_those_who_went_further(cast):
    rows = [add_registration(cast.branch) for _ in range(5)]
    add_registration(cast.first)
    add_registration(cast.branch, year=2023)
    review(*rows[:3])
    review(rows[3], passed=False, reason="–")
    recognise(rows[0], organization=cast.first)
    RegistrationCount.objects.create(
        organization=cast.first, model="family", year=2022, registered_on="2022-01-01", count=30
    )
    progress = progress_of(cast.first, model="family", year=2022)
    (branch,) = progress.children
    steps = branch.total
    assert (steps.registered, steps.assessed, steps.reviewed, steps.listed, steps.recognised) == (5, 4, 4, 1, 1)
    assert (steps.to_assess, steps.to_review, steps.passed, steps.failed) == (1, 0, 2, 1)
    assert (progress.unit.total.registered, progress.unit.own.registered, progress.unit.total.numbers) == (6, 1, 30)


@pytest.mark.parametrize(("done", "next_step"), [(0, "assess"), (1, "list"), (2, "refuse"), (3, "done")])
def test_the_next_step_is_the_first_that_somebody_waits_for(cast, done, next_step):
    row = add_registration(cast.branch)
    if done in (1, 3):
        review(row)
    if done == 2:
        review(row, passed=False, reason="–")
    if done == 3:
        recognise(row)
    assert progress_of(cast.branch, model="family", year=2022).unit.own.next_step == next_step


def test_a_commune_sees_its_branches_and_where_to_go_on(client, cast):
    plant("A.D.1.2", "Chi hội bản Suối", "branch", cast.first, kind="village")
    add_registration(cast.branch)
    client.force_login(cast.secretary)
    content = words(client.get(OVERVIEW, {"unit": "A.D.1", "year": 2022}))
    assert "1/2 đơn vị đã có đăng ký" in content
    assert "Chưa có đăng ký" in content
    assert reverse("learning_models:assessment_grid", args=["A.D.1.1", "family", 2022]) in content
    assert "Nhập tự đánh giá" in content


def test_a_viewer_gets_no_way_to_enter(client, cast):
    add_registration(cast.branch)
    client.force_login(cast.viewer)
    content = words(client.get(OVERVIEW, {"unit": "A.D.1", "year": 2022}))
    assert "/assessment/" not in content


def test_a_district_leads_on_to_its_communes(client, cast):
    add_registration(cast.branch)
    client.force_login(cast.manager)
    content = words(client.get(OVERVIEW, {"unit": "A.D", "year": 2022}))
    assert f"{OVERVIEW}?unit=A.D.1&amp;model=family&amp;year=2022" in content


def test_a_unit_of_another_province_is_404(client, cast):
    client.force_login(cast.secretary)
    assert client.get(OVERVIEW, {"unit": "B.1"}).status_code == 404


@pytest.mark.parametrize("query", [{"model": "x"}, {"year": "1"}, {"year": "²²²²"}, {"model": "", "year": ""}])
def test_what_is_not_understood_means_families_this_year(client, cast, query):
    client.force_login(cast.secretary)
    response = client.get(OVERVIEW, query)
    assert response.status_code == 200
    assert response.context["place"].model == "family"


def test_the_number_of_queries_does_not_grow(client, cast, django_assert_max_num_queries):
    client.force_login(cast.secretary)
    add_registration(cast.branch)
    query = {"unit": "A.D.1", "year": 2022}
    client.get(OVERVIEW, query)
    with django_assert_max_num_queries(40) as one:
        client.get(OVERVIEW, query)
    for number in range(10):
        add_registration(plant(f"A.D.1.{number + 2}", f"Chi hội {number}", "branch", cast.first))
    with django_assert_max_num_queries(40) as many:
        client.get(OVERVIEW, query)
    assert len(many) == len(one)


def test_a_manager_says_in_what_area_a_unit_lies_and_takes_it_back(client, cast):
    AreaOfUnit.objects.create(organization=cast.province, area=Area.MOUNTAIN)
    client.force_login(cast.district_manager)
    address = reverse("learning_models:unit_area", args=["A.D.1"])
    assert "theo Hội Khuyến học tỉnh An Bình: miền núi" in words(client.get(address))
    client.post(address, {"area": "hardship"})
    said = AreaOfUnit.objects.get(organization=cast.first)
    assert said.area == Area.HARDSHIP
    assert said.history.get().history_user == cast.district_manager
    assert client.post(address, {"area": "moon"}).status_code == 200
    client.post(address, {"area": ""})
    assert not AreaOfUnit.objects.filter(organization=cast.first).exists()
    assert AreaOfUnit.history.filter(organization=cast.first, history_type="-").exists()
