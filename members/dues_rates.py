"""Which rate of dues holds for a branch in a year, and how money is split between the levels by it.

For each unit from the branch upwards: the rate valid on the first day of the year, else the first one that begins
within the year; the nearest unit that has one wins. Once money of a year was confirmed in a branch, the rate of that
confirmation stays the branch's rate of the year, whatever is added or moved afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Q

from core.history import because
from members.models import DuesCollection, DuesRate
from organizations.models import Level, Organization

# Level → the column of its share, from the branch upwards.
SHARES = {
    Level.BRANCH: "branch_share",
    Level.COMMUNE: "commune_share",
    Level.DISTRICT: "district_share",
    Level.PROVINCE: "province_share",
}


def split_amount(amount: int, shares: Mapping[str, int]) -> dict[str, int]:
    """Whole đồng by whole per cent that add up to 100: the parts always add up to ``amount``.

    What rounding down leaves goes to the largest remainders, one đồng each; among equals to the one named first. A
    negative amount is split as its opposite is.
    """
    size = abs(amount)
    parts = {name: size * share // 100 for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: -(size * shares[name] % 100))
    for name in by_remainder[: size - sum(parts.values())]:
        parts[name] += 1
    return {name: -part if amount < 0 else part for name, part in parts.items()}


def shares_by_level(rate: DuesRate) -> dict[str, int]:
    """Level → per cent; levels without a share are left out."""
    return {level.value: share for level, column in SHARES.items() if (share := getattr(rate, column))}


def choose_rate(rates: Iterable[DuesRate], year: int) -> DuesRate | None:
    """Of one unit's own rates the one for the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    before = [rate for rate in rates if rate.valid_from <= first]
    within = [rate for rate in rates if first < rate.valid_from <= last]
    if before:
        return max(before, key=lambda rate: rate.valid_from)
    return min(within, key=lambda rate: rate.valid_from, default=None)


def own_rates(rates: Iterable[DuesRate], year: int) -> dict[int, DuesRate]:
    """Unit → its own rate for the year; units without one are left out."""
    by_unit = defaultdict(list)
    for rate in rates:
        by_unit[rate.organization_id].append(rate)
    chosen = {unit: choose_rate(own, year) for unit, own in by_unit.items()}
    return {unit: rate for unit, rate in chosen.items() if rate is not None}


def rate_for(organization: Organization, year: int) -> DuesRate | None:
    """The rate of one branch in a year; at most three queries."""
    settled = settled_rates(DuesCollection.objects.filter(organization=organization), year)
    if settled:
        return settled[organization.pk]
    line = list(Organization.objects.above(organization).values_list("pk", flat=True))
    rates = own_rates(DuesRate.objects.filter(organization__in=line).select_related("organization"), year)
    return next((rates[unit] for unit in reversed(line) if unit in rates), None)


def rates_below(root: Organization, parents: Mapping[int, int | None], year: int) -> dict[int, DuesRate]:
    """Unit → rate for everything at and below ``root``; three queries whatever the size of the tree.

    ``parents`` maps every unit there to the unit above it, parents before children. A unit without a rate is left out.
    """
    inside = Organization.objects.within(Organization.objects.filter(pk=root.pk))
    line = Organization.objects.above(root).order_by()
    reached = Q(organization__in=inside.order_by().values("pk")) | Q(organization__in=line.values("pk"))
    own = own_rates(DuesRate.objects.filter(reached).select_related("organization"), year)
    above = list(Organization.objects.above(root).values_list("pk", flat=True))
    inherited = next((own[unit] for unit in reversed(above) if unit in own), None)
    found: dict[int, DuesRate | None] = {}
    for unit, parent in parents.items():
        found[unit] = own.get(unit) or (inherited if unit == root.pk else found.get(parent))
    settled = settled_rates(DuesCollection.objects.filter(organization__in=inside.order_by().values("pk")), year)
    return {unit: rate for unit, rate in (found | settled).items() if rate is not None}


def settled_rates(collections, year: int) -> dict[int, DuesRate]:
    """Branch → the rate under which money of the year was confirmed there."""
    confirmed = collections.confirmed().filter(year=year).order_by().values_list("organization", "rate").distinct()
    pairs = dict(confirmed)
    rates = DuesRate.objects.select_related("organization").in_bulk(set(pairs.values())) if pairs else {}
    return {branch: rates[rate] for branch, rate in pairs.items()}


@transaction.atomic
def save_rate(*, rate: DuesRate, user, reason: str) -> DuesRate:
    """Add a rate, or correct one under which no money was confirmed yet.

    Raises ValidationError for a rate in use, and for whatever the model refuses.
    """
    if rate.pk:
        # Whoever confirms waits for this row as well, so that nothing is confirmed under it meanwhile.
        lock_rate(rate)
    rate.full_clean()
    because(rate, user=user, reason=reason).save()
    return rate


def lock_rate(rate: DuesRate) -> DuesRate:
    """The rate as it is now, unchanged until the transaction ends."""
    return DuesRate.objects.select_for_update(no_key=True).get(pk=rate.pk)
