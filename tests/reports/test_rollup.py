"""Laws of the roll-up over random trees: cutting, missing parts, spans."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reports.rollup import (
    Area,
    Coverage,
    Pair,
    Pinned,
    Tree,
    Unit,
    areas,
    coverages,
    merge_flows,
    pairs_of_registers,
    pairs_over_area,
    totals,
)

counts = st.integers(0, 10**9)


@st.composite
def trees(draw, least=1, most=14):
    """Units 0…n-1, 0 at the top; some without territory, which then have none below either."""
    size = draw(st.integers(least, most))
    units = [Unit(0, None, "province", has_territory=True)]
    for pk in range(1, size):
        parent = draw(st.sampled_from([unit.pk for unit in units if unit.has_territory]))
        territory = draw(st.sampled_from([True, True, True, False]))
        units.append(Unit(pk, parent, "commune" if territory else "affiliated", has_territory=territory))
    return Tree(tuple(units))


@st.composite
def trees_with(draw, *values, least=1):
    """A tree and, for each strategy, values of some of its units."""
    tree = draw(trees(least=least))
    some = [draw(st.dictionaries(st.sampled_from([unit.pk for unit in tree.units]), value)) for value in values]
    return tree, *some


def leaves(tree):
    return [unit for unit in tree.units if not tree.children[unit.pk]]


def over_area(tree, own, declared, area, asked):
    return pairs_over_area(tree, (own, declared), totals(tree, own, declared), area, asked)


@given(trees_with(counts))
def test_the_total_is_the_sum_of_all_own_lines_whatever_the_tree(case):
    tree, own = case
    total = totals(tree, own, {})
    assert total.get(0) == (sum(own.values()) if own else None)


@given(trees_with(counts, least=2), st.data())
def test_moving_a_unit_leaves_the_total_at_the_top_alone(case, data):
    tree, own = case
    moved = data.draw(st.sampled_from([unit for unit in tree.units if unit.parent is not None]))
    parent = data.draw(st.integers(0, moved.pk - 1))
    units = [Unit(u.pk, parent if u is moved else u.parent, u.level, u.has_territory) for u in tree.units]
    assert totals(Tree(tuple(units)), own, {}).get(0) == totals(tree, own, {}).get(0)


@given(trees_with(counts, counts, least=2), st.data())
def test_a_subtree_may_be_cut_off_and_replaced_by_its_total(case, data):
    tree, own, declared = case
    cut = data.draw(st.sampled_from([unit.pk for unit in tree.units if unit.pk]))
    total = totals(tree, own, declared)
    inside = {cut}
    for unit in tree.units:
        if unit.parent in inside:
            inside.add(unit.pk)
    rest = Tree(tuple(unit for unit in tree.units if unit.pk not in inside - {cut}))
    kept = {pk: value for pk, value in own.items() if pk not in inside}
    if cut in total:
        kept[cut] = total[cut]
    stated = {pk: value for pk, value in declared.items() if pk not in inside}
    assert totals(rest, kept, stated).get(0) == total.get(0)


@given(trees())
def test_without_data_there_is_no_total_no_rate_and_no_area(tree):
    everyone = {unit.pk for unit in tree.units}
    assert totals(tree, {}, {}) == {}
    assert areas(tree, {}) == Area({}, {}, set())
    assert over_area(tree, {}, {}, areas(tree, {0: 100}), everyone) == {}
    assert pairs_of_registers(tree, ({}, {}), ({}, {}), (everyone, everyone)) == {}


@given(trees())
def test_zero_is_data(tree):
    own = {unit.pk: 0 for unit in tree.units}
    assert totals(tree, own, {}) == own
    assert all(coverage.is_complete for coverage in coverages(tree, set(own), own).values())


@given(trees_with(counts, counts, least=2))
def test_coverage_counts_one_level_and_never_more_than_there_are(case):
    tree, own, declared = case
    everyone = {unit.pk for unit in tree.units}
    total = totals(tree, own, declared)
    for pk, coverage in coverages(tree, everyone, total).items():
        children = tree.children[pk]
        assert coverage.expected == (len(children) or 1)
        assert coverage.with_data == sum(child in total for child in children or (pk,))
        assert 0 <= coverage.partial <= coverage.with_data


@given(trees_with(counts, counts, least=2), st.data())
def test_the_area_of_a_leaf_without_a_figure_never_enters_a_ratio(case, data):
    tree, own, rows = case
    rows = {pk: value for pk, value in rows.items() if not tree.children[pk]}
    silent = [unit.pk for unit in leaves(tree) if unit.pk and unit.pk not in own and unit.has_territory]
    if not silent:
        return
    pk = data.draw(st.sampled_from(silent))
    everyone = {unit.pk for unit in tree.units}
    without = {key: value for key, value in rows.items() if key != pk}
    more = without | {pk: data.draw(counts)}
    assert over_area(tree, own, {}, areas(tree, without), everyone).get(0) == over_area(
        tree, own, {}, areas(tree, more), everyone
    ).get(0)


@given(trees_with(counts, counts, least=2), st.data())
def test_the_figure_of_a_unit_without_area_never_enters_beside_units_that_have_both(case, data):
    tree, own, rows = case
    rows = {pk: value for pk, value in rows.items() if not tree.children[pk]}
    everyone = {unit.pk for unit in tree.units}
    bare = [unit.pk for unit in leaves(tree) if unit.pk and unit.pk not in rows and unit.has_territory]
    paired = over_area(tree, own, {}, areas(tree, rows), everyone)
    top = [paired[child] for child in tree.children[0] if child in paired]
    if not bare or not any(under is not None for _, under in top):
        return
    pk = data.draw(st.sampled_from(bare))
    if tree.by_pk[pk].parent != 0:
        return
    changed = own | {pk: data.draw(counts)}
    assert over_area(tree, changed, {}, areas(tree, rows), everyone).get(0) == paired.get(0)


@given(trees_with(counts, counts))
def test_with_every_part_known_the_ratio_is_all_over_all(case):
    tree, own, rows = case
    own = {unit.pk: own.get(unit.pk, 1) for unit in tree.units}
    above = {unit.parent for unit in tree.units if unit.has_territory}
    rows = {u.pk: rows.get(u.pk, 7) for u in tree.units if u.has_territory and u.pk not in above}
    everyone = {unit.pk for unit in tree.units}
    pair = over_area(tree, own, {}, areas(tree, rows), everyone)[0]
    assert pair == Pair(sum(own.values()), sum(rows.values()) if rows else None)


@given(trees_with(counts, counts))
def test_a_register_over_a_register_takes_only_lines_with_both_parts(case):
    tree, over, under = case
    everyone = {unit.pk for unit in tree.units}
    both = over.keys() & under.keys()
    expected = Pair(sum(over[pk] for pk in both), sum(under[pk] for pk in both)) if both else None
    assert pairs_of_registers(tree, (over, under), ({}, {}), (everyone, everyone)).get(0) == expected


def test_a_declared_total_waits_until_the_other_part_is_complete():
    tree = Tree((Unit(0, None, "district", True), Unit(1, 0, "commune", True), Unit(2, 0, "commune", True)))
    everyone = {0, 1, 2}
    half = pairs_of_registers(tree, ({}, {1: 50}), ({0: 30}, {}), (everyone, everyone))
    whole = pairs_of_registers(tree, ({}, {1: 50, 2: 50}), ({0: 30}, {}), (everyone, everyone))
    assert half == {}
    assert whole[0] == Pair(30, 100)


def test_a_declared_total_needs_its_own_area_or_a_complete_one():
    tree = Tree((Unit(0, None, "district", True), Unit(1, 0, "commune", True), Unit(2, 0, "commune", True)))
    everyone = {0, 1, 2}
    assert over_area(tree, {}, {0: 30}, areas(tree, {1: 100}), everyone) == {}
    assert over_area(tree, {}, {0: 30}, areas(tree, {1: 100, 2: 200}), everyone)[0] == Pair(30, 300)
    assert over_area(tree, {}, {0: 30}, areas(tree, {0: 500, 1: 100}), everyone)[0] == Pair(30, 500)


@given(trees(), st.data())
def test_a_span_is_the_sum_of_its_quarters_at_every_unit(tree, data):
    some = st.dictionaries(st.sampled_from([unit.pk for unit in tree.units]), counts)
    quarters = [(data.draw(some), data.draw(some)) for _ in range(3)]
    own, declared, lacking = merge_flows(tree, quarters)
    parts = [totals(tree, *quarter) for quarter in quarters]
    merged = totals(tree, own, declared)
    for unit in tree.units:
        known = [part[unit.pk] for part in parts if unit.pk in part]
        assert merged.get(unit.pk) == (sum(known) if known else None)
        assert (unit.pk in lacking) == (len(known) < 3)


@given(counts, st.integers(1, 10**9))
def test_a_rate_is_rounded_half_up_to_two_decimals(numerator, denominator):
    rate = Pair(numerator, denominator).rate(100)
    exact = Fraction(numerator * 100, denominator)
    assert -Fraction(1, 200) < Fraction(rate) - exact <= Fraction(1, 200)
    assert rate == rate.quantize(Decimal("0.01"))


def test_half_a_hundredth_goes_up_and_no_area_gives_no_rate():
    assert Pair(1, 800).rate(100) == Decimal("0.13")
    assert Pair(5, 0).rate(100) is None
    assert Pair(5, None).rate(100) is None


def test_a_lacking_child_makes_its_parent_partial():
    tree = Tree((Unit(0, None, "district", True), Unit(1, 0, "commune", True)))
    assert coverages(tree, {0, 1}, {0, 1}, {1})[0] == Coverage(1, 1, 1)


@st.composite
def shallow_trees(draw):
    """As deep as they are: a province, districts and communes; some units without territory."""
    units = [Unit(0, None, "province", has_territory=True)]
    for _ in range(draw(st.integers(1, 4))):
        district, territory = len(units), draw(st.sampled_from([True, True, False]))
        units.append(Unit(district, 0, "district" if territory else "affiliated", territory))
        for _ in range(draw(st.integers(0, 3)) if territory else 0):
            territory = draw(st.sampled_from([True, True, False]))
            units.append(Unit(len(units), district, "commune" if territory else "affiliated", territory))
    return Tree(tuple(units))


@st.composite
def accepted(draw):
    """A tree, lines of a numerator, a register and an area, who is asked for each, and the units to be pinned."""
    tree = draw(shallow_trees())
    pks = [unit.pk for unit in tree.units]
    some = st.dictionaries(st.sampled_from(pks), st.integers(0, 100))
    lines = [(draw(some), draw(st.dictionaries(st.sampled_from(pks), counts, max_size=2))) for _ in range(2)]
    asked = [set(draw(st.lists(st.sampled_from(pks)))) for _ in range(2)]
    topmost = draw(st.sets(st.sampled_from(tree.children[0])))
    deeper = [pk for pk in pks if tree.by_pk[pk].parent not in (None, 0, *topmost)]
    return tree, lines, draw(some), asked, topmost | set(draw(st.lists(st.sampled_from(deeper))) if deeper else ())


@given(accepted())
def test_a_unit_pinned_to_what_lies_below_it_changes_nothing_above(case):
    """Values, coverages, areas and pairs of every unit that is not below a pinned one."""
    tree, lines, rows, asked, chosen = case
    free = computed(tree, lines, rows, asked, [{}] * 5)
    pins = [
        {
            pk: Pinned(values.get(pk), pairs.get(pk), covered[pk], "children", is_row=is_area and pk in rows)
            for pk in chosen
        }
        for values, pairs, covered, is_area in free
    ]
    # What lies below a pinned unit may change by now.
    hidden = {unit.pk for unit in tree.units if unit.parent in chosen} - chosen
    changed = [
        tuple({pk: value for pk, value in part.items() if pk not in chosen | hidden} for part in line) for line in lines
    ]
    moved = {pk: value + 1 for pk, value in rows.items() if pk in chosen | hidden}
    fixed = computed(tree, changed, rows | moved, asked, pins)
    for (values, pairs, covered, _), (values_now, pairs_now, covered_now, _) in zip(free, fixed, strict=True):
        for unit in tree.units:
            if unit.pk in hidden:
                continue
            assert values_now.get(unit.pk) == values.get(unit.pk)
            assert pairs_now.get(unit.pk) == pairs.get(unit.pk)
            assert covered_now[unit.pk] == covered[unit.pk]


def computed(tree, lines, rows, asked, pins):
    """(values, pairs, coverages, is an area) of the numerator, the register, the area, and the two ratios of them."""
    over, under, of_area, over_register, over_land = pins
    sums = [totals(tree, *line, pin) for line, pin in zip(lines, (over, under), strict=True)]
    area = areas(tree, rows, of_area)
    territory = {unit.pk for unit in tree.units if unit.has_territory}
    own, declared = zip(*lines, strict=True)
    registers = pairs_of_registers(tree, own, declared, tuple(asked), (over, under, over_register))
    land = pairs_over_area(tree, lines[0], sums[0], area, asked[0], over_land)
    paired = [{pk for pk, pair in pairs.items() if pair[1] is not None} for pairs in (registers, land)]
    return [
        (sums[0], {}, coverages(tree, asked[0], sums[0], pinned=over), False),
        (sums[1], {}, coverages(tree, asked[1], sums[1], pinned=under), False),
        (area.values, {}, coverages(tree, territory, area.values, pinned=of_area), True),
        ({}, registers, coverages(tree, asked[0] & asked[1], paired[0], pinned=over_register), False),
        ({}, land, coverages(tree, asked[0] & territory, paired[1], pinned=over_land), False),
    ]


def test_a_pinned_unit_without_data_stays_without_data():
    tree = Tree((Unit(0, None, "province", True), Unit(1, 0, "district", True), Unit(2, 1, "commune", True)))
    pin = {1: Pinned(None, None, Coverage(0, 1), "missing")}
    assert totals(tree, {2: 5}, {}, pin) == {2: 5}
    assert areas(tree, {1: 7, 2: 5}, pin).values == {2: 5}
    assert coverages(tree, {0, 1, 2}, {2}, pinned=pin)[0] == Coverage(0, 1)


def test_the_area_of_a_pinned_unit_is_complete_only_when_it_was():
    tree = Tree((Unit(0, None, "province", True), Unit(1, 0, "district", True), Unit(2, 1, "commune", True)))
    for coverage, expected in ((Coverage(1, 2), {}), (Coverage(1, 1), {0: (30, 100)})):
        area = areas(tree, {2: 70}, {1: Pinned(100, None, coverage, "children")})
        assert area.values[0] == 100
        pairs = over_area(tree, {}, {0: 30}, area, {0, 1, 2})
        assert pairs == expected
