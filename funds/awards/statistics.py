"""What the register of awards counts for a quarter, by the day of the hand-over: one GROUP BY over all awards.

An award counts where it was given, in the own line of the nearest reporting unit at or above. A number that one of the
rows lacks is no data for the line, never less; zero is said only where the unit keeps the register of its funds.
"""

from collections import defaultdict
from operator import add
from typing import NamedTuple

from django.db.models import Count as CountOf
from django.db.models import Sum

from core.bulk import fetch
from core.counts import Count
from core.periods import Quarter
from funds.models import Award, AwardKind
from funds.registers import registers_in_use
from organizations.spells import UnitOfDay

# Kind → the indicators of its portions and of its money.
NAMES = {
    AwardKind.STUDENT: ("funds.awards.students", "funds.awards.students_amount"),
    AwardKind.TEACHER: ("funds.awards.teachers", "funds.awards.teachers_amount"),
    AwardKind.ADULT: ("funds.awards.adults", "funds.awards.adults_amount"),
    AwardKind.COLLECTIVE: ("funds.awards.collectives", "funds.awards.collectives_amount"),
    AwardKind.SCHOLARSHIP: ("funds.scholarships.count", "funds.scholarships.amount"),
}
# All awards together; scholarships are told apart.
TOTAL = "funds.awards.amount"
PARTS = tuple(kind for kind in NAMES if kind != AwardKind.SCHOLARSHIP)
CODES = (*(code for pair in NAMES.values() for code in pair), TOTAL)


# What a row of `Given` is read by.
GIVEN = {
    "rows": CountOf("pk"),
    "with_portions": CountOf("portions"),
    "with_amount": CountOf("amount"),
    "with_name": CountOf("recipient"),
    "portions_sum": Sum("portions"),
    "amount_sum": Sum("amount"),
}


class Given(NamedTuple):
    """Rows, how many of them say portions, money and who, and the sums."""

    rows: int = 0
    with_portions: int = 0
    with_amount: int = 0
    with_name: int = 0
    portions: int = 0
    amount: int = 0

    def __add__(self, other):
        return Given(*map(add, self, other))

    @property
    def basis(self) -> str:
        return Count.NAMES if self.with_name == self.rows else Count.HEAD_COUNT


def count_awards(
    quarter: Quarter, units: dict[int, UnitOfDay], used: set[int] | None = None
) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, parents first.

    Two queries: awards, and registers in use, unless ``used`` names them.
    """
    used = registers_in_use(quarter, units) if used is None else used
    lines: dict[int, dict[str, Given]] = defaultdict(dict)
    for pk in used:
        if units[pk].reports:
            lines[pk] = dict.fromkeys(NAMES, Given())
    # PostgreSQL adds up bigint as numeric, and `fetch` leaves values as the driver brings them.
    for unit, kind, *values in fetch(rows_of(quarter)):
        line = reporting_line(unit, units)
        if line is not None:
            given, found = lines[line], Given(*[int(value or 0) for value in values])
            given[kind] = given[kind] + found if kind in given and given[kind].rows else found
    counted: dict[str, dict[int, Count]] = {code: {} for code in CODES}
    for line, given in lines.items():
        for code, count in counts_of(given).items():
            counted[code][line] = count
    return counted


def rows_of(quarter: Quarter):
    """Unit and kind → the parts of `Given`."""
    rows = Award.objects.paid().filter(handed_on__range=(quarter.first_day, quarter.last_day)).order_by()
    return rows.values_list("organization_id", "kind").annotate(**GIVEN)


def reporting_line(pk: int, units: dict[int, UnitOfDay]) -> int | None:
    """The nearest unit at or above that reports; None outside the tree of the day."""
    while pk in units and not units[pk].reports:
        pk = units[pk].parent_id
    return pk if pk in units else None


def counts_of(given: dict[str, Given]) -> dict[str, Count]:
    """The numbers of one line that are known; the total of all awards only where no award lacks its money."""
    counts = {}
    for kind, found in given.items():
        portions, amount = NAMES[kind]
        if found.with_portions == found.rows:
            counts[portions] = Count(found.portions, found.basis)
        if found.with_amount == found.rows:
            counts[amount] = Count(found.amount, found.basis)
    parts = [found for kind, found in given.items() if kind in PARTS]
    awards = sum(parts[1:], start=parts[0]) if parts else Given()
    if parts and awards.with_amount == awards.rows:
        counts[TOTAL] = Count(awards.amount, awards.basis)
    return counts
