"""The register of a year, and what a number of the statistics consists of."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.periods import Quarter
from learning_models.counted import counted_by, names_address
from learning_models.models import Registration
from learning_models.statistics import COUNTED, count_learning_models
from organizations.spells import tree_on
from organizations.tree import move_organization
from tests.learning_models.register import (
    add_count,
    add_registrant,
    add_registration,
    recognise,
    review,
    withdraw,
)

LIST = reverse("learning_models:registration_list")
FIRST, LAST = Quarter.parse("2022-Q1"), Quarter.parse("2022-Q4")


def names(page):
    return [row.registrant.name for row in page.context["object_list"]]


@pytest.fixture
def families(cast):
    add_registration(cast.branch, name="Trần Thị Ân", address="Bản Đồi", code="H1")
    add_registration(cast.first, name="Lê Văn An")
    add_registration(cast.second, name="Nguyễn Văn Bình")
    add_registration(cast.branch, name="Dòng họ Lò", model="clan")
    add_registration(cast.branch, name="Lò Văn Cũ", year=2021)
    add_registration(cast.foreign, name="Người Lạ")
    return cast


def test_names_of_unit_model_and_year_stand_in_vietnamese_order(visit, families):
    assert names(visit(f"{LIST}?year=2022", "manager")) == ["Lê Văn An", "Trần Thị Ân", "Nguyễn Văn Bình"]
    assert names(visit(f"{LIST}?year=2022", "viewer")) == ["Lê Văn An", "Trần Thị Ân"]
    assert names(visit(f"{LIST}?year=2022&unit=A.D.1.1", "manager")) == ["Trần Thị Ân"]
    assert names(visit(f"{LIST}?year=2022&model=clan", "manager")) == ["Dòng họ Lò"]
    assert names(visit(f"{LIST}?year=2021", "manager")) == ["Lò Văn Cũ"]
    assert visit(f"{LIST}?unit=A.D.2", "viewer").status_code == 404


@pytest.mark.parametrize(
    ("text", "found"),
    [("an", ["Lê Văn An", "Trần Thị Ân"]), ("an doi", ["Trần Thị Ân"]), ("h1", ["Trần Thị Ân"]), ("zzz", [])],
)
def test_any_words_find_with_or_without_accents(visit, families, text, found):
    page = visit(f"{LIST}?year=2022&q={text}", "manager")
    assert names(page) == found
    assert page.context["found"] == len(found)


def test_a_status_narrows_and_a_wrong_one_is_said(visit, families):
    row = Registration.objects.get(registrant__code="H1")
    review(row)
    recognise(row)
    assert names(visit(f"{LIST}?year=2022&status=recognised", "manager")) == ["Trần Thị Ân"]
    assert names(visit(f"{LIST}?year=2022&status=withdrawn", "manager")) == []
    assert "status" in visit(f"{LIST}?year=2022&status=x", "manager").context["filter_form"].errors
    assert visit(f"{LIST}?year=abc&model=x&q=%00", "manager").status_code == 200


def test_names_and_numbers_stand_side_by_side_with_their_sum(visit, families):
    add_count(families.first, 30)
    add_count(families.second, 7)
    page = visit(f"{LIST}?year=2022&unit=A.D.1", "manager")
    assert "2 hộ theo danh sách + 30 theo số đếm = 32 hộ" in page.content.decode()


def test_nobody_registered_says_the_next_step(visit, cast):
    assert "Chuyển từ năm trước" in visit(LIST).content.decode()
    assert "Ghi nhanh" not in visit(LIST, "viewer").content.decode()


def test_the_list_prints_whole(visit, families):
    page = visit(f"{LIST}?year=2022&print=1", "manager").content.decode()
    assert "Cả danh sách: 3 hộ" in page


def test_a_few_and_many_rows_stand_in_the_same_order(visit, families, monkeypatch):
    few = names(visit(f"{LIST}?year=2022", "manager"))
    monkeypatch.setattr("learning_models.views.lists.FEW", 1)
    assert names(visit(f"{LIST}?year=2022", "manager")) == few


@pytest.mark.parametrize("few", [1, 2000])
def test_pages_go_by_key(visit, families, monkeypatch, few):
    monkeypatch.setattr("learning_models.views.lists.FEW", few)
    monkeypatch.setattr("learning_models.views.lists.RegistrationListView.paginate_by", 2)
    first = visit(f"{LIST}?year=2022", "manager")
    second = visit(f"{LIST}?year=2022&after={first.context['page_obj'].next_cursor}", "manager")
    assert [names(first), names(second)] == [["Lê Văn An", "Trần Thị Ân"], ["Nguyễn Văn Bình"]]


def test_queries_do_not_grow_with_rows(visit, cast):
    add_registration(cast.branch)
    visit(f"{LIST}?year=2022")
    with CaptureQueriesContext(connection) as one:
        visit(f"{LIST}?year=2022")
    for _ in range(10):
        add_registration(cast.first)
    with CaptureQueriesContext(connection) as many:
        visit(f"{LIST}?year=2022")
    assert len(many) == len(one)


@pytest.fixture
def a_year(cast):
    """Everything that a quarter may count or leave out."""
    stays, withdrawn, waiting = (add_registration(cast.branch, name=f"Hộ {name}") for name in ("A", "B", "C"))
    late = add_registration(cast.first, name="Hộ muộn", registered_on=date(2022, 5, 1))
    review(stays, withdrawn, on=date(2022, 2, 1))
    decision = recognise(stays, withdrawn, decided_on=date(2022, 3, 1))
    withdraw(decision, withdrawn, decided_on=date(2022, 6, 1))
    old = add_registration(cast.first, year=2021, name="Hộ cũ", registered_on=date(2021, 1, 5))
    review(old, on=date(2021, 12, 1))
    recognise(old, decided_on=date(2021, 12, 20), number="9/QĐ")
    add_count(cast.first, 30)
    add_count(cast.first, 12, status="recognised", recognised_on=date(2022, 3, 5), title_to=date(2022, 9, 1))
    add_count(cast.branch, 4, year=2021, status="recognised", recognised_on=date(2021, 12, 1))
    add_registration(cast.second, name="Hộ xã khác")
    add_registration(cast.east, name="Hộ huyện")
    return cast, waiting, late


@pytest.mark.parametrize("quarter", ["2021-Q4", "2022-Q1", "2022-Q2", "2022-Q4"])
@pytest.mark.parametrize("name", COUNTED)
@pytest.mark.parametrize("code", ["A.D.1", "A.D.2", "A.D"])
def test_the_list_holds_exactly_what_the_statistics_count(visit, a_year, quarter, name, code):
    quarter = Quarter.parse(quarter)
    counted = count_learning_models(quarter, tree_on(quarter.last_day))[f"learning_models.family.{name}"]
    unit = next(each for each in vars(a_year[0]).values() if getattr(each, "code", "") == code)
    page = visit(names_address(f"learning_models.family.{name}", code, quarter, own=True), "manager")
    expected = counted[unit.pk].value if unit.pk in counted else 0
    assert page.context["total"] == expected
    assert len(names(page)) == page.context["names"]
    below = visit(names_address(f"learning_models.family.{name}", code, quarter), "manager").context["total"]
    inside = {"A.D.1": ["first"], "A.D.2": ["second"], "A.D": ["first", "second", "east"]}[code]
    values = [counted.get(getattr(a_year[0], each).pk) for each in inside]
    assert below == sum(value.value for value in values if value)


def test_a_quarter_is_listed_with_the_tree_of_its_last_day(visit, cast):
    add_registration(cast.branch, name="Hộ A")
    move_organization(organization=cast.branch, parent=cast.second, on=date(2022, 4, 1), user=None, reason="–")
    address = names_address("learning_models.family.registered_rate", "A.D.1", FIRST)
    assert names(visit(address, "manager")) == ["Hộ A"]
    assert names(visit(names_address("learning_models.family.registered", "A.D.1", LAST), "manager")) == []
    # Today's scope decides: the branch is another commune's now.
    assert names(visit(address, "secretary")) == []


def test_the_page_of_a_quarter_says_that_it_is_of_todays_register(visit, a_year):
    page = visit(names_address("learning_models.family.succeeded", "A.D.1", LAST), "manager").content.decode()
    assert "tính đến hết quý IV/2022" in page
    assert "số trong báo cáo đã duyệt giữ nguyên" in page
    assert "Theo số đếm, không có tên" in page


@pytest.mark.parametrize(
    ("indicator", "found"),
    [
        ("learning_models.family.registered", ("family", "registered")),
        ("learning_models.clan.recognised_rate", ("clan", "recognised")),
        ("learning_models.unit.success_rate", ("unit", "succeeded")),
        ("members.total", None),
        ("areas.households", None),
        ("learning_models.family.other", None),
    ],
)
def test_behind_a_rate_stand_the_names_of_its_numerator(indicator, found):
    assert counted_by(indicator) == found
    assert bool(names_address(indicator, "A", FIRST)) is bool(found)


def test_a_registrant_who_is_in_the_register_only_is_not_listed(visit, cast):
    add_registrant(cast.branch, name="Chưa đăng ký")
    assert names(visit(f"{LIST}?year=2022")) == []


def test_an_empty_year_leads_to_the_newest_that_is_known_and_the_tabs_keep_the_place(visit, families):
    add_count(families.first, 30, year=2023)
    page = visit(f"{LIST}?year=2030&unit=A.D.1&model=family", "secretary").content.decode()
    assert "Sổ có đăng ký đến năm 2023." in page
    assert 'href="?year=2023&amp;unit=A.D.1&amp;model=family"' in page
    assert f"{reverse('learning_models:registration_enter')}?unit=A.D.1&amp;model=family&amp;year=2030" in page
    assert f"{reverse('learning_models:year_overview')}?unit=A.D.1&amp;model=family&amp;year=2030" in page
    assert "Sổ có đăng ký đến năm" not in visit(f"{LIST}?year=2022", "manager").content.decode()
