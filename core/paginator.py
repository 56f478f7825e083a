"""Pages of long lists by key, not by number: page 5,000 costs as much as page 1, and nothing is counted.

A page is found by the values of a neighbour's first or last row in the ordering (``?after=``, ``?before=``),
so rows added or removed meanwhile make none appear twice and none be skipped.
"""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db import connections
from django.db.models import F, Q, QuerySet

LONGEST_CURSOR = 2000
PRINTED_ROWS = 5000
# What a field may raise for a value that somebody wrote into the address by hand.
BAD_VALUE = (ValidationError, ValueError, TypeError, ArithmeticError)


class OrderingField:
    """One part of the ordering: its path (``organization__sort_key``), direction, and model field.

    In nullable columns "nothing" counts as the lowest value, on every database.
    """

    def __init__(self, queryset: QuerySet, name: str):
        if not isinstance(name, str) or name == "?":
            raise ImproperlyConfigured(f"A list paged by key is ordered by the names of fields, not {name!r}.")
        self.descending = name.startswith("-")
        self.path = name.lstrip("-")
        self.field, self.nullable = self._resolve(queryset)
        # Unique among the rows of the list: a field of the model itself, not of a related one.
        self.unique = self.path == "pk" or (self.field.unique and not self.nullable and "__" not in self.path)
        self.connection = connections[queryset.db]

    def _resolve(self, queryset):
        if self.path in queryset.query.annotations:
            return queryset.query.annotations[self.path].output_field, True
        model, field, nullable = queryset.model, None, False
        try:
            for part in self.path.split("__"):
                field = model._meta.pk if part == "pk" else model._meta.get_field(part)
                nullable = nullable or field.null
                by_relation = field.is_relation and part not in ("pk", getattr(field, "attname", None))
                model = field.related_model if by_relation else None
        except (FieldDoesNotExist, AttributeError) as error:
            raise ImproperlyConfigured(f"{self.path!r} is not a field that a list can be paged by.") from error
        if by_relation:
            raise ImproperlyConfigured(f"Order by a field of {self.path!r} or by its id, not by the relation.")
        return getattr(field, "target_field", field) if field.is_relation else field, nullable

    def value_of(self, row):
        value = row
        for part in self.path.split("__"):
            if value is None:
                return None
            value = getattr(value, part)
        return value

    def order_by(self, *, backwards: bool):
        expression = F(self.path)
        lowest_first = self.descending == backwards
        if not self.nullable:
            return expression.asc() if lowest_first else expression.desc()
        return expression.asc(nulls_first=True) if lowest_first else expression.desc(nulls_last=True)

    def equal(self, value) -> Q:
        return Q((f"{self.path}__isnull", True)) if value is None else Q((self.path, value))

    def beyond(self, value, *, backwards: bool) -> Q:
        """Rows that come later in this direction; an empty set when nothing can."""
        if self.descending == backwards:
            return Q((f"{self.path}__isnull", False)) if value is None else Q((f"{self.path}__gt", value))
        return Q(pk__in=[]) if value is None else self._lower("lt", value)

    def not_before(self, value, *, backwards: bool) -> Q:
        """Rows that come later or are equal, as one bound that an index can be entered by."""
        if self.descending == backwards:
            return Q() if value is None else Q((f"{self.path}__gte", value))
        return self.equal(None) if value is None else self._lower("lte", value)

    def _lower(self, lookup: str, value) -> Q:
        lower = Q((f"{self.path}__{lookup}", value))
        return lower | self.equal(None) if self.nullable else lower

    def clean(self, raw):
        """The value out of a cursor; raises one of BAD_VALUE for what the column cannot be compared with."""
        if raw is None:
            if self.nullable:
                return None
            raise ValueError("no value for a column that always has one")
        value = self.field.to_python(raw)
        if isinstance(value, float | Decimal) and not math.isfinite(value):
            raise ValueError("not a number")
        if isinstance(value, int) and abs(value) >= 2**63:
            raise ValueError("no column is that wide")
        # Encoding refuses half of a surrogate pair, PostgreSQL a NUL.
        if isinstance(value, str) and b"\x00" in value.encode():
            raise ValueError("no text that a database takes")
        self.field.get_db_prep_value(value, self.connection)
        return value


class KeysetPage(Sequence):
    """The rows of one page, and the way to its neighbours."""

    def __init__(self, object_list: list, paginator: "KeysetPaginator", *, has_previous: bool, has_next: bool):
        self.object_list = object_list
        self.paginator = paginator
        self._has_previous, self._has_next = has_previous, has_next

    def __len__(self):
        return len(self.object_list)

    def __getitem__(self, index):
        return self.object_list[index]

    def has_next(self) -> bool:
        return self._has_next

    def has_previous(self) -> bool:
        return self._has_previous

    def has_other_pages(self) -> bool:
        return self._has_previous or self._has_next

    @cached_property
    def next_cursor(self) -> str | None:
        """For ``?after=``; None on the last page."""
        return self.paginator.cursor(self.object_list[-1]) if self._has_next else None

    @cached_property
    def previous_cursor(self) -> str | None:
        """For ``?before=``; None on the first page."""
        return self.paginator.cursor(self.object_list[0]) if self._has_previous else None


class KeysetPaginator:
    """Pages a queryset by the fields it is ordered by; ``pk`` is added last unless one of them is unique.

    Index those fields together. Raises ImproperlyConfigured for an ordering by expressions or bare relations.
    Related fields must be in ``select_related``. The other arguments are ListView's; rows are never orphaned.
    """

    def __init__(self, object_list: QuerySet, per_page: int, orphans=0, allow_empty_first_page=True):
        self.object_list = object_list
        self.per_page = int(per_page)
        query = object_list.query
        names = list(query.order_by or (object_list.model._meta.ordering if query.default_ordering else ()))
        self.ordering = [OrderingField(object_list, name) for name in names]
        if not any(part.unique for part in self.ordering):
            self.ordering.append(OrderingField(object_list, "pk"))
        if not query.standard_ordering:  # .reverse(), which would turn every order_by() below around as well
            self.object_list = object_list.reverse()
            for part in self.ordering:
                part.descending = not part.descending

    def page(self, *, after: str | None = None, before: str | None = None) -> KeysetPage:
        """The page after or before a cursor, found by one query of ``per_page`` + 1 rows.

        The first page where there is no cursor, or one that is damaged or leads nowhere (a second query).
        """
        if (values := self._values(after)) is not None:
            rows, more = self._rows(values, backwards=False)
            if rows:
                return KeysetPage(rows, self, has_previous=True, has_next=more)
        elif (values := self._values(before)) is not None:
            rows, more = self._rows(values, backwards=True)
            # Rows were added or removed since: a short page at the beginning gives way to a full first one.
            if more or len(rows) == self.per_page:
                return KeysetPage(rows[::-1], self, has_previous=more, has_next=True)
        rows, more = self._rows(None, backwards=False)
        return KeysetPage(rows, self, has_previous=False, has_next=more)

    def cursor(self, row) -> str:
        """Where the row stands in the ordering, as text for an address: neither secret nor trusted."""
        values = [part.value_of(row) for part in self.ordering]
        # What JSON lacks becomes text that the field's ``to_python`` reads back exactly.
        text = json.dumps(values, default=str, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _values(self, cursor: str | None) -> list | None:
        if not cursor or len(cursor) > LONGEST_CURSOR:
            return None
        try:
            raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if not isinstance(raw, list) or len(raw) != len(self.ordering):
                return None
            return [part.clean(each) for part, each in zip(self.ordering, raw, strict=True)]
        except (binascii.Error, RecursionError, *BAD_VALUE):
            return None

    def _rows(self, values: list | None, *, backwards: bool) -> tuple[list, bool]:
        """Up to ``per_page`` rows in the order read, and whether more follow."""
        rows = self.object_list
        if values is not None:
            rows = rows.filter(self._beyond(values, backwards=backwards))
        rows = rows.order_by(*(part.order_by(backwards=backwards) for part in self.ordering))
        found = list(rows[: self.per_page + 1])
        return found[: self.per_page], len(found) > self.per_page

    def _beyond(self, values: list, *, backwards: bool) -> Q:
        """(a, b) > (x, y), spelt as: a > x or a = x and b > y; each part in its own direction."""
        condition = Q(pk__in=[])
        same = Q()
        for part, value in zip(self.ordering, values, strict=True):
            condition |= same & part.beyond(value, backwards=backwards)
            same &= part.equal(value)
        # Says nothing new, but an index can be entered here, which no database does through OR.
        return self.ordering[0].not_before(values[0], backwards=backwards) & condition


class PrintMixin:
    """Gives a page ``?print=1``: the whole of its list, up to ``PRINTED_ROWS``, for base_document.html."""

    @property
    def printing(self) -> bool:
        return self.request.GET.get("print") == "1"

    def get_context_data(self, **kwargs):
        return super().get_context_data(printing=self.printing, **kwargs)


class KeysetListMixin(PrintMixin):
    """Makes a ListView page by key: put it before ListView and set ``paginate_by``.

    Links keep the other parameters: ``{% querystring after=page_obj.next_cursor before=None %}``.
    """

    paginator_class = KeysetPaginator

    def get_paginate_by(self, queryset):
        return PRINTED_ROWS if self.printing else super().get_paginate_by(queryset)

    def paginate_queryset(self, queryset, page_size):
        paginator = self.get_paginator(queryset, page_size)
        parameters = {} if self.printing else self.request.GET
        page = paginator.page(after=parameters.get("after"), before=parameters.get("before"))
        return paginator, page, page.object_list, page.has_other_pages()
