"""What the register of members counts for a quarter: one GROUP BY over the memberships, one climb of the tree.

A member counts in the own line of the nearest reporting unit at or above the branch. Names and head counts meet there:
a unit's newest head count stands for it and everything below it that does not report by itself, until the unit
switches its register on (``RegisterUse``). Where only a unit above did, the head count still stands as long as no name
is recorded at or below the unit. Unknown is never zero: see `Line`.
"""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Count as CountOf
from django.db.models import OuterRef, Q, Subquery

from core.bulk import fetch
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
PLACES = {code: place for place, code in enumerate(STOCKS)}
FLOWS = {"members.new": "new", "members.left": "left"}
CODES = (*STOCKS, *FLOWS)
# What must be known of at least one person before its number says anything.
KNOWN_BY = {"women": "sex_known", "party": "party_known"}
# With so few units asking for them by name is quicker than grouping everybody's rows.
FEW = 500

# The parts of a head count in the order of STOCKS; None where a part was not counted.
Heads = tuple[int | None, ...]


class Names(NamedTuple):
    """What is counted of the names."""

    total: int = 0
    women: int = 0
    party: int = 0
    carded: int = 0
    new: int = 0
    left: int = 0
    sex_known: int = 0
    party_known: int = 0


class Line(NamedTuple):
    """One unit with everything below it that does not report by itself: its names, and the head counts beside them."""

    names: Names = Names()
    heads: tuple[Heads, ...] = ()

    def stock(self, code: str, *, in_use: bool) -> Count | None:
        """None where nothing is known; zero by names only where the unit keeps the register."""
        name, place = STOCKS[code][0], PLACES[code]
        if self.names.total and name in KNOWN_BY and not getattr(self.names, KNOWN_BY[name]):
            return None
        value = getattr(self.names, name)
        if self.heads:
            parts = [head[place] for head in self.heads]
            return None if None in parts else Count(value + sum(parts), Count.HEAD_COUNT)
        return Count(value, Count.NAMES) if value or in_use else None

    def flow(self, code: str, *, in_use: bool) -> Count | None:
        value = getattr(self.names, FLOWS[code])
        return Count(value, Count.NAMES) if value or in_use else None


def count_members(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[str, dict[int, Count]]:
    """Indicator code → {organization id: Count}; ``units`` is the tree of the quarter's last day, parents first.

    Three queries: names, head counts, registers in use.
    """
    names = count_names(quarter, units)
    heads = newest_head_counts(quarter, units)
    in_use = RegisterUse.objects.filter(register=RegisterUse.Register.MEMBERS, used_from__lte=quarter.last_day)
    used = set(in_use.order_by().values_list("organization_id", flat=True))
    lines = {pk: Line() for pk in used if pk in units and units[pk].reports} | climb(units, names, heads, used)
    counted: dict[str, dict[int, Count]] = {code: {} for code in CODES}
    for pk, line in lines.items():
        for code in CODES:
            count = (line.stock if code in STOCKS else line.flow)(code, in_use=pk in used)
            if count is not None:
                counted[code][pk] = count
    return counted


def count_names(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[int, Names]:
    """Organization → names, by the members' own branches; one GROUP BY."""
    first, last = quarter.first_day, quarter.last_day
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=last)
    # Of those who have joined, whom alone the rows hold.
    there = Q(left_on__isnull=True) | Q(left_on__gt=last)
    left = Q(left_on__range=(first, last)) & ~Q(left_reason=Membership.Reason.TRANSFERRED)
    new = Q(joined_on__range=(first, last), joined_reason=Membership.Reason.NEW)
    rows = Membership.objects.filter(joined, Q(left_on__isnull=True) | Q(left_on__gte=first)).order_by()
    if len(units) <= FEW:
        rows = rows.filter(organization__in=list(units))
    counted = Names(
        total=there,
        women=there & Q(member__sex=Sex.FEMALE),
        party=there & Q(member__party_member=True),
        carded=there & Q(member__card_number__isnull=False),
        new=new,
        left=left,
        sex_known=there & ~Q(member__sex=""),
        party_known=there & Q(member__party_member__isnull=False),
    )
    numbers = {name: CountOf("pk", filter=condition) for name, condition in counted._asdict().items()}
    grouped = fetch(rows.values("organization_id").annotate(**numbers).values_list("organization_id", *numbers))
    return {pk: Names._make(found) for pk, *found in grouped}


def newest_head_counts(quarter: Quarter, units: dict[int, UnitOfDay]) -> dict[int, Heads]:
    """Organization → its newest head count not later than the quarter's last day."""
    earlier = HeadCount.objects.filter(organization=OuterRef("organization"), date__lte=quarter.last_day)
    newest = Subquery(earlier.order_by("-date").values("date")[:1])
    rows = HeadCount.objects.filter(date=newest).order_by()
    if len(units) <= FEW:
        rows = rows.filter(organization__in=list(units))
    columns = [column for _, column in STOCKS.values()]
    return {pk: tuple(parts) for pk, *parts in fetch(rows.values_list("organization_id", *columns))}


def climb(
    units: dict[int, UnitOfDay], names: dict[int, Names], heads: dict[int, Heads], used: set[int]
) -> dict[int, Line]:
    """The own lines of the reporting units in which anything stands.

    Most units have neither names nor heads: only those that have, and what lies above them, are looked at.
    """
    below: dict[int | None, set[int]] = defaultdict(set)
    tops = set()
    for pk in names.keys() | heads.keys():
        while pk in units:
            unit = units[pk]
            if unit.reports:
                tops.add(pk)
                break
            if pk in below[unit.parent_id]:
                break
            below[unit.parent_id].add(pk)
            pk = unit.parent_id

    def line_of(pk: int, *, is_covered: bool) -> Line:
        """``is_covered``: the register is in use at the unit or above it in the same line."""
        is_covered = is_covered or pk in used
        parts = [line_of(child, is_covered=is_covered) for child in below.get(pk, ())]
        if pk in names:
            parts.append(Line(names[pk]))
        line = parts[0] if len(parts) == 1 else add_lines(parts)
        head = heads.get(pk)
        if head is None or pk in used or (is_covered and line.names.total):
            return line
        # The unit as its head count has it; who came and went is still told by the names.
        return Line(Names(new=line.names.new, left=line.names.left), (head,))

    return {pk: line_of(pk, is_covered=False) for pk in tops}


def add_lines(lines: list[Line]) -> Line:
    if not lines:
        return Line()
    names = Names._make(map(sum, zip(*(line.names for line in lines), strict=True)))
    return Line(names, tuple(head for line in lines for head in line.heads))
