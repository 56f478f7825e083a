"""What a manager may not do to the top of their own scope, to their peers and to themselves by spreadsheet."""

import io
from datetime import date

import pytest

from accounts.models import User
from organizations.models import Appointment, Organization, OrganizationSpell, Role
from organizations.soundness import find_faults
from spreadsheets.services import apply_spreadsheet

UNIT = "code,name,level,parent_code"
APPOINTMENT = "username,organization_code,role,from_date,to_date"


def take(kind, user, *rows):
    file = io.BytesIO("\n".join(rows).encode())
    return apply_spreadsheet(kind=kind, file=file, name="tệp.csv", user=user)


def refusals(checked):
    return [error["reason"] for error in checked.errors()]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (UNIT, "A.D,Tên tự đặt,district,A"),
        (UNIT + ",dissolved_on", "A.D,Hội Khuyến học huyện Đông Sơn,district,A,01/11/2026"),
        (UNIT + ",reports_quarterly", "A.D,Hội Khuyến học huyện Đông Sơn,district,A,0"),
        (UNIT + ",established_on", "A.D,Hội Khuyến học huyện Đông Sơn,district,A,01/01/2020"),
        (UNIT + ",kind", "A.D,Hội Khuyến học huyện Đông Sơn,district,A,agency"),
    ],
)
def test_the_top_of_ones_own_scope_is_changed_from_above(cast, header, row):
    checked = take("organizations", cast.district_manager, header, row)
    assert any("do cấp trên ghi" in reason for reason in refusals(checked))
    cast.east.refresh_from_db()
    assert (cast.east.name, cast.east.dissolved_on) == ("Hội Khuyến học huyện Đông Sơn", None)
    assert not refusals(take("organizations", cast.manager, header.split(",dissolved_on")[0], row.split(",01/11")[0]))


def test_the_contact_at_the_top_of_ones_own_scope_is_ones_own(cast):
    row = "A.D,Hội Khuyến học huyện Đông Sơn,district,A,0212 000 0009"
    assert not refusals(take("organizations", cast.district_manager, UNIT + ",contact_phone", row))
    cast.east.refresh_from_db()
    assert cast.east.contact_phone == "0212 000 0009"


def test_many_units_are_renamed_in_a_few_statements(cast, django_assert_max_num_queries):
    rows = [f"A.D.N{number},Xã số {number},commune,A.D" for number in range(60)]
    take("organizations", cast.manager, UNIT, *rows)
    rows = [f"A.D.N{number},Phường số {number},commune,A.T" for number in range(60)]
    with django_assert_max_num_queries(60):
        checked = take("organizations", cast.manager, UNIT, *rows)
    assert checked.counts["changed"] == 60
    assert find_faults() == []
    west = Organization.objects.within(Organization.objects.filter(code="A.T"))
    assert west.filter(name__startswith="Phường số").count() == 60
    assert Organization.history.filter(name__startswith="Phường số").count() == 60
    assert OrganizationSpell.objects.filter(name__startswith="Phường số", parent__code="A.T").count() == 60


def test_nobody_appoints_or_prolongs_themselves(cast):
    Appointment.objects.filter(user=cast.district_manager).update(valid_to=date(2099, 12, 31))
    checked = take("appointments", cast.district_manager, APPOINTMENT, "district_manager,A.D,manager,,")
    assert refusals(checked) == ["Ông/bà không tự phân công cho mình: cấp trên ghi dòng này."]
    assert Appointment.objects.get(user=cast.district_manager).valid_to == date(2099, 12, 31)


def test_managers_of_a_unit_are_named_from_above(cast):
    row = "nguoi-moi,A.D,manager,,"
    assert "do cấp trên phân công" in refusals(take("appointments", cast.district_manager, APPOINTMENT, row))[0]
    assert not refusals(take("appointments", cast.district_manager, APPOINTMENT, "nguoi-moi,A.D.1,manager,,"))
    assert not refusals(take("appointments", cast.manager, APPOINTMENT, row))


def test_an_administrator_is_not_appointed_from_below(cast):
    checked = take("appointments", cast.district_manager, APPOINTMENT, "administrator,A.D,viewer,,")
    assert "người quản trị hệ thống" in refusals(checked)[0]
    assert not cast.administrator.appointments.exists()


@pytest.mark.parametrize("username", ["Secretary", "SECRETARY", "sеcretary", "ｓecretary", "thư-ký"])
def test_a_look_alike_of_an_account_is_not_made(cast, username):
    before = User.objects.count()
    assert refusals(take("appointments", cast.manager, APPOINTMENT, f"{username},A.D.1,{Role.VIEWER},,"))
    assert User.objects.count() == before


def test_of_a_stranger_not_even_the_name_is_told(cast):
    header = "username,full_name,organization_code,role"
    near = take("appointments", cast.manager, header, "secretary,Tên khác,A.D.1,viewer")
    far = take("appointments", cast.manager, header, "stranger,Tên khác,A.D.1,viewer")
    assert [note["column"] for note in near.warnings()] == ["full_name"]
    assert list(far.warnings()) == []
