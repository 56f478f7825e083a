"""Takes the pictures of the guides anew, on the demonstration: `make guide`.

Starts a server on a database of its own, walks through the pages as the demonstration's people, and writes hinh/*.png.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PICTURES = FOLDER / "hinh"
PASSWORD = "khuyen-hoc-son-la"  # noqa: S105 (of the demonstration's accounts, printed on the sign-in page)
PHONE, PC = {"width": 390, "height": 720}, {"width": 1280, "height": 800}
FORM = "/reports/SL.TP.CHIENGDEN/2022-Q1/"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def manage(environment, *arguments):
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


class Visitor:
    """One of the demonstration's people at a phone or a PC."""

    def __init__(self, browser, address, name, size):
        self.context = browser.new_context(viewport=size, locale="vi-VN")
        self.address = address
        self.page = self.context.new_page()
        self.open("/accounts/login/")
        self.page.get_by_label("Tên đăng nhập").fill(name)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_load_state("networkidle")

    def open(self, path):
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")

    def take(self, name, path=None):
        """A picture of the window, after going to ``path`` if there is one."""
        if path:
            self.open(path)
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=PICTURES / f"{name}.png")


def secretary(visitor):
    """From the task to the receipt on a phone."""
    page = visitor.page
    visitor.take("thu-ky-1")
    page.get_by_role("link", name="Nhập báo cáo").first.click()
    page.wait_for_load_state("networkidle")
    visitor.take("thu-ky-2", f"{FORM}#nhom-2")
    row = page.locator("[data-cell='members.women']")
    row.locator(".cell-line input[type=text]").fill("9999")
    row.locator(".cell-line input[type=text]").press("Enter")
    page.locator("#save-state", has_text="Đã lưu").wait_for()
    row.scroll_into_view_if_needed()
    visitor.take("thu-ky-3")
    row.locator(".cell-line input[type=text]").fill("850")
    row.locator(".cell-line input[type=text]").press("Enter")
    page.locator("#save-state", has_text="Đã lưu").wait_for()
    visitor.context.set_offline(True)
    row.locator(".cell-line input[type=text]").fill("851")
    page.locator("#save-state", has_text="Mất mạng").wait_for()
    page.evaluate("() => window.scrollTo(0, 0)")
    visitor.take("thu-ky-4")
    visitor.context.set_offline(False)
    page.evaluate("() => window.dispatchEvent(new Event('online'))")
    page.locator("#save-state", has_text="Đã lưu").wait_for()
    visitor.take("thu-ky-5", f"{FORM}check/")
    page.get_by_label("Các ô trống là chưa có số liệu").check()
    page.get_by_role("button", name="Nộp báo cáo").click()
    page.wait_for_load_state("networkidle")
    visitor.take("thu-ky-6")


def reviewer(visitor):
    """The city's reviewer returns a cell and accepts the rest."""
    page = visitor.page
    visitor.take("nguoi-duyet-1")
    visitor.take("nguoi-duyet-2", "/reports/review/")
    visitor.take("nguoi-duyet-3", f"{FORM}review/")
    page.locator("tbody details summary").first.click()
    page.locator("tbody details textarea").first.fill("Số này khác sổ của chi hội, đề nghị kiểm tra lại.")
    visitor.take("nguoi-duyet-4")


def office(visitor):
    """The provincial office and its leaders."""
    for name, path in {
        "van-phong-1": "/",
        "van-phong-2": "/reports/rounds/",
        "van-phong-3": "/reports/SL/2022-Q1/late/",
        "van-phong-4": "/reports/guidance/",
        "van-phong-5": "/reports/targets/",
        "lanh-dao-1": "/dashboard/",
    }.items():
        visitor.take(name, path)


def main():
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/guide.sqlite3", "DEBUG": "1"}
        environment |= {"MEDIA_ROOT": folder}
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "load_demo")
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, env=environment
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/healthz")
            with sync_playwright() as playwright:
                path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
                browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
                secretary(Visitor(browser, address, "xa", PHONE))
                reviewer(Visitor(browser, address, "huyen", PC))
                office(Visitor(browser, address, "tinh", PC))
                browser.close()
        finally:
            server.terminate()


def wait_for(address):
    for _ in range(60):
        try:
            with urlopen(address, timeout=2):  # noqa: S310 (our own server)
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The server did not start.")


if __name__ == "__main__":
    main()
