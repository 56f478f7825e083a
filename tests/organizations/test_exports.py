"""The lists of units and of their areas."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from organizations.exports import AreaStatisticsExport, OrganizationExport
from organizations.models import AreaStatistics
from organizations.tree import dissolve_organization


def keys(export):
    return [tuple(row[:2]) for row in export.values()]


def test_units_of_today_or_all_in_the_order_of_the_tree(cast):
    dissolve_organization(
        organization=cast.second, on=timezone.localdate() - timedelta(days=1), user=None, reason="Sáp nhập"
    )
    codes = [code for code, _ in keys(OrganizationExport(user=cast.district_manager))]
    assert codes == ["A.D", "A.D.1", "A.D.1.1"]
    everything = OrganizationExport(user=cast.district_manager, choices={"status": "all"})
    assert [code for code, _ in keys(everything)] == ["A.D", "A.D.1", "A.D.1.1", "A.D.2"]
    assert everything.describe() == ["cả đơn vị đã giải thể"]


def test_a_unit_and_what_is_below_it(cast):
    codes = [code for code, _ in keys(OrganizationExport(user=cast.manager, organization=cast.first))]
    assert codes == ["A.D.1", "A.D.1.1"]
    assert keys(OrganizationExport(user=cast.secretary, organization=cast.second)) == []


@pytest.mark.parametrize(("choices", "years"), [({}, [2021, 2020]), ({"year": 2020}, [2020])])
def test_areas_of_every_year_or_one_without_inventing_zeros(cast, choices, years):
    for year in (2020, 2021):
        AreaStatistics.objects.create(organization=cast.first, year=year, population=0)
    AreaStatistics.objects.create(organization=cast.second, year=2020)
    export = AreaStatisticsExport(user=cast.secretary, choices=choices)
    assert keys(export) == [("A.D.1", year) for year in years]
    first = next(iter(export.values()))
    assert first[2:4] == [0, None]


def test_days_come_as_days(cast):
    dissolve_organization(organization=cast.third, on=date(2025, 6, 30), user=None, reason="Sáp nhập")
    export = OrganizationExport(user=cast.manager, organization=cast.third, choices={"status": "all"})
    (row,) = export.values()
    assert date(2025, 6, 30) in row
