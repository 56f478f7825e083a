"""The State's units that every installation has: how many on which day, and what became of each."""

import unicodedata
from collections import Counter, defaultdict
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from organizations.administrative import provinces, units_below
from organizations.models import AdministrativeSuccession, AdministrativeUnit
from organizations.models.areas import parent_fault, succession_fault

install = import_module("organizations.migrations.0004_administrative_units").install

SON_LA, DIEN_BIEN = "14", "11"
BEFORE, MERGED, TWO_TIERS = date(2022, 3, 31), date(2025, 2, 1), date(2025, 7, 1)
LAST_OF_DISTRICTS, LAST_OF_204 = date(2025, 6, 30), date(2025, 1, 31)
PREFIXES = {
    "province": ("Tỉnh ",),
    "district": ("Huyện ", "Thành phố ", "Thị xã "),
    "commune": ("Xã ", "Phường ", "Thị trấn "),
}

pytestmark = pytest.mark.django_db


def of(province, day, tier="commune"):
    units = AdministrativeUnit.objects.on(day).filter(tier=tier).select_related("parent")
    return units.filter(parent__code=province) | units.filter(parent__parent__code=province)


def first_words(units):
    return Counter("Thị trấn" if unit.name.startswith("Thị trấn") else unit.name.split()[0] for unit in units)


@pytest.mark.parametrize(
    ("province", "day", "districts", "communes", "kinds"),
    [
        (SON_LA, BEFORE, 12, 204, {"Xã": 188, "Phường": 7, "Thị trấn": 9}),
        (SON_LA, LAST_OF_204, 12, 204, {"Xã": 188, "Phường": 7, "Thị trấn": 9}),
        (SON_LA, MERGED, 12, 200, {"Xã": 177, "Phường": 15, "Thị trấn": 8}),
        (SON_LA, LAST_OF_DISTRICTS, 12, 200, {"Xã": 177, "Phường": 15, "Thị trấn": 8}),
        (SON_LA, TWO_TIERS, 0, 75, {"Xã": 67, "Phường": 8}),
        (DIEN_BIEN, BEFORE, 10, 129, {"Xã": 115, "Phường": 9, "Thị trấn": 5}),
        (DIEN_BIEN, LAST_OF_DISTRICTS, 10, 129, {"Xã": 115, "Phường": 9, "Thị trấn": 5}),
        (DIEN_BIEN, TWO_TIERS, 0, 45, {"Xã": 42, "Phường": 3}),
    ],
)
def test_each_day_has_the_official_number_of_units(province, day, districts, communes, kinds):
    assert of(province, day, "district").count() == districts
    assert len(of(province, day)) == communes
    assert first_words(of(province, day)) == kinds


def test_both_provinces_last():
    assert [(unit.code, unit.name, unit.valid_from, unit.valid_to) for unit in provinces(BEFORE)] == [
        ("11", "Tỉnh Điện Biên", None, None),
        ("14", "Tỉnh Sơn La", None, None),
    ]
    assert provinces(TWO_TIERS) == provinces(BEFORE)


def test_names_and_codes_are_written_as_the_state_writes_them():
    units = AdministrativeUnit.objects.all()
    assert len(units) == 497
    for unit in units:
        assert unit.name.startswith(PREFIXES[unit.tier]), unit.name
        assert unit.name == unicodedata.normalize("NFC", unit.name) == " ".join(unit.name.split())
        assert len(unit.code) == AdministrativeUnit.CODE_LENGTHS[unit.tier]
        assert unit.name.split()[-1][0].isupper(), unit.name


def test_every_unit_fits_its_parent_its_code_and_its_successors():
    bearers = defaultdict(list)
    for unit in AdministrativeUnit.objects.select_related("parent"):
        assert parent_fault(unit, unit.parent) is None, unit
        bearers[unit.code].append(unit)
    for units in bearers.values():
        assert not any(one.overlaps(other) for one in units for other in units if one != other)
    for link in AdministrativeSuccession.objects.select_related("predecessor", "successor"):
        assert succession_fault(link.predecessor, link.successor) is None, link


@pytest.mark.parametrize(("province", "old", "new"), [(SON_LA, 200, 75), (DIEN_BIEN, 129, 45)])
def test_no_commune_was_split_on_1_july_2025(province, old, new):
    ended = of(province, LAST_OF_DISTRICTS).prefetch_related("successors")
    assert [len(unit.successors.all()) for unit in ended] == [1] * old
    begun = of(province, TWO_TIERS).prefetch_related("predecessors")
    assert len(begun) == new
    assert all(unit.predecessors.all() for unit in begun)
    assert sum(len(unit.predecessors.all()) for unit in begun) == old
    assert {unit.parent.code for unit in begun} == {province}


@pytest.mark.parametrize(("province", "number"), [(SON_LA, 1), (DIEN_BIEN, 8)])
def test_few_new_communes_straddle_two_old_districts(province, number):
    begun = of(province, TWO_TIERS).prefetch_related("predecessors")
    straddling = [unit for unit in begun if len({old.parent_id for old in unit.predecessors.all()}) > 1]
    assert len(straddling) == number
    if province == SON_LA:
        assert [unit.name for unit in straddling] == ["Xã Chiềng Sơn"]


@pytest.mark.parametrize(("province", "number"), [(SON_LA, 21), (DIEN_BIEN, 24)])
def test_present_communes_carry_codes_of_old_ones_with_other_names(province, number):
    old = {unit.code: unit.name for unit in of(province, LAST_OF_DISTRICTS)}
    new = {unit.code: unit.name for unit in of(province, TWO_TIERS)}
    assert new.keys() <= old.keys()
    assert sum(old[code] != name for code, name in new.items()) == number


def test_a_code_says_nothing_without_a_day():
    carrying = AdministrativeUnit.objects.carrying
    assert [carrying("03646", day).name for day in (BEFORE, LAST_OF_DISTRICTS, TWO_TIERS)] == [
        "Phường Chiềng Lề",
        "Phường Chiềng Lề",
        "Phường Tô Hiệu",
    ]
    assert [carrying("03910", day).name for day in (LAST_OF_204, MERGED, TWO_TIERS)] == [
        "Xã Quang Huy",
        "Thị trấn Quang Huy",
        "Xã Phù Yên",
    ]
    # Whoever bore the code last answers for the time afterwards.
    assert carrying("116", TWO_TIERS).name == "Thành phố Sơn La"
    assert carrying("03913", TWO_TIERS).name == "Xã Huy Bắc"
    assert carrying("99999", TWO_TIERS) is None


@pytest.mark.parametrize(
    ("old", "successors"),
    [
        ("Xã Tân Lập", {"Xã Tân Yên"}),
        ("Xã Tân Hợp", {"Xã Tân Yên"}),
        ("Xã Quy Hướng", {"Xã Đoàn Kết"}),
        ("Thị trấn Phù Yên", {"Thị trấn Quang Huy"}),
        ("Xã Huy Bắc", {"Thị trấn Quang Huy", "Xã Huy Hạ"}),
        ("Xã Quang Huy", {"Thị trấn Quang Huy", "Xã Suối Tọ"}),
        ("Xã Phổng Lăng", {"Xã Phổng Ly", "Thị trấn Thuận Châu"}),
        ("Huyện Mộc Châu", {"Thị xã Mộc Châu"}),
        ("Thị trấn Nông trường Mộc Châu", {"Phường Thảo Nguyên", "Phường Bình Minh", "Phường Cờ Đỏ"}),
    ],
)
def test_the_changes_of_1_february_2025_are_known(old, successors):
    unit = AdministrativeUnit.objects.get(name=old, valid_to=LAST_OF_204)
    assert {each.name for each in unit.successors.all()} == successors


def test_on_1_february_2025_every_ended_unit_has_a_successor_and_the_rest_goes_on():
    ended = AdministrativeUnit.objects.filter(valid_to=LAST_OF_204).prefetch_related("successors")
    assert Counter(unit.tier for unit in ended) == {"commune": 23, "district": 1}
    assert all(unit.successors.all() for unit in ended)
    begun = AdministrativeUnit.objects.filter(valid_from=MERGED).prefetch_related("predecessors")
    assert Counter(unit.tier for unit in begun) == {"commune": 19, "district": 1}
    assert all(unit.predecessors.all() for unit in begun)
    going_on = AdministrativeUnit.objects.get(code="03928", valid_from=None)
    assert (going_on.name, going_on.valid_to) == ("Xã Huy Hạ", LAST_OF_DISTRICTS)


def test_districts_end_without_a_successor():
    ended = AdministrativeUnit.objects.filter(tier="district", valid_to=LAST_OF_DISTRICTS)
    assert ended.count() == 22
    assert not ended.filter(successors__isnull=False).exists()


def test_the_tree_of_a_day_is_in_vietnamese_order(django_assert_num_queries):
    province = AdministrativeUnit.objects.get(code=SON_LA)
    with django_assert_num_queries(1):
        districts = units_below(province, BEFORE)
        assert [area.unit.name for area in districts][:3] == ["Huyện Bắc Yên", "Huyện Mai Sơn", "Huyện Mộc Châu"]
        assert sum(len(area.below) for area in districts) == 204
        city = next(area for area in districts if area.unit.name == "Thành phố Sơn La")
    assert [area.unit.name for area in city.below][:5] == [
        "Phường Chiềng An", "Phường Chiềng Cơi", "Phường Chiềng Lề", "Phường Chiềng Sinh", "Phường Quyết Tâm",
    ]  # fmt: skip
    with django_assert_num_queries(1):
        communes = units_below(province, TWO_TIERS)
    assert (len(communes), any(area.below for area in communes)) == (75, False)
    assert [area.unit.name for area in units_below(province, MERGED)][-1] == "Thị xã Mộc Châu"


def test_a_commune_whose_district_has_gone_stands_below_the_province():
    province = AdministrativeUnit.objects.get(code=SON_LA)
    lost = AdministrativeUnit.objects.get(code="03646", valid_from=None)
    AdministrativeUnit.objects.filter(pk=lost.pk).update(valid_to=None)
    assert lost in [area.unit for area in units_below(province, TWO_TIERS)]


def test_installing_again_adds_only_what_is_missing():
    before = AdministrativeUnit.objects.count(), AdministrativeSuccession.objects.count()
    install(apps, None)
    assert (AdministrativeUnit.objects.count(), AdministrativeSuccession.objects.count()) == before
    AdministrativeUnit.objects.get(code="03751").delete()
    install(apps, None)
    assert (AdministrativeUnit.objects.count(), AdministrativeSuccession.objects.count()) == before
    assert {unit.name for unit in AdministrativeUnit.objects.get(code="03751").successors.all()} == {
        "Xã Phổng Ly",
        "Thị trấn Thuận Châu",
    }
