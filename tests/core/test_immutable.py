"""Rows that the database keeps as they are, tried with plain SQL on both engines."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, connections, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from core.immutable import Immutable, Mutable, StillImmutable
from tests.immutable import opened_tables

pytestmark = pytest.mark.django_db
ALIAS, TABLE = "ledger", "members_ledger"
MESSAGE = "Sổ này không sửa, ông/bà ghi bút toán đảo."


class Ledger:
    """A table of its own; on SQLite in a database of its own, because migrations cannot run in a test's transaction."""

    def __init__(self):
        self.database, self.state = connection, ProjectState()
        if connection.vendor == "sqlite":
            kind = type(connections["default"])
            self.database = connections[ALIAS] = kind(connection.settings_dict | {"NAME": ":memory:"}, ALIAS)

    def apply(self, *operations):
        """Carry operations out as a migration does."""
        migration = migrations.Migration("0001", "members")
        migration.operations = list(operations)
        with self.database.schema_editor() as editor:
            self.state = migration.apply(self.state, editor)

    def run(self, statement):
        try:
            with self.database.cursor() as cursor:
                if self.database.vendor == "sqlite":
                    return cursor.execute(statement.format(TABLE)).rowcount
                with transaction.atomic():
                    cursor.execute(statement.format(TABLE))
                    return cursor.rowcount
        except IntegrityError as error:
            return str(error).splitlines()[0]


KEEP = Immutable("Ledger", condition="OLD.closed", open_columns=["note"], message=MESSAGE)


@pytest.fixture
def ledger():
    """Rows that are closed are kept, but for their note."""
    ledger = Ledger()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("closed", models.BooleanField(default=False)),
        ("amount", models.IntegerField(null=True)),
        ("note", models.CharField(max_length=20, default="")),
    ]
    ledger.apply(migrations.CreateModel("Ledger", fields))
    ledger.run("INSERT INTO {} (closed, amount, note) VALUES (TRUE, 5, ''), (FALSE, 6, ''), (TRUE, NULL, '')")
    ledger.apply(KEEP)
    yield ledger
    if ledger.database is not connection:
        ledger.database.close()
        del connections[ALIAS]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET amount = 7 WHERE id = 1",
        "UPDATE {} SET amount = NULL WHERE id = 1",
        "UPDATE {} SET amount = 1 WHERE id = 3",
        "UPDATE {} SET closed = FALSE WHERE id = 1",
        "UPDATE {} SET note = 'x', amount = 7 WHERE id = 1",
        "UPDATE {} SET amount = amount + 1",
        "DELETE FROM {} WHERE id = 1",
        "DELETE FROM {}",
    ],
)
def test_what_is_closed_is_neither_changed_nor_deleted(ledger, statement):
    assert ledger.run(statement) == MESSAGE


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET amount = 7 WHERE id = 2",
        "UPDATE {} SET closed = TRUE WHERE id = 2",
        "UPDATE {} SET note = 'x' WHERE id = 1",
        "UPDATE {} SET amount = amount, note = 'x' WHERE id = 3",
        "DELETE FROM {} WHERE id = 2",
    ],
)
def test_open_rows_and_open_columns_change(ledger, statement):
    assert ledger.run(statement) == 1


def test_without_a_condition_every_row_is_kept(ledger):
    ledger.apply(Immutable("Ledger", message=MESSAGE))
    for statement in ("UPDATE {} SET note = 'x' WHERE id = 2", "DELETE FROM {} WHERE id = 2"):
        assert ledger.run(statement) == MESSAGE


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite knows no TRUNCATE.")
def test_a_table_is_not_emptied_in_one_go(ledger):
    assert ledger.run("TRUNCATE {}") == MESSAGE


def test_repeated_after_a_migration_it_covers_the_new_column(ledger):
    # With a default SQLite makes the table anew, and loses its triggers.
    ledger.apply(migrations.AddField("Ledger", "place", models.CharField(max_length=9, default="Sơn La")), KEEP)
    assert ledger.run("UPDATE {} SET place = 'x' WHERE id = 1") == MESSAGE
    ledger.apply(migrations.AlterField("Ledger", "amount", models.BigIntegerField(null=True)), KEEP)
    assert ledger.run("UPDATE {} SET amount = 9 WHERE id = 1") == MESSAGE


def test_taken_off_a_column_may_go(ledger):
    ledger.apply(Mutable("Ledger"))
    assert ledger.run("UPDATE {} SET amount = 1 WHERE id = 1") == 1
    ledger.apply(migrations.RemoveField("Ledger", "amount"), KEEP)
    assert ledger.run("DELETE FROM {} WHERE id = 1") == MESSAGE


def test_taken_back_rows_change_again(ledger):
    with ledger.database.schema_editor() as editor:
        KEEP.database_backwards("members", editor, ledger.state, ledger.state)
    assert ledger.run("DELETE FROM {}") == 3


def test_what_was_only_repeated_leaves_rows_kept_when_it_is_taken_back(ledger):
    again = StillImmutable("Ledger", condition="OLD.closed", open_columns=["note"], message=MESSAGE)
    ledger.apply(again)
    with ledger.database.schema_editor() as editor:
        again.database_backwards("members", editor, ledger.state, ledger.state)
    assert ledger.run("DELETE FROM {}") == MESSAGE


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="Only SQLite knows INSERT OR REPLACE.")
def test_a_kept_row_is_not_replaced_but_an_open_column_is_written_over(ledger):
    ledger.apply(Immutable("Ledger", open_columns=["note"], message=MESSAGE))
    assert ledger.run("INSERT OR REPLACE INTO {} (id, closed, amount, note) VALUES (1, TRUE, 9, '')") == MESSAGE
    upsert = "INSERT INTO {{}} (id, closed, amount, note) VALUES (1, TRUE, {}, 'x') ON CONFLICT (id) DO "
    upsert += "UPDATE SET note = 'x'"
    assert ledger.run(upsert.format(5)) == 1
    assert ledger.run(upsert.format(9)) == MESSAGE
    assert ledger.run("INSERT INTO {} (closed, amount, note) VALUES (TRUE, 9, '')") == 1


def test_an_open_column_must_exist(ledger):
    with pytest.raises(ValueError, match="nowhere"):
        ledger.apply(Immutable("Ledger", open_columns=["nowhere"]))


def test_only_tests_can_open_the_tables_and_they_close_again(ledger):
    with opened_tables(ledger.database):
        assert ledger.run("UPDATE {} SET amount = 1 WHERE id = 1") == 1
    assert ledger.run("UPDATE {} SET amount = 2 WHERE id = 1") == MESSAGE


def kept_models():
    """(app, its operation) for every table that a migration keeps, as the last one has it."""
    found = {}
    for (app, _), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        for operation in migration.operations:
            if isinstance(operation, Mutable):
                found[app, operation.model_name] = operation if isinstance(operation, Immutable) else None
    return [(app, operation) for (app, _), operation in found.items() if operation]


@pytest.mark.parametrize(("app", "operation"), kept_models(), ids=lambda value: getattr(value, "model_name", value))
def test_every_kept_table_has_the_triggers_that_its_columns_ask_for(app, operation):
    """A later migration may have taken them away or added a column: repeat Immutable there."""
    model = apps.get_model(app, operation.model_name)
    editor = connection.SchemaEditorClass(connection, collect_sql=True)
    wanted = [each for each in operation.statements(editor, model) if each.startswith("CREATE")]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
            there = {in_any_order(sql) for (sql,) in cursor.fetchall()}
            assert [statement for statement in wanted if in_any_order(statement) not in there] == []
            return
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [f"{model._meta.db_table}_kept"])
        (source,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [model._meta.db_table]
        )
        assert cursor.fetchone() == (3,)
    for field in model._meta.local_concrete_fields:
        assert (f'OLD."{field.column}"' in source) == (field.column not in operation.open_columns)


def in_any_order(statement):
    """The words of a statement: migrations may have added the columns in another order."""
    return tuple(sorted(statement.replace("(", " ").replace(")", " ").split()))


def test_there_are_such_tables():
    assert len(kept_models()) >= 3
