"""A real Chromium against the live server. Skipped with a plain message where there is none, but never in CI."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from accounts.models import User
from khuyenhoc import demo
from members.models import HeadCount, Member, Officer, Term
from tests.snapshot import DEMONSTRATION, Snapshot

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
PHONE, PC = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PICTURES = os.environ.get("SCREENSHOTS")
# A busy machine answers late; what is wrong stays wrong.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items):
    """Playwright runs an event loop of its own, in which Django would refuse to touch the database."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    for item in items:
        if "browser" in Path(item.fspath).parts:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: browser tests are never skipped in CI.")
        pytest.skip("No Chromium on this machine: browser tests are skipped.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Person:
    """Someone at a screen: opens pages, and looks at each with axe and for sideways scrolling."""

    def __init__(self, context, address):
        self.context = context
        self.address = address
        self.page = context.new_page()
        self.faults = []
        self.page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def open(self, path):
        """Go there; htmx has nothing under way when the page is handed over."""
        response = self.page.goto(self.address + path)
        self.page.locator(".htmx-request").first.wait_for(state="detached")
        return response

    def come_as(self, username):
        """The session that signing in leaves behind; the form itself is tried in test_pages.py."""
        client = Client()
        client.force_login(User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.address}])

    def sign_in(self, username, password=demo.PASSWORD):
        self.open("/accounts/login/")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.page.get_by_label("Mật khẩu").fill(password)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_load_state("networkidle")

    def press(self, name):
        """The first button of that name, and whatever it sets going."""
        self.page.get_by_role("button", name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def follow(self, name):
        """The first link of that name, to wherever it leads."""
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def words(self):
        """What the page says, on one line; a click only waits until the next page begins to come."""
        self.page.wait_for_load_state("load")
        return " ".join(self.page.inner_text("main").split())

    def unroll(self):
        """Make the window as high as the page: whatever the sticky bar covers is only a matter of scrolling."""
        width = self.page.viewport_size["width"]
        # The page before may have been higher, and a page is never lower than its window.
        self.page.set_viewport_size({"width": width, "height": 844})
        height = self.page.evaluate("() => document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": width, "height": min(max(height, 844), 16_000)})

    def look(self, name):
        """The page breaks no rule of WCAG 2.2 AA, does not scroll sideways and reports no error."""
        # A click returns when the next page begins to come: there may be no document yet.
        self.page.wait_for_load_state("load")
        self.unroll()
        self.page.evaluate(f"() => {{ {AXE} }}")
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = self.page.evaluate("tags => axe.run({runOnly: tags}).then(result => result.violations)", tags)
        violations = [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found]
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if PICTURES:
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
        assert violations == [], name
        assert wide <= 0, f"{name} scrolls sideways"
        assert self.faults == [], name


@pytest.fixture(params=[PHONE, PC], ids=["390px", "1280px"])
def person(request, chromium, live_server, settings):
    settings.SESSION_COOKIE_SECURE = False
    context = chromium.new_context(viewport=request.param, locale="vi-VN", bypass_csp=False)
    context.set_default_timeout(15_000)
    yield Person(context, live_server.url)
    context.close()


@pytest.fixture
def sonla(transactional_db, settings, pytestconfig):
    """The demonstration, loaded as `make run` loads it; once in a process, then put back as it was."""
    if DEMONSTRATION in pytestconfig.stash:
        pytestconfig.stash[DEMONSTRATION].put_back()
    else:
        settings.DEBUG = True
        call_command("load_demo")
        settings.DEBUG = False
        pytestconfig.stash[DEMONSTRATION] = Snapshot()
    if connection.vendor == "postgresql":
        # The planner may have looked while the tables were empty.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.fixture
def nobody(sonla):
    """The demonstration without its people: the test brings its own."""
    for model in (Officer, Term, Member, HeadCount):
        model.objects.all().delete()
