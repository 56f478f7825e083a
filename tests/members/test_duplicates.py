from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from members.duplicates import IN_A_SCAN, WHILE_TYPING, compare, look_alikes, scan
from members.merging import tell_apart
from members.models import DifferentPeople, Member
from members.services import create_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(tree):
    def add(full_name, organization=None, **facts):
        member = Member(organization=organization or tree.branch, full_name=full_name, **facts)
        return create_member(member=member, joined_on=date(2020, 1, 1), user=None)

    return add


def typed(tree, full_name, **facts):
    return Member(organization=tree.branch, full_name=full_name, **facts)


def test_the_same_name_in_the_same_branch_is_shown_while_typing(cast, add):
    stored = add("Lò Thị Hà")
    found = look_alikes(typed(cast, "lo thi ha"), user=cast.secretary)
    assert [each.member for each in found] == [stored]
    assert found[0].shared == ("cùng họ tên", "cùng chi hội")


def test_what_is_shared_is_told_once(cast, add):
    add("Lò Thị Hà", birth_date=date(1960, 4, 5))
    found = look_alikes(typed(cast, "Lò Thị Hà", birth_date=date(1960, 4, 5)), user=cast.secretary)
    assert found[0].shared == ("cùng họ tên", "đúng cả dấu", "cùng ngày sinh", "cùng chi hội")


def test_a_telephone_alone_is_a_family_and_with_the_name_a_person(cast, add):
    add("Lò Văn Sơn", phone="0912 345 678")
    assert look_alikes(typed(cast, "Lò Thị Hà", phone="0912345678"), user=cast.secretary) == []
    found = look_alikes(typed(cast, "Lò Văn Sơn", phone="+84 912 345 678"), user=cast.secretary)
    assert "cùng điện thoại" in found[0].shared


def test_brothers_at_one_telephone_are_two_people_and_a_shortened_name_is_one(cast, add):
    add("Lò Văn Sơn", phone="0912345678", birth_date=date(1960, 2, 3))
    brother = typed(cast, "Lò Văn Hải", phone="0912345678", birth_date=date(1960, 2, 3))
    assert look_alikes(brother, user=cast.secretary) == []
    short = typed(cast, "Sơn", phone="0912345678", birth_date=date(1960, 2, 3))
    assert len(look_alikes(short, user=cast.secretary)) == 1


def test_an_id_number_is_enough_and_two_different_ones_are_two_people(cast, add):
    stored = add("Lò Thị Hà", id_number="012345678901", birth_year=1960)
    found = look_alikes(typed(cast, "Lò T Hà", id_number="012345678901"), user=cast.secretary)
    assert [each.member for each in found] == [stored]
    twin = typed(cast, "Lò Thị Hà", id_number="012345678902", birth_year=1960)
    assert look_alikes(twin, user=cast.secretary) == []


def test_another_year_of_birth_tells_two_people_of_one_name_apart(cast, add):
    add("Lò Thị Hà", birth_year=1960)
    assert look_alikes(typed(cast, "Lò Thị Hà", birth_year=1999), user=cast.secretary) == []


def test_nobody_out_of_reach_is_shown(cast, add):
    add("Lò Thị Hà", organization=cast.third, id_number="012345678901")
    assert look_alikes(typed(cast, "Lò Thị Hà", id_number="012345678901"), user=cast.secretary) == []
    assert look_alikes(typed(cast, "Lò Thị Hà", id_number="012345678901"), user=cast.manager) != []


def test_a_scan_finds_the_pairs_and_the_most_alike_first(tree, add):
    one = add("Lò Thị Hà", birth_year=1960)
    two = add("LÒ THỊ HÀ", birth_year=1960)
    far = add("Lo Thi Ha", organization=tree.third, birth_date=date(1960, 2, 3), id_number="012345678901")
    again = add("Lò Thị Hà", organization=tree.second, birth_date=date(1960, 2, 3), id_number="012345678901")
    add("Lò Thị Hà", organization=tree.third, birth_year=1999)
    pairs = [(pair.first, pair.second) for pair in scan(Member.objects.all())]
    assert pairs == [(far, again), (one, two)]


def test_what_was_told_apart_is_not_shown_again(cast, add):
    one, two = add("Lò Thị Hà", birth_year=1960), add("Lò Thị Hà", birth_year=1960)
    assert len(scan(Member.objects.all())) == 1
    tell_apart(one=two, other=one, user=cast.secretary)
    tell_apart(one=one, other=two, user=cast.secretary)
    assert DifferentPeople.objects.count() == 1
    assert scan(Member.objects.all()) == []
    assert look_alikes(one, user=cast.secretary) == []


def test_a_scan_takes_as_many_queries_for_many_as_for_few(add):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            scan(Member.objects.all())
        return len(captured)

    pair = {"birth_date": date(1960, 2, 3), "phone": "0912345678", "id_number": "012345678901"}
    for _ in range(2):
        add("Lò Thị Hà", **pair)
    few = queries()
    for number in range(6):
        for _ in range(2):
            add(f"Người Thứ {number}", birth_date=date(1970, 1, 1), phone=f"09{number}")
    assert queries() == few


FACTS = st.fixed_dictionaries(
    {
        "full_name": st.sampled_from(["Lò Thị Hà", "Lo Thi Ha", "Đỗ An"]),
        "birth_year": st.sampled_from([None, 1960, 1999]),
        "phone": st.sampled_from(["", "0912345678", "0912 345 678"]),
        "id_hash": st.sampled_from(["", "a", "b"]),
        "organization_id": st.sampled_from([1, 2]),
        "sex": st.sampled_from(["", "female", "male"]),
    }
)


@given(one=FACTS, other=FACTS)
def test_comparing_is_symmetric_and_a_row_is_most_like_itself(one, other):
    first, second = Member(**one), Member(**other)
    assert compare(first, second) == compare(second, first)
    assert compare(first, first)[0] >= compare(first, second)[0] or not one["id_hash"]
    assert IN_A_SCAN > WHILE_TYPING
