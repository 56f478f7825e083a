"""Spreadsheet kinds of this app (settings.SPREADSHEET_KINDS names them)."""

from funds.resources.awards import AwardSheet
from funds.resources.entries import FundEntrySheet
from funds.resources.funds import FundSheet

__all__ = ["AwardSheet", "FundEntrySheet", "FundSheet"]
