"""The dashboard's grid: the same values as the summaries, missing stays missing, accepted stays accepted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.periods import Quarter
from organizations.models import AreaStatistics
from reports.builders.dashboard import build_grid
from reports.models import Figure, Indicator, Report, Target
from reports.revisions import summary_of
from reports.rollup import Coverage
from reports.services import accept_report, open_round
from tests.conftest import plant

FIRST, SECOND = Quarter(2022, 1), Quarter(2022, 2)
QUARTERS = [Quarter(2021, 3), Quarter(2021, 4), FIRST]
MEMBERS, RATE = "members.total", "members.population_rate"
# A stock, a flow, a rate over an area, rates over a register, yearly ones, money, an area, and a counted register.
CODES = [
    MEMBERS,
    "members.new",
    RATE,
    "officers.trained_rate",
    "learning_models.family.success_rate",
    "learning_models.unit.recognised_rate",
    "activities.learning_centers.rated_good",
    "funds.raised",
    "areas.population",
    "organizations.communes",
    "organizations.commune_coverage",
]


def grid(organization, quarters, codes, **options):
    catalogue = list(Indicator.objects.all())
    indicators = [next(each for each in catalogue if each.code == code) for code in codes]
    found = build_grid(
        organization=organization, quarters=quarters, indicators=indicators, catalogue=catalogue, **options
    )
    return found, dict(zip(codes, indicators, strict=True))


def accept(unit, quarter):
    report = Report.objects.get(organization=unit, round__quarter=quarter)
    report.status = Report.Status.SUBMITTED
    report.save()
    return accept_report(report=report, user=None)


def make_trees(random):
    """A province with districts, communes and the police; parents first."""
    province = plant("P", "Hội Khuyến học tỉnh P", "province")
    units = [province]
    for district in range(random.randint(1, 3)):
        above = plant(f"P.{district}", f"Hội Khuyến học huyện {district}", "district", province)
        units.append(above)
        for commune in range(random.randint(0, 3)):
            units.append(plant(f"P.{district}.{commune}", f"Hội Khuyến học xã {district}.{commune}", "commune", above))
    units.append(plant("P.CA", "Hội Khuyến học Công an", "affiliated", province, kind="armed_forces"))
    return units


def fill(units, random):
    """Figures, totals, marks of no data, areas and acceptances as it happens."""
    for quarter in QUARTERS:
        open_round(root=units[0], quarter=quarter, due_on=quarter.next.first_day, user=None)
    for unit in units:
        if unit.level != "affiliated" and random.random() < 0.7:
            columns = {column: random.randint(1, 9) * 100 for column in AreaStatistics.COLUMNS if random.random() < 0.7}
            AreaStatistics.objects.create(organization=unit, year=random.choice([2021, 2022]), **columns)
    typed = Indicator.objects.exclude(nature=Indicator.Nature.RATIO).exclude(source=Indicator.Source.AREA)
    for report in Report.objects.order_by("pk").select_related("organization", "round"):
        for indicator in typed:
            chance = random.random()
            if report.organization.level not in indicator.levels or chance < 0.3:
                continue
            figure = Figure(report=report, indicator=indicator)
            if chance < 0.4:
                figure.no_data = True
            elif chance < 0.45:
                figure.declared_total = random.randint(0, 500)
            elif chance < 0.6:
                figure.from_register = random.randint(0, 100)
            else:
                figure.declared = random.randint(0, 100)
            figure.save()
    for quarter in QUARTERS:
        for unit in reversed(units):
            if random.random() < 0.5:
                accept(unit, quarter)


@pytest.mark.parametrize("seed", range(5))
def test_every_value_is_that_of_the_summary(db, seed):
    random = Random(seed)
    units = make_trees(random)
    fill(units, random)
    Target.objects.create(
        organization=units[0], indicator=Indicator.objects.get(code=RATE), year=2022, value=Decimal("12.5")
    )
    for top in units[:2]:
        found, by_code = grid(top, QUARTERS, CODES)
        for each in found.quarters:
            summary = summary_of(organization=top, period=each.quarter)
            assert each.is_provisional == summary.is_provisional
            for code, indicator in by_code.items():
                compare(found, indicator, each.quarter, summary.figure(code))
        for code in CODES:
            line = summary.figure(code)
            assert found.targets.get(code) == (line.target if line else None)
            assert found.to_date.get(code) == (line.year_to_date if line else None)
        assert summary.is_provisional is False or found.completeness == replace(summary.completeness, below=None)


def compare(found, indicator, quarter, line):
    reading = found.reading(indicator, quarter)
    if line is None or not (line.is_asked or line.value is not None):
        assert reading is None
        return
    assert (reading.value, reading.coverage, reading.source) == (line.value, line.coverage, line.source)
    for value in line.units_below:
        below = found.reading(indicator, quarter, value.unit.code)
        if below is None:
            assert (value.value, value.is_asked) == (None, False)
        else:
            assert (below.value, below.source) == (value.value, value.source), value.unit


@pytest.mark.parametrize("seed", range(5, 8))
def test_at_every_level_a_unit_has_what_its_own_summary_says(db, seed):
    random = Random(seed)
    units = make_trees(random)
    fill(units, random)
    Report.objects.filter(organization=units[0]).update(status="draft", revision=None)
    found, by_code = grid(units[0], QUARTERS, CODES, every_level=True)
    late = Report.objects.filter(parent__revision__isnull=False, included=False, parent__parent__isnull=False)
    late = set(late.values_list("organization__code", "round__quarter"))
    for each in found.quarters:
        for unit in units[1:]:
            if (unit.code, each.quarter) in late:
                continue
            summary = summary_of(organization=unit, period=each.quarter)
            for code, indicator in by_code.items():
                line, reading = summary.figure(code), found.reading(indicator, each.quarter, unit.code)
                assert (reading.value if reading else None) == (line.value if line else None), (unit, code)


def test_what_is_missing_stays_missing_and_zero_is_a_value(tree, opened, write):
    write(tree.first, {MEMBERS: 0})
    write(tree.third, {MEMBERS: None})
    found, by_code = grid(tree.province, [FIRST], [MEMBERS, "learning_models.family.registered"])
    members = by_code[MEMBERS]
    east, west, police = (found.reading(members, FIRST, unit.code) for unit in (tree.east, tree.west, tree.police))
    assert (east.value, east.coverage) == (0, Coverage(1, 2))
    assert (west.value, west.source) == (None, "missing")
    assert police.value is None
    assert found.reading(members, FIRST).coverage == Coverage(1, 3, 1)
    assert found.reading(by_code["learning_models.family.registered"], FIRST, tree.police.code) is None
    found, by_code = grid(tree.west, [FIRST], [MEMBERS])
    third = found.reading(by_code[MEMBERS], FIRST, tree.third.code)
    assert (third.value, third.source) == (None, "no_data")


def test_accepted_values_outlast_changes_of_figures_and_areas(tree, opened, write, area):
    for unit in (tree.first, tree.second, tree.third):
        write(unit, {MEMBERS: 50})
        area(unit, population=1000)
    for unit in (tree.first, tree.second, tree.third, tree.east, tree.west, tree.province):
        accept(unit, FIRST)
    before, by_code = grid(tree.province, [FIRST], [MEMBERS, RATE], every_level=True)
    assert before.reading(by_code[RATE], FIRST, tree.first.code).value == Decimal("5.00")
    assert not before.last.is_provisional
    Figure.objects.update(declared=99)
    AreaStatistics.objects.update(population=7)
    after, _ = grid(tree.province, [FIRST], [MEMBERS, RATE], every_level=True)
    assert after.readings == before.readings
    assert all(reading.is_accepted for key, reading in after.readings.items() if key[2] != tree.police.code)
    direct, _ = grid(tree.province, [FIRST], [MEMBERS, RATE])
    assert direct.readings.items() <= before.readings.items()


def test_only_the_same_units_are_compared(tree, opened, write):
    open_round(root=tree.province, quarter=SECOND, due_on=date(2022, 7, 5), user=None)
    write(tree.first, {MEMBERS: 50})
    write(tree.third, {MEMBERS: 10}, SECOND)
    found, by_code = grid(tree.province, [FIRST, SECOND], [MEMBERS])
    # One district each time, but another one.
    assert not found.is_comparable(by_code[MEMBERS], SECOND, FIRST)
    write(tree.first, {MEMBERS: 60}, SECOND)
    write(tree.third, {MEMBERS: 10})
    found, by_code = grid(tree.province, [FIRST, SECOND], [MEMBERS])
    assert found.is_comparable(by_code[MEMBERS], SECOND, FIRST)
    assert not found.is_comparable(by_code[MEMBERS], SECOND, Quarter(2021, 4))


def test_a_unit_that_came_in_later_has_no_reading_before(tree, opened, write):
    plant("A.M", "Hội Khuyến học huyện Mới", "district", tree.province, established_on=date(2022, 4, 1))
    open_round(root=tree.province, quarter=SECOND, due_on=date(2022, 7, 5), user=None)
    found, by_code = grid(tree.province, [FIRST, SECOND], [MEMBERS])
    assert found.reading(by_code[MEMBERS], FIRST, "A.M") is None
    assert found.reading(by_code[MEMBERS], SECOND, "A.M").value is None
    assert [unit.label.code for unit in found.direct_units] == ["A.D", "A.M", "A.T", "A.CA"]


def test_who_handed_in_is_counted_at_and_below_every_unit(tree, opened):
    Report.objects.filter(organization__in=[tree.first, tree.second]).update(status="submitted")
    found, _ = grid(tree.province, [FIRST], [MEMBERS], reports=True)
    east = found.last.handed_in["A.D"]
    assert (east.state, east.handed_in, east.expected) == ("overdue", 2, 3)
    assert found.last.handed_in["A.CA"].expected == 1


def test_the_number_of_queries_depends_on_neither_units_nor_quarters(tree, opened, write):
    def queries(quarters, *codes):
        with CaptureQueriesContext(connection) as captured:
            grid(tree.province, quarters, [MEMBERS, RATE, *codes], reports=True, every_level=True)
        return len(captured)

    few, with_register = queries([FIRST]), queries([FIRST], "organizations.communes")
    for number in range(10):
        plant(f"A.H{number}", f"Hội Khuyến học huyện {number}", "district", tree.province)
    for quarter in (FIRST, SECOND, Quarter(2022, 3)):
        open_round(root=tree.province, quarter=quarter, due_on=quarter.next.first_day, user=None)
    # A register is asked once for every quarter that is still open.
    Report.objects.exclude(round__quarter=FIRST).update(status=Report.Status.SUBMITTED)
    assert queries([FIRST, SECOND, Quarter(2022, 3)]) == few
    assert queries([FIRST], "organizations.communes") == with_register


def test_without_an_opened_quarter_there_is_no_grid(tree, opened):
    with pytest.raises(ValidationError, match="Chưa mở kỳ báo cáo"):
        grid(tree.province, [Quarter(2020, 1)], [MEMBERS])
