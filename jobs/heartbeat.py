"""A thread that says every second that a job is alive, and how far it is."""

import threading

from django.db import DatabaseError, connection
from django.utils import timezone

from jobs.models import Job
from jobs.registry import Progress

EVERY_SECONDS = 1.0


class Heartbeat:
    """Beats while its block runs, over a connection of its own: the handler's transaction hides nothing."""

    def __init__(self, job: Job, progress: Progress, *, beating: bool = True):
        self.job, self.progress = job, progress
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True) if beating else None

    def __enter__(self):
        if self.thread:
            self.thread.start()
        return self

    def __exit__(self, *exception):
        self.stopped.set()
        if self.thread:
            self.thread.join()

    def beat(self) -> None:
        while not self.stopped.wait(EVERY_SECONDS):
            mine = Job.objects.filter(pk=self.job.pk, attempts=self.job.attempts, status=Job.Status.RUNNING)
            state = {"done": self.progress.done, "total": self.progress.total, "message": self.progress.message}
            try:
                mine.update(heartbeat_at=timezone.now(), **state)
            except DatabaseError:
                # Busy with the handler's own transaction: the next beat will do.
                connection.close()
        connection.close()
