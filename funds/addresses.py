"""From a figure of a quarter to the entries or awards behind it."""

from django.urls import reverse

from core.periods import Quarter
from funds.awards.filters import AWARDS
from funds.awards.statistics import NAMES, TOTAL
from funds.statistics import FLOWS

KIND_OF = {code: str(kind) for kind, codes in NAMES.items() for code in codes} | {TOTAL: AWARDS}


def rows_address(indicator: str, code: str, quarter: Quarter, *, own: bool = False) -> str:
    """The list behind an indicator of the unit with the code; "" where there is none. ``own``: of its own line."""
    query = {"unit": code, "year": str(quarter.year), "quarter": str(quarter.number)} | ({"own": "1"} if own else {})
    if kind := KIND_OF.get(indicator):
        return reverse("awards:award_list", query=query | {"kind": kind})
    if indicator in FLOWS:
        return reverse("funds:entry_list", query=query | {"counted": indicator.removeprefix("funds.")})
    return ""
