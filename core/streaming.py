"""Kinds of spreadsheet whose rows are independent of each other: judged part by part, so that a province's file fits.

What a row will do is staged as values that are ready for the database, and written later in one short transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from simple_history.utils import get_history_model_for_model

from core.bulk import READERS_ONLY, lock_tables
from core.sheets import CHANGED_ROW, Mode, Row, Sheet


@dataclass(slots=True)
class Operation:
    """A row of ``tables[table]`` to write: ``key`` empty for a new one; ``values`` of all columns but the key.

    A part whose link to the whole is None belongs to the new row of the whole from the same line. Lines with one
    ``name`` are about one new whole: the first that is written makes it, the others only add their parts.
    """

    table: int
    key: int | None
    values: list
    name: str = ""


class StreamedSheet(Sheet):
    """``check`` gets some thousand rows at a time and asks the database a fixed number of times for each.

    ``tables`` names the whole first, then its parts, each with the field that leads to the whole in ``links``; "" there
    is a table whose rows stand by themselves.
    """

    is_streamed = True
    links: tuple[str, ...] = ()

    def begin(self) -> None:
        """Fetch what the whole file needs; called once, before the first ``check``."""

    def keys_of(self, row: Row) -> Iterable[tuple[str, Any]]:
        """(column, value) that no other row of the file may carry; asked before ``check``."""
        raise NotImplementedError

    def target_of(self, row: Row) -> Any:
        """The key of the row in the database that this line is about, or what else nobody may share; once checked."""
        raise NotImplementedError

    def operations(self, row: Row) -> list[Operation]:
        """What an accepted row writes."""
        raise NotImplementedError

    def witnesses(self, row: Row) -> list[str]:
        """Names of all that the judgement rests on, what it changes included; writing fails when one was `touched`."""
        raise NotImplementedError

    def touched(self, marks: dict[str, int]) -> set[str]:
        """The witnesses that anybody has written since ``marks``."""
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """What else the judgement rests on, ready for JSON; it must be the same when the file is written."""
        return {}

    def facts_now(self, facts: dict[str, Any]) -> dict[str, Any]:
        """The same facts as they stand now."""
        return {}

    def conclude(self, created: list[list[int]], changed: list[list[int]]) -> None:
        """What follows from the written rows (keys by table), in the same transaction."""

    def lock(self) -> None:
        lock_tables(self.tables)

    def marks(self) -> dict[str, int]:
        """How far the histories reach, no writer being under way: whatever comes later has a larger number."""
        with transaction.atomic():
            lock_tables(self.tables, mode=READERS_ONLY)
            return {model._meta.label: latest_history(model) for model in self.tables}

    def merge(self, row: Row, field: str, before: Any, after: Any) -> Any:
        """The value that the row leaves behind, by the importer's mode; differences are noted on the row."""
        if before == after or (self.importer.mode == Mode.FILL and before not in (None, "")):
            return before
        row.status = CHANGED_ROW
        shown = next(column.parse.show for column in self.columns if column.code == field)
        row.changes.append((row.headings[field], shown(before), shown(after)))
        return after


def latest_history(model: type[models.Model]) -> int:
    history = get_history_model_for_model(model)
    return history.objects.aggregate(latest=models.Max("history_id"))["latest"] or 0


def touched_since(model: type[models.Model], marks: dict[str, int]) -> models.QuerySet:
    """The history rows of ``model`` that came after ``marks``."""
    history = get_history_model_for_model(model)
    return history.objects.filter(history_id__gt=marks[model._meta.label]).order_by()


def value_columns(model: type[models.Model]) -> list[str]:
    """The columns of `Operation.values`, in order."""
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key]
