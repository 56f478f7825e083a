"""What came in and went out of funds by category, beside the same days a year earlier; one GROUP BY of the ledger.

Transfers stand apart from income and expense, and those between two of the chosen funds in no line at all. A period in
which none of the funds kept books has no data, which is not zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Sum, Value, When

from funds.models import Account, Category, Direction, Entry, Fund
from funds.models.entries import SIGNED
from funds.selection import Selection

Nature = Category.Nature
MONEY, THINGS = Q(account__kind__in=Account.MONEY), ~Q(account__kind__in=Account.MONEY)
PARTS = {"money": MONEY, "things": THINGS, "principal": MONEY & Q(is_principal=True)}


@dataclass(frozen=True)
class Amounts:
    """In đồng: money, things at their value, and how much of the money is principal."""

    money: int = 0
    things: int = 0
    principal: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(self.money + other.money, self.things + other.things, self.principal + other.principal)

    def __neg__(self) -> "Amounts":
        return Amounts(-self.money, -self.things, -self.principal)

    @property
    def spendable(self) -> int:
        return self.money - self.principal

    @property
    def any(self) -> bool:
        return bool(self.money or self.things or self.principal)


@dataclass(frozen=True)
class StatementRow:
    """``now`` and ``earlier`` are None where there is no data; ``is_sum``: a heading with the sum of what follows."""

    words: str
    now: Amounts | None
    earlier: Amounts | None
    is_sum: bool = False


@dataclass(frozen=True)
class Kept:
    """How many of the funds had books in a period, and which (up to its end) had none."""

    kept: int
    without: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    selection: Selection
    rows: tuple[StatementRow, ...]
    now: Kept
    earlier: Kept
    has_principal: bool
    has_things: bool


@dataclass(frozen=True)
class Group:
    """A category, with what it came to: before the period and in it, each now and a year earlier."""

    name: str
    direction: str
    nature: str
    sums: dict[tuple[str, str], Amounts]


def build_statement(selection: Selection) -> Statement:
    """Three queries, five where units below are chosen; whatever the number of funds."""
    groups = fetch_groups(selection)
    ends = {"now": selection.last, "earlier": selection.year_earlier.last}
    periods = {when: kept_of(selection.funds, last) for when, last in ends.items()}
    rows = [
        StatementRow(words, *(column(name, groups) if periods[name].kept else None for name in periods), is_sum=is_sum)
        for words, column, is_sum in lines_of(groups)
    ]
    shown = [amounts for row in rows for amounts in (row.now, row.earlier) if amounts]
    return Statement(
        selection=selection,
        rows=tuple(rows),
        has_principal=any(fund.endowment for fund in selection.funds) or any(each.principal for each in shown),
        has_things=any(each.things for each in shown),
        **periods,
    )


def kept_of(funds: Sequence[Fund], last: date) -> Kept:
    """One query: which of the funds have an entry by the period's end."""
    written = Entry.objects.filter(fund=OuterRef("pk"), date__lte=last)
    found = Fund.objects.filter(pk__in=[fund.pk for fund in funds]).filter(Exists(written))
    keys = set(found.order_by().values_list("pk", flat=True))
    return Kept(len(keys), tuple(fund.name for fund in funds if fund.pk not in keys))


def is_inside(selection: Selection):
    """Whether the other side of a transfer lies in the chosen funds too; asked of transfers alone."""
    if selection.is_everything:
        return Value(True, output_field=BooleanField())
    keys = [fund.pk for fund in selection.funds]
    return Case(
        When(~Q(category__nature=Nature.TRANSFER), then=Value(False)),
        When(Exists(Entry.objects.filter(pk=OuterRef("paired_with_id"), fund__in=keys)), then=Value(True)),
        When(Exists(Entry.objects.filter(paired_with=OuterRef("pk"), fund__in=keys)), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def fetch_groups(selection: Selection) -> list[Group]:
    earlier = selection.year_earlier
    spans = {
        ("now", "before"): (SIGNED, Q(date__lt=selection.first)),
        ("now", "flow"): ("amount", Q(date__range=(selection.first, selection.last))),
        ("earlier", "before"): (SIGNED, Q(date__lt=earlier.first)),
        ("earlier", "flow"): ("amount", Q(date__range=(earlier.first, earlier.last))),
    }
    sums = {
        f"{when}_{what}_{part}": Sum(amount, filter=days & which, default=0)
        for (when, what), (amount, days) in spans.items()
        for part, which in PARTS.items()
    }
    rows = selection.entries.until(selection.last).order_by().annotate(inside=is_inside(selection))
    keys = ("category_id", "category__name", "category__direction", "category__nature", "inside")
    groups = []
    for _, name, direction, nature, inside, *found in rows.values_list(*keys).annotate(**sums).order_by("category_id"):
        amounts = iter(found)
        held = {span: Amounts(*(next(amounts) for _ in PARTS)) for span in spans}
        if inside and nature == Nature.TRANSFER:
            # Of both sides one is negative: before the period nothing is left of them, in it nothing is shown.
            held = {span: each if span[1] == "before" else Amounts() for span, each in held.items()}
        groups.append(Group(name, direction, nature, held))
    return groups


def lines_of(groups: list[Group]):
    """(words, function of period and groups, whether it is a sum) of every line of the statement."""

    def flow(which):
        return lambda when, groups: total(group.sums[when, "flow"] for group in groups if which(group))

    def is_own(side):
        return lambda group: group.direction == side and group.nature not in Category.BY_SERVICES

    def is_transfer(side):
        return lambda group: group.direction == side and group.nature == Nature.TRANSFER

    def is_opening(group):
        return group.nature == Nature.OPENING

    yield "Số dư đầu kỳ", before, True
    if any(group.sums[when, "flow"].any for group in groups if is_opening(group) for when in ("now", "earlier")):
        yield "Số dư mang sang của quỹ mở sổ trong kỳ", flow(is_opening), True
    for side, words, moved in (
        (Direction.IN, "Thu trong kỳ", "Nhận từ quỹ ngoài phạm vi này"),
        (Direction.OUT, "Chi trong kỳ", "Chuyển cho quỹ ngoài phạm vi này"),
    ):
        yield words, flow(is_own(side)), True
        for name in names_of(filter(is_own(side), groups)):
            yield name, flow(lambda group, name=name, side=side: group.name == name and is_own(side)(group)), False
        yield moved, flow(is_transfer(side)), True
    yield "Số dư cuối kỳ", after, True


def names_of(groups: Iterable[Group]) -> list[str]:
    """Categories with anything in either period, each once."""
    return list(
        dict.fromkeys(
            group.name for group in groups if group.sums["now", "flow"].any or group.sums["earlier", "flow"].any
        )
    )


def total(amounts: Iterable[Amounts]) -> Amounts:
    return sum(amounts, start=Amounts())


def before(when: str, groups: list[Group]) -> Amounts:
    return total(group.sums[when, "before"] for group in groups)


def after(when: str, groups: list[Group]) -> Amounts:
    flows = (group.sums[when, "flow"] for group in groups)
    return before(when, groups) + total(
        each if group.direction == Direction.IN else -each for group, each in zip(groups, flows, strict=True)
    )
