"""Rows that many tests begin with: the services enter them once in a process, then they are put back for each test."""

import copy
import io
from types import SimpleNamespace

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Max

TABLES = apps.get_models(include_auto_created=True)


def last_keys() -> dict:
    return {model: model._base_manager.aggregate(last=Max("pk"))["last"] for model in TABLES}


def kept(model, condition: str):
    """The rows of a table under a condition, as the database itself writes them, and how they go in again."""
    table, key = f'"{model._meta.db_table}"', f'"{model._meta.pk.column}"'
    found = f"FROM {table} WHERE {condition.replace('key', key)}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rows = io.BytesIO()
            cursor.copy_expert(f"COPY (SELECT * {found} ORDER BY {key}) TO STDOUT", rows)
            return f"COPY {table} FROM STDIN", rows.getvalue()
        columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
        values = " || ', ' || ".join(f"quote({column})" for column in columns)
        cursor.execute(f"SELECT {values} {found} ORDER BY {key}")
        rows = ", ".join(f"({row})" for (row,) in cursor.fetchall())
        return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {rows}", None


class Scene:
    """What ``build`` writes and returns, kept while nothing else stands in the database; all of it is rolled back.

    ``build`` adds rows, changes none that stood before, and returns a namespace. With a ``ground``, another scene,
    it gets that one's namespace and stands on it.
    """

    def __init__(self, build, ground: "Scene | None" = None):
        with transaction.atomic():
            self.ground = ground
            self.below = vars(ground.put_back()) if ground else {}
            before = last_keys()
            stood = {model: kept(model, f"key <= {last!r}") for model, last in before.items() if last is not None}
            self.made = build(SimpleNamespace(**self.below)) if ground else build()
            after = last_keys()
            assert all(kept(model, f"key <= {before[model]!r}") == rows for model, rows in stood.items())
            self.rows = [
                kept(model, "true" if before[model] is None else f"key > {before[model]!r}")
                for model in TABLES
                if before[model] != after[model]
            ]
            transaction.set_rollback(True)

    def put_back(self, below=None) -> SimpleNamespace:
        """The same rows under the same keys; the namespace holds copies, which a test may change as it likes.

        ``below`` is the ground as the test knows it: the new objects refer to that, and not to copies of it.
        """
        if self.ground and below is None:
            below = self.ground.put_back()
        # Foreign keys are checked at the end of the transaction only.
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, rows in self.rows:
                if rows is None:
                    cursor.execute(statement)
                else:
                    cursor.copy_expert(statement, io.BytesIO(rows))
        known = {id(each): getattr(below, name) for name, each in self.below.items()}
        return copy.deepcopy(self.made, known)
