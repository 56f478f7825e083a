"""What is asked back before the handing in: each rule by example, and what holds for any cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import Quarter
from reports.cells import Cell
from reports.checks import MODELS, PARTS, SUMS, Finding, find, unsettled
from reports.models import Figure, Indicator

NOW = Quarter(2022, 1)
TOTAL, NEW, LEFT, WOMEN = "members.total", "members.new", "members.left", "members.women"
AWARDS = [f"funds.awards.{kind}_amount" for kind in ("students", "teachers", "adults", "collectives")]
FLOWS = {NEW, LEFT, "organizations.branches.new", "funds.awards.amount", *AWARDS}


def indicator(code):
    nature = Indicator.Nature.FLOW if code in FLOWS else Indicator.Nature.STOCK
    return Indicator(code=code, label=f"Nhãn {code}", nature=nature, source=Indicator.Source.REGISTER, unit="người")


def cell(code, value=None, *, register=None, past=None, **facts):
    figure = Figure(indicator=indicator(code), declared=value, **facts)
    return Cell(figure.indicator, figure, register, past=past or {}, quarter=NOW)


def cells(*given, **values):
    found = {each.indicator.code: each for each in given}
    return found | {code: cell(code, value) for code, value in values.items()}


def quarters_back(*values):
    """Quarter → value, the newest first; None leaves a quarter out."""
    past, quarter = {}, NOW
    for value in values:
        quarter = quarter.previous
        if value is not None:
            past[quarter] = value
    return past


def rate(part, whole, *, scale=100, source=Indicator.Source.REGISTER):
    under = indicator(whole)
    under.source = source
    return Indicator(code="x.rate", nature="ratio", numerator=indicator(part), denominator=under, scale=scale)


def kinds(findings):
    return [(finding.kind, finding.indicator) for finding in findings]


def test_silence_raises_no_question():
    assert find({}, [], {}) == []
    assert find(cells(*(cell(code) for code in (*PARTS, *PARTS.values()))), [], {}) == []


@pytest.mark.parametrize(("part", "whole"), PARTS.items())
def test_a_part_beyond_its_whole_is_a_fault(part, whole):
    assert kinds(find(cells(cell(part, 6), cell(whole, 5)), [], {})) == [("fault", part)]
    assert find(cells(cell(part, 5), cell(whole, 5)), [], {}) == []
    assert find(cells(cell(part, 6), cell(whole, no_data=True)), [], {}) == []


def test_a_part_from_a_register_counts_as_well():
    assert kinds(find(cells(cell(WOMEN, register=6), cell(TOTAL, 5)), [], {})) == [("fault", WOMEN)]


@pytest.mark.parametrize("whole", SUMS)
def test_parts_that_do_not_overlap_are_together_not_more_than_the_whole(whole):
    parts = SUMS[whole][0]
    beyond = cells(*(cell(part, 3) for part in parts[:2]), cell(whole, 5))
    assert kinds(find(beyond, [], {})) == [("fault", whole)]
    assert find(cells(*(cell(part, 3) for part in parts[:2]), cell(whole, 6)), [], {}) == []
    assert find(cells(cell(parts[0], 3), cell(whole, 6)), [], {}) == []


def test_awards_are_made_up_of_their_parts_once_all_are_known():
    whole = cell("funds.awards.amount", 5)
    assert kinds(find(cells(*(cell(code, 1) for code in AWARDS), whole), [], {})) == [("fault", "funds.awards.amount")]
    assert find(cells(*(cell(code, 1) for code in AWARDS[:3]), whole), [], {}) == []
    four = cell("funds.awards.amount", 4)
    assert find(cells(*(cell(code, 1) for code in AWARDS), four), [], {}) == []


def test_a_share_of_an_area_is_at_most_the_area_where_that_is_known():
    over = rate("f.registered", "areas.households", source=Indicator.Source.AREA)
    given_cells = cells(cell("f.registered", 21))
    assert kinds(find(given_cells, [over], {"areas.households": 20})) == [("fault", "f.registered")]
    assert find(given_cells, [over], {"areas.households": 21}) == []
    assert find(given_cells, [over], {}) == []


def test_a_share_of_a_register_is_at_most_the_register():
    given_cells = cells(cell("f.succeeded", 3), cell("f.registered", 2))
    assert kinds(find(given_cells, [rate("f.succeeded", "f.registered")], {})) == [("fault", "f.succeeded")]
    assert find(given_cells, [rate("f.succeeded", "f.registered", scale=1)], {}) == []


def test_a_flow_may_exceed_a_stock():
    assert find(cells(cell(NEW, 9), cell(TOTAL, 2)), [rate(NEW, TOTAL)], {}) == []


@pytest.mark.parametrize("facts", [{"value": 7}, {"no_data": True}])
def test_what_contradicts_the_register_needs_a_reason(facts):
    found = cells(cell(TOTAL, facts.get("value"), register=5, no_data=facts.get("no_data", False)))
    questions = find(found, [], {})
    assert kinds(questions) == [("question", TOTAL)]
    assert "5" in questions[0].message
    assert unsettled(questions, found) == questions
    found[TOTAL].figure.reason = " đếm lại "
    assert unsettled(questions, found) == []
    assert find(cells(cell(TOTAL, 5, register=5)), [], {}) == []
    assert find(cells(cell(TOTAL, 5)), [], {}) == []


def test_a_stated_total_needs_its_own_reason():
    found = cells(cell(TOTAL, declared_total=9, reason="khác"))
    questions = find(found, [], {})
    assert [(each.about_total, each.indicator) for each in questions] == [(True, TOTAL)]
    assert unsettled(questions, found) == questions
    found[TOTAL].figure.total_reason = "theo giấy"
    assert unsettled(questions, found) == []


@pytest.mark.parametrize("model", MODELS)
def test_titles_beyond_registrations_are_a_question(model):
    held, registered = f"learning_models.{model}.recognised", f"learning_models.{model}.registered"
    assert kinds(find(cells(cell(held, 3), cell(registered, 2)), [], {})) == [("question", held)]
    assert find(cells(cell(held, 2), cell(registered, 2)), [], {}) == []
    assert find(cells(cell(held, 3)), [], {}) == []


@pytest.mark.parametrize(
    ("before", "value", "asked"),
    [
        (100, 151, True),
        (100, 150, False),
        (100, 49, True),
        (100, 50, False),
        (4, 8, False),
        (4, 9, True),
        (0, 500, False),
        (None, 500, False),
    ],
)
def test_a_stock_that_moved_by_more_than_half_is_asked_about(before, value, asked):
    found = find(cells(cell("officers.total", value, past=quarters_back(before))), [], {})
    assert kinds(found) == ([("question", "officers.total")] if asked else [])


def test_a_step_says_which_way_it_went():
    up, down = (find(cells(cell("s", value, past=quarters_back(100))), [], {})[0].message for value in (900, 1))
    assert "tăng quá nửa so với quý trước (từ 100 lên 900)" in up
    assert "giảm quá nửa so với quý trước (từ 100 xuống 1)" in down


@pytest.mark.parametrize(
    ("value", "past", "asked"),
    [
        (116, (100, 101, 105, 103), True),
        (115, (100, 101, 105, 103), False),
        (89, (100, 101, 105, 103), True),
        (90, (100, 101, 105, 103), False),
        (500, (100, None, 101, 105), False),
    ],
)
def test_a_value_outside_of_what_the_last_quarters_saw_is_asked_about(value, past, asked):
    found = find(cells(cell(NEW, value, past=quarters_back(*past))), [], {})
    assert kinds(found) == ([("question", NEW)] if asked else [])


def test_what_a_register_counts_is_not_asked_about_by_size():
    assert find(cells(cell(TOTAL, register=900, past=quarters_back(100, 100, 100, 100))), [], {}) == []


def test_members_balance_from_quarter_to_quarter():
    before = quarters_back(100)
    found = find(cells(cell(TOTAL, 108, past=before), cell(NEW, 10), cell(LEFT, 3)), [], {})
    assert kinds(found) == [("question", TOTAL)]
    assert "100 + 10 − 3 = 107" in found[0].message
    assert find(cells(cell(TOTAL, 107, past=before), cell(NEW, 10), cell(LEFT, 3)), [], {}) == []
    assert find(cells(cell(TOTAL, 108, past=before), cell(NEW, 10)), [], {}) == []
    assert find(cells(cell(TOTAL, 108), cell(NEW, 10), cell(LEFT, 3)), [], {}) == []
    assert find(cells(cell(TOTAL, 108, past=quarters_back(None, 100)), cell(NEW, 10), cell(LEFT, 3)), [], {}) == []


def test_every_code_of_the_rules_stands_in_the_catalogue(db):
    codes = {*PARTS, *PARTS.values(), *SUMS, TOTAL, NEW, LEFT}
    codes |= {part for parts, _ in SUMS.values() for part in parts}
    codes |= {f"learning_models.{model}.{state}" for model in MODELS for state in ("recognised", "registered")}
    known = {each.code: each for each in Indicator.objects.all()}
    assert codes <= known.keys()
    for part, whole in PARTS.items():
        assert known[part].levels <= known[whole].levels, part
        assert known[part].unit == known[whole].unit or part.startswith("organizations."), part


CODES = sorted(
    {
        *PARTS,
        *PARTS.values(),
        *SUMS,
        *AWARDS,
        NEW,
        LEFT,
        *(f"learning_models.{m}.{s}" for m in MODELS for s in ("recognised", "registered")),
    }
)
some = st.none() | st.integers(0, 50)


@st.composite
def any_cells(draw):
    """Cells of some indicators: blank, declared, without data, from a register; with and without a past."""
    found = {}
    for code in draw(st.lists(st.sampled_from(CODES), unique=True, max_size=14)):
        declared = draw(some)
        found[code] = cell(
            code,
            declared,
            register=draw(some),
            past=quarters_back(*draw(st.lists(some, max_size=8))),
            no_data=declared is None and draw(st.booleans()),
            declared_total=draw(some),
        )
    return found


RATES = [
    rate("learning_models.family.registered", "areas.households", source=Indicator.Source.AREA),
    rate(WOMEN, TOTAL),
]
AREAS = st.dictionaries(st.sampled_from(["areas.households"]), st.integers(0, 50))


@given(any_cells(), AREAS)
def test_every_finding_is_about_a_cell_that_is_there_in_the_order_of_the_form(found, areas):
    findings = find(found, RATES, areas)
    places = [list(found).index(finding.indicator) for finding in findings]
    assert places == sorted(places)
    assert len(set(findings)) == len(findings)
    for finding in findings:
        about = found[finding.indicator]
        assert "None" not in finding.message
        if finding.about_total:
            assert about.figure.declared_total is not None
        elif finding.is_fault:
            assert about.value is not None
        else:
            assert about.value is not None or about.contradicts


@given(any_cells(), AREAS)
def test_a_reason_in_every_cell_settles_every_question_and_no_fault(found, areas):
    findings = find(found, RATES, areas)
    for each in found.values():
        each.figure.reason = each.figure.total_reason = "vì thế"
    assert unsettled(findings, found) == []
    assert find(found, RATES, areas) == findings


@given(any_cells(), AREAS, st.data())
def test_leaving_a_cell_out_never_raises_a_new_finding(found, areas, data):
    """Nothing is compared with a value that is not there."""
    if not found:
        return
    gone = data.draw(st.sampled_from(sorted(found)))
    rest = {code: each for code, each in found.items() if code != gone}
    assert {(f.kind, f.indicator) for f in find(rest, RATES, areas)} <= {
        (f.kind, f.indicator) for f in find(found, RATES, areas)
    }


@given(any_cells())
def test_every_contradiction_of_a_register_is_asked_about(found):
    asked = {finding.indicator for finding in find(found, [], {}) if "sổ đếm được" in finding.message}
    assert asked == {code for code, each in found.items() if each.contradicts}


def test_a_finding_is_a_fault_or_a_question():
    assert Finding("fault", "a", "b").is_fault
    assert not Finding("question", "a", "b").is_fault
