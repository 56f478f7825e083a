"""The one table that binds an indicator's code to the function that counts it."""

from core.counts import Count
from core.periods import Quarter
from members.officer_statistics import CODES as OFFICER_CODES
from members.officer_statistics import count_officers
from organizations.spells import UnitOfDay
from organizations.statistics import RULES as UNIT_RULES
from organizations.statistics import count_units

# A counter answers for several codes at once: (quarter, units of its last day) → {code: {organization id: Count}}.
COUNTERS = dict.fromkeys(UNIT_RULES, count_units) | dict.fromkeys(OFFICER_CODES, count_officers)


def count_registers(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """What every register counts for the quarter; a code without a register and a unit without a key have no data."""
    counted = {}
    for counter in dict.fromkeys(COUNTERS.values()):
        counted.update(counter(quarter, units))
    return counted
