"""The spreadsheet of funds: opened with what they had, corrected with a trace, and out again unchanged."""

import io
from datetime import date

import pytest

from funds.closing import Counted, booked_on, close_month
from funds.exports import FundEntryExport, FundExport
from funds.integrity import find_faults
from funds.ledger import reverse_entry
from funds.models import Account, Campaign, Entry, Fund, Party
from spreadsheets.exporting import write_export
from spreadsheets.services import check_spreadsheet
from tests.funds.books import OPENED, account_of, expense, fund_of, income, move
from tests.funds.sheets import bring_in, check, counts, told

pytestmark = pytest.mark.django_db
ROW = {"fund_code": "Q1", "organization_code": "A.D.1", "name": "Quỹ Khuyến học", "opening_date": "01/01/2024"}


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def opening_of(fund):
    """(kind, is principal) → đồng of the first day."""
    found = {}
    for entry in Entry.objects.filter(fund=fund, category__nature="opening").select_related("account"):
        key = (entry.account.kind, entry.is_principal)
        found[key] = found.get(key, 0) + entry.amount
    return {key: amount for key, amount in found.items() if amount}


def test_a_fund_opens_with_what_it_had(cast):
    money = {"opening_balance": "1 triệu", "opening_bank": "900.000", "opening_principal": "800.000"}
    rows = [ROW | {"licensed": "có", "endowment": "1"} | money, ROW | {"fund_code": "Q2", "name": "Quỹ khác"}]
    assert counts(bring_in("funds", *rows, user=cast.manager)) == {"new": 2}
    fund = Fund.objects.get(code="Q1")
    assert (fund.organization, fund.licensed, fund.endowment, fund.opened_on) == (cast.first, True, True, OPENED)
    assert opening_of(fund) == {("cash", False): 100_000, ("bank", False): 100_000, ("bank", True): 800_000}
    assert opening_of(Fund.objects.get(code="Q2")) == {}
    assert counts(check("funds", *rows, user=cast.manager)) == {"unchanged": 2}
    assert list(find_faults()) == []


def test_a_changed_row_corrects_the_fund_and_its_opening(cast):
    row = ROW | {"opening_balance": "100", "opening_bank": "60"}
    bring_in("funds", row, user=cast.manager)
    checked = bring_in("funds", row | {"name": "Quỹ Tô Hiệu", "opening_balance": "150"}, user=cast.manager)
    assert counts(checked) == {"changed": 1}
    assert [change[1:] for change in checked.rows[0].changes] == [
        ("Quỹ Khuyến học", "Quỹ Tô Hiệu"),
        ("100 đồng", "150 đồng"),
    ]
    fund = Fund.objects.get()
    assert (fund.name, opening_of(fund)) == ("Quỹ Tô Hiệu", {("cash", False): 90, ("bank", False): 60})
    assert fund.history.first().history_change_reason == "Nhập từ a.csv"
    assert list(find_faults()) == []


def test_an_omitted_column_leaves_the_opening_alone_and_an_empty_cell_says_there_is_none(cast):
    bring_in("funds", ROW | {"opening_balance": "100"}, user=cast.manager)
    assert counts(check("funds", ROW, user=cast.manager)) == {"unchanged": 1}
    assert counts(bring_in("funds", ROW | {"opening_balance": ""}, user=cast.manager)) == {"changed": 1}
    assert opening_of(Fund.objects.get()) == {}


def test_books_may_begin_earlier_and_take_the_opening_along(cast):
    bring_in("funds", ROW | {"opening_balance": "100"}, user=cast.manager)
    row = ROW | {"opening_balance": "100", "opening_date": "01/10/2023"}
    assert counts(bring_in("funds", row, user=cast.manager)) == {"changed": 1}
    fund = Fund.objects.get()
    assert Entry.objects.filter(fund=fund).until(date(2023, 12, 31)).balance() == 100
    assert Entry.objects.filter(fund=fund).balance() == 100
    assert list(find_faults()) == []
    ((_, reason),) = told(check("funds", row | {"opening_date": "02/01/2024"}, user=cast.manager))
    assert "không thể muộn hơn" in reason


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"organization_code": "B.1"}, "trong phạm vi"),
        ({"fund_code": "QX"}, "đã có quỹ khác dùng"),
        ({"fund_code": "a b"}, "Mã chỉ gồm"),
        ({"name": "Quỹ Q5"}, "Đơn vị đã có quỹ mang tên này (mã Q5)"),
        ({"opening_balance": "10", "opening_bank": "11"}, "Lớn hơn số dư"),
        ({"opening_balance": "10", "opening_principal": "5"}, "giữ nguyên gốc"),
        ({"opening_date": "01/01/2090"}, "chưa đến"),
        ({"fund_code": "Q6"}, "Quỹ này thuộc đơn vị"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast, facts, words):
    fund_of(cast.foreign, "QX")
    fund_of(cast.first, "Q5")
    fund_of(cast.second, "Q6")
    ((_, reason),) = told(bring_in("funds", ROW | facts, user=cast.manager))
    assert words in reason
    assert Fund.objects.count() == 3


def test_an_opening_that_was_spent_or_closed_is_told_by_row(cast):
    row = ROW | {"opening_balance": "100"}
    bring_in("funds", row, user=cast.manager)
    fund = Fund.objects.get()
    expense(fund, 90)
    ((_, reason),) = told(check("funds", row | {"opening_balance": "80"}, user=cast.manager))
    assert "sẽ thiếu 10 đồng vào ngày 10/03/2024" in reason
    assert told(check("funds", row | {"opening_balance": "90"}, user=cast.manager)) == []
    day = date(2024, 1, 31)
    counted = {each.account.pk: Counted(each.balance) for each in booked_on(fund, day)}
    close_month(fund=fund, last_day=day, counted=counted, user=None)
    ((_, reason),) = told(check("funds", row | {"opening_balance": "95"}, user=cast.manager))
    assert "đã khóa đến hết ngày 31/01/2024" in reason
    assert counts(check("funds", row | {"name": "Quỹ mới"}, user=cast.manager)) == {"changed": 1}


def test_a_viewer_and_a_stranger_bring_nothing_in(cast):
    with pytest.raises(Exception, match="không có quyền nhập"):
        check("funds", ROW, user=cast.viewer)
    assert "trong phạm vi" in told(check("funds", ROW, user=cast.stranger))[0][1]


def sent_back(export, ending):
    """What the file of an export would do when the same person sends it in."""
    file = io.BytesIO()
    rows = write_export(export, file, file_format=ending)
    file.seek(0)
    checked = check_spreadsheet(kind=export.code, file=file, name=f"a.{ending}", user=export.user)
    assert checked.counts == {"rows": rows, "new": 0, "changed": 0, "unchanged": rows, "refused": 0, "warnings": 0}
    return rows


@pytest.fixture
def books(cast):
    kept = fund_of(cast.first, "Q1", cash=100, bank=900, principal=800, endowment=True, licensed=True)
    plain, other = fund_of(cast.second, "Q2", cash=500), fund_of(cast.first, "Q3")
    for party in ("Lò  Thị “Hà”", "=Công ty", "Lò  Thị “Hà”"):
        income(plain, 7, party=Party.objects.create(organization=cast.second, name=party), purpose="'a  b =1+1")
    campaign = Campaign.objects.create(fund=kept, name="Xuân  2024", starts_on=OPENED)
    income(kept, 50, code="interest", campaign=campaign, external_number="007")
    income(kept, 60, is_principal=True, kind=Account.Kind.IN_KIND)
    move(account_of(plain), account_of(other), 30, external_number="X/1")
    move(account_of(plain), account_of(plain, Account.Kind.BANK), 40)
    wrong = income(other, 9)
    reverse_entry(entry=wrong, date=wrong.date, reason="Nhầm", user=None)
    return cast


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_goes_out_comes_back_and_changes_nothing(books, ending):
    assert sent_back(FundExport(user=books.manager), ending) == 3
    # Three gifts, interest, principal, two transfers of one line each.
    assert sent_back(FundEntryExport(user=books.manager), ending) == 7


def test_who_reaches_only_where_money_went_sees_it_come(books):
    export = FundEntryExport(user=books.manager, organization=books.first)
    rows = [dict(zip((column.code for column in export.given), cells, strict=True)) for cells in export.values()]
    assert [(row["fund_code"], row["direction"], row["amount"]) for row in rows] == [
        ("Q1", "thu", 50),
        ("Q1", "thu", 60),
        ("Q3", "thu", 30),
    ]
    assert sent_back(export, "csv") == 3


def test_names_of_people_stay_where_they_may_be_seen(books):
    assert "party" in {column.code for column in FundEntryExport(user=books.manager).given}
    assert "party" not in {column.code for column in FundEntryExport(user=books.viewer).given}


def test_the_export_is_narrowed_to_days_and_to_a_fund(books):
    of_fund = FundEntryExport(user=books.manager, choices={"fund": "Q1"})
    assert of_fund.queryset().count() == 2
    assert FundEntryExport(user=books.manager, choices={"dated_to": OPENED}).queryset().count() == 0
