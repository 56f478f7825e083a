"""Summaries as text and back, and what differs between two of them, over any summaries there could be."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.periods import Quarter, Span
from reports.builders.freezing import freeze, thaw
from reports.builders.quarterly_summary import build
from reports.builders.summary import (
    Completeness,
    DocumentHead,
    Extremes,
    FigureLine,
    QuarterlySummary,
    UnitLabel,
    UnitValue,
)
from reports.models import Revision
from reports.revisions import current_revision, differences, revisions_of, statements, summary_of
from reports.rollup import Coverage, Pair
from reports.services import reopen_report
from tests.chain import FIRST, MEMBERS, NEW, accept, as_json, hand_in, hand_in_and_accept, report_of

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
counts = st.none() | st.integers(0, 10**15)
rates = st.none() | st.decimals(0, 10**6, places=2)
values = counts | rates
SOURCES = st.sampled_from(["register", "children", "declared", "no_data", "missing"])
CODES = [f"a.{letter}" for letter in "bcdef"]
quarters = st.builds(Quarter, st.integers(1946, 2099), st.integers(1, 4))
periods = quarters | st.builds(Span, st.integers(1946, 2099), st.sampled_from(["H1", "H2", "9M", "Y"]))
coverages = st.builds(Coverage, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
pairs = st.none() | st.builds(Pair, st.integers(0, 10**15), counts)
labels = st.builds(UnitLabel, st.sampled_from(["A", "B", "C"]), words, words, st.sampled_from(["district", "commune"]))
unit_values = st.builds(UnitValue, labels, values, SOURCES, st.booleans(), st.booleans(), pairs)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from([UTC]))


def of_one_unit_each(found):
    return tuple({(value.unit.code, value.is_own_line): value for value in found}.values())


lines = st.builds(
    FigureLine,
    indicator=st.sampled_from(CODES),
    label=words,
    unit=words,
    nature=st.sampled_from(["stock", "flow", "ratio"]),
    group=words,
    better=st.sampled_from(["higher", "lower", "none"]),
    value=values,
    year_to_date=counts,
    previous=values,
    year_earlier=values,
    target=rates,
    coverage=coverages,
    units=st.lists(unit_values, max_size=4).map(of_one_unit_each),
    pair=pairs,
    previous_pair=pairs,
    area_years=st.lists(st.integers(1945, 2100), max_size=2).map(tuple),
    is_asked=st.booleans(),
    previous_coverage=st.none() | coverages,
    year_earlier_pair=pairs,
    scale=st.none() | st.integers(1, 1000),
    parts=st.lists(st.sampled_from(CODES), max_size=2).map(tuple),
    source=SOURCES,
)
below = st.builds(
    Completeness,
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 9),
    st.lists(labels, max_size=2).map(tuple),
    st.none(),
)
heads = st.builds(
    DocumentHead,
    parent_lines=st.lists(words, max_size=2).map(tuple),
    own_lines=st.lists(words, max_size=2).map(tuple),
    symbol=words,
    number=words,
    place=words,
    issued_on=st.none() | st.dates(),
    signing=st.lists(words, max_size=2).map(tuple),
    signatory=words,
    recipients=st.lists(words, max_size=2).map(tuple),
)
summaries = st.builds(
    QuarterlySummary,
    organization=labels,
    parent=st.none() | labels,
    period=periods,
    quarters=st.lists(quarters, max_size=4).map(tuple),
    status=st.sampled_from(["accepted", "provisional"]),
    completeness=st.builds(lambda one, two: replace(one, below=two), below, below),
    figures=st.lists(lines, max_size=3, unique_by=lambda line: line.indicator).map(tuple),
    ranking=st.dictionaries(st.sampled_from(CODES), st.builds(Extremes, unit_values, unit_values), max_size=2),
    narrative=st.dictionaries(st.sampled_from(["results", "difficulties"]), words, max_size=2),
    document=heads,
    built_at=moments,
)


@settings(deadline=None, max_examples=40)
@given(summaries)
def test_what_is_frozen_thaws_to_the_same_and_freezes_to_the_same_bytes(summary):
    text = freeze(summary)
    thawed = thaw(text)
    assert thawed == summary
    assert freeze(thawed) == text
    assert [type(line.value) for line in thawed.figures] == [type(line.value) for line in summary.figures]


@settings(deadline=None, max_examples=40)
@given(summaries)
def test_the_order_of_mappings_leaves_no_trace_in_the_text(summary):
    turned = replace(
        summary,
        narrative=dict(reversed(summary.narrative.items())),
        ranking=dict(reversed(summary.ranking.items())),
    )
    assert freeze(turned) == freeze(summary)


def test_the_same_moment_in_another_zone_is_the_same_moment(tree, opened):
    summary = build(organization=tree.first, period=FIRST)
    here = replace(summary, built_at=summary.built_at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")))
    assert thaw(freeze(here)).built_at == summary.built_at
    assert thaw(freeze(here)).built_at.utcoffset() == timedelta(hours=7)


@pytest.mark.parametrize("text", ["", "[]", "null", '"a"', "{}", "5", '{"figures": []}'])
def test_what_is_no_summary_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        thaw(text)


@pytest.mark.parametrize(("field", "wrong"), [("ranking", []), ("figures", 5), ("period", "abc"), ("built_at", "x")])
def test_a_summary_with_a_wrong_part_is_refused(tree, opened, field, wrong):
    text = freeze(build(organization=tree.first, period=FIRST))
    data = json.loads(text) | {field: wrong}
    with pytest.raises((ValueError, KeyError, TypeError)):
        thaw(json.dumps(data))


def test_a_text_of_before_a_field_existed_takes_its_default(tree, opened):
    data = json.loads(freeze(build(organization=tree.first, period=FIRST)))
    for figure in data["figures"]:
        del figure["source"], figure["scale"]
    thawed = thaw(json.dumps(data))
    assert {(line.source, line.scale) for line in thawed.figures} == {("missing", None)}


def said(summary):
    """What a summary states, without what it has no value for."""
    return {key: value for key, (_, _, value) in statements(summary).items() if value is not None}


def apply(found, before):
    after = dict(before)
    for difference in found:
        assert before.get(difference.key) == difference.before
        after[difference.key] = difference.after
    return {key: value for key, value in after.items() if value is not None}


@settings(deadline=None, max_examples=40)
@given(summaries, summaries)
def test_the_differences_applied_to_the_earlier_give_the_later(before, after):
    found = differences(before, after)
    assert apply(found, said(before)) == said(after)
    assert len({difference.key for difference in found}) == len(found)
    assert all(difference.before != difference.after for difference in found)


@settings(deadline=None, max_examples=40)
@given(summaries, summaries)
def test_differences_the_other_way_round_are_the_same_turned(before, after):
    there = {(each.key, each.before, each.after) for each in differences(before, after)}
    back = {(each.key, each.after, each.before) for each in differences(after, before)}
    assert there == back


@settings(deadline=None, max_examples=40)
@given(summaries)
def test_a_summary_differs_from_itself_in_nothing(summary):
    assert differences(summary, thaw(freeze(summary))) == []


@settings(deadline=None, max_examples=40)
@given(summaries, st.data())
def test_every_figure_that_is_printed_is_told_when_it_differs(summary, data):
    """Whatever the page or the JSON says of a line: another number in it is a difference."""
    if not summary.figures:
        return
    line = data.draw(st.sampled_from(summary.figures))
    field = data.draw(st.sampled_from(["value", "year_to_date", "previous", "year_earlier", "target", "coverage"]))
    other = data.draw({"coverage": coverages, "target": rates, "year_to_date": counts}.get(field, values))
    changed = replace(line, **{field: other})
    after = replace(summary, figures=tuple(changed if each is line else each for each in summary.figures))
    assert bool(differences(summary, after)) == (getattr(line, field) != other)


def test_the_difference_of_two_revisions_names_unit_value_and_words(people):
    hand_in_and_accept(people.first, {MEMBERS: 5})
    hand_in_and_accept(people.east)
    reopen_report(report=report_of(people.first), user=None, reason="Sai số")
    hand_in_and_accept(people.first, {MEMBERS: 8, NEW: None})
    hand_in_and_accept(people.east)
    one, two = (thaw(each.content) for each in revisions_of(people.east, "2022-Q1"))
    found = {each.key: (each.label, each.before, each.after) for each in differences(one, two)}
    assert found["figure", MEMBERS] == ("Tổng số hội viên", 5, 8)
    assert found["unit", MEMBERS, "A.D.1"] == ("Tổng số hội viên, Xã Ánh Dương", 5, 8)
    assert ("figure", NEW) not in found


def test_the_revisions_of_a_period_form_a_chain(people):
    for _ in range(3):
        hand_in_and_accept(people.first)
        reopen_report(report=report_of(people.first), user=None, reason="Sai số")
    chain = list(revisions_of(people.first, "2022-Q1"))
    assert [each.number for each in chain] == [1, 2, 3]
    before = ""
    for each in chain:
        assert each.sha256 == each.digest(before)
        before = each.sha256


def test_the_summary_is_the_accepted_one_and_else_what_stands_now(people):
    hand_in(people.first, {MEMBERS: 5})
    assert current_revision(people.first, FIRST) is None
    assert as_json(people.first)["status"] == "provisional"
    revision = accept(people.first)
    assert current_revision(people.first, FIRST) == revision
    assert as_json(people.first)["status"] == "accepted"
    assert summary_of(organization=people.first, period=FIRST) == thaw(Revision.objects.get().content)


def test_a_day_is_a_day_and_a_rate_keeps_its_places(tree, opened):
    summary = build(organization=tree.first, period=FIRST)
    head = replace(summary.document, issued_on=date(2022, 4, 8))
    thawed = thaw(freeze(replace(summary, document=head)))
    assert thawed.document.issued_on == date(2022, 4, 8)
    line = replace(summary.figures[0], value=Decimal("65.00"))
    again = thaw(freeze(replace(summary, figures=(line,)))).figures[0]
    assert str(again.value) == "65.00"
