from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.bulk import MOST_MEMBERS
from members.services import end_membership, transfer_member
from tests.factories import AppointmentFactory
from tests.members.people import enter, names

LIST = reverse("members:member_list")


@pytest.fixture
def people(cast):
    enter(cast.branch, "Trần Thị Ân", card_number="SL-0001", phone="0912 345 678", sex="female", birth_year=1960)
    enter(cast.first, "Lê Văn An", occupation="teacher", party_member=True, joined_on=date(2022, 5, 1))
    enter(cast.second, "Nguyễn Văn Bình", party_member=False, sex="male")
    enter(cast.third, "Bùi Đào")
    enter(cast.foreign, "Người Lạ")
    return cast


@pytest.fixture
def look(client, people):
    def look(person, query=""):
        client.force_login(getattr(people, person), backend="django.contrib.auth.backends.ModelBackend")
        return client.get(f"{LIST}?{query}")

    return look


def test_people_stand_in_vietnamese_order_within_the_scope(look):
    assert names(look("manager")) == ["Lê Văn An", "Trần Thị Ân", "Nguyễn Văn Bình", "Bùi Đào"]
    assert names(look("district_manager")) == ["Lê Văn An", "Trần Thị Ân", "Nguyễn Văn Bình"]
    assert names(look("secretary")) == ["Lê Văn An", "Trần Thị Ân"]
    assert names(look("stranger")) == ["Người Lạ"]
    assert "Người Lạ" in names(look("administrator", "unit=B"))


def test_a_unit_narrows_the_list_to_what_lies_below_and_a_strange_one_is_not_found(look):
    assert names(look("manager", "unit=A.D.1")) == ["Lê Văn An", "Trần Thị Ân"]
    assert names(look("manager", "unit=A.D.1.1")) == ["Trần Thị Ân"]
    assert look("secretary", "unit=A.D.2").status_code == 404
    assert look("secretary", "unit=A").status_code == 404
    assert look("secretary", "unit=%00").status_code == 200


def test_the_units_to_choose_are_the_line_above_and_those_directly_below(look):
    page = look("manager", "unit=A.D")
    assert [unit.code for unit in page.context["filter_form"].unit and page.context["view"].units] == [
        "A",
        "A.D",
        "A.D.1",
        "A.D.2",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an", ["Lê Văn An", "Trần Thị Ân"]),
        ("ân trần", ["Trần Thị Ân"]),
        ("SL-0001", ["Trần Thị Ân"]),
        ("0912", ["Trần Thị Ân"]),
        ("0912345", ["Trần Thị Ân"]),
        ("dao", ["Bùi Đào"]),
        ("zzz", []),
        ("'; --", []),
    ],
)
def test_words_find_by_their_beginnings_with_or_without_accents(look, text, found):
    assert names(look("manager", f"q={text}")) == found


def test_who_may_not_see_telephones_cannot_find_by_them(look):
    assert names(look("viewer", "q=0912")) == []
    assert names(look("viewer", "q=0001")) == ["Trần Thị Ân"]
    assert names(look("viewer", "q=an")) == ["Lê Văn An", "Trần Thị Ân"]
    assert names(look("secretary", "q=0912")) == ["Trần Thị Ân"]


def test_every_condition_narrows(look):
    assert names(look("manager", "sex=female")) == ["Trần Thị Ân"]
    assert names(look("manager", "occupation=teacher")) == ["Lê Văn An"]
    assert names(look("manager", "party_member=yes")) == ["Lê Văn An"]
    assert names(look("manager", "party_member=no")) == ["Nguyễn Văn Bình"]
    assert names(look("viewer", "party_member=no")) == names(look("viewer", "")), "personal: not to be asked for"
    assert names(look("manager", "card=yes")) == ["Trần Thị Ân"]
    assert names(look("manager", "card=no")) == ["Lê Văn An", "Nguyễn Văn Bình", "Bùi Đào"]
    assert names(look("manager", "joined=quý II/2022")) == ["Lê Văn An"]
    assert names(look("manager", "joined=2022-Q1&unit=A.D.1")) == ["Trần Thị Ân"]


def test_a_quarter_that_is_none_is_answered_in_words_and_narrows_nothing(look):
    page = look("manager", "joined=quý IX/2022")
    assert len(names(page)) == 4
    assert "Không có quý" in page.content.decode()


def test_a_transfer_is_not_a_new_member(look, people):
    someone = enter(people.first, "Lò Chuyển", joined_on=date(2021, 1, 1))
    transfer_member(member=someone, destination=people.second, effective_on=date(2022, 5, 5), user=None)
    assert "Lò Chuyển" not in names(look("manager", "joined=2022-Q2"))


def test_former_members_stay_in_a_list_of_their_own(look, people):
    someone = enter(people.first, "Cũ")
    end_membership(member=someone, left_on=date(2022, 4, 1), left_reason="resigned", user=None)
    assert "Cũ" not in names(look("secretary"))
    page = look("secretary", "status=left")
    assert names(page) == ["Cũ"]
    assert "thôi 01/04/2022" in " ".join(page.content.decode().split())
    assert len(names(look("secretary", "status=all"))) == 3


def test_birth_dates_and_telephones_are_not_in_the_list(look, people):
    enter(people.first, "Riêng Tư", birth_date=date(1961, 7, 8), phone="0988 777 666")
    words = look("viewer").content.decode()
    assert "1961" in words
    assert "08/07/1961" not in words
    assert "777" not in words


def test_typing_gets_the_table_alone_and_the_page_says_that_both_exist(client, look):
    look("secretary")
    response = client.get(LIST, {"q": "an"}, headers={"HX-Request": "true"})
    words = response.content.decode()
    assert "<html" not in words
    assert "Lê Văn An" in words
    assert "HX-Request" in response.headers["Vary"]


def test_a_page_ends_after_fifty_and_goes_on_by_key(look, people):
    for number in range(55):
        enter(people.first, f"Số {number}")
    page = look("secretary")
    assert len(names(page)) == 50
    assert page.context["total"] == 57
    after = page.context["page_obj"].next_cursor
    assert len(names(look("secretary", f"after={after}"))) == 7


def test_more_than_can_be_changed_at_once_is_not_counted(look, people, monkeypatch):
    monkeypatch.setattr("members.views.lists.MOST_MEMBERS", 1)
    page = look("secretary")
    assert names(page) == ["Lê Văn An", "Trần Thị Ân"]
    assert "Hơn 1 hội viên" in page.content.decode()
    assert MOST_MEMBERS == 2000


def test_an_empty_list_says_why_and_what_to_do(look):
    assert "Sổ chưa có tên hội viên nào" in look("manager", "unit=A.CA").content.decode()
    assert "Không có hội viên nào như vậy" in look("manager", "unit=A.CA&q=lo").content.decode()


def test_the_printed_list_names_its_conditions(look):
    page = look("secretary", "print=1&q=an")
    words = " ".join(page.content.decode().split())
    assert "Hội Khuyến học xã Ánh Dương" in words
    assert "Cả danh sách: 2 hội viên" in words
    assert 'type="checkbox"' not in words


def test_a_viewer_gets_no_boxes_and_no_button_to_add(look):
    words = look("viewer").content.decode()
    assert 'name="member"' not in words
    assert reverse("members:member_create") not in words
    assert reverse("members:member_create") in look("secretary").content.decode()


def test_the_button_to_add_begins_only_where_the_user_may_enter(look, people):
    assert (
        f"{reverse('members:member_create')}?organization=A.D.1.1" in look("secretary", "unit=A.D.1.1").content.decode()
    )
    AppointmentFactory(user=people.viewer, organization=people.branch, role="secretary")
    words = look("viewer", "unit=A.D.1").content.decode()
    assert f'href="{reverse("members:member_create")}"' in words


def test_the_list_reads_as_often_for_one_as_for_eleven(client, people):
    client.force_login(people.manager, backend="django.contrib.auth.backends.ModelBackend")

    def count(query):
        client.get(f"{LIST}?{query}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{LIST}?{query}")
        return len(queries)

    queries = ["q=cao", "joined=2022-Q1&unit=A.T"]
    enter(people.third, "Một Cao")
    before = [count(query) for query in queries]
    for number in range(10):
        enter(people.third, f"Người {number} Cao")
    assert [count(query) for query in queries] == before
