"""Tasks that run in a process of their own, so that their memory is theirs alone; started by `measuring.alone`."""

import json
import pickle
import select
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

import python_calamine
import tablib
import typst
import xlsxwriter
from django.core.files.base import File
from django.db import connection, transaction
from import_export.resources import modelresource_factory

from accounts.models import User
from core.bulk import copy_rows
from core.documents.pdf import fonts
from core.documents.qr import qr_svg
from core.history import because
from funds.integrity import find_faults
from funds.models import Entry
from funds.seals import SEALED
from jobs.kept_files import folder
from jobs.registry import Progress
from learning_models.certificates import PART, write_certificates
from learning_models.models import RecognitionDecision
from members.exports import MemberExport
from members.models import HeadCount, Member
from organizations.models import Organization
from spreadsheets.exporting import write_export
from spreadsheets.models import ImportBatch
from spreadsheets.services import apply_batch, check_batch, undo_batch, upload_spreadsheet
from tests.benchmark.measuring import seconds_of, undone

SITE = "https://khuyenhoc.example.vn"


def load(path: str, user: str, kind: str = "members") -> dict:
    """Bring a file in as the browser does with its jobs."""
    person = User.objects.get(username=user)
    start = time.perf_counter()
    with open(path, "rb") as file:
        batch = upload_spreadsheet(kind=kind, file=File(file), name=f"{kind}.xlsx", user=person)
    batch = check_batch(batch=batch)
    checked = time.perf_counter()
    batch = apply_batch(batch=batch, user=person)
    applied = time.perf_counter()
    if batch.status != ImportBatch.Status.APPLIED or batch.counts["refused"]:
        raise SystemExit(f"{batch.status}: {batch.counts} {batch.problems[:3]}")
    return {"batch": batch.pk, "check": checked - start, "apply": applied - checked, "new": batch.counts["new"]}


def undo(batch: int) -> dict:
    batch = ImportBatch.objects.get(pk=batch)
    return {"seconds": seconds_of(lambda: undo_batch(batch=batch, user=batch.user))}


def bare_load(path: str, rows: str) -> dict:
    """calamine reads the file, and the same rows go into the same tables, without a thought about any of them."""
    tables = pickle.loads(Path(rows).read_bytes())

    def write():
        python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        with transaction.atomic(), connection.cursor() as cursor:
            for table, columns, values in tables:
                if connection.vendor == "postgresql":
                    copy_rows(cursor, table, columns, values)
                else:
                    places = ", ".join(["%s"] * len(columns))
                    cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", values)

    return {"seconds": seconds_of(write)}


def packaged_load(rows: str) -> dict:
    """The same people by django-import-export as it comes; their spells, scope and file are not even looked at.

    It too has two steps, a dry run to look at and then the real one.
    """
    columns, values = pickle.loads(Path(rows).read_bytes())
    people = tablib.Dataset(*values, headers=columns)
    resource = modelresource_factory(Member)()
    steps = []

    def write(dry_run):
        result = resource.import_data(people, dry_run=dry_run, raise_errors=True)
        if result.totals["new"] != len(values):
            raise SystemExit(f"the package took {result.totals}")

    for dry_run in (True, False):
        steps.append(seconds_of(lambda dry_run=dry_run: undone(lambda: write(dry_run))))
    return {"check": steps[0], "apply": steps[1]}


def export(user: str, organization: int) -> dict:
    person, unit = User.objects.get(username=user), Organization.objects.get(pk=organization)
    with tempfile.TemporaryFile() as file:
        start = time.perf_counter()
        rows = write_export(MemberExport(user=person, organization=unit), file)
        return {"seconds": time.perf_counter() - start, "rows": rows}


def bare_export(rows: str) -> dict:
    values = pickle.loads(Path(rows).read_bytes())

    def write():
        options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
        with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, options) as workbook:
            sheet = workbook.add_worksheet()
            for line, cells in enumerate(values):
                sheet.write_row(line, 0, cells)

    return {"seconds": seconds_of(write)}


def certify(decision: int) -> dict:
    """All certificates of a decision, in a file, as the job makes them."""
    found = RecognitionDecision.objects.get(pk=decision)
    start = time.perf_counter()
    result = write_certificates(found, site=SITE, progress=Progress())
    seconds = time.perf_counter() - start
    (folder() / result["file"]).unlink()
    return {"seconds": seconds, "number": result["number"]}


def prove_ledgers() -> dict:
    """All laws of all ledgers."""

    def prove():
        if faults := list(find_faults()):
            raise SystemExit(f"the ledgers are not sound: {faults[:3]}")

    return {"seconds": seconds_of(prove)}


def read_ledgers() -> dict:
    """Every entry's sealed values, read in a stream and left alone."""
    rows = Entry.objects.order_by("fund", "sequence").values_list("seal", *SEALED).iterator()
    return {"seconds": seconds_of(lambda: deque(rows, maxlen=0))}


def bare_codes(number: int) -> dict:
    """As many QR codes, each on a page of Typst and nothing beside it; PART pages in a file."""

    def page(place):
        return f"#page(image(bytes({json.dumps(qr_svg(f'{SITE}{place:026}', label=''))})))\n"

    def write():
        for first in range(0, number, PART):
            pages = "".join(page(place) for place in range(first, min(first + PART, number)))
            typst.Compiler(pages.encode(), font_paths=fonts(), ignore_system_fonts=True).compile(format="pdf")

    return {"seconds": seconds_of(write)}


def save_in_a_loop() -> dict:
    """Somebody else at work, until told to stop: how long one save took at the worst."""
    row, longest, saves = HeadCount.objects.order_by("pk")[0], 0.0, 0
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.005)[0]:
        longest = max(longest, seconds_of(lambda: because(row, user=None, reason="Đo").save()))
        saves += 1
    return {"longest": longest, "saves": saves}


def peak() -> int:
    """The most memory that this process ever had, in MB; what its parent had does not count."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) // 1024


FILES = (load, undo, bare_load, packaged_load, export, bare_export)
LEDGERS = (prove_ledgers, read_ledgers)
TASKS = {task.__name__: task for task in (*FILES, *LEDGERS, certify, bare_codes, save_in_a_loop)}


def main() -> None:
    _, task, arguments = sys.argv
    answer = TASKS[task](**json.loads(arguments))
    print(json.dumps(answer | {"peak": peak()}), flush=True)
