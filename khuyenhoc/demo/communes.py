"""Shares a district's figures of the demonstration out among its communes.

The parts are invented and say so; their sums are what the district's files say, published figures included.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from zlib import crc32

from reports.models import Indicator

INVENTED = "Số minh hoạ"
PUBLISHED = "Số công bố"
# Here a commune counts once at most: it is one commune and has one learning centre, which has one rating.
ONE_EACH = ("learning_models.commune.", "activities.learning_centers.total")
RATED = "activities.learning_centers.rated_"
# What the district itself did, in per cent, of the figures that are asked of every level.
OWN_SHARE = 5

Row = dict[str, str]


def share_out(value: int, weights: dict[str, int]) -> dict[str, int]:
    """Whole parts of ``value`` by weight; they add up to it, the largest remainders are rounded up."""
    whole = sum(weights.values())
    parts = {code: value * weight // whole for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: -(value * weights[code] % whole))
    for code in by_remainder[: value - sum(parts.values())]:
        parts[code] += 1
    return parts


def weigh(communes: Iterable[str]) -> dict[str, int]:
    """A size for every commune, always the same."""
    return {code: 50 + crc32(code.encode()) % 100 for code in communes}


def share_areas(rows: Iterable[Row], communes: dict[str, list[str]]) -> Iterator[Row]:
    """The rows of the communes in place of their district's; ``communes`` by district."""
    for row in rows:
        below = communes.get(row["organization_code"])
        if not below:
            yield row
            continue
        shared = {
            column: share_out(int(value), weigh(below))
            for column, value in row.items()
            if value and column not in ("organization_code", "year", "communes", "source")
        }
        for code in below:
            yield (
                row | {"organization_code": code, "communes": ""} | {name: str(of[code]) for name, of in shared.items()}
            )


def share_figures(rows: Iterable[Row], communes: dict[str, list[str]]) -> Iterator[Row]:
    """The district's own line where it has one, a published total, and the rows of the communes."""
    asked = {indicator.code: indicator.levels for indicator in Indicator.objects.all()}
    rated: Counter[tuple[str, str]] = Counter()
    for row in rows:
        below = communes.get(row["organization_code"])
        if not below or "commune" not in asked[row["indicator"]]:
            yield row
        elif not row["value"]:
            yield row
            yield from ({**row, "organization_code": code, "reason": INVENTED} for code in below)
        else:
            if row["indicator"].startswith(RATED):
                place = row["organization_code"], row["quarter"]
                below = below[rated[place] :] + below[: rated[place]]
                rated[place] += int(row["value"])
            yield from share_figure(row, below, is_own="affiliated" in asked[row["indicator"]])


def share_awards(rows: Iterable[Row], communes: dict[str, list[str]]) -> Iterator[Row]:
    """What a district gave itself, and what its communes gave: portions by their size, the money by the portions.

    Scholarships stay where they are: what those of a district cost is not known.
    """
    for row in rows:
        below = communes.get(row["organization_code"])
        if not below or row["category"] == "scholarship":
            yield row
            continue
        portions, money = int(row["portions"]), int(row["amount"])
        own = portions * OWN_SHARE // 100
        parts = {row["organization_code"]: own} | share_out(portions - own, weigh(below))
        parts = {code: part for code, part in parts.items() if part}
        for code, amount in share_out(money, parts).items():
            yield {**row, "organization_code": code, "portions": str(parts[code]), "amount": str(amount)}


def share_figure(row: Row, below: list[str], *, is_own: bool) -> Iterator[Row]:
    value, indicator = int(row["value"]), row["indicator"]
    own = 0
    if is_own:
        own = value * OWN_SHARE // 100
        yield {**row, "value": str(own), "reason": INVENTED}
    if row["reason"] == PUBLISHED:
        yield {**row, "part": "total"}
    weights = dict.fromkeys(below, 1) if indicator.startswith((*ONE_EACH, RATED)) else weigh(below)
    for code, part in share_out(value - own, weights).items():
        yield {**row, "organization_code": code, "value": str(part), "reason": INVENTED}
