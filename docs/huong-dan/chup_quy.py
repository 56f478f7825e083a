"""The pictures of quy.md: money comes in, thirty-five scholarships go out, the month is closed, the page is public."""

import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

COMMUNE = "SL.TP.CHIENGDEN"
BRANCHES = {f"{COMMUNE}.B1": ("Chi hội bản Một", 20), f"{COMMUNE}.B2": ("Chi hội bản Hai", 15)}
FUND = f"/funds/{COMMUNE}.KH/"
PC = {"width": 1280, "height": 800}
PICTURES = Path(__file__).resolve().parent / "hinh"
# The day in Việt Nam, as the application reckons it.
TODAY = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
DAY = f"{TODAY:%d/%m/%Y}"
# A sheet of paper is read on a screen at this many dots for an inch, and the picture stays small.
DOTS = 72
SHEET = """#set page(width: auto, height: auto, margin: 0pt)
#box(stroke: 0.5pt + gray, clip: true, height: {height}, image("paper.pdf", page: {page}))
"""
RATE = {"Mức đóng một năm (đồng)": "20.000", "Áp dụng từ ngày": f"01/01/{TODAY.year}", "Chi hội giữ lại (%)": "50"}
RATE |= {"Nộp cấp xã (%)": "30", "Nộp cấp huyện (%)": "15", "Nộp cấp tỉnh (%)": "5"}
FAMILY = ["Lò", "Cà", "Quàng", "Tòng", "Lường", "Vì", "Hoàng"]
GIVEN = ["Văn An", "Thị Bình", "Văn Chung", "Thị Dung", "Văn Hoà"]
CHILDREN = [f"{family} {given} Mẫu" for family in FAMILY for given in GIVEN]


def funds(visitor):
    """The treasurer on a phone; secretary, approvers and the province on a PC."""
    receive(visitor)
    set_right(visitor)
    campaign(visitor)
    thank(visitor)
    pc = visitor.beside("thuquy", PC)
    programme = nominate(visitor.beside("xa", PC))
    approve(visitor, programme)
    hand_over(visitor, pc, programme)
    given_on_paper(visitor)
    dues(visitor)
    close(visitor)
    papers(pc)
    publish(visitor)
    feed_the_report(visitor)


def paper(visitor, name, path, height="auto", page=1):
    """A picture of a page of a PDF, or of as much of it as is ``height``."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "paper.pdf").write_bytes(visitor.context.request.get(visitor.address + path).body())
        picture = typst.compile(SHEET.format(height=height, page=page).encode(), root=folder, format="png", ppi=DOTS)
        Path(PICTURES, f"{name}.png").write_bytes(picture)


def show_field(visitor, label):
    visitor.show(visitor.page.locator("label, legend, summary", has_text=label))


def link_to(visitor, words):
    return visitor.page.get_by_role("link", name=words).first.get_attribute("href")


def write_receipt(visitor, amount, donor, purpose):
    page = visitor.page
    page.get_by_label("Số tiền (đồng)").fill(amount)
    page.get_by_label("Mục", exact=True).select_option(label="Vận động, ủng hộ")
    page.get_by_label("Người nộp, người ủng hộ").fill(donor)
    page.get_by_label("Nội dung").fill(purpose)


def receive(visitor):
    """A gift of somebody new, then one of a donor whom the book knows."""
    visitor.take("quy-1", "/funds/")
    visitor.take("quy-2", FUND)
    visitor.press("Ghi thu", role="link")
    write_receipt(visitor, "500 nghìn", "Lò Văn Mẫu", "Ủng hộ học sinh khó khăn")
    show_field(visitor, "Số tiền (đồng)")
    visitor.take("quy-3")
    visitor.press("Ghi thu")
    visitor.take("quy-4")
    paper(visitor, "quy-5", link_to(visitor, "Tải phiếu (PDF)"), height="14cm")
    visitor.open(f"{FUND}in/")
    write_receipt(visitor, "2 triệu", "Hộ kinh doanh", "Ủng hộ năm học mới")
    visitor.press("Ghi thu")
    show_field(visitor, "Người nộp, người ủng hộ")
    visitor.take("quy-6")
    visitor.page.get_by_label("Hộ kinh doanh (minh hoạ)").check()
    visitor.press("Ghi thu")


def set_right(visitor):
    """Two millions were written where two hundred thousand were given."""
    page = visitor.page
    visitor.press("Sửa sai", role="link")
    page.get_by_label("Lý do", exact=True).fill("Ghi nhầm số tiền")
    visitor.show(page.get_by_role("heading", name="Sẽ ghi"))
    visitor.take("quy-7")
    visitor.press("Ghi đảo")
    visitor.take("quy-8")
    visitor.press("Ghi lại cho đúng", role="link")
    page.get_by_label("Số tiền (đồng)").fill("200 nghìn")
    visitor.press("Ghi thu")


def campaign(visitor):
    page = visitor.page
    visitor.open(FUND)
    visitor.press("Mở đợt vận động", role="link")
    page.get_by_label("Tên đợt vận động").fill("Mùa xuân khuyến học (mẫu)")
    page.get_by_label("Từ ngày").fill(DAY)
    page.get_by_label("Mục tiêu (đồng)").fill("20 triệu")
    visitor.take("quy-9")
    visitor.press("Lưu đợt vận động")
    here = page.url.removeprefix(visitor.address)
    visitor.press("Ghi lời hứa", role="link")
    page.get_by_label("Người hứa ủng hộ").fill("Công ty Mẫu")
    page.get_by_label("Số tiền, hoặc trị giá hiện vật").fill("10 triệu")
    page.locator("details.more summary").click()
    page.get_by_label("Người mới này là").select_option(label="tổ chức, doanh nghiệp")
    show_field(visitor, "Người hứa ủng hộ")
    visitor.take("quy-10")
    visitor.press("Lưu lời hứa")
    visitor.press("Ghi thu theo lời hứa", role="link")
    page.get_by_label("Số tiền (đồng)").fill("6 triệu")
    visitor.press("Ghi thu")
    visitor.open(here)
    visitor.show(page.locator("main .tiles"))
    visitor.take("quy-11")


def thank(visitor):
    """One donor agrees to be named; letters and the board for everybody of the year."""
    page = visitor.page
    visitor.open("/funds/parties/?q=cong ty mau")
    visitor.press("Công ty Mẫu", role="link")
    visitor.press("Sửa", role="link")
    page.get_by_label("Đồng ý nêu tên từ ngày").fill(DAY)
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    visitor.open(f"{FUND}gratitude/")
    visitor.show(page.get_by_role("heading", name="Thư cảm ơn"))
    visitor.take("quy-12")
    paper(visitor, "quy-13", link_to(visitor, "Thư cảm ơn (PDF)"))
    paper(visitor, "quy-14", page.locator("a[href*='.pdf']").last.get_attribute("href"))


def nominate(visitor):
    """The address of a programme with thirty-five nominations, passed on to the commune."""
    page = visitor.page
    visitor.open("/funds/awards/")
    visitor.press("Lập chương trình", role="link")
    page.get_by_label("Tên chương trình").fill("Học bổng học sinh vượt khó (mẫu)")
    page.get_by_label("Đối tượng").select_option(label="học bổng")
    page.get_by_label("Mức một suất (đồng)").fill("300 nghìn")
    page.get_by_label("Chi từ quỹ").select_option(index=1)
    visitor.take("quy-15")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    programme = page.url.removeprefix(visitor.address)
    visitor.press("Chỉ tiêu đề cử", role="link")
    for name, portions in BRANCHES.values():
        page.get_by_label(name).fill(str(portions))
    visitor.take("quy-16")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    children = iter(CHILDREN)
    for branch, (_, portions) in BRANCHES.items():
        rows = [f"{next(children)}\t{2012 + row % 4}\tTrường Mẫu" for row in range(portions)]
        visitor.open(f"{programme}nominate/?organization={branch}")
        page.get_by_text("Dán nhiều dòng từ Excel").click()
        page.get_by_label("Các dòng đã sao chép").fill("\n".join(rows))
        if branch.endswith("1"):
            page.locator("textarea").evaluate("(text) => (text.scrollTop = 0)")
            show_field(visitor, "Dán nhiều dòng từ Excel")
            visitor.take("quy-17")
        visitor.press("Điền vào bảng bên dưới")
        visitor.press("Ghi đề cử")
    page.get_by_role("button", name="Chuyển tất cả").click()
    page.wait_for_load_state("networkidle")
    return programme


def approve(visitor, programme):
    """Two who are appointed above, one after the other."""
    for name in ("huyen", "tinh"):
        reviewer = visitor.beside(name, PC)
        reviewer.open(programme)
        if name == "huyen":
            reviewer.take("quy-18")
        reviewer.page.get_by_role("button", name="Duyệt tất cả").click()
        reviewer.page.wait_for_load_state("networkidle")


def hand_over(visitor, pc, programme):
    page = visitor.page
    pc.open(programme)
    paper(pc, "quy-19", link_to(pc, "Danh sách ký nhận (PDF)"), page=2)
    visitor.open(programme)
    visitor.press("Trao và chi tiền", role="link")
    page.get_by_label("Chi từ").select_option(index=1)
    show_field(visitor, "Chi từ")
    visitor.take("quy-20")
    visitor.press("Ghi đã trao và chi tiền")
    pc.open(f"{FUND}book/")
    pc.show(pc.page.locator("main table"))
    pc.take("quy-21")


def given_on_paper(visitor):
    page = visitor.page
    visitor.open(f"/funds/awards/given/create/?organization={COMMUNE}")
    page.get_by_label("Dịp trao").fill("Tổng kết năm học")
    page.get_by_label("Số, ngày quyết định").fill(f"05/QĐ-HKH ngày {DAY}")
    page.get_by_label("Tiền từ đâu").select_option(index=1)
    page.get_by_label("Mức một suất (đồng)").fill("100 nghìn")
    show_field(visitor, "Dịp trao")
    visitor.take("quy-22")
    page.get_by_label("Số suất").first.fill("12")
    visitor.press("Ghi đã trao")


def dues(visitor):
    """Three members pay, the hand-over is confirmed, and goes into the ledger. The demonstration has no rate yet."""
    page = visitor.page
    manager = visitor.beside("tinh", PC)
    manager.open("/members/dues/units/SL/rates/create/")
    for label, value in RATE.items():
        manager.page.get_by_label(label).fill(value)
    manager.press("Lưu mức hội phí")
    visitor.open(f"/members/dues/units/{COMMUNE}.B1/collections/create/")
    visitor.press("Mở danh sách để nhập")
    amounts = page.locator("main table input[type=text]")
    for place in range(3):
        amounts.nth(place).fill("20.000")
    page.get_by_label("Số tiền đã đếm (đồng)").fill("60.000")
    visitor.press("Lưu và chốt đợt nộp")
    visitor.press("Chốt đợt nộp")
    visitor.open(f"{FUND}dues/")
    show_field(visitor, "Vào tài khoản")
    visitor.take("quy-23")
    visitor.press("Ghi các đợt đã đánh dấu")


def close(visitor):
    """Twenty thousand are missing, which has to be explained; the level above opens the month again."""
    page = visitor.page
    visitor.open(f"{FUND}closings/month/")
    page.get_by_label("Tiền mặt đếm được (đồng)").fill("44.780.000")
    visitor.press("Chỉ xem chênh lệch")
    page.get_by_label("Giải thích chênh lệch").first.fill("Chi tiền vé xe, chưa ghi phiếu")
    visitor.show(page.locator("main form fieldset"))
    visitor.take("quy-24")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state("networkidle")
    province = visitor.beside("tinh", PC)
    province.open(f"{FUND}closings/")
    province.press("Tháng 3/2022", role="link")
    province.press("Mở lại sổ", role="link")
    province.page.get_by_label("Lý do mở lại").fill("Ghi bổ sung phiếu chi tiền vé xe")
    province.take("quy-25")


def papers(pc):
    paper(pc, "quy-26", f"{FUND}book.pdf?first=01/01/2022&last=31/03/2022")
    pc.open(f"/funds/entries/statement/?unit={COMMUNE}&first=01/01/{TODAY.year}&last={DAY}")
    pc.take("quy-27")


def publish(visitor):
    """The manager looks at it first; then anybody."""
    manager = visitor.beside("tinh", PC)
    manager.take("quy-28", f"{FUND}public/")
    manager.press("Công khai trang này")
    manager.open(f"{FUND}public/")
    address = manager.page.locator(".notice a").first.get_attribute("href")
    paper(manager, "quy-29", f"{FUND}public/poster.pdf")
    visitor.beside(None, visitor.page.viewport_size).take("quy-30", address.removeprefix(manager.address))


def feed_the_report(visitor):
    visitor.open(f"/funds/registers/{COMMUNE}/")
    visitor.page.get_by_label("Dùng sổ quỹ từ ngày").fill("01/01/2022")
    visitor.show(visitor.page.get_by_role("heading", name="dùng sổ quỹ"))
    visitor.take("quy-31")
    visitor.press("Dùng sổ quỹ")
    secretary = visitor.beside("xa", visitor.page.viewport_size)
    secretary.open(f"/reports/{COMMUNE}/2022-Q1/")
    secretary.show(secretary.page.locator("[data-cell='funds.raised']"))
    secretary.take("quy-32")
