"""Takes the pictures of the guides anew, on the demonstration: `make guide`.

Starts a server on a database of its own, walks through the pages as the demonstration's people, and writes hinh/*.png.
Some parts alone: `.venv/bin/python docs/huong-dan/chup_hinh.py hoi-vien mo-hinh-hoc-tap`.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

from chup_mo_hinh import learning_models
from chup_quy import funds
from openpyxl import load_workbook
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PICTURES = FOLDER / "hinh"
PASSWORD = "khuyen-hoc-son-la"  # noqa: S105 (of the demonstration's accounts, printed on the sign-in page)
PHONE, PC = {"width": 390, "height": 720}, {"width": 1280, "height": 800}
COMMUNE = "SL.TP.CHIENGDEN"
FORM = f"/reports/{COMMUNE}/2022-Q1/"
# Six lines of a list as a commune might send it; three of them are wrong.
NEWCOMERS = [
    {"Mã đơn vị": f"{COMMUNE}.B3", "Họ và tên": "Lò Thị Mẫu", "Năm sinh": 1971, "Giới tính": "nữ"},
    {"Mã đơn vị": f"{COMMUNE}.B3", "Họ và tên": "Quàng Văn Mẫu", "Ngày sinh": "31/02/1960", "Giới tính": "nam"},
    {"Mã đơn vị": f"{COMMUNE}.B3", "Họ và tên": "Cà Thị Mẫu", "Năm sinh": 1980, "Giới tính": "nữ"},
    {"Mã đơn vị": f"{COMMUNE}.B9", "Họ và tên": "Tòng Văn Mẫu", "Năm sinh": 1966, "Giới tính": "nam"},
    {"Mã đơn vị": f"{COMMUNE}.B3", "Họ và tên": "Lường Văn Mẫu", "Năm sinh": 1958, "Giới tính": "nam"},
    {"Mã đơn vị": f"{COMMUNE}.B3", "Họ và tên": "Vì Thị Mẫu", "Năm sinh": 1975, "Giới tính": "gái"},
]
CORRECTIONS = {"Quàng Văn Mẫu": ("Ngày sinh", "28/02/1960"), "Tòng Văn Mẫu": ("Mã đơn vị", f"{COMMUNE}.B3")}
CORRECTIONS["Vì Thị Mẫu"] = ("Giới tính", "nữ")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def manage(environment, *arguments):
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


class Visitor:
    """One of the demonstration's people at a phone or a PC; without a name: somebody who never signs in."""

    def __init__(self, browser, address, name, size):
        self.context = browser.new_context(viewport=size, locale="vi-VN")
        self.address = address
        self.page = self.context.new_page()
        if name:
            self.sign_in(name)

    def beside(self, name, size):
        """Another visitor of the same pages."""
        return Visitor(self.context.browser, self.address, name, size)

    def sign_in(self, name):
        self.open("/accounts/login/")
        self.page.get_by_label("Tên đăng nhập").fill(name)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.wait_for_load_state("networkidle")

    def open(self, path):
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")

    def press(self, name, role="button"):
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def upload(self, name, content, *, kind="members", until="2. Xem kết quả kiểm tra"):
        self.open(f"/spreadsheets/create/?kind={kind}")
        file = {"name": name, "mimeType": XLSX, "buffer": content}
        self.page.get_by_label("Tệp", exact=True).set_input_files(file)
        self.press("Kiểm tra tệp")
        # Whatever is checked in the background comes by itself.
        self.page.get_by_text(until).first.wait_for()

    def show(self, locator):
        """Bring the place to the top of the window, below the bar."""
        locator.first.evaluate("(place) => window.scrollTo(0, place.getBoundingClientRect().top + scrollY - 16)")

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


def member_register(visitor):
    """The commune's secretary and the members, on a phone."""
    page = visitor.page
    visitor.take("hoi-vien-1", "/members/")
    visitor.press("Thêm hội viên", role="link")
    page.get_by_label("Chi hội, đơn vị").select_option(f"{COMMUNE}.B1")
    for number, name in enumerate(["Lò Thị Thử", "Cà Văn Thử", "Tòng Thị Thử", "Quàng Văn Thử", "Lường Văn Thử"]):
        page.get_by_label("Họ và tên").fill(name)
        page.get_by_label("nữ" if "Thị" in name else "nam", exact=True).check()
        page.get_by_label("Ngày sinh hoặc năm sinh").fill(str(1960 + number))
        if not number:
            page.get_by_label("Vào Hội ngày").fill("01032022")
            page.evaluate("() => window.scrollTo(0, 0)")
            visitor.take("hoi-vien-2")
        visitor.press("Ghi và thêm người tiếp theo" if number < 4 else "Ghi hội viên")
    visitor.take("hoi-vien-3")
    visitor.press("Chuyển sinh hoạt", role="link")
    page.get_by_label("Đến đơn vị").select_option(f"{COMMUNE}.B2")
    page.get_by_label("Từ ngày").fill("01/06/2022")
    visitor.show(page.get_by_label("Đến đơn vị"))
    visitor.take("hoi-vien-4")
    visitor.press("Chuyển sinh hoạt")
    visitor.open("/members/duplicates/")
    visitor.show(page.locator("main .card"))
    visitor.take("hoi-vien-5")
    visitor.press("Xem và gộp", role="link")
    visitor.take("hoi-vien-6")
    visitor.press("Gộp thành một")
    for name, path, place in [
        ("hoi-vien-7", "/members/head-counts/", "main table"),
        ("hoi-vien-8", f"/members/registers/{COMMUNE}/", None),
        ("hoi-vien-9", f"/members/officers/?unit={COMMUNE}", "main table"),
        ("hoi-vien-10", f"/members/papers/?unit={COMMUNE}.B1", None),
        ("hoi-vien-11", "/spreadsheets/export/members/", "main .notice"),
    ]:
        visitor.open(path)
        if place:
            visitor.show(page.locator(place))
        visitor.take(name)


def list_of_members(visitor):
    """A list with three wrong lines: refused, given back, corrected, taken in, undone."""
    page = visitor.page
    template = visitor.context.request.get(f"{visitor.address}/spreadsheets/template/members.xlsx").body()
    visitor.upload("hoi-vien-moi.xlsx", with_lines(template, NEWCOMERS))
    visitor.take("nhap-hoi-vien-1")
    visitor.show(page.get_by_role("heading", name="Dòng bị từ chối"))
    visitor.take("nhap-hoi-vien-2")
    visitor.press("Chỉ ghi 3 dòng đúng")
    given_back = page.get_by_role("link", name="Tải các dòng bị từ chối").get_attribute("href")
    refused = visitor.context.request.get(visitor.address + given_back).body()
    visitor.upload("hoi-vien-moi-da-sua.xlsx", corrected(refused))
    visitor.take("nhap-hoi-vien-3")
    visitor.press("Ghi 3 dòng vào sổ")
    visitor.press("Hoàn tác cả tệp này", role="link")
    visitor.take("nhap-hoi-vien-4")
    visitor.press("Hoàn tác cả tệp")
    visitor.take("nhap-hoi-vien-5")


def with_lines(workbook, lines):
    """The template filled in: one row for each of ``lines``, by their headings."""
    book = load_workbook(BytesIO(workbook))
    sheet, place = first_sheet(book)
    for row, line in enumerate(lines, start=2):
        for heading, value in line.items():
            sheet.cell(row=row, column=place[heading], value=value)
    return as_bytes(book)


def corrected(workbook):
    """The refused lines with what their reasons ask for."""
    book = load_workbook(BytesIO(workbook))
    sheet, place = first_sheet(book)
    for row in range(2, sheet.max_row + 1):
        if name := sheet.cell(row=row, column=place["Họ và tên"]).value:
            heading, value = CORRECTIONS[name]
            sheet.cell(row=row, column=place[heading], value=value)
    return as_bytes(book)


def first_sheet(book):
    """The sheet and where its headings stand; those that must be filled in carry a star."""
    sheet = book.worksheets[0]
    return sheet, {str(cell.value).rstrip("*"): cell.column for cell in sheet[1]}


def as_bytes(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


# Part → who goes through it, on what.
PARTS = {
    "thu-ky": (secretary, "xa", PHONE),
    "nguoi-duyet": (reviewer, "huyen", PC),
    "van-phong": (office, "tinh", PC),
    "hoi-vien": (member_register, "xa", PHONE),
    "nhap-hoi-vien": (list_of_members, "xa", PC),
    "mo-hinh-hoc-tap": (learning_models, "xa", PHONE),
    "quy": (funds, "thuquy", PHONE),
}


def main():
    chosen = sys.argv[1:] or PARTS
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
                for part in chosen:
                    walk, name, size = PARTS[part]
                    walk(Visitor(browser, address, name, size))
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
