"""Recording, ending and striking out posts: what is kept, and what is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import USUAL_BODY, Member, Officer, OutsidePost, Post
from members.officers import delete_post, end_post, is_unusual, posts_of, save_post
from members.services import create_member
from organizations.models import Organization
from organizations.tree import correct_organization, dissolve_organization

pytestmark = pytest.mark.django_db
BY = {"user": None, "reason": "thử"}


def refused(job, *arguments, **facts):
    with pytest.raises(ValidationError) as error:
        job(*arguments, **facts)
    return error.value.message_dict


def test_a_post_is_recorded_with_its_posts_outside_and_its_history(cast):
    officer = Officer(organization=cast.first, full_name="Lò Thị Hà", post="chair")
    outside = {"school_head": "Hiệu trưởng", "other": "Trưởng bản"}
    save_post(officer=officer, outside=outside, user=cast.secretary, reason="Đại hội khoá V")
    entry = officer.history.get()
    assert (entry.history_user, entry.history_change_reason) == (cast.secretary, "Đại hội khoá V")
    assert {row.kind: row.title for row in officer.outside_posts.all()} == outside
    assert OutsidePost.history.filter(history_user=cast.secretary).count() == 2


def test_posts_outside_are_replaced_and_those_that_stay_are_left_alone(tree, hold):
    officer = hold(tree.first, "Lò Thị Hà", "chair", outside=["school_head", "womens_union"])
    kept = officer.outside_posts.get(kind="school_head")
    save_post(officer=officer, outside={"school_head": "", "farmers_union": ""}, **BY)
    assert {row.kind for row in officer.outside_posts.all()} == {"school_head", "farmers_union"}
    assert officer.outside_posts.get(kind="school_head").pk == kept.pk
    assert kept.history.count() == 1
    assert OutsidePost.history.filter(kind="womens_union", history_type="-").count() == 1
    save_post(officer=officer, outside=None, **BY)
    assert officer.outside_posts.count() == 2


@pytest.mark.parametrize("post", ["chair", "standing_vice_chair"])
def test_a_second_chair_is_refused_until_the_first_has_ended(tree, hold, post):
    first = hold(tree.first, "Lò Thị Hà", post, from_date=date(2020, 1, 1))
    words = refused(hold, tree.first, "Cầm Văn Ủi", post, from_date=date(2022, 1, 1))
    assert "Lò Thị Hà" in words["post"][0]
    assert "01/01/2020" in words["post"][0]
    first.refresh_from_db()
    assert first.to_date is None
    end_post(officer=first, to_date=date(2021, 12, 31), user=None)
    hold(tree.first, "Cầm Văn Ủi", post, from_date=date(2022, 1, 1))
    hold(tree.second, "Cầm Văn Ủi", post, from_date=date(2022, 1, 1))


def test_the_former_chair_ends_the_day_before_when_the_user_agreed_to_it(tree, hold):
    first = hold(tree.first, "Lò Thị Hà", "chair", from_date=date(2020, 1, 1))
    second = Officer(organization=tree.first, full_name="Cầm Văn Ủi", post="chair", from_date=date(2022, 1, 1))
    assert "post" in refused(save_post, officer=second, outside=None, give_way=[first.pk + 1000], **BY)
    save_post(officer=second, outside=None, give_way=[first.pk], **BY)
    first.refresh_from_db()
    assert first.to_date == date(2021, 12, 31)
    assert first.history.first().history_change_reason == "Thôi giữ chức: có người kế nhiệm"


def test_a_chair_of_the_same_day_does_not_give_way(tree, hold):
    first = hold(tree.first, "Lò Thị Hà", "chair", from_date=date(2022, 1, 1))
    second = Officer(organization=tree.first, full_name="Cầm Văn Ủi", post="chair", from_date=date(2022, 1, 1))
    assert "post" in refused(save_post, officer=second, outside=None, give_way=[first.pk], **BY)


def test_several_vice_chairs_are_fine_but_nobody_holds_a_post_twice(tree, hold):
    hold(tree.first, "Lò Thị Hà", "vice_chair")
    hold(tree.first, "Cầm Văn Ủi", "vice_chair")
    assert "post" in refused(hold, tree.first, "LÒ THỊ HÀ", "vice_chair")
    hold(tree.first, "Lò Thị Hà", "treasurer")


def test_days_stand_in_order_within_the_units_life_and_not_far_ahead(tree, hold):
    today = timezone.localdate()
    correct_organization(organization=tree.second, established_on=date(2020, 1, 1), **BY)
    second = Organization.objects.get(pk=tree.second.pk)
    for facts, field in (
        ({"from_date": date(2022, 1, 2), "to_date": date(2022, 1, 1)}, "to_date"),
        ({"from_date": date(2019, 12, 31)}, "from_date"),
        ({"from_date": today + timedelta(days=367)}, "from_date"),
        ({"to_date": today + timedelta(days=367)}, "to_date"),
    ):
        assert set(refused(hold, second, "Lò Thị Hà", "chair", **facts)) == {field}
    hold(second, "Lò Thị Hà", "chair", from_date=today + timedelta(days=366))


def test_a_dissolved_unit_keeps_only_posts_that_ended(tree, hold):
    dissolve_organization(organization=tree.third, on=date(2022, 6, 30), **BY)
    assert set(refused(hold, tree.third, "Lò Thị Hà", "chair")) == {"to_date"}
    assert set(refused(hold, tree.third, "Lò Thị Hà", "chair", to_date=date(2022, 7, 1))) == {"to_date"}
    hold(tree.third, "Lò Thị Hà", "chair", to_date=date(2022, 6, 30))


def test_a_dissolved_unit_has_no_officers_afterwards(tree, hold):
    hold(tree.third, "Lò Thị Hà", "chair")
    dissolve_organization(organization=tree.third, on=date(2022, 6, 30), **BY)
    assert Officer.objects.serving(date(2022, 6, 30)).count() == 1
    assert Officer.objects.serving(date(2022, 7, 1)).count() == 0


def test_a_term_of_another_unit_is_refused(tree, hold, serve):
    term = serve(tree.second, 5, "2021-01-01", "2026-01-01")
    assert set(refused(hold, tree.first, "Lò Thị Hà", "chair", term=term)) == {"term"}


def test_an_ended_post_stays_and_is_not_ended_twice(tree, hold):
    officer = hold(tree.first, "Lò Thị Hà", "chair", from_date=date(2020, 1, 1))
    assert set(refused(end_post, officer=officer, to_date=date(2019, 1, 1), user=None)) == {"to_date"}
    end_post(officer=officer, to_date=date(2022, 3, 31), user=None, reason="Thôi giữ chức: QĐ 12")
    assert set(refused(end_post, officer=officer, to_date=date(2022, 4, 1), user=None)) == {"to_date"}
    assert Officer.objects.on(date(2022, 3, 31)).count() == 1
    assert Officer.objects.on(date(2022, 4, 1)).count() == 0
    assert officer.history.first().history_change_reason == "Thôi giữ chức: QĐ 12"


def test_a_wrong_row_goes_and_its_history_stays(cast, hold):
    officer = hold(cast.first, "Lò Thị Hà", "chair", outside=["school_head"])
    key = officer.pk
    delete_post(officer=officer, user=cast.secretary, reason="Ghi nhầm đơn vị")
    assert not Officer.objects.exists()
    for history in (Officer.history.filter(id=key), OutsidePost.history.all()):
        gone = history.get(history_type="-")
        assert (gone.history_user, gone.history_change_reason) == (cast.secretary, "Ghi nhầm đơn vị")


def test_posts_that_do_not_belong_to_the_form_of_unit_are_noticed(tree):
    assert is_unusual(Post.BRANCH_HEAD, tree.first)
    assert is_unusual(Post.CHAIR, tree.branch)
    assert not is_unusual(Post.CHAIR, tree.first)
    assert not is_unusual(Post.BRANCH_HEAD, tree.branch)
    assert set(USUAL_BODY) == set(Post)


def test_the_posts_of_a_member_are_shown_as_far_as_the_user_reaches(cast, hold):
    member = create_member(
        member=Member(organization=cast.branch, full_name="Lò Thị Hà"), joined_on=date(2020, 1, 1), user=None
    )
    hold(cast.first, "Lò Thị Hà", "chair", member=member, from_date=date(2020, 1, 1), to_date=date(2021, 1, 1))
    hold(cast.province, "Lò Thị Hà", "member", member=member, from_date=date(2021, 1, 1))
    hold(cast.first, "Lò Thị Hà", "treasurer")
    assert [post.post for post in posts_of(member, cast.manager)] == ["member", "chair"]
    assert [post.post for post in posts_of(member, cast.secretary)] == ["chair"]
    assert not posts_of(member, cast.stranger)


# Days from 1 January 2022; None is without limit.
DAY = st.none() | st.integers(0, 12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(spans=st.lists(st.tuples(DAY, DAY, st.booleans()), max_size=6))
def test_there_is_never_more_than_one_chair_whatever_is_tried(tree, spans):
    Officer.objects.all().delete()
    first_day = date(2022, 1, 1)

    def day_of(offset):
        return None if offset is None else first_day + timedelta(days=offset)

    for number, (start, end, agreed) in enumerate(spans):
        officer = Officer(organization=tree.first, full_name=f"Người {number}", post="chair")
        officer.from_date, officer.to_date = day_of(start), day_of(end)
        give_way = list(Officer.objects.values_list("pk", flat=True)) if agreed else []
        try:
            save_post(officer=officer, outside=None, give_way=give_way, **BY)
        except ValidationError:
            continue
    for offset in range(-2, 15):
        assert Officer.objects.on(first_day + timedelta(days=offset)).count() <= 1
