"""What the register of members counts for a quarter: one GROUP BY over the memberships, one climb of the tree.

A member counts in the own line of the nearest reporting unit at or above the branch. Names and head counts meet there:
a unit's newest head count stands for it and everything below it that does not report by itself, until the unit
switches its register on (``RegisterUse``). Where only a unit above did, the head count still stands as long as no name
is recorded at or below the unit. Unknown is never zero: see `Line`.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count as CountOf
from django.db.models import F, OuterRef, Q, Subquery

from core.counts import Count
from core.periods import Quarter
from members.models import HeadCount, Membership, Sex
from organizations.models import RegisterUse
from organizations.spells import UnitOfDay

# Indicator → what is counted of the names, and the column of the head count.
STOCKS = {
    "members.total": ("total", "members"),
    "members.women": ("women", "women"),
    "members.party": ("party", "party_members"),
    "members.carded": ("carded", "carded"),
}
FLOWS = {"members.new": "new", "members.left": "left"}
CODES = (*STOCKS, *FLOWS)
# What must be known of at least one person before its number says anything.
KNOWN_BY = {"women": "sex_known", "party": "party_known"}
COUNTED = ("total", "women", "party", "carded", "new", "left", "sex_known", "party_known")
# With so few units asking for them by name is quicker than grouping everybody's rows.
FEW = 500


@dataclass(slots=True)
class Line:
    """One unit with everything below it that does not report by itself.

    ``names`` are the numbers of COUNTED by names. ``heads`` are those that head counts add, by indicator; an
    indicator in ``unknown`` lacks the part of some head count.
    """

    names: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    heads: dict[str, int] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def take(self, other: "Line") -> None:
        for name, number in other.names.items():
            self.names[name] += number
        for code, number in other.heads.items():
            self.heads[code] = self.heads.get(code, 0) + number
        self.unknown |= other.unknown

    def stock(self, code: str, *, in_use: bool) -> Count | None:
        """None where nothing is known; zero by names only where the unit keeps the register."""
        name = STOCKS[code][0]
        if code in self.unknown:
            return None
        heads = self.heads.get(code)
        if self.names["total"] and not self.names.get(KNOWN_BY.get(name), 1):
            return None
        value = self.names[name] + (heads or 0)
        if heads is not None:
            return Count(value, Count.HEAD_COUNT)
        return Count(value, Count.NAMES) if value or in_use else None

    def flow(self, code: str, *, in_use: bool) -> Count | None:
        value = self.names[FLOWS[code]]
        return Count(value, Count.NAMES) if value or in_use else None


def count_members(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, parents first.

    Three queries: names, head counts, registers in use.
    """
    names = count_names(quarter, units)
    heads = newest_head_counts(quarter, units)
    used = set(
        RegisterUse.objects.filter(register=RegisterUse.Register.MEMBERS, used_from__lte=quarter.last_day).values_list(
            "organization_id", flat=True
        )
    )
    lines = climb(units, names, heads, used)
    counted: dict[str, dict[int, Count]] = {code: {} for code in CODES}
    for pk, line in lines.items():
        for code in CODES:
            count = (line.stock if code in STOCKS else line.flow)(code, in_use=pk in used)
            if count is not None:
                counted[code][pk] = count
    return counted


def count_names(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[int, dict[str, int]]:
    """Organization → COUNTED, by the members' own branches; one GROUP BY."""
    first, last = quarter.first_day, quarter.last_day
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=last)
    # Of those who have joined, whom alone the rows hold.
    there = Q(left_on__isnull=True) | Q(left_on__gt=last)
    left = Q(left_on__range=(first, last)) & ~Q(left_reason=Membership.Reason.TRANSFERRED)
    new = Q(joined_on__range=(first, last), joined_reason=Membership.Reason.NEW)
    rows = Membership.objects.filter(joined, Q(left_on__isnull=True) | Q(left_on__gte=first)).order_by()
    if len(units) <= FEW:
        rows = rows.filter(organization__in=list(units))
    grouped = rows.values("organization_id").annotate(
        total=CountOf("pk", filter=there),
        women=CountOf("pk", filter=there & Q(member__sex=Sex.FEMALE)),
        party=CountOf("pk", filter=there & Q(member__party_member=True)),
        carded=CountOf("pk", filter=there & Q(member__card_number__isnull=False)),
        new=CountOf("pk", filter=new),
        left=CountOf("pk", filter=left),
        sex_known=CountOf("pk", filter=there & ~Q(member__sex="")),
        party_known=CountOf("pk", filter=there & Q(member__party_member__isnull=False)),
    )
    return {row.pop("organization_id"): row for row in grouped}


def newest_head_counts(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[int, dict[str, int | None]]:
    """Organization → its newest head count not later than the quarter's last day, by indicator."""
    earlier = HeadCount.objects.filter(organization=OuterRef("organization"), date__lte=quarter.last_day)
    newest = Subquery(earlier.order_by("-date").values("date")[:1])
    rows = HeadCount.objects.filter(date=newest).order_by()
    if len(units) <= FEW:
        rows = rows.filter(organization__in=list(units))
    columns = {code: F(column) for code, (_, column) in STOCKS.items()}
    values = rows.values_list("organization_id", *columns.values())
    return {pk: dict(zip(columns, numbers, strict=True)) for pk, *numbers in values}


def climb(
    units: dict[int, UnitOfDay],
    names: dict[int, dict[str, int]],
    heads: dict[int, dict[str, int | None]],
    used: set[int],
) -> dict[int, Line]:
    """The own lines of the reporting units."""
    covered: dict[int, bool] = {}
    for pk, unit in units.items():
        above = not unit.reports and unit.parent_id in covered and covered[unit.parent_id]
        covered[pk] = pk in used or above
    lines: dict[int, Line] = defaultdict(Line)
    for pk in reversed(units):
        unit, line = units[pk], lines[pk]
        if own := names.get(pk):
            line.take(Line(names=own))
        head = heads.get(pk)
        if head is not None and pk not in used and not (covered[pk] and line.names["total"]):
            line = lines[pk] = by_head_count(head, line)
        if not unit.reports and unit.parent_id in units:
            lines[unit.parent_id].take(line)
    return {pk: lines[pk] for pk, unit in units.items() if unit.reports}


def by_head_count(head: dict[str, int | None], line: Line) -> Line:
    """The unit as its head count has it; who came and went is still told by the names."""
    flows = {name: line.names[name] if name in FLOWS.values() else 0 for name in COUNTED}
    known = {code: number for code, number in head.items() if number is not None}
    return Line(names=flows, heads=known, unknown=head.keys() - known.keys())
