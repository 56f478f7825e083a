from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.bulk import chosen_members, plan_transfer, transfer_members
from members.models import Member
from members.services import end_membership, transfer_member
from tests.members.people import enter

TRANSFER, CHANGE = reverse("members:members_transfer"), reverse("members:members_change")


@pytest.fixture
def crew(cast):
    cast.an = enter(cast.branch, "An", occupation="farmer")
    cast.binh = enter(cast.first, "Bình", joined_on=date(2022, 8, 1))
    cast.chi = enter(cast.second, "Chi")
    cast.dao = enter(cast.first, "Đào")
    end_membership(member=cast.dao, left_on=date(2022, 3, 1), left_reason="resigned", user=None)
    cast.strange = enter(cast.foreign, "Lạ")
    return cast


@pytest.fixture
def visit(client, crew):
    def visit(url, data, *, method="post", person="district_manager"):
        client.force_login(getattr(crew, person), backend="django.contrib.auth.backends.ModelBackend")
        return getattr(client, method)(url, data)

    return visit


def keys(*members):
    return ",".join(str(member.pk) for member in members)


def confirm(response):
    """What the summary's button would send."""
    form = response.context["form"]
    kept = {name: value for name, value in form.data.items() if name not in ("confirm", "digest")}
    return kept | {"digest": response.context["plan"].digest, "confirm": "1"}


def test_ticks_and_the_whole_of_what_was_found_are_chosen(visit, crew):
    page = visit(CHANGE, {"member": [crew.an.pk, crew.chi.pk]}, method="get")
    assert page.context["form"]["members"].value() == keys(crew.an, crew.chi)
    page = visit(TRANSFER, {"all": "1", "unit": "A.D.1"}, method="get")
    assert set(page.context["form"]["members"].value().split(",")) == set(keys(crew.an, crew.binh).split(","))


def test_nothing_chosen_or_too_many_lead_back_with_a_word(visit, crew, client, monkeypatch):
    assert visit(CHANGE, {}, method="get").status_code == 302
    assert "Chưa chọn hội viên nào." in client.get(reverse("members:member_list")).content.decode()
    back = visit(CHANGE, {"unit": "A.D.1", "q": "an"}, method="get")
    assert back.url == reverse("members:member_list", query={"unit": "A.D.1", "q": "an"})
    assert "Hãy đánh dấu ô “Chọn”" in client.get(back.url).content.decode()
    monkeypatch.setattr("members.views.bulk.MOST_MEMBERS", 1)
    assert visit(CHANGE, {"all": "1"}, method="get").status_code == 302
    assert "nhiều nhất 1 người" in client.get(reverse("members:member_list")).content.decode()


def test_a_summary_comes_first_and_writes_nothing(visit, crew):
    data = {
        "members": keys(crew.an, crew.binh, crew.chi, crew.dao),
        "destination": "A.D.2",
        "effective_on": "01/06/2022",
    }
    response = visit(TRANSFER, data)
    plan = response.context["plan"]
    assert [step.member.full_name for step in plan.steps] == ["An"]
    assert {member.full_name: why for member, why in plan.skipped} == {
        "Bình": "mới vào chi hội ngày 01/08/2022, sau ngày chuyển",
        "Chi": "đang sinh hoạt ở đơn vị này rồi",
        "Đào": "đã thôi sinh hoạt",
    }
    words = " ".join(response.content.decode().split())
    assert "Chi hội: Chi hội bản Đồi → Xã Bình Minh (1 người)" in words
    crew.an.refresh_from_db()
    assert crew.an.organization == crew.branch


def test_a_confirmed_transfer_is_written_once_with_its_history(visit, crew):
    data = {"members": keys(crew.an), "destination": "A.D.2", "effective_on": "01/06/2022", "reason": "Sáp nhập"}
    press = confirm(visit(TRANSFER, data))
    assert visit(TRANSFER, press).status_code == 302
    crew.an.refresh_from_db()
    assert crew.an.organization == crew.second
    spells = crew.an.memberships.order_by("pk")
    assert [(row.joined_on, row.left_on, row.left_reason, row.joined_reason) for row in spells] == [
        (date(2022, 2, 1), date(2022, 6, 1), "transferred", "new"),
        (date(2022, 6, 1), None, "", "transferred"),
    ]
    for row in (crew.an, *spells):
        entry = row.history.first()
        assert (entry.history_user, entry.history_change_reason) == (crew.district_manager, "Sáp nhập")
    again = visit(TRANSFER, press)
    assert "Danh sách đã thay đổi" in again.content.decode()
    assert again.context["plan"].steps == []
    assert crew.an.memberships.count() == 2


def test_what_was_seen_is_what_is_done(visit, crew):
    data = {"members": keys(crew.an, crew.chi), "destination": "A.D.1", "effective_on": "01/06/2022"}
    press = confirm(visit(TRANSFER, data))
    transfer_member(member=crew.an, destination=crew.second, effective_on=date(2022, 5, 1), user=None)
    response = visit(TRANSFER, press)
    assert response.status_code == 200
    assert "chưa có gì được ghi" in response.content.decode()
    assert Member.objects.get(pk=crew.chi.pk).organization == crew.second


def test_out_of_the_scope_nobody_is_changed(visit, crew):
    data = {"members": keys(crew.an, crew.strange, crew.chi), "destination": "A.D.1", "effective_on": "01/06/2022"}
    response = visit(TRANSFER, data, person="secretary")
    assert response.context["form"].missing == 2
    assert visit(TRANSFER, confirm(response), person="secretary").status_code == 302
    assert Member.objects.get(pk=crew.strange.pk).organization == crew.foreign
    assert Member.objects.get(pk=crew.chi.pk).organization == crew.second
    response = visit(TRANSFER, data | {"destination": "A.D.2"}, person="secretary")
    assert set(response.context["form"].errors) == {"destination"}


def test_facts_are_set_for_all_that_were_chosen(visit, crew):
    data = {"members": keys(crew.an, crew.binh, crew.dao), "occupation": "teacher", "party_member": "yes"}
    response = visit(CHANGE, data | {"household": "", "joined_on": ""})
    words = " ".join(response.content.decode().split())
    assert "Nghề nghiệp: nông dân → giáo viên (1 người)" in words
    assert "Đảng viên: chưa ghi → có (3 người)" in words
    assert visit(CHANGE, confirm(response)).status_code == 302
    facts = set(Member.objects.filter(organization__code__startswith="A.D.1").values_list("occupation", "party_member"))
    assert facts == {("teacher", True)}
    assert crew.binh.history.first().history_change_reason == "Sửa hàng loạt"
    assert "đã đúng như vậy" in visit(CHANGE, data).content.decode()


def test_a_fact_can_be_emptied_and_keeping_all_is_refused(visit, crew):
    keep = {"members": keys(crew.an), "occupation": "keep", "party_member": "keep"}
    assert "Chưa chọn mục nào" in visit(CHANGE, keep).content.decode()
    assert visit(CHANGE, confirm(visit(CHANGE, keep | {"occupation": ""}))).status_code == 302
    crew.an.refresh_from_db()
    assert crew.an.occupation == ""


def test_the_day_of_joining_is_set_where_nothing_can_overlap(visit, crew):
    transfer_member(member=crew.chi, destination=crew.first, effective_on=date(2022, 5, 1), user=None)
    data = {"members": keys(crew.an, crew.chi, crew.dao), "occupation": "keep", "joined_on": "01/01/2021"}
    response = visit(CHANGE, data)
    assert {member.full_name: why for member, why in response.context["plan"].skipped} == {
        "Chi": "đã từng ở chi hội khác: sửa ngày ở trang của từng người",
        "Đào": "đã thôi sinh hoạt",
    }
    assert visit(CHANGE, confirm(response)).status_code == 302
    spell = crew.an.memberships.get()
    assert spell.joined_on == date(2021, 1, 1)
    assert spell.history.count() == 2
    assert crew.an.history.count() == 1


@pytest.mark.parametrize("members", ["", "x", "1;2", "9" * 40, ",".join(["1"] * 2001)])
def test_keys_that_were_written_by_hand_are_refused(visit, members):
    response = visit(CHANGE, {"members": members, "occupation": "teacher"})
    assert response.status_code == 200
    assert "members" in response.context["form"].errors


def test_a_transfer_takes_the_same_queries_for_two_as_for_twelve(crew):
    def count(members):
        arguments = {"destination": crew.third, "effective_on": date(2022, 6, 1)}
        chosen = [member.pk for member in members]
        reach = Member.objects.allowed(crew.manager, "members.change_member")
        plan = plan_transfer(members=chosen_members(reach, chosen), **arguments)
        with CaptureQueriesContext(connection) as queries:
            transfer_members(reach=reach, keys=chosen, seen=plan.digest, user=crew.manager, **arguments)
        return len(queries)

    few = count([crew.an, crew.chi])
    assert count([enter(crew.second, f"Người {number}") for number in range(12)]) == few
