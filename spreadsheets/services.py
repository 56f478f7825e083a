"""Checking and applying spreadsheets: the same steps for the browser and for the command.

Everything raises ValidationError, with nothing written, for a file that cannot be read or may not be applied.
"""

import hashlib

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.history import REASON_LENGTH, because
from core.sheets import CHANGED_ROW, NEW, Importer, Sheet, in_parts
from organizations.models import Organization
from organizations.scoping import holds
from spreadsheets.checking import Checked, check_rows, check_scope, read_rows
from spreadsheets.kinds import find_kind
from spreadsheets.models import ImportBatch
from spreadsheets.reading import check_size
from spreadsheets.writing import refused_workbook

KEPT_FINDINGS, KEPT_SAMPLES = 200, 50
# A browser waits for the answer: more than a province's figures of a year goes in by the command.
UPLOADED_ROWS = 60_000
MOVED_ON = "Số liệu đã được người khác thay đổi từ lúc xem trước, nên chưa ghi gì. Hãy tải tệp lên để xem lại."


def find_organization(code: str, *, user, kind: type[Sheet]) -> Organization:
    """The unit that an import is narrowed to; the answer is the same whether it is unknown or out of reach."""
    found = Organization.objects.allowed(user, kind.permission).filter(code=code).first()
    if found is None:
        raise ValidationError(f"Không có đơn vị mã “{code}” trong phạm vi của ông/bà.")
    return found


def open_importer(*, kind: type[Sheet], name: str, user, organization: Organization | None) -> Importer:
    if not holds(user, kind.permission):
        raise ValidationError(f"Ông/bà không có quyền nhập bảng “{kind.label}”.")
    importer = Importer(user=user, organization=organization, reason=f"Nhập từ {name}"[:REASON_LENGTH])
    check_scope(kind, importer)
    return importer


def check_spreadsheet(
    *, kind: str, file, name: str, user, organization: Organization | None = None, most: int | None = None
) -> Checked:
    """Judge every row of an open binary file of at most ``most`` rows; writes nothing."""
    sheet = find_kind(kind)
    importer = open_importer(kind=sheet, name=name, user=user, organization=organization)
    rows, notes = read_rows(kind=sheet, file=file, name=name, most=most)
    return check_rows(kind=sheet, importer=importer, rows=rows, notes=notes)


def apply_spreadsheet(
    *,
    kind: str,
    file,
    name: str,
    user,
    organization: Organization | None = None,
    partial: bool = False,
    seen: str | None = None,
) -> Checked:
    """Judge the file again and write its right rows in one transaction.

    ``seen`` is the fingerprint of the preview that was agreed to; nothing is written when it no longer holds.

    With refused rows nothing is written, unless ``partial``; look at ``counts["refused"]`` of the answer.
    """
    sheet = find_kind(kind)
    importer = open_importer(kind=sheet, name=name, user=user, organization=organization)
    rows, notes = read_rows(kind=sheet, file=file, name=name)
    try:
        with transaction.atomic():
            sheet(importer).lock()
            checked = check_rows(kind=sheet, importer=importer, rows=rows, notes=notes)
            agreed = seen is None or checked.fingerprint == seen
            if agreed and (partial or not checked.counts["refused"]):
                confirm_scope(checked.sheet, checked.sheet.write(checked.accepted))
                checked.written = True
    except IntegrityError as error:
        raise ValidationError(MOVED_ON) from error
    return checked


def confirm_scope(sheet: Sheet, written: dict) -> None:
    """Fetch every written row again through the user's scope; one that is out of reach undoes everything."""
    for model, keys in written.items():
        reachable = model.objects.allowed(sheet.importer.user, sheet.permission)
        for part in in_parts(keys):
            if reachable.filter(pk__in=part).count() != len(part):
                raise ValidationError("Có dòng nằm ngoài phạm vi của ông/bà, nên không ghi gì.")


def digest(file) -> str:
    file.seek(0)
    sha256 = hashlib.sha256()
    for chunk in iter(lambda: file.read(1024 * 1024), b""):
        sha256.update(chunk)
    file.seek(0)
    return sha256.hexdigest()


@transaction.atomic
def keep_batch(
    *, checked: Checked, file, name: str, user, status: str, organization: Organization | None = None
) -> ImportBatch:
    """Store the file under a random name together with what was found in it."""
    batch = ImportBatch(
        kind=checked.sheet.code,
        original_name=name[-200:],
        sha256=digest(file),
        user=user,
        organization=organization,
        status=status,
        applied_at=timezone.now() if status == ImportBatch.Status.APPLIED else None,
    )
    describe(batch, checked)
    batch.file.save(name, file, save=False)
    keep_refused(batch, checked)
    because(batch, user=user, reason="Tải tệp lên").save()
    return batch


def describe(batch: ImportBatch, checked: Checked) -> None:
    batch.counts = checked.counts
    batch.fingerprint = checked.fingerprint
    batch.problems = first(checked.errors(), KEPT_FINDINGS)
    batch.warnings = first(checked.warnings(), KEPT_FINDINGS)
    batch.samples = {status: checked.sample(status, KEPT_SAMPLES) for status in (NEW, CHANGED_ROW)}


def first(findings, number: int) -> list:
    return [finding for finding, _ in zip(findings, range(number), strict=False)]


def keep_refused(batch: ImportBatch, checked: Checked) -> None:
    """Make the file that gives the refused rows back with their reasons."""
    reasons = checked.reasons()
    batch.refused_file.delete(save=False)
    if reasons:
        with batch.file.open("rb") as file:
            content = refused_workbook(file, batch.original_name, reasons)
        batch.refused_file.save("refused.xlsx", ContentFile(content), save=False)


def upload_spreadsheet(*, kind: str, file, name: str, user, organization: Organization | None = None) -> ImportBatch:
    """Check an uploaded file and keep it for the preview."""
    check_size(file)
    checked = check_spreadsheet(
        kind=kind, file=file, name=name, user=user, organization=organization, most=UPLOADED_ROWS
    )
    status = ImportBatch.Status.CHECKED if checked.accepted else ImportBatch.Status.REFUSED
    if not checked.counts["refused"]:
        status = ImportBatch.Status.CHECKED
    return keep_batch(checked=checked, file=file, name=name, user=user, status=status, organization=organization)


@transaction.atomic
def apply_batch(*, batch: ImportBatch, user, partial: bool = False) -> ImportBatch:
    """Apply a checked batch; the stored file is judged again.

    A file that would do anything else by now than what was seen is stored as FAILED with its new findings, and
    nothing of it is written.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.status != ImportBatch.Status.CHECKED:
        raise ValidationError("Tệp này đã được xử lý rồi. Hãy tải tệp lên lại nếu còn muốn nhập.")
    with batch.file.open("rb") as file:
        if digest(file) != batch.sha256:
            raise ValidationError("Tệp đã lưu không còn nguyên vẹn. Hãy tải tệp lên lại.")
        checked = apply_spreadsheet(
            kind=batch.kind,
            file=file,
            name=batch.original_name,
            user=user,
            organization=batch.organization,
            partial=partial,
            seen=batch.fingerprint,
        )
    done = checked.written
    batch.status = ImportBatch.Status.APPLIED if done else ImportBatch.Status.FAILED
    batch.applied_at = timezone.now() if done else None
    describe(batch, checked)
    keep_refused(batch, checked)
    because(batch, user=user, reason="Ghi vào sổ" if done else "Không ghi được").save()
    return batch
