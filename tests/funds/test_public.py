"""The public page of a fund: what it says, to whom, and when it is there at all."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import RequestCount
from core.periods import Quarter
from funds.closing import Counted, booked_on, close_month, month_end
from funds.ledger import reverse_entry
from funds.models import Campaign, Fund, Party
from funds.public.figures import figures_of, with_stamps
from funds.public.sums import Part, sums_by_year
from funds.standing import split_principal
from funds.statistics import count_flows
from tests.funds.books import DAY, account_of, expense, fund_of, income, move
from tests.funds.prizes import given

pytestmark = pytest.mark.django_db
CODE = "A.D.1-KH"
AGREED = date(2024, 1, 1)


@pytest.fixture
def fund(tree):
    return fund_of(tree.first, CODE, cash=1_000_000, bank=2_000_000, published_on=AGREED)


def donor(fund, name, **facts):
    return Party.objects.create(organization=fund.organization, name=name, **facts)


def address(code=CODE):
    return reverse("public_funds:public_fund", args=[code])


def words(response) -> str:
    return " ".join(response.content.decode().split())


def figures(fund):
    return figures_of(with_stamps(Fund.objects.filter(pk=fund.pk)).get(), timezone.localdate())


def sign_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def test_the_account_adds_up_to_what_there_is(fund, tree):
    other = fund_of(tree.first, "Q2", cash=500_000)
    income(fund, 300_000)
    income(fund, 70_000, kind="in_kind")
    income(fund, 20_000, code="interest")
    expense(fund, 150_000)
    expense(fund, 40_000, code="scholarship")
    move(account_of(fund), account_of(fund, "bank"), 100_000)
    move(account_of(other), account_of(fund), 60_000)
    reverse_entry(entry=income(fund, 999), date=DAY, reason="Nhầm", user=None)
    shown = figures(fund)
    assert (shown.raised.whole, shown.spent.whole) == (370_000, 190_000)
    assert (shown.money, shown.things) == (3_190_000, 70_000)
    *lines, last = shown.lines
    assert sum(line.whole for line in lines) == last.whole == 3_260_000
    assert sum(line.year for line in lines) == last.year == 3_260_000
    assert {line.words: line.whole for line in lines}["Chuyển từ, sang quỹ khác của Hội"] == 60_000


def test_the_years_are_all_there_and_end_with_their_balances(fund):
    this = timezone.localdate().year
    income(fund, 300_000)
    expense(fund, 100_000, on=timezone.localdate())
    years = figures(fund).years
    assert [each.year for each in years] == list(range(2024, this + 1))
    assert (years[0].raised, years[0].balance) == (300_000, 3_300_000)
    assert (years[-1].raised, years[-1].spent, years[-1].balance) == (0, 100_000, 3_200_000)


def test_years_without_entries_hold_what_was_there():
    years = sums_by_year([Part(2022, "in", "donation", "cash", False, 5)], 2024)
    assert [(each.raised, each.balance) for each in years] == [(5, 5), (0, 5), (0, 5)]


def test_only_donors_who_agreed_are_named(client, fund):
    agreed = donor(fund, "Công ty Ánh Dương", kind="organization", consents_on=AGREED)
    for party in (
        agreed,
        donor(fund, "Lò Văn Chưa", kind="person"),
        donor(fund, "Vì Thị Ẩn", anonymous=True),
        donor(fund, "Cháu Không", kind="child"),
        donor(fund, "Người Mai Sau", consents_on=timezone.localdate() + timedelta(days=1)),
        donor(fund, "Cháu Có", kind="child", consents_on=AGREED),
    ):
        income(fund, 10_000, party=party)
    income(fund, 10_000)
    income(fund, 10_000, code="dues", party=donor(fund, "Hội Viên", consents_on=AGREED))
    text = words(client.get(address()))
    for name in ("Công ty Ánh Dương", "Cháu Có"):
        assert name in text
    for name in ("Lò Văn Chưa", "Vì Thị Ẩn", "Cháu Không", "Người Mai Sau", "Hội Viên"):
        assert name not in text
    assert "Và 4 người, tổ chức khác không nêu tên" in text
    assert "1 khoản ủng hộ mà sổ không ghi tên" in text


def test_a_consent_taken_back_is_gone_at_once(client, fund):
    party = donor(fund, "Công ty Ánh Dương", consents_on=AGREED)
    income(fund, 10_000, party=party)
    assert "Công ty Ánh Dương" in words(client.get(address()))
    for changes in ({"consents_on": None}, {"anonymised_at": timezone.now()}):
        Party.objects.filter(pk=party.pk).update(**changes)
        text = words(client.get(address()))
        assert "Công ty Ánh Dương" not in text
        assert "Có 1 người, tổ chức không nêu tên" in text
        Party.objects.filter(pk=party.pk).update(consents_on=AGREED, anonymised_at=None)


def test_a_donor_written_twice_counts_once_and_a_gift_taken_back_not_at_all(client, fund):
    party = donor(fund, "Công ty Ánh Dương", consents_on=AGREED)
    income(fund, 10_000, party=party)
    income(fund, 10_000, party=donor(fund, "Cty Ánh Dương", merged_into=party, consents_on=AGREED))
    back = income(fund, 10_000, party=donor(fund, "Ghi Nhầm", consents_on=AGREED))
    reverse_entry(entry=back, date=DAY, reason="Nhầm", user=None)
    assert figures(fund).donors.named == (party.pk,)
    assert figures(fund).donors.number == 1


def test_awards_are_numbers_without_names(client, fund):
    child = donor(fund, "Lò Thị Hà", kind="child", consents_on=AGREED)
    given(fund.organization, "student", fund=fund, portions=35, amount=7_000_000, recipient=child, on=DAY)
    given(fund.organization, "student", fund=fund, portions=5, amount=None, on=DAY)
    given(fund.organization, "teacher", portions=9, amount=1, on=DAY)
    (only,) = figures(fund).awards
    assert (only.year, only.kind, only.portions, only.amount) == (2024, "học sinh, sinh viên", 40, None)
    assert "Lò Thị Hà" not in words(client.get(address()))


def test_campaigns_show_how_far_they_are(client, fund):
    campaign = Campaign.objects.create(fund=fund, name="Tết khuyến học", starts_on=AGREED, target=400_000)
    income(fund, 100_000, campaign=campaign)
    assert figures(fund).campaigns[0].percent == 25
    assert "Tết khuyến học" in words(client.get(address()))


def test_the_last_reconciliation_or_that_there_was_none(client, fund):
    assert "Quỹ chưa khóa sổ lần nào" in words(client.get(address()))
    january = month_end(fund.opened_on)
    counted = {
        account_of(fund).pk: Counted(1_000_000),
        account_of(fund, "bank").pk: Counted(1_999_000, "Phí ngân hàng"),
    }
    close_month(fund=fund, last_day=january, counted=counted, user=None)
    text = words(client.get(address()))
    assert "đến hết ngày 31/01/2024" in text
    assert "khác sổ -1.000 đồng" in text
    assert "Phí ngân hàng" not in text


def test_an_unknown_and_an_unpublished_fund_get_the_same_page(client, fund):
    fund_of(fund.organization, "KIN", cash=1)
    unknown, hidden = client.get(address("KHONG-CO")), client.get(address("KIN"))
    assert (unknown.status_code, hidden.status_code) == (404, 404)
    assert unknown.content == hidden.content
    assert unknown["Cache-Control"] == hidden["Cache-Control"] == "no-store"


def test_a_new_entry_shows_at_once_and_switching_off_too(client, fund):
    assert "3.000.000" in words(client.get(address()))
    income(fund, 1)
    assert "3.000.001" in words(client.get(address()))
    Fund.objects.filter(pk=fund.pk).update(published_on=None)
    assert client.get(address()).status_code == 404


def test_the_page_is_kept_asked_after_and_the_same_for_everybody(client, cast, fund):
    first = client.get(address())
    assert first["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in first.get("Vary", "")
    again = client.get(address(), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    sign_in(client, cast.manager)
    client.cookies.pop("csrftoken", None)
    signed_in = client.get(address())
    assert signed_in.content == first.content
    assert not signed_in.cookies
    assert not client.get(reverse("public_funds:public_fund_list")).cookies
    income(fund, 5)
    assert client.get(address(), headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_so_many_a_minute_and_no_more(client, fund):
    with patch("accounts.throttle.time.time", return_value=1_000_000.0):
        for _ in range(60):
            assert client.get(address()).status_code == 200
        assert client.get(address()).status_code == 429
    assert RequestCount.objects.get().number == 61


def test_the_number_of_queries_does_not_grow(client, fund):
    income(fund, 1)
    client.get(address())
    counted = []
    for number in (1, 10):
        for place in range(number):
            party = donor(fund, f"Người {number} {place}", consents_on=AGREED)
            campaign = Campaign.objects.create(fund=fund, name=f"Đợt {number} {place}", starts_on=AGREED)
            income(fund, 10_000, party=party, campaign=campaign)
            given(fund.organization, fund=fund, on=DAY)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address()).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]
    with CaptureQueriesContext(connection) as queries:
        client.get(address())
    assert len(queries) <= 3


def test_the_list_names_published_funds_and_narrows_to_a_unit(client, fund, tree):
    fund_of(tree.third, "A.T.1-KH", name="Quỹ Cao Sơn", published_on=AGREED)
    fund_of(tree.second, "KIN", name="Quỹ kín")
    home = reverse("public_funds:public_fund_list")
    text = words(client.get(home))
    assert fund.name in text
    assert "Quỹ Cao Sơn" in text
    assert "Quỹ kín" not in text
    east = words(client.get(f"{home}?unit=A.D"))
    assert fund.name in east
    assert "Quỹ Cao Sơn" not in east
    assert client.get(f"{home}?unit=X").status_code == 404


def test_a_manager_looks_first_and_switches_on_and_off_with_history(client, cast):
    fund = fund_of(cast.first, CODE, cash=1_000_000)
    income(fund, 5_000, party=donor(fund, "Công ty Ánh Dương", consents_on=AGREED))
    sign_in(client, cast.manager)
    page = reverse("funds:fund_publish", args=[CODE])
    assert "Công ty Ánh Dương" in words(client.get(page))
    assert client.get(address()).status_code == 404
    client.post(page, {"step": "on"})
    client.post(page, {"step": "on"})
    fund.refresh_from_db()
    assert fund.published_on == timezone.localdate()
    assert client.get(address()).status_code == 200
    client.post(page, {"step": "off", "reason": "Chờ đại hội"})
    assert client.get(address()).status_code == 404
    reasons = list(fund.history.values_list("history_change_reason", "history_user"))
    assert reasons[0] == ("Ngừng công khai trang của quỹ: Chờ đại hội", cast.manager.pk)
    assert [reason for reason, _ in reasons].count("Công khai trang của quỹ") == 1


def test_the_page_weighs_little_and_has_its_own_qr_code(client, fund):
    for place in range(320):
        income(fund, 1_000, party=donor(fund, f"Công ty trách nhiệm hữu hạn số {place}", consents_on=AGREED))
    response = client.get(address())
    assert len(response.content) < 60_000
    text = words(response)
    assert 'aria-label="Mã QR của trang công khai này"' in text
    assert "Và 20 người, tổ chức khác" in text
    assert f"http://testserver{address()}" in text


def test_the_poster_is_one_page(client, cast):
    fund_of(cast.first, CODE)
    sign_in(client, cast.viewer)
    response = client.get(reverse("funds:public_poster", args=[CODE]))
    assert response.content.startswith(b"%PDF")
    assert response.content.count(b"/Type /Page\n") <= 1


def test_dues_given_back_are_less_dues_and_not_spent(fund):
    income(fund, 500, code="dues")
    expense(fund, 200, code="dues_back")
    found = figures(fund)
    assert {line.words: line.whole for line in found.lines if line.words in ("Hội phí", "Chi khác")} == {"Hội phí": 300}
    assert (found.spent.whole, [each.spent for each in found.years]) == (0, [0] * len(found.years))
    quarter = Quarter(DAY.year, 1)
    assert count_flows(quarter)["funds.spent"] == {fund.organization_id: found.spent.whole}
    assert count_flows(quarter)["funds.dues"] == {fund.organization_id: 300}


def test_things_are_neither_kept_nor_free_money(tree):
    fund = fund_of(tree.first, "GOC", endowment=True, bank=1_000, principal=1_000, published_on=AGREED)
    income(fund, 700, kind="in_kind")
    income(fund, 50)
    assert figures(fund).split == split_principal(fund) == (1_000, 50)


def test_the_day_of_a_closing_is_told_as_in_vietnam(fund):
    # Four in the morning of the second in Hà Nội.
    with patch("django.utils.timezone.now", return_value=datetime(2024, 2, 1, 21, tzinfo=UTC)):
        counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, date(2024, 1, 31))}
        close_month(fund=fund, last_day=date(2024, 1, 31), counted=counted, user=None)
    assert figures(fund).checked.closed_on == date(2024, 2, 2)
