"""The form with and without JavaScript, its check, the receipt and the paper."""

import json
import re
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from organizations.models import Organization, Role
from reports.models import Figure, Indicator, Narrative, Report
from reports.services import accept_report, close_round, complete_round, open_round, submit_report
from tests.conftest import appoint, plant
from tests.factories import AppointmentFactory

FORM = "/reports/A.D.1/2022-Q1/"
MEMBERS = "members.total"


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def cell(db):
    """cell("members.total"): the names of its inputs."""

    def cell(code, **typed):
        pk = Indicator.objects.get(code=code).pk
        names = {"value": "v", "no_data": "n", "reason": "r", "version": "w", "original": "o", "total": "t"}
        sent = {"v": "", "r": "", "w": "0", "o": "||||"} | {names[name]: text for name, text in typed.items()}
        return {f"{name}-{pk}": text for name, text in sent.items()}

    return cell


def figure(code=MEMBERS, unit="A.D.1"):
    return Figure.objects.filter(
        report__organization__code=unit, report__round__quarter="2022-Q1", indicator__code=code
    ).first()


def send(client, *edits, key=None, owner=None, path=FORM):
    body = {"key": str(key or uuid4()), "owner": owner, "edits": list(edits)}
    return client.post(f"{path}save/", json.dumps(body), content_type="application/json")


def hand_in(client, **sent):
    """Open the check page and post it as a browser does, with what it names as seen."""
    page = client.get(f"{FORM}check/").content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    return client.post(f"{FORM}check/", {"seen": seen} | sent, follow=True)


def test_the_form_asks_for_every_indicator_of_the_level(as_, cast, opened, write):
    page = as_("secretary").get(FORM).content.decode()
    assert "Tổng số hội viên" in page
    assert 'name="v-' in page


def test_a_viewer_reads_and_cannot_write(as_, cast, opened, cell):
    page = as_("viewer").get(FORM).content.decode()
    assert 'name="v-' not in page
    assert as_("viewer").post(FORM, cell(MEMBERS, value="5")).status_code == 403
    assert figure() is None


def test_without_javascript_one_button_saves_what_was_changed(as_, cast, opened, cell):
    client = as_("secretary")
    sent = cell(MEMBERS, value="1.240") | cell("members.women", no_data="on") | {"text-results": "Một\r\nHai"}
    assert client.post(FORM, sent).status_code == 302
    assert figure().declared == 1240
    assert figure("members.women").no_data
    assert Narrative.objects.get(section="results").text == "Một\nHai"
    assert not figure().on_behalf


def test_a_cell_that_was_not_touched_does_not_overwrite_anyone(as_, cast, opened, cell, write):
    write(cast.first, {MEMBERS: 7})
    Figure.objects.update(version=3)
    client = as_("secretary")
    # The page was made when the cell was still empty, and this person changed another one.
    client.post(FORM, cell(MEMBERS, value="") | cell("members.women", value="2"))
    assert (figure().declared, figure("members.women").declared) == (7, 2)


def test_another_persons_value_is_shown_and_what_was_typed_stays(as_, cast, opened, cell, write):
    write(cast.first, {MEMBERS: 7})
    Figure.objects.update(version=1, entered_by=cast.manager)
    response = as_("secretary").post(FORM, cell(MEMBERS, value="8"))
    page = response.content.decode()
    assert figure().declared == 7
    assert "“7”" in page
    assert 'value="8"' in page
    assert "Người manager" in page


def test_a_wrong_number_stays_typed_with_the_reason_beside_it(as_, cast, opened, cell):
    page = as_("secretary").post(FORM, cell(MEMBERS, value="mười")).content.decode()
    assert 'value="mười"' in page
    assert 'aria-invalid="true"' in page
    assert figure() is None


def test_as_last_quarter_fills_a_cell_and_the_blanks_of_a_group(as_, cast, opened, cell, write, quarter):
    earlier = quarter.previous
    open_round(root=cast.province, quarter=earlier, due_on=quarter.first_day, user=None)
    write(cast.first, {MEMBERS: 1200, "members.women": 600}, earlier)
    client = as_("secretary")
    pk = Indicator.objects.get(code=MEMBERS).pk
    everything = cell(MEMBERS) | cell("members.women")
    client.post(FORM, everything | {"copy": f"c-{pk}"})
    assert (figure().declared, figure("members.women")) == (1200, None)
    client.post(FORM, everything | cell(MEMBERS, value="1.200", version="1", original="1.200||||") | {"copy": "nhom-2"})
    assert figure("members.women").declared == 600


def test_an_open_page_saves_as_json_and_is_told_what_is_asked_back(as_, cast, opened):
    client, owner = as_("secretary"), cast.secretary.pk
    edits = (
        {"indicator": MEMBERS, "version": 0, "value": "10"},
        {"indicator": "members.women", "version": 0, "value": "11"},
    )
    filled = send(client, owner=owner).json()["filled"]
    data = send(client, *edits, owner=owner).json()
    assert [answer["state"] for answer in data["answers"]] == ["saved", "saved"]
    assert data["findings"]["members.women"][0]["fault"]
    assert data["filled"] == filled + 2
    assert figure().declared == 10


def test_sent_twice_it_counts_once(as_, cast, opened):
    client, key = as_("secretary"), uuid4()
    edit = {"indicator": MEMBERS, "version": 0, "value": "10"}
    first = send(client, edit, key=key, owner=cast.secretary.pk).json()
    again = send(client, edit, key=key, owner=cast.secretary.pk).json()
    assert first["answers"] == again["answers"]
    assert figure().version == 1


def test_what_somebody_else_left_on_the_device_is_not_taken(as_, cast, opened):
    response = send(as_("secretary"), {"indicator": MEMBERS, "value": "10"}, owner=cast.manager.pk)
    assert response.status_code == 403
    assert figure() is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"key": "x", "owner": 1, "edits": []}',
        '{"key": "00000000-0000-4000-8000-000000000000", "owner": 1, "edits": [{"indicator": 5}]}',
        '{"key": "00000000-0000-4000-8000-000000000000", "owner": 1, "edits": [{"value": "5"}]}',
        '{"key": "00000000-0000-4000-8000-000000000000", "owner": 1, "edits": [{"indicator": "a", "version": "x"}]}',
        '{"key": "00000000-0000-4000-8000-000000000000", "owner": 1, "edits": {"a": 1}}',
        "[" * 5000,
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_words(as_, cast, opened, body):
    response = as_("secretary").post(f"{FORM}save/", body, content_type="application/json")
    assert response.status_code == 400
    assert "tải lại trang" in response.json()["message"]


def test_a_save_that_is_no_json_is_refused(as_, cast, opened):
    assert as_("secretary").post(f"{FORM}save/", {"key": "x"}).status_code == 400


def test_after_closing_an_open_page_is_told_so(as_, cast, opened):
    close_round(round_=opened, user=None)
    response = send(as_("secretary"), {"indicator": MEMBERS, "value": "10"}, owner=cast.secretary.pk)
    assert response.status_code == 409
    assert "đã đóng" in response.json()["message"]


def test_an_open_page_learns_who_is_signed_in(as_, cast, opened):
    state = as_("secretary").get(f"{FORM}save/").json()
    assert state["user"] == cast.secretary.pk
    assert state["open"]
    assert state["token"]


def test_handing_in_asks_once_for_the_blanks_and_gives_a_receipt(as_, cast, opened, write):
    write(cast.first, {MEMBERS: 7})
    client = as_("secretary")
    refused = hand_in(client).content.decode()
    assert "ô trống" in refused
    response = hand_in(client, blanks="on")
    assert response.redirect_chain[-1][0] == f"{FORM}receipt/"
    assert "Đã nộp báo cáo" in response.content.decode()
    report = Report.objects.get(organization=cast.first)
    assert (report.status, report.submitted_by, report.on_behalf) == ("submitted", cast.secretary, False)
    assert client.get(f"{FORM}check/").status_code == 302


def test_reasons_that_were_typed_stay_when_handing_in_is_refused(as_, cast, opened, write):
    write(cast.first, {"learning_models.family.registered": 5, "learning_models.family.recognised": 9})
    client, pk = as_("secretary"), Indicator.objects.get(code="learning_models.family.recognised").pk
    page = hand_in(client, **{f"reason-{pk}": "Đầu năm chưa đăng ký"}).content.decode()
    assert "Đầu năm chưa đăng ký" in page
    assert figure("learning_models.family.recognised").reason == ""
    hand_in(client, **{f"reason-{pk}": "Đầu năm chưa đăng ký", "blanks": "on"})
    assert figure("learning_models.family.recognised").reason == "Đầu năm chưa đăng ký"
    assert Report.objects.get(organization=cast.first).status == "submitted"


def test_a_fault_stands_in_the_way_of_handing_in(as_, cast, opened, write):
    write(cast.first, {MEMBERS: 5, "members.women": 6})
    page = hand_in(as_("secretary"), blanks="on").content.decode()
    assert "lớn hơn Tổng số hội viên" in page
    assert Report.objects.get(organization=cast.first).status == "draft"


def test_only_what_was_seen_is_handed_in(as_, cast, opened, write):
    client = as_("secretary")
    seen = re.search(r'name="seen" value="(\w+)"', client.get(f"{FORM}check/").content.decode())[1]
    send(client, {"indicator": MEMBERS, "version": 0, "value": "7"}, owner=cast.secretary.pk)
    page = client.post(f"{FORM}check/", {"seen": seen, "blanks": "on"}).content.decode()
    assert "vừa thay đổi" in page
    assert Report.objects.get(organization=cast.first).status == "draft"


def test_a_unit_without_reports_below_states_no_total(as_, cast, opened):
    answer = send(as_("secretary"), {"indicator": MEMBERS, "total": "9"}, owner=cast.secretary.pk).json()
    assert answer["answers"][0]["state"] == "refused"
    assert figure() is None


def test_what_an_accepted_report_asked_stays_as_it_was(as_, cast, opened, write):
    write(cast.first, {MEMBERS: 7})
    report = Report.objects.get(organization=cast.first)
    submit_report(report=report, user=None, blanks_confirmed=True)
    accept_report(report=report, user=None)
    client = as_("viewer")
    before = client.get(f"{FORM}?print=1").content
    Indicator.objects.filter(code=MEMBERS).update(asked_of="province", label="Tên khác")
    Organization.objects.filter(pk=cast.first.pk).update(name="Hội Khuyến học xã Tên Khác")
    Indicator.objects.create(
        code="new.one", label="Mới", unit="người", nature="stock", source="typed", group="Mới", asked_of="commune"
    )
    after = client.get(f"{FORM}?print=1").content
    assert "Tổng số hội viên" in after.decode()
    assert "Tên khác" not in after.decode()
    main = re.compile(rb"<main.*</main>", re.DOTALL)
    assert main.search(before)[0] == main.search(after)[0]


def test_paragraphs_are_taken_over_from_the_units_below(as_, cast, opened):
    below = Report.objects.get(organization=cast.first)
    Narrative.objects.create(report=below, section="results", text="Đoạn một\nĐoạn hai")
    client = as_("district_manager")
    page = client.get("/reports/A.D/2022-Q1/words/results/").content.decode()
    assert "Đoạn hai" in page
    for _ in range(2):
        client.post("/reports/A.D/2022-Q1/words/results/", {"paragraph": ["Đoạn hai"]})
    assert Narrative.objects.get(report__organization=cast.east).text == "Đoạn hai"
    assert client.get("/reports/A.D/2022-Q1/words/other/").status_code == 404


@pytest.mark.parametrize("printed", ["1", "blank"])
def test_the_form_prints_filled_and_blank(as_, cast, opened, write, printed):
    write(cast.first, {MEMBERS: 1240})
    page = as_("secretary").get(f"{FORM}?print={printed}").content.decode()
    assert ("1.240" in page) == (printed == "1")
    assert "Người lập biểu" in page


def test_entering_for_a_unit_below_is_marked(as_, cast, opened, cell):
    as_("district_manager").post(FORM, cell(MEMBERS, value="5"))
    assert figure().on_behalf
    assert "nhập thay" in as_("secretary").get(FORM).content.decode()


def test_a_stranger_gets_404_from_every_page_of_a_report(as_, cast, opened):
    client = as_("stranger")
    for ending in ("", "save/", "check/", "receipt/", "words/results/", "review/", "reopen/", "remarks/"):
        assert client.get(FORM + ending).status_code == 404, ending
    assert send(client, {"indicator": MEMBERS, "value": "1"}, owner=cast.stranger.pk).status_code == 404


def test_the_queries_of_the_form_do_not_grow_with_units_or_figures(as_, cast, opened, write):
    client = as_("district_manager")

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/reports/A.D/2022-Q1/").status_code == 200
        return len(queries)

    count()
    few = count()
    for number in range(10):
        plant(f"A.D.{number + 10}", f"Hội Khuyến học xã {number}", "commune", cast.east)
        appoint(f"thu-ky-{number}", cast.east, Role.SECRETARY)
    complete_round(opened, user=None)
    write(cast.east, {MEMBERS: 5, "members.women": 3, "members.new": 1})
    assert count() == few


def test_a_stated_total_makes_no_part_larger_than_its_whole(as_, cast, opened, write):
    write(cast.first, {MEMBERS: 10, "members.women": 4})
    write(cast.east, {"members.women": 11}, total=True)
    report = Report.objects.get(organization=cast.east)
    report.figures.update(total_reason="theo giấy")
    with pytest.raises(ValidationError, match="Hội viên nữ cả cấp dưới .11. lớn hơn"):
        submit_report(report=report, user=None, warnings_confirmed=True)
    write(cast.east, {"members.women": 9}, total=True)
    submit_report(report=report, user=None, warnings_confirmed=True)


def test_numbers_that_name_rows_are_written_without_dots(client, cast, opened):
    person = User.objects.create(pk=123456, username="nguoi-thu-nhieu")
    AppointmentFactory(user=person, organization=cast.first, role=Role.SECRETARY)
    Indicator.objects.create(
        pk=7654321, code="new.one", label="Mới", unit="người", nature="stock", source="typed", asked_of="commune"
    )
    report = Report.objects.get(organization=cast.first)
    Figure.objects.create(report=report, indicator_id=7654321, version=4321)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(FORM).content.decode()
    for written in ('data-owner="123456"', 'data-user="123456"', 'name="v-7654321"', 'data-version="4321"'):
        assert written in page
    sent = {"v-7654321": "5", "w-7654321": "4321", "o-7654321": "||||"}
    client.post(FORM, sent)
    assert figure("new.one").declared == 5
