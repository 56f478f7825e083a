"""The spreadsheet of entries: numbers, transfers, what is there already, and every law in words and by row."""

from datetime import date

import pytest

from funds.closing import Counted, booked_on, close_month
from funds.integrity import find_faults
from funds.ledger import reverse_entry
from funds.models import Account, Campaign, Entry, Party
from organizations.models import Role
from spreadsheets.models import ImportBatch
from spreadsheets.services import apply_batch, undo_batch, upload_spreadsheet
from tests.conftest import appoint
from tests.funds.books import account_of, expense, fund_of, income
from tests.funds.sheets import bring_in, check, content, counts, told

pytestmark = pytest.mark.django_db
ROW = {"fund_code": "Q1", "date": "10/03/2024", "direction": "thu", "category": "donation", "amount": "500"}
OUT = ROW | {"direction": "chi", "category": "award"}


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, cash=1000)


@pytest.fixture
def treasurer(cast):
    return appoint("treasurer", cast.first, Role.TREASURER)


def written():
    entries = Entry.objects.exclude(number=None).order_by("pk")
    return list(entries.values_list("direction", "number", "external_number", "amount"))


def test_old_vouchers_keep_their_numbers_and_get_running_ones_by_day_and_line(fund, treasurer):
    rows = [
        ROW | {"date": "12/03/2024", "voucher_number": "7"},
        ROW | {"date": "2024-03-11", "voucher_number": "9", "amount": "1,5 triệu"},
        ROW | {"date": "11/03/2024", "voucher_number": "8", "amount": "1"},
        OUT | {"date": "12/03/2024", "voucher_number": "7"},
    ]
    checked = bring_in("fund_entries", *rows, user=treasurer)
    assert counts(checked) == {"new": 4}
    assert written() == [("in", 1, "9", 1_500_000), ("in", 2, "8", 1), ("in", 3, "7", 500), ("out", 1, "7", 500)]
    assert set(Entry.objects.exclude(number=None).values_list("created_by", flat=True)) == {treasurer.pk}
    assert list(find_faults()) == []
    again = check("fund_entries", *rows, user=treasurer)
    assert counts(again) == {"unchanged": 4}


def test_another_row_under_the_same_voucher_is_refused(fund, treasurer):
    row = ROW | {"voucher_number": "7", "purpose": "Ủng hộ"}
    bring_in("fund_entries", row, user=treasurer)
    other = check("fund_entries", row | {"amount": "501", "purpose": "Khác"}, user=treasurer)
    ((line, reason),) = told(other)
    assert line == 2
    assert "khác ở: Số tiền, Nội dung" in reason.replace("amount", "Số tiền").replace("purpose", "Nội dung")
    # Another year, direction or fund is another voucher; an omitted column says nothing.
    assert counts(check("fund_entries", row | {"date": "10/03/2025"}, user=treasurer)) == {"new": 1}
    assert counts(check("fund_entries", ROW | {"voucher_number": "7"}, user=treasurer)) == {"unchanged": 1}


def test_two_lines_with_one_voucher_are_both_refused(fund, treasurer):
    row = ROW | {"voucher_number": "A/7"}
    assert [line for line, _ in told(check("fund_entries", row, row | {"amount": "1"}, user=treasurer))] == [2, 3]


def test_a_row_without_a_number_that_is_there_identically_is_warned_about(fund, treasurer):
    bring_in("fund_entries", ROW | {"party": "Lò Thị Hà"}, user=treasurer)
    checked = check("fund_entries", ROW | {"party": "Lò  Thị Hà"}, ROW | {"party": "Lò Thị Hoa"}, user=treasurer)
    assert counts(checked) == {"new": 2, "warnings": 1}
    assert [each["line"] for each in checked.warnings()] == [2]


def test_the_applications_own_number_finds_its_entry(fund, treasurer):
    income(fund, 500, on=date(2024, 3, 10))
    assert counts(check("fund_entries", ROW | {"voucher_number": "PT 0001/2024"}, user=treasurer)) == {"unchanged": 1}
    assert counts(check("fund_entries", ROW | {"voucher_number": "PT 0002/2024"}, user=treasurer)) == {"new": 1}


def test_a_transfer_is_one_row_and_two_entries(fund, cast):
    other = fund_of(cast.second, "Q2")
    move = OUT | {"category": "transfer", "transfer_fund_code": "Q2", "voucher_number": "3"}
    rows = [move, ROW | {"fund_code": "Q2", "voucher_number": "3"}, OUT | {"amount": "20"}]
    checked = bring_in("fund_entries", *rows, user=cast.manager)
    assert counts(checked) == {"new": 3}
    out, into = Entry.objects.filter(category__nature="transfer").order_by("pk")
    assert (out.fund, into.fund, into.paired_with, out.external_number, into.external_number) == (
        fund,
        other,
        out,
        "3",
        "",
    )
    assert list(
        Entry.objects.filter(fund=fund, direction="out").order_by("number").values_list("amount", flat=True)
    ) == [
        500,
        20,
    ]
    assert Entry.objects.filter(fund=other).balance() == 1000
    assert list(find_faults()) == []
    assert counts(check("fund_entries", rows[0], rows[1], user=cast.manager)) == {"unchanged": 2}


def test_within_one_fund_a_transfer_goes_from_cash_to_the_bank_and_back(fund, treasurer):
    move = OUT | {"category": "Chuyển quỹ", "transfer_fund_code": "Q1"}
    bring_in("fund_entries", move, move | {"account": "Ngân hàng", "amount": "200"}, user=treasurer)
    bank = Entry.objects.filter(account=account_of(fund, Account.Kind.BANK))
    assert (bank.balance(), Entry.objects.filter(fund=fund).balance()) == (300, 1000)


def test_names_are_found_or_made_once(fund, treasurer, cast):
    known = Party.objects.create(organization=cast.first, name="Công ty Mộc Châu", kind="organization")
    Party.objects.create(organization=cast.second, name="Lò Thị Hà")
    campaign = Campaign.objects.create(fund=fund, name="Xuân 2024", starts_on=date(2024, 1, 1))
    rows = [
        ROW | {"party": "công ty mộc châu", "campaign": "xuân 2024", "account": "bank"},
        ROW | {"party": "Lò Thị Hà", "account": "Hiện vật"},
        ROW | {"party": "LÒ THỊ HÀ", "amount": "7"},
        ROW | {"amount": "8"},
    ]
    bring_in("fund_entries", *rows, user=treasurer)
    found = Entry.objects.exclude(number=None).order_by("pk").values_list("party__name", "account__kind", "campaign")
    assert list(found) == [
        (known.name, "bank", campaign.pk),
        ("Lò Thị Hà", "in_kind", None),
        ("Lò Thị Hà", "cash", None),
        (None, "cash", None),
    ]
    made = Party.objects.get(organization=cast.first, name="Lò Thị Hà")
    assert made.history.get().history_user == treasurer
    assert list(Party.objects.search("lo ha").filter(organization=cast.first)) == [made]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"fund_code": "Q9"}, "Không có quỹ mã “Q9”"),
        ({"fund_code": "QX"}, "Không có quỹ mã “QX”"),
        ({"date": "31/12/2023"}, "không mở vào ngày 31/12/2023"),
        ({"date": "01/01/2090"}, "chưa đến"),
        ({"category": "quà"}, "Không có mục thu chi “quà”"),
        ({"category": "award"}, "không phải là mục thu"),
        ({"category": "opening"}, "Số dư mang sang không ghi ở đây"),
        ({"category": "transfer"}, "dòng chi của quỹ chuyển đi"),
        ({"amount": "0"}, "lớn hơn 0"),
        ({"amount": "-5"}, "không được âm"),
        ({"account": "Két sắt"}, "không có tài khoản “Két sắt”"),
        ({"campaign": "Tết"}, "chưa có đợt vận động “Tết”"),
        ({"transfer_fund_code": "Q1"}, "Chỉ khoản chuyển quỹ"),
        ({"direction": "out", "category": "transfer"}, "Hãy ghi mã quỹ nhận"),
        ({"direction": "out", "category": "transfer", "transfer_fund_code": "QX"}, "Không có quỹ mã “QX”"),
        ({"direction": "out", "category": "transfer", "transfer_fund_code": "Q1", "account": "in_kind"}, "Hiện vật"),
    ],
)
def test_what_cannot_be_is_refused_in_words(fund, treasurer, cast, facts, words):
    fund_of(cast.foreign, "QX")
    checked = bring_in("fund_entries", ROW, ROW | facts, user=treasurer)
    ((line, reason),) = told(checked)
    assert line == 3
    assert words in reason
    assert written() == []


def test_a_closed_month_is_told_by_row(fund, treasurer):
    day = date(2024, 1, 31)
    counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, day)}
    close_month(fund=fund, last_day=day, counted=counted, user=None)
    checked = check("fund_entries", ROW | {"date": "31/01/2024"}, ROW, user=treasurer)
    assert [(line, "đã khóa" in reason) for line, reason in told(checked)] == [(2, True)]


def test_the_latest_payments_without_cover_are_refused(fund, treasurer):
    income(fund, 50, on=date(2024, 3, 20))
    expense(fund, 1000, on=date(2024, 3, 21))
    rows = [
        OUT | {"date": "19/03/2024", "amount": "40"},
        OUT | {"date": "01/03/2024", "amount": "30"},
        ROW | {"date": "22/03/2024", "amount": "100"},
        OUT | {"date": "22/03/2024", "amount": "90"},
    ]
    checked = check("fund_entries", *rows, user=treasurer)
    ((line, reason),) = told(checked)
    assert (line, "sẽ thiếu 20 đồng vào ngày 21/03/2024" in reason) == (2, True)
    assert counts(bring_in("fund_entries", *rows[1:], user=treasurer)) == {"new": 3}
    assert list(find_faults()) == []


def test_what_a_refused_transfer_would_have_brought_covers_nothing(fund, cast):
    fund_of(cast.second, "Q2")
    move = OUT | {"category": "transfer", "transfer_fund_code": "Q2", "amount": "1001"}
    checked = check("fund_entries", move, OUT | {"fund_code": "Q2", "amount": "1"}, user=cast.manager)
    assert [line for line, _ in told(checked)] == [2, 3]


def test_the_principal_of_an_endowment_is_told_by_row(cast, treasurer):
    fund_of(cast.first, endowment=True, cash=1000, principal=1000)
    income(Entry.objects.get().fund, 30, code="interest", on=date(2024, 3, 1))
    checked = check("fund_entries", OUT | {"amount": "20"}, OUT | {"amount": "11"}, user=treasurer)
    ((line, reason),) = told(checked)
    assert (line, "giữ nguyên gốc: phần được chi sẽ thiếu 1 đồng" in reason) == (3, True)


def test_a_person_without_a_role_for_money_brings_nothing_in(fund, cast):
    with pytest.raises(Exception, match="không có quyền nhập"):
        check("fund_entries", ROW, user=cast.secretary)
    assert "trong phạm vi" in told(check("fund_entries", ROW, user=cast.stranger))[0][1]


def upload(user, *rows):
    return upload_spreadsheet(kind="fund_entries", file=content(rows), name="a.csv", user=user)


def test_the_browser_takes_the_right_rows_and_gives_the_others_back(fund, treasurer):
    batch = upload(treasurer, ROW, OUT | {"amount": "9000"})
    assert batch.counts["refused"] == 1
    batch = apply_batch(batch=batch, user=treasurer, partial=True)
    assert batch.status == ImportBatch.Status.APPLIED
    assert batch.refused_file
    assert Entry.objects.exclude(number=None).get().batch_id == batch.pk


def test_what_somebody_booked_since_the_preview_stops_the_file(fund, treasurer):
    batch = upload(treasurer, OUT | {"amount": "900"})
    expense(fund, 200, on=date(2024, 3, 1))
    batch = apply_batch(batch=batch, user=treasurer)
    assert batch.status == ImportBatch.Status.FAILED
    assert Entry.objects.filter(fund=fund).balance() == 800


def balances():
    return {pk: Entry.objects.filter(account=pk).balance() for pk in Account.objects.values_list("pk", flat=True)}


def test_undoing_a_file_reverses_it_and_it_may_come_again(fund, cast):
    fund_of(cast.second, "Q2")
    before = balances()
    move = OUT | {"category": "transfer", "transfer_fund_code": "Q2"}
    rows = [ROW | {"voucher_number": "1"}, OUT | {"voucher_number": "2"}, move | {"voucher_number": "3"}]
    batch = apply_batch(batch=upload(cast.manager, *rows), user=cast.manager)
    assert batch.may_be_undone
    assert balances() != before
    batch = undo_batch(batch=batch, user=cast.manager)
    assert (batch.status, batch.undone["reversed"], batch.undone["kept"]) == (ImportBatch.Status.UNDONE, 4, 0)
    assert balances() == before
    assert list(find_faults()) == []
    again = apply_batch(batch=upload(cast.manager, *rows), user=cast.manager)
    assert again.counts["new"] == 3


def test_what_was_reversed_since_is_left_alone_and_named(fund, treasurer):
    batch = apply_batch(batch=upload(treasurer, ROW, ROW | {"amount": "7"}), user=treasurer)
    one = Entry.objects.get(amount=7)
    reverse_entry(entry=one, date=one.date, reason="Nhầm", user=None)
    batch = undo_batch(batch=batch, user=treasurer)
    assert (batch.undone["reversed"], batch.undone["kept"]) == (1, 1)
    assert batch.undone["names"] == [{"name": f"PT 0002/2024 {fund}", "reason": "đã được đảo sau đó"}]
    assert Entry.objects.filter(fund=fund).balance() == 1000


def test_money_that_was_spent_keeps_its_file(fund, treasurer):
    batch = apply_batch(batch=upload(treasurer, ROW), user=treasurer)
    expense(fund, 1400)
    with pytest.raises(Exception, match="sẽ thiếu 400 đồng"):
        undo_batch(batch=batch, user=treasurer)
    assert Entry.objects.filter(fund=fund).balance() == 100


def test_undoing_in_a_closed_month_reverses_on_the_first_open_day(fund, treasurer):
    batch = apply_batch(batch=upload(treasurer, ROW | {"date": "20/01/2024"}), user=treasurer)
    day = date(2024, 1, 31)
    counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, day)}
    close_month(fund=fund, last_day=day, counted=counted, user=None)
    undo_batch(batch=batch, user=treasurer)
    assert Entry.objects.get(amount__lt=0).date == date(2024, 2, 1)
    assert list(find_faults()) == []


def test_queries_do_not_grow_with_the_rows(fund, treasurer, django_assert_num_queries, django_assert_max_num_queries):
    rows = [ROW | {"amount": str(amount), "party": f"Người {amount}"} for amount in range(1, 12)]
    bring_in("fund_entries", rows[0], user=treasurer)
    with django_assert_max_num_queries(40) as few:
        bring_in("fund_entries", rows[1], user=treasurer)
    with django_assert_num_queries(len(few)):
        bring_in("fund_entries", *rows[2:], user=treasurer)
