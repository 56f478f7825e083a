"""Whose rows and which columns a person takes home."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.exports import HeadCountExport, MemberExport, OfficerExport
from members.models import HeadCount, Member, Officer, OutsidePost
from members.services import create_member, end_membership, transfer_member
from organizations.models import Role
from tests.factories import AppointmentFactory

CONTRACT = {
    MemberExport: "organization_code full_name member_code birth_date birth_year sex joined_on left_on reason "
    "card_number phone occupation party_member household id_number note",
    HeadCountExport: "organization_code date members women party_members carded",
    OfficerExport: "organization_code full_name post member_code body term full_time outside_posts from_date to_date "
    "decision_number",
}
PERSONAL = {"birth_date", "phone", "party_member", "household", "note", "id_number"}


def join(organization, full_name, joined_on=date(2020, 3, 1), **facts):
    member = Member(organization=organization, full_name=full_name, **facts)
    return create_member(member=member, joined_on=joined_on, user=None)


@pytest.fixture
def members(cast):
    """Four in the east, one of them left, and one in the west."""
    join(cast.branch, "Lò Thị Hà", code="HV-1", phone="0912", id_number="014160000123")
    join(cast.first, "Quàng Văn An", date(2022, 5, 6))
    join(cast.second, "Cà Văn Bình", None)
    end_membership(member=join(cast.second, "Vì Văn Đôi"), left_on=date(2021, 1, 1), left_reason="resigned", user=None)
    join(cast.third, "Lường Thị Tây")
    return cast


def names(user, organization=None, export=MemberExport, **choices):
    rows = export(user=user, organization=organization, choices=choices).values()
    return sorted(row[1] for row in rows)


def codes(user, organization=None, **choices):
    export = MemberExport(user=user, organization=organization, choices=choices)
    return {column.code for column in export.given}


@pytest.mark.parametrize("export", CONTRACT, ids=lambda export: export.code)
def test_the_columns_are_those_of_the_contract_in_its_order(export):
    assert [column.code for column in export.columns] == CONTRACT[export].split()
    assert set(export.paths) == {column.code for column in export.columns}


def test_only_units_within_ones_scope_are_given_out(members):
    east = ["Cà Văn Bình", "Lò Thị Hà", "Quàng Văn An"]
    assert names(members.district_manager) == east
    assert names(members.manager) == sorted([*east, "Lường Thị Tây"])
    assert names(members.manager, members.west) == ["Lường Thị Tây"]
    assert names(members.secretary) == ["Lò Thị Hà", "Quàng Văn An"]
    assert names(members.stranger) == []
    assert names(members.nobody) == []


def test_a_unit_out_of_reach_gives_nothing(members):
    assert names(members.secretary, members.second) == []
    assert names(members.stranger, members.first) == []
    # A unit above one's own gives one's own part of it.
    assert names(members.secretary, members.province) == names(members.secretary)


def test_the_answers_narrow_the_list(members):
    user = members.manager
    assert names(user, status="former") == ["Vì Văn Đôi"]
    assert len(names(user, status="all")) == 5
    assert names(user, joined_from=date(2021, 1, 1)) == ["Quàng Văn An"]
    assert names(user, joined_to=date(2020, 3, 1)) == ["Lò Thị Hà", "Lường Thị Tây"]
    assert names(user, q="quang a") == ["Quàng Văn An"]
    described = MemberExport(user=user, choices={"joined_from": date(2021, 1, 1), "q": "quang"}).describe()
    assert described == ["đang sinh hoạt", "vào từ ngày 01/01/2021", "tìm “quang”"]


def test_the_present_membership_else_the_last_one_is_given(members):
    mover = join(members.first, "Hà Thị Chuyển")
    transfer_member(member=mover, destination=members.second, effective_on=date(2023, 4, 5), user=None)
    export = MemberExport(user=members.manager, choices={"status": "all"})
    place = {column.code: place for place, column in enumerate(export.given)}
    rows = {row[1]: row for row in export.values()}

    def spell(name):
        return [rows[name][place[code]] for code in ("organization_code", "joined_on", "left_on", "reason")]

    assert spell("Hà Thị Chuyển") == ["A.D.2", date(2023, 4, 5), None, "chuyển sinh hoạt"]
    assert spell("Vì Văn Đôi") == ["A.D.2", date(2020, 3, 1), date(2021, 1, 1), "thôi tham gia"]
    assert spell("Cà Văn Bình") == ["A.D.2", None, None, "kết nạp mới"]
    assert rows["Lò Thị Hà"][place["member_code"]] == "HV-1"
    assert rows["Cà Văn Bình"][place["member_code"]] == Member.objects.get(full_name="Cà Văn Bình").number


@pytest.mark.parametrize("person", ["viewer", "district_viewer", "reviewer"])
def test_who_may_not_see_personal_data_gets_none(members, person):
    user = getattr(members, person)
    export = MemberExport(user=user, choices={"id_number": True})
    assert {column.code for column in export.columns} - {column.code for column in export.given} == PERSONAL
    assert export.sensitive == export.requested == []
    assert "0912" not in {cell for row in export.values() for cell in row}


def test_only_who_may_see_telephones_finds_by_them(members):
    assert names(members.viewer, q="0912") == []
    assert names(members.viewer, q="hv-1") == ["Lò Thị Hà"]
    assert names(members.secretary, q="0912") == ["Lò Thị Hà"]


def test_personal_data_is_given_where_it_may_be_seen(members):
    assert codes(members.secretary) == {column.code for column in MemberExport.columns} - {"id_number"}


def test_personal_data_is_withheld_where_it_may_be_seen_only_in_part(members):
    AppointmentFactory(user=members.district_viewer, organization=members.first, role=Role.SECRETARY)
    user = members.district_viewer
    assert "phone" in codes(user, members.first)
    assert "phone" in codes(user, members.branch)
    assert "phone" not in codes(user, members.east)
    assert "phone" not in codes(user)


def test_the_id_number_is_given_only_to_whoever_may_see_it_and_asks(members):
    assert "id_number" not in codes(members.manager)
    assert "id_number" in codes(members.manager, id_number=True)
    assert "id_number" not in codes(members.secretary, id_number=True)
    export = MemberExport(user=members.manager, organization=members.first, choices={"id_number": True})
    assert export.requested == ["Số căn cước"]
    assert "014160000123" in {cell for row in export.values() for cell in row}


def test_dates_in_the_wrong_order_are_refused():
    with pytest.raises(ValidationError) as error:
        MemberExport.check({"joined_from": date(2022, 1, 2), "joined_to": date(2022, 1, 1)})
    assert set(error.value.error_dict) == {"joined_to"}


def test_the_newest_count_of_each_unit_or_all(cast):
    for unit, day, count in ((cast.first, 1, 10), (cast.first, 2, 11), (cast.second, 1, 0)):
        HeadCount.objects.create(organization=unit, date=date(2022, 1, day), members=count)
    newest = HeadCountExport(user=cast.manager)
    assert [row[:4] for row in newest.values()] == [
        ["A.D.1", date(2022, 1, 2), 11, None],
        ["A.D.2", date(2022, 1, 1), 0, None],
    ]
    assert len(list(HeadCountExport(user=cast.manager, choices={"which": "all"}).values())) == 3


def test_officers_of_today_or_all_with_their_posts_elsewhere(cast):
    def take_office(unit, post, **facts):
        officer = Officer(organization=unit, full_name=f"Người {post}", post=post, **facts)
        officer.save()
        return officer

    chair = take_office(cast.first, "chair", member=join(cast.first, "Lò Thị Hà"), full_time=True)
    take_office(cast.first, "secretary", to_date=timezone.localdate() - timedelta(days=1))
    take_office(cast.first, "treasurer")
    for kind in ("veterans_association", "elderly_association"):
        OutsidePost.objects.create(officer=chair, kind=kind)
    rows = list(OfficerExport(user=cast.manager).values())
    assert [row[2] for row in rows] == ["Chủ tịch", "Thủ quỹ"]
    assert rows[0][3:8] == [chair.member.number, "", None, "có", "elderly_association, veterans_association"]
    assert rows[1][3:8] == [None, "", None, None, None]
    assert len(list(OfficerExport(user=cast.manager, choices={"status": "all"}).values())) == 3


@pytest.mark.parametrize("export", CONTRACT, ids=lambda export: export.code)
def test_queries_do_not_grow_with_rows(cast, export):
    def fill(number):
        member = join(cast.first, f"Lò Thị Hà {number}", id_number="014160000123")
        HeadCount.objects.create(organization=cast.first, date=date(2022, 1, number), members=number)
        officer = Officer(organization=cast.first, member=member, full_name=member.full_name, post="chair")
        officer.save()
        OutsidePost.objects.create(officer=officer, kind="veterans_association")

    def count():
        choices = {"which": "all", "id_number": True}
        with CaptureQueriesContext(connection) as queries:
            rows = list(export(user=cast.manager, organization=cast.east, choices=choices).values())
        return len(rows), len(queries)

    fill(1)
    count()  # the roles are remembered on the user
    first = count()
    for number in range(2, 12):
        fill(number)
    assert (first[0], count()) == (1, (11, first[1]))


def test_nobody_is_found_by_a_telephone_that_may_not_be_seen(cast):
    join(cast.branch, "Lò Thị Hà", phone="0912 345 678", card_number="T0912")
    found = {"q": "0912345678"}
    for person, number in ((cast.secretary, 1), (cast.viewer, 0)):
        export = MemberExport(user=person, organization=cast.first, choices=found)
        assert len(list(export.values())) == number, person
    assert len(list(MemberExport(user=cast.viewer, choices={"q": "T0912"}).values())) == 1
