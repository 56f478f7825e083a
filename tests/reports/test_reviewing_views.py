"""The level above at work: the list, returning, accepting, opening again, talking; and everybody's tasks."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organizations.models import Role
from reports.models import Indicator, Remark, Report
from reports.services import Return, accept_report, return_report, submit_report
from reports.tasks import tasks_for
from tests.conftest import appoint

REVIEW = "/reports/A.D.1/2022-Q1/review/"


@pytest.fixture
def as_(client, cast):
    def as_(person):
        user = getattr(cast, person) if isinstance(person, str) else person
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def district_reviewer(cast):
    return appoint("district_reviewer", cast.east, Role.REVIEWER)


@pytest.fixture
def handed_in(cast, opened, write):
    """The first commune's report, handed in."""
    write(cast.first, {"members.total": 7})
    report = Report.objects.get(organization=cast.first)
    return submit_report(report=report, user=cast.secretary, blanks_confirmed=True)


def decide(client, action, **sent):
    """Open the review and post it as a browser does, with what it names as seen."""
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(REVIEW).content.decode())[1]
    return client.post(REVIEW, {"seen": seen, "action": action} | sent)


def test_the_district_sees_what_waits_and_the_province_does_not(as_, cast, handed_in, district_reviewer):
    assert "Ánh Dương" in as_(district_reviewer).get("/reports/review/").content.decode()
    assert "Ánh Dương" not in as_("reviewer").get("/reports/review/").content.decode()


def test_a_province_may_still_look_at_the_report_of_a_commune(as_, cast, handed_in):
    assert as_("reviewer").get(REVIEW).status_code == 200


def test_a_communes_own_reviewer_does_not_review_it(as_, cast, handed_in):
    own = appoint("own_reviewer", cast.first, Role.REVIEWER)
    assert as_(own).get(REVIEW).status_code == 404
    assert as_(own).post(REVIEW, {"action": "accept"}).status_code == 404


def test_a_cell_is_returned_with_a_remark_and_answered(as_, cast, handed_in, district_reviewer):
    pk = Indicator.objects.get(code="members.total").pk
    client = as_(district_reviewer)
    assert decide(client, "return", **{f"remark-{pk}": "Xem lại số"}).status_code == 302
    handed_in.refresh_from_db()
    assert handed_in.status == "returned"
    [task] = tasks_for(cast.secretary)
    assert (task.state, task.remarks) == ("returned", ["Tổng số hội viên: Xem lại số"])
    client = as_("secretary")
    page = client.get("/reports/A.D.1/2022-Q1/").content.decode()
    assert "Xem lại số" in page
    client.post(f"/reports/A.D.1/2022-Q1/remarks/?about={pk}", {"text": "Đã kiểm tra với chi hội"})
    assert Remark.objects.get(author=cast.secretary).indicator_id == pk
    assert "Đã kiểm tra với chi hội" in as_(district_reviewer).get(REVIEW).content.decode()


def test_returning_without_a_word_is_refused_and_nothing_typed_is_lost(as_, cast, handed_in, district_reviewer):
    client = as_(district_reviewer)
    assert "ít nhất một ô" in decide(client, "return").content.decode()
    handed_in.refresh_from_db()
    assert handed_in.status == "submitted"


def test_many_are_accepted_at_once_and_refusals_are_said(as_, cast, opened, write, district_reviewer):
    for unit in (cast.first, cast.second):
        report = Report.objects.get(organization=unit)
        submit_report(report=report, user=None, blanks_confirmed=True)
    client = as_(district_reviewer)
    chosen = re.findall(r'value="(\d+ submitted [^"]+)"', client.get("/reports/review/").content.decode())
    third = Report.objects.get(organization=cast.third).pk
    sent = [*chosen, f"{third} submitted 2022-01-01", "x", f"{'9' * 30} submitted x"]
    response = client.post("/reports/review/", {"report": sent}, follow=True)
    assert "Đã duyệt 2 báo cáo" in response.content.decode()
    statuses = dict(Report.objects.values_list("organization__code", "status"))
    assert (statuses["A.D.1"], statuses["A.D.2"], statuses["A.T.1"]) == ("accepted", "accepted", "draft")


def test_what_was_handed_in_again_meanwhile_is_not_accepted_unseen(as_, cast, handed_in, district_reviewer):
    client = as_(district_reviewer)
    page = client.get(REVIEW).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    [mark] = re.findall(r'value="(\d+ submitted [^"]+)"', client.get("/reports/review/").content.decode())
    return_report(report=handed_in, user=None, returns=[Return("Xem lại")])
    submit_report(report=handed_in, user=cast.secretary, blanks_confirmed=True)
    assert "vừa được trả lại" in client.post(REVIEW, {"seen": seen, "action": "accept"}).content.decode()
    assert "vừa nộp lại" in client.post("/reports/review/", {"report": mark}, follow=True).content.decode()
    handed_in.refresh_from_db()
    assert handed_in.status == "submitted"


def test_accepting_is_said_and_drops_no_remark(as_, cast, handed_in, district_reviewer):
    client = as_(district_reviewer)
    assert "trả lại" in decide(client, "").content.decode().lower()
    page = decide(client, "accept", **{"remark-": "Số sai, làm lại"}).content.decode()
    assert "Số sai, làm lại" in page
    handed_in.refresh_from_db()
    assert handed_in.status == "submitted"
    assert decide(client, "accept").status_code == 302
    handed_in.refresh_from_db()
    assert handed_in.status == "accepted"


def test_opening_again_asks_for_a_reason_and_names_what_is_opened(as_, cast, handed_in, district_reviewer):
    accept_report(report=handed_in, user=district_reviewer)
    client, address = as_(district_reviewer), "/reports/A.D.1/2022-Q1/reopen/"
    assert "Mở lại báo cáo" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 200
    client.post(address, {"reason": "Thiếu chi hội"})
    handed_in.refresh_from_db()
    assert handed_in.status == "returned"


def test_everybody_sees_their_own_tasks_only(cast, handed_in, district_reviewer):
    assert [task.state for task in tasks_for(district_reviewer)] == ["submitted"]
    assert tasks_for(cast.viewer) == []
    assert tasks_for(cast.secretary) == []
    assert {task.state for task in tasks_for(cast.district_manager)} == {"overdue"}
    assert tasks_for(cast.stranger) == []


def test_a_province_without_appointments_works_for_the_root(cast, opened):
    assert [task.title for task in tasks_for(cast.administrator)] == ["Báo cáo quý I/2022"]


def test_the_list_of_what_waits_takes_as_many_queries_for_one_as_for_many(as_, cast, opened, district_reviewer):
    client = as_(district_reviewer)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/reports/review/")
        return len(queries)

    submit_report(report=Report.objects.get(organization=cast.first), user=None, blanks_confirmed=True)
    count()
    few = count()
    submit_report(report=Report.objects.get(organization=cast.second), user=None, blanks_confirmed=True)
    assert count() == few
