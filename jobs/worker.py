"""The loop that runs jobs one after another until it is told to stop."""

import os
import signal
import sys
import threading
import time
from datetime import timedelta

from django.db import OperationalError, close_old_connections

from jobs.services import claim_job, run_job

PAUSE_SECONDS = 1.0


class Worker:
    """``stop()`` ends it after the present job."""

    def __init__(self, *, stale_after: timedelta):
        self.stale_after = stale_after
        self.stopping = threading.Event()

    def stop(self, *_signal) -> None:
        self.stopping.set()

    def run(self, *, until_empty: bool = False) -> int:
        """Run jobs as they come; the number of jobs run."""
        number = 0
        while not self.stopping.is_set():
            close_old_connections()
            try:
                job = claim_job(stale_after=self.stale_after)
            except OperationalError:
                # The database is away or busy: it will come back.
                time.sleep(PAUSE_SECONDS)
                continue
            if job is not None:
                run_job(job)
                number += 1
            elif until_empty:
                break
            else:
                self.stopping.wait(PAUSE_SECONDS)
        return number


def stop_on_signals(worker: Worker) -> None:
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)


def end_with_parent() -> None:
    """Die as soon as the process that holds the other end of stdin does, however it ends."""

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
