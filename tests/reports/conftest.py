"""Short ways to open a round and to write figures down."""

from datetime import date

import pytest

from core.periods import Quarter
from organizations.models import AreaStatistics
from reports.models import Figure, Indicator, Report
from reports.services import open_round
from tests.chain import appoint_reviewers


@pytest.fixture
def quarter():
    return Quarter(2022, 1)


@pytest.fixture
def opened(tree, quarter):
    """Quarter I/2022 opened in province A."""
    return open_round(root=tree.province, quarter=quarter, due_on=date(2022, 4, 5), user=None)[0]


@pytest.fixture
def write(db):
    """write(unit, {"members.total": 5}, quarter=…): None is explicit no data; total=True declares totals."""

    def write(unit, values, quarter=None, *, total=False):
        quarter = quarter or Quarter(2022, 1)
        report = Report.objects.get(organization=unit, round__quarter=quarter)
        for code, value in values.items():
            figure, _ = Figure.objects.get_or_create(report=report, indicator=Indicator.objects.get(code=code))
            if total:
                figure.declared_total = value
            else:
                figure.declared, figure.no_data = value, value is None
            figure.save()

    return write


@pytest.fixture
def area(db):
    """area(unit, 2022, population=1000) writes a row of area statistics."""

    def area(unit, year=2022, **columns):
        return AreaStatistics.objects.update_or_create(organization=unit, year=year, defaults=columns)[0]

    return area


@pytest.fixture
def people(cast, opened):
    """The cast with reviewers at a district and at a commune, quarter I/2022 being open."""
    return appoint_reviewers(cast)
