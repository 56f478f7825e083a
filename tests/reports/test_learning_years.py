"""The learning models of a unit over the years: numbers, rates and targets, from the register alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learning_models.models import LearningModel
from organizations.models import AreaStatistics, RegisterUse
from reports.builders.learning_years import build
from reports.learning_pages import ModelSection
from reports.models import Indicator, Target
from tests.conftest import plant
from tests.learning_models.register import add_count, add_registration, recognise, review

pytestmark = pytest.mark.django_db
FAMILY = list(LearningModel).index(LearningModel.FAMILY)


@pytest.fixture(autouse=True)
def _in_2023(monkeypatch):
    monkeypatch.setattr("reports.builders.learning_years.timezone.localdate", lambda *_: date(2023, 5, 10))


def families(organization):
    """Year → line of families."""
    return {line.year: line for line in build(organization=organization)[FAMILY].lines}


def households(unit, number, year=2022):
    return AreaStatistics.objects.create(organization=unit, year=year, households=number)


def test_numbers_and_rates_of_a_commune(tree):
    households(tree.first, 10)
    rows = [add_registration(tree.branch) for _ in range(4)]
    review(*rows)
    recognise(*rows[:3])
    add_count(tree.first, 1)
    line = families(tree.first)[2022]
    assert line.numbers == {"registered": 5, "recognised": 3, "succeeded": 3}
    assert line.rates == {"registered_rate": 50, "recognised_rate": 30, "success_rate": 60}
    assert (line.area, line.is_running) == (10, False)
    running = families(tree.first)[2023]
    assert running.is_running
    assert running.numbers == {"registered": None, "recognised": 3, "succeeded": None}


def test_rates_cover_the_units_with_both_parts_and_are_not_averaged(tree):
    """Of the worked example: 100/1000 and 450/3000, one missing, 50 of the district's own: 600/4000."""
    for unit, number in ((tree.first, 1000), (tree.second, 3000)):
        households(unit, number)
    add_count(tree.first, 100)
    add_count(tree.second, 450)
    add_count(tree.east, 50)
    line = families(tree.east)[2022]
    assert line.numbers["registered"] == 600
    assert line.rates["registered_rate"] == Decimal("15.00")
    assert line.rates["success_rate"] is None
    assert families(tree.province)[2022].rates["registered_rate"] == Decimal("15.00")
    assert families(tree.province)[2022].coverage.with_data == 1


def test_missing_is_not_zero_and_a_kept_register_is(tree):
    assert families(tree.first)[2022].numbers["registered"] is None
    RegisterUse.objects.create(organization=tree.first, register="learning_models", used_from=date(2022, 6, 1))
    assert families(tree.first)[2022].numbers["registered"] == 0
    assert families(tree.first)[2021].numbers["registered"] is None


def test_a_branch_has_numbers_but_no_rate(tree):
    add_registration(tree.branch)
    line = families(tree.branch)[2022]
    assert line.numbers["registered"] == 1
    assert line.rates["registered_rate"] is None


def test_a_year_in_which_the_unit_did_not_live_is_left_out(tree):
    young = plant("A.D.9", "Hội Khuyến học xã Mới", "commune", tree.east, established_on=date(2022, 3, 1))
    assert sorted(families(young)) == [2022, 2023]
    assert sorted(families(tree.first)) == [2018, 2019, 2020, 2021, 2022, 2023]


def test_queries_depend_on_nothing(tree):
    add_registration(tree.branch)
    with CaptureQueriesContext(connection) as one:
        build(organization=tree.first)
    for unit in (tree.first, tree.second, tree.third):
        add_registration(unit)
        households(unit, 10)
    with CaptureQueriesContext(connection) as many:
        build(organization=tree.province)
    assert len(many) == len(one)


def test_the_page_shows_chart_table_targets_and_ways_to_the_names(client, cast):
    households(cast.first, 10)
    add_registration(cast.branch)
    rate = Indicator.objects.get(code="learning_models.family.registered_rate")
    Target.objects.create(organization=cast.first, indicator=rate, year=2030, value=80)
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("learning_years:unit_years", args=["A.D.1"])).content.decode()
    assert "Gia đình học tập: đăng ký 10%" in page
    assert "Mục tiêu năm 2030, đăng ký/tổng số: 80%" in page
    assert "counted=registered&amp;quarter=2022-Q4" in page
    assert '&amp;counted=registered&amp;quarter=2022-Q4">10%<span' in page
    assert "chưa có số liệu" in page
    assert "Dòng họ học tập" in page
    assert client.get(reverse("learning_years:unit_years", args=["A.D.2"])).status_code == 404


def test_without_a_rate_the_chart_shows_numbers(tree):
    add_registration(tree.branch)
    section = ModelSection(tree.branch, build(organization=tree.branch)[FAMILY])
    assert section.chart.title == "Gia đình học tập: 1 hộ đăng ký năm 2022"
    assert section.message


def test_an_empty_register_says_the_next_step(client, cast):
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("learning_years:unit_years", args=["A.D.1"])).content.decode()
    assert "Sổ chưa có đăng ký nào của đơn vị này" in page


def test_a_year_of_which_nothing_is_known_is_one_cell(client, cast):
    households(cast.first, 10)
    add_registration(cast.branch)
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("learning_years:unit_years", args=["A.D.1"]))
    rows = {row.year: row for row in page.context["sections"][0].rows}
    assert rows["2021"].is_unknown
    assert not rows["2022"].is_unknown
    assert page.content.decode().count('<td colspan="8">') == sum(row.is_unknown for row in rows.values())
