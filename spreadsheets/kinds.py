"""What the apps declare: kinds of spreadsheet (``settings.SPREADSHEET_KINDS``) and lists to export."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from core.sheets import Sheet
from organizations.exporting import Export
from organizations.scoping import holds


def all_kinds() -> dict[str, type[Sheet]]:
    """Code → kind, in the order in which they build on each other."""
    return {kind.code: kind for kind in map(import_string, settings.SPREADSHEET_KINDS)}


def kinds_of(user) -> dict[str, type[Sheet]]:
    """The kinds that the user may import somewhere."""
    return {code: kind for code, kind in all_kinds().items() if holds(user, kind.permission)}


def find_kind(code: str) -> type[Sheet]:
    kinds = all_kinds()
    if code not in kinds:
        raise ValidationError(f"Không có loại bảng “{code}”. Các loại: {', '.join(kinds)}.")
    return kinds[code]


def all_exports() -> dict[str, type[Export]]:
    """Code → list that may be exported, from ``settings.SPREADSHEET_EXPORTS``."""
    return {export.code: export for path in settings.SPREADSHEET_EXPORTS for export in import_string(path)}


def exports_of(user) -> dict[str, type[Export]]:
    """The lists that the user may see, and so export, somewhere."""
    return {code: export for code, export in all_exports().items() if holds(user, export.permission)}
