"""The pictures of mo-hinh-hoc-tap.md: one year of a branch, from ten families to a certificate that anybody checks."""

import re
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from pypdf import PdfReader

COMMUNE = "SL.TP.CHIENGDEN"
BRANCH = f"{COMMUNE}.B1"
# The day in Việt Nam, as the application reckons it.
TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
DAY = f"{TODAY:%d/%m/%Y}"
HERE = f"?unit={BRANCH}&model=family&year={TODAY.year}"
YEAR = f"/learning-models/year/{BRANCH}/family/{TODAY.year}"
FAMILIES = ["Lò Văn Mẫu", "Cà Thị Mẫu", "Quàng Văn Mẫu", "Tòng Thị Mẫu", "Lường Văn Mẫu"]
FAMILIES += ["Vì Thị Mẫu", "Hoàng Văn Mẫu", "Bạc Cầm Mẫu", "Cầm Thị Mẫu", "Lò Thị Mẫu"]
POINTS = ["25", "28", "15", "18"]
# As a national tool might write it: headings of its own, and columns that are nobody's business here.
CITIZENS = [
    ["TT", "Họ và tên công dân", "Nơi ở", "Điểm tổng", "Mã đơn vị", "Năm", "Tên đăng nhập", "Mật khẩu"],
    [1, "Lò Văn Dân", "Bản Hai", 85, f"{COMMUNE}.B2", 2022, "dan01", "không chép vào đây"],
    [2, "Cà Thị Dân", "Bản Hai", 72, f"{COMMUNE}.B2", 2022, "dan02", "không chép vào đây"],
]


def learning_models(visitor):
    """The branch's year on a phone, then what is better seen on a PC."""
    pc = visitor.beside("xa", {"width": 1280, "height": 800})
    years(pc)
    register(visitor)
    roll_forward(visitor)
    assess(visitor)
    meet(visitor)
    decide(visitor)
    numbers(visitor)
    results_of_citizens(pc)


def register(visitor):
    page = visitor.page
    visitor.take("mo-hinh-1", f"/learning-models/{HERE}")
    visitor.open(f"/learning-models/enter/{HERE}")
    page.get_by_label("Địa chỉ chung").fill("Bản Một")
    names, people = page.get_by_label("Họ tên chủ hộ"), page.get_by_label("Số người")
    for line, name in enumerate(FAMILIES):
        names.nth(line).fill(name)
        people.nth(line).fill(str(3 + line % 3))
    visitor.show(page.get_by_text("Ngày đăng ký", exact=True))
    visitor.take("mo-hinh-2")
    visitor.press("Ghi đăng ký")
    visitor.take("mo-hinh-3")


def roll_forward(visitor):
    """The demonstration's last year is 2022."""
    page = visitor.page
    visitor.open(f"/learning-models/roll-forward/unit/?unit={COMMUNE}.B2&model=family&year=2023")
    lines = page.locator("main tbody tr")
    lines.nth(0).get_by_label("Để lại").check()
    lines.nth(1).get_by_label("Đã rời đi").check()
    visitor.take("mo-hinh-4")
    visitor.press("Xem sẽ ghi gì")
    visitor.take("mo-hinh-5")
    visitor.press("Ghi")


def assess(visitor):
    page = visitor.page
    visitor.open(f"/learning-models/year/{HERE}")
    visitor.show(page.locator("main table"))
    visitor.take("mo-hinh-6")
    visitor.take("mo-hinh-7", f"{YEAR}/assessment/forms/")
    visitor.open(f"{YEAR}/assessment/")
    lines = page.locator("[data-line]")
    for line in range(lines.count()):
        inputs = lines.nth(line).locator("input[type=text]")
        for place, points in enumerate(POINTS):
            inputs.nth(place).fill("9" if line == 2 else points)
    visitor.show(page.locator("[data-grid]"))
    visitor.take("mo-hinh-8")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_load_state("networkidle")


def meet(visitor):
    page = visitor.page
    visitor.open(f"{YEAR}/meeting/")
    for label, words in [("Ngày họp", DAY), ("Nơi họp", "Nhà văn hoá bản Một"), ("Chủ trì", "Lò Văn Chủ")]:
        page.get_by_label(label).fill(words)
    visitor.take("mo-hinh-9")
    visitor.press("Lưu, nhập kết quả bình xét")
    page.get_by_label("nhất trí như tự đánh giá").check()
    visitor.show(page.get_by_label("nhất trí như tự đánh giá"))
    visitor.take("mo-hinh-10")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_load_state("networkidle")
    visitor.show(page.get_by_role("heading", name="Việc tiếp theo"))
    visitor.take("mo-hinh-11")
    visitor.press("Ghi lý do không công nhận", role="link")
    visitor.press("Ghi không công nhận")


def decide(visitor):
    """Proposed by the commune, decided, printed, checked by somebody signed out, withdrawn."""
    page = visitor.page
    visitor.open(f"/learning-models/decisions/create/?model=family&year={TODAY.year}")
    visitor.press("Lập rồi chọn tên")
    page.get_by_role("button", name=re.compile("Đưa cả")).click()
    visitor.press("Xem danh sách", role="link")
    visitor.take("mo-hinh-12")
    decision = page.url.removeprefix(visitor.address)
    visitor.press("Ghi đã đề nghị", role="link")
    page.get_by_label("Số tờ trình").fill("05/TTr-HKH")
    visitor.press("Ghi đã đề nghị")
    visitor.press("Ghi ban hành", role="link")
    page.get_by_label("Số quyết định").fill("12/QĐ-UBND")
    page.get_by_label("Tôi đã đối chiếu").check()
    visitor.show(page.get_by_text("Số quyết định", exact=True))
    visitor.take("mo-hinh-13")
    visitor.press("Ghi ban hành")
    visitor.press("Giấy chứng nhận", role="link")
    visitor.take("mo-hinh-14")
    paper = page.locator("main tbody a[href$='.pdf']").first.get_attribute("href")
    content = visitor.context.request.get(visitor.address + paper).body()
    code = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{2}", PdfReader(BytesIO(content)).pages[0].extract_text())[0]
    passer_by = visitor.beside(None, page.viewport_size)
    passer_by.take("mo-hinh-15", f"/public/certificates/{code.replace('-', '')}/")
    visitor.open(decision)
    withdraw(visitor)
    passer_by.take("mo-hinh-16", f"/public/certificates/{code.replace('-', '')}/")


def withdraw(visitor):
    page = visitor.page
    visitor.press("Thu hồi danh hiệu", role="link")
    page.get_by_label("Lý do thu hồi").fill("Kê khai không đúng")
    visitor.press("Lập rồi chọn tên")
    page.get_by_label("Chọn Bạc Cầm Mẫu").check()
    visitor.press("Đưa những tên đã chọn vào danh sách")
    visitor.press("Xem danh sách", role="link")
    visitor.press("Ghi ban hành", role="link")
    page.get_by_label("Số quyết định").fill("15/QĐ-UBND")
    page.get_by_label("Tôi đã đối chiếu").check()
    visitor.press("Ghi ban hành")


def numbers(visitor):
    """Registered without names."""
    page = visitor.page
    visitor.open(f"/learning-models/counts/create/?organization={COMMUNE}&model=family&year={TODAY.year}")
    page.get_by_label("Số lượng").fill("1.070")
    visitor.show(page.get_by_text("Mô hình", exact=True))
    visitor.take("mo-hinh-17")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")


def years(visitor):
    visitor.open(f"/learning-models/units/{COMMUNE}/")
    visitor.show(visitor.page.locator("#mo-hinh-family"))
    visitor.take("mo-hinh-18")


def results_of_citizens(visitor):
    page = visitor.page
    visitor.upload("cong-dan.xlsx", citizens(), kind="citizens", until="Chọn lại cột")
    visitor.press("Chọn lại cột", role="link")
    visitor.show(page.get_by_role("heading", name="Các cột trong tệp"))
    visitor.take("mo-hinh-19")


def citizens() -> bytes:
    book = Workbook()
    for line in CITIZENS:
        book.active.append(line)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
