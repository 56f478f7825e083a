"""How a list is declared that people take home as a spreadsheet: one class per list, in each app's ``exports.py``.

The columns are those of a kind of spreadsheet (``core/sheets.py``), so that the file can be sent back changed.
``spreadsheets`` writes the files and keeps the log.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from core.sheets import Boolean, Choice, Column
from organizations.models import Organization
from organizations.scoping import holds

READ_AT_ONCE = 2000
YES_NO = {True: "có", False: "không"}

Value = str | int | date | None


class Export:
    """A list of the units within a person's scope, narrowed to ``organization`` and what is below it.

    ``paths`` says for each column which field or annotation of ``rows()`` fills it. ``personal`` columns are left
    out of the file unless the person holds ``personal_permission`` at every unit of the export; those ``on_request``
    (column → permission) also unless asked for. ``fields`` are what else the form asks, ``choices`` the answers.
    """

    code: str
    label: str
    lead: str
    permission: str
    columns: tuple[Column, ...]
    paths: ClassVar[dict[str, str]]
    organization_path = "organization"
    personal: ClassVar[frozenset[str]] = frozenset()
    personal_permission = ""
    on_request: ClassVar[dict[str, str]] = {}
    fields: ClassVar[dict[str, forms.Field]] = {}
    # Templates get the classes themselves.
    do_not_call_in_templates = True

    def __init__(self, *, user, organization: Organization | None = None, choices: dict[str, Any] | None = None):
        self.user, self.organization = user, organization
        self.choices = choices or {}

    def rows(self) -> QuerySet:
        """All rows in the order of the file, with the annotations that ``paths`` names."""
        raise NotImplementedError

    def narrow(self, rows: QuerySet) -> QuerySet:
        """The rows that the answers in ``choices`` leave."""
        return rows

    def describe(self) -> list[str]:
        """What ``choices`` leave, in words for the file and the log."""
        return []

    @classmethod
    def check(cls, choices: dict[str, Any]) -> None:
        """Raise ValidationError for answers that contradict each other."""

    def converter(self, column: Column) -> Callable | None:
        """What makes the stored value of a column into what stands in the file; None leaves it."""
        if isinstance(column.parse, Choice):
            labels = column.parse.labels
            return lambda value: labels.get(value, value)
        return YES_NO.get if isinstance(column.parse, Boolean) else None

    def within(self, units: QuerySet) -> QuerySet:
        if self.organization is None:
            return units
        return units.within(Organization.objects.filter(pk=self.organization.pk))

    def covers(self, permission: str) -> bool:
        """Whether the person holds the permission at every unit of the export, not only at some."""
        if not holds(self.user, permission):
            return False
        seen = self.within(Organization.objects.allowed(self.user, self.permission))
        held = Organization.objects.allowed(self.user, permission).order_by().values("pk")
        return not seen.exclude(pk__in=held).exists()

    @cached_property
    def given(self) -> list[Column]:
        """The columns of the file."""
        hidden = set()
        if self.personal and not self.covers(self.personal_permission):
            hidden |= self.personal
        for code, permission in self.on_request.items():
            if not (self.choices.get(code) and self.covers(permission)):
                hidden.add(code)
        return [column for column in self.columns if column.code not in hidden]

    @property
    def withheld(self) -> list[str]:
        """The headings of the columns that the file goes without."""
        given = {column.code for column in self.given}
        return [column.heading for column in self.columns if column.code not in given]

    @property
    def sensitive(self) -> list[str]:
        """The headings of the personal columns that the file holds."""
        return [column.heading for column in self.given if column.code in self.personal]

    @property
    def requested(self) -> list[str]:
        """The headings of the columns that were asked for and given."""
        return [column.heading for column in self.given if column.code in self.on_request]

    def queryset(self) -> QuerySet:
        """The rows of the export, within the person's scope."""
        rows = self.rows().allowed(self.user, self.permission)
        if self.organization is not None:
            below = self.within(Organization.objects.all()).order_by().values("pk")
            rows = rows.filter(**{f"{self.organization_path}__in": below})
        return self.narrow(rows)

    def values(self) -> Iterator[list[Value]]:
        """The cells row by row, as the database hands them over: the whole list is never in memory."""
        converters = self.converters()
        rows = self.queryset().values_list(*(self.paths[column.code] for column in self.given))
        for row in rows.iterator(chunk_size=READ_AT_ONCE):
            cells = list(row)
            for place, convert in converters:
                cells[place] = convert(cells[place])
            yield cells

    def converters(self) -> list[tuple[int, Callable]]:
        found: Iterable = ((place, self.converter(column)) for place, column in enumerate(self.given))
        return [(place, convert) for place, convert in found if convert is not None]
