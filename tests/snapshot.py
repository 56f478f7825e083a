"""The whole database as it once stood, kept in memory: putting it back is quicker than loading it again."""

import io
import sqlite3

import pytest
from django.db import connection, transaction

from tests.immutable import opened_tables


class Snapshot:
    """Taken when it is made; `put_back` replaces every row of every table."""

    def __init__(self):
        if connection.vendor == "sqlite":
            self.kept = sqlite3.connect(":memory:", check_same_thread=False)
            connection.ensure_connection()
            connection.connection.backup(self.kept)
            return
        self.kept = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                rows = io.BytesIO()
                cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
                self.kept[table] = rows.getvalue()

    def put_back(self):
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            self.kept.backup(connection.connection)
            return
        # Foreign keys are checked at the end of the transaction only. Sequences only ever move on.
        with transaction.atomic(), connection.cursor() as cursor:
            tables = ", ".join(f'"{table}"' for table in self.kept)
            with opened_tables():
                cursor.execute(f"TRUNCATE {tables}")
            for table, rows in self.kept.items():
                if rows:
                    cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.BytesIO(rows))


# Where a process keeps those that it goes back to.
EMPTY, DEMONSTRATION = pytest.StashKey[Snapshot](), pytest.StashKey[Snapshot]()
