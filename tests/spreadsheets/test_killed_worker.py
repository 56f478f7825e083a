"""A worker that is killed in the middle of checking, writing or undoing: the file is whole or absent, and the page
says which once another worker has come."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test import override_settings

from accounts.models import User
from jobs.models import Job
from jobs.services import release_jobs
from members.models import Member, Membership
from spreadsheets.models import ImportBatch
from spreadsheets.services import batches
from tests.conftest import plant
from tests.mould import work_on

ROWS = 4000
# The worker stops at a place of its work until it is killed; the place is reached with everything half done.
HANG = """
import sys, time, pathlib
import {module} as module
real = module.{name}
def stop(*arguments, **options):
    answer = real(*arguments, **options)
    pathlib.Path({sign!r}).touch()
    time.sleep(600)
    return answer
module.{name} = stop
from django.core.management import call_command
call_command("run_jobs", "--until-empty")
"""


class Office:
    """A database of its own, on the engine that the tests run on, and processes that work on it.

    The tests look at it from their own process; every worker is another one.
    """

    def __init__(self, folder: Path, database: str, mould, blocker):
        self.folder, self.database, self.blocker = folder, database, blocker
        self.environment = os.environ | {
            "DATABASE_URL": mould.url(database),
            "DEBUG": "1",
            "MEDIA_ROOT": str(folder / "media"),
        }

    @contextmanager
    def entered(self):
        """The test's own process on the office's database and files."""
        before = connection.settings_dict["NAME"]
        with self.blocker.unblock(), override_settings(MEDIA_ROOT=self.folder / "media"):
            work_on(self.database)
            try:
                yield
            finally:
                work_on(before)

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, check=True, capture_output=True)

    def upload(self):
        rows = "".join(f"A,Người Thứ {number},T{number}\n" for number in range(ROWS))
        file = ContentFile(("organization_code,full_name,card_number\n" + rows).encode(), "ds.csv")
        with self.entered():
            user = User.objects.create_superuser("quan-tri", password="khuyen-hoc-son-la")
            plant("A", "Hội tỉnh A", "province")
            batches.upload_spreadsheet(kind="members", file=file, name="ds.csv", user=user)

    def request(self, name):
        with self.entered():
            getattr(batches, name)(batch=ImportBatch.objects.get(), user=User.objects.get())

    def state(self):
        with self.entered():
            batch, job = ImportBatch.objects.get(), Job.objects.latest("pk")
            counts = [str(model.objects.count()) for model in (Member, Membership, Member.history.model)]
            return [batch.status, *counts, job.status, str(job.attempts)]

    def page(self, client):
        with self.entered():
            client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
            return " ".join(client.get(ImportBatch.objects.get().get_absolute_url()).content.decode().split())

    def kill_worker_at(self, module, name):
        """Start a worker, wait until it stands at the place, and kill it."""
        sign = self.folder / "reached"
        sign.unlink(missing_ok=True)
        code = HANG.format(module=module, name=name, sign=str(sign))
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v0", "-c", code], cwd=settings.BASE_DIR, env=self.environment
        )
        for _ in range(600):
            if sign.exists() or worker.poll() is not None:
                break
            time.sleep(0.1)
        assert sign.exists(), "the worker never came to the place"
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def work(self):
        """Another worker, which knows itself to be alone, as `serve` starts it."""
        self.manage("run_jobs", "--until-empty", "--alone")


@pytest.fixture(scope="module")
def offices(tmp_path_factory, mould, django_db_setup, django_db_blocker):
    """offices(folder) is an office with one uploaded file that waits; offices(folder, checked=True) has checked it."""
    made = []
    number = count()

    def copy(folder, original=None):
        with django_db_blocker.unblock():
            made.append(mould.copy(f"office_{os.getpid()}_{next(number)}", original and original.database))
        if original:
            shutil.copytree(original.folder / "media", folder / "media")
        return Office(folder, made[-1], mould, django_db_blocker)

    patch = pytest.MonkeyPatch()
    patch.setattr(batches, "BACKGROUND_BYTES", 1)
    patch.setattr(batches, "BACKGROUND_ROWS", 1)
    waiting = copy(tmp_path_factory.mktemp("waiting"))
    waiting.upload()
    checked = copy(tmp_path_factory.mktemp("checked"), waiting)
    checked.work()
    yield lambda folder, **options: copy(folder, checked if options.get("checked") else waiting)
    patch.undo()
    with django_db_blocker.unblock():
        for name in made:
            mould.drop(name)


@pytest.fixture
def office(offices, tmp_path):
    return offices(tmp_path)


@pytest.fixture
def checked(offices, tmp_path):
    """An office whose file another worker has checked already."""
    return offices(tmp_path, checked=True)


def test_a_worker_killed_while_checking(office, client):
    office.kill_worker_at("spreadsheets.services.batches", "keep_stage")
    assert office.state() == ["waiting", "0", "0", "0", "running", "1"]
    office.work()
    assert office.state() == ["checked", "0", "0", "0", "done", "2"]
    assert "Ghi 4.000 dòng vào sổ" in office.page(client)


def test_a_worker_killed_while_writing(checked, client):
    checked.request("request_apply")
    # Rows and their history are written, the transaction is still open.
    checked.kill_worker_at("spreadsheets.services.running", "confirm_scope")
    assert checked.state() == ["checked", "0", "0", "0", "running", "1"]
    assert "Đang ghi vào sổ" in checked.page(client)
    checked.work()
    assert checked.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "done", "2"]
    assert "Đã ghi vào sổ" in checked.page(client)


def test_a_worker_killed_after_writing_but_before_saying_so(checked):
    checked.request("request_apply")
    checked.kill_worker_at("spreadsheets.background", "apply_batch")
    assert checked.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "running", "1"]
    checked.work()
    assert checked.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "done", "2"]


def test_a_worker_killed_while_undoing(checked, client):
    checked.request("request_apply")
    checked.work()
    checked.request("request_undo")
    checked.kill_worker_at("spreadsheets.services.undoing", "record_bulk")
    assert checked.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "running", "1"]
    checked.work()
    assert checked.state() == ["undone", "0", "0", str(2 * ROWS), "done", "2"]
    assert "xoá 4.000 dòng đã thêm" in checked.page(client)


def test_a_job_that_is_cut_short_again_and_again_is_given_up_in_words(office, client):
    for _ in range(3):
        office.kill_worker_at("spreadsheets.services.batches", "keep_stage")
        with office.entered():
            release_jobs()
    office.work()
    assert office.state() == ["waiting", "0", "0", "0", "failed", "3"]
    assert "bị ngắt giữa chừng 3 lần" in office.page(client)


def test_another_worker_takes_over_from_a_silent_one_without_being_told(office):
    office.kill_worker_at("spreadsheets.services.batches", "keep_stage")
    office.manage("run_jobs", "--until-empty")
    assert office.state()[4:] == ["running", "1"], "its heart may still be beating"
    time.sleep(3)
    office.manage("run_jobs", "--until-empty", "--stale", "2")
    assert office.state() == ["checked", "0", "0", "0", "done", "2"]
