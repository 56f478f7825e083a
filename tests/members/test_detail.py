from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.history import because
from members.merging import merge_members
from members.models import IdNumberReading, Officer
from members.services import transfer_member
from tests.members.people import enter

ID_NUMBER = "014085001234"


@pytest.fixture
def someone(cast):
    return enter(
        cast.branch,
        "Lò Thị Hà",
        birth_date=date(1960, 4, 5),
        phone="0912 345 678",
        id_number=ID_NUMBER,
        party_member=True,
        household="Hộ ông Panh",
        note="Chuyện riêng",
    )


@pytest.fixture
def look(client, cast, someone):
    def look(person, **data):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return " ".join(client.get(someone.get_absolute_url(), data).content.decode().split())

    return look


def test_personal_facts_are_for_those_who_may_see_them(look):
    words = look("secretary")
    for fact in ("05/04/1960", "0912 345 678", "Chuyện riêng", "Đảng viên", "Hộ ông Panh", "•••••••••234"):
        assert fact in words
    words = look("viewer")
    for fact in ("05/04/1960", "0912 345 678", "Chuyện riêng", "Đảng viên", "Hộ ông Panh"):
        assert fact not in words
    assert "1960" in words
    assert "•••••••••234" in words
    assert ID_NUMBER not in words


def test_the_whole_number_is_shown_once_and_the_look_is_written_down(client, cast, someone):
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("members:member_id_number", args=[someone.pk])
    response = client.post(url)
    assert ID_NUMBER in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    reading = IdNumberReading.objects.get()
    assert (reading.member, reading.user, reading.member_key) == (someone, cast.manager, someone.pk)
    assert client.get(url).status_code == 302
    assert ID_NUMBER not in client.get(someone.get_absolute_url()).content.decode()
    assert IdNumberReading.objects.count() == 1


def test_nobody_else_sees_the_number(client, cast, someone):
    url = reverse("members:member_id_number", args=[someone.pk])
    for person, status in ((cast.secretary, 403), (cast.viewer, 403), (cast.stranger, 404)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert client.post(url).status_code == status
    assert not IdNumberReading.objects.exists()


def test_a_person_without_a_number_leaves_no_look(client, cast):
    nameless = enter(cast.branch, "Không Số")
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("members:member_id_number", args=[nameless.pk])).status_code == 302
    assert not IdNumberReading.objects.exists()


def test_looks_are_never_changed_nor_deleted(cast, someone):
    reading = IdNumberReading(member=someone, user=cast.manager)
    reading.save()
    with pytest.raises(ValidationError):
        reading.save()
    with pytest.raises(ValidationError):
        reading.delete()


def test_a_number_whose_key_is_lost_is_said_to_be_unreadable(look, client, someone, settings):
    settings.PERSONAL_DATA_KEYS = ["7:another secret"]
    assert "Không giải mã được" in look("manager")
    response = client.post(reverse("members:member_id_number", args=[someone.pk]))
    assert response.url == someone.get_absolute_url()
    assert not IdNumberReading.objects.exists()


def test_the_history_tells_who_what_and_why(look, someone, cast):
    someone.phone, someone.occupation = "0988 111 222", "teacher"
    because(someone, user=cast.secretary, reason="Bà Hà đổi số").save()
    transfer_member(member=someone, destination=cast.second, effective_on=date(2022, 6, 1), user=cast.manager)
    words = look("manager")
    assert "Ghi vào sổ: Lò Thị Hà" in words
    assert "Bà Hà đổi số" in words
    assert "Điện thoại: 0912 345 678 → 0988 111 222" in words
    assert "Nghề nghiệp: chưa ghi → giáo viên" in words
    assert "Ra khỏi Chi hội bản Đồi ngày 01/06/2022 (chuyển sinh hoạt)" in words
    assert "Vào Xã Bình Minh từ ngày 01/06/2022 (chuyển sinh hoạt)" in words
    assert ID_NUMBER not in words


def test_the_history_names_personal_facts_without_telling_them(look, someone, cast):
    someone.phone, someone.id_number = "0988 111 222", ""
    because(someone, user=cast.secretary, reason="Đổi số").save()
    words = look("viewer")
    assert "Điện thoại: đã đổi" in words
    assert "0988 111 222" not in words
    assert "Số căn cước: đã xoá" in words


def test_posts_stand_on_the_page(look, someone, cast):
    Officer.objects.create(organization=cast.first, member=someone, full_name="Lò Thị Hà", post="secretary")
    page = look("viewer")
    assert "Uỷ viên thư ký" in page
    assert reverse("members:officer_detail", args=[someone.posts.get().pk]) in page


def test_the_address_of_a_merged_row_leads_to_the_kept_one(client, cast, someone):
    twin = enter(cast.branch, "Lò Thị Hà", id_number="014085009999")
    IdNumberReading(member=twin, user=cast.manager).save()
    merge_members(kept=someone, merged=twin, take=set(), user=cast.manager)
    for person, status in ((cast.viewer, 302), (cast.stranger, 404)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        response = client.get(reverse("members:member_detail", args=[twin.pk]))
        assert response.status_code == status
        assert status == 404 or response.url == someone.get_absolute_url()
    assert IdNumberReading.objects.values_list("member", "member_key").get() == (None, twin.pk)


def test_a_merging_stands_in_the_history_of_the_kept_row(look, someone, cast):
    twin = enter(cast.branch, "Lo Thi Ha")
    merge_members(kept=someone, merged=twin, take=set(), user=cast.manager)
    assert f"Gộp vào đây dòng M{twin.pk} (Lo Thi Ha)" in look("viewer")


def test_after_entering_the_next_person_and_the_register_are_offered(look):
    words = look("secretary", saved="1")
    assert "Ghi người tiếp theo" in words
    assert reverse("members:register_use", args=["A.D.1"]) in words
    assert "Ghi người tiếp theo" not in look("viewer", saved="1")


def test_the_page_reads_as_often_with_one_spell_as_with_many(client, cast, someone):
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")

    def count():
        client.get(someone.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            client.get(someone.get_absolute_url())
        return len(queries)

    before = count()
    for number, unit in enumerate([cast.second, cast.third, cast.branch, cast.second, cast.first, cast.branch]):
        transfer_member(member=someone, destination=unit, effective_on=date(2023, 1 + number, 1), user=cast.manager)
    assert count() == before
