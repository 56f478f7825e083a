"""Asking for a job, taking it, and running it to its end."""

import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from jobs.heartbeat import Heartbeat
from jobs.models import STALE_AFTER, Job
from jobs.registry import HANDLERS, Progress

MOST_ATTEMPTS = 3
GIVEN_UP = f"Việc này bị ngắt giữa chừng {MOST_ATTEMPTS} lần nên đã dừng hẳn. Hãy báo người quản trị rồi làm lại."
BROKEN = "Phần mềm gặp lỗi nên chưa làm xong; người quản trị xem được chi tiết trong nhật ký máy chủ."
INTERRUPTED = "Bị ngắt giữa chừng, đang chạy lại từ đầu."
logger = logging.getLogger(__name__)


def enqueue(*, kind: str, user, arguments: dict) -> Job:
    """Ask for a job; a worker takes it once the present transaction has ended."""
    if kind not in HANDLERS:
        raise ValueError(f"No handler for jobs of kind {kind!r}.")
    return Job.objects.create(kind=kind, user=user, arguments=arguments)


@transaction.atomic
def claim_job(*, stale_after: timedelta = STALE_AFTER) -> Job | None:
    """Take the oldest job that is due, so that no other worker gets it; None when there is nothing to do.

    PostgreSQL skips what another worker is just taking; on SQLite the transaction itself keeps others out.
    """
    due = Job.objects.due(stale_after)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    for job in due:
        now = timezone.now()
        if job.attempts >= MOST_ATTEMPTS:
            job.status, job.message, job.finished_at = Job.Status.FAILED, GIVEN_UP, now
            job.save()
            continue
        job.message = INTERRUPTED if job.attempts else ""
        job.status, job.attempts, job.done, job.total = Job.Status.RUNNING, job.attempts + 1, 0, None
        job.started_at = job.heartbeat_at = now
        job.save()
        return job
    return None


def release_jobs() -> int:
    """Queue again whatever is marked as running: for a worker that knows itself to be the only one."""
    return Job.objects.filter(status=Job.Status.RUNNING).update(status=Job.Status.QUEUED)


def run_job(job: Job, *, beating: bool = True) -> Job:
    """Run a claimed job; its heartbeat is written from a thread of its own."""
    progress = Progress(message=job.message)
    answer: dict = {"status": Job.Status.FAILED, "message": BROKEN}
    with Heartbeat(job, progress, beating=beating):
        try:
            result = HANDLERS[job.kind](job, progress)
            answer = {"status": Job.Status.DONE, "message": progress.message, "result": result or {}}
        except ValidationError as error:
            answer["message"] = " ".join(error.messages)[:500]
        except OperationalError:
            # The database was away or busy: another try is worth it.
            logger.exception("Job %s will be tried again", job)
            answer = {"status": Job.Status.QUEUED, "message": INTERRUPTED}
        except Exception:
            logger.exception("Job %s failed", job)
    return finish_job(job, progress, answer)


def finish_job(job: Job, progress: Progress, answer: dict) -> Job:
    """Write the end of this attempt, unless another worker has meanwhile taken the job for dead and begun anew."""
    mine = Job.objects.filter(pk=job.pk, attempts=job.attempts, status=Job.Status.RUNNING)
    ended = None if answer["status"] == Job.Status.QUEUED else timezone.now()
    mine.update(done=progress.done, total=progress.total, finished_at=ended, **answer)
    job.refresh_from_db()
    return job
