"""prepare_report, submit_report, accept_report: what they do and print, and the clear word on bad input."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from core.periods import Quarter
from reports.models import Figure, Narrative, Remark, Report, ReportingRound, Revision
from tests.chain import MEMBERS, as_json, enter, hand_in, report_of

COMMANDS = ["prepare_report", "submit_report", "accept_report"]


def run(command, code, user, quarter="2022-Q1", **options):
    call_command(command, code, quarter, user=user, **options)


def written():
    models = (Figure, Narrative, Remark, Report, Revision)
    return [list(model.objects.order_by("pk").values()) for model in models], Report.history.count()


def test_the_chain_is_walked_by_commands_from_the_registers_to_the_issue(people, capsys):
    enter(people.first, {MEMBERS: 12})
    run("prepare_report", "A.D.1", "secretary")
    assert "A.D.1" not in capsys.readouterr().err
    run("submit_report", "A.D.1", "secretary", confirm_warnings=True)
    run("accept_report", "A.D.1", "district_reviewer")
    run("submit_report", "A.D", "district_manager", confirm_warnings=True)
    run("accept_report", "A.D", "reviewer")
    run("submit_report", "A", "manager", confirm_warnings=True)
    run("accept_report", "A", "reviewer")
    printed = capsys.readouterr().out
    today = timezone.localdate().strftime("%d/%m/%Y")
    assert f"Hội Khuyến học xã Ánh Dương, quý I/2022: đã nộp ngày {today}." in printed
    assert "Hội Khuyến học tỉnh An Bình, quý I/2022: đã duyệt, bản 1." in printed
    found = as_json(people.province)
    assert found["status"] == "accepted"
    assert next(each for each in found["figures"] if each["indicator"] == MEMBERS)["value"] == 12
    call_command("check_integrity")


def test_preparing_says_how_much_is_filled(people, capsys):
    enter(people.first, {MEMBERS: 12, "members.women": None})
    run("prepare_report", "A.D.1", "secretary")
    out = capsys.readouterr().out
    assert "3/" in out
    assert "(2 theo sổ)" in out
    assert "ô trống" in out


def test_without_confirmation_blanks_and_questions_stand_in_the_way(people):
    enter(people.first, {"organizations.branches": 4})
    before = written()
    with pytest.raises(CommandError, match=r"(?s)sổ đếm được 1.*ô trống") as error:
        run("submit_report", "A.D.1", "secretary")
    assert error.value.returncode == 1
    assert written() == before


def test_a_fault_is_not_confirmed_away(people):
    enter(people.first, {MEMBERS: 4, "members.women": 5})
    before = written()
    with pytest.raises(CommandError, match="lớn hơn"):
        run("submit_report", "A.D.1", "secretary", confirm_warnings=True)
    assert written() == before


@pytest.mark.parametrize(
    ("code", "period", "user", "message"),
    [
        ("A.D.1", "2022-Q5", "manager", "quý 5"),
        ("A.D.1", "2022", "manager", "không phải là quý"),
        ("A.D.1", "2022-Q2", "manager", "Không có báo cáo quý II/2022"),
        ("KHONG", "2022-Q1", "manager", "Không có báo cáo"),
        ("A.D.1.1", "2022-Q1", "manager", "Không có báo cáo"),
        ("A.D.1", "2022-Q1", "khong-co", "Không có tài khoản"),
        ("A.D.1", "2022-Q1", "stranger", "trong phạm vi của “stranger”"),
        ("A.D.1", "2022-Q1", "nobody", "trong phạm vi của “nobody”"),
        ("A.D.1", "2022-Q1", "viewer", "phạm vi"),
        ("B.1", "2022-Q1", "manager", "Không có báo cáo"),
    ],
)
def test_bad_input_is_refused_in_words_and_writes_nothing(people, code, period, user, message):
    before = written()
    for command in COMMANDS:
        with pytest.raises(CommandError, match=message) as error:
            run(command, code, user, period)
        assert error.value.returncode == 1
    assert written() == before


@pytest.mark.parametrize("command", COMMANDS)
def test_somebody_who_left_does_nothing(people, command):
    type(people.manager).objects.filter(username="manager").update(is_active=False)
    with pytest.raises(CommandError, match="đang dùng"):
        run(command, "A.D.1", "manager")


@pytest.mark.parametrize(
    ("status", "command", "user"),
    [
        ("submitted", "prepare_report", "secretary"),
        ("submitted", "submit_report", "secretary"),
        ("draft", "accept_report", "district_reviewer"),
        ("returned", "accept_report", "district_reviewer"),
    ],
)
def test_a_step_out_of_turn_is_refused_in_words(people, status, command, user):
    if status != "draft":
        hand_in(people.first)
        Report.objects.filter(organization=people.first).update(status=status)
    before = written()
    with pytest.raises(CommandError, match="trạng thái"):
        run(command, "A.D.1", user)
    assert written() == before


def test_a_closed_round_is_said(people):
    ReportingRound.objects.update(closed_at=timezone.now())
    for command in ("prepare_report", "submit_report"):
        with pytest.raises(CommandError, match="đã đóng từ"):
            run(command, "A.D.1", "secretary")


def test_accepting_what_one_entered_is_refused_in_words(people):
    people.manager.appointments.create(organization=people.east, role="reviewer")
    run("submit_report", "A.D.1", "manager", confirm_warnings=True)
    with pytest.raises(CommandError, match="người duyệt khác"):
        run("accept_report", "A.D.1", "manager")
    assert report_of(people.first).status == "submitted"


def test_the_quarter_may_be_written_as_people_say_it(people):
    run("submit_report", "A.D.1", "secretary", "quý I/2022", confirm_warnings=True)
    assert report_of(people.first, Quarter(2022, 1)).status == "submitted"
