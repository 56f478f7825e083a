"""Campaigns, promises, donors and thanks, on a phone and on a PC."""

from datetime import date

import pytest

from funds.models import Campaign, Entry, Party, Pledge
from organizations.models import Organization, Role
from tests.factories import AppointmentFactory, UserFactory
from tests.funds.books import fund_of, income
from tests.funds.donors import campaign_of, donor, pledge_of

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "SL.TP.CHIENGDEN"
FIRM = "Công ty TNHH Cà phê Sơn La"


@pytest.fixture
def fund(nobody):
    commune = Organization.objects.get(code=UNIT)
    treasurer = UserFactory(username="thuquy-quy")
    AppointmentFactory(user=treasurer, organization=commune, role=Role.TREASURER)
    AppointmentFactory(user=treasurer, organization=commune, role=Role.SECRETARY)
    return fund_of(commune, "CHIENGDEN-KH", name="Quỹ Khuyến học xã Chiềng Đen")


@pytest.fixture
def campaign(fund):
    """With gifts of a firm written twice, of one who does not want to be known, and promises in every state."""
    unit = fund.organization
    campaign = campaign_of(fund, "Tết khuyến học 2024", target=50_000_000, ends_on=date(2024, 3, 31))
    firm = donor(unit, FIRM, kind="organization", named=True, address="Tổ 3, phường Chiềng Sinh")
    twin = donor(unit, "CTY Cà Phê Sơn La", kind="organization")
    person = donor(unit, "Lò Văn Hặc", address="Bản Noong Dài", named=True)
    pledge = pledge_of(fund, firm, 20_000_000, campaign=campaign, due_on=date(2024, 3, 1))
    books = pledge_of(fund, person, 5_000_000, campaign=campaign, things="50 cặp sách học sinh")
    pledge_of(fund, donor(unit, "Quàng Thị Hương"), 1_000_000, campaign=campaign)
    income(fund, 12_000_000, party=firm, campaign=campaign, pledge=pledge)
    income(fund, 3_000_000, party=twin, campaign=campaign)
    income(fund, 5_000_000, kind="in_kind", purpose="50 cặp sách", party=person, campaign=campaign, pledge=books)
    income(fund, 2_000_000, party=donor(unit, "Nhà hảo tâm", anonymous=True), campaign=campaign)
    income(fund, 350_000, campaign=campaign)
    return campaign


def test_a_campaign_is_opened_and_a_promise_kept(person, fund):
    person.come_as("thuquy-quy")
    person.open(f"/funds/{fund.code}/")
    person.page.get_by_role("link", name="Mở đợt vận động").click()
    person.page.get_by_label("Tên đợt vận động").fill("Tết khuyến học 2024")
    person.page.get_by_label("Từ ngày").fill("01/01/2024")
    person.page.get_by_label("Mục tiêu (đồng)").fill("10 triệu")
    person.look("campaign-form")
    person.press("Lưu đợt vận động")
    person.look("campaign-new")
    person.page.get_by_role("link", name="Ghi lời hứa").click()
    person.page.get_by_label("Người hứa ủng hộ").fill(FIRM)
    person.page.get_by_label("Số tiền, hoặc trị giá hiện vật").fill("2 triệu")
    person.page.get_by_label("Ngày hứa").fill("05/02/2024")
    person.look("pledge-form")
    person.press("Lưu lời hứa")
    assert "Chưa nhận" in person.words()
    person.page.get_by_role("link", name="Ghi thu theo lời hứa").click()
    person.look("pledge-receipt")
    person.page.get_by_label("Ngày", exact=True).fill("10/02/2024")
    person.press("Ghi thu")
    if "Là ai trong sổ?" in person.words():
        person.press("Ghi thu")
    assert Entry.objects.get(pledge=Pledge.objects.get(fund=fund)).campaign == Campaign.objects.get(fund=fund)
    person.open(Pledge.objects.get(fund=fund).get_absolute_url())
    assert "Đã nhận đủ" in person.words()
    person.look("pledge-kept")


def test_donors_are_seen_merged_and_thanked(person, fund, campaign):
    person.come_as("thuquy-quy")
    for name, path in (
        ("campaigns", "/funds/campaigns/"),
        ("campaign", campaign.get_absolute_url()),
        ("pledges", "/funds/pledges/"),
        ("parties", "/funds/parties/"),
        ("party-new", "/funds/parties/create/"),
        ("fund-with-campaigns", f"/funds/{fund.code}/"),
    ):
        person.open(path)
        person.look(name)
    person.open(Pledge.objects.with_given().in_state("part").get(fund=fund).get_absolute_url())
    person.page.get_by_role("link", name="Thôi chờ").click()
    person.page.get_by_label("Lý do").fill("Công ty gặp khó khăn")
    person.look("pledge-give-up")
    person.press("Thôi chờ")
    person.look("pledge-lapsed")
    person.open("/funds/parties/duplicates/")
    person.look("party-duplicates")
    person.page.get_by_role("link", name="Xem và gộp").first.click()
    person.look("party-merge")
    person.press("Gộp thành một")
    assert "15.000.000 đồng" in person.words()
    assert Party.objects.filter(merged_into__name=FIRM).exists()
    person.look("party-merged")
    person.open(f"/funds/{fund.code}/gratitude/?campaign={campaign.pk}")
    person.look("gratitude")
    with person.page.expect_download() as caught:
        person.page.get_by_role("link", name="Thư cảm ơn (Word)").click()
    assert caught.value.suggested_filename == "thu-cam-on-CHIENGDEN-KH.docx"
