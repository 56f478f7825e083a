"""Jobs: taken once, tried again when a worker dies, given up in words."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import OperationalError, connection
from django.utils import timezone

from jobs import services
from jobs.models import Job
from jobs.registry import HANDLERS, Progress, handles
from jobs.services import claim_job, enqueue, release_jobs, run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler(monkeypatch):
    """handler(function) answers jobs of kind "test"."""

    def set_handler(function):
        monkeypatch.setitem(HANDLERS, "test", function)

    set_handler(lambda job, progress: {"answer": 42})
    return set_handler


def run_one():
    return run_job(claim_job(), beating=False)


def test_a_job_is_done_with_its_result(handler, cast):
    job = enqueue(kind="test", user=cast.manager, arguments={"batch": 1})
    done = run_one()
    assert (done.pk, done.status, done.result, done.attempts) == (job.pk, "done", {"answer": 42}, 1)
    assert done.finished_at
    assert claim_job() is None


def test_an_unknown_kind_is_not_even_queued(cast):
    with pytest.raises(ValueError, match="No handler"):
        enqueue(kind="nothing", user=cast.manager, arguments={})


def test_two_handlers_of_one_kind_are_a_mistake(handler):
    with pytest.raises(ValueError, match="Two handlers"):
        handles("test")(print)


def test_the_oldest_job_comes_first_and_a_taken_one_is_not_taken_again(handler):
    first, second = (enqueue(kind="test", user=None, arguments={}) for _ in range(2))
    assert (claim_job(), claim_job(), claim_job()) == (first, second, None)


def test_a_silent_worker_loses_its_job_and_cannot_end_it_any_more(handler):
    enqueue(kind="test", user=None, arguments={})
    lost = claim_job()
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=2))
    taken = claim_job()
    assert (taken.pk, taken.attempts) == (lost.pk, 2)
    assert "chạy lại" in taken.message
    services.finish_job(lost, Progress(), {"status": "failed", "message": "x"})
    lost.refresh_from_db()
    assert lost.status == "running"


def test_a_living_worker_keeps_its_job(handler):
    enqueue(kind="test", user=None, arguments={})
    claim_job()
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=20))
    assert claim_job() is None


def test_after_three_attempts_it_is_given_up_in_words(handler):
    enqueue(kind="test", user=None, arguments={})
    for _ in range(3):
        assert claim_job()
        assert release_jobs() == 1
    assert claim_job() is None
    job = Job.objects.get()
    assert (job.status, "3 lần" in job.message) == ("failed", True)


def test_a_refusal_is_told_and_a_fault_is_not_shown(handler, caplog):
    def refuse(job, progress):
        raise ValidationError("Tệp hỏng.")

    def break_down(job, progress):
        raise RuntimeError("secret detail")

    for function, words in ((refuse, "Tệp hỏng."), (break_down, "Phần mềm gặp lỗi")):
        handler(function)
        enqueue(kind="test", user=None, arguments={})
        job = run_one()
        assert job.status == "failed"
        assert words in job.message
        assert "secret" not in job.message
    assert "secret detail" in caplog.text


def test_a_busy_database_is_another_try(handler):
    def busy(job, progress):
        raise OperationalError("database is locked")

    handler(busy)
    enqueue(kind="test", user=None, arguments={})
    assert run_one().status == "queued"


def test_progress_in_per_cent():
    assert Job(done=50, total=200).per_cent == 25
    assert Job(done=50).per_cent is None


def test_a_job_that_nobody_takes_is_said_to_be_unattended():
    assert not Job().is_unattended
    assert Job(created_at=timezone.now() - timedelta(minutes=5)).is_unattended


@pytest.mark.django_db(transaction=True)
def test_the_command_runs_what_waits_and_the_heart_beats(handler, monkeypatch, capsys):
    monkeypatch.setattr("jobs.heartbeat.EVERY_SECONDS", 0.01)
    seen = threading.Event()

    def slow(job, progress):
        progress.at(7)
        for _ in range(500):
            if Job.objects.get(pk=job.pk).done == 7:
                seen.set()
                break
            seen.wait(0.02)

    handler(slow)
    enqueue(kind="test", user=None, arguments={})
    call_command("run_jobs", "--until-empty")
    assert seen.is_set()
    assert Job.objects.get().status == "done"
    assert "1 việc" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_job(handler):
    for _ in range(20):
        enqueue(kind="test", user=None, arguments={})
    taken, gate = [], threading.Barrier(4)

    def work():
        gate.wait()
        while job := claim_job():
            taken.append(job.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == sorted(Job.objects.values_list("pk", flat=True))
