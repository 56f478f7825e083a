"""Who gave how much, as different people may read it; and the awards that were handed over."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds.awards.given import UNNAMED as NO_NAME
from funds.awards.given import GivenAwards
from funds.giving import NOT_TOLD, UNNAMED, givers_of
from funds.ledger import reverse_entry
from funds.models import Campaign, Entry, Party
from funds.party_names import HIDDEN_CHILD
from funds.selection import Selection
from spreadsheets.models import ExportLog
from tests.funds.books import DAY, expense, fund_of, income
from tests.funds.prizes import given as handed
from tests.funds.prizes import programme_of
from tests.opened_pdf import open_pdf, whole_text

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
YEAR = {"first": date(2024, 1, 1), "last": date(2024, 12, 31)}
ASKED = {"unit": "A.D.1", "first": "01/01/2024", "last": "31/12/2024"}


def party(unit, name, **facts):
    return Party.objects.create(organization=unit, name=name, **facts)


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1_000_000)


@pytest.fixture
def gifts(cast, fund):
    """A company twice and in kind, its duplicate, one who is not to be named, a child, and nobody."""
    told = date(2024, 1, 1)
    company = party(cast.first, "Công ty Núi", kind="organization", address="12 phố Núi", consents_on=told)
    double = party(cast.first, "Cty Núi", kind="organization", merged_into=company)
    twice = party(cast.first, "Núi", kind="organization", merged_into=company)
    shy, child = party(cast.first, "Lò Thị Hà", anonymous=True), party(cast.first, "Quàng An", kind="child")
    for donor, amount in ((company, 1000), (double, 500), (twice, 70), (shy, 300), (child, 20), (None, 5)):
        income(fund, amount, party=donor)
    income(fund, 800, kind="in_kind", party=company)
    income(fund, 9999, code="budget", party=company)
    income(fund, 7777, on=date(2025, 1, 1), party=company)
    return company


def sums(givers):
    return [(giver.name, giver.times, giver.money, giver.things) for giver in givers]


def test_duplicates_are_one_donor(gifts, fund, cast):
    found = givers_of(Selection(cast.first, fund=fund, **YEAR), user=cast.secretary)
    assert sums(found) == [
        ("Công ty Núi", 4, 1570, 800),
        ("Lò Thị Hà", 1, 300, 0),
        ("Quàng An", 1, 20, 0),
        (UNNAMED, 1, 5, 0),
    ]


def test_whoever_may_not_be_named_is_one_line(gifts, fund, cast):
    selection = Selection(cast.first, fund=fund, **YEAR)
    for found in (givers_of(selection, user=cast.viewer), givers_of(selection, user=cast.secretary, public=True)):
        assert sums(found) == [("Công ty Núi", 4, 1570, 800), (NOT_TOLD, 2, 320, 0), (UNNAMED, 1, 5, 0)]
        assert [giver.people for giver in found] == [1, 2, 0]
        assert {giver.address for giver in found} == {""}


def test_a_gift_that_was_taken_back_is_none(fund, cast):
    entry = income(fund, 400, party=party(cast.first, "Lò Văn Ba"))
    reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
    assert givers_of(Selection(cast.first, fund=fund, **YEAR), user=cast.secretary) == []


def test_a_campaign_narrows_the_list(gifts, fund, cast):
    campaign = Campaign.objects.create(fund=fund, name="Xuân 2024", starts_on=date(2024, 1, 1))
    income(fund, 60, party=gifts, campaign=campaign)
    selection = Selection(cast.first, fund=fund, **YEAR)
    assert sums(givers_of(selection, user=cast.secretary, campaign=campaign)) == [("Công ty Núi", 1, 60, 0)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(public=st.booleans(), steps=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 10**6)), max_size=12))
def test_the_list_comes_to_what_the_ledger_holds(cast, public, steps):
    with transaction.atomic():
        fund = fund_of(cast.first, "KH", cash=1)
        people = [*(party(cast.first, f"P{place}", anonymous=bool(place % 2)) for place in range(5)), None]
        Party.objects.filter(pk=people[1].pk).update(merged_into=people[0])
        for place, amount in steps:
            income(fund, amount, party=people[place], kind="in_kind" if amount % 3 == 0 else "cash")
        selection = Selection(cast.province, below=True, **YEAR)
        found = givers_of(selection, user=cast.secretary, public=public)
        ledger = Entry.objects.filter(category__nature="donation")
        assert sum(giver.money for giver in found) == ledger.exclude(account__kind="in_kind").balance()
        assert sum(giver.things for giver in found) == ledger.filter(account__kind="in_kind").balance()
        assert sum(giver.times for giver in found) == ledger.count()
        transaction.set_rollback(True)


def test_queries_do_not_grow_with_donors(fund, cast, django_assert_num_queries):
    for number in (1, 11):
        income(fund, 10, party=party(cast.first, f"Người {number}"))
        with django_assert_num_queries(3):
            givers_of(Selection(cast.first, fund=fund, **YEAR), user=cast.secretary)
        for place in range(10 * (number == 1)):
            income(fund, 10, party=party(cast.first, f"Người thứ {place}"))


def test_files_of_donors_are_logged_where_they_name(gifts, fund, cast, client):
    client.force_login(cast.secretary, backend=BACKEND)
    page = client.get(reverse("funds:donor_list", query=ASKED)).content.decode()
    assert "Công ty Núi" in page
    assert "1.895" in page
    text = whole_text(open_pdf(client.get(reverse("funds:donor_list_file", args=["pdf"], query=ASKED)).content))
    for words in ("1 Công ty Núi 12 phố Núi 4 1.570 800", "Tổng cộng 7 1.895 800", "Một nghìn tám trăm chín mươi lăm"):
        assert words in text
    log = ExportLog.objects.get()
    assert (log.kind_label, log.format, log.rows) == ("Danh sách ủng hộ quỹ khuyến học", "pdf", 4)
    client.get(reverse("funds:donor_list_file", args=["pdf"], query=ASKED | {"public": "on"}))
    assert ExportLog.objects.count() == 1


def test_a_name_that_looks_like_a_formula_stays_a_text(fund, cast, client):
    income(fund, 100, party=party(cast.first, "=1+1"))
    client.force_login(cast.secretary, backend=BACKEND)
    content = client.get(reverse("funds:donor_list_file", args=["xlsx"], query=ASKED)).content
    rows = list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows())
    cells = {cell.value: cell.data_type for row in rows for cell in row}
    assert cells["=1+1"] == "s"
    assert cells[100] == "n"


@pytest.fixture
def prizes(cast):
    child = party(cast.first, "Quàng Văn An", kind="child")
    handed(cast.first, "student", on=date(2024, 5, 1), recipient=child, school_or_workplace="Trường Đồi")
    handed(cast.first, "teacher", on=date(2024, 6, 1), amount=None)
    handed(cast.second, "scholarship", on=date(2024, 7, 1), portions=3, amount=900)
    handed(cast.first, "student", on=date(2025, 1, 1))
    return child


def given_by(user, unit, **facts):
    return GivenAwards(user=user, unit=unit, **YEAR, **facts)


def test_awards_of_the_period_with_what_is_missing_counted(prizes, cast):
    found = given_by(cast.manager, cast.province)
    assert [row.name for row in found] == ["Quàng Văn An", NO_NAME, NO_NAME]
    assert (found.sums.rows, found.sums.portions, found.sums.amount, found.sums.with_amount) == (3, 5, 200_900, 2)
    assert [row.portions for row in given_by(cast.manager, cast.province, kind="scholarship")] == [3]
    programme = programme_of(cast.province)
    assert list(given_by(cast.manager, cast.province, programme=programme)) == []


def test_a_childs_name_is_only_for_those_who_may_see_it(prizes, cast):
    assert next(iter(given_by(cast.viewer, cast.first))).name == HIDDEN_CHILD
    assert next(iter(given_by(cast.secretary, cast.first, public=True))).name == HIDDEN_CHILD
    Party.objects.filter(pk=prizes.pk).update(consents_on=date(2024, 1, 1))
    assert next(iter(given_by(cast.viewer, cast.first))).name == "Quàng Văn An"


def test_page_and_files_of_awards(prizes, cast, client):
    client.force_login(cast.manager, backend=BACKEND)
    asked = {"unit": "A", "first": "01/01/2024", "last": "31/12/2024"}
    page = client.get(reverse("awards:given_list", query=asked)).content.decode()
    assert "2/3 dòng có số tiền" in page
    assert "Quàng Văn An" in page
    text = whole_text(open_pdf(client.get(reverse("awards:given_list_file", args=["pdf"], query=asked)).content))
    assert "Tổng cộng 5 200.900" in text
    assert "2/3 dòng có số tiền; dòng để trống là chưa có số liệu." in text
    assert ExportLog.objects.get().kind_label == "Danh sách khen thưởng, học bổng đã trao"
    content = client.get(reverse("awards:given_list_file", args=["xlsx"], query=asked)).content
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(BytesIO(content)).active.iter_rows()]
    assert [None, "Tổng cộng", None, None, None, 5, 200_900] in [row[1:] for row in rows]
    assert "2/3 dòng có số tiền; dòng để trống là chưa có số liệu." in [row[0] for row in rows[-10:]]
    assert "Người lập biểu" in rows[-7]
    assert [row[-1] for row in rows if row[0] in (1, 2, 3)] == [200_000, None, 900]


def test_an_empty_list_says_so_and_gives_no_zero(cast, client):
    client.force_login(cast.manager, backend=BACKEND)
    asked = {"unit": "A", "first": "01/01/2024", "last": "31/12/2024"}
    text = whole_text(open_pdf(client.get(reverse("awards:given_list_file", args=["pdf"], query=asked)).content))
    assert "Sổ chưa ghi khoản nào trong thời gian này." in text
    assert "Tổng cộng" not in text


def test_other_income_and_expense_are_no_gifts(fund, cast):
    income(fund, 100, code="interest", kind="bank")
    expense(fund, 100)
    assert givers_of(Selection(cast.first, **YEAR), user=cast.secretary) == []
