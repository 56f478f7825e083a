"""Many rows at once: written as values that are ready for the database, without an instance for each, and read so.

SQLite copies them from a temporary table, PostgreSQL takes them with ``COPY``. History is the caller's to record.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import reduce
from itertools import count, islice
from operator import or_

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

# No text of ours holds this sign: it stands for NULL, which CSV cannot tell from an empty text.
NULL = "\x01"
MOST_RANGES, FEW_RANGES = 200, 20
# Rows that change in the same columns share an UPDATE; with more ways of changing than this, all of them do.
MOST_UPDATES = 20
ROOM_KB, IN_MEMORY = 128 * 1024, 2
TABLE_NUMBERS = count(1)
READERS_ONLY, WRITERS_WAIT = "SHARE", "SHARE ROW EXCLUSIVE"


def lock_tables(tables: Iterable[type[models.Model]], *, mode: str = WRITERS_WAIT) -> None:
    """Let nobody else write these tables until the transaction ends; SQLite has but one writer anyway."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN {mode} MODE")


@contextmanager
def room_to_write() -> Iterator[None]:
    """Memory for all the pages that some thousand rows touch; entered before the transaction.

    Else SQLite would write what does not fit and read it again, and keep in a temporary file how each page was before
    the statement, all that while everybody waits.
    """
    if connection.vendor != "sqlite":
        yield
        return
    room = {"cache_size": -ROOM_KB}
    if not connection.in_atomic_block:
        room["temp_store"] = IN_MEMORY
    with connection.cursor() as cursor:
        usual = {}
        for name, value in room.items():
            cursor.execute(f"PRAGMA {name}")
            (usual[name],) = cursor.fetchone()
            cursor.execute(f"PRAGMA {name} = {value}")
        try:
            yield
        finally:
            for name, value in usual.items():
                cursor.execute(f"PRAGMA {name} = {value}")


def reserve_keys(model: type[models.Model], number: int) -> Sequence[int]:
    """Primary keys for ``number`` new rows, which nobody else gets, whatever becomes of the rows."""
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # OFFSET keeps the sequence from being looked up for every single key.
            cursor.execute(
                "SELECT nextval(found.sequence) FROM "
                "(SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence OFFSET 0) found, generate_series(1, %s)",
                [table, model._meta.pk.column, number],
            )
            return [key for (key,) in cursor.fetchall()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        if found:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + number, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)", [last + number, table])
    return range(last + 1, last + 1 + number)


def columns_of(model: type[models.Model], fields: Iterable[str]) -> list[str]:
    options = model._meta
    chosen = (options.pk if name == "pk" else options.get_field(name) for name in fields)
    return [connection.ops.quote_name(field.column) for field in chosen]


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: list[Sequence]) -> None:
    """Insert rows of values in the order of ``fields``, the primary key among them."""
    if rows:
        with closing(WaitingRows(model, fields, rows)) as waiting:
            waiting.insert()


def update_rows(model: type[models.Model], fields: Sequence[str], rows: list[Sequence]) -> None:
    """Bring ``fields`` of the rows up to date; each row of values ends with its primary key."""
    if rows:
        with closing(WaitingRows(model, [*fields, "pk"], rows)) as waiting:
            waiting.update()


class WaitingRows:
    """Rows of values on their way into a table, the primary key among their ``fields``; closed afterwards.

    On SQLite they wait in a temporary table. That can be filled before the lock of the only writer is taken, which is
    then held for no longer than copying and indexing take. On PostgreSQL they wait in memory.
    """

    def __init__(self, model: type[models.Model], fields: Sequence[str], rows: list[Sequence]):
        quote = connection.ops.quote_name
        self.table, self.key = quote(model._meta.db_table), quote(model._meta.pk.column)
        self.columns = columns_of(model, fields)
        self.values = [column for column in self.columns if column != self.key]
        self.rows = rows
        self.name = "bulk_changes"
        self.changes: list[int] | None = None
        if connection.vendor == "sqlite":
            self.fill()

    def fill(self) -> None:
        self.name = f"bulk_{next(TABLE_NUMBERS)}"
        columns, places = ", ".join(self.columns), ", ".join(["%s"] * len(self.columns))
        with connection.cursor() as cursor:
            values = ", ".join(self.values)
            cursor.execute(f"CREATE TEMP TABLE {self.name} ({self.key} INTEGER PRIMARY KEY, {values}, bulk_change)")
            cursor.executemany(f"INSERT INTO temp.{self.name} ({columns}) VALUES ({places})", self.rows)  # noqa: S608
        self.rows = []

    def insert(self) -> None:
        columns = ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                if self.rows:
                    copy_rows(cursor, self.table, self.columns, self.rows)
            else:
                cursor.execute(f"INSERT INTO {self.table} ({columns}) SELECT {columns} FROM temp.{self.name}")  # noqa: S608

    def compare(self) -> None:
        """See which columns of which rows differ from the table: SQLite writes an index of whatever is set anew."""
        if connection.vendor == "postgresql" or self.changes is not None:
            return
        bits = " + ".join(f"{1 << place} * (old.{each} IS NOT new.{each})" for place, each in enumerate(self.values))
        old = f"SELECT {bits} FROM {self.table} old WHERE old.{self.key} = new.{self.key}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE temp.{self.name} AS new SET bulk_change = ({old})")  # noqa: S608
            cursor.execute(f"SELECT DISTINCT bulk_change FROM temp.{self.name} WHERE bulk_change > 0")  # noqa: S608
            self.changes = [change for (change,) in cursor.fetchall()]
            if len(self.changes) > MOST_UPDATES:
                self.changes = [reduce(or_, self.changes)]
                cursor.execute(f"UPDATE temp.{self.name} SET bulk_change = %s WHERE bulk_change > 0", self.changes)  # noqa: S608

    def update(self) -> None:
        """Bring the rows in the table up to date; none of them may have changed since `compare`."""
        if connection.vendor == "postgresql":
            if self.rows:
                self.update_by_copy()
            return
        self.compare()
        with connection.cursor() as cursor:
            for change in self.changes:
                columns = ", ".join(each for place, each in enumerate(self.values) if change >> place & 1)
                new = f"SELECT {columns} FROM temp.{self.name} new WHERE new.{self.key} = {self.table}.{self.key}"  # noqa: S608
                keys = f"SELECT {self.key} FROM temp.{self.name} WHERE bulk_change = %s"  # noqa: S608
                cursor.execute(f"UPDATE {self.table} SET ({columns}) = ({new}) WHERE {self.key} IN ({keys})", [change])  # noqa: S608

    def update_by_copy(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE {self.name} ON COMMIT DROP AS "  # noqa: S608
                f"SELECT {', '.join(self.columns)} FROM {self.table} WITH NO DATA"
            )
            copy_rows(cursor, self.name, self.columns, self.rows)
            values = ", ".join(f"{column} = new.{column}" for column in self.values)
            same = f"{self.table}.{self.key} = new.{self.key}"
            cursor.execute(f"UPDATE {self.table} SET {values} FROM {self.name} new WHERE {same}")  # noqa: S608
            cursor.execute(f"DROP TABLE {self.name}")

    def leave_out(self, keys: Iterable[int]) -> None:
        """Write these rows no more."""
        left = set(keys)
        if connection.vendor == "postgresql":
            place = self.columns.index(self.key)
            self.rows = [row for row in self.rows if row[place] not in left]
        elif left:
            with connection.cursor() as cursor:
                keys = "SELECT value FROM json_each(%s)"
                cursor.execute(f"DELETE FROM temp.{self.name} WHERE {self.key} IN ({keys})", [json.dumps(list(left))])  # noqa: S608

    def close(self) -> None:
        self.rows = []
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS temp.{self.name}")


def copy_rows(cursor, table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([NULL if value is None else value for value in row] for row in rows)
    text.seek(0)
    # Past Django's own cursor, which would translate what the database refuses.
    with connection.wrap_database_errors:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv, NULL '{NULL}')", text)


def key_filters(keys: Iterable[int], field: str = "pk") -> Iterator[models.Q]:
    """Conditions that together name exactly ``keys``: runs of neighbours as ranges, a bearable number at a time."""
    ranges = key_ranges(keys)
    while part := list(islice(ranges, MOST_RANGES)):
        condition = models.Q()
        single = [first for first, last in part if first == last]
        for first, last in part:
            if first != last:
                # Foreign keys know no "range".
                condition |= models.Q(**{f"{field}__gte": first, f"{field}__lte": last})
        if single:
            condition |= models.Q(**{f"{field}__in": single})
        yield condition


def among(keys: Iterable[int], field: str = "pk") -> models.Q:
    """The rows with these keys in ``field``, however many: a few ranges, else one parameter that holds them all."""
    keys = sorted(keys)
    ranges = list(islice(key_ranges(keys), FEW_RANGES + 1))
    if len(ranges) <= FEW_RANGES:
        # Foreign keys know no "range".
        within = (models.Q(**{f"{field}__gte": first, f"{field}__lte": last}) for first, last in ranges)
        return reduce(or_, within, models.Q(pk__in=[]))
    if connection.vendor == "postgresql":
        listed = RawSQL("SELECT unnest(%s::bigint[])", [keys])  # noqa: S611 (a parameter, no text)
    else:
        listed = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(keys)])  # noqa: S611
    return models.Q(**{f"{field}__in": listed})


def key_ranges(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    """{1, 2, 3, 7} → (1, 3), (7, 7)."""
    first = last = None
    for key in sorted(keys):
        if last is not None and key == last + 1:
            last = key
            continue
        if first is not None:
            yield first, last
        first = last = key
    if first is not None:
        yield first, last


def fetch(rows: models.QuerySet) -> list[tuple]:
    """All rows of a ``values_list`` at once, as the database gives them: moments go through `as_moment`.

    Django converts every value and hands the rows over by the hundred, which takes longer than reading them.
    """
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def as_moment(value: datetime | str | None) -> datetime | None:
    """A moment as it was fetched: SQLite gives it in UTC without saying so, and that of an expression as text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value
