"""The ledger against plain SQL and against whoever gets past the triggers, on both engines."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import UniqueConstraint

from funds.closing import Counted, booked_on, close_month
from funds.integrity import find_faults
from funds.ledger import reverse_entry
from funds.models import Closing, ClosingBalance, Entry
from tests.funds.books import account_of, expense, fund_of, income, move
from tests.immutable import opened_tables

pytestmark = pytest.mark.django_db
ENTRY, CLOSING, BALANCE = (model._meta.db_table for model in (Entry, Closing, ClosingBalance))
OTHERS = {
    "boolean": "NOT {column}",
    "bool": "NOT {column}",
    "date": "'1999-01-01'",
    "datetime": "'1999-01-01 00:00:00+00'",
    "timestamp with time zone": "'1999-01-01 00:00:00+00'",
}


@pytest.fixture
def books(tree):
    fund, other = fund_of(tree.first, cash=1000), fund_of(tree.second, "Q2")
    income(fund, 500)
    expense(fund, 200)
    move(account_of(fund), account_of(other), 100)
    last_day = date(2024, 1, 31)
    counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, last_day)}
    close_month(fund=fund, last_day=last_day, counted=counted, user=None)
    return fund


def run(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def columns_of(model):
    return [
        (field.column, OTHERS.get(field.db_type(connection), "'7'"))
        for field in model._meta.local_concrete_fields
        if not field.primary_key
    ]


@pytest.mark.parametrize(("column", "value"), columns_of(Entry))
def test_no_column_of_an_entry_is_changed(books, column, value):
    with pytest.raises(IntegrityError, match="never changed"):
        run(f"UPDATE {ENTRY} SET {column} = {value.format(column=column)}")  # noqa: S608 (our own names)


@pytest.mark.parametrize("table", [ENTRY, CLOSING, BALANCE])
def test_nothing_is_deleted(books, table):
    with pytest.raises(IntegrityError, match="never changed"):
        run(f"DELETE FROM {table}")  # noqa: S608 (our own names)


@pytest.mark.parametrize(
    ("table", "change"), [(CLOSING, "sequence = 9"), (CLOSING, "seal = 'x'"), (BALANCE, "booked = 9")]
)
def test_what_was_closed_is_not_changed(books, table, change):
    with pytest.raises(IntegrityError, match="never changed"):
        run(f"UPDATE {table} SET {change}")  # noqa: S608 (our own names)


@pytest.mark.parametrize("model", [Entry, Closing, ClosingBalance])
def test_models_and_querysets_refuse_in_words(books, model):
    row = model.objects.order_by("pk")[0]
    with pytest.raises(ValidationError):
        row.delete()
    with pytest.raises(ValidationError):
        model.objects.all().delete()
    with pytest.raises(ValidationError):
        model.objects.update(pk=7)


def test_an_entry_is_saved_once(books):
    entry = Entry.objects.order_by("pk")[0]
    entry.amount = 7
    with pytest.raises(ValidationError, match="giữ nguyên"):
        entry.save()


def keys_of(model):
    """Each way in which a new row can take the place of another: by its key, by every other key."""
    meta = model._meta
    others = [list(each.fields) for each in meta.constraints if isinstance(each, UniqueConstraint)]
    return [["id"], *others, *([field.name] for field in meta.local_concrete_fields if field.unique)]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="Only SQLite knows INSERT OR REPLACE.")
@pytest.mark.parametrize(
    ("model", "same", "change"),
    [
        (model, same, change)
        for model, change in ((Entry, "amount"), (Closing, "sequence"), (ClosingBalance, "counted"))
        for same in keys_of(model)
        if change not in same
    ],
)
def test_no_row_takes_the_place_of_another(books, model, same, change):
    reverse_entry(entry=Entry.objects.get(amount=200), date=date(2024, 3, 11), reason="Nhầm", user=None)
    before = list(model.objects.order_by("pk").values())
    columns = [field.column for field in model._meta.local_concrete_fields]
    kept = {model._meta.get_field(name).column for name in same}
    # All other keys are new ones.
    fresh = {
        "id": "id + 1000",
        "number": "number + 1000",
        "paired_with_id": "NULL",
        "reverses_id": "NULL",
        change: f"{change} + 1",
    }
    if model is Entry:
        fresh |= {"sequence": "sequence + 1000", change: "abs(amount) + 1" if "reverses" not in same else "amount - 1"}
    values = [column if column in kept else fresh.get(column, column) for column in columns]
    there = model.objects.filter(**{f"{name}__isnull": False for name in same})
    table, last = model._meta.db_table, there.order_by("-pk")[0].pk
    sql = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} WHERE id = %s"  # noqa: S608
    with pytest.raises(IntegrityError, match="never changed"):
        run(sql, last)
    assert list(model.objects.order_by("pk").values()) == before


SMUGGLED = {
    "amount = amount + 1 WHERE sequence = 2": "từ bút toán thứ 2, dấu niêm phong không khớp",
    "date = '2024-03-11' WHERE sequence = 2": "từ bút toán thứ 2, dấu niêm phong không khớp",
    "purpose = 'khác' WHERE sequence = 3": "từ bút toán thứ 3, dấu niêm phong không khớp",
    "number = 9 WHERE sequence = 2": "số chứng từ 9, lẽ ra 1",
    "year = 2023 WHERE sequence = 2": "năm không khớp ngày",
}


@pytest.mark.parametrize(("change", "words"), SMUGGLED.items())
def test_a_change_behind_the_triggers_is_found(books, change, words):
    assert list(find_faults()) == []
    with opened_tables():
        run(f"UPDATE {ENTRY} SET {change} AND fund_id = %s", books.pk)  # noqa: S608 (our own names)
    assert words in " ".join(find_faults())


def test_a_row_that_was_taken_out_is_found(books):
    with opened_tables():
        run(f"DELETE FROM {ENTRY} WHERE sequence = 2 AND fund_id = %s", books.pk)  # noqa: S608 (our own names)
    assert f"Quỹ {books.code}: thiếu bút toán thứ 2." in list(find_faults())


def test_a_row_that_was_slipped_in_is_found(books):
    entry = Entry.objects.filter(fund=books).order_by("-sequence")[0]
    names = [field.column for field in Entry._meta.local_concrete_fields if not field.primary_key]
    changed = {"sequence": "sequence + 1", "number": "number + 1", "paired_with_id": "NULL"}
    values = ", ".join(changed.get(name, name) for name in names)
    sql = f"INSERT INTO {ENTRY} ({', '.join(names)}) SELECT {values} FROM {ENTRY} WHERE id = %s"  # noqa: S608
    run(sql, entry.pk)
    assert "từ bút toán thứ 5, dấu niêm phong không khớp" in " ".join(find_faults())


def test_a_row_in_a_closed_month_is_found_though_it_is_sealed(books, monkeypatch):
    monkeypatch.setattr("funds.ledger.closed_until", lambda fund: None)
    income(books, 5, on=date(2024, 1, 20))
    faults = " ".join(find_faults())
    assert "có bút toán ghi vào kỳ đã khóa đến 31/01/2024" in faults


def test_a_last_row_that_was_taken_out_contradicts_the_closing(books):
    with opened_tables():
        run(f"DELETE FROM {BALANCE}")  # noqa: S608 (our own names)
        run(f"DELETE FROM {ENTRY} WHERE paired_with_id IS NOT NULL")  # noqa: S608 (our own names)
        run(f"DELETE FROM {ENTRY} WHERE fund_id = %s AND sequence > 2", books.pk)  # noqa: S608 (our own names)
    assert "dấu niêm phong không còn trong sổ" in " ".join(find_faults())


def test_an_account_below_zero_is_found(books, monkeypatch):
    monkeypatch.setattr("funds.ledger.check_balances", lambda *arguments: None)
    expense(books, 5000)
    assert "“Tiền mặt” âm" in " ".join(find_faults())
