"""The arithmetic of the statistics on one tree of reporting units: pure functions over dictionaries.

A unit that is absent from a dictionary has no data: missing is never zero. ``own`` is a unit's own line (what
lies under it and under no reporting child), ``declared`` a total that a unit states over the sum.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

Values = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit as the roll-up sees it; ``parent`` is None at the top of the part that is looked at."""

    pk: int
    parent: int | None
    level: str
    has_territory: bool


@dataclass(frozen=True)
class Tree:
    """Units with parents before children; ``children`` lists the reporting units directly below."""

    units: tuple[Unit, ...]
    children: Mapping[int, tuple[int, ...]] = field(init=False)
    by_pk: Mapping[int, Unit] = field(init=False)
    upwards: tuple[Unit, ...] = field(init=False)
    inner: tuple[tuple[int, tuple[int, ...]], ...] = field(init=False)
    remembered: dict[frozenset[int], Mapping[int, tuple[int, ...]]] = field(init=False, default_factory=dict)

    def __post_init__(self):
        children: dict[int, list[int]] = {unit.pk: [] for unit in self.units}
        for unit in self.units:
            if unit.parent is not None:
                children[unit.parent].append(unit.pk)
        object.__setattr__(self, "children", {pk: tuple(pks) for pk, pks in children.items()})
        object.__setattr__(self, "by_pk", {unit.pk: unit for unit in self.units})
        # Children before parents.
        object.__setattr__(self, "upwards", self.units[::-1])
        inner = tuple((unit.pk, self.children[unit.pk]) for unit in self.upwards if self.children[unit.pk])
        object.__setattr__(self, "inner", inner)

    def concerned(self, asked: Set[int]) -> Mapping[int, tuple[int, ...]]:
        """The units that are asked or have one below that is, each with those directly below that are concerned.

        Few different sets of units are asked for many indicators: the answers are remembered.
        """
        key = frozenset(asked)
        if key not in self.remembered:
            found: dict[int, tuple[int, ...]] = {}
            for unit in self.upwards:
                below = tuple(child for child in self.children[unit.pk] if child in found)
                if below or unit.pk in key:
                    found[unit.pk] = below
            self.remembered[key] = found
        return self.remembered[key]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of ``expected`` units directly below, ``with_data`` have data, ``partial`` of these only in part."""

    with_data: int
    expected: int
    partial: int = 0

    @property
    def is_complete(self) -> bool:
        return self.with_data == self.expected and not self.partial


# A Pair on its way up: plain, because thousands of them are made for every summary.
Parts = tuple[int, int | None]


class Pair(NamedTuple):
    """Numerator and denominator that climb together; ``denominator`` is None where only a numerator is added."""

    numerator: int
    denominator: int | None

    def rate(self, scale: int) -> Decimal | None:
        """Numerator × scale / denominator, rounded half up to two decimals; None without a denominator."""
        if not self.denominator:
            return None
        exact = Decimal(self.numerator * scale) / Decimal(self.denominator)
        return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


# Of a unit that counts itself because nobody below it is asked.
FILLED, EMPTY = Coverage(1, 1), Coverage(0, 1)


@dataclass(frozen=True)
class Area:
    """An area over the tree: the units' own rows, the values that follow, and the units where these are complete."""

    rows: Values
    values: Values
    complete: Set[int]


@dataclass(frozen=True, slots=True)
class Pinned:
    """What an accepted unit stands for in one indicator, whatever lies below it by now.

    ``is_row``: an area that is the unit's own row and no sum. ``rate`` as it was accepted, whatever its scale is now.
    """

    value: int | None
    pair: Parts | None
    coverage: Coverage
    source: str
    is_row: bool = False
    rate: Decimal | None = None


Pins = Mapping[int, Pinned]
NO_PINS: Pins = {}


def totals(tree: Tree, own: Values, declared: Values, pinned: Pins = NO_PINS) -> dict[int, int]:
    """Declared total, else own line plus the children's totals; absent when none of these is known."""
    # Right for every unit without units below.
    result = {**own, **declared}
    for pk, pin in pinned.items():
        result.pop(pk, None)
        if pin.value is not None:
            result[pk] = pin.value
    for pk, below in tree.inner:
        if pk not in declared and pk not in pinned:
            parts = [result[child] for child in below if child in result]
            if parts:
                result[pk] = sum(parts) + own.get(pk, 0)
    return result


def coverages(
    tree: Tree, asked: Set[int], with_data, lacking: Set[int] = frozenset(), pinned: Pins = NO_PINS
) -> dict[int, Coverage]:
    """Coverage of every unit over the asked units directly below it; where none is asked it counts itself.

    ``with_data`` holds the units that have a value; ``lacking`` those that have it for a part of the span only.
    """
    result = {pk: FILLED if pk in with_data else EMPTY for pk in tree.by_pk}
    incomplete = set(lacking)
    for pk, pin in pinned.items():
        result[pk] = pin.coverage
        if not pin.coverage.is_complete:
            incomplete.add(pk)
    # Children before parents, as they were found.
    for pk, below in tree.concerned(asked).items():
        if below and pk not in pinned:
            filled = [child for child in below if child in with_data]
            result[pk] = Coverage(len(filled), len(below), len(incomplete.intersection(filled)))
            if not result[pk].is_complete:
                incomplete.add(pk)
    return result


def areas(tree: Tree, rows: Values, pinned: Pins = NO_PINS) -> Area:
    """The area of every unit: its own row, else the sum over its children, never both.

    A value is complete where it is the unit's own row, or all children with territory are complete.
    """
    if pinned:
        rows = {pk: value for pk, value in rows.items() if pk not in pinned}
        rows |= {pk: pin.value for pk, pin in pinned.items() if pin.is_row and pin.value is not None}
    values: dict[int, int] = {}
    complete: set[int] = set()
    for unit in tree.upwards:
        if unit.pk in pinned and unit.pk not in rows:
            pin = pinned[unit.pk]
            if pin.value is not None:
                values[unit.pk] = pin.value
                if pin.coverage.is_complete:
                    complete.add(unit.pk)
            continue
        if unit.pk in rows:
            values[unit.pk] = rows[unit.pk]
            complete.add(unit.pk)
            continue
        below = [child for child in tree.children[unit.pk] if tree.by_pk[child].has_territory]
        known = [values[child] for child in below if child in values]
        if known:
            values[unit.pk] = sum(known)
            if all(child in complete for child in below):
                complete.add(unit.pk)
    return Area(rows, values, complete)


def pairs_over_area(
    tree: Tree, lines: tuple[Values, Values], total: Values, area: Area, asked: Set[int], pinned: Pins = NO_PINS
) -> dict[int, Parts]:
    """The pairs of a ratio whose denominator is an area; ``lines`` are own and declared, ``total`` what they add up to.

    A unit with territory that lacks a part is left out whole; a unit or own line without territory adds its
    numerator. Where no child has a pair the unit's total stands over its own area row, but only when every asked
    child has data; where none is asked, over its own row or a complete sum. Children that are not asked lend their
    area to the own line in which they are counted.
    """
    own, declared = lines
    concerned = tree.concerned(asked)
    # Right for every unit without units below.
    pairs = {
        pk: (value, area.values[pk] if tree.by_pk[pk].has_territory else None)
        for pk, value in total.items()
        if pk in tree.by_pk and (pk in area.complete or not tree.by_pk[pk].has_territory)
    }
    for pk, pin in pinned.items():
        pairs.pop(pk, None)
        if pin.pair is not None:
            pairs[pk] = pin.pair
    for pk, children in tree.inner:
        if pk in pinned:
            continue
        pairs.pop(pk, None)
        known = [pairs[child] for child in children if child in pairs]
        stated = pk in declared
        if not stated and any(under is not None for _, under in known):
            unasked = [child for child in children if child not in concerned and tree.by_pk[child].has_territory]
            if pk in own and all(child in area.complete for child in unasked):
                known.append((own[pk], sum(area.values[child] for child in unasked) if unasked else None))
            pairs[pk] = add_pairs(known)
        elif pk in total and not tree.by_pk[pk].has_territory:
            pairs[pk] = total[pk], None
        elif pk in total:
            expected = () if stated else concerned.get(pk, ())
            # Below units that are asked but have no area, a sum of areas would cover other units than the total.
            is_known = pk in area.rows if expected else pk in area.complete
            if is_known and all(child in total for child in expected):
                pairs[pk] = total[pk], area.values[pk]
    return pairs


def add_pairs(pairs: list[Parts]) -> Parts:
    """Numerators added; denominators added over the pairs that have one."""
    denominators = [under for _, under in pairs if under is not None]
    return sum(over for over, _ in pairs), sum(denominators) if denominators else None


def pairs_of_registers(
    tree: Tree,
    own: tuple[Values, Values],
    declared: tuple[Values, Values],
    asked: tuple[set[int], set[int]],
    pinned: tuple[Pins, Pins, Pins] = (NO_PINS, NO_PINS, NO_PINS),
) -> dict[int, Parts]:
    """The pairs of a ratio of a register over a register: (numerator, denominator) in every argument.

    ``pinned`` are those of numerator, denominator and of the ratio itself.

    Every unit and every own line enters only with both parts. A declared total of one part stands against the
    other part when that is declared as well or complete below.
    """
    sums = covered = ({}, {})
    if declared[0] or declared[1]:
        sums = [totals(tree, own[part], declared[part], pinned[part]) for part in (0, 1)]
        covered = [coverages(tree, asked[part], sums[part], pinned=pinned[part]) for part in (0, 1)]
    pairs: dict[int, Parts] = {}
    for unit in tree.upwards:
        pk = unit.pk
        if pk in pinned[2]:
            pin = pinned[2][pk]
            if pin.pair is not None:
                pairs[pk] = pin.pair
            continue
        if pk in declared[0] or pk in declared[1]:
            whole = [pk in sums[part] and (pk in declared[part] or covered[part][pk].is_complete) for part in (0, 1)]
            if all(whole):
                pairs[pk] = sums[0][pk], sums[1][pk]
            continue
        known = [pairs[child] for child in tree.children[pk] if child in pairs]
        if pk in own[0] and pk in own[1]:
            known.append((own[0][pk], own[1][pk]))
        if known:
            pairs[pk] = add_pairs(known)
    return pairs


def merge_flows(tree: Tree, quarters: list[tuple[Values, Values]]) -> tuple[dict[int, int], dict[int, int], set[int]]:
    """Add the (own, declared) lines of several quarters up on one tree.

    Returns own lines and declared totals of the span, and the units that lack at least one of the quarters.
    A total that was declared in any quarter stands, for the span, as the sum of the quarters' totals.
    """
    own: dict[int, int] = {}
    declared: dict[int, int] = {}
    sums = [totals(tree, *lines) for lines in quarters]
    for (own_lines, _), _total in zip(quarters, sums, strict=True):
        for pk, value in own_lines.items():
            own[pk] = own.get(pk, 0) + value
    for pk in {pk for _, totals_declared in quarters for pk in totals_declared}:
        declared[pk] = sum(total[pk] for total in sums if pk in total)
    lacking = {unit.pk for unit in tree.units if any(unit.pk not in total for total in sums)}
    return own, declared, lacking
