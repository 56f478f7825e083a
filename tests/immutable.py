"""The switch that only tests have: tables that the database keeps as they are, opened to be emptied."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from core.immutable import SUFFIX

ON_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ESCAPE '!'"
ON_POSTGRESQL = """
SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE %s ESCAPE '!'
"""
NAMES = f"%{SUFFIX}!_%".replace("_kept", "!_kept")


@contextmanager
def opened_tables(connection=connection) -> Iterator[None]:
    """Take the triggers away for the block."""
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            # A table with checks still to come cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(ON_POSTGRESQL if postgresql else ON_SQLITE, [NAMES])
        found = cursor.fetchall()
        for name, table in found:
            off = f"ALTER TABLE {table} DISABLE TRIGGER {name}" if postgresql else f'DROP TRIGGER "{name}"'
            cursor.execute(off)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for name, stored in found:
                cursor.execute(f"ALTER TABLE {stored} ENABLE TRIGGER {name}" if postgresql else stored)
            if postgresql:
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
