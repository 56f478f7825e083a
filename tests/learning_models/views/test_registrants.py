"""The page of one registrant, and what changes it."""

from datetime import date

import pytest
from django.urls import reverse

from learning_models.models import Registration
from members.models import Member
from members.services import create_member
from tests.learning_models.register import add_registrant, add_registration, recognise, review, withdraw


def address(name, row):
    return reverse(f"learning_models:{name}", args=[row.pk])


@pytest.fixture
def family(cast):
    return add_registration(cast.branch, name="Lò Văn An", address="Bản Đồi", people=4)


def test_years_titles_and_decisions_are_told(visit, cast, family):
    review(family)
    decision = recognise(family)
    withdraw(decision, family, decided_on=date(2023, 5, 1))
    page = visit(address("registrant_detail", family.registrant), "viewer").content.decode()
    for words in ("12/QĐ-UBND, ngày 20/12/2022, Chủ tịch", "đã thu hồi", "1/QĐ-TH: Vi phạm", "Bản Đồi"):
        assert words in page
    assert "Sửa thông tin" not in page
    assert "Huỷ đăng ký" not in page


def test_facts_are_edited_and_refusals_stand_at_their_field(visit, cast, family):
    edit = address("registrant_edit", family.registrant)
    visit(edit, name="Lò Văn Ân", address="Bản Đồi", people="5")
    family.registrant.refresh_from_db()
    assert (family.registrant.name, family.registrant.people) == ("Lò Văn Ân", 5)
    add_registrant(cast.branch, name="Cầm Văn B", code="H9")
    page = visit(edit, name="Lò Văn Ân", address="Bản Đồi", people="5", code="H9")
    assert "Mã này đã có trong đơn vị" in page.content.decode()


def test_a_citizen_is_joined_to_a_member_by_a_search(visit, cast):
    joined_on = date(2020, 1, 1)
    member = create_member(
        member=Member(organization=cast.branch, full_name="Lò Thị Hà"), joined_on=joined_on, user=None
    )
    citizen = add_registrant(cast.branch, "citizen", name="Lò Thị Hà")
    edit = address("registrant_edit", citizen)
    page = visit(edit, name="Hà", query="lo ha", find="1")
    assert 'value="Hà"' in page.content.decode()
    assert [row.pk for row in page.context["form"].found] == [member.pk]
    visit(edit, name="Lò Thị Hà", member=member.pk)
    citizen.refresh_from_db()
    assert citizen.member == member
    visit(edit, name="Lò Thị Hà", member="")
    citizen.refresh_from_db()
    assert citizen.member is None


def test_leaving_and_coming_back(visit, family):
    leave = address("registrant_leave", family.registrant)
    assert "to_date" in visit(leave, reason="Chuyển đi").context["form"].errors
    visit(leave, to_date="30/06/2022", reason="Chuyển đi")
    family.registrant.refresh_from_db()
    assert family.registrant.to_date == date(2022, 6, 30)
    visit(leave, reason="Trở lại")
    family.registrant.refresh_from_db()
    assert family.registrant.to_date is None


def test_a_transfer_stays_within_the_reach(visit, cast, family):
    move = address("registrant_transfer", family.registrant)
    assert "destination" in visit(move, destination="A.D.2").context["form"].errors
    visit(move, "district_manager", destination="A.D.2")
    family.registrant.refresh_from_db()
    assert family.registrant.organization == cast.second


def test_a_registration_is_cancelled_until_it_is_assessed(visit, family):
    cancel = address("registration_cancel", family)
    assert "Huỷ đăng ký năm 2022" in visit(cancel).content.decode()
    review(family)
    assert "lùi về bước đăng ký" in visit(cancel, reason="Nhầm").content.decode()
    other = add_registration(family.organization, name="Cầm Văn B")
    visit(address("registration_cancel", other), reason="Nhầm")
    assert list(Registration.objects.all()) == [family]
    assert Registration.history.filter(id=other.pk, history_type="-").get().history_change_reason == "Nhầm"


def test_history_names_who_did_what(visit, cast, family):
    visit(address("registrant_edit", family.registrant), name="Lò Văn Ân", reason="Gõ nhầm")
    page = visit(address("registrant_detail", family.registrant)).content.decode()
    assert "Gõ nhầm" in page
    assert "Đăng ký" in page
