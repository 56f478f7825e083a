from spreadsheets.services.batches import (
    apply_batch,
    check_batch,
    import_file,
    map_columns,
    request_apply,
    request_undo,
    upload_spreadsheet,
)
from spreadsheets.services.running import apply_spreadsheet, check_spreadsheet, find_organization
from spreadsheets.services.undoing import undo_batch

__all__ = [
    "apply_batch",
    "apply_spreadsheet",
    "check_batch",
    "check_spreadsheet",
    "find_organization",
    "import_file",
    "map_columns",
    "request_apply",
    "request_undo",
    "undo_batch",
    "upload_spreadsheet",
]
