from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.forms import HeadCountCreateForm
from members.models import HeadCount
from members.names import compare, count_names
from members.services import end_membership
from organizations.models import Organization, RegisterUse
from tests.members.people import enter

LIST, CREATE = reverse("members:head_count_list"), reverse("members:head_count_create")
DAY = date(2022, 3, 31)


@pytest.fixture
def visit(client, cast):
    def visit(url, person="secretary", **data):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client.post(url, data) if data else client.get(url)

    return visit


def words(response):
    return " ".join(response.content.decode().split())


def test_names_of_a_day_are_those_of_the_own_line(tree):
    enter(tree.first, "Một")
    enter(tree.branch, "Hai")
    enter(tree.branch, "Mới", joined_on=date(2022, 4, 1))
    gone = enter(tree.branch, "Thôi")
    end_membership(member=gone, left_on=DAY, left_reason="resigned", user=None)
    asked = [(tree.first, DAY), (tree.first, date(2022, 4, 1)), (tree.branch, DAY), (tree.east, DAY)]
    counted = count_names(asked)
    assert [counted[unit.pk, day] for unit, day in asked] == [2, 3, 1, None]


def test_no_names_are_zero_only_where_the_register_is_kept(tree):
    RegisterUse.objects.create(organization=tree.first, register="members", used_from=date(2022, 3, 1))
    counted = count_names([(tree.first, DAY), (tree.first, date(2022, 2, 1)), (tree.second, DAY)])
    assert counted == {(tree.first.pk, DAY): 0, (tree.first.pk, date(2022, 2, 1)): None, (tree.second.pk, DAY): None}


def test_the_gap_is_told_in_a_sentence(visit, cast):
    HeadCount.objects.create(organization=cast.first, date=DAY, members=1240)
    assert "Chưa có danh sách tên" in words(visit(LIST))
    for number in range(3):
        enter(cast.branch, f"Người {number}")
    page = words(visit(LIST))
    assert "Danh sách có 3 tên, số đếm 1.240: <strong>còn thiếu 1.237</strong>" in page
    assert "chưa có số liệu" in page
    HeadCount.objects.update(members=2)
    assert "danh sách nhiều hơn 1" in words(visit(LIST))
    HeadCount.objects.update(members=3)
    assert "khớp nhau" in words(visit(LIST))


def test_a_count_is_written_with_its_author_and_corrected_with_a_reason(visit, cast):
    data = {"organization": "A.D.1", "date": "31/03/2022", "members": "1.240", "women": "", "carded": "0"}
    assert visit(CREATE, **data).url == f"{LIST}?unit=A.D.1"
    row = HeadCount.objects.get()
    assert (row.members, row.women, row.carded, row.history.get().history_user) == (1240, None, 0, cast.secretary)
    url = reverse("members:head_count_edit", args=[row.pk])
    assert visit(url, date="31/03/2022", members="1.250", reason="Đếm lại").status_code == 302
    row.refresh_from_db()
    assert (row.members, row.history.first().history_change_reason) == (1250, "Đếm lại")
    assert "1.240 hội viên, đếm ngày 31/03/2022 (Ghi số đếm hội viên)" in words(visit(url))


@pytest.mark.parametrize(
    "wrong",
    [
        {"women": "2.000"},
        {"members": ""},
        {"members": "-1"},
        {"date": "01/01/2999"},
        {"organization": "A.D.2"},
        {"date": "31/12/2021"},
    ],
)
def test_an_impossible_count_is_refused_and_stays_typed(visit, cast, wrong):
    HeadCount.objects.create(organization=cast.first, date=date(2021, 12, 31), members=5)
    data = {"organization": "A.D.1", "date": "31/03/2022", "members": "1.240", "reason": "Sổ giấy"} | wrong
    response = visit(CREATE, **data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "Sổ giấy" in words(response)
    assert HeadCount.objects.count() == 1


def test_counts_stay_within_the_scope(visit, cast):
    mine = HeadCount.objects.create(organization=cast.first, date=DAY, members=7)
    other = HeadCount.objects.create(organization=cast.second, date=DAY, members=8)
    page = visit(LIST)
    assert [row.pk for row, _ in page.context["rows"]] == [mine.pk]
    assert visit(f"{LIST}?unit=A.D.2").status_code == 404
    assert visit(reverse("members:head_count_edit", args=[other.pk])).status_code == 404
    assert visit(reverse("members:head_count_edit", args=[other.pk]), members="1").status_code == 404
    assert len(visit(LIST, person="district_viewer").context["rows"]) == 2


def test_a_viewer_reads_only(visit, cast):
    row = HeadCount.objects.create(organization=cast.first, date=DAY, members=7)
    page = words(visit(LIST, person="viewer"))
    assert "Xã Ánh Dương" in page
    assert reverse("members:head_count_edit", args=[row.pk]) not in page


def test_comparing_takes_the_same_queries_for_one_as_for_many(cast):
    def count():
        rows = list(HeadCount.objects.select_related("organization"))
        with CaptureQueriesContext(connection) as queries:
            compare(rows)
        return len(queries)

    HeadCount.objects.create(organization=cast.first, date=DAY, members=7)
    before = count()
    for month in range(1, 11):
        HeadCount.objects.create(organization=cast.second, date=date(2021, month, 1), members=month)
    assert count() == before


def test_the_unit_page_sets_names_and_count_side_by_side(visit, cast):
    url = cast.first.get_absolute_url()
    assert "Chưa có danh sách tên hội viên." in words(visit(url))
    enter(cast.branch, "Một")
    HeadCount.objects.create(organization=cast.first, date=DAY, members=40)
    page = words(visit(url))
    assert "Danh sách hôm nay có 1 tên" in page
    assert "Số đếm ngày 31/03/2022: 40 hội viên." in page
    assert "còn thiếu 39" in page
    assert f"{CREATE}?organization=A.D.1" in page
    assert '?unit=A.D.1.1">Chi hội bản Đồi</a>: 1 tên' in page
    assert CREATE not in words(visit(url, person="viewer"))


def test_a_part_larger_than_the_whole_and_a_second_count_of_the_day_are_told_beside_their_fields(cast):
    def faults(**typed):
        reach = Organization.objects.allowed(cast.secretary, "members.change_headcount")
        data = {"organization": "A.D.1", "date": "01/02/2022", "members": "12", **typed}
        form = HeadCountCreateForm(data, reach=reach, near=cast.first, user=cast.secretary)
        return set(form.errors) if not form.is_valid() or not form.save() else set()

    assert faults(women="13", carded="14", party_members="12") == {"women", "carded"}
    assert faults(women="12") == set()
    assert faults(women="1") == {"date"}
