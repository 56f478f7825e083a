"""Who is late: every level below, within reach only, with whom to telephone."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertTemplateUsed

from organizations.models import Organization
from organizations.tree import move_organization
from reports.models import Report
from reports.services import open_round
from tests.conftest import plant

LATE = "/reports/{}/2022-Q1/late/"


@pytest.fixture
def late(client, cast):
    def late(code, person="manager", **query):
        client.force_login(getattr(cast, person))
        return client.get(LATE.format(code), query)

    return late


def codes(response):
    return [row.report.organization.code for row in response.context["rows"]]


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def stand(status, *units):
    Report.objects.filter(organization__in=units).update(status=status)


def test_every_level_below_that_has_not_handed_in_or_was_returned(late, cast, opened):
    stand("submitted", cast.east, cast.first)
    stand("accepted", cast.police)
    stand("returned", cast.third)
    response = late("A")
    assert codes(response) == ["A.T", "A.D.2", "A.T.1"]
    assert response.context["counts"] == {"all": 3, "overdue": 3, "returned": 1}
    assert "3 đơn vị chưa nộp, 3 quá hạn, 1 bị trả lại" in words(response)


def test_a_district_sees_its_own_units_only(late, cast, opened):
    assert codes(late("A.D", "district_viewer")) == ["A.D.1", "A.D.2"]
    for code in ("A", "A.T", "B", "X"):
        assert late(code, "district_viewer").status_code == 404
    assert late("A.D", "stranger").status_code == 404


def test_a_unit_with_nothing_below_has_nobody_to_call(late, cast, opened):
    assert "Không có ai phải gọi" in words(late("A.D.1", "viewer"))


def test_a_unit_that_moved_away_is_told_to_nobody_who_lost_it(late, cast, opened):
    move_organization(organization=cast.second, parent=cast.west, on=date(2025, 7, 1), user=None, reason="QĐ")
    assert codes(late("A.D", "district_viewer")) == ["A.D.1"]
    assert "A.D.2" in codes(late("A"))


def test_the_telephones_of_the_unit_and_of_the_nearest_above(late, cast, opened):
    Organization.objects.filter(code="A.D.1").update(contact_name="Văn phòng xã", contact_phone="0912 345.678")
    Organization.objects.filter(code="A.D").update(contact_phone="0212 111 222")
    page = words(late("A.D", "district_viewer"))
    assert '<a class="phone" href="tel:0912345678">0912 345.678</a>' in page
    assert "Văn phòng xã" in page
    assert page.count('href="tel:0212111222"') >= 2


def test_days_count_by_the_due_date_of_the_level(late, cast, quarter):
    today = timezone.localdate()
    own = {"commune": today + timedelta(days=5), "affiliated": today}
    open_round(root=cast.province, quarter=quarter, due_on=today - timedelta(days=2), due_by_level=own, user=None)
    response = late("A")
    days = {row.report.organization.code: row.days_left for row in response.context["rows"]}
    assert days == {"A.D": -2, "A.T": -2, "A.D.1": 5, "A.D.2": 5, "A.T.1": 5, "A.CA": 0}
    page = words(response)
    assert "quá 2 ngày" in page
    assert "còn 5 ngày" in page
    assert "hôm nay" in page
    assert response.context["counts"]["overdue"] == 2


@pytest.mark.parametrize("period", ["2022-Q5", "2022", "2021-Q1", "abc", "2022-Q1%00"])
def test_another_period_is_404(client, cast, opened, period):
    client.force_login(cast.manager)
    assert client.get(f"/reports/A/{period}/late/").status_code == 404


def test_the_printed_list_is_whole_and_on_paper(late, cast, opened):
    for number in range(60):
        plant(f"A.T.M{number}", f"Hội Khuyến học xã Mới {number}", "commune", cast.west)
    open_round(root=cast.province, quarter=opened.quarter, due_on=opened.due_on, user=None)
    page = late("A")
    assert len(codes(page)) == 30
    assert len(codes(late("A", after=page.context["page_obj"].next_cursor))) == 30
    printed = late("A", print="1")
    assertTemplateUsed(printed, "base_document.html")
    assert len(codes(printed)) == 66
    assert "Cả danh sách: 66 đơn vị" in words(printed)
    assert "Quý I/2022" in words(printed)


def test_eleven_units_ask_no_more_than_one(late, cast, opened):
    stand("submitted", cast.first)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert late("A.D").status_code == 200
        return len(captured)

    queries()
    one = queries()
    for number in range(10):
        plant(f"A.D.M{number}", f"Hội Khuyến học xã Mới {number}", "commune", cast.east)
    open_round(root=cast.province, quarter=opened.quarter, due_on=opened.due_on, user=None)
    assert len(codes(late("A.D"))) == 11
    assert queries() == one
