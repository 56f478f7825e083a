"""Two people at once, and a process that dies in between. SQLite lets one writer in at a time by itself."""

import os
import subprocess
import sys
from datetime import date
from functools import partial

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection

from jobs.models import Job
from learning_models.certificates import ask_for_certificates
from learning_models.decisions import (
    discard_decision,
    issue_decision,
    list_registrations,
    open_decision,
    open_filed_withdrawal,
)
from learning_models.models import Certificate, RecognitionDecision, Registration, Status
from learning_models.registrants import transfer_registrant
from learning_models.services import cancel_registration, register, roll_forward
from tests.learning_models.register import add_registration, review
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
only_postgresql = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="Only PostgreSQL lets several writers in: set DATABASE_URL."
)
WRITERS = 8
FACTS = {"number": "1/QĐ", "decided_on": "2022-12-20", "authority": "Chủ tịch", "user": None}
DIES = """
import os, sys
from datetime import date
import django
django.setup()
from learning_models import decisions
from learning_models.models import RecognitionDecision
def die(*_, **__):
    os._exit(9)
decisions.Certificate.objects.bulk_create = die
decision = RecognitionDecision.objects.get(pk=int(sys.argv[1]))
decisions.issue_decision(decision=decision, number="1", decided_on=date(2022, 12, 20), authority="–", user=None)
"""


@pytest.fixture
def rows(tree):
    found = [add_registration(tree.branch, name=f"Hộ {place}") for place in range(10)]
    review(*found)
    return found


def draft_of(organization, *rows):
    decision = open_decision(organization=organization, model="family", year=2022, user=None)
    if rows:
        put(decision, rows)
    return decision


def put(decision, rows):
    keys = [row.pk for row in rows]
    return list_registrations(decision=decision, keys=keys, reach=Registration.objects.all(), user=None)


def issue(decision):
    facts = FACTS | {"decided_on": RecognitionDecision._meta.get_field("decided_on").to_python(FACTS["decided_on"])}
    return issue_decision(decision=decision, **facts)


@only_postgresql
def test_a_draft_is_issued_once(tree, rows):
    decision = draft_of(tree.first, *rows)
    answers = together(*[lambda: issue(decision)] * WRITERS)
    assert sum(isinstance(answer, RecognitionDecision) for answer in answers) == 1
    assert sum(isinstance(answer, ValidationError) for answer in answers) == WRITERS - 1
    assert Certificate.objects.count() == len(rows)


@only_postgresql
def test_a_row_stands_on_one_list_only(tree, rows):
    drafts = [draft_of(tree.first) for _ in range(WRITERS)]
    # In different orders: nobody waits in a ring.
    answers = together(
        *(
            lambda draft=draft, place=place: put(draft, rows if place % 2 else rows[::-1])
            for place, draft in enumerate(drafts)
        )
    )
    assert sorted(str(answer) for answer in answers if isinstance(answer, int)) == [str(len(rows))]
    assert sum(isinstance(answer, ValidationError) for answer in answers) == WRITERS - 1
    assert Registration.objects.filter(decision__isnull=False).values("decision").distinct().count() == 1


@only_postgresql
def test_a_list_is_either_issued_or_given_up(tree, rows):
    decision = draft_of(tree.first, *rows)
    answers = together(lambda: issue(decision), lambda: discard_decision(decision=decision, user=None))
    issued = RecognitionDecision.objects.filter(status="issued").count()
    assert Certificate.objects.count() == (len(rows) if issued else 0)
    assert Registration.objects.filter(status=Status.RECOGNISED).count() == Certificate.objects.count()
    assert sum(isinstance(answer, Exception) for answer in answers) == 1


@only_postgresql
def test_what_is_put_on_a_list_while_it_is_issued_is_in_the_decision_or_refused(tree, rows):
    decision = draft_of(tree.first, *rows[:5])
    together(lambda: issue(decision), lambda: put(decision, rows[5:]))
    decision = RecognitionDecision.objects.get()
    assert decision.registrations.count() == Certificate.objects.count()
    assert not decision.registrations.exclude(status=Status.RECOGNISED).exists()


def test_a_process_that_dies_while_issuing_leaves_nothing(tree, rows):
    decision = draft_of(tree.first, *rows)
    before = Registration.history.count()
    environment = os.environ | {"DATABASE_URL": address_of(connection.settings_dict), "DEBUG": "1"}
    environment["DJANGO_SETTINGS_MODULE"] = "khuyenhoc.settings"
    command = [sys.executable, "-c", DIES, str(decision.pk)]
    died = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert died.returncode == 9, died.stderr
    decision.refresh_from_db()
    assert (decision.status, decision.number) == (RecognitionDecision.Status.DRAFT, "")
    assert set(Registration.objects.values_list("status", "recognised_on", "title_to")) == {("reviewed", None, None)}
    assert Registration.history.count() == before
    assert not Certificate.objects.exists()
    issue(decision)
    assert Certificate.objects.count() == len(rows)


@only_postgresql
def test_a_list_that_is_given_up_meanwhile_takes_no_names(tree, rows):
    decision = draft_of(tree.first)
    steps = [lambda: discard_decision(decision=decision, user=None)] * 2 + [lambda: put(decision, rows)] * 2
    answers = together(*steps)
    unexpected = [each for each in answers if isinstance(each, Exception) and not isinstance(each, ValidationError)]
    assert unexpected == []
    assert not RecognitionDecision.objects.exists()
    assert not Registration.objects.filter(decision__isnull=False).exists()


@only_postgresql
def test_a_registration_is_cancelled_by_one_of_two(tree):
    row = add_registration(tree.branch)
    answers = together(*[lambda: cancel_registration(registration=row, user=None)] * WRITERS)
    assert sum(answer is None for answer in answers) == 1
    assert sum(isinstance(answer, ValidationError) for answer in answers) == WRITERS - 1
    assert Registration.history.filter(id=row.pk, history_type="-").count() == 1


@only_postgresql
def test_whoever_registers_and_moves_at_once_stands_in_one_place(tree):
    day = date(2022, 2, 1)
    for place in range(WRITERS):
        registrant = add_registration(tree.branch, year=2021, name=f"Hộ chuyển {place}").registrant
        enter = partial(register, registrant=registrant, year=2022, registered_on=day, user=None)
        move = partial(transfer_registrant, registrant=registrant, destination=tree.second, user=None)
        roll = partial(roll_forward, model="family", year=2022, registered_on=day, units=None, user=None)
        answers = together(enter, enter, move, roll)
        assert all(isinstance(each, ValidationError) for each in answers if isinstance(each, Exception)), answers
        assert Registration.objects.filter(registrant=registrant, year=2022).count() == 1


@only_postgresql
def test_the_file_of_certificates_is_asked_for_once(tree, rows):
    decision = issue(draft_of(tree.first, *rows))
    together(
        *[lambda: ask_for_certificates(decision=decision, site="https://khuyenhoc.example.vn", user=None)] * WRITERS
    )
    assert Job.objects.count() == 1


@only_postgresql
def test_a_filed_title_stands_on_one_withdrawal_only(tree):
    row = add_registration(tree.branch)
    given = {"status": "recognised", "recognised_on": "2022-12-20", "decision_number": "7/QĐ"}
    Registration.objects.filter(pk=row.pk).update(**given)
    facts = {"organization": tree.first, "given_by": "", "grounds": "Vi phạm", "user": None}
    begin = partial(open_filed_withdrawal, registration=row, **facts)
    answers = together(*[lambda: begin(reach=Registration.objects.all())] * WRITERS)
    assert sum(isinstance(answer, RecognitionDecision) for answer in answers) == 1
    assert sum(isinstance(answer, ValidationError) for answer in answers) == WRITERS - 1


def address_of(facts):
    """The DATABASE_URL of a connection."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    host, port = (facts.get(name) or "" for name in ("HOST", "PORT"))
    who = f"{facts.get('USER') or ''}:{facts.get('PASSWORD') or ''}".rstrip(":")
    if host.startswith("/"):
        return f"postgres://{who}@{host.replace('/', '%2F')}:{port}/{facts['NAME']}"
    return f"postgres://{who}@{host}:{port}/{facts['NAME']}"
