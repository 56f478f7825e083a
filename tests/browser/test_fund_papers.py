"""The papers of a fund, as a treasurer finds and prints them."""

from datetime import date

import pytest

from funds.models import Campaign
from funds.parties import enter_party
from organizations.models import Organization, Role
from tests.factories import AppointmentFactory, UserFactory
from tests.funds.books import fund_of, income
from tests.funds.prizes import given

pytestmark = pytest.mark.django_db(transaction=True)

UNIT = "SL.TP.CHIENGDEN"
YEAR = "first=01/01/2024&last=31/12/2024"


@pytest.fixture
def fund(nobody):
    commune = Organization.objects.get(code=UNIT)
    treasurer = UserFactory(username="giuquy")
    for role in (Role.TREASURER, Role.SECRETARY):
        AppointmentFactory(user=treasurer, organization=commune, role=role)
    fund = fund_of(commune, "CHIENGDEN-KH", name="Quỹ Khuyến học xã Chiềng Đen", bank=20_000_000, principal=15_000_000,
                   endowment=True)  # fmt: skip
    Campaign.objects.create(fund=fund, name="Xuân 2024", starts_on=date(2024, 1, 1))
    donor = enter_party(organization=commune, name="Công ty Cà phê Sơn La", user=None)
    income(fund, 3_500_000, purpose="Ủng hộ đầu năm học", party=donor)
    income(fund, 800_000, kind="in_kind", purpose="Sách vở")
    given(commune, on=date(2024, 5, 1))
    given(commune, on=date(2024, 5, 2), amount=None)
    return fund


def test_a_treasurer_prints_a_receipt(person, fund):
    person.come_as("giuquy")
    entry = fund.entries.get(amount=3_500_000)
    person.open(entry.get_absolute_url())
    person.look("paper-entry")
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name="Tải phiếu (PDF)").click()
    assert download.value.suggested_filename == "phieu-thu-0001-2024-CHIENGDEN-KH.pdf"
    person.page.get_by_role("link", name="In phiếu").click()
    person.page.wait_for_load_state("networkidle")
    assert "Ba triệu năm trăm nghìn đồng" in person.words()
    person.look("paper-voucher")
    person.page.get_by_role("link", name="Quay lại").click()
    assert "print" not in person.page.url


PAGES = {
    "fund": "/funds/CHIENGDEN-KH/",
    "vouchers": f"/funds/CHIENGDEN-KH/vouchers/?{YEAR}",
    "settings": "/funds/CHIENGDEN-KH/paper-settings/",
    "book": f"/funds/CHIENGDEN-KH/book/?{YEAR}",
    "book-file": f"/funds/CHIENGDEN-KH/book/pdf/?{YEAR}",
    "statement": f"/funds/entries/statement/?fund=CHIENGDEN-KH&{YEAR}",
    "statement-print": f"/funds/entries/statement/?fund=CHIENGDEN-KH&{YEAR}&print=1",
    "donors": f"/funds/parties/donors/?{YEAR}",
    "given": f"/funds/awards/given/?{YEAR}",
}


def test_the_pages_of_papers_are_sound(person, fund, monkeypatch):
    monkeypatch.setattr("funds.documents.listing.AT_ONCE", {"pdf": 0, "xlsx": 0})
    person.come_as("giuquy")
    for name, path in PAGES.items():
        assert person.open(path).status == 200
        person.look(f"paper-{name}")
