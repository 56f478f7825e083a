"""Checking and applying spreadsheets: the same steps for the browser and for the command.

Everything raises ValidationError, with nothing written, for a file that cannot be read or may not be applied.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.bulk import among, room_to_write
from core.history import REASON_LENGTH
from core.sheets import Importer, Mode, Sheet
from organizations.models import Organization
from organizations.scoping import holds
from spreadsheets.checking import Checked, Choose, check_rows, check_scope, read_rows
from spreadsheets.kinds import find_kind
from spreadsheets.staging import Stage
from spreadsheets.streaming import MovedOnError, Progress, Streamed, Writing, check_stream

Found = Checked | Streamed


def unobserved(done: int) -> None:
    """Nobody asks how far it is."""


def find_organization(code: str, *, user, kind: type[Sheet]) -> Organization:
    """The unit that an import is narrowed to; the answer is the same whether it is unknown or out of reach."""
    found = Organization.objects.allowed(user, kind.permission).filter(code=code).first()
    if found is None:
        raise ValidationError(f"Không có đơn vị mã “{code}” trong phạm vi của ông/bà.")
    return found


def open_importer(
    *,
    kind: type[Sheet],
    name: str,
    user,
    organization: Organization | None,
    mode: str = Mode.UPDATE,
    batch_id: int | None = None,
) -> Importer:
    if not holds(user, kind.permission):
        raise ValidationError(f"Ông/bà không có quyền nhập bảng “{kind.label}”.")
    if mode != Mode.UPDATE and not kind.is_streamed:
        raise ValidationError(f"Bảng “{kind.label}” chỉ nhận cách “{Mode.UPDATE.label}”.")
    reason = f"Nhập từ {name}"[:REASON_LENGTH]
    importer = Importer(user=user, organization=organization, reason=reason, mode=mode, batch_id=batch_id)
    check_scope(kind, importer)
    return importer


def check_spreadsheet(
    *,
    kind: str,
    file,
    name: str,
    user,
    organization: Organization | None = None,
    mode: str = Mode.UPDATE,
    most: int | None = None,
    progress: Progress = unobserved,
    choose: Choose | None = None,
) -> Found:
    """Judge every row of an open binary file; writes nothing. ``most`` limits the rows of kinds judged as a whole."""
    sheet = find_kind(kind)
    importer = open_importer(kind=sheet, name=name, user=user, organization=organization, mode=mode)
    if sheet.is_streamed:
        return check_stream(kind=sheet, importer=importer, file=file, name=name, progress=progress, choose=choose)
    rows, notes = read_rows(kind=sheet, file=file, name=name, most=most, choose=choose)
    return check_rows(kind=sheet, importer=importer, rows=rows, notes=notes)


def apply_spreadsheet(
    *,
    kind: str,
    file,
    name: str,
    user,
    organization: Organization | None = None,
    mode: str = Mode.UPDATE,
    partial: bool = False,
    seen: str | None = None,
    batch_id: int | None = None,
    choose: Choose | None = None,
) -> Found:
    """Judge the file and write its right rows in one transaction.

    ``seen`` is the fingerprint of the preview that was agreed to; nothing is written when it no longer holds.

    With refused rows nothing is written, unless ``partial``; look at ``counts["refused"]`` of the answer.
    """
    sheet = find_kind(kind)
    scope = {"kind": sheet, "name": name, "user": user, "organization": organization}
    importer = open_importer(**scope, mode=mode, batch_id=batch_id)
    if sheet.is_streamed:
        checked = check_stream(kind=sheet, importer=importer, file=file, name=name, progress=unobserved)
        if partial or not checked.counts["refused"]:
            write_stage(sheet=checked.sheet, stage=checked.stage, number=checked.accepted)
            checked.written = True
        return checked
    rows, notes = read_rows(kind=sheet, file=file, name=name, choose=choose)
    with moved_on_in_words(), transaction.atomic():
        sheet(importer).lock()
        checked = check_rows(kind=sheet, importer=importer, rows=rows, notes=notes)
        agreed = seen is None or checked.fingerprint == seen
        if agreed and (partial or not checked.counts["refused"]):
            confirm_scope(checked.sheet, checked.sheet.write(checked.accepted))
            checked.written = True
    return checked


@contextmanager
def moved_on_in_words() -> Iterator[None]:
    """A row that the database refuses was free at the check: somebody else was quicker."""
    try:
        yield
    except IntegrityError as error:
        raise MovedOnError from error


def write_stage(
    *,
    sheet: Sheet,
    stage: Stage,
    number: int,
    progress: Progress = unobserved,
    begin: Callable[[], None] | None = None,
    finish: Callable[[], None] | None = None,
) -> None:
    """Write the ``number`` staged rows in one transaction, ``begin`` being the first thing in it, ``finish`` the last.

    Raises MovedOnError, with nothing written, when anything that the check rested on has changed since.
    """
    with room_to_write(), closing(Writing(sheet, stage)) as writing:
        writing.prepare(number)
        with moved_on_in_words(), transaction.atomic():
            sheet.lock()
            if begin:
                begin()
            confirm_scope(sheet, writing.run(progress))
            if finish:
                finish()


def confirm_scope(sheet: Sheet, written: dict) -> None:
    """Fetch every written row again through the user's scope; one that is out of reach undoes everything."""
    for model, keys in written.items():
        reachable = model.objects.allowed(sheet.importer.user, sheet.permission)
        if reachable.filter(among(keys)).count() != len(set(keys)):
            raise ValidationError("Có dòng nằm ngoài phạm vi của ông/bà, nên không ghi gì.")
