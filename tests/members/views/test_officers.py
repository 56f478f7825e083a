"""The pages of officers: who sees whom, on which day, in which order, and the changes from end to end."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.vietnamese import date_to_text
from members.models import Member, Officer
from members.services import create_member
from tests.conftest import plant

pytestmark = pytest.mark.django_db
LIST = reverse("members:officer_list")


def page(name, *arguments):
    return reverse(f"members:officer_{name}", args=arguments)


def words(response):
    return " ".join(unescape(response.content.decode()).split())


def listed(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [(officer.organization.code, officer.full_name) for officer in response.context["object_list"]]


def names(client, **query):
    return [name for _, name in listed(client, **query)]


@pytest.fixture
def member(cast):
    person = Member(organization=cast.branch, full_name="Lò Thị Hà", birth_year=1962)
    return create_member(member=person, joined_on=date(2020, 1, 1), user=None)


# The list.


def test_officers_stand_in_the_order_of_the_tree_then_of_rank_then_of_names(client, cast, hold):
    hold(cast.west, "Ông Tây", "chair")
    hold(cast.second, "Bà Bình", "chair")
    hold(cast.first, "Trần Văn Ân", "vice_chair")
    hold(cast.first, "Lê Thị An", "vice_chair")
    hold(cast.first, "Bà Chủ", "chair")
    hold(cast.east, "Ông Đông", "treasurer")
    hold(cast.province, "Ông Tỉnh", "member")
    client.force_login(cast.manager)
    assert listed(client) == [
        ("A", "Ông Tỉnh"),
        ("A.D", "Ông Đông"),
        ("A.D.1", "Bà Chủ"),
        ("A.D.1", "Lê Thị An"),
        ("A.D.1", "Trần Văn Ân"),
        ("A.D.2", "Bà Bình"),
        ("A.T", "Ông Tây"),
    ]


def test_everybody_sees_their_own_part_of_the_tree(client, cast, hold):
    for unit in (cast.province, cast.east, cast.first, cast.foreign):
        hold(unit, f"Chủ tịch {unit.code}", "chair")
    for person, expected in (
        (cast.secretary, ["A.D.1"]),
        (cast.district_viewer, ["A.D", "A.D.1"]),
        (cast.manager, ["A", "A.D", "A.D.1"]),
        (cast.stranger, ["B.1"]),
    ):
        client.force_login(person)
        assert [code for code, _ in listed(client)] == expected
        assert [code for code, _ in listed(client, unit="")] == expected
    client.force_login(cast.secretary)
    assert "Không có đơn vị nào như vậy" in words(client.get(LIST, {"unit": "A.D.2"}))


def test_the_list_is_of_any_day(client, cast, hold):
    hold(cast.first, "Bà Trước", "chair", from_date=date(2020, 1, 1), to_date=date(2021, 12, 31))
    hold(cast.first, "Bà Sau", "chair", from_date=date(2022, 1, 1))
    client.force_login(cast.secretary)
    assert names(client) == ["Bà Sau"]
    assert names(client, date="31/12/2021") == ["Bà Trước"]
    assert names(client, date="01012022") == ["Bà Sau"]
    assert names(client, date="2019-12-31") == []


def test_what_is_wrong_in_the_filter_is_said_and_nobody_is_listed(client, cast, hold):
    hold(cast.first, "Bà Hà", "chair")
    client.force_login(cast.secretary)
    response = client.get(LIST, {"date": "31/02/2022", "post": "king"})
    assert set(response.context["filters"].errors) == {"date", "post"}
    assert not response.context["object_list"]
    assert 'value="31/02/2022"' in words(response)


def test_the_list_is_narrowed_by_name_post_body_level_and_time(client, cast, hold):
    hold(cast.east, "Lò Thị Hà", "chair", full_time=True, body="standing_board")
    hold(cast.first, "Cầm Văn Ủi", "chair", full_time=False)
    hold(cast.first, "Quàng Hà", "secretary")
    client.force_login(cast.manager)
    assert names(client, q="ha") == ["Lò Thị Hà", "Quàng Hà"]
    assert names(client, q="thi lo") == ["Lò Thị Hà"]
    assert names(client, post="chair") == ["Lò Thị Hà", "Cầm Văn Ủi"]
    assert names(client, body="standing_board") == ["Lò Thị Hà"]
    assert names(client, level="commune") == ["Cầm Văn Ủi", "Quàng Hà"]
    assert names(client, time="full_time") == ["Lò Thị Hà"]
    assert names(client, time="concurrent") == ["Cầm Văn Ủi"]
    assert names(client, time="unknown") == ["Quàng Hà"]
    assert names(client, unit="anh duong") == ["Cầm Văn Ủi", "Quàng Hà"]
    assert names(client, unit="A.D") == ["Lò Thị Hà", "Cầm Văn Ủi", "Quàng Hà"]


def test_pages_follow_each_other_and_the_print_holds_all(client, cast, hold):
    for number in range(45):
        hold(cast.first if number % 2 else cast.second, f"Người {number}", "vice_chair")
    client.force_login(cast.manager)
    first = client.get(LIST)
    following = client.get(LIST, {"after": first.context["page_obj"].next_cursor})
    seen = [officer.pk for response in (first, following) for officer in response.context["object_list"]]
    assert len(seen) == len(set(seen)) == 45
    printed = client.get(LIST, {"print": 1})
    assert [officer.pk for officer in printed.context["object_list"]] == seen
    assert "Cả danh sách: 45 chức vụ" in words(printed)
    assert "Hội Khuyến học xã Ánh Dương" in words(printed)


@pytest.mark.parametrize("name", ["officer_list", "vacancy_list", "term_list", "term_ending"])
def test_the_questions_do_not_grow_with_the_rows(client, cast, hold, serve, name):
    client.force_login(cast.manager)

    def questions():
        with CaptureQueriesContext(connection) as captured:
            response = client.get(reverse(f"members:{name}"))
        assert len(response.context["page_obj"]) >= 1
        return len(captured)

    hold(cast.first, "Lò Thị Hà", "secretary", outside=["school_head", "other"])
    serve(cast.first, 1, "2015-01-01", "2020-01-01")
    questions()  # the first visit also writes the session
    before = questions()
    for number in range(11):
        unit = plant(f"A.T.M{number}", f"Hội Khuyến học xã Mới {number}", "commune", cast.west)
        hold(unit, f"Người {number}", "secretary", outside=["school_head", "other"])
        serve(unit, 1, "2015-01-01", "2020-01-01")
    assert questions() == before


# One post.


def test_the_page_shows_all_posts_of_the_person_as_far_as_one_may_see(client, cast, hold, member):
    own = hold(cast.first, "Lò Thị Hà", "chair", member=member, from_date=date(2022, 1, 1))
    hold(cast.first, "Lò Thị Hà", "secretary", member=member, to_date=date(2021, 1, 1))
    hold(cast.province, "Lò Thị Hà", "member", member=member)
    hold(cast.first, "Lò Thị Hà", "treasurer")
    for person, posts in ((cast.secretary, ["chair", "secretary"]), (cast.manager, ["chair", "member", "secretary"])):
        client.force_login(person)
        response = client.get(page("detail", own.pk))
        assert sorted(post.post for post in response.context["posts"]) == posts
    assert "thử" in words(response), "the history says why"


def test_by_name_only_posts_of_the_same_unit_are_the_same_persons(client, cast, hold):
    own = hold(cast.first, "Lò Thị Hà", "chair")
    hold(cast.first, "LÒ THỊ HÀ", "treasurer")
    hold(cast.second, "Lò Thị Hà", "chair")
    client.force_login(cast.manager)
    posts = client.get(page("detail", own.pk)).context["posts"]
    assert sorted(post.post for post in posts) == ["chair", "treasurer"]


def test_only_who_may_change_is_offered_to(client, cast, hold):
    own = hold(cast.first, "Lò Thị Hà", "chair")
    for person, offered in ((cast.secretary, True), (cast.viewer, False)):
        client.force_login(person)
        assert (page("edit", own.pk) in words(client.get(page("detail", own.pk)))) is offered
        assert (page("create", "A.D.1") in words(client.get(LIST))) is offered


# Changes.

TYPED = {"full_name": "Cầm Văn Ủi", "post": "chair", "full_time": "unknown"}


def test_a_typed_name_becomes_a_post(client, cast):
    client.force_login(cast.secretary)
    facts = {"full_time": "concurrent", "outside_posts": ["school_head"], "outside_title": "Trưởng bản"}
    response = client.post(page("create", "A.D.1"), TYPED | facts | {"from_date": "01/02/2022"})
    officer = Officer.objects.get()
    assert response.url == page("detail", officer.pk)
    assert (officer.full_name, officer.full_time, officer.body) == ("Cầm Văn Ủi", False, "standing_board")
    assert officer.from_date == date(2022, 2, 1)
    assert {row.kind: row.title for row in officer.outside_posts.all()} == {"school_head": "", "other": "Trưởng bản"}
    assert officer.history.get().history_user == cast.secretary


def test_finding_loses_nothing_and_offers_only_the_scope(client, cast, member):
    person = Member(organization=cast.foreign, full_name="Lò Thị Hà Xa")
    create_member(member=person, joined_on=date(2020, 1, 1), user=None)
    client.force_login(cast.secretary)
    typed = {
        "find": "1",
        "full_name": "lo ha",
        "post": "secretary",
        "full_time": "full_time",
        "from_date": "45/99/2022",
        "outside_posts": ["school_head", "womens_union"],
        "phone": "0912",
        "ex_officio": "on",
    }
    response = client.post(page("create", "A.D.1"), typed)
    form = response.context["form"]
    assert [label for _, label in form.fields["member"].choices][1:] == [
        f"Lò Thị Hà, sinh 1962, Chi hội bản Đồi (M{member.pk})"
    ]
    text = words(response)
    for kept in ('value="lo ha"', 'value="45/99/2022"', 'value="0912"', 'value="secretary" selected'):
        assert kept in text
    assert text.count(" checked") >= 4
    assert not Officer.objects.exists()


def test_a_chosen_member_gives_the_name(client, cast, member):
    client.force_login(cast.secretary)
    client.post(page("create", "A.D.1"), TYPED | {"full_name": "lo", "member": member.pk})
    officer = Officer.objects.get()
    assert (officer.member, officer.full_name) == (member, "Lò Thị Hà")
    response = client.get(page("edit", officer.pk))
    assert f'value="{member.pk}"' in words(response)
    client.post(page("edit", officer.pk), TYPED | {"member": ""})
    officer.refresh_from_db()
    assert (officer.member, officer.full_name) == (None, "Cầm Văn Ủi")


def test_a_member_out_of_reach_is_not_chosen_and_not_shown(client, cast, hold):
    person = Member(organization=cast.second, full_name="Người Xã Khác")
    far = create_member(member=person, joined_on=date(2020, 1, 1), user=None)
    client.force_login(cast.secretary)
    response = client.post(page("create", "A.D.1"), TYPED | {"member": far.pk})
    assert "member" in response.context["form"].errors
    officer = hold(cast.first, "Người Xã Khác", "chair", member=far)
    response = client.get(page("edit", officer.pk))
    assert "member" not in response.context["form"].fields
    client.post(page("edit", officer.pk), TYPED | {"full_name": "Người Xã Khác", "phone": "0912"})
    officer.refresh_from_db()
    assert (officer.member, officer.phone) == (far, "0912"), "what one may not see stays"


def test_a_second_chair_is_asked_about_and_the_former_ends_only_when_agreed(client, cast, hold):
    former = hold(cast.first, "Lò Thị Hà", "chair", from_date=date(2020, 1, 1))
    client.force_login(cast.secretary)
    typed = TYPED | {"from_date": "01/02/2022"}
    response = client.post(page("create", "A.D.1"), typed)
    form = response.context["form"]
    assert "Lò Thị Hà" in form.errors["post"][0]
    assert form.fields["give_way"].choices[0][0] == former.pk
    assert 'value="01/02/2022"' in words(response)
    former.refresh_from_db()
    assert former.to_date is None
    client.post(page("create", "A.D.1"), typed | {"give_way": [former.pk]})
    former.refresh_from_db()
    assert former.to_date == date(2022, 1, 31)
    assert names(client) == ["Cầm Văn Ủi"]


def test_nobody_of_another_unit_gives_way(client, cast, hold):
    other = hold(cast.second, "Người Khác", "chair", from_date=date(2020, 1, 1))
    client.force_login(cast.secretary)
    response = client.post(page("create", "A.D.1"), TYPED | {"from_date": "01/02/2022", "give_way": [other.pk, "x"]})
    assert "give_way" in response.context["form"].errors
    assert "Người Khác" not in words(response)


def test_an_unusual_post_is_saved_with_a_warning(client, cast):
    client.force_login(cast.secretary)
    response = client.post(page("create", "A.D.1"), TYPED | {"post": "branch_head"}, follow=True)
    assert "không phải chức danh thường có" in words(response)
    assert Officer.objects.get().post == "branch_head"


def test_a_future_day_of_more_than_a_year_is_refused_beside_the_field(client, cast):
    client.force_login(cast.secretary)
    far = date_to_text(timezone.localdate() + timedelta(days=400))
    response = client.post(page("create", "A.D.1"), TYPED | {"from_date": far})
    assert set(response.context["form"].errors) == {"from_date"}
    assert f'value="{far}"' in words(response)


def test_a_post_is_corrected_with_its_reason(client, cast, hold):
    officer = hold(cast.first, "Cầm Văn Ủi", "chair", outside=["school_head"])
    client.force_login(cast.secretary)
    response = client.post(page("edit", officer.pk), TYPED | {"decision_number": "12/QĐ", "reason": "Bổ sung số"})
    assert response.status_code == 302
    officer.refresh_from_db()
    assert officer.decision_number == "12/QĐ"
    assert not officer.outside_posts.exists()
    assert officer.history.first().history_change_reason == "Bổ sung số"


def test_a_post_ends_and_stays_in_the_list_of_the_days_before(client, cast, hold):
    officer = hold(cast.first, "Cầm Văn Ủi", "chair", from_date=date(2020, 1, 1))
    client.force_login(cast.secretary)
    assert "to_date" in client.post(page("end", officer.pk), {"to_date": "31/12/2019"}).context["form"].errors
    client.post(page("end", officer.pk), {"to_date": "31/12/2021", "reason": "QĐ 7"})
    assert names(client) == []
    assert names(client, date="31/12/2021") == ["Cầm Văn Ủi"]
    assert officer.history.first().history_change_reason == "Thôi giữ chức: QĐ 7"


def test_a_wrong_row_is_struck_out_with_a_reason(client, cast, hold):
    officer = hold(cast.first, "Cầm Văn Ủi", "chair")
    client.force_login(cast.secretary)
    assert "reason" in client.post(page("delete", officer.pk), {}).context["form"].errors
    response = client.post(page("delete", officer.pk), {"reason": "Nhầm xã"}, follow=True)
    assert "Đã xoá dòng ghi nhầm: Cầm Văn Ủi, Chủ tịch." in words(response)
    assert not Officer.objects.exists()
    assert Officer.history.filter(history_type="-").get().history_change_reason == "Nhầm xã"


@pytest.mark.parametrize("name", ["edit", "end", "delete"])
def test_a_post_of_another_subtree_is_404_also_when_posted(client, cast, hold, name):
    officer = hold(cast.second, "Cầm Văn Ủi", "chair")
    client.force_login(cast.secretary)
    assert client.post(page(name, officer.pk), TYPED | {"to_date": "01/01/2022", "reason": "x"}).status_code == 404
    assert client.post(page("create", "A.D.2"), TYPED).status_code == 404
    assert Officer.objects.get().to_date is None
