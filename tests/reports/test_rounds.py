"""Rounds opened, dated, closed by the province's office, and exceptions after that."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.periods import Quarter
from organizations.tree import dissolve_organization
from reports.lateness import tally_rounds
from reports.models import Report, ReportingRound
from reports.services import close_round, grant_exception, open_round
from tests.conftest import plant

LIST, OPEN = "/reports/rounds/", "/reports/rounds/open/"
ROUND = "/reports/rounds/A/2022-Q1/"
EXCEPTION = "/reports/A.D.1/2022-Q1/exception/"


@pytest.fixture
def office(client, cast):
    client.force_login(cast.manager)
    return client


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def report_of(unit):
    return Report.objects.get(organization=unit)


def stand(status, *units):
    Report.objects.filter(organization__in=units).update(status=status)


# The list.


def test_the_list_counts_who_owes_has_handed_in_was_accepted_and_is_late(office, cast, opened):
    stand("submitted", cast.first)
    stand("accepted", cast.police)
    stand("returned", cast.second)
    tally = office.get(LIST).context["rows"][0][1]
    assert (tally.expected, tally.submitted, tally.accepted, tally.late) == (6, 2, 1, 4)


def test_before_its_own_due_date_a_level_is_not_late(cast, quarter):
    today = timezone.localdate()
    dates = {"due_on": today - timedelta(days=1), "due_by_level": {"commune": today}}
    round_, _ = open_round(root=cast.province, quarter=quarter, user=None, **dates)
    tally = tally_rounds([round_])[round_.pk]
    assert (tally.expected, tally.late, tally.waiting) == (6, 3, 6)


def test_a_district_manager_learns_who_opens_rounds(client, cast, opened):
    client.force_login(cast.district_manager)
    response = client.get(LIST)
    assert list(response.context["rows"]) == []
    assert "do hội cấp tỉnh mở và đóng" in words(response)
    assert client.get(OPEN).status_code == 404


def test_a_stranger_sees_no_round_of_another_province(client, cast, opened):
    client.force_login(cast.stranger)
    assert list(client.get(LIST).context["rows"]) == []
    assert client.get(ROUND).status_code == 404
    for address in (f"{ROUND}due-dates/", f"{ROUND}close/"):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert ReportingRound.objects.get().closed_at is None


def test_eleven_rounds_ask_no_more_than_one(office, cast, opened):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert office.get(LIST).status_code == 200
        return len(captured)

    queries()
    one = queries()
    quarter = opened.quarter
    for _ in range(10):
        quarter = quarter.next
        open_round(root=cast.province, quarter=quarter, due_on=quarter.next.first_day, user=None)
    assert queries() == one


# Opening.


def test_the_form_proposes_the_quarter_after_the_newest(office, opened):
    form = office.get(OPEN).context["form"]
    assert form.initial == {"quarter": Quarter(2022, 2), "due_on": date(2022, 7, 5)}
    assert list(form.fields) == ["quarter", "due_on", "due_commune", "due_affiliated", "due_district", "due_province"]


def test_a_quarter_is_opened_with_a_due_date_for_each_level(office, cast):
    answer = office.post(OPEN, {"quarter": "I/2022", "due_on": "10/04/2022", "due_commune": "5/4/2022"}, follow=True)
    round_ = ReportingRound.objects.get()
    assert (round_.due_on, round_.due_by_level) == (date(2022, 4, 10), {"commune": "2022-04-05"})
    assert round_.history.get().history_user == cast.manager
    assert Report.objects.count() == 7
    assert "Đã mở quý I/2022: 7 đơn vị" in words(answer)
    assert "Cấp xã: 05/04/2022" in words(answer)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"quarter": "2022-Q5", "due_on": "05/04/2022"}, "Không có quý 5"),
        ({"quarter": "2022-Q1", "due_on": ""}, "Hãy nhập ngày/tháng/năm"),
        ({"quarter": "2022-Q1", "due_on": "05/04/2021"}, "trước quý I/2022"),
        ({"quarter": "2022-Q1", "due_on": "05/04/2022", "due_commune": "05/04/2021"}, "05/04/2021 trước quý I/2022"),
    ],
)
def test_a_bad_date_or_quarter_is_refused_in_words(office, values, message):
    assert message in words(office.post(OPEN, values))
    assert not ReportingRound.objects.exists()


def test_an_opened_quarter_is_not_opened_by_mistake_again(office, opened):
    answer = office.post(OPEN, {"quarter": "2022-Q1", "due_on": "15/04/2022"})
    assert "đã mở rồi" in words(answer)
    opened.refresh_from_db()
    assert opened.due_on == date(2022, 4, 5)


def test_an_administrator_chooses_the_province(client, cast):
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    client.post(OPEN, {"root": "B", "quarter": "2022-Q1", "due_on": "05/04/2022"})
    assert ReportingRound.objects.get().root == cast.other


# Due dates and late-recorded units.


def test_a_changed_due_date_needs_a_reason_and_keeps_it(office, opened):
    address = f"{ROUND}due-dates/"
    assert "Hãy ghi lý do đổi hạn nộp" in words(office.post(address, {"due_on": "15/04/2022"}))
    answer = office.post(address, {"due_on": "15/04/2022", "reason": "Nghỉ lễ Giỗ Tổ"}, follow=True)
    opened.refresh_from_db()
    assert opened.due_on == date(2022, 4, 15)
    assert [change.due_on.day for change in opened.history.all()] == [15, 5]
    assert "Nghỉ lễ Giỗ Tổ" in words(answer)


def test_an_emptied_level_follows_the_common_date_again(office, cast, quarter):
    own = {"commune": date(2022, 4, 3)}
    open_round(root=cast.province, quarter=quarter, due_on=date(2022, 4, 5), due_by_level=own, user=None)
    form = office.get(f"{ROUND}due-dates/").context["form"]
    assert form.initial["due_commune"] == date(2022, 4, 3)
    office.post(f"{ROUND}due-dates/", {"due_on": "05/04/2022", "reason": "Một hạn chung"})
    assert ReportingRound.objects.get().due_by_level == {}


def test_saving_again_adds_units_recorded_since(office, cast, opened):
    plant("A.T.9", "Hội Khuyến học xã Mới", "commune", cast.west)
    answer = office.post(f"{ROUND}due-dates/", {"due_on": "05/04/2022"}, follow=True)
    assert "Bổ sung 1 đơn vị" in words(answer)
    assert Report.objects.get(organization__code="A.T.9").parent.organization == cast.west


# Closing.


def test_before_closing_the_page_says_who_has_not_handed_in(office, cast, opened):
    stand("submitted", cast.first, cast.police)
    page = words(office.get(f"{ROUND}close/"))
    assert "Còn 4 đơn vị chưa nộp" in page
    assert "Xã Bình Minh" in page
    assert "Xã Ánh Dương" not in page
    opened.refresh_from_db()
    assert not opened.is_closed


def test_a_closed_round_takes_no_more_dates_and_cannot_be_closed_twice(office, cast, opened):
    answer = office.post(f"{ROUND}close/", follow=True)
    assert "Đã đóng quý I/2022" in words(answer)
    opened.refresh_from_db()
    assert opened.history.first().history_user == cast.manager
    assert "đã đóng rồi" in words(office.post(f"{ROUND}close/"))
    assert office.get(f"{ROUND}due-dates/").status_code == 404
    assert f"{ROUND}close/" not in words(office.get(ROUND))


# Exceptions.


def test_one_unit_may_hand_in_after_the_closing(office, cast, opened):
    close_round(round_=opened, user=None)
    assert EXCEPTION in words(office.get("/reports/A/2022-Q1/late/"))
    until = timezone.localdate() + timedelta(days=4)
    answer = office.post(EXCEPTION, {"until": until.strftime("%d/%m/%Y"), "reason": "Mưa lũ"}, follow=True)
    assert f"đến hết ngày {until:%d/%m/%Y}" in words(answer)
    report = report_of(cast.first)
    assert report.is_editable
    assert "Mưa lũ" in report.history.first().history_change_reason
    assert not report_of(cast.second).is_editable


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"until": "01/01/2022", "reason": "Mưa lũ"}, "Ngày này đã qua"),
        ({"until": "01/01/2099", "reason": " "}, "Hãy ghi lý do"),
    ],
)
def test_an_exception_needs_a_coming_day_and_a_reason(office, cast, opened, values, message):
    close_round(round_=opened, user=None)
    assert message in words(office.post(EXCEPTION, values))
    assert report_of(cast.first).open_until is None


def test_nothing_is_excepted_in_an_open_round_nor_for_who_was_accepted(office, cast, opened):
    assert office.get(EXCEPTION).status_code == 404
    assert EXCEPTION not in words(office.get("/reports/A/2022-Q1/late/"))
    close_round(round_=opened, user=None)
    # What was handed in may have to be returned.
    stand("submitted", cast.first)
    assert office.get(EXCEPTION).status_code == 200
    stand("accepted", cast.first)
    assert office.get(EXCEPTION).status_code == 404
    with pytest.raises(ValidationError):
        grant_exception(report=report_of(cast.second), until=date(2022, 1, 1), reason="Mưa lũ", user=None)


def test_a_district_manager_makes_no_exceptions(client, cast, opened):
    close_round(round_=opened, user=None)
    client.force_login(cast.district_manager)
    assert client.get(EXCEPTION).status_code == 404
    assert EXCEPTION not in words(client.get("/reports/A.D/2022-Q1/late/"))


def test_an_exception_that_ran_out_is_told_so(office, cast, opened):
    close_round(round_=opened, user=None)
    Report.objects.filter(organization=cast.first).update(open_until=date(2022, 5, 1))
    page = words(office.get(ROUND))
    assert "Xã Ánh Dương: đến hết ngày 01/05/2022 (đã hết)" in page


def test_a_dissolved_province_opens_nothing(office, cast):
    for unit in (cast.branch, cast.first, cast.second, cast.third, cast.east, cast.west, cast.police, cast.province):
        dissolve_organization(organization=unit, on=date(2025, 6, 30), user=None, reason="QĐ")
    assert office.get(OPEN).status_code == 404
