"""The file with all certificates of a decision: made in the background, in parts, kept for some days."""

import os
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from jobs.registry import Progress
from jobs.services import enqueue
from learning_models.documents import certificates_of, certificates_pdf
from learning_models.models import RecognitionDecision

KIND = "learning_models.certificates"
# So many are made while the user waits; more are made in the background.
AT_ONCE = 50
# One PDF holds so many: a file that every printer takes, and memory that does not grow with the decision.
PART = 250
KEPT_FOR = timedelta(days=7)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "certificates"


def file_name(decision: RecognitionDecision, ending: str) -> str:
    """``giay-chung-nhan-family-2022-12.zip``."""
    return f"giay-chung-nhan-{decision.model}-{decision.year}-{decision.pk}.{ending}"


def latest_job(decision: RecognitionDecision) -> Job | None:
    return Job.objects.filter(kind=KIND, arguments__decision=decision.pk).order_by("-pk").first()


@transaction.atomic
def ask_for_certificates(*, decision: RecognitionDecision, site: str, user) -> Job:
    """The job that makes the file: one that is under way, else a new one."""
    job = latest_job(decision)
    if job and job.is_open:
        return job
    return enqueue(kind=KIND, user=user, arguments={"decision": decision.pk, "site": site})


def path_of(job: Job | None) -> Path | None:
    """The finished file of a job; None where there is none, or none any more."""
    if job is None or job.status != Job.Status.DONE or job.finished_at < timezone.now() - KEPT_FOR:
        return None
    path = folder() / Path(job.result.get("file", "")).name
    return path if path.is_file() else None


def write_certificates(decision: RecognitionDecision, *, site: str, progress: Progress) -> dict:
    """Write the ZIP of PDF files, ``PART`` certificates in each; whole, or not at all."""
    remove_old_files()
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"{uuid4().hex}.zip"
    unfinished = path.with_suffix(".part")
    rows = certificates_of(decision)
    progress.total = rows.count()
    try:
        # For nobody else on this machine; and PDF is compressed already.
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for part in parts_of(rows):
                first, last = part[0].number, part[-1].number
                content = certificates_pdf(decision, part, site=site)
                archive.writestr(f"giay-chung-nhan-{first:05d}-{last:05d}.pdf", content)
                progress.at(progress.done + len(part))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return {"file": path.name, "number": progress.done}


def parts_of(rows):
    """Lists of up to ``PART`` certificates of one template, by their numbers."""
    last = 0
    while part := list(rows.filter(number__gt=last)[:PART]):
        same = [certificate for certificate in part if certificate.template == part[0].template]
        part = part[: len(same)] if part[: len(same)] == same else part[:1]
        yield part
        last = part[-1].number


def remove_old_files() -> int:
    """Remove what nobody needs any more, halves of broken attempts too; how many."""
    earliest = (timezone.now() - KEPT_FOR).timestamp()
    old = [path for path in folder().glob("*") if path.stat().st_mtime < earliest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
