"""What the register of units counts for a quarter: each function is one GROUP BY over the spells.

A unit is counted in the own line of its nearest strict ancestor that reports.
"""

from collections import Counter

from django.db.models import Count as CountRows

from core.counts import Count
from core.periods import Quarter
from organizations.models import Form, Kind, Level, Organization, OrganizationSpell, RegisterUse
from organizations.spells import UnitOfDay, reporting_parents

AGENCIES = [Kind.AGENCY, Kind.SCHOOL, Kind.ARMED_FORCES]
ASSOCIATIONS = [Form.HOI, Form.CHI_HOI, Form.BAN]


def count_under_parents(spells, quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[int, Count]:
    """Group the spells by parent and credit each group to the nearest reporting unit; absent means no data."""
    nearest = reporting_parents(units)
    counted: Counter[int] = Counter()
    for parent_id, number in spells.order_by().values_list("parent_id").annotate(CountRows("pk")):
        if parent_id in units:
            holder = parent_id if units[parent_id].reports else nearest[parent_id]
            if holder is not None:
                counted[holder] += number
    in_use = RegisterUse.objects.filter(
        register=RegisterUse.Register.ORGANIZATIONS, used_from__lte=quarter.last_day
    ).values_list("organization_id", flat=True)
    zeros = {pk: Count(0, Count.NAMES) for pk in in_use if pk in units}
    return zeros | {pk: Count(number, Count.NAMES) for pk, number in counted.items()}


def alive(quarter: Quarter):
    return OrganizationSpell.objects.on(quarter.last_day).exclude(parent=None)


def count_districts(quarter: Quarter, units) -> dict[int, Count]:
    """Associations of districts on the quarter's last day."""
    return count_under_parents(alive(quarter).filter(level=Level.DISTRICT), quarter, units)


def count_communes(quarter: Quarter, units) -> dict[int, Count]:
    """Associations of communes on the quarter's last day."""
    return count_under_parents(alive(quarter).filter(level=Level.COMMUNE), quarter, units)


def count_branches(quarter: Quarter, units) -> dict[int, Count]:
    """Chi hội and ban khuyến học together, without tổ hội."""
    return count_under_parents(alive(quarter).filter(form__in=[Form.CHI_HOI, Form.BAN]), quarter, units)


def count_chapters(quarter: Quarter, units) -> dict[int, Count]:
    """Chi hội on the quarter's last day."""
    return count_under_parents(alive(quarter).filter(form=Form.CHI_HOI), quarter, units)


def count_boards(quarter: Quarter, units) -> dict[int, Count]:
    """Ban khuyến học on the quarter's last day."""
    return count_under_parents(alive(quarter).filter(form=Form.BAN), quarter, units)


def count_groups(quarter: Quarter, units) -> dict[int, Count]:
    """Tổ hội on the quarter's last day."""
    return count_under_parents(alive(quarter).filter(form=Form.TO_HOI), quarter, units)


def count_new_branches(quarter: Quarter, units) -> dict[int, Count]:
    """Chi hội and ban khuyến học founded within the quarter and alive on its last day."""
    founded = Organization.objects.filter(established_on__range=(quarter.first_day, quarter.last_day))
    spells = alive(quarter).filter(form__in=[Form.CHI_HOI, Form.BAN], organization__in=founded)
    return count_under_parents(spells, quarter, units)


def count_agencies(quarter: Quarter, units) -> dict[int, Count]:
    """Agencies, schools and armed forces that have a unit of the association."""
    return count_under_parents(alive(quarter).filter(kind__in=AGENCIES, form__in=ASSOCIATIONS), quarter, units)


def count_enterprises(quarter: Quarter, units) -> dict[int, Count]:
    """Enterprises that have a unit of the association."""
    return count_under_parents(
        alive(quarter).filter(kind=Kind.ENTERPRISE, form__in=ASSOCIATIONS), quarter, units
    )
