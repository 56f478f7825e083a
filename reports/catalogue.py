"""The one table that binds an indicator's code to the function that counts it."""

from collections.abc import Iterable, Sequence

from core.counts import Count
from core.periods import Quarter
from funds.addresses import rows_address
from funds.awards.statistics import CODES as AWARD_CODES
from funds.permissions import VIEW as VIEW_FUND
from funds.statistics import CODES as FUND_CODES
from funds.statistics import count_registers as count_fund_registers
from learning_models.counted import names_address
from learning_models.permissions import VIEW as VIEW_REGISTRATION
from learning_models.statistics import CODES as LEARNING_MODEL_CODES
from learning_models.statistics import count_learning_models
from members.officer_statistics import CODES as OFFICER_CODES
from members.officer_statistics import count_officers
from members.statistics import CODES as MEMBER_CODES
from members.statistics import count_members
from organizations.spells import PLACE, SORT, UnitOfDay
from organizations.statistics import RULES as UNIT_RULES
from organizations.statistics import count_units

# A counter answers for several codes at once: (quarter, units of its last day) → {code: {organization id: Count}}.
COUNTERS = {
    **dict.fromkeys(UNIT_RULES, count_units),
    **dict.fromkeys(MEMBER_CODES, count_members),
    **dict.fromkeys(OFFICER_CODES, count_officers),
    **dict.fromkeys(LEARNING_MODEL_CODES, count_learning_models),
    **dict.fromkeys((*FUND_CODES, *AWARD_CODES), count_fund_registers),
}

# The register of an indicator → who may see its names, and the address of the list behind a figure or a rate. All that
# these registers count are stocks, so that a span leads to the names of its last quarter.
NAMED = {"learning_models": (VIEW_REGISTRATION, names_address)}
# The same for what is a flow: the list shows the days of one quarter, so a span leads nowhere.
FLOWING = {"funds": (VIEW_FUND, rows_address)}


def columns_counted(codes: Iterable[str] = COUNTERS) -> Sequence[str]:
    """What the counters of these codes must know of each unit: that of members asks only where it stands."""
    return PLACE if all(COUNTERS[code] is count_members for code in codes) else SORT


def count_registers(
    quarter: Quarter, units: dict[int, UnitOfDay], codes: Iterable[str] = COUNTERS
) -> dict[str, dict[int, Count]]:
    """What the registers count for the quarter, at least for ``codes``; a unit without a key has no data.

    ``units`` need no more than `columns_counted`.
    """
    counted = {}
    for counter in dict.fromkeys(COUNTERS[code] for code in codes):
        counted.update(counter(quarter, units))
    return counted
