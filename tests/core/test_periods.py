from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.periods import Quarter, Span, parse_period

quarters = st.builds(Quarter, st.integers(1946, 2099), st.integers(1, 4))
spans = st.builds(Span, st.integers(1946, 2099), st.sampled_from(["H1", "H2", "9M", "Y"]))


@pytest.mark.parametrize(
    "text",
    [
        "2022-Q3",
        "2022-q3",
        "q3/2022",
        "Q3/2022",
        "III/2022",
        "iii / 2022",
        "quý III/2022",
        "Quý 3/2022",
        "QUÝ III NĂM 2022",
        " quý 3 năm 2022 ",
    ],
)
def test_a_quarter_is_read_as_people_write_it(text):
    assert Quarter.parse(text) == parse_period(text) == Quarter(2022, 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2022-Q5", "Không có quý 5"),
        ("2022-Q0", "Không có quý 0"),
        ("quý V/2022", "Không có quý V"),
        ("quý IIX/2022", "Không có quý IIX"),
        ("1944-Q1", "Năm 1944"),
        ("2101-Q1", "Năm 2101"),
        ("0000-Q1", "Năm 0"),
        ("3/2022", "không phải là quý"),
        ("2022", "không phải là quý"),
        ("2022-Q10001", "không phải là quý"),
        ("22-Q1", "không phải là quý"),
        ("", "không phải là quý"),
        ("٢٠٢٢-Q1", "không phải là quý"),
    ],
)
def test_a_wrong_quarter_is_refused_with_a_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        Quarter.parse(text)


@pytest.mark.parametrize(
    ("year", "number", "reason"),
    [(2022, 0, "quý 0"), (2022, 5, "quý 5"), (1944, 1, "1944"), (2101, 1, "2101")],
)
def test_a_quarter_that_cannot_be_is_not_made(year, number, reason):
    with pytest.raises(ValueError, match=reason):
        Quarter(year, number)


def test_a_quarter_says_its_code_its_label_and_its_days():
    quarter = Quarter(2022, 1)
    assert str(quarter) == quarter.code == "2022-Q1"
    assert quarter.label == "quý I/2022"
    assert (quarter.first_day, quarter.last_day) == (date(2022, 1, 1), date(2022, 3, 31))
    assert quarter.quarters == (quarter,)
    assert quarter.last_quarter == quarter
    assert quarter.is_span is False
    assert [Quarter(2022, number).label for number in (2, 3, 4)] == [
        "quý II/2022",
        "quý III/2022",
        "quý IV/2022",
    ]


def test_quarters_follow_each_other_over_new_year():
    assert Quarter(2022, 4).next == Quarter(2023, 1)
    assert Quarter(2022, 1).previous == Quarter(2021, 4)
    assert Quarter(2022, 2).year_earlier == Quarter(2021, 2)


def test_there_is_nothing_beyond_the_range_of_years():
    with pytest.raises(ValueError, match="1944"):
        _ = Quarter(1945, 1).previous
    with pytest.raises(ValueError, match="2101"):
        _ = Quarter(2100, 4).next
    with pytest.raises(ValueError, match="1944"):
        _ = Span(1945, "9M").year_earlier


@given(quarters)
def test_previous_and_next_undo_each_other(quarter):
    assert quarter.next.previous == quarter == quarter.previous.next
    assert quarter.previous < quarter < quarter.next
    assert quarter.previous.previous.previous.previous == quarter.year_earlier


@given(quarters)
def test_a_quarter_survives_its_code_and_its_label(quarter):
    assert Quarter.parse(quarter.code) == quarter == Quarter.parse(quarter.label)
    assert parse_period(quarter.code) == quarter
    assert len(quarter.code) == 7


@given(quarters, quarters)
def test_the_order_of_quarters_is_the_order_of_their_codes(first, second):
    assert (first < second) is (first.code < second.code)
    assert (first < second) is (first.last_day < second.first_day)
    assert (first == second) is (hash(first) == hash(second))


@given(st.dates(date(1946, 1, 1), date(2099, 12, 31)))
def test_every_day_belongs_to_one_quarter(day):
    quarter = Quarter.of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert quarter.last_day + timedelta(days=1) == quarter.next.first_day


@pytest.mark.parametrize(
    ("span", "code", "label", "numbers", "last_day"),
    [
        (Span(2022, "H1"), "2022-H1", "6 tháng đầu năm 2022", [1, 2], date(2022, 6, 30)),
        (Span(2022, "H2"), "2022-H2", "6 tháng cuối năm 2022", [3, 4], date(2022, 12, 31)),
        (Span(2022, "9M"), "2022-9M", "9 tháng đầu năm 2022", [1, 2, 3], date(2022, 9, 30)),
        (Span(2022, "Y"), "2022", "năm 2022", [1, 2, 3, 4], date(2022, 12, 31)),
    ],
)
def test_a_span_says_its_code_its_label_and_its_quarters(span, code, label, numbers, last_day):
    assert str(span) == span.code == code
    assert span.label == label
    assert span.quarters == tuple(Quarter(2022, number) for number in numbers)
    assert span.last_quarter == Quarter(2022, numbers[-1])
    assert span.first_day == date(2022, 3 * numbers[0] - 2, 1)
    assert span.last_day == last_day
    assert span.is_span is True


@pytest.mark.parametrize(
    ("span", "previous"),
    [
        (Span(2022, "H2"), Span(2022, "H1")),
        (Span(2022, "H1"), Span(2021, "H2")),
        (Span(2022, "9M"), Span(2021, "9M")),
        (Span(2022, "Y"), Span(2021, "Y")),
    ],
)
def test_the_span_before_has_the_same_length(span, previous):
    assert span.previous == previous


@given(spans)
def test_spans_go_back_and_forth_and_survive_being_written(span):
    assert span.next.previous == span == span.previous.next
    assert Span.parse(span.code) == span == Span.parse(span.label)
    assert parse_period(span.code.lower()) == span == parse_period(span.label.upper())
    assert span.year_earlier == Span(span.year - 1, span.kind)


@given(st.integers(1945, 2100))
def test_the_half_years_part_the_year(year):
    first, second, whole = (Span(year, kind) for kind in ("H1", "H2", "Y"))
    assert first.quarters + second.quarters == whole.quarters
    assert Span(year, "9M").quarters == whole.quarters[:3]
    assert (whole.first_day, whole.last_day) == (date(year, 1, 1), date(year, 12, 31))
    assert first.last_day + timedelta(days=1) == second.first_day


@pytest.mark.parametrize("text", ["2022-H3", "2022-Q1", "6 tháng năm 2022", "", "20222"])
def test_a_wrong_span_is_refused(text):
    with pytest.raises(ValueError, match="không phải là kỳ báo cáo nhiều quý"):
        Span.parse(text)


def test_a_span_of_another_kind_or_year_is_not_made():
    with pytest.raises(ValueError, match="“Q1”"):
        Span(2022, "Q1")
    with pytest.raises(ValueError, match="1944"):
        Span.parse("1944")


@pytest.mark.parametrize("text", ["", "2022-X1", "tháng 3/2022", "3/2022", "2022-H3", "20"])
def test_a_wrong_period_is_refused_with_the_accepted_forms(text):
    with pytest.raises(ValueError, match=r"2022-Q1 .*2022-H1, 2022-H2 .*2022-9M .*2022 \(cả năm\)"):
        parse_period(text)


def test_a_period_that_is_nearly_right_gets_the_exact_reason():
    with pytest.raises(ValueError, match="Không có quý 5"):
        parse_period("2022-Q5")
    with pytest.raises(ValueError, match="Năm 1800"):
        parse_period("1800")
