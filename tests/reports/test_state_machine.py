"""Which step may be taken in which state by whom: everything not drawn here is refused and writes nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.models import Figure, Narrative, Remark, Report, Revision, SavedEdit
from reports.services import (
    Edit,
    Return,
    accept_report,
    close_round,
    grant_exception,
    prepare_report,
    reopen_report,
    return_report,
    save_edits,
    submit_report,
)
from tests.chain import MEMBERS, report_of

STEPS = {
    "enter": lambda report, user: save_edits(report=report, user=user, edits=[Edit(MEMBERS, value="7")]),
    "prepare": lambda report, user: prepare_report(report=report, user=user),
    "submit": lambda report, user: submit_report(report=report, user=user, warnings_confirmed=True),
    "return": lambda report, user: return_report(report=report, user=user, returns=[Return("Xem lại.")]),
    "accept": lambda report, user: accept_report(report=report, user=user),
    "reopen": lambda report, user: reopen_report(
        report=report, user=user, reason="Sai số", open_until=timezone.localdate()
    ),
}
# Step → the states in which it may be taken and the one that it leads to ("" where it stays).
DRAWN = {
    "enter": ({"draft", "returned"}, ""),
    "prepare": ({"draft", "returned"}, ""),
    "submit": ({"draft", "returned"}, "submitted"),
    "return": ({"submitted"}, "returned"),
    "accept": ({"submitted"}, "accepted"),
    "reopen": ({"accepted"}, "returned"),
}
CLOSED_BLOCKS = {"enter", "prepare", "submit", "return"}
# By whom, for a commune's report; everybody else may do nothing.
WRITERS = {"secretary", "manager", "district_manager", "administrator"}
REVIEWERS = {"district_reviewer", "reviewer", "administrator"}
PERSONS = [
    "secretary",
    "viewer",
    "treasurer",
    "commune_reviewer",
    "district_viewer",
    "district_manager",
    "district_reviewer",
    "manager",
    "reviewer",
    "nobody",
    "stranger",
    "administrator",
]


def put_into(status, unit):
    """Bring the unit's report into the state by the system's own steps."""
    for step in {
        "draft": [],
        "submitted": ["submit"],
        "returned": ["submit", "return"],
        "accepted": ["submit", "accept"],
    }[status]:
        STEPS[step](report_of(unit), None)


def everything():
    """All that a step could write, and how much history there is."""
    models = (Figure, Narrative, Remark, Report, Revision, SavedEdit)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    history = [model.history.count() for model in (Figure, Narrative, Remark, Report)]
    return rows, history


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize("status", Report.Status.values)
def test_every_step_that_is_not_drawn_is_refused_and_writes_nothing(people, status, closed):
    put_into(status, people.first)
    report = report_of(people.first)
    if closed:
        close_round(round_=report.round, user=None)
    for step, (states, _) in DRAWN.items():
        may_be_taken = status in states and not (closed and step in CLOSED_BLOCKS)
        able = WRITERS if step in ("enter", "prepare", "submit") else REVIEWERS
        for person in PERSONS:
            if may_be_taken and person in able:
                continue
            before = everything()
            with pytest.raises(ValidationError):
                STEPS[step](report_of(people.first), getattr(people, person))
            assert everything() == before, (step, person)


@pytest.mark.parametrize(("step", "states", "after"), [(step, *drawn) for step, drawn in DRAWN.items()])
def test_every_step_that_is_drawn_is_taken_by_those_who_may(people, step, states, after):
    able = WRITERS if step in ("enter", "prepare", "submit") else REVIEWERS
    for status in sorted(states):
        for person in sorted(able):
            Report.objects.update(status="draft", revision=None)
            Figure.objects.all().delete()
            put_into(status, people.first)
            STEPS[step](report_of(people.first), getattr(people, person))
            assert report_of(people.first).status == (after or status), (status, person)


def test_an_exception_opens_one_unit_after_the_closing_until_its_day_ends(people):
    close_round(round_=report_of(people.first).round, user=people.manager)
    report = report_of(people.first)
    with pytest.raises(ValidationError, match="đã qua"):
        grant_exception(report=report, until=date(2022, 1, 1), reason="Lũ", user=people.manager)
    with pytest.raises(ValidationError, match="lý do"):
        grant_exception(report=report, until=timezone.localdate(), reason=" ", user=people.manager)
    grant_exception(report=report, until=timezone.localdate(), reason="Lũ", user=people.manager)
    STEPS["enter"](report, people.secretary)
    STEPS["submit"](report, people.secretary)
    with pytest.raises(ValidationError, match="đã đóng"):
        STEPS["enter"](report_of(people.second), people.manager)
    assert report_of(people.first).history.filter(history_change_reason__contains="Lũ").exists()


def test_an_exception_that_has_run_out_holds_no_more(people):
    close_round(round_=report_of(people.first).round, user=people.manager)
    yesterday = timezone.localdate() - timedelta(days=1)
    Report.objects.filter(organization=people.first).update(open_until=yesterday)
    with pytest.raises(ValidationError, match="đã đóng"):
        STEPS["enter"](report_of(people.first), people.secretary)


def test_an_open_round_needs_no_exception_and_a_closed_one_closes_once(people):
    report = report_of(people.first)
    with pytest.raises(ValidationError, match="chưa đóng"):
        grant_exception(report=report, until=timezone.localdate(), reason="Lũ", user=people.manager)
    close_round(round_=report.round, user=people.manager)
    with pytest.raises(ValidationError, match="đã đóng rồi"):
        close_round(round_=report.round, user=people.manager)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(DRAWN)), min_size=4, max_size=12))
def test_any_walk_stays_on_the_drawing(people, walk):
    Report.objects.update(status="draft", revision=None, included=False)
    status = "draft"
    for step in walk:
        states, after = DRAWN[step]
        if status in states:
            STEPS[step](report_of(people.first), None)
            status = after or status
        else:
            with pytest.raises(ValidationError):
                STEPS[step](report_of(people.first), None)
        found = report_of(people.first)
        assert found.status == status
        assert (found.revision_id is not None) == (status == "accepted")
