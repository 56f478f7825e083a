"""Spreadsheet kinds of this app (settings.SPREADSHEET_KINDS names them)."""

from funds.resources.entries import FundEntrySheet
from funds.resources.funds import FundSheet

__all__ = ["FundEntrySheet", "FundSheet"]
