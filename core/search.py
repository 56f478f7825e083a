"""Search by the beginnings of words, quick at the size of a province on both databases.

A model keeps the folded words of what it is found by in a `SearchField`; its migration adds a `WordIndex`.
``filter(search__words="minh tuan")`` then finds the rows where every word begins one of theirs.
"""

from collections.abc import Iterable

from django.db import models
from django.db.migrations.operations.base import Operation
from django.db.models import Lookup

from core.vietnamese import search_words

LONGEST = 600
MOST_WORDS = 12


class SearchField(models.CharField):
    """Words as `words_of` makes them; never shown, never edited."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": LONGEST, "editable": False, "blank": True, "default": "", **kwargs})


def words_of(*texts: str) -> str:
    """The distinct folded words of the texts, in their order, one space between them, cut at a word's end."""
    words = " ".join(dict.fromkeys(word for text in texts if text for word in search_words(text)))
    return words if len(words) <= LONGEST else words[:LONGEST].rpartition(" ")[0]


@SearchField.register_lookup
class Words(Lookup):
    """Every word of the text begins a word of the field; a text without words finds nothing."""

    lookup_name = "words"
    prepare_rhs = False

    def as_postgresql(self, compiler, connection):
        if not (words := query_words(self.rhs)):
            return "FALSE", []
        column, parameters = self.process_lhs(compiler, connection)
        wanted = " & ".join(f"'{word}':*" for word in words)
        return f"{vector(column)} @@ %s::tsquery", [*parameters, wanted]

    def as_sqlite(self, compiler, connection):
        if not (words := query_words(self.rhs)):
            return "0 = 1", []
        options = self.lhs.target.model._meta
        quote = connection.ops.quote_name
        index = quote(index_table(options.db_table))
        key = f"{compiler.quote_name_unless_alias(self.lhs.alias)}.{quote(options.pk.column)}"
        wanted = " AND ".join(f'"{word}"*' for word in words)
        return f"{key} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", [wanted]  # noqa: S608 (names of our own tables)

    def as_sql(self, compiler, connection):
        raise NotImplementedError(f"No word index for {connection.vendor}.")


def query_words(text: str) -> list[str]:
    return search_words(str(text))[:MOST_WORDS]


def vector(column: str) -> str:
    """The words as they stand, without the parser of PostgreSQL's own text search, which would split numbers."""
    return f"array_to_tsvector(string_to_array({column}, ' '))"


def index_table(table: str) -> str:
    return f"{table}_words"


class WordIndex(Operation):
    """Index a `SearchField`: GIN on PostgreSQL, an FTS5 table kept by triggers on SQLite.

    On SQLite Django makes a table anew when a later migration alters one of its columns, and the triggers go with
    the old one: repeat this operation after every such migration (`tests/core/test_search.py` finds a missing one).
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, field: str = "search"):
        self.model_name, self.field = model_name, field

    def state_forwards(self, app_label, state):
        """The models stay as they are."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for statement in self.statements(schema_editor, to_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for statement in removal(schema_editor, table):
            schema_editor.execute(statement, params=None)

    def describe(self):
        return f"Index the words of {self.model_name}.{self.field}"

    def statements(self, schema_editor, model) -> Iterable[str]:
        quote = schema_editor.quote_name
        table, column = model._meta.db_table, quote(model._meta.get_field(self.field).column)
        index, key = quote(index_table(table)), quote(model._meta.pk.column)
        yield from removal(schema_editor, table)
        if schema_editor.connection.vendor == "postgresql":
            yield f"CREATE INDEX {index} ON {quote(table)} USING gin ({vector(column)})"
            return
        yield (
            f"CREATE VIRTUAL TABLE {index} USING fts5({column}, content={quote(table)}, content_rowid={key}, "
            "tokenize='unicode61 remove_diacritics 0', prefix='2 3', detail='none', columnsize=0)"
        )
        added = f"INSERT INTO {index}(rowid, {column}) VALUES (new.{key}, new.{column});"  # noqa: S608
        removed = f"INSERT INTO {index}({index}, rowid, {column}) VALUES ('delete', old.{key}, old.{column});"  # noqa: S608
        changed = f"UPDATE OF {column} ON {quote(table)} WHEN old.{column} IS NOT new.{column}"
        for name, event, body in (
            ("added", f"INSERT ON {quote(table)}", added),
            ("removed", f"DELETE ON {quote(table)}", removed),
            ("changed", changed, f"{removed} {added}"),
        ):
            trigger = quote(f"{index_table(table)}_{name}")
            yield f"CREATE TRIGGER {trigger} AFTER {event} BEGIN {body} END"
        yield f"INSERT INTO {index}({index}) VALUES ('rebuild')"  # noqa: S608


def removal(schema_editor, table: str) -> Iterable[str]:
    index = index_table(table)
    if schema_editor.connection.vendor == "postgresql":
        yield f"DROP INDEX IF EXISTS {schema_editor.quote_name(index)}"
        return
    for name in ("added", "removed", "changed"):
        yield f"DROP TRIGGER IF EXISTS {schema_editor.quote_name(f'{index}_{name}')}"
    yield f"DROP TABLE IF EXISTS {schema_editor.quote_name(index)}"
