"""Units, areas and appointments from spreadsheets: what is taken, what is refused, and why."""

import io
import random
from datetime import date

import pytest

from accounts.models import User
from khuyenhoc.roles import MAY_APPOINT, ROLE_PERMISSIONS
from organizations.models import Appointment, AreaStatistics, Organization, OrganizationSpell
from organizations.soundness import find_faults
from organizations.spells import tree_on
from organizations.tree import dissolve_organization, rename_organization
from spreadsheets.services import apply_spreadsheet, check_spreadsheet

BY = {"user": None, "reason": "thử"}
UNIT = "code,name,level,parent_code"


def take(kind, text, user, **options):
    return apply_spreadsheet(kind=kind, file=io.BytesIO(text.encode()), name="a.csv", user=user, **options)


def check(kind, text, user, **options):
    return check_spreadsheet(kind=kind, file=io.BytesIO(text.encode()), name="a.csv", user=user, **options)


def units(rows, user, header=UNIT, **options):
    return take("organizations", "\n".join([header, *rows]), user, **options)


def reasons(checked):
    return [(error["line"], error["column"], error["reason"]) for error in checked.errors()]


def refusal(checked):
    """The only reason, when one row is refused for one."""
    ((_, _, reason),) = reasons(checked)
    return reason


def test_children_may_come_before_their_parents(cast):
    checked = units(
        ["A.D.9.1,Chi hội bản Trên,branch,A.D.9", "A.D.9,Hội Khuyến học xã Mới,cấp xã,A.D"],
        cast.manager,
    )
    assert (checked.counts["new"], checked.counts["refused"]) == (2, 0)
    branch = Organization.objects.get(code="A.D.9.1")
    assert branch.parent.code == "A.D.9"
    assert (branch.kind, branch.form, branch.reports_quarterly) == ("village", "chi_hoi", False)
    commune = branch.parent
    assert (commune.kind, commune.form, commune.reports_quarterly) == ("territorial", "hoi", True)
    assert commune.history.first().history_change_reason == "Nhập từ a.csv"
    assert commune.history.first().history_user == cast.manager
    assert find_faults() == []


def test_an_affiliated_unit_without_a_kind_is_an_agency(cast):
    units(["A.X,Hội Khuyến học Sở,affiliated,A"], cast.manager)
    assert Organization.objects.get(code="A.X").kind == "agency"


def test_a_checked_file_writes_nothing(cast):
    before = Organization.objects.count()
    checked = check("organizations", f"{UNIT}\nA.D.9,Hội Khuyến học xã Mới,commune,A.D\n", cast.manager)
    assert checked.counts["new"] == 1
    assert Organization.objects.count() == before


def test_the_same_file_again_changes_nothing(cast):
    rows = ["A.D.9,Hội Khuyến học xã Mới,commune,A.D", "A.D,Hội Khuyến học huyện Đông Sơn,district,A"]
    assert units(rows, cast.manager).counts["new"] == 1
    assert units(rows, cast.manager).counts["unchanged"] == 2


def test_a_changed_row_corrects_the_present_and_moves_no_date(cast):
    checked = units(["A.D.1,Hội Khuyến học xã Ánh Dương Mới,commune,A.T"], cast.manager)
    assert checked.rows[0].changes == [
        ("name", "Hội Khuyến học xã Ánh Dương", "Hội Khuyến học xã Ánh Dương Mới"),
        ("parent_code", "A.D", "A.T"),
    ]
    assert cast.first.spells.count() == 1
    assert tree_on(date(2000, 1, 1))[cast.first.pk].parent_id == cast.west.pk
    assert find_faults() == []


def test_omitted_columns_leave_values_alone_and_empty_cells_clear_them(cast):
    header = "code,name,level,contact_name,contact_phone"
    units(["A.D.1,Hội Khuyến học xã Ánh Dương,commune,Lò Thị Hà,0912"], cast.manager, header)
    units(["A.D.1,Hội Khuyến học xã Ánh Dương,commune,"], cast.manager, "code,name,level,contact_name")
    unit = Organization.objects.get(code="A.D.1")
    assert (unit.parent, unit.contact_name, unit.contact_phone) == (cast.east, "", "0912")


def test_an_empty_kind_of_a_known_unit_stays(cast):
    units(["A.CA,Hội Khuyến học Công an tỉnh,affiliated,"], cast.manager, "code,name,level,kind")
    assert Organization.objects.get(code="A.CA").kind == "armed_forces"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("A.D.9,Xã Mới,commune,KHONG.CO", "parent_code", "Không có đơn vị mã “KHONG.CO” trong phạm vi"),
        ("A.D.9,Xã Mới,commune,B", "parent_code", "Không có đơn vị mã “B” trong phạm vi"),
        ("A.D.9,Xã Mới,commune,", "parent_code", "phải có đơn vị cấp trên"),
        ("C,Hội Khuyến học tỉnh C,province,", "parent_code", "Chỉ quản trị hệ thống"),
        ("A.D.9,Xã Mới,commune,A.D.1", "parent_code", "không thể ở trên"),
        ("A.D.9,Huyện Mới,district,A.CA", "parent_code", "không thể ở trên"),
        ("Xã Mới,Xã Mới,commune,A.D", "code", "Mã chỉ gồm chữ không dấu"),
        ("B.1,Xã Lạ,commune,A.D", "code", "đã có đơn vị khác dùng"),
        ("A.D.9,Xã Mới,xã lớn,A.D", "level", "không có trong danh mục"),
        (f"A.D.9,{'x' * 301},commune,A.D", "name", "dài 301 ký tự"),
        ("A.D.9,,commune,A.D", "name", "còn trống"),
        ("A.D,Hội Khuyến học huyện Đông Sơn,district,A.D.1", "parent_code", "vòng về chính đơn vị này"),
        ("A.D,Hội Khuyến học huyện Đông Sơn,commune,A", "level", "Không hợp với đơn vị trực thuộc"),
    ],
)
def test_a_row_out_of_order_is_refused_in_words(cast, row, column, words):
    before = list(Organization.objects.values_list("pk", "code", "name", "parent", "level", "lft"))
    checked = units([row], cast.manager)
    assert checked.counts["refused"] == 1
    assert [(line, where) for line, where, _ in reasons(checked)] == [(2, column)]
    assert words in refusal(checked)
    assert list(Organization.objects.values_list("pk", "code", "name", "parent", "level", "lft")) == before


def test_the_message_is_the_same_for_a_strangers_unit_and_for_none(cast):
    theirs = refusal(units(["A.D.9,Xã Mới,commune,B.1"], cast.manager)).replace("B.1", "X")
    nobodys = refusal(units(["A.D.9,Xã Mới,commune,B.2"], cast.manager)).replace("B.2", "X")
    assert theirs == nobodys


def test_a_strangers_code_cannot_be_seized(cast):
    checked = units(["A.T.1,Xã của tôi,commune,A.D"], cast.district_manager)
    assert "đã có đơn vị khác dùng" in refusal(checked)
    assert Organization.objects.get(code="A.T.1").name == "Hội Khuyến học xã Cao Sơn"


def test_the_highest_unit_of_the_scope_may_name_its_parent_outside(cast):
    header = f"{UNIT},contact_phone"
    checked = units(["A.D,Hội Khuyến học huyện Đông Sơn,district,A,0912"], cast.district_manager, header)
    assert (checked.counts["changed"], checked.counts["refused"]) == (1, 0)
    assert find_faults() == []


def test_a_unit_cannot_be_moved_out_of_the_scope(cast):
    checked = units(["A.D.1,Hội Khuyến học xã Ánh Dương,commune,A.T"], cast.district_manager)
    assert "Không có đơn vị mã “A.T” trong phạm vi" in refusal(checked)


def test_only_a_superuser_adds_a_province(cast):
    row = "C,Hội Khuyến học tỉnh C,province,"
    assert units([row], cast.administrator).counts["new"] == 1
    assert find_faults() == []


def test_an_import_narrowed_to_a_unit_refuses_rows_outside_it(cast):
    rows = ["A.D.9,Xã Mới,commune,A.D", "A.T.9,Xã Khác,commune,A.T", "A.T.1,Hội Khuyến học xã Cao Sơn,commune,A.T"]
    checked = units(rows, cast.manager, organization=cast.east, partial=True)
    assert [line for line, _, _ in reasons(checked)] == [3, 4]
    assert Organization.objects.filter(code="A.D.9").exists()


def test_a_child_of_a_refused_row_is_refused_with_it(cast):
    checked = units(
        ["A.D.9.1,Chi hội,branch,A.D.9", "A.D.9,Xã Mới,commune,KHONG.CO", "A.D.8,Xã Tốt,commune,A.D"],
        cast.manager,
        partial=True,
    )
    assert [line for line, _, _ in reasons(checked)] == [2, 3]
    assert "Dòng 3 (đơn vị cấp trên) bị từ chối" in reasons(checked)[0][2]
    assert Organization.objects.filter(code="A.D.8").exists()
    assert find_faults() == []


def test_units_that_are_each_others_parent_are_refused(cast):
    checked = units(["X1,Chi hội 1,branch,X2", "X2,Chi hội 2,branch,X1"], cast.manager)
    assert checked.counts["refused"] == 2
    assert "vòng về" in reasons(checked)[0][2]


DATED = f"{UNIT},established_on,dissolved_on"


def test_the_end_may_not_come_before_the_beginning(cast):
    checked = units(["A.D.9,Xã,commune,A.D,05/04/2022,04/04/2022"], cast.manager, DATED)
    assert "phải từ ngày thành lập 05/04/2022" in refusal(checked)


def test_a_child_may_not_outlive_its_parent(cast):
    dissolve_organization(organization=cast.police, on=date(2025, 6, 30), **BY)
    checked = units(["A.CA.1,Chi hội,branch,A.CA,,"], cast.manager, DATED)
    assert "chỉ hoạt động đến hết 30/06/2025" in refusal(checked)
    assert units(["A.CA.1,Chi hội,branch,A.CA,,30/06/2025"], cast.manager, DATED).counts["new"] == 1
    assert find_faults() == []


def test_a_parent_may_not_end_before_its_living_children(cast):
    checked = units(["A.D,Hội Khuyến học huyện Đông Sơn,district,A,,30/06/2025"], cast.manager, DATED)
    assert "Không hợp với đơn vị trực thuộc" in refusal(checked)


def district_with_communes(end):
    return [
        f"A.D,Hội Khuyến học huyện Đông Sơn,district,A,,{end}",
        f"A.D.1,Hội Khuyến học xã Ánh Dương,commune,A.D,,{end}",
        f"A.D.1.1,Chi hội bản Đồi,branch,A.D.1,,{end}",
        f"A.D.2,Hội Khuyến học xã Bình Minh,commune,A.D,,{end}",
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_branch_of_the_tree_ends_and_revives_in_any_order(cast, seed):
    for end in ("30/06/2025", ""):
        rows = district_with_communes(end)
        random.Random(seed).shuffle(rows)
        checked = units(rows, cast.manager, DATED)
        assert (checked.counts["changed"], checked.counts["refused"]) == (4, 0)
        assert find_faults() == []


def test_two_units_may_change_places_in_one_file(cast):
    units(["A.D.1.2,Tổ 2,branch,A.D.1.1"], cast.manager)
    rows = ["A.D.1.1,Chi hội bản Đồi,branch,A.D.1.2", "A.D.1.2,Tổ 2,branch,A.D.1"]
    assert units(rows, cast.manager).counts["changed"] == 2
    assert Organization.objects.get(code="A.D.1.1").parent.code == "A.D.1.2"
    assert find_faults() == []


def test_dates_must_leave_room_for_the_changes_in_between(cast):
    rename_organization(organization=cast.first, name="Hội Khuyến học phường Ánh Dương", on=date(2023, 5, 1), **BY)
    row = "A.D.1,Hội Khuyến học phường Ánh Dương,commune,A.D,01/06/2023,"
    assert "trước lần thay đổi đầu tiên" in refusal(units([row], cast.manager, DATED))
    row = "A.CA,Hội Khuyến học Công an tỉnh,affiliated,A,,01/01/2024"
    rename_organization(organization=cast.police, name="Hội Khuyến học Công an tỉnh", on=date(2024, 5, 1), **BY)
    assert "lần thay đổi cuối cùng" in refusal(units([row], cast.manager, DATED))


def test_an_administrative_code_is_read_on_the_last_day_of_the_unit(cast):
    header = f"{UNIT},dissolved_on,administrative_code"
    units(["N1,Xã 1,commune,A.D,30/06/2025,03646", "N2,Xã 2,commune,A.D,,3646"], cast.manager, header)
    assert Organization.objects.get(code="N1").territory.name == "Phường Chiềng Lề"
    assert Organization.objects.get(code="N2").territory.name == "Phường Tô Hiệu"


def test_an_unknown_administrative_code_is_a_warning_and_leaves_the_territory_empty(cast):
    checked = units(["N1,Xã 1,commune,A.D,99999"], cast.manager, f"{UNIT},administrative_code")
    assert checked.counts["warnings"] == 1
    assert Organization.objects.get(code="N1").territory is None


def test_both_rows_of_one_code_are_refused_and_name_each_other(cast):
    checked = units(["N1,Xã 1,commune,A.D", "N2,Xã 2,commune,A.D", "N1,Xã 3,commune,A.D"], cast.manager)
    assert checked.counts["refused"] == 2
    assert all("Dòng 2 và 4 trùng nhau" in reason for _, _, reason in reasons(checked))
    assert not Organization.objects.filter(code="N2").exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, django_assert_max_num_queries):
    rows = [f"N{number},Xã {number},commune,A.D,{number:05d}" for number in range(300)]
    rows += [f"NB{number},Bản {number},branch,N{number}," for number in range(300)]
    with django_assert_max_num_queries(16):
        check("organizations", "\n".join([f"{UNIT},administrative_code", *rows]), cast.manager)


def test_areas_are_added_changed_and_left_alone(cast):
    header = "organization_code,year,population,households,source\n"
    assert take("area_statistics", f"{header}A.D,2021,69.195,15741,Niên giám\n", cast.manager).counts["new"] == 1
    checked = take("area_statistics", f"{header}A.D,2021,69196,,Niên giám\n", cast.manager)
    assert checked.rows[0].changes == [("population", "69.195", "69.196"), ("households", "15.741", "chưa có")]
    take("area_statistics", "organization_code,year,clans\nA.D,2021,0\n", cast.manager)
    area = AreaStatistics.objects.get()
    assert (area.population, area.households, area.clans, area.source) == (69196, None, 0, "Niên giám")
    assert [entry.history_type for entry in area.history.order_by("pk")] == ["+", "~", "~"]
    assert area.history.first().history_user == cast.manager


def test_a_unit_without_territory_gets_its_area_with_a_warning(cast):
    checked = take("area_statistics", "organization_code,year,population\nA.CA,2021,5\n", cast.manager)
    assert (checked.counts["new"], checked.counts["warnings"]) == (1, 1)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A.D,2021,-5", "không được âm"),
        ("A.D,2021,mười", "không phải là số"),
        ("A.D,1900,5", "ngoài khoảng"),
        ("B,2021,5", "trong phạm vi"),
        ("A.T,2021,5", "trong phạm vi"),
    ],
)
def test_a_wrong_area_is_refused(cast, row, words):
    checked = take("area_statistics", f"organization_code,year,population\n{row}\n", cast.district_manager)
    assert words in refusal(checked)
    assert AreaStatistics.objects.count() == 0


PEOPLE = "username,full_name,organization_code,role,from_date,to_date"


def people(rows, user, **options):
    return take("appointments", "\n".join([PEOPLE, *rows]), user, **options)


def test_an_unknown_person_gets_one_account_without_a_password(cast):
    rows = ["ha.lo,Lò Thị Hà,A.D.1,thư ký,01/01/2021,", "ha.lo,Lò Thị Hà,A.D.2,viewer,,31/12/2022"]
    checked = people(rows, cast.manager)
    assert (checked.counts["new"], checked.counts["warnings"]) == (2, 1)
    user = User.objects.get(username="ha.lo")
    assert not user.has_usable_password()
    assert (user.full_name, user.sort_key != "") == ("Lò Thị Hà", True)
    assert user.history.get().history_user == cast.manager
    assert set(user.appointments.values_list("role", "valid_from", "valid_to")) == {
        ("secretary", date(2021, 1, 1), None),
        ("viewer", None, date(2022, 12, 31)),
    }
    assert people(rows, cast.manager).counts["unchanged"] == 2


def test_an_import_never_renames_an_account(cast):
    checked = people(["viewer,Tên Khác,A.D.1,viewer,,31/12/2022"], cast.manager)
    assert (checked.counts["changed"], checked.counts["warnings"]) == (1, 1)
    cast.viewer.refresh_from_db()
    assert cast.viewer.full_name == "Người viewer"
    assert cast.viewer.appointments.get().valid_to == date(2022, 12, 31)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("ha,Hà,A.T,viewer,,", "trong phạm vi"),
        ("ha,Hà,B,viewer,,", "trong phạm vi"),
        ("ha lo,Hà,A.D,viewer,,", "Tên đăng nhập chỉ gồm"),
        ("ha,Hà,A.D,boss,,", "không có trong danh mục"),
        ("ha,Hà,A.D,viewer,02/01/2022,01/01/2022", "phải từ ngày bắt đầu"),
    ],
)
def test_a_wrong_appointment_is_refused_and_no_account_made(cast, row, words):
    before = User.objects.count()
    assert words in refusal(people([row], cast.district_manager))
    assert User.objects.count() == before


def test_a_role_that_the_user_may_not_hand_out_is_refused(cast, monkeypatch):
    monkeypatch.setitem(MAY_APPOINT, "manager", frozenset({"viewer"}))
    rows = ["ha,Hà,A.D.1,viewer,,", "ha,Hà,A.D.1,manager,,"]
    checked = people(rows, cast.manager)
    assert [line for line, _, _ in reasons(checked)] == [3]
    assert "không được giao vai trò" in refusal(checked)
    assert people(rows, cast.administrator).counts["new"] == 2


def test_the_scope_of_appointments_is_asked_only_a_few_times(cast, django_assert_max_num_queries):
    rows = [f"u{number},Người {number},A.D.1,viewer,," for number in range(300)]
    with django_assert_max_num_queries(16):
        people(rows, cast.manager)
    assert Appointment.objects.filter(role="viewer", organization=cast.first).count() == 301
    assert OrganizationSpell.objects.count() == 10


def test_telephones_of_many_units_change_in_a_few_statements(cast, django_assert_max_num_queries):
    header = "code,name,level,contact_phone"
    rows = [f"{unit.code},{unit.name},{unit.level},0912" for unit in Organization.objects.filter(code__startswith="A")]
    with django_assert_max_num_queries(22):
        assert units(rows, cast.manager, header).counts["changed"] == 8
    unit = Organization.objects.get(code="A.D.1")
    assert (unit.contact_phone, unit.parent) == ("0912", cast.east)
    assert unit.history.first().history_change_reason == "Nhập từ a.csv"
    assert find_faults() == []


def test_who_may_change_units_but_not_add_any_adds_none(cast, monkeypatch):
    changing = ROLE_PERMISSIONS["secretary"] | {"organizations.change_organization"}
    monkeypatch.setitem(ROLE_PERMISSIONS, "secretary", changing)
    checked = units(["A.D.1.9,Chi hội mới,branch,A.D.1"], cast.secretary)
    assert "Không có đơn vị mã “A.D.1” trong phạm vi" in refusal(checked)
    assert units(["A.D.1.1,Chi hội bản Đồi Mới,branch,A.D.1"], cast.secretary).counts["changed"] == 1
