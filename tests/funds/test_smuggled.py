"""Rows that somebody slipped in, changed or took out with the triggers off, on both engines: each is found in words."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from funds.awards.approving import pay, restore
from funds.awards.nominations import give_up
from funds.awards.quota_forms import QuotaForm
from funds.closing import Counted, booked_on, close_month
from funds.integrity import find_faults
from funds.ledger import book_dues, reverse_entry
from funds.models import Award, Closing, ClosingBalance, Entry, Holding, Programme
from tests.conftest import appoint
from tests.dues import RATE, people_of, receipt_for
from tests.funds.books import DAY, account_of, expense, fund_of, income, move
from tests.funds.prizes import approved, given, keys_of, lifted, nominated, programme_of
from tests.immutable import opened_tables

pytestmark = pytest.mark.django_db
ENTRY, CLOSING, BALANCE = (model._meta.db_table for model in (Entry, Closing, ClosingBalance))
AWARD, QUOTA = Award._meta.db_table, "funds_programmequota"


def force(statement, *values):
    """A change that no service makes, past triggers and checks."""
    with opened_tables(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(statement, values)
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def without_checks(table):
    """PostgreSQL has no switch for its checks: they go until the test's transaction is rolled back."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # A table with checks still to come cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def faults() -> str:
    return "\n".join(find_faults())


@pytest.fixture
def books(tree):
    """A fund with an opening, three months and one closing; another that got a transfer."""
    fund, other = fund_of(tree.first, cash=1000), fund_of(tree.second, "Q2", cash=10)
    income(fund, 500, on=date(2024, 1, 20))
    expense(fund, 200)
    move(account_of(fund), account_of(other), 100)
    last_day = date(2024, 1, 31)
    counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, last_day)}
    close_month(fund=fund, last_day=last_day, counted=counted, user=None)
    income(fund, 70)
    assert list(find_faults()) == []
    return fund


LEDGER = {
    f"UPDATE {ENTRY} SET amount = amount + 1 WHERE amount = 200": "dấu niêm phong không khớp",
    f"UPDATE {ENTRY} SET date = '2024-01-30' WHERE amount = 200": "dấu niêm phong không khớp",
    f"UPDATE {ENTRY} SET number = 7 WHERE amount = 200": "số chứng từ 7, lẽ ra 1",
    f"DELETE FROM {ENTRY} WHERE amount = 200": "thiếu bút toán thứ 3",
    f"DELETE FROM {ENTRY} WHERE amount = 70": "đếm được 4 bút toán, 1.200 đồng",
    f"UPDATE {BALANCE} SET booked = booked + 5, counted = counted + 5 WHERE booked > 0": "đếm lại 1.500 đồng",
    f"UPDATE {BALANCE} SET entries = 9 WHERE booked > 0": "đếm lại 1.500 đồng",
    f"UPDATE {CLOSING} SET last_day = '2024-03-31'": "có bút toán ghi vào kỳ đã khóa đến 31/03/2024",
    f"UPDATE {CLOSING} SET seal = 'x'": "dấu niêm phong không còn trong sổ",
    f"UPDATE {CLOSING} SET sequence = 99": "dấu niêm phong không còn trong sổ",
    f"UPDATE {ENTRY} SET paired_with_id = NULL": "không có bên kia khớp với nó",
    "UPDATE funds_holding SET balance = balance + 1 WHERE entries > 1": "phải có",
}


@pytest.mark.parametrize(("change", "words"), LEDGER.items())
def test_what_was_done_to_a_ledger_is_found(books, change, words):
    force(change)
    assert words in faults()


def test_a_last_day_moved_into_the_closed_month_is_found_though_all_was_sealed_anew(books, monkeypatch):
    monkeypatch.setattr("funds.ledger.closed_until", lambda fund: None)
    expense(books, 3, on=date(2024, 1, 30))
    found = faults()
    assert "có bút toán ghi vào kỳ đã khóa đến 31/01/2024" in found
    assert "dấu niêm phong không" not in found


def test_a_transfer_of_which_one_side_was_taken_back_is_found(books, monkeypatch):
    out = Entry.objects.get(fund=books, category__code="transfer_out")
    monkeypatch.setattr("funds.ledger.partner_of", lambda entry: None)
    reverse_entry(entry=out, date=DAY, reason="Nhầm", user=None)
    assert "không có bên kia khớp với nó" in faults()


def test_principal_that_was_spent_is_found(tree, monkeypatch):
    fund = fund_of(tree.first, endowment=True, cash=500, principal=500)
    monkeypatch.setattr("funds.ledger.check_principal_moves", lambda entry, fund: None)
    expense(fund, 10, is_principal=True)
    assert "chi phần gốc" in faults()


def test_dues_that_stand_under_the_voucher_of_others_are_found(tree):
    dues, fund = people_of(tree), fund_of(tree.first)
    receipts = [receipt_for(dues.branch, {member: RATE}) for member in dues.members[:2]]
    first, second = (book_dues(collection=each, account=account_of(fund), user=None) for each in receipts)
    assert list(find_faults()) == []
    # Two hand-overs of one sum change places: no sum tells, the vouchers do.
    change = f"UPDATE {ENTRY} SET dues_id = CASE WHEN dues_id = %s THEN %s ELSE %s END WHERE dues_id IS NOT NULL"  # noqa: S608
    force(change, first.dues_id, second.dues_id, first.dues_id)
    assert f"Đợt nộp hội phí {first.dues_id}: chứng từ ở sổ quỹ không phải của đợt này." in faults()


@pytest.fixture
def prizes(tree):
    """A programme with a quota: two awards handed over, one approved, one still nominated."""
    first, second = appoint("duyet-mot", tree.province), appoint("duyet-hai", tree.province)
    fund = fund_of(tree.province, cash=5_000_000)
    programme = programme_of(tree.province, fund=fund)
    programme.quotas.create(organization=tree.east, portions=4)
    awards = nominated(programme, tree.first, "Lò Thị Hà", "Cà Văn An", "Quàng Văn Bình", "Lường Thị Tư")
    lifted(programme, awards, tree.first, tree.east)
    approved(programme, awards[:3], first, second)
    facts = {"account": account_of(fund), "date": DAY, "user": second}
    pay(programme=programme, keys=keys_of(awards[:2]), **facts)
    given(tree.first)
    assert list(find_faults()) == []
    return programme


PAID = f"UPDATE {AWARD} SET {{}} WHERE state = 'paid' AND programme_id IS NOT NULL"
AWARDS = {
    PAID.format("entry_id = NULL"): "đã trao mà không có bút toán chi",
    PAID.format("amount = amount * 2, portions = portions * 2"): "không bằng tổng các suất đã trao",
    PAID.format("amount = amount - 1"): "số tiền không bằng số suất nhân mức một suất",
    PAID.format("handed_on = '2024-03-11'"): "ngày trao hoặc quỹ không khớp bút toán chi",
    PAID.format("fund_id = NULL"): "ngày trao hoặc quỹ không khớp bút toán chi",
    PAID.format("kind = 'scholarship'"): "mục chi của bút toán không phải loại này",
    PAID.format("state = 'approved'"): "có bút toán chi mà chưa trao",
    PAID.format("second_approved_by_id = first_approved_by_id"): "người duyệt trùng nhau",
    PAID.format("nominated_by_id = first_approved_by_id"): "trùng người đề cử",
    PAID.format("second_approved_by_id = NULL"): "chưa đủ hai người duyệt",
    f"UPDATE {AWARD} SET state = 'approved' WHERE state = 'nominated'": "chưa đủ hai người duyệt",
    f"UPDATE {AWARD} SET organization_id = origin_id WHERE programme_id IS NOT NULL": "đơn vị trao khác chương trình",
    f"UPDATE {QUOTA} SET portions = 3": "đã chuyển 4 suất, chỉ tiêu 3",
    f"UPDATE {AWARD} SET portions = 2 WHERE programme_id IS NULL": "khác với lịch sử",
    f"DELETE FROM {AWARD} WHERE programme_id IS NULL": "đã mất khỏi sổ",
}


@pytest.mark.parametrize(("change", "words"), AWARDS.items())
def test_what_was_done_to_awards_is_found(prizes, change, words):
    without_checks(AWARD)
    force(change)
    assert words in faults()


def test_what_was_given_up_does_not_come_back_beyond_the_quota(prizes, tree):
    last = Award.objects.get(programme=prizes, state="nominated")
    give_up(programme=prizes, keys=[last.pk], reason="Chuyển trường", user=None)
    other = nominated(prizes, tree.first, "Vì Thị Mai")
    lifted(prizes, other, tree.first, tree.east)
    with pytest.raises(ValidationError, match="đã chuyển đủ chỉ tiêu 4 suất"):
        restore(programme=prizes, keys=[last.pk], user=None)
    form = QuotaForm({f"u{tree.east.pk}": "3"}, programme=prizes, reach=Programme.objects.all(), user=None)
    assert not (form.is_valid() and form.save())
    assert "đã chuyển 4 suất" in str(form.errors)
    assert list(find_faults()) == []


def test_an_award_that_was_slipped_in_is_found(prizes):
    names = [field.column for field in Award._meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(names)
    one = f"SELECT {columns} FROM {AWARD} WHERE programme_id IS NULL"  # noqa: S608 (our own names)
    force(f"INSERT INTO {AWARD} ({columns}) {one}")  # noqa: S608 (our own names)
    assert "không có trong lịch sử" in faults()


def test_an_award_that_keeps_a_reversed_payment_is_found(prizes, monkeypatch):
    monkeypatch.setattr("funds.ledger.release_awards", lambda **facts: None)
    entry = Entry.objects.get(category__code="award")
    reverse_entry(entry=entry, date=DAY, reason="Nhầm", user=None)
    assert "bút toán chi đã được đảo" in faults()


def test_what_is_held_is_counted_along(books):
    for holding in Holding.objects.select_related("account"):
        entries = Entry.objects.filter(account=holding.account, is_principal=holding.is_principal)
        assert (holding.entries, holding.balance) == (entries.count(), entries.balance())
