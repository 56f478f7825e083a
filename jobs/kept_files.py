"""Files that jobs make for people: whole or absent, kept for some days, made anew whenever they are wanted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from jobs.services import enqueue

KEPT_FOR = timedelta(days=7)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "made-files"


def latest_job(kind: str, about: dict[str, Any]) -> Job | None:
    """The newest job of the kind with these arguments, whatever else it was given."""
    asked = {f"arguments__{name}": value for name, value in about.items()}
    return Job.objects.filter(kind=kind, **asked).order_by("-pk").first()


@transaction.atomic
def ask_for_file(*, kind: str, about: dict[str, Any], user, **more) -> Job:
    """The job that makes the file ``about`` names: one that is under way, else a new one, which also gets ``more``."""
    job = latest_job(kind, about)
    if job and job.is_open:
        return job
    return enqueue(kind=kind, user=user, arguments=about | more)


def path_of(job: Job | None) -> Path | None:
    """The finished file of a job; None where there is none, or none any more."""
    if job is None or job.status != Job.Status.DONE or job.finished_at < timezone.now() - KEPT_FOR:
        return None
    path = folder() / Path(job.result.get("file", "")).name
    return path if path.is_file() else None


@contextmanager
def new_file(ending: str) -> Iterator[tuple[str, IO[bytes]]]:
    """(name, open file) for a handler, whose result names it as "file"; it is there once the block has ended well."""
    remove_old_files()
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{uuid4().hex}.{ending}"
    unfinished = path.with_suffix(".part")
    try:
        # For nobody else on this machine.
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            yield path.name, file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def remove_old_files() -> int:
    """Remove what nobody needs any more, halves of broken attempts too; how many."""
    earliest = (timezone.now() - KEPT_FOR).timestamp()
    removed = 0
    for path in folder().glob("*"):
        # Another worker may be doing the same.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < earliest:
                path.unlink()
                removed += 1
    return removed


@dataclass(frozen=True)
class KeptFile:
    """A file as its page shows it (templates/jobs/partials/kept_file.html)."""

    job: Job | None
    # "giấy chứng nhận"; what progress counts, "giấy"; why it takes a while, "Quyết định này có 5.000 hộ".
    name: str
    counted: str
    why: str
    # On the button, "cả 5.000 giấy"; what the finished file is, as a sentence; where it is fetched.
    whole: str
    holds: str
    url: str

    @property
    def is_ready(self) -> bool:
        return path_of(self.job) is not None

    @property
    def kept_days(self) -> int:
        return KEPT_FOR.days
