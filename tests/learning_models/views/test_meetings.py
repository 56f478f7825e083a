"""The meeting that reviews: its facts, its grid, whom it refuses, its minutes."""

import re
from datetime import date
from io import BytesIO

import docx
import pytest
from django.urls import reverse

from learning_models.assessing import Sheet, record_sheets
from learning_models.decisions import list_registrations, open_decision
from learning_models.models import Assessment, Registration, ReviewMeeting, Status
from tests.learning_models.register import REVIEWED_ON, add_meeting, add_registration, make_points_set, review
from tests.learning_models.views.test_assessments import fresh, inputs_of, secretary, url  # noqa: F401 (a fixture)
from tests.opened_pdf import open_pdf, whole_text

pytestmark = pytest.mark.django_db


def assess(*rows, **result):
    sheets = [Sheet(row.pk, **result) for row in rows]
    record_sheets(stage="self", sheets=sheets, on=date(2022, 12, 1), reach=Registration.objects.all(), user=None)


def results(**query):
    return url("meeting_results", **query)


@pytest.fixture
def branch(cast):
    """A branch whose meeting was held: three families assessed by sheets, one only registered."""
    make_points_set(most=(60, 40), pass_mark=60)
    add_meeting(cast.branch, place="Nhà văn hoá bản Đồi", chair="Lò Văn Chủ", secretary="Cà Thị Thư", present=25)
    rows = [add_registration(cast.branch, name=f"Lò Văn {name}") for name in ("An", "Bình", "Cường", "Dũng")]
    assess(*rows[:3], answers={"1": 50, "2": 30})
    return rows


def test_the_facts_come_first(secretary, cast):  # noqa: F811
    add_registration(cast.branch)
    assert secretary.get(results()).url == url("meeting_edit")
    data = {"held_on": "10/12/2022", "invited": "20", "present": "21"}
    response = secretary.post(url("meeting_edit"), data)
    assert "không thể nhiều hơn" in response.content.decode()
    response = secretary.post(url("meeting_edit"), data | {"present": "19", "chair": "Lò Văn Chủ"})
    assert response.url == results()
    meeting = ReviewMeeting.objects.get()
    assert (meeting.held_on, meeting.present, meeting.chair) == (date(2022, 12, 10), 19, "Lò Văn Chủ")
    assert meeting.history.get().history_user == cast.secretary


def test_one_tick_takes_all_as_they_assessed_themselves_but_for_exceptions(secretary, branch):  # noqa: F811
    an, binh, cuong, dung = branch
    page = secretary.get(results())
    assert page.context["form"][f"s{an.pk}"].value() == "80"
    data = inputs_of(page) | {"everybody": "on", f"s{binh.pk}": "40", f"r{binh.pk}": "Con bỏ học"}
    response = secretary.post(results(), data, follow=True)
    assert "Đã lưu 3 hộ" in response.content.decode()
    assert "1 hộ chưa đạt" in " ".join(response.content.decode().split())
    assert (fresh(an).score, fresh(an).passed, fresh(an).reviewed_on) == (80, True, REVIEWED_ON)
    assert (fresh(binh).score, fresh(binh).passed, fresh(binh).reason) == (40, False, "Con bỏ học")
    assert fresh(cuong).status == Status.REVIEWED
    assert fresh(dung).status == Status.REGISTERED
    kept = dict(Assessment.objects.filter(stage="review").values_list("registration", "answers"))
    assert kept == {an.pk: {"1": 50, "2": 30}, binh.pk: {}, cuong.pk: {"1": 50, "2": 30}}


def test_a_tick_agrees_with_one_line_and_an_unassessed_one_needs_a_result(secretary, branch):  # noqa: F811
    an, binh, _, dung = branch
    data = inputs_of(secretary.get(results())) | {f"k{an.pk}": "on", f"k{dung.pk}": "on"}
    response = secretary.post(results(), data)
    assert list(response.context["form"].errors) == [f"s{dung.pk}"]
    assert not Assessment.objects.filter(stage="review").exists()
    secretary.post(results(), data | {f"s{dung.pk}": "61"})
    assert [fresh(row).status for row in (an, binh, dung)] == [Status.REVIEWED, Status.ASSESSED, Status.REVIEWED]


def test_what_was_reviewed_may_be_corrected_until_it_is_listed(secretary, branch):  # noqa: F811
    an, binh, *_ = branch
    secretary.post(results(), inputs_of(secretary.get(results())) | {"everybody": "on"})
    decision = open_decision(organization=an.organization, model="family", year=2022, user=None)
    shown = inputs_of(secretary.get(results()))
    list_registrations(decision=decision, keys=[an.pk], reach=Registration.objects.all(), user=None)
    response = secretary.post(results(), shown | {f"s{an.pk}": "10", f"s{binh.pk}": "10"})
    assert "Lò Văn An: người khác vừa lưu" in response.content.decode()
    assert (fresh(an).score, fresh(binh).score) == (80, 80)
    again = inputs_of(secretary.get(results()))
    assert f"s{an.pk}" not in secretary.get(results()).content.decode()
    secretary.post(results(), again | {f"s{binh.pk}": "10"})
    assert fresh(binh).score == 10


def test_those_who_failed_are_refused_with_a_reason(secretary, branch):  # noqa: F811
    an, binh, *_ = branch
    data = inputs_of(secretary.get(results()))
    secretary.post(results(), data | {f"s{an.pk}": "10", f"s{binh.pk}": "20", f"r{binh.pk}": "Con bỏ học"})
    page = secretary.get(url("refusals"))
    assert page.context["form"][f"r{an.pk}"].value() == "Bình xét: 10 điểm, chưa đạt"
    sent = {f"k{an.pk}": "on", f"r{an.pk}": "", f"r{binh.pk}": "Con bỏ học"}
    response = secretary.post(url("refusals"), sent)
    assert "Hãy ghi lý do" in response.content.decode()
    assert fresh(an).status == Status.REVIEWED
    secretary.post(url("refusals"), sent | {f"r{an.pk}": "Thiếu điểm"})
    assert (fresh(an).status, fresh(an).reason) == (Status.NOT_RECOGNISED, "Thiếu điểm")
    assert fresh(binh).status == Status.REVIEWED
    secretary.post(reverse("learning_models:step_back", args=[an.pk]), {"seen": "not_recognised"})
    assert fresh(an).status == Status.REVIEWED


def test_minutes_say_who_met_and_what_came_of_it(secretary, branch):  # noqa: F811
    an, binh, *_ = branch
    data = inputs_of(secretary.get(results()))
    secretary.post(results(), data | {"everybody": "on", f"s{binh.pk}": "40", f"r{binh.pk}": "Con bỏ học"})
    links = re.findall(r'href="([^"]+minutes\.(?:docx|pdf))"', secretary.get(results()).content.decode())
    document = docx.Document(BytesIO(secretary.get(links[0]).content))
    paragraphs = " ".join(paragraph.text for paragraph in document.paragraphs)
    table = [[each.text for each in row.cells] for row in document.tables[-1].rows]
    pdf = whole_text(open_pdf(secretary.get(links[1]).content))
    for words in (
        "ngày 10 tháng 12 năm 2022",
        "Nhà văn hoá bản Đồi",
        "bình xét 3 hộ, trong đó 2 hộ đạt, 1 hộ chưa đạt",
    ):
        assert words in paragraphs
        assert words in pdf
    assert "Còn 1 hộ đã đăng ký, chưa bình xét" in pdf
    assert table[2] == ["2", "Lò Văn Bình", "", "80 điểm, đạt", "40 điểm, chưa đạt", "Con bỏ học"]
    assert "Cà Thị Thư" in pdf
    assert "Con bỏ học" in pdf


def test_results_move_with_the_day_of_their_meeting(secretary, branch):  # noqa: F811
    an, *_ = branch
    secretary.post(results(), inputs_of(secretary.get(results())) | {"everybody": "on"})
    response = secretary.post(url("meeting_edit"), {"held_on": "30/11/2022"})
    assert "sau ngày này" in response.content.decode()
    secretary.post(url("meeting_edit"), {"held_on": "11/12/2022"})
    assert fresh(an).reviewed_on == date(2022, 12, 11)
    assert an.history.first().history_change_reason == "Sửa ngày họp bình xét"
    decision = open_decision(organization=an.organization, model="family", year=2022, user=None)
    list_registrations(decision=decision, keys=[an.pk], reach=Registration.objects.all(), user=None)
    response = secretary.post(url("meeting_edit"), {"held_on": "12/12/2022"})
    assert "danh sách đề nghị" in response.content.decode()
    assert ReviewMeeting.objects.get().held_on == date(2022, 12, 11)


def test_a_refusal_out_of_reach_is_not_written(secretary, cast):  # noqa: F811
    foreign = add_registration(cast.foreign)
    review(foreign, passed=False)
    secretary.post(url("refusals"), {f"k{foreign.pk}": "on", f"r{foreign.pk}": "–"})
    assert fresh(foreign).status == Status.REVIEWED


def test_sheets_of_a_later_day_are_asked_about_and_take_the_meetings_day(secretary, branch, cast):  # noqa: F811
    facts = {"held_on": "20/11/2022"}
    page = secretary.post(url("meeting_edit"), facts).content.decode()
    assert "3 hộ tự đánh giá sau ngày họp này. Hãy chọn một cách, hoặc sửa ngày họp." in page
    assert ReviewMeeting.objects.get().held_on != date(2022, 11, 20)
    assert secretary.post(url("meeting_edit"), facts | {"sheets": "before"}).url == results()
    row = fresh(branch[0])
    assert row.assessed_on == date(2022, 11, 20)
    assert row.history.latest().history_change_reason == "Ngày tự đánh giá theo ngày họp"
    page = secretary.post(results(), inputs_of(secretary.get(results())) | {"everybody": "on"}, follow=True)
    assert "Đã lưu 3 hộ" in page.content.decode()


def test_sheets_handed_in_after_the_meeting_stay_as_they_are(secretary, branch):  # noqa: F811
    secretary.post(url("meeting_edit"), {"held_on": "20/11/2022", "sheets": "after"})
    assert fresh(branch[0]).assessed_on == date(2022, 12, 1)
    page = secretary.get(url("meeting_edit")).content.decode()
    assert "Phiếu tự đánh giá ghi ngày sau cuộc họp" in page
    data = inputs_of(secretary.get(results())) | {"everybody": "on"}
    assert "Tự đánh giá ngày 01/12/2022, sau ngày họp." in secretary.post(results(), data).content.decode()


def test_sheets_of_another_set_keep_their_day(secretary, branch, cast):  # noqa: F811
    known = branch[0].__class__.objects.get(pk=branch[0].pk).criteria_set
    # A set in use is not changed: only the plain manager gets past that.
    type(known)._base_manager.filter(pk=known.pk).update(valid_from=date(2022, 12, 1))
    page = secretary.post(url("meeting_edit"), {"held_on": "20/11/2022", "sheets": "before"}).content.decode()
    assert "Hãy để nguyên ngày phiếu" in page
    assert fresh(branch[0]).assessed_on == date(2022, 12, 1)


def test_the_next_step_is_said_where_nothing_is_left_to_agree(secretary, branch):  # noqa: F811
    page = secretary.post(results(), inputs_of(secretary.get(results())) | {"everybody": "on"}, follow=True)
    text = " ".join(page.content.decode().split())
    assert "3 hộ đạt, chưa ở danh sách đề nghị nào." in text
    assert "nhất trí như tự đánh giá" not in text
    assert f"{reverse('learning_models:decision_list')}?model=family&amp;year=2022" in text
