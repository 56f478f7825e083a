"""What came in and went out of funds by category, beside the same days a year earlier; one GROUP BY of the ledger.

Transfers stand apart from income and expense, and those between two of the chosen funds in no line at all. A period in
which none of the funds kept books has no data, which is not zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Subquery, Sum, Value, When

from funds.models import Account, Category, Direction, Entry, Fund
from funds.models.entries import SIGNED
from funds.selection import Selection

Nature = Category.Nature


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
    periods = kept_of(selection.funds, {"now": selection.last, "earlier": selection.year_earlier.last})
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


def kept_of(funds: Sequence[Fund], ends: dict[str, date]) -> dict[str, Kept]:
    """Which of the funds have an entry by the end of each period. One query."""
    first = Entry.objects.filter(fund=OuterRef("pk")).order_by("date").values("date")[:1]
    began = Fund.objects.filter(pk__in=[fund.pk for fund in funds]).order_by().annotate(began=Subquery(first))
    begun = {pk: day for pk, day in began.values_list("pk", "began") if day}
    kept = {}
    for when, last in ends.items():
        without = tuple(fund.name for fund in funds if fund.pk not in begun or begun[fund.pk] > last)
        kept[when] = Kept(len(funds) - len(without), without)
    return kept


def is_inside(selection: Selection, transfers: list[int]):
    """Whether the other side of a transfer lies in the chosen funds too; asked of the categories of transfers alone."""
    if selection.is_everything:
        return Value(True, output_field=BooleanField())
    keys = [fund.pk for fund in selection.funds]
    return Case(
        When(~Q(category__in=transfers), then=Value(False)),
        When(Exists(Entry.objects.filter(pk=OuterRef("paired_with_id"), fund__in=keys)), then=Value(True)),
        When(Exists(Entry.objects.filter(paired_with=OuterRef("pk"), fund__in=keys)), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def fetch_groups(selection: Selection) -> list[Group]:
    """Two queries: categories, which are few, and one GROUP BY over short keys."""
    earlier, categories = selection.year_earlier, Category.objects.in_bulk()
    spans = {
        ("now", "before"): Sum(SIGNED, filter=Q(date__lt=selection.first), default=0),
        ("now", "flow"): Sum("amount", filter=Q(date__range=(selection.first, selection.last)), default=0),
        ("earlier", "before"): Sum(SIGNED, filter=Q(date__lt=earlier.first), default=0),
        ("earlier", "flow"): Sum("amount", filter=Q(date__range=(earlier.first, earlier.last)), default=0),
    }
    transfers = [pk for pk, category in categories.items() if category.nature == Nature.TRANSFER]
    rows = selection.entries.until(selection.last).order_by().annotate(inside=is_inside(selection, transfers))
    rows = rows.values_list("category_id", "account__kind", "is_principal", "inside")
    held = defaultdict(lambda: dict.fromkeys(spans, Amounts()))
    rows = rows.annotate(**{"_".join(span): amount for span, amount in spans.items()})
    for key, kind, is_principal, inside, *sums in rows:
        for span, amount in zip(spans, sums, strict=True):
            if key in transfers and inside and span[1] == "flow":
                # Before the period nothing is left of both sides together; in it neither is shown.
                continue
            held[key][span] += amounts_of(int(amount), kind, is_principal)
    ordered = [(categories[key], held[key]) for key in sorted(held)]
    return [Group(category.name, category.direction, category.nature, sums) for category, sums in ordered]


def amounts_of(amount: int, kind: str, is_principal: bool) -> Amounts:
    if kind not in Account.MONEY:
        return Amounts(things=amount)
    return Amounts(money=amount, principal=amount if is_principal else 0)


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
