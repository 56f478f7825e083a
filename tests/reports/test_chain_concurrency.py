"""Many people at once on PostgreSQL: no report is lost, no value vanishes unseen, acceptances fit together.

SQLite lets one writer in at a time by itself, so there is little to show there.
"""

from contextlib import suppress
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from organizations.models import Role
from reports.integrity import find_faults
from reports.models import Figure, Narrative, Report, Revision, SavedEdit
from reports.revisions import summary_of
from reports.services import (
    Edit,
    accept_report,
    close_round,
    open_round,
    reopen_report,
    save_edits,
    submit_report,
)
from tests.chain import FIRST, MEMBERS, enter, hand_in, hand_in_and_accept, line, report_of
from tests.conftest import appoint, plant
from tests.together import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
    ),
]
SECRETARIES = 20


@pytest.fixture
def many(people):
    """Twenty communes of one district, each with a secretary."""
    units = [
        plant(f"A.T.X{number:02}", f"Hội Khuyến học xã {number:02}", "commune", people.west)
        for number in range(SECRETARIES)
    ]
    round_ = report_of(people.province).round
    open_round(root=people.province, quarter=FIRST, due_on=round_.due_on, user=None)
    people.units = units
    people.secretaries = [appoint(f"s{number}", unit, Role.SECRETARY) for number, unit in enumerate(units)]
    return people


def enter_and_submit(unit, user, number):
    def step():
        save_edits(report=report_of(unit), user=user, edits=[Edit(MEMBERS, value=str(number))], key=uuid4())
        return submit_report(report=report_of(unit), user=user, warnings_confirmed=True)

    return step


def test_twenty_secretaries_submit_at_once_and_no_report_is_lost(many):
    steps = [
        enter_and_submit(unit, user, number)
        for number, (unit, user) in enumerate(zip(many.units, many.secretaries, strict=True), start=1)
    ]
    answers = together(*steps)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert Report.objects.filter(status="submitted").count() == SECRETARIES
    assert line(many.west, MEMBERS).value == sum(range(1, SECRETARIES + 1))


def test_one_report_that_is_submitted_by_many_is_submitted_once(many):
    enter(many.first, {MEMBERS: 5})
    arguments = {"user": many.manager, "warnings_confirmed": True}
    answers = together(*[lambda: submit_report(report=report_of(many.first), **arguments) for _ in range(6)])
    assert sum(isinstance(answer, Report) for answer in answers) == 1
    assert all(isinstance(answer, Report | ValidationError) for answer in answers)
    reasons = report_of(many.first).history.values_list("history_change_reason", flat=True)
    assert list(reasons).count("Nộp báo cáo") == 1


@pytest.mark.parametrize("exists", [False, True])
def test_two_people_save_the_same_cell_at_once_and_nobodys_value_vanishes_unseen(people, exists):
    if exists:
        enter(people.first, {MEMBERS: 1})
    version = 1 if exists else 0

    def save(user, value):
        edit = Edit(MEMBERS, version=version, value=value)
        return lambda: save_edits(report=report_of(people.first), user=user, edits=[edit])[0]

    values = [str(number) for number in range(50, 56)]
    users = [people.secretary, people.manager, people.district_manager] * 2
    answers = together(*(save(user, value) for user, value in zip(users, values, strict=True)))
    states = sorted(answer["state"] for answer in answers)
    assert states == ["conflict"] * 5 + ["saved"]
    [kept] = [value for value, answer in zip(values, answers, strict=True) if answer["state"] == "saved"]
    stored = Figure.objects.get()
    assert (str(stored.declared), stored.version) == (kept, version + 1)
    # Whoever was not saved is shown what stands there.
    assert {answer["value"] for answer in answers} == {kept}


def test_two_people_write_the_same_section_at_once(people):
    def save(text):
        edit = Edit(section="results", text=text)
        return lambda: save_edits(report=report_of(people.first), user=people.secretary, edits=[edit])[0]

    answers = together(*(save(text) for text in ("một", "hai", "ba")))
    assert sorted(answer["state"] for answer in answers) == ["conflict", "conflict", "saved"]
    assert {answer["text"] for answer in answers} == {Narrative.objects.get().text}


def test_one_save_that_is_sent_many_times_at_once_counts_once(people):
    key, edits = uuid4(), [Edit(MEMBERS, value="5")]

    def save():
        return save_edits(report=report_of(people.first), user=people.secretary, edits=edits, key=key)

    answers = together(*[save] * 6)
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0]["state"] == "saved"
    assert SavedEdit.objects.count() == 1
    assert (Figure.objects.get().version, Figure.history.count()) == (1, 1)


def test_a_save_and_the_handing_in_at_once_leave_no_value_behind(people):
    """Either the value is in what was handed in, or the save is refused."""
    for number in range(1, 6):
        enter(people.first, {MEMBERS: 100 * number})
        version = Figure.objects.get(indicator__code=MEMBERS).version
        edit = Edit(MEMBERS, version=version, value=str(number))
        saved, submitted = together(
            lambda edit=edit: save_edits(report=report_of(people.first), user=people.secretary, edits=[edit]),
            lambda: submit_report(report=report_of(people.first), user=people.manager, warnings_confirmed=True),
        )
        assert isinstance(submitted, Report), submitted
        expected = 100 * number if isinstance(saved, ValidationError) else number
        assert line(people.first, MEMBERS).value == expected
        Report.objects.update(status="draft")


def test_parent_and_child_are_accepted_at_once_and_fit_together(people):
    for turn in range(4):
        hand_in(people.first, {MEMBERS: 5 + turn})
        hand_in(people.east)
        answers = together(
            lambda: accept_report(report=report_of(people.first), user=people.district_reviewer),
            lambda: accept_report(report=report_of(people.east), user=people.reviewer),
        )
        assert all(isinstance(answer, Revision) for answer in answers), answers
        value = summary_of(organization=people.east, period=FIRST).figure(MEMBERS).value
        assert value == (5 + turn if report_of(people.first).included else None)
        assert list(find_faults()) == []
        reopen_report(report=report_of(people.first), user=None, reason="lần nữa")


def test_one_report_that_is_accepted_by_many_has_one_revision(people):
    hand_in(people.first, {MEMBERS: 5})
    answers = together(*[lambda: accept_report(report=report_of(people.first), user=people.reviewer)] * 5)
    assert sum(isinstance(answer, Revision) for answer in answers) == 1
    assert all(isinstance(answer, Revision | ValidationError) for answer in answers)
    assert Revision.objects.count() == 1


def test_a_child_is_opened_again_while_its_parent_is_accepted(people):
    for _ in range(4):
        hand_in_and_accept(people.first, {MEMBERS: 5})
        hand_in(people.east)
        together(
            lambda: reopen_report(report=report_of(people.first), user=people.reviewer, reason="Sai"),
            lambda: accept_report(report=report_of(people.east), user=people.reviewer),
        )
        child, parent = report_of(people.first), report_of(people.east)
        assert child.status == "returned"
        # Accepted without the child, or opened again together with it.
        if parent.status == "accepted":
            assert not child.included
            assert summary_of(organization=people.east, period=FIRST).figure(MEMBERS).value is None
            reopen_report(report=parent, user=None, reason="lại")
        assert list(find_faults()) == []


def test_communes_of_one_district_are_accepted_at_once(many):
    for number, unit in enumerate(many.units, start=1):
        hand_in(unit, {MEMBERS: number})
    reports = [report_of(unit) for unit in many.units]
    answers = together(*(lambda each=each: accept_report(report=each, user=many.reviewer) for each in reports))
    assert [answer for answer in answers if not isinstance(answer, Revision)] == []
    hand_in_and_accept(many.west)
    assert line(many.west, MEMBERS).value == sum(range(1, SECRETARIES + 1))
    assert list(find_faults()) == []


def test_a_round_that_closes_while_it_is_opened_again_stays_closed(people):
    round_ = report_of(people.first).round

    def open_again():
        with suppress(ValidationError):
            open_round(root=people.province, quarter=FIRST, due_on=round_.due_on, user=None)

    for _ in range(4):
        together(open_again, lambda: close_round(round_=round_, user=people.manager), open_again)
        round_.refresh_from_db()
        assert round_.is_closed
        type(round_).objects.update(closed_at=None)
