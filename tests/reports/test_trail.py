"""The trail of a report: who did what, from what to what, why; and what a revision changed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.history import CHANGED, record_bulk
from reports import trail
from reports.models import Figure, Indicator, Narrative, Report
from reports.services import (
    Edit,
    Return,
    accept_report,
    add_remark,
    reopen_report,
    return_report,
    save_edits,
    submit_report,
)

TOTAL, NEW = "members.total", "members.new"
ADDRESS = "/reports/A.D.1/2022-Q1/trail/"


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def report(opened, cast):
    return Report.objects.get(organization=cast.first)


@pytest.fixture
def enter(cast, report):
    def enter(*edits, user=None):
        versions = dict(report.figures.values_list("indicator__code", "version"))
        versions |= dict(report.narratives.values_list("section", "version"))
        ready = [
            Edit(**{"version": versions.get(edit.get("indicator") or edit["section"], 0), **edit}) for edit in edits
        ]
        answers = save_edits(report=report, user=user or cast.secretary, edits=ready)
        assert {answer["state"] for answer in answers} == {"saved"}

    return enter


def words(response):
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def shown(client, query=""):
    response = client.get(ADDRESS + query)
    assert response.status_code == 200
    return words(response)


def events(report, **options):
    return [event for entry in trail.read_trail(report, **options).entries for event in entry.events]


def test_a_figure_is_told_from_what_to_what_and_why(as_, enter, report):
    enter({"indicator": TOTAL, "value": "1240"})
    enter({"indicator": TOTAL, "value": "1250", "reason": "Bổ sung"})
    enter({"indicator": TOTAL, "no_data": True})
    enter({"indicator": TOTAL, "no_data": False})
    page = shown(as_("viewer"))
    assert "Người secretary · Nhập số liệu Tổng số hội viên: Số báo cáo: chưa có số liệu → để trống" in page
    assert "Số báo cáo: để trống → 1.240" in page
    assert "Số báo cáo: 1.240 → 1.250 ; Lý do: để trống → Bổ sung" in page
    assert "Số báo cáo: 1.250 → chưa có số liệu" in page
    assert "Số báo cáo: chưa có số liệu → để trống" in page
    assert page.index("chưa có số liệu → để trống") < page.index("để trống → 1.240")


def test_zero_is_a_number_and_no_blank(as_, enter):
    enter({"indicator": TOTAL, "value": "0"})
    assert "Số báo cáo: để trống → 0" in shown(as_("viewer"))


def test_words_are_told_as_differences(as_, enter):
    enter({"section": "results", "text": "Mở 12 lớp học"})
    enter({"section": "results", "text": "Mở 15 lớp học"})
    response = as_("viewer").get(ADDRESS + "?kind=words")
    page = response.content.decode()
    assert re.search(r"<del>.*12.*</del>", page)
    assert re.search(r"<ins>.*15.*</ins>", page)
    assert "Mục kết quả" in words(response)


def test_the_chain_is_told_with_its_reasons(as_, enter, cast, report):
    enter({"indicator": TOTAL, "value": "5"})
    submit_report(report=report, user=cast.secretary, blanks_confirmed=True)
    total = Indicator.objects.get(code=TOTAL)
    return_report(report=report, user=cast.reviewer, returns=[Return("Sai số", indicator=total)])
    add_remark(report=report, user=cast.reviewer, text="Cảm ơn", section="results")
    submit_report(report=report, user=cast.manager, blanks_confirmed=True)
    accept_report(report=report, user=cast.reviewer)
    page = shown(as_("viewer"))
    assert "Nộp báo cáo Báo cáo: Trạng thái: đang nhập → đã nộp" in page
    assert "Người reviewer · Trả lại Trả lại về Tổng số hội viên: Sai số" in page
    assert "Trạng thái: đã nộp → trả lại" in page
    assert "Ý kiến về mục kết quả: Cảm ơn" in page
    assert "Ý kiến đã được trả lời" in page
    assert "Người manager Nhập thay · Nộp báo cáo" in page
    assert "Người reviewer · Duyệt Báo cáo: Trạng thái: đã nộp → đã duyệt" in page
    assert "Bản số 1 của quý I/2022" in page
    assert page.index("đã nộp → đã duyệt") < page.index("đã nộp → trả lại") < page.index("đang nhập → đã nộp")


def test_what_was_entered_for_another_unit_is_marked(as_, enter, cast, report):
    enter({"indicator": TOTAL, "value": "5"}, user=cast.manager)
    enter({"section": "results", "text": "Lời"}, user=cast.manager)
    enter({"indicator": NEW, "value": "5"})
    marked = {event.title: event.on_behalf for event in events(report) if event.kind != trail.REPORTS}
    assert marked == {"Tổng số hội viên": True, "Mục kết quả": True, "Hội viên phát triển mới": False}
    assert "Nhập thay" in shown(as_("viewer"))


def test_bulk_rows_are_told_too_and_together(as_, enter, cast, report):
    enter({"indicator": TOTAL, "value": "5"}, {"indicator": NEW, "value": "6"})
    Figure.objects.filter(report=report).update(from_register=9)
    record_bulk(Figure.objects.filter(report=report), kind=CHANGED, user=cast.manager, reason="Lấy số từ sổ")
    entries = trail.read_trail(report, kind=trail.FIGURES).entries
    assert [(len(entry.events), entry.first.reason) for entry in entries] == [(2, "Lấy số từ sổ"), (2, "Nhập số liệu")]
    assert "Số theo sổ: để trống → 9" in shown(as_("viewer"))


def test_a_register_value_taken_over_is_not_entered_on_behalf(enter, cast, report):
    enter({"indicator": TOTAL, "value": "5"}, user=cast.manager)
    record_bulk(Figure.objects.filter(report=report), kind=CHANGED, user=cast.secretary, reason="Lấy số từ sổ")
    assert [event.on_behalf for event in events(report, kind=trail.FIGURES)] == [False, True]


def test_the_kinds_filter(as_, enter, cast, report):
    enter({"indicator": TOTAL, "value": "5"}, {"section": "results", "text": "Lời"})
    add_remark(report=report, user=cast.reviewer, text="Cảm ơn")
    for kind in trail.KINDS:
        assert {event.kind for event in events(report, kind=kind)} <= {kind}
    assert {event.kind for event in events(report)} == {"figures", "words", "remarks", "reports"}
    assert "Chưa có việc nào" in shown(as_("viewer"), "?kind=revisions")
    assert "Cảm ơn" in shown(as_("viewer"), "?kind=abc")


def test_pages_follow_each_other_without_gap_or_repetition(enter, report, monkeypatch):
    for number in range(7):
        enter({"indicator": TOTAL, "value": str(number)}, {"section": "results", "text": f"Lời {number}"})
    # Rows of one moment keep their order as well.
    Figure.history.update(history_date=timezone.now())
    Narrative.history.update(history_date=Figure.history.first().history_date)
    whole = events(report)
    monkeypatch.setattr(trail, "PAGE_SIZE", 4)
    found, cursor = [], ""
    while True:
        page = trail.read_trail(report, after=cursor)
        found += [event for entry in page.entries for event in entry.events]
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == whole
    assert len(whole) == 15


@pytest.mark.parametrize(
    "after",
    ["abc", "~~", "2022-01-01~0~0", "0001-01-01T00:00:00+14:00~0~0", "2022-01-01T00:00:00+00:00~9~1", "\0", "~" * 999],
)
def test_a_damaged_cursor_leads_to_the_newest(as_, enter, report, after):
    enter({"indicator": TOTAL, "value": "5"})
    response = as_("viewer").get(ADDRESS, {"after": after})
    assert "Tổng số hội viên" in words(response)


def test_the_buttons_lead_on_and_back(as_, enter, monkeypatch):
    monkeypatch.setattr(trail, "PAGE_SIZE", 2)
    enter({"indicator": TOTAL, "value": "5"})
    enter({"indicator": NEW, "value": "5"})
    client = as_("viewer")
    first = client.get(ADDRESS + "?kind=figures").content.decode()
    assert "Cũ hơn" not in first
    first = client.get(ADDRESS).content.decode()
    link = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    second = shown(client, link)
    assert "Mở báo cáo của kỳ" in second
    assert "Về mới nhất" in second


def test_reach(as_, opened):
    client = as_("district_viewer")
    for code, status in {"A.D": 200, "A.D.1": 200, "A": 404, "A.T": 404, "B": 404, "X": 404}.items():
        assert client.get(f"/reports/{code}/2022-Q1/trail/").status_code == status, code
    for period in ("2022", "2021-Q1", "abc", "2022-Q1%00"):
        assert client.get(f"/reports/A.D.1/{period}/trail/").status_code == 404


def test_nothing_of_another_report_is_told(enter, cast, report):
    other = Report.objects.get(organization=cast.second)
    save_edits(report=other, user=cast.manager, edits=[Edit(indicator=TOTAL, value="99")])
    assert {event.title for event in events(report)} == {"Mở báo cáo của kỳ"}


def test_texts_are_escaped(as_, enter, cast, report):
    enter({"section": "results", "text": "<script>alert(1)</script>"}, {"indicator": TOTAL, "reason": "<b>x</b>"})
    add_remark(report=report, user=cast.reviewer, text="<i>y</i>")
    page = as_("viewer").get(ADDRESS).content.decode()
    for tag in ("<script>alert", "<b>x", "<i>y"):
        assert tag not in page


def test_many_events_take_as_many_queries_as_few(as_, enter, cast, report):
    client = as_("viewer")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(ADDRESS).status_code == 200
        return len(captured)

    def once(number):
        enter({"indicator": TOTAL, "value": str(number)}, {"section": "results", "text": f"Lời {number}"})
        add_remark(report=report, user=cast.reviewer, text="Cảm ơn")

    once(1)
    once(2)
    queries()
    few = queries()
    for number in range(3, 14):
        once(number)
    assert queries() == few


@pytest.fixture
def twice_accepted(enter, cast, report):
    """Accepted, opened again, changed and accepted anew."""
    enter({"indicator": TOTAL, "value": "5"}, {"section": "results", "text": "Mở 12 lớp"})
    submit_report(report=report, user=cast.secretary, blanks_confirmed=True)
    accept_report(report=report, user=cast.reviewer)
    reopen_report(report=report, user=cast.reviewer, reason="Đếm thiếu chi hội")
    enter(
        {"indicator": TOTAL, "value": "8"},
        {"section": "results", "text": "Mở 15 lớp"},
        {"indicator": NEW, "no_data": True},
    )
    submit_report(report=report, user=cast.secretary, blanks_confirmed=True, warnings_confirmed=True)
    accept_report(report=report, user=cast.reviewer)
    return report


def test_a_revision_shows_what_it_changed(as_, twice_accepted):
    client = as_("viewer")
    assert "Bản số 2 của quý I/2022" in shown(client, "?kind=revisions")
    page = client.get("/reports/A.D.1/2022-Q1/revisions/2/")
    assert "Đếm thiếu chi hội" in words(page)
    assert "Tổng số hội viên (người) 5 8" in words(page)
    assert re.search(r"<del>.*12.*</del>", page.content.decode())
    first = words(client.get("/reports/A.D.1/2022-Q1/revisions/1/"))
    assert "Đây là bản đầu tiên" in first


@pytest.mark.parametrize(
    "address",
    ["2022-Q1/revisions/3/", "2022/revisions/1/", "abc/revisions/1/", "2022-Q1/revisions/99999999999999999999/"],
)
def test_an_unknown_revision_is_404(as_, twice_accepted, address):
    assert as_("viewer").get(f"/reports/A.D.1/{address}").status_code == 404


def test_a_revision_out_of_reach_is_404(as_, twice_accepted):
    assert as_("stranger").get("/reports/A.D.1/2022-Q1/revisions/1/").status_code == 404


def test_what_happens_within_two_seconds_is_one_entry(enter, report):
    for code in (TOTAL, NEW):
        enter({"indicator": code, "value": "1"})
    rows = list(Figure.history.order_by("history_id"))
    rows[0].history_date = rows[1].history_date - timedelta(seconds=3)
    rows[0].save()
    assert len(trail.read_trail(report, kind=trail.FIGURES).entries) == 2
    rows[0].history_date = rows[1].history_date - timedelta(seconds=1)
    rows[0].save()
    assert len(trail.read_trail(report, kind=trail.FIGURES).entries) == 1
