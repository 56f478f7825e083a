"""The State's units from a spreadsheet: another province in any order, corrections, and what is refused."""

import io
import random
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from organizations.models import AdministrativeSuccession, AdministrativeUnit, Organization
from spreadsheets.kinds import kinds_of
from spreadsheets.services import apply_spreadsheet, check_spreadsheet

KIND = "administrative_units"
SHIPPED = "organizations/data/administrative_units.csv"
HEADER = "code,name,tier,parent_code,valid_from,valid_to,successor_codes"
JUNE, JULY = date(2025, 6, 30), date(2025, 7, 1)
ROWS = [
    "88,Tỉnh An Bình,province,,,,",
    "888,Huyện Đông Sơn,district,88,,30/06/2025,",
    "88801,Xã Ánh Dương,commune,888,,30/06/2025,88801",
    '88802,Xã Bình Minh,"xã, phường, thị trấn",888,,30/06/2025,"88801, 88803"',
    "88801,Xã Đông Sơn,commune,88,01/07/2025,,",
    "88803,Phường Bình Minh,commune,88,01/07/2025,,",
]


def take(rows, user, header=HEADER, **options):
    file = io.BytesIO("\n".join([header, *rows]).encode())
    return apply_spreadsheet(kind=KIND, file=file, name="a.csv", user=user, **options)


def reasons(checked):
    return [(error["line"], error["column"], error["reason"]) for error in checked.errors()]


def unit(code, valid_from=None):
    return AdministrativeUnit.objects.get(code=code, valid_from=valid_from)


@pytest.fixture
def province(cast):
    """Another province, as stored; the administrator for the next import."""
    assert take(ROWS, cast.administrator).counts["new"] == len(ROWS)
    return cast.administrator


@pytest.mark.parametrize("seed", range(4))
def test_another_province_comes_in_any_order(cast, seed):
    rows = list(ROWS)
    random.Random(seed).shuffle(rows)
    checked = take(rows, cast.administrator)
    assert (checked.counts["new"], reasons(checked)) == (6, [])
    assert unit("88801").parent == unit("888")
    assert unit("88801", JULY).parent == unit("88") == unit("888").parent
    assert {each.name for each in unit("88802").successors.all()} == {"Xã Đông Sơn", "Phường Bình Minh"}
    assert [each.name for each in unit("88801").successors.all()] == ["Xã Đông Sơn"]
    entry = unit("88801").history.get()
    assert (entry.history_user, entry.history_change_reason) == (cast.administrator, "Nhập từ a.csv")
    entry = AdministrativeSuccession.objects.get(predecessor__name="Xã Ánh Dương").history.get()
    assert (entry.history_type, entry.history_user) == ("+", cast.administrator)
    assert take(rows, cast.administrator).counts["unchanged"] == 6


def test_the_shipped_file_changes_nothing(cast, capsys):
    for _ in range(2):
        call_command("import_spreadsheet", KIND, SHIPPED, "--user", "administrator", "--save")
        assert "0 mới, 0 thay đổi, 497 không đổi, 0 bị từ chối" in capsys.readouterr().out
    assert AdministrativeUnit.history.count() == 0


def test_the_shipped_file_fills_an_empty_catalogue_as_the_migration_does(cast):
    def stored():
        units = AdministrativeUnit.objects.values_list("code", "name", "tier", "parent__name", "valid_from", "valid_to")
        links = AdministrativeSuccession.objects.values_list(
            "predecessor__code", "predecessor__name", "successor__code", "successor__name"
        )
        return sorted(units, key=str), sorted(links)

    installed = stored()
    AdministrativeSuccession.objects.all().delete()
    for tier in ("commune", "district", "province"):
        AdministrativeUnit.objects.filter(tier=tier).delete()
    with open(SHIPPED, "rb") as file:
        checked = apply_spreadsheet(kind=KIND, file=file, name="a.csv", user=cast.administrator)
    assert checked.counts["new"] == 497
    assert stored() == installed


def test_excel_drops_the_zeros_in_front(cast):
    book = openpyxl.Workbook()
    for row in (
        HEADER.split(","),
        [2, "Tỉnh Hà Giang", "province"],
        [26, "Huyện Đồng Văn", "district", 2],
        [721, "Xã Má Lé", "commune", 26, None, JUNE, 715],
        [715, "Xã Lũng Cú", "commune", 2, JULY],
    ):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    checked = apply_spreadsheet(kind=KIND, file=file, name="a.xlsx", user=cast.administrator)
    assert (checked.counts["new"], reasons(checked)) == (4, [])
    assert (unit("02").name, unit("026").parent, unit("00721").parent) == ("Tỉnh Hà Giang", unit("02"), unit("026"))
    assert [each.code for each in unit("00721").successors.all()] == ["00715"]


def test_a_number_that_could_be_two_parents_is_refused_until_the_zeros_are_there(cast):
    take(["02,Tỉnh Hai,province,,,,", "002,Quận Hai,district,02,,,"], cast.administrator)
    checked = take(["88811,Xã Mới,commune,2,,,"], cast.administrator)
    ((_, column, reason),) = reasons(checked)
    assert (column, "“Tỉnh Hai” (02) hay “Quận Hai” (002)? Hãy ghi đủ các số 0" in reason) == ("parent_code", True)
    take(["88811,Xã Mới,commune,002,,,", "88812,Xã Mới,commune,02,,,"], cast.administrator)
    assert [unit(code).parent.name for code in ("88811", "88812")] == ["Quận Hai", "Tỉnh Hai"]


def test_a_province_and_a_district_of_one_number_are_two_units(cast):
    checked = take(["1,Thành phố Một,province,,,,", "1,Quận Một,district,01,,,"], cast.administrator)
    assert checked.counts["new"] == 2
    assert unit("001").parent == unit("01")


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("88811,Xã Mới,commune,777,,,", "parent_code", "Không có đơn vị hành chính mã “777”, cả trong danh mục"),
        ("88811,Xã Mới,commune,888,01/07/2025,,", "parent_code", "mã “888” vào ngày 01/07/2025"),
        ("88811,Xã Mới,commune,88801,,,", "parent_code", "xã trực thuộc huyện hoặc tỉnh"),
        ("88811,Xã Mới,commune,,,,", "parent_code", "Chỉ đơn vị cấp tỉnh không trực thuộc"),
        ("889,Huyện Mới,district,888,,30/06/2025,", "parent_code", "huyện trực thuộc tỉnh"),
        ("87,Tỉnh Mới,province,88,,,", "parent_code", "Tỉnh không trực thuộc"),
        ("88811,Xã Mới,commune,888,,,", "parent_code", "chỉ có đến hết 30/06/2025"),
        ("88811,Xã Mới,commune,88,05/07/2025,04/07/2025,", "valid_to", "từ ngày đầu tiên 05/07/2025"),
        (
            "88801,Xã Khác,commune,888,01/01/2025,30/06/2025,",
            "valid_from",
            "mã của “Xã Ánh Dương” trong cùng thời gian",
        ),
        ("88803,Xã Khác,commune,88,,,", "valid_from", "mã của “Phường Bình Minh” trong cùng thời gian"),
        ("88811,Xã Mới,commune,888,,30/06/2025,88888", "successor_codes", "mã “88888” vào ngày 01/07/2025"),
        ("88811,Xã Mới,commune,888,,30/06/2025,88", "successor_codes", "phải cùng cấp"),
        ("88811,Xã Mới,commune,888,,29/06/2025,88803", "successor_codes", "vào ngày 30/06/2025"),
        ("88811,Xã Mới,commune,88,,,88803", "successor_codes", "phải ghi ngày cuối cùng"),
        ("88811,Xã Mới,commune,888,,30/06/2025,88811", "successor_codes", "mã “88811” vào ngày 01/07/2025"),
        ("888111,Xã Mới,commune,88,,,", "code", "gồm 5 chữ số"),
        ("8881x,Xã Mới,commune,88,,,", "code", "gồm 5 chữ số"),
        ("88811,Xã Mới,ấp,88,,,", "tier", "không có trong danh mục"),
        ("88811,,commune,88,,,", "name", "còn trống"),
    ],
)
def test_a_wrong_row_is_refused_in_words(province, row, column, words):
    before = AdministrativeUnit.objects.count()
    found = reasons(take([row], province))
    assert [(line, where) for line, where, _ in found] == [(2, column)]
    assert words in found[0][2]
    assert AdministrativeUnit.objects.count() == before


def test_units_that_succeed_each_other_in_a_circle_are_refused(province):
    rows = ["88811,Xã Một,commune,888,,30/06/2025,88812", "88812,Xã Hai,commune,888,,30/06/2025,88811"]
    checked = take(rows, province)
    assert checked.counts["refused"] == 2
    assert all("vào ngày 01/07/2025" in reason for _, _, reason in reasons(checked))


def test_what_hangs_on_a_refused_row_is_refused_with_it(province):
    rows = [
        "88811,Xã Một,commune,889,,,",
        "889,Huyện Mới,district,777,,,",
        "88812,Xã Hai,commune,888,,30/06/2025,88813",
        "88813,Xã Ba,commune,777,01/07/2025,,",
        "88814,Xã Tốt,commune,88,01/07/2025,,",
    ]
    checked = take(rows, province, partial=True)
    assert [line for line, _, _ in reasons(checked)] == [2, 3, 4, 5]
    assert unit("88814", JULY).name == "Xã Tốt"


def test_both_new_units_of_one_code_in_one_time_are_refused(province):
    rows = ["88811,Xã Một,commune,88,01/07/2025,,", "88811,Xã Hai,commune,88,01/08/2025,,"]
    assert [where for _, where, _ in reasons(take(rows, province))] == ["valid_from", "valid_from"]


def test_a_changed_row_corrects_and_says_what(province):
    rows = ['88801,Xã Bình Dương,commune,888,,30/06/2025,"88801,88803"']
    checked = take(rows, province)
    assert checked.rows[0].changes == [
        ("name", "Xã Ánh Dương", "Xã Bình Dương"),
        ("successor_codes", "88801", "88801, 88803"),
    ]
    assert unit("88801").name == "Xã Bình Dương"
    assert unit("88801").successors.count() == 2
    checked = take(["88801,Xã Bình Dương,commune,888,,30/06/2025,88803"], province)
    assert checked.counts["changed"] == 1
    assert [each.name for each in unit("88801").successors.all()] == ["Phường Bình Minh"]
    dropped = AdministrativeSuccession.history.filter(predecessor=unit("88801"), successor=unit("88801", JULY))
    assert [(entry.history_type, entry.history_user) for entry in dropped.order_by("pk")] == [
        ("+", province),
        ("-", province),
    ]


def test_a_unit_moves_under_a_parent_that_comes_with_it(province):
    checked = take(
        ["887,Huyện Tây Hồ,district,88,,30/06/2025,", "88801,Xã Ánh Dương,commune,887,,30/06/2025,88801"], province
    )
    assert (checked.counts["new"], checked.counts["changed"]) == (1, 1)
    assert checked.rows[1].changes == [("parent_code", "“Huyện Đông Sơn” (888)", "“Huyện Tây Hồ” (887)")]
    assert unit("88801").parent.name == "Huyện Tây Hồ"


def test_omitted_columns_leave_values_alone(province):
    checked = take(["88801,Xã Bình Dương,commune"], province, "code,name,tier")
    assert checked.counts["changed"] == 1
    commune = unit("88801")
    assert (commune.name, commune.parent, commune.valid_to) == ("Xã Bình Dương", unit("888"), JUNE)
    assert commune.successors.count() == 1


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("888,Huyện Đông Sơn,district,29/06/2025", "valid_to", "Không hợp với “Xã "),
        ("88801,Xã Ánh Dương,commune,28/06/2025", "Mã đơn vị kế tiếp", "không có vào ngày 29/06/2025"),
    ],
)
def test_an_end_is_refused_that_leaves_others_behind(province, row, column, words):
    ((_, where, reason),) = reasons(take([row], province, "code,name,tier,valid_to"))
    assert (where, words in reason) == (column, True)


def test_a_successor_may_not_end_before_it_succeeds(province):
    rows = ["88821,Xã Cũ,commune,888,,31/01/2025,88822", "88822,Xã Còn Lại,commune,888,,30/06/2025,"]
    assert take(rows, province).counts["new"] == 2
    ((_, where, reason),) = reasons(take(["88822,Xã Còn Lại,commune,888,,30/01/2025,"], province))
    assert (where, "Không hợp với “Xã Cũ” (88821)" in reason) == ("valid_to", True)


def test_only_a_superuser_brings_units_in(cast, client):
    with pytest.raises(ValidationError, match="không có quyền nhập bảng “Đơn vị hành chính”"):
        take(ROWS, cast.manager)
    assert KIND not in kinds_of(cast.manager)
    assert KIND in kinds_of(cast.administrator)
    client.force_login(cast.manager)
    address = reverse("spreadsheets:kind_template", args=[KIND])
    assert client.get(address).status_code == 403
    client.force_login(cast.administrator)
    assert client.get(address).status_code == 200


def test_the_catalogue_is_no_units_own(cast):
    with pytest.raises(ValidationError, match="không thuộc riêng đơn vị nào"):
        take(ROWS, cast.administrator, organization=cast.province)
    assert not AdministrativeUnit.objects.filter(code="88").exists()


@pytest.mark.parametrize("number", [10, 300])
def test_the_number_of_queries_does_not_grow_with_the_rows(cast, django_assert_max_num_queries, number):
    rows = [f"{10_000 + each},Xã {each},commune,14,01/07/2025,," for each in range(number)]
    rows += [f"{20_000 + each},Xã {each},commune,116,,30/06/2025,{10_000 + each}" for each in range(number)]
    with django_assert_max_num_queries(24):
        assert take(rows, cast.administrator).counts["new"] == 2 * number


def test_units_of_the_association_find_the_imported_ones(province):
    file = io.BytesIO(b"code,name,level,parent_code,administrative_code\nX,X,province,,88\n")
    apply_spreadsheet(kind="organizations", file=file, name="a.csv", user=province)
    assert Organization.objects.get(code="X").territory == unit("88")


def test_checking_writes_nothing(cast):
    file = io.BytesIO("\n".join([HEADER, *ROWS]).encode())
    assert check_spreadsheet(kind=KIND, file=file, name="a.csv", user=cast.administrator).counts["new"] == 6
    assert not AdministrativeUnit.objects.filter(code="88").exists()
