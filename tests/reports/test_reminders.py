"""Reminders: to whom, when, once, and what happens when a mail cannot be sent."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.periods import Quarter
from organizations.models import Organization, Role
from reports.models import Report, SentReminder
from reports.reminders import due_reminders, missing_settings
from reports.services import close_round, open_round
from tests.conftest import appoint, plant

DEFAULTS = {"before": 3, "after": 1, "until": 30}


class RefusingBackend(EmailBackend):
    """Refuses every address that begins with "hong"."""

    def send_messages(self, messages):
        for message in messages:
            if message.to[0].startswith("hong"):
                raise SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def _configured(settings):
    settings.SITE_URL = "https://khuyenhoc.example.vn"
    settings.DEFAULT_FROM_EMAIL = "Hội Khuyến học <vanphong@example.vn>"


@pytest.fixture
def open_due(cast):
    """open_due(2) opens the past quarter of province A, due in two days; the commune's secretary has an address."""
    cast.secretary.email = "thuky@example.vn"
    cast.secretary.save()

    def open_due(days, **facts):
        quarter = Quarter.of(timezone.localdate()).previous
        due_on = timezone.localdate() + timedelta(days=days)
        return open_round(root=cast.province, quarter=quarter, due_on=due_on, user=None, **facts)[0]

    return open_due


def run(**options):
    call_command("send_reminders", **options)
    return [message.to[0] for message in mail.outbox]


@pytest.mark.parametrize(
    ("days", "kind"), [(4, None), (3, "before"), (0, "before"), (-1, "after"), (-30, "after"), (-31, None)]
)
def test_before_and_after_the_due_date_and_not_for_ever(open_due, days, kind):
    open_due(days)
    assert run() == (["thuky@example.vn"] if kind else [])
    assert list(SentReminder.objects.values_list("kind", flat=True)) == ([kind] if kind else [])


def test_the_days_are_options(open_due):
    open_due(6)
    assert run() == []
    assert run(before=7) == ["thuky@example.vn"]


def test_the_due_date_of_the_level_counts(open_due):
    open_due(20, due_by_level={"commune": timezone.localdate()})
    assert run() == ["thuky@example.vn"]
    assert "hôm nay" in mail.outbox[0].body


def test_nobody_is_reminded_twice_but_once_of_each_kind(open_due, cast):
    round_ = open_due(2)
    run()
    assert run() == ["thuky@example.vn"]
    round_.due_on = timezone.localdate() - timedelta(days=2)
    round_.save()
    assert run() == ["thuky@example.vn"] * 2
    assert run() == ["thuky@example.vn"] * 2
    assert set(SentReminder.objects.values_list("kind", flat=True)) == {"before", "after"}


@pytest.mark.parametrize("status", ["submitted", "accepted"])
def test_who_has_handed_in_is_left_in_peace(open_due, cast, status):
    open_due(2)
    Report.objects.filter(organization=cast.first).update(status=status)
    assert run() == []


def test_a_returned_report_is_reminded_of(open_due, cast):
    open_due(2)
    Report.objects.filter(organization=cast.first).update(status="returned")
    assert run() == ["thuky@example.vn"]
    assert "trả lại để sửa" in mail.outbox[0].body


def test_only_active_secretaries_of_today_with_an_address(open_due, cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    for name, role in (("treasurer", Role.TREASURER), ("left", Role.SECRETARY), ("gone", Role.SECRETARY)):
        user = appoint(name, cast.first, role)
        user.email = f"{name}@example.vn"
        user.is_active = name != "gone"
        user.save()
    appointment = cast.first.appointments.get(user__username="left")
    appointment.valid_to = yesterday
    appointment.save()
    open_due(2)
    assert run() == ["thuky@example.vn"]


def test_after_the_closing_only_an_exception_is_reminded_of(open_due, cast):
    round_ = open_due(-5)
    close_round(round_=round_, user=None)
    assert run() == []
    until = timezone.localdate() + timedelta(days=2)
    Report.objects.filter(organization=cast.first).update(open_until=until)
    assert run() == ["thuky@example.vn"]
    assert f"đến hết ngày {until:%d/%m/%Y}" in mail.outbox[0].body


def test_the_mail_says_what_until_when_where_and_whom_to_ask(open_due, cast):
    Organization.objects.filter(code="A.D").update(contact_name="Văn phòng huyện", contact_phone="0212 111 222")
    Organization.objects.filter(code="A.D.1").update(name="Hội Khuyến học xã A & B")
    open_due(2)
    run()
    message = mail.outbox[0]
    quarter = Quarter.of(timezone.localdate()).previous
    assert message.subject == f"Báo cáo {quarter.label}, còn 2 ngày: Xã A & B"
    assert message.from_email == "Hội Khuyến học <vanphong@example.vn>"
    assert "của Hội Khuyến học xã A & B phải nộp" in message.body
    assert "https://khuyenhoc.example.vn/" in message.body
    assert "Văn phòng huyện, điện thoại 0212 111 222" in message.body
    assert message.content_subtype == "plain"


def test_one_refused_address_does_not_stop_the_others_and_is_not_marked(open_due, cast, settings, capsys):
    settings.EMAIL_BACKEND = "tests.reports.test_reminders.RefusingBackend"
    broken = appoint("broken", cast.first, Role.SECRETARY)
    broken.email = "hong@example.vn"
    broken.save()
    third = appoint("third", cast.third, Role.SECRETARY)
    third.email = "xaba@example.vn"
    third.save()
    open_due(2)
    with pytest.raises(CommandError, match=r"1 thư không gửi được[\s\S]*hong@example.vn"):
        run()
    assert sorted(message.to[0] for message in mail.outbox) == ["thuky@example.vn", "xaba@example.vn"]
    assert "Đã gửi 2 thư nhắc." in capsys.readouterr().out
    assert not SentReminder.objects.filter(user=broken).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert run()[-1] == "hong@example.vn"
    assert SentReminder.objects.count() == 3


def test_units_without_an_address_are_named(open_due, capsys):
    open_due(2)
    run()
    told = capsys.readouterr().out
    assert "Chưa có thư ký nào có địa chỉ thư: A, A.D, A.D.2" in told
    assert "A.D.1," not in told


@pytest.mark.parametrize("name", ["EMAIL_URL", "SITE_URL", "DEFAULT_FROM_EMAIL"])
def test_without_settings_the_command_says_so_and_sends_nothing(open_due, settings, capsys, name):
    if name == "EMAIL_URL":
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    else:
        setattr(settings, name, "")
    open_due(2)
    assert missing_settings() == [name]
    assert run() == []
    assert f"thiếu {name}" in capsys.readouterr().out
    assert not SentReminder.objects.exists()


@pytest.mark.parametrize("options", [{"before": -1}, {"after": 0}, {"after": 9, "until": 8}])
def test_days_that_make_no_sense_are_refused(open_due, options):
    open_due(2)
    with pytest.raises(CommandError, match="--before"):
        run(**options)
    assert mail.outbox == []


def test_eleven_units_ask_no_more_than_one(open_due, cast):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            found, _ = due_reminders(**DEFAULTS)
        return len(found), len(captured)

    open_due(2)
    one, few = queries()
    for number in range(10):
        unit = plant(f"A.T.M{number}", f"Xã Mới {number}", "commune", cast.west)
        person = appoint(f"secretary-{number}", unit, Role.SECRETARY)
        person.email = f"xa{number}@example.vn"
        person.save()
    open_due(2)
    assert queries() == (one + 10, few)
