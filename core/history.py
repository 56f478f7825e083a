"""Who changed what, when and why: the parts of django-simple-history that bulk work needs.

Saving one instance writes its history by itself; `QuerySet.update`, `bulk_create` and raw SQL do not.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import BigIntegerField, CharField, DateTimeField, IntegerField, QuerySet, Value
from django.utils import timezone
from simple_history.models import HistoricalRecords
from simple_history.utils import get_history_model_for_model

CREATED, CHANGED, DELETED = "+", "~", "-"
REASON_LENGTH = 100


class BatchHistory(models.Model):
    """Base of histories that say which imported file wrote a row: ``HistoricalRecords(bases=[BatchHistory])``.

    With it a whole file can be undone, and rows that were changed since can be told apart.
    """

    batch_id = models.PositiveBigIntegerField(null=True, editable=False, db_index=True)

    class Meta:
        abstract = True


class BulkHistory(HistoricalRecords):
    """A `BatchHistory` of a table that is written by the thousand: found by the row, the file and ``asked_by``.

    Every other index would be kept up under the lock of an import, and nobody asks it.
    """

    def __init__(self, *args, asked_by: tuple[str, ...] = (), **kwargs):
        self.asked_by = asked_by
        super().__init__(*args, bases=[BatchHistory], **kwargs)

    def copy_fields(self, model):
        fields = super().copy_fields(model)
        for name, field in fields.items():
            field.db_index = name in (model._meta.pk.name, *self.asked_by)
        return fields

    def get_extra_fields(self, model, fields):
        extra = super().get_extra_fields(model, fields)
        extra["history_date"].db_index = extra["history_user"].db_index = False
        return extra


def because(instance, *, user, reason: str):
    """Name the user and the reason that the next ``save()`` or ``delete()`` of ``instance`` records."""
    instance._history_user = user
    instance._change_reason = reason[:REASON_LENGTH]
    return instance


def record_bulk(queryset: QuerySet, *, kind: str, user, reason: str, batch_id: int | None = None) -> int:
    """Copy the rows of ``queryset`` as they stand now into their history with one INSERT … SELECT.

    ``kind`` is CREATED, CHANGED or DELETED; call it after a creation or change and before a deletion. ``batch_id``
    names the imported file where the history is a `BatchHistory`. Returns the number of history rows written.
    """
    model = queryset.model
    history = get_history_model_for_model(model)
    fields = [field.attname for field in history.tracked_fields]
    constants = {
        "history_date": Value(timezone.now(), output_field=DateTimeField()),
        "history_type": Value(kind, output_field=CharField()),
        "history_change_reason": Value(reason[:REASON_LENGTH], output_field=CharField()),
    }
    if user is not None:
        constants["history_user_id"] = Value(user.pk, output_field=IntegerField())
    if batch_id is not None and issubclass(history, BatchHistory):
        constants["batch_id"] = Value(batch_id, output_field=BigIntegerField())
    marked = queryset.order_by().annotate(**{f"bulk_{name}": value for name, value in constants.items()})
    try:
        chosen = marked.values_list(*fields, *(f"bulk_{name}" for name in constants)).query
        select, parameters = chosen.sql_with_params()
    except EmptyResultSet:  # "among none of these": nothing to copy
        return 0
    quote = connection.ops.quote_name
    columns = [history._meta.get_field(name).column for name in (*fields, *constants)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(history._meta.db_table)} ({', '.join(map(quote, columns))}) {select}",  # noqa: S608
            parameters,
        )
        return cursor.rowcount
