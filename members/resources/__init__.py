"""Spreadsheet kinds of this app (settings.SPREADSHEET_KINDS names them)."""

from members.resources.head_counts import HeadCountSheet
from members.resources.members import MemberSheet
from members.resources.officers import OfficerSheet

__all__ = ["HeadCountSheet", "MemberSheet", "OfficerSheet"]
