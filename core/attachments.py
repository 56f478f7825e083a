"""Files that people attach: a few kinds, known by their ending and by what stands in them."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core.documents import DOCX_TYPE, PDF_TYPE, XLSX_TYPE

NAME_LENGTH = 200


def begins(*signatures: bytes) -> Callable:
    """Whether a file begins with one of the signatures."""

    def check(file) -> bool:
        file.seek(0)
        return file.read(16).startswith(signatures)

    return check


def is_office(part: str) -> Callable:
    """Whether a file is an Office document (a ZIP with the given part) without macros; nothing is unpacked."""

    def check(file) -> bool:
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return {"[Content_Types].xml", part} <= names and not has_macros

    return check


@dataclass(frozen=True)
class FileKind:
    content_type: str
    check: Callable


JPEG = FileKind("image/jpeg", begins(b"\xff\xd8\xff"))
KINDS = {
    "pdf": FileKind(PDF_TYPE, begins(b"%PDF-")),
    "docx": FileKind(DOCX_TYPE, is_office("word/document.xml")),
    "xlsx": FileKind(XLSX_TYPE, is_office("xl/workbook.xml")),
    "png": FileKind("image/png", begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": JPEG,
    "jpeg": JPEG,
}
LISTED = "PDF, Word (.docx), Excel (.xlsx), ảnh (.png, .jpg)"


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def content_type(name: str) -> str:
    """By the ending of a file that was let in; anything else is only bytes."""
    kind = KINDS.get(ending(name))
    return kind.content_type if kind else "application/octet-stream"


def random_name(name: str) -> str:
    """A name that cannot be guessed, with the ending of the given one."""
    return f"{uuid4().hex}.{ending(name)}"


def tidy_name(name: str) -> str:
    """The user's own name for the file, printable and short enough to keep; its ending stays."""
    shown = "".join(char for char in name if char.isprintable()).strip()
    stem, _, last = shown.rpartition(".")
    return f"{stem[: NAME_LENGTH - len(last) - 1]}.{last}"


class UploadInput(forms.FileInput):
    """The browser is told the limit, so that nobody waits for a file to be sent that will be refused."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        limit = {"data-max-mb": settings.MAX_UPLOAD_MB}
        return limit | super().build_attrs(base_attrs, extra_attrs)


class AttachmentField(forms.FileField):
    """One file of a kind in ``KINDS``, at most MAX_UPLOAD_MB, whose content is what its ending says."""

    default_error_messages = {"empty": "Tệp trống. Hãy kiểm tra xem có chọn nhầm tệp không."}

    def __init__(self, **kwargs):
        accept = ",".join(f".{name}" for name in KINDS)
        kwargs.setdefault("widget", UploadInput(attrs={"accept": accept}))
        kwargs.setdefault("help_text", f"{LISTED}, nhiều nhất {settings.MAX_UPLOAD_MB} MB.")
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file:
            self.check(file)
        return file

    def check(self, file) -> None:
        kind = KINDS.get(ending(file.name))
        if kind is None:
            raise ValidationError(f"Chỉ nhận {LISTED}. Hãy lưu tệp thành một trong các dạng ấy rồi chọn lại.")
        if file.size > settings.MAX_UPLOAD_MB * 1024 * 1024:
            megabytes = -(-file.size // (1024 * 1024))
            raise ValidationError(
                f"Tệp nặng {megabytes} MB, chỉ nhận tệp đến {settings.MAX_UPLOAD_MB} MB. Hãy chọn tệp nhỏ hơn."
            )
        if not kind.check(file):
            raise ValidationError(
                f"Nội dung tệp không đúng dạng .{ending(file.name)}, hoặc có macro. "
                "Hãy mở tệp, lưu lại đúng dạng rồi chọn lại."
            )
        file.seek(0)
