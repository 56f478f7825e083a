"""A server that is killed between the click and the answer: what was shown as saved is there, what waited arrives."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Person

SETUP = """
from accounts.models import User
from organizations.models import Appointment, Organization
user = User.objects.create_user("thu-ky", password="khuyen-hoc-son-la")
unit = Organization.objects.filter(level="commune").first()
Appointment.objects.create(user=user, organization=unit, role="secretary")
print(unit.code)
"""
CODES = ["members.total", "members.new", "members.left", "members.women", "members.party", "members.carded"]
SAVED = """
SELECT i.code, f.declared, (SELECT count(*) FROM reports_historicalfigure h
                            WHERE h.id = f.id AND h.declared = f.declared AND h.history_change_reason = 'Nhập số liệu')
FROM reports_figure f JOIN reports_indicator i ON i.id = f.indicator_id
JOIN reports_report r ON r.id = f.report_id JOIN organizations_organization o ON o.id = r.organization_id
WHERE o.code = ? AND i.code LIKE 'members.%'
"""


class Office:
    """A real server process on a database file of its own."""

    def __init__(self, folder):
        self.database = folder / "office.sqlite3"
        self.environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DEBUG": "1",
            "MEDIA_ROOT": str(folder),
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = None

    def manage(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=settings.BASE_DIR, env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.split()[-1] if done.stdout.split() else ""

    def start(self):
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(120):
            try:
                with urlopen(f"{self.address}/healthz", timeout=2) as answer:
                    assert answer.status == 200
                    return
            except OSError:
                time.sleep(0.5)
        pytest.fail("the server did not start")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def rows(self, unit):
        with sqlite3.connect(self.database) as connection:
            return {code: (value, times) for code, value, times in connection.execute(SAVED, [unit])}


@pytest.fixture
def office(tmp_path, mould):
    office = Office(tmp_path)
    mould.embedded(office.database)
    office.manage("make_province", "--units", "3", "--members", "0")
    office.start()
    yield office
    office.kill()


def test_killing_the_server_loses_nothing_and_doubles_nothing(office, chromium):
    unit = office.manage("shell", "--verbosity", "0", "--command", SETUP)
    context = chromium.new_context(viewport=PHONE, locale="vi-VN")
    context.set_default_timeout(30_000)
    person = Person(context, office.address)
    person.sign_in("thu-ky")
    person.open(f"/reports/{unit}/2022-Q1/")
    page, said = person.page, {}
    for number, code in enumerate(CODES, start=101):
        row = page.locator(f"[data-cell='{code}']")
        row.locator(".cell-line input[type=text]").fill(str(number))
        row.locator(".cell-line input[type=text]").press("Tab")
        if number % 2:
            # Sometimes the request is on its way, sometimes just answered.
            page.wait_for_timeout(120 * (number - 100))
            office.kill()
            for each in CODES:
                if "đã lưu" in page.locator(f"[data-cell='{each}'] .cell-note").first.inner_text():
                    said[each] = page.locator(f"[data-cell='{each}'] .cell-line input[type=text]").input_value()
            stored = office.rows(unit)
            assert {each: str(stored[each][0]) for each in said} == said
            office.start()
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    expect(page.locator("#save-state")).to_contain_text("Đã lưu", timeout=40_000)
    stored = office.rows(unit)
    typed = dict(zip(CODES, range(101, 107), strict=True))
    assert {code: stored[code][0] for code in CODES} == typed
    assert {code: stored[code][1] for code in CODES} == dict.fromkeys(CODES, 1)
    context.close()
