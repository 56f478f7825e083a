"""Many rows at once: written as values that are ready for the database, without an instance for each, and read so.

SQLite takes them with ``executemany``, PostgreSQL with ``COPY``. History is the caller's to record.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from core.search import words_added_together

# No text of ours holds this sign: it stands for NULL, which CSV cannot tell from an empty text.
NULL = "\x01"
MOST_RANGES = 200
READERS_ONLY, WRITERS_WAIT = "SHARE", "SHARE ROW EXCLUSIVE"


def lock_tables(tables: Iterable[type[models.Model]], *, mode: str = WRITERS_WAIT) -> None:
    """Let nobody else write these tables until the transaction ends; SQLite has but one writer anyway."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN {mode} MODE")


def reserve_keys(model: type[models.Model], number: int) -> Sequence[int]:
    """Primary keys for ``number`` new rows, which nobody else gets; within a transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, model._meta.pk.column, number],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
    return range(first, first + number)


def columns_of(model: type[models.Model], fields: Iterable[str]) -> list[str]:
    options = model._meta
    chosen = (options.pk if name == "pk" else options.get_field(name) for name in fields)
    return [connection.ops.quote_name(field.column) for field in chosen]


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: list[Sequence]) -> None:
    """Insert rows of values in the order of ``fields``, the primary key among them."""
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    columns = columns_of(model, fields)
    with words_added_together(model), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copy_rows(cursor, table, columns, rows)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)  # noqa: S608


def update_rows(model: type[models.Model], fields: Sequence[str], rows: list[Sequence]) -> None:
    """Bring ``fields`` of the rows up to date; each row of values ends with its primary key."""
    if not rows:
        return
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    columns = columns_of(model, fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TEMP TABLE bulk_changes ON COMMIT DROP AS "  # noqa: S608
                f"SELECT {', '.join(columns)}, {key} FROM {table} WITH NO DATA"
            )
            copy_rows(cursor, "bulk_changes", [*columns, key], rows)
            values = ", ".join(f"{column} = new.{column}" for column in columns)
            cursor.execute(f"UPDATE {table} SET {values} FROM bulk_changes new WHERE {table}.{key} = new.{key}")  # noqa: S608
            cursor.execute("DROP TABLE bulk_changes")
        else:
            values = ", ".join(f"{column} = %s" for column in columns)
            cursor.executemany(f"UPDATE {table} SET {values} WHERE {key} = %s", rows)  # noqa: S608


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
