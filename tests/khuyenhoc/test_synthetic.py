"""The synthetic province is repeatable and sound."""

import pytest
from django.core.management import CommandError, call_command

from organizations.models import Organization
from organizations.soundness import find_faults
from reports.models import Figure, Report


def make(capsys, **options):
    call_command("make_province", **options)
    return capsys.readouterr().out


def test_a_province_has_as_many_units_as_asked_for(db, capsys):
    out = make(capsys, units=300, members=3000, quarters=2)
    assert out.startswith("300 đơn vị")
    assert Organization.objects.count() == 300
    assert Report.objects.count() == 2 * Organization.objects.filter(reports_quarterly=True).count()
    assert find_faults() == []


def test_the_same_seed_gives_the_same_province(db, capsys):
    make(capsys, units=60, members=600, quarters=1, code="X", seed=5)
    make(capsys, units=60, members=600, quarters=1, code="Y", seed=5)

    def figures(code):
        figures = Figure.objects.filter(report__round__root__code=code)
        return list(figures.order_by("report_id", "indicator_id").values_list("indicator", "declared"))

    assert figures("X") == figures("Y") != []


@pytest.mark.parametrize("units", [1, 2, 3, 7])
def test_the_smallest_provinces_work(db, capsys, units):
    make(capsys, units=units, members=10, quarters=1)
    assert Organization.objects.count() == units


def test_a_taken_code_and_bad_numbers_are_refused(db, capsys):
    make(capsys, units=1, quarters=1)
    with pytest.raises(CommandError, match="Đã có đơn vị"):
        make(capsys, units=1, quarters=1)
    with pytest.raises(CommandError, match="phải từ 1"):
        make(capsys, units=0, code="Z")
    with pytest.raises(CommandError, match="quý 5"):
        make(capsys, units=1, code="Z", until="2022-Q5")
    assert Organization.objects.count() == 1
