"""A file from its upload to the register: each step is whole or absent, wherever it is cut short."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from core.history import because
from core.sheets import CHANGED_ROW, NEW, Mode
from core.streaming import latest_history
from jobs.services import enqueue
from organizations.models import Organization
from spreadsheets.checking import HeadingsError, Peek
from spreadsheets.kinds import find_kind
from spreadsheets.mappings import remember_columns, remembered_columns
from spreadsheets.models import ImportBatch
from spreadsheets.reading import check_size, file_size
from spreadsheets.services.running import (
    Found,
    apply_spreadsheet,
    check_spreadsheet,
    open_importer,
    unobserved,
    write_stage,
)
from spreadsheets.staging import Stage, stage_path
from spreadsheets.streaming import Progress
from spreadsheets.writing import refused_workbook

KEPT_FINDINGS, KEPT_SAMPLES = 200, 50
# A page of its own, and every text short: the preview stays under 50 KB whatever the file.
LONGEST_REASON = 300
# A browser waits for the answer: more than a province's figures of a year goes in by the command.
UPLOADED_ROWS = 60_000
# What takes longer than a person likes to wait for a page is done beside it.
BACKGROUND_BYTES, BACKGROUND_ROWS = 300 * 1024, 3000
HANDLED = "Tệp này đã được xử lý rồi. Hãy tải tệp lên lại nếu còn muốn nhập."
DAMAGED = "Tệp đã lưu không còn nguyên vẹn. Hãy tải tệp lên lại."
Status = ImportBatch.Status


def digest(file) -> str:
    file.seek(0)
    sha256 = hashlib.sha256()
    for chunk in iter(lambda: file.read(1024 * 1024), b""):
        sha256.update(chunk)
    file.seek(0)
    return sha256.hexdigest()


def new_batch(
    *, kind: str, file, name: str, user, organization: Organization | None, mode: str, status: str
) -> ImportBatch:
    """An unsaved batch whose file lies under a random name."""
    batch = ImportBatch(
        kind=kind,
        original_name=name[-200:],
        sha256=digest(file),
        user=user,
        organization=organization,
        mode=mode,
        status=status,
    )
    batch.file.save(name, file, save=False)
    return batch


def stored_size(batch: ImportBatch) -> int:
    """How large the kept file is; raises ValidationError when it is gone."""
    try:
        return batch.file.size
    except OSError as error:
        raise ValidationError(DAMAGED) from error


@contextmanager
def opened(batch: ImportBatch) -> Iterator[File]:
    """The kept file; raises ValidationError when it is gone."""
    try:
        file = batch.file.open("rb")
    except OSError as error:
        raise ValidationError(DAMAGED) from error
    with file:
        yield file


def describe(batch: ImportBatch, checked: Found) -> None:
    """Note what was found, and make the file that gives the refused rows back with their reasons."""
    batch.counts = checked.counts
    batch.fingerprint = checked.fingerprint
    batch.problems = first(checked.errors(), KEPT_FINDINGS)
    batch.warnings = first(checked.warnings(), KEPT_FINDINGS)
    batch.samples = {status: checked.sample(status, KEPT_SAMPLES) for status in (NEW, CHANGED_ROW)}
    batch.refused_file.delete(save=False)
    if checked.counts["refused"]:
        kind, reasons = find_kind(batch.kind), checked.reasons()
        with opened(batch) as file, refused_workbook(file, batch.original_name, reasons, kind) as content:
            batch.refused_file.save("refused.xlsx", File(content), save=False)


def first(findings, number: int) -> list:
    return [finding | {"reason": finding["reason"][:LONGEST_REASON]} for finding in islice(findings, number)]


def keep_stage(batch: ImportBatch, checked: Found) -> None:
    """Keep what is to be written beside the file, its fingerprint with the batch."""
    if not checked.sheet.is_streamed:
        return
    path = stage_path(batch.file.path)
    checked.stage.store(path)
    with path.open("rb") as stored:
        checked.fingerprint = digest(stored)


def status_of(checked: Found) -> str:
    return Status.CHECKED if checked.accepted or not checked.counts["refused"] else Status.REFUSED


def upload_spreadsheet(
    *,
    kind: str,
    file,
    name: str,
    user,
    organization: Organization | None = None,
    mode: str = Mode.UPDATE,
) -> ImportBatch:
    """Keep an uploaded file and check it: a large one in the background, its batch waiting meanwhile.

    Under foreign headings the batch is UNMAPPED, unless the user has mapped the same ones before.
    """
    check_size(file)
    scope = {"user": user, "organization": organization, "mode": mode}
    open_importer(kind=find_kind(kind), name=name, **scope)
    batch = new_batch(kind=kind, file=file, name=name, status=Status.WAITING, **scope)
    if file_size(file) > BACKGROUND_BYTES:
        return save_with_job(batch, "spreadsheets.check", {}, user=user, reason="Tải tệp lên")
    try:
        judge(batch)
    except ValidationError:
        batch.file.delete(save=False)
        raise
    because(batch, user=user, reason="Tải tệp lên").save()
    return batch


def judge(batch: ImportBatch, *, progress: Progress = unobserved) -> None:
    """Check the stored file and note in the batch what was found; raises ValidationError when it cannot be read."""

    def choose(peek: Peek) -> dict[str, int]:
        batch.headings = {"headings": peek.headings, "examples": peek.examples}
        batch.columns = batch.columns or remembered_columns(batch.user, batch.kind, peek.headings)
        return batch.columns

    scope = {"user": batch.user, "organization": batch.organization, "mode": batch.mode}
    options = {"most": UPLOADED_ROWS, "progress": progress, "choose": choose}
    with opened(batch) as file:
        try:
            checked = check_spreadsheet(kind=batch.kind, file=file, name=batch.original_name, **scope, **options)
        except HeadingsError as error:
            batch.status, batch.problems, batch.columns = Status.UNMAPPED, in_words(error), {}
            return
        batch.status = status_of(checked)
        keep_stage(batch, checked)
        describe(batch, checked)


@transaction.atomic
def save_with_job(batch: ImportBatch, kind: str, arguments: dict, *, user, reason: str) -> ImportBatch:
    because(batch, user=user, reason=reason).save()
    batch.job = enqueue(kind=kind, user=user, arguments={"batch": batch.pk, **arguments})
    ImportBatch.objects.filter(pk=batch.pk).update(job=batch.job)
    return batch


def check_batch(*, batch: ImportBatch, progress: Progress = unobserved) -> ImportBatch:
    """Check the file of a waiting batch; one that cannot be read at all is refused with the reason."""
    batch = ImportBatch.objects.get(pk=batch.pk)
    if batch.status != Status.WAITING:
        return batch
    try:
        judge(batch, progress=progress)
    except ValidationError as error:
        batch.status, batch.problems = Status.REFUSED, in_words(error)
    because(batch, user=batch.user, reason="Kiểm tra tệp").save()
    return batch


@transaction.atomic
def map_columns(*, batch: ImportBatch, user, columns: dict[str, int]) -> ImportBatch:
    """Note where our columns stand in the file (code → place), and have it checked again.

    The mapping is remembered for the user's next file with the same headings.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if not batch.may_be_mapped:
        raise ValidationError(HANDLED)
    remember_columns(user=user, kind=batch.kind, headings=batch.headings["headings"], columns=columns)
    batch.columns, batch.status = columns, Status.WAITING
    batch.problems, batch.warnings = [], []
    if stored_size(batch) > BACKGROUND_BYTES:
        return save_with_job(batch, "spreadsheets.check", {}, user=user, reason="Chọn cột")
    because(batch, user=user, reason="Chọn cột").save()
    return check_batch(batch=batch)


def in_words(error: ValidationError) -> list[dict]:
    return [{"line": None, "column": None, "reason": message[:LONGEST_REASON]} for message in error.messages]


@transaction.atomic
def lock_batch(batch: ImportBatch, status: str) -> ImportBatch:
    """The batch as it is now, kept from others; raises ValidationError when it is no longer ``status``."""
    batch = ImportBatch.objects.select_for_update(of=["self"]).get(pk=batch.pk)
    if batch.status != status:
        raise ValidationError(HANDLED)
    return batch


@transaction.atomic
def request_apply(*, batch: ImportBatch, user, partial: bool = False) -> ImportBatch:
    """Apply a checked batch: at once when it is short, in the background when it is long."""
    batch = lock_batch(batch, Status.CHECKED)
    if batch.is_worked_on:
        raise ValidationError("Tệp này đang được ghi. Hãy chờ xong rồi xem lại.")
    if batch.rows_to_write <= BACKGROUND_ROWS and stored_size(batch) <= BACKGROUND_BYTES:
        return batch
    return save_with_job(batch, "spreadsheets.apply", {"partial": partial}, user=user, reason="Yêu cầu ghi vào sổ")


@transaction.atomic
def request_undo(*, batch: ImportBatch, user) -> ImportBatch:
    """Have an applied batch undone in the background when it is long."""
    batch = lock_batch(batch, Status.APPLIED)
    if batch.is_worked_on:
        raise ValidationError("Tệp này đang được hoàn tác. Hãy chờ xong rồi xem lại.")
    if batch.rows_to_write <= BACKGROUND_ROWS:
        return batch
    return save_with_job(batch, "spreadsheets.undo", {}, user=user, reason="Yêu cầu hoàn tác")


def apply_batch(*, batch: ImportBatch, user, partial: bool = False, progress: Progress = unobserved) -> ImportBatch:
    """Write a checked batch.

    A file that would do anything else by now than what was seen is stored as FAILED with its new findings, and
    nothing of it is written.
    """
    batch = ImportBatch.objects.get(pk=batch.pk)
    if batch.status != Status.CHECKED:
        raise ValidationError(HANDLED)
    if find_kind(batch.kind).is_streamed:
        return apply_staged(batch=batch, user=user, partial=partial, progress=progress)
    return apply_whole(batch=batch, user=user, partial=partial)


@transaction.atomic
def apply_whole(*, batch: ImportBatch, user, partial: bool) -> ImportBatch:
    """Judge the stored file again, and write it when it does what was seen."""
    batch = lock_batch(batch, Status.CHECKED)
    with opened(batch) as file:
        if digest(file) != batch.sha256:
            raise ValidationError(DAMAGED)
        checked = apply_spreadsheet(
            kind=batch.kind,
            file=file,
            name=batch.original_name,
            user=user,
            organization=batch.organization,
            partial=partial,
            seen=batch.fingerprint,
            batch_id=batch.pk,
            choose=lambda peek: batch.columns,
        )
    describe(batch, checked)
    settle(batch, user=user, written=checked.written)
    return batch


def settle(batch: ImportBatch, *, user, written: bool) -> None:
    """Note how it ended, and how far the histories reach: what comes later was done since."""
    batch.status = Status.APPLIED if written else Status.FAILED
    batch.applied_at = timezone.now() if written else None
    if written:
        batch.marks = {model._meta.label: latest_history(model) for model in find_kind(batch.kind).tables}
    because(batch, user=user, reason="Ghi vào sổ" if written else "Không ghi được").save()


def apply_staged(*, batch: ImportBatch, user, partial: bool, progress: Progress) -> ImportBatch:
    """Write what the check staged, unless anything that it rested on has changed."""
    kind, path = find_kind(batch.kind), stage_path(batch.file.path)
    scope = {"user": user, "organization": batch.organization, "mode": batch.mode}
    importer = open_importer(kind=kind, name=batch.original_name, batch_id=batch.pk, **scope)
    if batch.counts["refused"] and not partial:
        settle(batch, user=user, written=False)
        return batch
    check_stage(path, batch.fingerprint)

    def finish() -> None:
        lock_batch(batch, Status.CHECKED)
        settle(batch, user=user, written=True)

    try:
        with path.open("rb") as file:
            write_stage(
                sheet=kind(importer), stage=Stage(file), number=batch.rows_to_write, progress=progress, finish=finish
            )
    except ValidationError as error:
        batch = ImportBatch.objects.get(pk=batch.pk)
        if batch.status != Status.CHECKED:
            # Pressed twice: what has changed since the check is what the first press wrote.
            raise ValidationError(HANDLED) from error
        batch.problems = [*in_words(error), *batch.problems][:KEPT_FINDINGS]
        settle(batch, user=user, written=False)
    path.unlink(missing_ok=True)
    return batch


def check_stage(path: Path, fingerprint: str) -> None:
    try:
        with path.open("rb") as file:
            found = digest(file)
    except OSError as error:
        raise ValidationError(DAMAGED) from error
    if found != fingerprint:
        raise ValidationError(DAMAGED)


def import_file(
    *, kind: str, file, name: str, user, organization: Organization | None = None, mode: str = Mode.UPDATE
) -> Found:
    """Check a file and, when no row is refused, write it together with its batch; for the command."""
    scope = {"user": user, "organization": organization, "mode": mode}
    sheet = find_kind(kind)
    if sheet.is_streamed:
        checked = check_spreadsheet(kind=kind, file=file, name=name, **scope)
        if checked.counts["refused"]:
            return checked
    batch = new_batch(kind=kind, file=file, name=name, status=Status.CHECKED, **scope)
    try:
        if sheet.is_streamed:
            write_checked(batch, checked)
        else:
            checked = write_judged(batch, file)
    finally:
        if batch.status != Status.APPLIED:
            batch.file.delete(save=False)
    return checked


def write_checked(batch: ImportBatch, checked: Found) -> None:
    describe(batch, checked)

    def begin() -> None:
        because(batch, user=batch.user, reason="Tải tệp lên").save()
        checked.sheet.importer = open_importer(
            kind=type(checked.sheet),
            name=batch.original_name,
            user=batch.user,
            organization=batch.organization,
            mode=batch.mode,
            batch_id=batch.pk,
        )

    def finish() -> None:
        settle(batch, user=batch.user, written=True)

    write_stage(sheet=checked.sheet, stage=checked.stage, number=checked.accepted, begin=begin, finish=finish)
    checked.written = True


def write_judged(batch: ImportBatch, file) -> Found:
    with transaction.atomic():
        because(batch, user=batch.user, reason="Tải tệp lên").save()
        checked = apply_spreadsheet(
            kind=batch.kind,
            file=file,
            name=batch.original_name,
            user=batch.user,
            organization=batch.organization,
            batch_id=batch.pk,
        )
        if checked.written:
            describe(batch, checked)
            settle(batch, user=batch.user, written=True)
        else:
            transaction.set_rollback(True)
    return checked
