"""How jobs are measured: against a floor in the same run, in turns, medians; some in a process of their own."""

import json
import os
import statistics
import subprocess
import sys
import time

from django.db import connection, transaction

RUNS = int(os.environ.get("BENCHMARK_RUNS", "5"))
START = "import django; django.setup(); from tests.benchmark import alone; alone.main()"


class UndoError(Exception):
    """Raised to roll a measured write back."""


def compare(name, job, floor, what):
    """One line: the median times of job and floor over RUNS rounds, taken in turns because machines have moods."""
    times = [(seconds_of(floor), seconds_of(job)) for _ in range(RUNS)]
    least, seconds = (statistics.median(column) for column in zip(*times, strict=True))
    show(name, seconds, least, what)


def show(name: str, seconds: float, least: float, what: str) -> None:
    head = f"{connection.vendor:10} {name:40} {seconds:8.3f} s"
    print(f"{head}  floor {least:7.3f} s  ratio {seconds / least:6.1f}  ({what})", flush=True)


def say(name: str, value: str) -> None:
    """One line of something that has no floor."""
    print(f"{connection.vendor:10} {name:40} {value:>8}", flush=True)


def seconds_of(job) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def undone(job):
    try:
        with transaction.atomic():
            job()
            raise UndoError
    except UndoError:
        pass


def read(sql, parameters=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def start_alone(task: str, **arguments) -> subprocess.Popen:
    """A task of `alone` in a process of its own, on the same database."""
    command = [sys.executable, "-c", START, task, json.dumps(arguments)]
    return subprocess.Popen(command, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def alone(task: str, **arguments) -> dict:
    """What the task answers, ``peak`` (MB of memory) with it."""
    process = start_alone(task, **arguments)
    answer, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{task} failed")
    return json.loads(answer.splitlines()[-1])
