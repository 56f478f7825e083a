"""Spreadsheet kinds of this app (settings.SPREADSHEET_KINDS names them)."""

from members.resources.officers import OfficerSheet

__all__ = ["OfficerSheet"]
