"""The builder: coverage, sources, comparisons, spans, as the architecture's worked examples say."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from core.periods import Quarter, Span, parse_period
from organizations.models import Organization, RegisterUse
from organizations.tree import dissolve_organization
from reports.builders.contract import summary_to_json
from reports.builders.quarterly_summary import build
from reports.models import Narrative, Report, Target
from reports.presentation import previous_text, trend
from reports.rollup import Coverage
from reports.services import open_round
from tests.conftest import plant

FIRST = Quarter(2022, 1)
MEMBERS, RATE = "members.total", "members.population_rate"


def line(organization, code, period=FIRST, **options):
    return build(organization=organization, period=period, **options).figure(code)


def values(line):
    return {value.unit.code: (value.value, value.source) for value in line.units}


def test_the_worked_example_of_a_district(tree, quarter, write, area):
    third = plant("A.D.3", "Hội Khuyến học xã Dốc", "commune", tree.east)
    open_round(root=tree.province, quarter=quarter, due_on=date(2022, 4, 5), user=None)
    write(tree.east, {MEMBERS: 50})
    write(tree.first, {MEMBERS: 100})
    write(tree.second, {MEMBERS: 450})
    area(tree.first, population=1000)
    area(tree.second, population=3000)
    area(third, population=2000)
    members = line(tree.east, MEMBERS)
    assert (members.value, members.coverage) == (600, Coverage(2, 3))
    assert line(tree.east, "areas.population").value == 6000
    rate = line(tree.east, RATE)
    assert (rate.value, rate.coverage) == (Decimal("15.00"), Coverage(2, 3))
    assert values(members) == {
        "A.D": (50, "declared"),
        "A.D.1": (100, "declared"),
        "A.D.2": (450, "declared"),
        "A.D.3": (None, "missing"),
    }


def test_the_worked_example_of_a_province(db, write, area):
    province = plant("P", "Hội Khuyến học tỉnh P", "province")
    districts = [plant(f"P.{n}", f"Hội Khuyến học huyện {n}", "district", province) for n in range(12)]
    police = [plant(f"P.C{n}", f"Công an {n}", "affiliated", province, kind="armed_forces") for n in range(2)]
    open_round(root=province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    for number, district in enumerate(districts[:11]):
        write(district, {MEMBERS: 100})
        area(district, population=1000 if number else 0)
    area(districts[11], population=5000)
    write(police[0], {MEMBERS: 30})
    write(police[1], {MEMBERS: 20})
    write(province, {MEMBERS: 10})
    assert (line(province, MEMBERS).value, line(province, MEMBERS).coverage) == (1160, Coverage(13, 14))
    rate = line(province, RATE)
    assert (rate.value, rate.coverage) == (Decimal("11.60"), Coverage(11, 12))
    assert (rate.numerator, rate.denominator) == (1160, 10000)


def test_missing_no_data_and_zero_are_three_things(tree, opened, write):
    write(tree.east, {MEMBERS: 0})
    write(tree.west, {MEMBERS: None})
    found = values(line(tree.province, MEMBERS))
    assert found["A.D"] == (0, "declared")
    assert found["A.T"] == (None, "no_data")
    assert found["A.CA"] == (None, "missing")
    assert line(tree.province, MEMBERS).value == 0
    assert line(tree.west, MEMBERS).value is None


def test_a_declared_total_stands_over_the_sum(tree, opened, write, area):
    write(tree.first, {MEMBERS: 5})
    write(tree.east, {MEMBERS: 100}, total=True)
    area(tree.east, population=1000)
    members = line(tree.province, MEMBERS)
    assert values(members)["A.D"] == (100, "declared")
    assert members.coverage == Coverage(1, 3, 1)
    assert line(tree.east, RATE).value == Decimal("10.00")


def test_the_total_stands_over_the_own_area_only_when_every_asked_child_has_data(tree, opened, write, area):
    area(tree.east, population=1000)
    write(tree.first, {MEMBERS: 60})
    assert line(tree.east, RATE).value is None
    write(tree.second, {MEMBERS: 40})
    assert line(tree.east, RATE).value == Decimal("10.00")


def test_a_register_counts_communes_and_declared_wins(tree, opened, write):
    assert values(line(tree.province, "organizations.communes"))["A.D"] == (2, "register")
    assert line(tree.province, "organizations.commune_coverage").value == Decimal("100.00")
    write(tree.east, {"organizations.communes": 7})
    assert values(line(tree.province, "organizations.communes"))["A.D"] == (7, "declared")


def test_communes_directly_below_a_province_with_districts_lend_it_their_area(tree, quarter):
    for number in range(3):
        plant(f"A.X{number}", f"Hội Khuyến học xã X{number}", "commune", tree.province)
    open_round(root=tree.province, quarter=quarter, due_on=date(2022, 4, 5), user=None)
    coverage = line(tree.province, "organizations.commune_coverage")
    assert (coverage.numerator, coverage.denominator, coverage.value) == (6, 6, Decimal("100.00"))


def test_a_commune_recorded_after_the_opening_counts_on_neither_side(tree, opened):
    plant("A.D.8", "Hội Khuyến học xã Đến Sau", "commune", tree.east)
    coverage = line(tree.province, "organizations.commune_coverage")
    assert (coverage.numerator, coverage.denominator) == (3, 3)
    open_round(root=tree.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    coverage = line(tree.province, "organizations.commune_coverage")
    assert (coverage.numerator, coverage.denominator) == (4, 4)


def test_the_register_says_zero_only_where_it_is_in_use(tree, opened):
    assert line(tree.third, "organizations.branches").value is None
    RegisterUse.objects.create(organization=tree.third, register="organizations", used_from=date(2022, 1, 1))
    assert line(tree.third, "organizations.branches").value == 0
    assert line(tree.first, "organizations.branches").value == 1


def test_an_unasked_level_is_not_expected(tree, opened, write):
    write(tree.east, {"learning_models.family.registered": 5})
    found = line(tree.province, "learning_models.family.registered")
    assert found.coverage == Coverage(1, 2, 1)
    assert found.own_line is None


def test_the_area_is_the_own_row_or_the_childrens_sum(tree, opened, area):
    area(tree.first, population=100)
    area(tree.second, year=2020, population=50)
    area(tree.second, year=2023, population=70)
    population = line(tree.east, "areas.population")
    assert (population.value, population.area_years) == (150, (2020, 2022))
    area(tree.east, year=2019, population=500)
    population = line(tree.east, "areas.population")
    assert (population.value, population.area_years) == (500, (2019,))


def test_the_newest_row_with_that_column_is_taken(tree, opened, area):
    area(tree.first, year=2021, population=90, households=20)
    area(tree.first, year=2022, population=100)
    assert line(tree.first, "areas.households").value == 20
    assert line(tree.first, "areas.population").value == 100


def test_comparison_with_the_quarter_before_the_year_before_and_the_target(tree, opened, write):
    for earlier, number in ((Quarter(2021, 4), 8), (Quarter(2021, 1), 5)):
        open_round(root=tree.province, quarter=earlier, due_on=earlier.next.first_day, user=None)
        write(tree.first, {MEMBERS: number}, earlier)
    write(tree.first, {MEMBERS: 9})
    Target.objects.create(organization=tree.province, indicator_id=indicator_id(MEMBERS), year=2022, value=12)
    found = line(tree.province, MEMBERS)
    assert (found.value, found.previous, found.year_earlier, found.target) == (9, 8, 5, 12)


def indicator_id(code):
    return Target._meta.get_field("indicator").related_model.objects.get(code=code).pk


@pytest.fixture
def year(tree, write):
    """Quarters I, II and IV of 2022: new members 1, 2 and 4 in the first commune, 10 in the second's first."""
    for number, new in ((1, 1), (2, 2), (4, 4)):
        quarter = Quarter(2022, number)
        open_round(root=tree.province, quarter=quarter, due_on=date(2023, 1, 5), user=None)
        write(tree.first, {"members.new": new, MEMBERS: 100 * number}, quarter)
    write(tree.second, {"members.new": 10, MEMBERS: 50}, Quarter(2022, 1))


def test_flows_add_over_the_opened_quarters_of_a_span(tree, year):
    half = line(tree.east, "members.new", Span(2022, "H1"))
    assert (half.value, half.coverage) == (13, Coverage(2, 2, 1))
    assert line(tree.east, "members.new", Span(2022, "Y")).value == 17
    assert line(tree.east, "members.new", Span(2022, "H2")).year_to_date == 17
    assert line(tree.east, "members.new", Quarter(2022, 2)).year_to_date == 13


def test_stocks_of_a_span_are_those_of_its_last_opened_quarter_never_an_earlier_one(tree, year):
    nine_months = line(tree.east, MEMBERS, Span(2022, "9M"))
    assert (nine_months.value, nine_months.coverage) == (200, Coverage(1, 2))
    assert values(nine_months)["A.D.2"] == (None, "missing")
    assert line(tree.east, MEMBERS, Span(2022, "Y")).value == 400


def test_yearly_indicators_stand_in_the_fourth_quarter_and_the_year_only(tree, year, write):
    code = "officers.trained_rate"
    for number in (1, 2, 4):
        write(tree.first, {"officers.trained": 10}, Quarter(2022, number))
    assert line(tree.east, code, Quarter(2022, 2)) is None
    assert line(tree.east, code, Span(2022, "H2")) is None
    assert line(tree.east, code, Quarter(2022, 4)).value == Decimal("7.50")
    assert line(tree.east, code, Span(2022, "Y")).value == Decimal("7.50")


def test_the_figures_of_a_dissolved_unit_stay_in_the_year_of_the_one_above(tree, year, write):
    third_quarter = Quarter(2022, 3)
    write(tree.third, {"members.new": 100}, Quarter(2022, 1))
    dissolve_organization(organization=tree.third, on=date(2022, 8, 1), user=None, reason="thử")
    open_round(root=tree.province, quarter=third_quarter, due_on=date(2022, 10, 5), user=None)
    year = line(tree.province, "members.new", Span(2022, "9M"))
    assert year.value == 113
    assert values(line(tree.west, "members.new", Span(2022, "9M"))) == {"A.T": (100, "declared")}


def test_a_past_quarter_keeps_its_tree_and_names(tree, opened, write):
    write(tree.third, {MEMBERS: 7})
    dissolve_organization(organization=tree.third, on=date(2022, 8, 1), user=None, reason="thử")
    assert values(line(tree.west, MEMBERS))["A.T.1"] == (7, "declared")


def test_accepted_only_leaves_the_rest_out(tree, opened, write):
    write(tree.first, {MEMBERS: 7})
    write(tree.second, {MEMBERS: 8})
    Report.objects.filter(organization__in=[tree.first, tree.east]).update(status="accepted")
    assert line(tree.east, MEMBERS, accepted_only=True).value == 7
    assert build(organization=tree.east, period=Quarter(2022, 1)).status == "accepted"
    assert build(organization=tree.province, period=Quarter(2022, 1)).status == "provisional"


def test_accepted_only_leaves_out_what_a_unit_has_not_handed_up(tree, opened, write):
    write(tree.first, {MEMBERS: 7})
    write(tree.third, {MEMBERS: 9})
    Report.objects.filter(organization__in=[tree.first, tree.third, tree.west]).update(status="accepted")
    figure = line(tree.province, MEMBERS, accepted_only=True)
    assert (figure.value, figure.coverage.with_data) == (9, 1)
    assert line(tree.east, MEMBERS, accepted_only=True).value == 7


def test_completeness_counts_one_level_and_all_below(tree, opened):
    Report.objects.filter(organization=tree.east).update(status="submitted", submitted_at="2022-04-05T16:59:59Z")
    Report.objects.filter(organization=tree.west).update(status="accepted", submitted_at="2022-04-05T17:00:00Z")
    found = build(organization=tree.province, period=Quarter(2022, 1)).completeness
    assert (found.expected, found.submitted, found.accepted, found.on_time) == (3, 2, 1, 1)
    assert [unit.code for unit in found.missing] == ["A.CA"]
    assert (found.below.expected, found.below.submitted) == (6, 2)


def test_best_and_worst_are_units_directly_below(tree, opened, write, area):
    for unit, number in ((tree.east, 20), (tree.west, 10)):
        write(unit, {MEMBERS: number}, total=True)
        area(unit, population=100)
    extremes = build(organization=tree.province, period=Quarter(2022, 1)).ranking[RATE]
    assert (extremes.best.unit.code, extremes.worst.unit.code) == ("A.D", "A.T")


def test_a_period_that_was_not_opened_is_refused(tree, opened):
    with pytest.raises(ValidationError, match="quý II/2022"):
        build(organization=tree.province, period=Quarter(2022, 2))


def test_the_json_has_the_keys_of_the_contract(tree, opened, write):
    write(tree.first, {MEMBERS: 7})
    Narrative.objects.create(
        report=Report.objects.get(organization=tree.province), section="advantages", text="Được quan tâm."
    )
    found = summary_to_json(build(organization=tree.province, period=parse_period("2022-Q1")))
    assert list(found) == [
        "organization",
        "period",
        "status",
        "completeness",
        "figures",
        "ranking",
        "narrative",
    ]
    assert found["narrative"] == {
        "results": "",
        "advantages": "Được quan tâm.",
        "difficulties": "",
        "next_tasks": "",
    }
    members = next(figure for figure in found["figures"] if figure["indicator"] == MEMBERS)
    assert members["value"] == 7
    assert members["year_to_date"] is None
    assert members["coverage"] == {"with_data": 1, "expected": 3, "partial": 1}


def test_the_number_of_queries_does_not_grow_with_the_units(tree, opened, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(30) as context:
            build(organization=tree.province, period=Quarter(2022, 1))
        return len(context)

    few = count()
    for number in range(10):
        plant(f"A.D.{number + 10}", f"Hội Khuyến học xã {number}", "commune", tree.east)
    open_round(root=tree.province, quarter=Quarter(2022, 1), due_on=date(2022, 4, 5), user=None)
    assert Report.objects.count() == 17
    assert count() == few
    assert Organization.objects.count() == 20


def test_a_rise_is_told_only_when_as_many_units_had_data_before(tree, opened, write):
    earlier = Quarter(2021, 4)
    open_round(root=tree.province, quarter=earlier, due_on=earlier.next.first_day, user=None)
    write(tree.east, {MEMBERS: 10, "members.women": 4}, earlier)
    write(tree.east, {MEMBERS: 12, "members.women": 5})
    write(tree.police, {MEMBERS: 3})
    members, women = line(tree.province, MEMBERS), line(tree.province, "members.women")
    assert (members.previous, members.previous_coverage, members.is_comparable) == (10, Coverage(1, 3, 1), False)
    assert women.is_comparable
    assert trend(members, members.previous, "quý trước") is None
    assert trend(women, women.previous, "quý trước").words == "tăng 1 so với quý trước"
    assert previous_text(members) == "10 (1/3)"
    assert previous_text(women) == "4"


def test_a_unit_that_is_not_asked_is_told_from_one_that_is_silent(tree, opened):
    found = line(tree.province, "learning_models.family.registered")
    assert {value.unit.code: value.is_asked for value in found.units} == {"A.D": True, "A.T": True, "A.CA": False}
    assert not line(tree.police, "learning_models.family.registered").is_asked
