"""Taking back a whole file: every row gets its former values, unless somebody has worked on it since."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Max, OuterRef, Subquery, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from core.bulk import WaitingRows, among, key_filters, lock_tables, room_to_write
from core.history import CHANGED, CREATED, DELETED, REASON_LENGTH, because, record_bulk
from core.sheets import WRITTEN_AT_ONCE, Sheet, in_parts
from core.streaming import touched_since
from organizations.scoping import holds
from spreadsheets.kinds import find_kind
from spreadsheets.models import ImportBatch
from spreadsheets.services.batches import HANDLED, lock_batch

KEPT_NAMES = 100
TOUCHED, USED, UNKNOWN = "đã được sửa sau đó", "đang được dùng ở nơi khác", "không còn bản trước trong lịch sử"
REMOVED = "tệp này đã bỏ bớt một phần của dòng; hãy sửa bằng tay"
# Its table, by place, and its key.
Whole = tuple[int, int]
IN_THE_WAY = "Không hoàn tác được: mã, số thẻ hoặc ngày của bản trước nay đã có dòng khác dùng. Chưa thay đổi gì."


def undo_batch(*, batch: ImportBatch, user) -> ImportBatch:
    """Undo an applied batch in one transaction; what was changed or used since is left alone and named.

    Raises ValidationError, with nothing changed, for a batch that is not applied or cannot be undone.
    """
    sheet = find_kind(batch.kind)
    if not (sheet.tables or sheet.is_reversed):
        raise ValidationError(f"Bảng “{sheet.label}” không hoàn tác cả tệp được.")
    if not holds(user, sheet.permission):
        raise ValidationError(f"Ông/bà không có quyền nhập bảng “{sheet.label}”.")
    batch = ImportBatch.objects.get(pk=batch.pk)
    if batch.status != ImportBatch.Status.APPLIED:
        raise ValidationError(HANDLED)
    if sheet.is_reversed:
        return reverse_batch(sheet=sheet, batch=batch, user=user)
    try:
        with room_to_write(), closing(Undoing(sheet, batch, user)) as undoing, transaction.atomic():
            lock_tables(sheet.tables)
            batch = lock_batch(batch, ImportBatch.Status.APPLIED)
            note_undone(batch, undoing.run(), user=user)
    except IntegrityError as error:
        raise ValidationError(IN_THE_WAY) from error
    return batch


@transaction.atomic
def reverse_batch(*, sheet: type[Sheet], batch: ImportBatch, user) -> ImportBatch:
    """Undo a file of a kind whose rows are never changed: others take them back."""
    batch = lock_batch(batch, ImportBatch.Status.APPLIED)
    note_undone(batch, sheet.reverse(batch_id=batch.pk, user=user, reason=reason_of(batch)), user=user)
    return batch


def note_undone(batch: ImportBatch, undone: dict, *, user) -> None:
    batch.undone, batch.undone_at = undone, timezone.now()
    batch.status = ImportBatch.Status.UNDONE
    because(batch, user=user, reason="Hoàn tác cả tệp").save()


def reason_of(batch: ImportBatch) -> str:
    return f"Hoàn tác tệp {batch.original_name}"[:REASON_LENGTH]


class Undoing:
    """The rows of a file by what they belong to: a person with their spells is undone whole, or not at all.

    What the file wrote and what stood there before no longer changes: it is read before the lock is taken.
    """

    def __init__(self, sheet: type[Sheet], batch: ImportBatch, user):
        self.sheet, self.batch, self.user = sheet, batch, user
        links = getattr(sheet, "links", ())
        # Per table, the column that leads to the whole; a table that nothing leads from holds wholes itself.
        self.roots = [link or table._meta.pk.attname for link, table in zip(("", *links), sheet.tables, strict=False)]
        self.homes = [0 if place and link else place for place, link in enumerate(("", *links))]
        self.histories = [get_history_model_for_model(model) for model in sheet.tables]
        # Table by table: key → what it belongs to.
        self.created: list[dict[int, Whole]] = []
        self.changed: list[dict[int, Whole]] = []
        self.kept: dict[Whole, str] = {}
        self.places = range(len(self.sheet.tables))
        for place in self.places:
            self.read(place)
        self.before = [self.previous(place) for place in self.places]
        short = batch.rows_to_write <= WRITTEN_AT_ONCE
        self.former = [list(self.lay_out(place)) if short else [] for place in self.places]

    def run(self) -> dict:
        for place in self.places:
            self.keep_touched(place)
            self.keep_used(place)
        self.confirm_scope()
        deleted = [self.delete(place) for place in reversed(self.places)][::-1]
        for place in self.places:
            self.restore(place)
        self.sheet.check_undone(self.free(self.changed[0]))
        self.sheet.conclude_undone(self.remaining(), user=self.user, reason=self.reason)
        return {
            "deleted": sum(deleted[place] for place in self.sheet.tables_of_rows),
            "restored": self.number_restored(),
            "kept": len(self.kept),
            "names": self.names(),
        }

    def number_restored(self) -> int:
        """Rows, and besides them wholes of which only something else had been changed."""
        changed = [[table[key] for key in self.free(table)] for table in self.changed]
        rows = [root for place in self.sheet.tables_of_rows for root in changed[place]]
        return len(rows) + len({root for roots in changed for root in roots}.difference(rows))

    def remaining(self) -> list[int]:
        """Keys of the first table whose parts were undone while they themselves stay."""
        wholes = self.whole() - self.kept.keys()
        return sorted(key for home, key in wholes if home == 0 and key not in self.created[0])

    def read(self, place: int) -> None:
        model, written = self.sheet.tables[place], self.histories[place].objects.filter(batch_id=self.batch.pk)
        rows = written.order_by().values_list(model._meta.pk.attname, self.roots[place], "history_type")
        created, changed = {}, {}
        for key, found, kind in rows.iterator():
            root = (self.homes[place], found)
            if kind == DELETED:
                # What a file took away is not brought back under its old number: its whole stays as it is.
                self.kept[root] = REMOVED
                changed[key] = root
            else:
                (created if kind == CREATED else changed)[key] = root
        self.created.append(created)
        self.changed.append({key: root for key, root in changed.items() if key not in created})

    def whole(self) -> set[Whole]:
        """Everything that the file had to do with."""
        return {root for table in (*self.created, *self.changed) for root in table.values()}

    def keep_touched(self, place: int) -> None:
        later = touched_since(self.sheet.tables[place], self.batch.marks).values_list(self.roots[place], flat=True)
        whole = self.whole()
        roots = ((self.homes[place], key) for key in later.iterator())
        self.kept |= {root: TOUCHED for root in roots if root in whole}

    def keep_used(self, place: int) -> None:
        """Rows of other tables that point to what would be deleted."""
        created = self.created[place]
        for relation in self.sheet.tables[place]._meta.get_fields(include_hidden=True):
            if not (relation.auto_created and (relation.one_to_many or relation.one_to_one) and not relation.concrete):
                continue
            source, field = relation.related_model, relation.field
            if source in self.sheet.tables or not field.db_constraint:
                continue
            for condition in key_filters(created, field.attname):
                using = source._base_manager.filter(condition).values_list(field.attname, flat=True)
                self.kept |= {created[key]: USED for key in using}

    def confirm_scope(self) -> None:
        """Whoever undoes must still reach every row that is touched."""
        for place, model in enumerate(self.sheet.tables):
            keys = self.free(self.created[place]) + self.free(self.changed[place])
            reachable = model.objects.allowed(self.user, self.sheet.permission)
            if keys and reachable.filter(among(keys)).count() != len(keys):
                raise ValidationError("Có dòng nằm ngoài phạm vi của ông/bà, nên không hoàn tác.")

    def free(self, table: dict[int, Whole]) -> list[int]:
        return [key for key, root in table.items() if root not in self.kept]

    def previous(self, place: int) -> dict[int, int]:
        """Changed key → its history row before this file; rows without one are kept."""
        if not self.changed[place]:
            return {}
        history, key = self.histories[place], self.sheet.tables[place]._meta.pk.attname
        before = (
            history.objects.filter(**{key: OuterRef(key)}, history_id__lt=OuterRef("history_id"))
            .order_by()
            .values(key)
            .annotate(latest=Max("history_id"))
            .values("latest")
        )
        changes = history.objects.filter(batch_id=self.batch.pk, history_type=CHANGED).order_by()
        found = dict(changes.annotate(before=Subquery(before)).values_list(key, "before"))
        changed = self.changed[place]
        self.kept |= {changed[row]: UNKNOWN for row, before in found.items() if before is None and row in changed}
        return found

    def lay_out(self, place: int) -> Iterator[WaitingRows]:
        """The former values of the changed rows, what follows from them worked out anew."""
        model, history = self.sheet.tables[place], self.histories[place]
        fields = [field for field in history.tracked_fields if not field.primary_key]
        names = [field.attname for field in fields]
        # Cast keeps encrypted texts as they lie.
        sealed = {f"raw_{field.attname}": Cast(field.attname, TextField()) for field in fields if is_sealed(field)}
        columns = [f"raw_{name}" if f"raw_{name}" in sealed else name for name in names]
        derived = [
            field.attname
            for field in model._meta.concrete_fields
            if not field.primary_key and field.attname not in names
        ]
        for part in in_parts(self.free(self.changed[place])):
            wanted = history.objects.filter(history_id__in=[self.before[place][key] for key in part]).order_by()
            values = wanted.annotate(**sealed).values_list(*columns, model._meta.pk.attname)
            rows = [(*row[:-1], *derive(model, columns, row, derived), row[-1]) for row in values]
            waiting = WaitingRows(model, [*names, *derived, "pk"], rows)
            waiting.compare()
            yield waiting

    def delete(self, place: int) -> int:
        model, keys = self.sheet.tables[place], self.free(self.created[place])
        if keys:
            rows = model._base_manager.filter(among(keys))
            record_bulk(rows, kind=DELETED, user=self.user, reason=self.reason)
            rows._raw_delete(rows.db)
        return len(keys)

    def restore(self, place: int) -> None:
        model, keys = self.sheet.tables[place], self.free(self.changed[place])
        kept = self.changed[place].keys() - set(keys)
        for waiting in self.former[place] or self.lay_out(place):
            with closing(waiting):
                waiting.leave_out(kept)
                waiting.update()
        if keys:
            record_bulk(model._base_manager.filter(among(keys)), kind=CHANGED, user=self.user, reason=self.reason)

    def close(self) -> None:
        for waiting in chain.from_iterable(self.former):
            waiting.close()

    @property
    def reason(self) -> str:
        return reason_of(self.batch)

    def names(self) -> list[dict]:
        """The first rows that were left alone, as far as the user may see them: {name, reason}."""
        found = []
        for place in sorted(set(self.homes)):
            keys = [key for home, key in self.kept if home == place][:KEPT_NAMES]
            reachable = self.sheet.tables[place].objects.allowed(self.user, self.sheet.permission)
            rows = reachable.filter(pk__in=keys).order_by("pk") if keys else []
            found += [{"name": str(row), "reason": self.kept[place, row.pk]} for row in rows]
        return found[:KEPT_NAMES]


def derive(model: type[models.Model], columns: list[str], values: Sequence, derived: list[str]) -> list:
    """What the history leaves out because it follows from the rest; encrypted texts stay untouched."""
    if not derived:
        return []
    known = {name: value for name, value in zip([*columns, "pk"], values, strict=True) if not name.startswith("raw_")}
    known[model._meta.pk.attname] = known.pop("pk")
    fields = [field.attname for field in model._meta.concrete_fields if field.attname in known]
    row = model.from_db(None, fields, [known[name] for name in fields])
    row.derive()
    return [getattr(row, name) for name in derived]


def is_sealed(field: models.Field) -> bool:
    return hasattr(field, "purpose")
