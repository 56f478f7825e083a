"""Results of programmes, and the awards behind each number."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.awards.results import repeats_of, sums_of
from funds.models import Award, Party
from tests.funds.books import fund_of
from tests.funds.prizes import given

pytestmark = pytest.mark.django_db
RESULTS, LIST = reverse("awards:award_results"), reverse("awards:award_list")


@pytest.fixture
def signed_in(client, cast):
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(client, url, **query) -> str:
    return " ".join(client.get(url, query).content.decode().split())


def context(client, **query):
    return client.get(RESULTS, query).context


def child(unit, name="Lò Thị Hà", school="Trường Đồi"):
    return Party.objects.create(organization=unit, kind="child", name=name, address=school)


def test_numbers_stand_by_kind_and_quarter_and_add_up(signed_in, cast):
    given(cast.first, portions=3, amount=600_000)
    given(cast.second, portions=2, amount=400_000, on=date(2022, 5, 1))
    given(cast.first, "scholarship", portions=35, amount=35_000_000)
    given(cast.first, portions=9, on=date(2021, 3, 1))
    kinds = {row.label: row for row in context(signed_in, unit="A", year=2022)["kinds"]}
    assert [cell.portions for _, _, cell in kinds["học sinh, sinh viên"].quarters] == [3, 2, None, None]
    assert kinds["học bổng"].year.amount == 35_000_000
    assert (kinds["Tất cả"].year.portions, kinds["Tất cả"].year.amount) == (40, 36_000_000)


def test_a_number_that_a_row_lacks_is_no_number(signed_in, cast):
    given(cast.first, portions=3, amount=None)
    given(cast.first, portions=3)
    (row,) = context(signed_in, unit="A.D.1", year=2022)["kinds"]
    assert (row.year.portions, row.year.amount) == (6, None)
    assert "có dòng chưa ghi" in text_of(signed_in, RESULTS, unit="A.D.1", year=2022)


def test_units_below_are_lines_with_all_that_lies_under_them(signed_in, cast):
    given(cast.province, portions=1)
    given(cast.branch, portions=2)
    given(cast.second, portions=4)
    given(cast.third, portions=8)
    places = context(signed_in, unit="A", year=2022)["places"]
    assert [(row.unit.code, row.own, row.awards.portions) for row, _ in places] == [
        ("A", True, 1),
        ("A.D", False, 6),
        ("A.T", False, 8),
    ]
    for row, url in places:
        assert signed_in.get(url).context["total"].portions == row.awards.portions


def test_every_number_leads_to_its_awards(signed_in, cast):
    fund = fund_of(cast.first, cash=1)
    given(cast.first, portions=3, recipient=child(cast.first), fund=fund)
    given(cast.second, "teacher", portions=2, on=date(2022, 5, 1))
    page = text_of(signed_in, RESULTS, unit="A", year=2022)
    assert "unit=A&amp;year=2022&amp;kind=student&amp;quarter=1" in page
    listed = signed_in.get(LIST, {"unit": "A", "year": 2022, "kind": "student", "quarter": 1})
    assert [name for _, name in listed.context["rows"]] == ["Lò Thị Hà"]
    for query, number in (
        ({"kind": "awards"}, 2),
        ({"kind": "scholarship"}, 0),
        ({"quarter": 2}, 1),
        ({"fund": fund.code}, 1),
        ({"fund": "LA"}, 2),
        ({"year": "x"}, 2),
        ({"year": 2021}, 0),
    ):
        assert len(signed_in.get(LIST, {"unit": "A", "year": 2022} | query).context["rows"]) == number, query
    (row,) = context(signed_in, unit="A", year=2022, fund=fund.code)["kinds"]
    assert row.year.portions == 3


def test_whoever_received_again_is_shown_to_those_who_may_read_names(client, signed_in, cast):
    person = child(cast.first)
    given(cast.first, recipient=person, occasion="Tết")
    given(cast.first, recipient=person, occasion="Năm học", on=date(2021, 9, 5))
    given(cast.first, recipient=child(cast.first, "Vì Văn Nam"))
    namesake = child(cast.second, school="Trường Suối")
    given(cast.second, recipient=namesake, occasion="Khác")
    (repeat,), more = repeats_of(Award.objects.paid(), 2022)
    assert not more
    assert (repeat.award.occasion, [other.occasion for other in repeat.others]) == ("Tết", ["Năm học"])
    assert "Năm học ngày 05/09/2021" in text_of(signed_in, RESULTS, unit="A.D.1", year=2022)
    client.force_login(cast.viewer, backend="django.contrib.auth.backends.ModelBackend")
    seen = text_of(client, RESULTS, unit="A.D.1", year=2022)
    assert "Người nhận nhiều lần" not in seen
    assert "Lò Thị Hà" not in text_of(client, LIST, unit="A.D.1", year=2022)


def test_a_list_of_repeats_that_is_cut_says_so(signed_in, cast, monkeypatch):
    for name in ("Lò Thị Hà", "Vì Văn Nam"):
        person = child(cast.first, name)
        given(cast.first, recipient=person, occasion="Tết")
        given(cast.first, recipient=person, occasion="Năm học", on=date(2021, 9, 5))
    assert "Còn người khác nữa" not in text_of(signed_in, RESULTS, unit="A.D.1", year=2022)
    monkeypatch.setattr("funds.awards.results.REPEATS_SHOWN", 1)
    assert "Còn người khác nữa" in text_of(signed_in, RESULTS, unit="A.D.1", year=2022)
    monkeypatch.setattr("funds.awards.results.REPEATS_SHOWN", 50)
    monkeypatch.setattr("funds.awards.results.NAMES_EXAMINED", 1)
    assert "Còn người khác nữa" in text_of(signed_in, RESULTS, unit="A.D.1", year=2022)


def test_years_are_a_chart_with_gaps(signed_in, cast):
    given(cast.first, portions=3, on=date(2020, 3, 1))
    given(cast.first, portions=5)
    chart = context(signed_in, unit="A.D.1", year=2022)["chart"]
    assert chart.rows == (("2020", "3 suất"), ("2021", "chưa có số liệu"), ("2022", "5 suất"))
    assert chart.title == "Năm 2022 đã trao 5 suất khen thưởng"


def test_another_subtree_is_not_seen(client, cast):
    given(cast.second, portions=7)
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(RESULTS, {"unit": "A.D.2", "year": 2022}).status_code == 404
    assert not client.get(LIST, {"year": 2022}).context["rows"]


def test_sums_come_by_one_query(cast, django_assert_num_queries):
    for place in range(5):
        given(cast.first, portions=place + 1)
    with django_assert_num_queries(1):
        assert len(sums_of(Award.objects.paid(), 2022)) == 1


@pytest.mark.parametrize("url", [RESULTS, LIST])
def test_the_number_of_queries_does_not_grow(signed_in, cast, url):
    query, counted = {"unit": "A", "year": 2022}, []
    signed_in.get(url, query)
    for number in (1, 10):
        for place in range(number):
            person = child(cast.first, f"Người {number} {place}")
            for unit in (cast.first, cast.third):
                given(unit, recipient=person)
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(url, query).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
