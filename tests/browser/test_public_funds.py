"""The public page of a fund, and awards from the nomination to the results, on a phone and on a PC."""

from datetime import date

import pytest

from funds.ledger import category, post_entry
from funds.models import Award, Campaign, Entry, Fund
from funds.parties import enter_party
from organizations.models import Organization, Role
from tests.factories import AppointmentFactory, UserFactory
from tests.funds.books import account_of, fund_of, income

pytestmark = pytest.mark.django_db(transaction=True)
UNIT = "SL.TP.CHIENGDEN"
AGREED = date(2024, 1, 1)
PEOPLE = {
    "thuky": [Role.SECRETARY],
    "giuquy": [Role.TREASURER],
    "duyet": [Role.REVIEWER],
    "quanly": [Role.MANAGER, Role.REVIEWER],
}


@pytest.fixture
def fund(nobody):
    commune = Organization.objects.get(code=UNIT)
    for name, roles in PEOPLE.items():
        user = UserFactory(username=name)
        for role in roles:
            AppointmentFactory(user=user, organization=commune, role=role)
    fund = fund_of(commune, "CHIENGDEN", name="Quỹ Khuyến học xã Chiềng Đen", cash=50_000_000)
    campaign = Campaign.objects.create(fund=fund, name="Tết khuyến học", starts_on=AGREED, target=10_000_000)
    donor = enter_party(
        organization=commune, name="Công ty Cà phê Sơn La", kind="organization", consents_on=AGREED, user=None
    )
    income(fund, 3_500_000, party=donor, campaign=campaign)
    income(fund, 800_000, kind="in_kind")
    today = Fund.objects.get(code="CHIENGDEN").opened_on.replace(year=2025)
    post_entry(account=account_of(fund), category=category("award"), date=today, amount=200_000, user=None)
    return fund


def test_a_manager_publishes_the_page_and_anybody_reads_it(person, fund):
    person.come_as("quanly")
    person.open(f"/funds/{fund.code}/")
    person.page.get_by_role("link", name="Trang công khai").first.click()
    person.look("public-preview")
    assert "chưa công khai" in person.words()
    person.press("Công khai trang này")
    assert "không cần đăng nhập" in person.words()
    person.look("public-switched-on")
    person.context.clear_cookies()
    person.open(f"/public/funds/{fund.code}/")
    assert "Công ty Cà phê Sơn La" in person.words()
    assert "Đăng xuất" not in person.words()
    assert person.context.cookies() == []
    person.look("public-fund")
    person.open("/public/funds/")
    person.look("public-funds")
    person.page.get_by_role("link", name="Quỹ Khuyến học xã Chiềng Đen").click()
    assert "Tết khuyến học" in person.words()


def test_an_address_without_a_page_says_so(person, fund):
    response = person.open(f"/public/funds/{fund.code}/")
    assert response.status == 404
    assert "Không có trang công khai này" in person.words()
    # The browser reports every 404.
    person.faults.clear()
    person.look("public-missing")


def test_thirty_five_scholarships_from_the_nomination_to_the_ledger(person, fund):
    person.come_as("thuky")
    person.open("/funds/awards/")
    person.look("awards-programmes")
    person.page.get_by_role("link", name="Lập chương trình").first.click()
    person.page.get_by_label("Tên chương trình").fill("Học bổng vượt khó")
    person.page.get_by_label("Đối tượng").select_option("scholarship")
    person.page.get_by_label("Mức một suất").fill("1 triệu")
    person.page.get_by_label("Chi từ quỹ").select_option(label="Quỹ Khuyến học xã Chiềng Đen")
    person.look("awards-create")
    person.press("Lưu")
    person.page.get_by_role("link", name="Đề cử", exact=True).first.click()
    person.page.get_by_text("Dán nhiều dòng từ Excel").click()
    rows = "\n".join(f"{place}\tLò Văn {place}\t2012\tTHCS Chiềng Đen\t1" for place in range(1, 36))
    person.page.get_by_label("Các dòng đã sao chép").fill(rows)
    person.look("awards-pasted")
    person.press("Điền vào bảng bên dưới")
    person.look("awards-nominate")
    person.press("Ghi đề cử")
    assert "Đã đề cử 35 dòng. Chờ hai người duyệt." in person.words()
    person.look("awards-nominated")
    programme = Award.objects.latest("pk").programme
    for name in ("duyet", "quanly"):
        person.come_as(name)
        person.open("/")
        person.look(f"awards-tasks-{name}")
        person.page.get_by_role("link", name="Xem và duyệt").first.click()
        person.press("Duyệt tất cả 35 đề cử đang chờ")
    person.look("awards-approved")
    person.come_as("giuquy")
    person.open("/")
    person.page.get_by_role("link", name="Trao và chi tiền").first.click()
    assert "35 người, 35 suất, 35.000.000 đồng" in person.words()
    person.page.get_by_label("Chi từ").select_option(index=1)
    person.look("awards-hand-over")
    person.press("Ghi đã trao và chi tiền")
    assert Entry.objects.get(category__code="scholarship", fund=fund).amount == 35_000_000
    assert programme.awards.filter(state="paid").count() == 35
    person.open("/funds/awards/results/")
    person.look("awards-results")
    person.page.get_by_role("link", name="35.000.000").first.click()
    assert "35 dòng; số suất: 35; số tiền: 35.000.000 đồng" in person.words()
    person.look("awards-given")


def test_what_was_decided_on_paper_is_recorded_and_paid_in_one_step(person, fund):
    person.come_as("giuquy")
    person.open("/funds/awards/given/create/")
    person.look("record-empty")
    person.page.get_by_label("Dịp trao").fill("Tổng kết năm học")
    person.page.get_by_label("Tiền từ đâu").select_option(index=1)
    person.page.get_by_label("Mức một suất").fill("200 nghìn")
    person.page.get_by_label("Họ và tên").first.fill("Lò Thị Hà")
    person.press("Ghi đã trao")
    assert "hãy ghi số và ngày quyết định" in person.words()
    assert person.page.get_by_label("Họ và tên").first.input_value() == "Lò Thị Hà"
    person.look("record-refused")
    person.page.get_by_label("Số, ngày quyết định").fill("12/QĐ-HKH ngày 05/06/2026")
    person.press("Ghi đã trao")
    assert "Đã ghi 1 dòng đã trao, chứng từ PC" in person.words()
    person.look("record-done")
    person.open("/funds/entries/?counted=spent")
    assert "Cộng: 200.000 đồng" in person.words()
    person.look("entries-behind")
