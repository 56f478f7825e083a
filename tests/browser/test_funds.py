"""A fund, as a treasurer keeps it on a phone and on a PC."""

from datetime import date
from types import SimpleNamespace

import pytest

from funds.closing import Counted, close_month, month_end
from funds.models import Closing, Entry
from funds.parties import enter_party
from organizations.models import Organization, Role
from tests.dues import RATE, people_of, receipt_for
from tests.factories import AppointmentFactory, UserFactory
from tests.funds.books import account_of, fund_of, income

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "SL.TP.CHIENGDEN"


@pytest.fixture
def fund(nobody):
    commune = Organization.objects.get(code=UNIT)
    treasurer = UserFactory(username="giuquy")
    AppointmentFactory(user=treasurer, organization=commune, role=Role.TREASURER)
    AppointmentFactory(user=treasurer, organization=commune, role=Role.SECRETARY)
    enter_party(organization=commune, name="Công ty Cà phê Sơn La", user=None)
    fund = fund_of(
        commune,
        "CHIENGDEN-KH",
        name="Quỹ Khuyến học xã Chiềng Đen",
        bank=20_000_000,
        principal=15_000_000,
        endowment=True,
    )
    income(fund, 3_500_000, purpose="Ủng hộ đầu năm học")
    income(fund, 800_000, kind="in_kind", purpose="Sách vở")
    return fund


def test_a_treasurer_keeps_the_book(person, fund):
    person.come_as("giuquy")
    person.open("/funds/")
    person.look("funds-list")
    person.open(f"/funds/{fund.code}/")
    person.look("fund")
    person.page.get_by_role("link", name="Ghi thu").first.click()
    person.page.get_by_label("Số tiền (đồng)").fill("1,5 triệu")
    person.page.get_by_label("Mục", exact=True).select_option(label="Vận động, ủng hộ")
    person.page.get_by_label("Người nộp, người ủng hộ").fill("ca phe son la")
    person.page.get_by_label("Ngày", exact=True).fill("12/03/2024")
    person.look("fund-entry")
    person.press("Ghi thu")
    assert "Một triệu năm trăm nghìn đồng" in person.words()
    person.look("fund-entry-asked")
    person.press("Ghi thu")
    assert "Phiếu thu PT 0003/2024" in person.words()
    person.look("fund-voucher")
    person.page.get_by_role("link", name="Sửa sai").click()
    person.page.get_by_label("Lý do").first.fill("Ghi nhầm số tiền")
    person.look("fund-reverse")
    person.press("Ghi đảo")
    assert "Bút toán đảo của PT 0003/2024" in person.words()
    person.look("fund-reversal")
    person.open(f"/funds/{fund.code}/book/?first=01/01/2024&last=31/12/2024")
    person.look("fund-book")
    assert Entry.objects.filter(fund=fund, account__kind="cash").balance() == 3_500_000
    person.open("/funds/parties/")
    person.look("fund-parties")
    person.page.get_by_role("link", name="Công ty Cà phê Sơn La").first.click()
    person.look("fund-party")


def test_money_moves_and_a_month_is_closed(person, fund):
    province = Organization.objects.get(code="SL")
    branch = Organization.objects.get(code=UNIT)
    dues = people_of(SimpleNamespace(branch=branch, province=province))
    receipt_for(branch, {dues.members[0]: RATE})
    january = month_end(fund.opened_on)
    close_month(fund=fund, last_day=january, counted={account_of(fund, "bank").pk: Counted(20_000_000)}, user=None)
    person.come_as("giuquy")
    for name in ("transfer", "dues", "opening", "closings"):
        person.open(f"/funds/{fund.code}/{name}/")
        person.look(f"fund-{name}")
    person.page.get_by_role("link", name="Khóa sổ tháng 2/2024").click()
    person.page.get_by_label("Số dư trên sao kê ngân hàng").fill("19.999.000")
    person.press("Chỉ xem chênh lệch")
    person.look("fund-month")
    person.page.get_by_label("Giải thích chênh lệch").fill("Phí ngân hàng chưa ghi")
    person.press("Khóa sổ tháng 2/2024")
    assert Closing.objects.filter(last_day=date(2024, 2, 29)).exists()
    person.page.get_by_role("link", name="Tháng 2/2024").click()
    person.look("fund-closing")
