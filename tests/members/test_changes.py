from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from members.forms import TransferForm
from members.models import Member
from members.services import end_membership, transfer_member
from organizations.models import Organization, RegisterUse
from organizations.tree import dissolve_organization
from tests.members.people import JOINED, enter

CREATE = reverse("members:member_create")
PERSON = {"full_name": " Lò  Thị Hà ", "organization": "A.D.1.1", "birth": "05041960", "joined_on": "01/02/2022"}


@pytest.fixture
def send(client, cast):
    def send(person, url, **data):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client.post(url, data)

    return send


@pytest.fixture
def someone(cast):
    return enter(cast.branch, "Lò Thị Hà", phone="0912 345 678", id_number="014085001234", birth_year=1960)


def errors(response):
    return set(response.context["form"].errors)


def to(name, row):
    return reverse(f"members:{name}", args=[row.pk])


def test_the_last_crumb_names_the_page_and_not_its_button(client, cast, someone):
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    spell = someone.memberships.get()
    for address, words in (
        (to("member_edit", someone), "Sửa thông tin"),
        (to("membership_edit", spell), "Sửa thời gian"),
        (to("member_leave", someone), "Ghi thôi sinh hoạt"),
    ):
        assert client.get(address).context["crumbs"][-1] == (words, "")


def test_a_person_is_entered_with_unit_day_and_author(send, cast):
    response = send("secretary", CREATE, **PERSON, sex="female", phone="0912 345 678", id_number="014 085 001 234")
    member = Member.objects.get()
    assert response.url == f"{member.get_absolute_url()}?saved=1"
    assert (member.full_name, member.birth_date, member.birth_year) == ("Lò Thị Hà", date(1960, 4, 5), 1960)
    assert (member.organization, member.id_number, member.party_member) == (cast.branch, "014085001234", None)
    assert member.memberships.get().joined_on == date(2022, 2, 1)
    assert member.history.get().history_user == cast.secretary


def test_only_a_year_of_birth_is_enough(send):
    send("secretary", CREATE, **PERSON | {"birth": "1960", "party_member": "no"})
    member = Member.objects.get()
    assert (member.birth_date, member.birth_year, member.party_member) == (None, 1960, False)


def test_the_next_person_begins_at_the_same_unit_and_day(send, client):
    response = send("secretary", CREATE, **PERSON, next="1")
    page = client.get(response.url)
    assert "Đã ghi Lò Thị Hà vào Chi hội bản Đồi." in page.content.decode()
    assert page.context["form"]["organization"].value() == "A.D.1.1"
    assert page.context["form"]["joined_on"].value() == "01/02/2022"
    assert not page.context["form"]["full_name"].value()


def test_the_form_begins_at_the_unit_of_the_address_and_today(client, cast):
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    form = client.get(CREATE, {"organization": "A.D.1.1"}).context["form"]
    assert form["organization"].value() == "A.D.1.1"
    assert form["joined_on"].value() == timezone.localdate().strftime("%d/%m/%Y")
    assert [value for value, _ in form.fields["organization"].widget.choices] == ["A.D.1", "A.D.1.1"]
    assert client.get(CREATE, {"organization": "A.D.2"}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"full_name": "123"}, "full_name"),
        ({"full_name": ""}, "full_name"),
        ({"birth": "31/02/1960"}, "birth"),
        ({"birth": "1060"}, "birth"),
        ({"birth": "2999"}, "birth"),
        ({"phone": "không có"}, "phone"),
        ({"id_number": "12345"}, "id_number"),
        ({"organization": "A.D.2"}, "organization"),
        ({"organization": "B.1"}, "organization"),
        ({"organization": ""}, "organization"),
        ({"joined_on": "01/01/2999"}, "joined_on"),
        ({"card_number": "SL-1"}, "card_number"),
        ({"code": "M12"}, "code"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(send, cast, wrong, field):
    enter(cast.second, "Người Khác", card_number="SL-1")
    response = send("secretary", CREATE, **PERSON | {"note": "ghi nhớ"} | wrong)
    assert errors(response) == {field}
    words = response.content.decode()
    assert "Chưa lưu được" in words
    assert "ghi nhớ" in words
    assert Member.objects.count() == 1


def test_a_dissolved_branch_takes_nobody(send, cast):
    dissolve_organization(organization=cast.branch, on=date(2022, 1, 1), user=None, reason="Thử")
    assert errors(send("secretary", CREATE, **PERSON)) == {"organization"}


def test_an_edit_writes_only_what_was_changed_and_keeps_the_number(send, client, cast, someone):
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    form = client.get(to("member_edit", someone)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {"occupation": "teacher", "reason": "Bổ sung"}
    assert data["id_number"] == ""
    response = send("secretary", to("member_edit", someone), **{k: v for k, v in data.items() if v is not False})
    assert response.url == someone.get_absolute_url()
    someone.refresh_from_db()
    assert (someone.occupation, someone.id_number, someone.phone) == ("teacher", "014085001234", "0912 345 678")
    entry = someone.history.first()
    assert (entry.history_user, entry.history_change_reason) == (cast.secretary, "Bổ sung")
    assert someone.history.count() == 2


def test_the_number_is_replaced_or_dropped_on_purpose(send, someone):
    facts = {"full_name": "Lò Thị Hà", "birth": "1960", "phone": "0912 345 678"}
    seen = someone.history.first().history_id
    send("secretary", to("member_edit", someone), **facts, id_number="014085009999", seen=seen)
    someone.refresh_from_db()
    assert someone.id_number == "014085009999"
    seen = someone.history.first().history_id
    send("secretary", to("member_edit", someone), **facts, drop_id_number="on", seen=seen)
    someone.refresh_from_db()
    assert (someone.id_number, someone.id_hash) == ("", "")


def test_an_edit_over_another_edit_shows_the_form_again_and_then_goes_through(send, someone):
    data = {"full_name": "Lò Thị Hai", "birth": "1960", "phone": "0912 345 678", "seen": "1"}
    someone.note = "người khác ghi"
    someone.save()
    response = send("secretary", to("member_edit", someone), **data)
    words = response.content.decode()
    assert "người khác vừa sửa" in words
    assert "Lò Thị Hai" in words
    data["seen"] = response.context["form"]["seen"].value()
    assert send("secretary", to("member_edit", someone), **data).status_code == 302
    someone.refresh_from_db()
    assert (someone.full_name, someone.note) == ("Lò Thị Hai", "")


def test_a_transfer_goes_where_the_user_may_change_members(send, cast, someone):
    data = {"destination": "A.D.2", "effective_on": "01/06/2022", "reason": "GGT 12"}
    assert send("district_manager", to("member_transfer", someone), **data).status_code == 302
    someone.refresh_from_db()
    assert someone.organization == cast.second
    assert someone.history.first().history_change_reason == "GGT 12"


def test_a_destination_out_of_the_scope_is_refused(send, someone):
    for code in ("A.D.2", "A.T.1", "B.1", "no such"):
        response = send("secretary", to("member_transfer", someone), destination=code, effective_on="01/06/2022")
        assert errors(response) == {"destination"}
    someone.refresh_from_db()
    assert someone.organization.code == "A.D.1.1"


def test_a_search_offers_units_of_the_scope_and_keeps_what_was_typed(send, someone):
    url = to("member_transfer", someone)
    response = send("district_manager", url, query="xa", find="1", effective_on="01/06/2022")
    form = response.context["form"]
    assert [value for value, _ in form.fields["destination"].widget.choices] == ["", "A.D.1", "A.D.2"]
    assert form["effective_on"].value() == "01/06/2022"
    assert not form.errors
    words = send("district_manager", url, query="cao son", find="1").content.decode()
    assert "Không tìm thấy đơn vị nào" in words


def test_leaving_keeps_the_person_and_coming_back_opens_a_new_time(send, someone):
    response = send("secretary", to("member_leave", someone), left_on="01/06/2022", left_reason="resigned")
    assert response.status_code == 302
    someone.refresh_from_db()
    assert not someone.active
    response = send("secretary", to("member_rejoin", someone), destination="A.D.1", joined_on="01/05/2022")
    assert errors(response) == {"joined_on"}
    response = send("secretary", to("member_rejoin", someone), destination="A.D.1", joined_on="01/09/2022")
    assert response.status_code == 302
    someone.refresh_from_db()
    assert someone.active
    assert someone.memberships.count() == 2


def test_leaving_needs_a_reason_and_a_day_that_has_come(send, someone):
    assert errors(send("secretary", to("member_leave", someone))) == {"left_on", "left_reason"}
    tomorrow = (timezone.localdate() + timedelta(days=1)).strftime("%d/%m/%Y")
    response = send("secretary", to("member_leave", someone), left_on=tomorrow, left_reason="resigned")
    assert errors(response) == {"left_on"}
    response = send("secretary", to("member_leave", someone), left_on="01/06/2022", left_reason="transferred")
    assert errors(response) == {"left_reason"}


def test_the_dates_of_a_time_are_corrected_with_a_reason(send, someone):
    spell = someone.memberships.get()
    assert errors(send("secretary", to("membership_edit", spell), joined_on="01/01/2022")) == {"reason"}
    data = {"joined_on": "01/01/2022", "reason": "Đối chiếu sổ giấy"}
    assert send("secretary", to("membership_edit", spell), **data).url == someone.get_absolute_url()
    spell.refresh_from_db()
    assert spell.joined_on == date(2022, 1, 1)
    assert spell.history.first().history_change_reason == "Đối chiếu sổ giấy"


def test_a_time_in_another_subtree_is_not_found(send, cast, someone):
    away = enter(cast.second, "Đi Xa", joined_on=JOINED)
    end_membership(member=away, left_on=date(2022, 3, 1), left_reason="resigned", user=None)
    assert send("secretary", to("membership_edit", away.memberships.get()), reason="x").status_code == 404
    come = enter(cast.second, "Mới Đến", joined_on=JOINED)
    transfer_member(member=come, destination=cast.first, effective_on=date(2022, 5, 1), user=None)
    before, now = come.memberships.order_by("pk")
    assert send("secretary", to("membership_edit", before), reason="x").status_code == 404
    moved = {"joined_on": "02/05/2022", "reason": "x"}
    assert errors(send("secretary", to("membership_edit", now), **moved)) == {"joined_on"}, "it is A.D.2's day as well"
    assert send("district_manager", to("membership_edit", now), **moved).status_code == 302


def test_whoever_lost_the_role_meanwhile_writes_nothing(cast, someone):
    reach = Organization.objects.allowed(cast.secretary, "members.change_member")
    data = {"destination": "A.D.1", "effective_on": "01/06/2022"}
    form = TransferForm(data, member=someone, reach=reach, near=cast.branch, user=cast.secretary)
    assert form.is_valid()
    cast.secretary.appointments.all().delete()
    with pytest.raises(PermissionDenied):
        form.save()
    assert someone.memberships.count() == 1


@pytest.mark.parametrize(
    "name", ["member_edit", "member_transfer", "member_leave", "member_rejoin", "member_id_number"]
)
def test_a_stranger_gets_404(send, someone, name):
    assert send("stranger", to(name, someone)).status_code == 404
    assert send("viewer", to(name, someone)).status_code == 403


def test_the_first_members_unit_is_asked_for_its_register(send, client, cast):
    page = client.get(send("secretary", CREATE, **PERSON).url)
    assert page.context["unkept"] == cast.first
    RegisterUse.objects.create(organization=cast.first, register="members", used_from=JOINED)
    page = client.get(f"{Member.objects.get().get_absolute_url()}?saved=1")
    assert page.context["unkept"] is None
