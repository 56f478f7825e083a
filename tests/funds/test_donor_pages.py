"""Pages of campaigns, promises and donors, as a secretary and a treasurer use them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from funds.ledger import reverse_entry
from funds.models import Campaign, Category, DifferentParties, Entry, Party, Pledge
from funds.parties import NO_NAME
from organizations.models import Role
from tests.conftest import appoint
from tests.funds.books import DAY, account_of, fund_of, income
from tests.funds.donors import as_counted, campaign_of, donor, pledge_of
from tests.funds.test_views import address, sign_in, typed, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1_000_000)


@pytest.fixture
def secretary(cast, client):
    return sign_in(client, cast.secretary)


@pytest.fixture
def treasurer(cast, client):
    return sign_in(client, appoint("treasurer", cast.first, Role.TREASURER))


def test_a_campaign_is_opened_shown_and_corrected(secretary, fund):
    posted = {"name": "Tết khuyến học", "starts_on": "01/01/2024", "ends_on": "", "target": "50 triệu"}
    page = secretary.post(address("campaign_create", fund.code), posted, follow=True)
    assert "Đã lưu đợt vận động “Tết khuyến học”, mục tiêu 50.000.000 đồng." in words(page)
    assert "Chưa ghi khoản ủng hộ nào" in words(page)
    campaign = Campaign.objects.get()
    changed = posted | {"target": "60 triệu", "reason": "Họp ban"}
    secretary.post(address("campaign_edit", campaign.pk), changed)
    assert campaign.history.first().history_change_reason == "Họp ban"
    wrong = posted | {"ends_on": "01/12/2023"}
    assert "Ngày kết thúc phải từ ngày bắt đầu" in words(secretary.post(address("campaign_edit", campaign.pk), wrong))
    again = secretary.post(address("campaign_create", fund.code), posted)
    assert "đã có đợt vận động mang tên này" in words(again)
    # The very same, pressed twice, leads to what the first press made.
    twice = secretary.post(address("campaign_create", fund.code), changed)
    assert twice.url == campaign.get_absolute_url()
    assert Campaign.objects.get().target == 60_000_000


def test_a_campaign_shows_how_far_it_is(secretary, fund, cast):
    campaign = campaign_of(fund, target=2_000_000)
    pledge = pledge_of(fund, donor(cast.first, "Lò Thị Hà"), 900_000, campaign=campaign)
    income(fund, 600_000, party=pledge.party, pledge=pledge, campaign=campaign)
    income(fund, 100_000, kind="in_kind", purpose="Sách", party=donor(cast.first, "Cà Văn An"), campaign=campaign)
    income(fund, 50_000, campaign=campaign)
    page = secretary.get(campaign.get_absolute_url())
    text = words(page)
    for said in ("750.000 đồng đạt 37,5% mục tiêu", "còn chờ 300.000 đồng", "Lò Thị Hà", "Không ghi người ủng hộ"):
        assert said in text
    assert page.context["chart"].rows[0] == ("Đã nhận", "750.000 đồng")
    assert "750.000" in words(secretary.get(address("campaign_list")))
    assert "Tết khuyến học" in words(secretary.get(address("fund_detail", fund.code)))


def test_a_viewer_sees_sums_but_only_public_names(cast, client, fund):
    campaign = campaign_of(fund)
    pledge_of(fund, donor(cast.first, "Lời Hứa Kín"), campaign=campaign)
    income(fund, 500, party=donor(cast.first, "Lò Văn Kín", anonymous=True), campaign=campaign)
    income(fund, 400, party=donor(cast.first, "Bé Lặng", kind="child"), campaign=campaign)
    income(fund, 300, party=donor(cast.first, "Quàng Văn Thầm"), campaign=campaign)
    income(fund, 200, party=donor(cast.first, "Công ty Cà phê", named=True), campaign=campaign)
    text = words(sign_in(client, cast.viewer).get(campaign.get_absolute_url()))
    # The child's and that of whoever said nothing; who does not want to be named is called so.
    assert text.count("(không nêu tên)") == 2
    assert text.count("trẻ em (không nêu tên)") == text.count("không muốn nêu tên") == 1
    assert "Công ty Cà phê" in text
    for name in ("Lò Văn Kín", "Bé Lặng", "Quàng Văn Thầm", "Lời Hứa Kín"):
        assert name not in text
    assert "funds/parties" not in client.get(campaign.get_absolute_url()).content.decode().split("<main", 1)[1]


def promised(**facts):
    posted = {"party_name": "Công ty Cà phê", "amount": "2 triệu", "things": "", "pledged_on": "01/02/2024"}
    return posted | {"due_on": "", "campaign": "", "party_kind": "organization", "party_address": ""} | facts


def test_a_promise_is_written_once_and_kept_by_a_receipt(treasurer, fund):
    campaign = campaign_of(fund)
    page = address("pledge_create", fund.code)
    assert treasurer.get(f"{page}?campaign={campaign.pk}").context["form"]["campaign"].value() == campaign.pk
    posted = promised(campaign=campaign.pk)
    done = treasurer.post(page, posted, follow=True)
    pledge = Pledge.objects.get()
    assert "Đã lưu lời hứa 2.000.000 đồng của Công ty Cà phê." in words(done)
    # Pressed twice, the second press leads to what the first one wrote.
    assert treasurer.post(page, posted | {"party": pledge.party_id}).url == pledge.get_absolute_url()
    assert Pledge.objects.count() == 1
    # The receipt begins with what was promised.
    form = treasurer.get(done.context["book_url"]).context["form"]
    assert (form["amount"].value(), form["party_name"].value()) == ("2.000.000", "Công ty Cà phê")
    facts = {"amount": "1,5 triệu", "party_name": "Công ty Cà phê", "party": pledge.party_id}
    tied = typed(fund, pledge=pledge.pk, campaign="", **facts)
    receipt = address("entry_create", fund.code, "in")
    first, second = treasurer.post(receipt, tied), treasurer.post(receipt, tied)
    assert first.url == second.url
    entry = Entry.objects.get(pledge=pledge)
    assert (entry.campaign, entry.party, as_counted(pledge).rest) == (campaign, pledge.party, 500_000)
    assert "Đã nhận một phần" in words(treasurer.get(pledge.get_absolute_url()))


def test_the_same_receipt_sent_twice_keeps_a_promise_once(treasurer, fund, cast):
    pledge = pledge_of(fund, donor(cast.first, "Lò Thị Hà"), 500_000)
    receipt, tied = address("entry_create", fund.code, "in"), typed(fund, pledge=pledge.pk)
    assert treasurer.post(receipt, tied).url == treasurer.post(receipt, tied).url
    assert Entry.objects.get(pledge=pledge).party == pledge.party
    other = treasurer.post(receipt, tied | {"amount": "1.000"})
    assert "Lời hứa này đã nhận đủ" in words(other)
    assert str(pledge.pk) not in dict(treasurer.get(receipt).context["form"].fields["pledge"].widget.choices)
    reverse_entry(entry=Entry.objects.get(pledge=pledge), date=DAY, reason="Nhầm", user=None)
    assert str(pledge.pk) in dict(treasurer.get(receipt).context["form"].fields["pledge"].widget.choices)


def test_a_campaign_is_only_for_gifts_and_a_thing_says_what_it_is(treasurer, fund):
    campaign, receipt = campaign_of(fund), address("entry_create", fund.code, "in")
    refused = treasurer.post(receipt, typed(fund, code="interest", campaign=campaign.pk))
    assert "Chỉ mục vận động, ủng hộ" in words(refused)
    in_kind = typed(fund, account=account_of(fund, "in_kind").pk)
    assert "Hãy ghi hiện vật là gì" in words(treasurer.post(receipt, in_kind))
    treasurer.post(receipt, in_kind | {"purpose": "50 cặp sách"})
    assert Entry.objects.gifts().get().purpose == "50 cặp sách"
    begun = treasurer.get(f"{receipt}?campaign={campaign.pk}").context["form"]
    assert begun["campaign"].value() == campaign.pk
    assert Category.objects.get(pk=begun["category"].value()).nature == "donation"


def test_a_promise_is_given_up_resumed_and_filtered(secretary, fund, cast):
    pledge = pledge_of(fund, donor(cast.first, "Lò Thị Hà"), 500_000, things="20 cặp sách", due_on=date(2024, 3, 1))
    assert "Quá hẹn" in words(secretary.get(address("pledge_list", state="late")))
    page = address("pledge_give_up", pledge.pk)
    assert "chưa nhận khoản nào" in words(secretary.get(page))
    assert "reason" in secretary.post(page, {"day": "01/06/2024", "reason": ""}).context["form"].errors
    done = secretary.post(page, {"day": "01/06/2024", "reason": "Chuyển đi nơi khác"}, follow=True)
    assert "từ 01/06/2024: Chuyển đi nơi khác" in words(done)
    assert "Lò Thị Hà" in words(secretary.get(address("pledge_list", state="lapsed")))
    assert "Không có lời hứa nào" in words(secretary.get(address("pledge_list", state="waiting")))
    refused = secretary.post(address("pledge_edit", pledge.pk), promised(party_name="Lò Thị Hà", party=pledge.party_id))
    assert "đã thôi chờ" in words(refused)
    assert "lại được chờ" in words(secretary.post(address("pledge_resume", pledge.pk), follow=True))
    edited = promised(party_name="Lò Thị Hà", party=pledge.party_id, amount="600.000", reason="Nghe nhầm")
    secretary.post(address("pledge_edit", pledge.pk), edited)
    assert Pledge.objects.get().amount == 600_000
    assert pledge.history.first().history_change_reason == "Nghe nhầm"


def test_a_donor_is_added_on_its_own(secretary, cast):
    page = address("party_create")
    posted = {"organization": "A.D.1", "name": "Lò Thị Hà", "kind": "person", "address": "", "phone": ""}
    posted |= {"consents_on": "01/01/2024"}
    secretary.post(page, posted)
    asked = secretary.post(page, posted)
    assert "đã có tên giống tên này" in words(asked)
    assert Party.objects.count() == 1
    secretary.post(page, posted | {"asked": "1", "confirmed": "on"})
    assert Party.objects.count() == 2
    nameless = posted | {"name": "", "consents_on": ""}
    assert "Hãy ghi tên" in words(secretary.post(page, nameless))
    for _ in range(2):
        secretary.post(page, nameless | {"anonymous": "on"})
    assert Party.objects.filter(name=NO_NAME, anonymous=True).count() == 2
    assert "Không có đơn vị này" in words(secretary.post(page, posted | {"organization": "A.D.2"}))


def test_duplicates_are_merged_or_told_apart(secretary, fund, cast):
    kept, merged = donor(cast.first, "Lò Thị Hà"), donor(cast.first, "Lo Thi Ha", phone="0912345678")
    income(fund, 300, party=kept)
    income(fund, 500, party=merged)
    assert "Thấy 1 cặp" in words(secretary.get(address("party_duplicates")))
    page = address("party_merge", kept.pk, merged.pk)
    form = secretary.get(page).context["form"]
    assert set(form.fields) == {"seen", "name", "phone"}
    assert form["phone"].value() == "merged"
    seen = form["seen"].value()
    stale = secretary.post(page, {"seen": "0-0", "name": "kept", "phone": "merged"})
    assert "vừa được sửa" in words(stale)
    done = secretary.post(page, {"seen": seen, "name": "kept", "phone": "merged"}, follow=True)
    text = words(done)
    assert "Đã gộp vào đây: Lo Thi Ha." in text
    assert "Quỹ KH : 800 đồng" in text or "Quỹ KH: 800 đồng" in text
    assert "Dòng này đã gộp vào Lò Thị Hà" in words(secretary.get(address("party_detail", merged.pk)))
    # The voucher names the row that was kept.
    entry = Entry.objects.get(amount=500)
    assert "Lò Thị Hà" in words(secretary.get(entry.get_absolute_url()))
    assert secretary.get(page).status_code == 404
    twin = donor(cast.first, "Lò Thị Hà")
    different = secretary.post(address("party_different", kept.pk, twin.pk), {"unit": "A.D.1"}, follow=True)
    assert "là hai bên khác nhau" in words(different)
    assert DifferentParties.objects.count() == 1


@pytest.mark.parametrize("name", ["campaign_list", "pledge_list", "gratitude", "campaign_detail", "party_detail"])
def test_queries_do_not_grow_with_rows(name, secretary, fund, cast):
    campaign, giver = campaign_of(fund), donor(cast.first, "Người đầu")

    def add(number):
        for place in range(number):
            person = donor(cast.first, f"Người {number} {place}")
            income(fund, 10, party=person, campaign=campaign)
            campaign_of(fund, f"Đợt {number} {place}")
            pledge = pledge_of(fund, giver, campaign=campaign, pledged_on=date(2024, 2, 1 + place))
            income(fund, 10, party=giver, campaign=campaign, pledge=pledge)

    arguments = {"gratitude": [fund.code], "campaign_detail": [campaign.pk], "party_detail": [giver.pk]}
    page = address(name, *arguments.get(name, []))

    def queries():
        secretary.get(page)
        with CaptureQueriesContext(connection) as caught:
            secretary.get(page)
        return len(caught)

    add(1)
    few = queries()
    add(10)
    assert queries() == few


def test_a_category_that_is_a_gift_by_nature_takes_campaigns_too(treasurer, fund):
    other = Category.objects.create(code="gala", name="Đêm gây quỹ", direction="in", nature="donation")
    campaign = campaign_of(fund)
    treasurer.post(address("entry_create", fund.code, "in"), typed(fund, category=other.pk, campaign=campaign.pk))
    assert Entry.objects.get(campaign=campaign).category == other
