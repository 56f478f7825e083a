"""What a ledger says in public: one GROUP BY, out of which totals, years and balances are added up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Sum

from funds.models import Account, Category, Direction, Entry, Fund

Nature = Category.Nature


class Part(NamedTuple):
    """The sum of all entries that are alike, in đồng, net of reversals."""

    year: int
    direction: str
    nature: str
    kind: str
    is_principal: bool
    amount: int

    @property
    def signed(self) -> int:
        return self.amount if self.direction == Direction.IN else -self.amount


@dataclass(frozen=True)
class Line:
    """One line of the account: this year's sum and that since the opening, in đồng."""

    words: str
    year: int
    whole: int


@dataclass(frozen=True)
class YearSums:
    """What came from donors and what was spent in a year; ``balance``: money and things at its end."""

    year: int
    raised: int
    spent: int
    balance: int


def parts_of(fund: Fund) -> list[Part]:
    """One query, whose rows do not grow with the entries."""
    columns = ("year", "direction", "category__nature", "account__kind", "is_principal")
    rows = Entry.objects.filter(fund=fund).order_by().values_list(*columns).annotate(Sum("amount"))
    return [Part(*row) for row in rows]


def is_raised(part: Part) -> bool:
    return part.nature == Nature.DONATION and part.direction == Direction.IN


def is_dues(part: Part) -> bool:
    return part.nature == Nature.DUES


def is_spent(part: Part) -> bool:
    """Dues that were given back are less dues, as in the figures of a quarter."""
    return part.direction == Direction.OUT and part.nature not in (Nature.TRANSFER, Nature.DUES)


# In this order they add up to the balance; what is spent is taken away.
Test = Callable[[Part], bool]
INCOME: tuple[tuple[str, Test], ...] = (
    ("Vận động, ủng hộ", is_raised),
    ("Hội phí", is_dues),
    ("Lãi", lambda part: part.direction == Direction.IN and part.nature == Nature.INTEREST),
)
SPENDING: tuple[tuple[str, Test], ...] = (
    ("Chi học bổng", lambda part: is_spent(part) and part.nature == Nature.SCHOLARSHIP),
    ("Chi khen thưởng", lambda part: is_spent(part) and part.nature == Nature.AWARD),
    ("Chi khác", lambda part: is_spent(part) and part.nature not in (Nature.SCHOLARSHIP, Nature.AWARD)),
)
NAMED_INCOME = {Nature.DONATION, Nature.DUES, Nature.INTEREST, Nature.OPENING, Nature.TRANSFER}


def is_other_income(part: Part) -> bool:
    return part.direction == Direction.IN and part.nature not in NAMED_INCOME


def total(parts: Iterable[Part], which: Test) -> int:
    return sum(part.amount for part in parts if which(part))


def balance(parts: Iterable[Part]) -> int:
    return sum(part.signed for part in parts)


def account_lines(parts: list[Part], year: int) -> list[Line]:
    """From the balance at the beginning to that of today; lines without a single đồng are left out."""
    this = [part for part in parts if part.year == year]
    opening = [part for part in parts if part.nature == Nature.OPENING]
    begun = balance(part for part in parts if part.year < year) + balance(part for part in opening if part.year == year)
    lines = [Line("Có lúc đầu kỳ", begun, balance(opening))]
    for words, which in (*INCOME, ("Thu khác", is_other_income), *SPENDING):
        lines.append(Line(words, balance(filter(which, this)), balance(filter(which, parts))))
    moved, of_year = [part for part in parts if part.nature == Nature.TRANSFER], "Chuyển từ, sang quỹ khác của Hội"
    lines.append(Line(of_year, balance(part for part in moved if part.year == year), balance(moved)))
    first, *others = lines
    shown = [first, *(line for line in others if line.year or line.whole)]
    return [*shown, Line("Có đến hôm nay", balance(part for part in parts if part.year <= year), balance(parts))]


def sums_by_year(parts: list[Part], last: int) -> list[YearSums]:
    """From the first year with an entry to ``last``, years without any among them."""
    if not parts:
        return []
    found = []
    for year in range(min(part.year for part in parts), last + 1):
        this = [part for part in parts if part.year == year]
        until = balance(part for part in parts if part.year <= year)
        found.append(YearSums(year, total(this, is_raised), total(this, is_spent), until))
    return found


def held(parts: list[Part]) -> tuple[int, int]:
    """Money, and things at their value; in đồng."""
    money = balance(part for part in parts if part.kind in Account.MONEY)
    return money, balance(part for part in parts if part.kind == Account.Kind.IN_KIND)


def kept_and_spendable(parts: list[Part]) -> tuple[int, int]:
    """Of the money: things are not spent."""
    money = [part for part in parts if part.kind in Account.MONEY]
    kept = balance(part for part in money if part.is_principal)
    return kept, balance(money) - kept
