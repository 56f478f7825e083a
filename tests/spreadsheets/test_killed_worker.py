"""A worker that is killed in the middle of checking, writing or undoing: the file is whole or absent, and the page
says which once another worker has come."""

import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROWS = 4000
CAST = """
from accounts.models import User
from organizations.models import Organization
from organizations.tree import create_organization
user = User.objects.create_superuser("quan-tri", password="khuyen-hoc-son-la")
create_organization(code="A", name="Hội tỉnh A", level="province", parent=None, user=None)
"""
UPLOAD = """
from accounts.models import User
from django.core.files.base import ContentFile
from spreadsheets.services import batches
batches.BACKGROUND_BYTES = 1
rows = "".join(f"A,Người Thứ {{n}},T{{n}}\\n" for n in range({rows}))
file = ContentFile(("organization_code,full_name,card_number\\n" + rows).encode(), "ds.csv")
user = User.objects.get()
print(batches.upload_spreadsheet(kind="members", file=file, name="ds.csv", user=user).pk)
"""
REQUEST = """
from accounts.models import User
from spreadsheets.models import ImportBatch
from spreadsheets.services import batches
batches.BACKGROUND_ROWS = 1
batches.{request}(batch=ImportBatch.objects.get(), user=User.objects.get())
"""
STATE = """
from members.models import Member, Membership
from spreadsheets.models import ImportBatch
from jobs.models import Job
batch, job = ImportBatch.objects.get(), Job.objects.latest("pk")
counts = [model.objects.count() for model in (Member, Membership, Member.history.model)]
print(batch.status, *counts, job.status, job.attempts)
"""
PAGE = """
from django.test import Client
from accounts.models import User
from spreadsheets.models import ImportBatch
client = Client(headers={"host": "localhost"})
client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
print(" ".join(client.get(ImportBatch.objects.get().get_absolute_url()).content.decode().split()))
"""
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
    """A database of its own, on the engine that the tests run on, and processes that work on it."""

    def __init__(self, folder: Path, url: str):
        self.folder = folder
        self.environment = os.environ | {"DATABASE_URL": url, "DEBUG": "1", "MEDIA_ROOT": str(folder / "media")}

    def manage(self, *arguments, **options):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, check=True, capture_output=True, text=True, **options
        ).stdout

    def run(self, code):
        return self.manage("shell", "-v0", "-c", code).strip()

    def state(self):
        return self.run(STATE).splitlines()[-1].split()

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
def database(tmp_path_factory, django_db_setup, django_db_blocker):
    """database(folder) is an office with one uploaded file that waits; made once and copied for every test."""
    mould = tmp_path_factory.mktemp("mould")
    number = count()
    made = []

    def create(template=None):
        if connection.vendor == "sqlite":
            return f"sqlite:///{mould / f'{next(number)}.sqlite3'}"
        facts, name = connection.settings_dict, f"office_{os.getpid()}_{next(number)}"
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        made.append(name)
        return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{name}"

    first = create()
    original = Office(mould, first)
    original.manage("migrate", "-v0")
    original.run(CAST + UPLOAD.format(rows=ROWS))

    def copy(folder):
        shutil.copytree(mould / "media", folder / "media")
        url = create(template=first.rsplit("/", 1)[1])
        if connection.vendor == "sqlite":
            shutil.copy(first.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
        return Office(folder, url)

    yield copy
    for name in made:
        with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def office(database, tmp_path):
    return database(tmp_path)


def test_a_worker_killed_while_checking(office):
    office.kill_worker_at("spreadsheets.services.batches", "keep_stage")
    assert office.state() == ["waiting", "0", "0", "0", "running", "1"]
    office.work()
    assert office.state() == ["checked", "0", "0", "0", "done", "2"]
    assert "Ghi 4.000 dòng vào sổ" in office.run(PAGE)


def test_a_worker_killed_while_writing(office):
    office.work()
    office.run(REQUEST.format(request="request_apply"))
    # Rows and their history are written, the transaction is still open.
    office.kill_worker_at("spreadsheets.services.running", "confirm_scope")
    assert office.state() == ["checked", "0", "0", "0", "running", "1"]
    assert "Đang ghi vào sổ" in office.run(PAGE)
    office.work()
    assert office.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "done", "2"]
    assert "Đã ghi vào sổ" in office.run(PAGE)


def test_a_worker_killed_after_writing_but_before_saying_so(office):
    office.work()
    office.run(REQUEST.format(request="request_apply"))
    office.kill_worker_at("spreadsheets.background", "apply_batch")
    assert office.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "running", "1"]
    office.work()
    assert office.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "done", "2"]


def test_a_worker_killed_while_undoing(office):
    office.work()
    office.run(REQUEST.format(request="request_apply"))
    office.work()
    office.run(REQUEST.format(request="request_undo"))
    office.kill_worker_at("spreadsheets.services.undoing", "record_bulk")
    assert office.state() == ["applied", str(ROWS), str(ROWS), str(ROWS), "running", "1"]
    office.work()
    assert office.state() == ["undone", "0", "0", str(2 * ROWS), "done", "2"]
    assert "xoá 4.000 dòng đã thêm" in office.run(PAGE)


def test_a_job_that_is_cut_short_again_and_again_is_given_up_in_words(office):
    for _ in range(3):
        office.kill_worker_at("spreadsheets.services.batches", "keep_stage")
        office.run("from jobs.services import release_jobs; release_jobs()")
    office.work()
    assert office.state() == ["waiting", "0", "0", "0", "failed", "3"]
    assert "bị ngắt giữa chừng 3 lần" in office.run(PAGE)


def test_another_worker_takes_over_from_a_silent_one_without_being_told(office):
    office.kill_worker_at("spreadsheets.services.batches", "keep_stage")
    office.manage("run_jobs", "--until-empty")
    assert office.state()[4:] == ["running", "1"], "its heart may still be beating"
    time.sleep(3)
    office.manage("run_jobs", "--until-empty", "--stale", "2")
    assert office.state() == ["checked", "0", "0", "0", "done", "2"]
