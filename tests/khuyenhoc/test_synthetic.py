"""The synthetic province is repeatable and sound."""

from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from funds import integrity as funds
from funds.models import Entry
from learning_models import integrity as learning_models
from learning_models.models import Registrant, Registration
from members.models import Member, Membership
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


def test_members_live_in_branches_and_their_spells_are_sound(db, capsys):
    make(capsys, units=300, members=3000, quarters=1)
    assert Member.objects.count() == 3000
    assert set(Member.objects.values_list("organization__level", flat=True)) == {"branch"}
    assert Member.objects.filter(active=True).count() == Membership.objects.open().count() < 3000
    one_after_another = Membership.objects.order_by("member", F("left_on").asc(nulls_last=True))
    spells = [(row.member_id, row.joined_on, row.left_on) for row in one_after_another]
    for (member, _, left), (next_member, joined, _) in pairwise(spells):
        assert member != next_member or left <= joined
    assert Member.objects.search("nguyen an").exists()
    assert Member.history.count() == 3000


def test_the_same_seed_gives_the_same_province(db, capsys):
    make(capsys, units=60, members=600, quarters=1, code="X", seed=5)
    make(capsys, units=60, members=600, quarters=1, code="Y", seed=5)

    def figures(code):
        figures = Figure.objects.filter(report__round__root__code=code)
        return list(figures.order_by("report_id", "indicator_id").values_list("indicator", "declared"))

    assert figures("X") == figures("Y") != []


def test_families_register_year_after_year_and_their_titles_are_sound(db, capsys):
    out = make(capsys, units=300, members=10, quarters=1, families=600, years=3)
    assert "600 gia đình" in out
    assert Registrant.objects.count() == Registrant.history.count() == 600
    assert Registration.objects.count() == Registration.history.count() > 1500
    assert set(Registration.objects.values_list("year", flat=True)) == {2020, 2021, 2022}
    assert set(Registration.objects.filter(year=2022).values_list("status", flat=True)) == {"registered"}
    assert Registrant.objects.search("nguyen an").exists()
    assert list(learning_models.find_faults()) == []
    first = Registrant.objects.order_by("pk").first()
    before = (first.identity, first.search, first.sort_key)
    first.derive()
    assert (first.identity, first.search, first.sort_key) == before


@pytest.mark.parametrize("units", [1, 2, 3, 7])
def test_the_smallest_provinces_work(db, capsys, units):
    make(capsys, units=units, members=10, quarters=1, families=5)
    assert Organization.objects.count() == units


def test_a_taken_code_and_bad_numbers_are_refused(db, capsys):
    make(capsys, units=1, members=0, quarters=1)
    with pytest.raises(CommandError, match="Đã có đơn vị"):
        make(capsys, units=1, members=0, quarters=1)
    with pytest.raises(CommandError, match="phải từ 1"):
        make(capsys, units=0, code="Z")
    with pytest.raises(CommandError, match="quý 5"):
        make(capsys, units=1, code="Z", until="2022-Q5")
    assert Organization.objects.count() == 1


def test_ledgers_are_sound_and_the_same_for_the_same_seed(db, capsys):
    facts = {"units": 60, "members": 10, "quarters": 1, "entries": 301, "years": 2, "seed": 5}
    assert "301 bút toán" in make(capsys, **facts, code="X")
    make(capsys, **facts, code="Y")

    def entries(code):
        found = Entry.objects.filter(fund__organization__code__startswith=code).exclude(number=None).order_by("pk")
        return list(found.values_list("direction", "number", "date", "amount", "category"))

    assert entries("X") == entries("Y")
    assert len(entries("X")) == 301
    assert list(funds.find_faults()) == []
