"""What happens to rounds and reports: everything that decides, in transactions of its own."""

from reports.services.accepting import Return, accept_report, reopen_report, return_report
from reports.services.entering import Edit, save_edits
from reports.services.handing_in import prepare_report, submit_report
from reports.services.remarks import add_remark
from reports.services.rounds import (
    close_round,
    complete_round,
    grant_exception,
    open_round,
    reporting_units,
    reports_of,
)

__all__ = [
    "Edit",
    "Return",
    "accept_report",
    "add_remark",
    "close_round",
    "complete_round",
    "grant_exception",
    "open_round",
    "prepare_report",
    "reopen_report",
    "reporting_units",
    "reports_of",
    "return_report",
    "save_edits",
    "submit_report",
]
