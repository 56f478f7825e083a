"""Rows that the database itself keeps as they are: a trigger refuses UPDATE and DELETE, whoever sends them.

On SQLite INSERT OR REPLACE takes a row away without asking the trigger of DELETE: where all rows of a table are kept, a
third one refuses to put another row in the place of one of them.

Models and services refuse first and in words; this is for everything that goes around them. Nothing in the product
can switch it off. Tests, which empty their tables, take the triggers away and put them back (`tests/immutable.py`).
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db.migrations.operations.base import Operation
from django.db.models import UniqueConstraint

SUFFIX = "_kept"


class Mutable(Operation):
    """Take the triggers of a table off: before a migration that removes or renames a column of it."""

    reduces_to_sql = True
    reversible = False

    def __init__(self, model_name: str):
        self.model_name = model_name

    def state_forwards(self, app_label, state):
        """The models stay as they are."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        run(schema_editor, removal(schema_editor, table_of(app_label, to_state, self.model_name)))

    def describe(self):
        return f"Let rows of {self.model_name} change"


class Immutable(Mutable):
    """Refuse changes of the rows that ``condition`` names, in SQL over ``OLD``; always, where it is empty.

    ``open_columns`` may change even then. The condition sees one row only: a trigger that asked another table would
    keep SQLite from ever making that table anew. On PostgreSQL TRUNCATE is refused as well. ``further``: more pairs of
    a condition and the columns that it leaves open.

    Repeat this operation after every migration of the table: on SQLite Django may have made the table anew, and the
    triggers went with the old one; and new columns are kept from then on only (`tests/core/test_immutable.py` finds
    what is missing).
    """

    reversible = True

    def __init__(
        self,
        model_name: str,
        condition: str = "",
        open_columns: Sequence[str] = (),
        message: str = "",
        further: Sequence[tuple[str, Sequence[str]]] = (),
    ):
        super().__init__(model_name)
        self.rules = [
            (condition or "TRUE", frozenset(open_columns)),
            *((each, frozenset(left)) for each, left in further),
        ]
        self.condition = " OR ".join(f"({each})" for each, _ in self.rules) if further else self.rules[0][0]
        # Whatever holds of the row.
        self.open_columns = frozenset.intersection(*(left for _, left in self.rules))
        self.message = message or "These rows are never changed."

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        run(schema_editor, self.statements(schema_editor, to_state.apps.get_model(app_label, self.model_name)))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        run(schema_editor, removal(schema_editor, table_of(app_label, from_state, self.model_name)))

    def describe(self):
        return f"Keep rows of {self.model_name} as they are"

    def statements(self, schema_editor, model) -> Iterable[str]:
        table = model._meta.db_table
        columns = [field.column for field in model._meta.local_concrete_fields]
        if unknown := frozenset.union(*(left for _, left in self.rules)) - set(columns):
            raise ValueError(f"{table} has no columns {sorted(unknown)}.")
        yield from removal(schema_editor, table)
        postgresql = schema_editor.connection.vendor == "postgresql"
        differs = " IS DISTINCT FROM " if postgresql else " IS NOT "
        refused = []
        for condition, left in self.rules:
            closed = [schema_editor.quote_name(column) for column in columns if column not in left]
            changed = " OR ".join(f"OLD.{column}{differs}NEW.{column}" for column in closed)
            refused.append(f"({condition}) AND ({changed})")
        message = self.message.replace("'", "''")
        write = self.for_postgresql if postgresql else self.for_sqlite
        yield from write(schema_editor.quote_name, table, " OR ".join(refused), message)
        if not postgresql and self.condition == "TRUE":
            yield self.for_replacing(schema_editor, model, " OR ".join(refused), message)

    def for_sqlite(self, quote, table: str, refused: str, message: str) -> Iterable[str]:
        for event, condition in (("UPDATE", refused), ("DELETE", self.condition)):
            yield (
                f"CREATE TRIGGER {quote(trigger_name(table, event))} BEFORE {event} ON {quote(table)} FOR EACH ROW "
                f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )

    def for_replacing(self, schema_editor, model, refused: str, message: str) -> str:
        """Refuse a row under a key that another has, unless it says the same but for open columns."""
        table, quote = model._meta.db_table, schema_editor.quote_name
        same = []
        for columns, condition in keys_of(schema_editor, model):
            parts = [f"OLD.{quote(column)} = NEW.{quote(column)}" for column in columns]
            same.append(" AND ".join([*parts, *([f"({condition})"] if condition else [])]))
        there = " OR ".join(f"({each})" for each in same)
        found = f"FROM {quote(table)} AS OLD WHERE ({there}) AND ({refused})"
        return (
            f"CREATE TRIGGER {quote(trigger_name(table, 'INSERT'))} BEFORE INSERT ON {quote(table)} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{message}') {found}; END"
        )

    def for_postgresql(self, quote, table: str, refused: str, message: str) -> Iterable[str]:
        """A function of the table's own: named in a trigger's WHEN, no column could ever change its type."""
        function = quote(f"{table}{SUFFIX}")
        # 23000: an integrity constraint is violated.
        refuse = f"RAISE EXCEPTION USING ERRCODE = '23000', MESSAGE = '{message}';"
        yield (
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'TRUNCATE' THEN {refuse} END IF; "
            f"IF TG_OP = 'UPDATE' THEN IF {refused} THEN {refuse} END IF; RETURN NEW; END IF; "
            f"IF {self.condition} THEN {refuse} END IF; RETURN OLD; END $$"
        )
        for event, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            yield (
                f"CREATE TRIGGER {quote(trigger_name(table, event))} BEFORE {event} ON {quote(table)} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            )


class StillImmutable(Immutable):
    """Repeated in a migration that changes nothing else of the table: taken back, the rows stay kept."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """The triggers stay; whatever put them there first takes them away."""


def keys_of(schema_editor, model) -> Iterator[tuple[list[str], str]]:
    """The columns by which no two rows are alike, and in SQL among which rows; empty, among all."""
    meta = model._meta
    for field in meta.local_concrete_fields:
        if field.unique:
            yield [field.column], ""
    for names in meta.unique_together:
        yield [meta.get_field(name).column for name in names], ""
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            condition = constraint._get_condition_sql(model, schema_editor) or ""
            yield [meta.get_field(name).column for name in constraint.fields], condition


def trigger_name(table: str, event: str) -> str:
    return f"{table}{SUFFIX}_{event.lower()}"


def table_of(app_label: str, state, model_name: str) -> str:
    return state.apps.get_model(app_label, model_name)._meta.db_table


def removal(schema_editor, table: str) -> Iterable[str]:
    quote = schema_editor.quote_name
    if schema_editor.connection.vendor == "postgresql":
        for event in ("UPDATE", "DELETE", "TRUNCATE"):
            yield f"DROP TRIGGER IF EXISTS {quote(trigger_name(table, event))} ON {quote(table)}"
        yield f"DROP FUNCTION IF EXISTS {quote(f'{table}{SUFFIX}')}()"
        return
    for event in ("UPDATE", "DELETE", "INSERT"):
        yield f"DROP TRIGGER IF EXISTS {quote(trigger_name(table, event))}"


def run(schema_editor, statements: Iterable[str]) -> None:
    for statement in statements:
        schema_editor.execute(statement, params=None)
