"""A process that is killed while it writes in ledgers: what it did last is there whole or not at all.

Each works on a database of its own, on the engine that the tests run on, and stops at a place of its work with
everything half done, or goes on in a loop, until it is killed; the test looks at it from its own process.
"""

import io
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from accounts.models import User
from funds.integrity import find_faults
from funds.models import Account, Award, Closing, ClosingBalance, Direction, Entry, Fund, Holding
from spreadsheets.models import ImportBatch
from spreadsheets.services import batches
from tests.conftest import plant
from tests.funds.books import fund_of, income
from tests.funds.prizes import approved, nominated, programme_of
from tests.mould import work_on

RECIPIENTS, ROWS = 35, 400
PRELUDE = """
import pathlib, time
from datetime import date
from funds.ledger import category, post_entry, post_transfer
from funds.models import Account, Award, Fund, Programme
one, two = Fund.objects.order_by("pk")
cash = one.accounts.get(kind="cash")
sign = pathlib.Path({sign!r})
"""
# After this many entries in a loop the process is killed, wherever it is by then.
LOOP = """
for number in range(10_000):
    what = "award" if number % 3 == 2 else "donation"
    post_entry(account=cash, category=category(what), date=date(2024, 3, 1 + number % 28), amount=5, user=None)
    if number % 2:
        bank = two.accounts.get(kind="bank")
        post_transfer(source=cash, destination=bank, date=date(2024, 4, 1), amount=1, user=None)
    if number == 25:
        sign.touch()
"""
# The place is reached with everything written that comes before it, and the transaction still open.
STOP = """
import {module} as module
real = module.{name}
def stop(*arguments, **options):
    answer = real(*arguments, **options)
    sign.touch()
    time.sleep(600)
    return answer
module.{name} = stop
"""
TRANSFER = """
post_transfer(source=cash, destination=two.accounts.get(kind="cash"), date=date(2024, 3, 9), amount=50, user=None)
"""
CLOSE = """
from funds.closing import Counted, booked_on, close_month
day = date(2024, 1, 31)
counted = {row.account.pk: Counted(row.balance) for row in booked_on(one, day)}
close_month(fund=one, last_day=day, counted=counted, user=None)
"""
PAY = """
from funds.awards.approving import pay
keys = list(Award.objects.values_list("pk", flat=True))
pay(programme=Programme.objects.get(), keys=keys, account=cash, date=date(2024, 3, 9), user=None)
"""
IMPORT = """
from django.core.management import call_command
call_command("run_jobs", "--until-empty")
"""


def furnish():
    """Two funds with money, and a programme of which the whole list is approved."""
    province = plant("A", "Hội tỉnh A", "province")
    one, _ = fund_of(province, "Q1", cash=10_000_000), fund_of(province, "Q2", cash=1000)
    income(one, 700)
    people = [User.objects.create_superuser(name, None, None) for name in ("nap", "duyet-mot", "duyet-hai")]
    programme = programme_of(province, portion_amount=1000, fund=one)
    names = [f"Học Sinh {number}" for number in range(RECIPIENTS)]
    approved(programme, nominated(programme, province, *names, user=people[0]), *people[1:])


class Office:
    def __init__(self, folder: Path, database: str, mould, blocker):
        self.folder, self.database, self.blocker = folder, database, blocker
        media = {"MEDIA_ROOT": str(folder / "media")}
        self.environment = os.environ | {"DATABASE_URL": mould.url(database), "DEBUG": "1"} | media

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

    def run(self, code: str, *, killed: bool, at: tuple[str, str] | None = None) -> None:
        """Run the code in a process of its own; killed once it has come to the place, or else to its end."""
        sign = self.folder / "reached"
        sign.unlink(missing_ok=True)
        stop = STOP.format(module=at[0], name=at[1]) if at else ""
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", PRELUDE.format(sign=str(sign)) + stop + code]
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment)
        if killed:
            for _ in range(600):
                if sign.exists() or process.poll() is not None:
                    break
                time.sleep(0.1)
            assert sign.exists(), "the process never came to the place"
            process.send_signal(signal.SIGKILL)
        assert process.wait() == (-signal.SIGKILL if killed else 0)

    def look(self) -> dict:
        """What stands in the ledgers; all of it keeps the laws."""
        with self.entered():
            assert list(find_faults()) == []
            call_command("check_integrity", stdout=io.StringIO())
            for fund in Fund.objects.all():
                for direction in Direction.values:
                    numbers = Entry.objects.filter(fund=fund, direction=direction, number__isnull=False)
                    found = list(numbers.order_by("sequence").values_list("number", flat=True))
                    assert found == list(range(1, len(found) + 1))
            for account in Account.objects.all():
                held = sum(Holding.objects.filter(account=account).values_list("balance", flat=True))
                assert held == Entry.objects.filter(account=account).balance() >= 0
            return {
                "entries": Entry.objects.count(),
                "transfers": Entry.objects.inside().exclude(number=None).count(),
                "closings": (Closing.objects.count(), ClosingBalance.objects.count()),
                "paid": Award.objects.paid().count(),
            }


@pytest.fixture(scope="module")
def offices(tmp_path_factory, mould, django_db_setup, django_db_blocker):
    """offices(folder): an office that is furnished."""
    made, number = [], count()

    def copy(folder, original=None):
        with django_db_blocker.unblock():
            made.append(mould.copy(f"ledgers_{os.getpid()}_{next(number)}", original and original.database))
        return Office(folder, made[-1], mould, django_db_blocker)

    furnished = copy(tmp_path_factory.mktemp("furnished"))
    with furnished.entered():
        furnish()
    yield lambda folder: copy(folder, furnished)
    with django_db_blocker.unblock():
        for name in made:
            mould.drop(name)


@pytest.fixture
def office(offices, tmp_path):
    return offices(tmp_path)


def test_entries_and_transfers_in_a_loop(office):
    office.run(LOOP, killed=True)
    found = office.look()
    assert found["entries"] >= 29
    assert found["transfers"] % 2 == 0
    # The next writer goes on where the killed one stopped.
    office.run(TRANSFER, killed=False)
    assert office.look()["entries"] == found["entries"] + 2


@pytest.mark.parametrize(
    ("code", "at"),
    [
        (TRANSFER, ("funds.ledger", "insert")),
        (TRANSFER, ("funds.ledger", "keep_holdings")),
        (CLOSE, ("funds.closing", "close")),
        (PAY, ("funds.awards.approving", "post_entry")),
        (PAY, ("funds.awards.approving", "change_awards")),
    ],
    ids=["half a transfer", "a transfer", "a closing", "a payment", "a hand-over"],
)
def test_nothing_is_half_done_and_the_second_try_does_all(office, code, at):
    before = office.look()
    office.run(code, killed=True, at=at)
    assert office.look() == before
    office.run(code, killed=False)
    after = office.look()
    expected = {
        TRANSFER: before | {"entries": before["entries"] + 2, "transfers": before["transfers"] + 2},
        CLOSE: before | {"closings": (1, 3)},
        PAY: before | {"entries": before["entries"] + 1, "paid": RECIPIENTS},
    }
    assert after == expected[code]


def test_a_file_of_entries(office, monkeypatch):
    monkeypatch.setattr(batches, "BACKGROUND_BYTES", 1)
    monkeypatch.setattr(batches, "BACKGROUND_ROWS", 1)
    lines = [f"Q1,2024-03-{number % 28 + 1:02},in,donation,{number + 1},V{number}" for number in range(ROWS)]
    text = "\n".join(["fund_code,date,direction,category,amount,voucher_number", *lines])
    with office.entered():
        facts = {"user": User.objects.get(username="nap")}
        file = ContentFile(text.encode(), "thu.csv")
        batches.upload_spreadsheet(kind="fund_entries", file=file, name="thu.csv", **facts)
    office.run(IMPORT, killed=False)
    before = office.look()
    with office.entered():
        batches.request_apply(batch=ImportBatch.objects.get(), **facts)
    office.run(IMPORT, killed=True, at=("funds.ledger", "keep_holdings"))
    assert office.look() == before
    # Another worker, which knows itself to be alone, takes the job up again.
    office.run(IMPORT.replace('"--until-empty"', '"--until-empty", "--alone"'), killed=False)
    assert office.look() == before | {"entries": before["entries"] + ROWS}
    with office.entered():
        batch = ImportBatch.objects.get()
        assert (batch.status, batch.counts["new"]) == (ImportBatch.Status.APPLIED, ROWS)
        assert Entry.objects.filter(batch_id=batch.pk).count() == ROWS
        assert Entry.objects.filter(date=date(2024, 3, 28), fund__code="Q1").count() == ROWS // 28
