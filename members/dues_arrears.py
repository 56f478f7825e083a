"""What a unit and everything below it owe, have paid and still owe in a year: one GROUP BY and one climb."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from members.dues_members import owing, with_paid
from members.dues_rates import rates_below
from members.models import DuesCollection, DuesLine, DuesRate, Membership
from organizations.models import Level, Organization

# With so few units asking for them by name is quicker than grouping everybody's rows.
FEW = 500
SHOWN = ["code", "name", "level", "parent", "dissolved_on"]


@dataclass(frozen=True)
class Standing:
    """Sums over branches. ``named`` of the ``branches`` have names, ``rated`` of these a rate; money is theirs alone.

    ``paid`` + ``remaining`` = ``owed`` + ``excess``; ``excess`` is what some paid beyond what they owe.
    """

    branches: int = 0
    named: int = 0
    rated: int = 0
    members: int = 0
    owed: int = 0
    paid: int = 0
    remaining: int = 0
    excess: int = 0
    in_arrears: int = 0

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def is_known(self) -> bool:
        """Whether anything can be said of money: some branch has names and a rate."""
        return self.rated > 0

    @property
    def is_partial(self) -> bool:
        return self.rated < self.branches


@dataclass(frozen=True)
class UnitDues:
    """One unit on the page: ``own`` is of members who belong to it directly, ``total`` of everything below as well."""

    organization: Organization
    own: Standing
    total: Standing
    rate: DuesRate | None
    children: list["UnitDues"] = field(default_factory=list)


def standing_of(groups: list[tuple[int, int]], rate: DuesRate | None) -> Standing:
    """Of one branch; ``groups``: (what each has paid, how many members)."""
    members = sum(number for _, number in groups)
    if rate is None:
        return Standing(branches=1, named=1, members=members)
    owed = rate.yearly_amount
    return Standing(
        branches=1,
        named=1,
        rated=1,
        members=members,
        owed=owed * members,
        paid=sum(paid * number for paid, number in groups),
        remaining=sum(max(owed - paid, 0) * number for paid, number in groups),
        excess=sum(max(paid - owed, 0) * number for paid, number in groups),
        in_arrears=sum(number for paid, number in groups if paid < owed),
    )


def group_payments(units: list[int], year: int) -> dict[int, list[tuple[int, int]]]:
    """Branch → (what each owing member has paid, how many paid so much); branches without names are left out.

    What was paid is summed once and joined: looked up for one member after another it takes thrice as long.
    """
    spells, lines = Membership.objects.order_by(), DuesLine.objects.paid_for(year).order_by()
    if len(units) <= FEW:
        spells = spells.filter(organization__in=units)
        lines = lines.filter(member__in=spells.values("member"))
    spells_sql, spells_values = owing(spells, year).values("organization_id", "member_id").query.sql_with_params()
    paid = lines.values("member_id").annotate(paid=Sum("amount"))
    paid_sql, paid_values = paid.query.sql_with_params()
    groups = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT spells.organization_id, COALESCE(sums.paid, 0), COUNT(*) "  # noqa: S608 (the ORM's own statements)
            f"FROM ({spells_sql}) spells LEFT JOIN ({paid_sql}) sums ON sums.member_id = spells.member_id "
            "GROUP BY spells.organization_id, sums.paid",
            [*spells_values, *paid_values],
        )
        for branch, paid, number in cursor.fetchall():
            groups[branch].append((int(paid), number))
    return groups


def dues_of(root: Organization, year: int) -> UnitDues:
    """A unit and those directly below it, each with all that lies below; seven queries whatever the size."""
    inside = Organization.objects.within(Organization.objects.filter(pk=root.pk))
    units = {unit.pk: unit for unit in inside.only(*SHOWN)}
    parents = {pk: unit.parent_id for pk, unit in units.items()}
    rates = rates_below(root, parents, year)
    groups = group_payments(list(units), year)
    own = {}
    for pk, unit in units.items():
        if pk in groups:
            own[pk] = standing_of(groups[pk], rates.get(pk))
        else:
            asked = unit.level == Level.BRANCH and not unit.is_dissolved
            own[pk] = Standing(branches=int(asked))
    totals = dict(own)
    # Children after parents: from the end every unit is complete before it is added to the one above.
    for pk in reversed(list(units)):
        if pk != root.pk:
            totals[parents[pk]] += totals[pk]
    children = [
        UnitDues(unit, own[pk], totals[pk], rates.get(pk))
        for pk, unit in units.items()
        if unit.parent_id == root.pk and (totals[pk].branches or not unit.is_dissolved)
    ]
    return UnitDues(units[root.pk], own[root.pk], totals[root.pk], rates.get(root.pk), children)


def in_arrears(branch: Organization, year: int, rate: DuesRate):
    """The spells of those who still owe something to the branch, each with ``paid``, in Vietnamese order of names."""
    spells = with_paid(owing(Membership.objects.filter(organization=branch), year), year)
    return (
        spells.filter(paid__lt=rate.yearly_amount)
        .select_related("member")
        .defer("member__id_number", "member__note")
        .order_by("member__sort_key", "pk")
    )


def collected(units, year: int) -> tuple[int, int]:
    """How many confirmed collections of the year these units have, and their money; one query."""
    found = DuesCollection.objects.confirmed().filter(organization__in=units.order_by().values("pk"), year=year)
    sums = found.order_by().aggregate(number=Count("pk"), money=Coalesce(Sum("handed_over"), 0))
    return sums["number"], int(sums["money"])
