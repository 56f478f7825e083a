"""The climb of names and head counts equals a slow one, written as the rule is said."""

from hypothesis import given, settings
from hypothesis import strategies as st

from members.statistics import FLOWS, Line, Names, climb
from organizations.spells import UnitOfDay

NUMBERS = st.builds(Names, *[st.integers(0, 2)] * len(Names._fields))
HEADS = st.tuples(*[st.none() | st.integers(0, 9)] * 4)


@st.composite
def registers(draw):
    """A forest of units, parents first, with names, head counts and registers in use here and there."""
    units, names, heads, used = {}, {}, {}, set()
    for pk in range(1, draw(st.integers(1, 7)) + 1):
        above = draw(st.sampled_from([*units, None]))
        units[pk] = UnitOfDay(pk, above, draw(st.sampled_from([False, False, True])))
        # What was recorded at units that did not live that day counts nowhere.
        place = draw(st.sampled_from([pk, pk, pk, 99]))
        if draw(st.booleans()):
            names[place] = draw(NUMBERS)
        if draw(st.booleans()):
            heads[place] = draw(HEADS)
        if draw(st.booleans()):
            used.add(place)
    return units, names, heads, used


def path_of(units, pk):
    """The unit and those above it, up to the first that reports."""
    path = [pk]
    while not units[path[-1]].reports and units[path[-1]].parent_id is not None:
        path.append(units[path[-1]].parent_id)
    return path


def climb_slowly(units, names, heads, used):
    paths = {pk: path_of(units, pk) for pk in units}

    def inside(pk):
        return [other for other in units if pk in paths[other]]

    def is_named(pk):
        """Whether anybody is counted by name, at or below the unit and under no head count that stands."""
        by_name = [other for other in inside(pk) if standing.isdisjoint(paths[other])]
        return any(names[other].total for other in by_name if other in names)

    standing: set[int] = set()
    # From below, because what stands further up depends on it.
    for pk in sorted(heads.keys() & units.keys(), reverse=True):
        if pk not in used and not (used.intersection(paths[pk]) and is_named(pk)):
            standing.add(pk)
    lines = {}
    for pk in units:
        if not units[pk].reports:
            continue
        numbers, found = dict.fromkeys(Names._fields, 0), []
        for other in inside(pk):
            over = [each for each in paths[other] if each in standing]
            for field in Names._fields:
                # Whoever came and went is counted by name whatever a head count says.
                if other in names and (not over or field in FLOWS.values()):
                    numbers[field] += getattr(names[other], field)
            if over and over[-1] == other:
                found.append(heads[other])
        lines[pk] = Names(**numbers), sorted(found, key=repr)
    return lines


@settings(max_examples=300, deadline=None)
@given(registers())
def test_the_climb_equals_a_slow_one(case):
    units = case[0]
    lines = climb(*case)
    found = {pk: lines.get(pk, Line()) for pk, unit in units.items() if unit.reports}
    assert lines.keys() <= found.keys()
    assert {pk: (line.names, sorted(line.heads, key=repr)) for pk, line in found.items()} == climb_slowly(*case)


def test_units_in_which_nothing_stands_have_no_line():
    units = {1: UnitOfDay(1, None, True), 2: UnitOfDay(2, 1, True), 3: UnitOfDay(3, 2, False)}
    assert climb(units, {}, {}, {1, 2}) == {}
    assert climb(units, {3: Names(total=1)}, {}, set()) == {2: Line(Names(total=1))}
