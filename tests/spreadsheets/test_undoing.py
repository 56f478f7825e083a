"""Taking back a whole file: former values return, what was worked on since stays."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import DifferentPeople, HeadCount, Member, Membership, Officer, OutsidePost
from members.services import create_member, end_membership, transfer_member
from organizations.models import AreaStatistics
from spreadsheets.models import ImportBatch
from spreadsheets.services import apply_batch, import_file, undo_batch, upload_spreadsheet

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
HEADER = "organization_code,full_name,member_code,card_number,note,joined_on,reason"


def bring(user, *rows, kind="members", header=HEADER):
    """An applied batch of these rows."""
    file = SimpleUploadedFile("ds.csv", "\n".join([header, *rows]).encode())
    batch = upload_spreadsheet(kind=kind, file=file, name=file.name, user=user)
    batch = apply_batch(batch=batch, user=user)
    assert batch.status == "applied", (batch.problems, batch.counts)
    return batch


@pytest.fixture
def someone(cast):
    person = Member(organization=cast.branch, full_name="Lò Thị Hà", id_number="014060001234", note="cũ")
    return create_member(member=person, joined_on=date(2020, 3, 1), user=None)


def test_new_rows_go_and_their_history_says_why(cast):
    batch = bring(cast.manager, "A.D.1.1,Lò Văn Ân,,T1,,,", "A.D.1.1,Lò Văn Bình,,T2,,,")
    keys = set(Member.objects.values_list("pk", flat=True))
    batch = undo_batch(batch=batch, user=cast.manager)
    assert (batch.status, batch.undone) == ("undone", {"deleted": 2, "restored": 0, "kept": 0, "names": []})
    assert Member.objects.count() == Membership.objects.count() == 0
    last = Member.history.filter(id__in=keys, history_type="-")
    assert {row.history_change_reason for row in last} == {"Hoàn tác tệp ds.csv"}
    assert {row.history_user for row in last} == {cast.manager}
    assert list(Member.objects.search("an")) == []


def test_changed_rows_get_their_former_values_back(cast, someone):
    batch = bring(cast.manager, f"A.D.2,Lò Thị Hạnh,M{someone.pk},T1,mới,01/02/2021,transferred")
    someone.refresh_from_db()
    assert (someone.full_name, someone.organization) == ("Lò Thị Hạnh", cast.second)
    batch = undo_batch(batch=batch, user=cast.manager)
    assert (batch.undone["deleted"], batch.undone["restored"]) == (0, 1)
    someone.refresh_from_db()
    assert (someone.full_name, someone.note, someone.card_number) == ("Lò Thị Hà", "cũ", None)
    assert (someone.organization, someone.active, someone.id_number) == (cast.branch, True, "014060001234")
    assert list(Member.objects.search("hanh")) == []
    assert list(Member.objects.search("ha")) == [someone]
    spell = someone.memberships.get()
    assert (spell.organization, spell.joined_on, spell.left_on) == (cast.branch, date(2020, 3, 1), None)
    assert someone.history.first().history_change_reason == "Hoàn tác tệp ds.csv"


def test_rows_changed_since_are_left_alone_and_named(cast):
    batch = bring(cast.manager, "A.D.1.1,Lò Văn Ân,,T1,,,", "A.D.1.1,Lò Văn Bình,,T2,,,", "A.D.1.1,Lò Văn Chi,,T3,,,")
    edited, moved = Member.objects.get(card_number="T1"), Member.objects.get(card_number="T2")
    edited.note = "sửa tay"
    edited.save()
    transfer_member(member=moved, destination=cast.second, effective_on=date(2022, 1, 1), user=None)
    batch = undo_batch(batch=batch, user=cast.manager)
    assert (batch.undone["deleted"], batch.undone["kept"]) == (1, 2)
    assert batch.undone["names"] == [
        {"name": "Lò Văn Ân", "reason": "đã được sửa sau đó"},
        {"name": "Lò Văn Bình", "reason": "đã được sửa sau đó"},
    ]
    assert set(Member.objects.values_list("card_number", flat=True)) == {"T1", "T2"}
    assert Membership.objects.count() == 3


def test_a_spell_that_was_ended_since_keeps_the_person(cast, someone):
    batch = bring(cast.manager, f"A.D.1.1,Lò Thị Hạnh,M{someone.pk},,mới,01/03/2020,")
    end_membership(member=someone, left_on=date(2022, 1, 1), left_reason="resigned", user=None)
    assert undo_batch(batch=batch, user=cast.manager).undone["kept"] == 1
    someone.refresh_from_db()
    assert someone.full_name == "Lò Thị Hạnh"


def test_rows_that_others_point_to_are_left_alone(cast, someone):
    batch = bring(cast.manager, "A.D.1.1,Lò Văn Ân,,T1,,,")
    first, second = sorted([someone.pk, Member.objects.get(card_number="T1").pk])
    DifferentPeople.objects.create(first_id=first, second_id=second)
    batch = undo_batch(batch=batch, user=cast.manager)
    assert batch.undone["names"] == [{"name": "Lò Văn Ân", "reason": "đang được dùng ở nơi khác"}]
    assert Member.objects.filter(card_number="T1").exists()


def test_a_card_that_somebody_else_took_since_undoes_nothing(cast, someone):
    Member.objects.filter(pk=someone.pk).update(card_number="T9")
    because = someone.history.latest()
    because.card_number = "T9"
    because.save()
    batch = bring(cast.manager, f"A.D.1.1,Lò Thị Hà,M{someone.pk},T1,cũ,01/03/2020,")
    create_member(member=Member(organization=cast.branch, full_name="A B", card_number="T9"), joined_on=None, user=None)
    with pytest.raises(ValidationError, match="Chưa thay đổi gì"):
        undo_batch(batch=batch, user=cast.manager)
    batch.refresh_from_db()
    assert batch.status == "applied"


def test_head_counts_and_areas_are_undone_alike(cast):
    AreaStatistics.objects.create(organization=cast.east, year=2021, population=5, source="x")
    header = "organization_code,year,population"
    batch = bring(cast.manager, "A.D,2021,6", "A.T,2021,7", kind="area_statistics", header=header)
    assert undo_batch(batch=batch, user=cast.manager).undone | {"names": []} == {
        "deleted": 1,
        "restored": 1,
        "kept": 0,
        "names": [],
    }
    assert AreaStatistics.objects.values_list("population", "source").get() == (5, "x")
    batch = bring(cast.manager, "A.D.1,31/03/2022,10", kind="head_counts", header="organization_code,date,members")
    assert undo_batch(batch=batch, user=cast.manager).undone["deleted"] == 1
    assert HeadCount.objects.count() == 0


OFFICERS = "organization_code,full_name,post,from_date,to_date,outside_posts"


def test_officers_are_undone_with_their_outside_posts(cast):
    bring(cast.manager, "A.D.1,Lò Văn Ân,chair,01/01/2020,,school_head", kind="officers", header=OFFICERS)
    rows = ["A.D.1,Lò Văn Ân,chair,01/01/2020,31/12/2021,school_head", "A.D.1,Cà Thị Yến,chair,01/01/2022,,other"]
    second = bring(cast.manager, *rows, kind="officers", header=OFFICERS)
    undone = undo_batch(batch=second, user=cast.manager).undone
    assert (undone["deleted"], undone["restored"], undone["kept"]) == (1, 1, 0)
    officer = Officer.objects.get()
    assert (officer.full_name, officer.to_date, officer.outside_posts.get().kind) == ("Lò Văn Ân", None, "school_head")
    assert OutsidePost.objects.count() == 1


def test_an_officer_whose_outside_posts_the_file_took_away_stays_as_he_is(cast):
    bring(cast.manager, "A.D.1,Lò Văn Ân,chair,01/01/2020,,school_head", kind="officers", header=OFFICERS)
    batch = bring(cast.manager, "A.D.1,Lò Văn Ân,chair,01/01/2020,31/12/2021,", kind="officers", header=OFFICERS)
    assert OutsidePost.history.filter(history_type="-").count() == 1
    undone = undo_batch(batch=batch, user=cast.manager).undone
    assert (undone["restored"], undone["kept"]) == (0, 1)
    assert "sửa bằng tay" in undone["names"][0]["reason"]


def test_a_former_chair_does_not_come_back_beside_a_new_one(cast):
    bring(cast.manager, "A.D.1,Lò Văn Ân,chair,01/01/2020,,", kind="officers", header=OFFICERS)
    batch = bring(cast.manager, "A.D.1,Lò Văn Ân,chair,01/01/2020,31/12/2021,", kind="officers", header=OFFICERS)
    Officer.objects.create(organization=cast.first, full_name="Cà Thị Yến", post="chair", from_date=date(2022, 1, 1))
    with pytest.raises(ValidationError):
        undo_batch(batch=batch, user=cast.manager)
    assert Officer.objects.get(full_name="Lò Văn Ân").to_date == date(2021, 12, 31)


def test_what_the_command_wrote_can_be_undone(cast):
    file = SimpleUploadedFile("ds.csv", f"{HEADER}\nA.D.1.1,Lò Văn Ân,,T1,,,\n".encode())
    import_file(kind="members", file=file, name="ds.csv", user=cast.manager)
    assert undo_batch(batch=ImportBatch.objects.get(), user=cast.manager).undone["deleted"] == 1


def test_a_kind_without_a_history_of_batches_is_not_offered(cast, client):
    file = SimpleUploadedFile("a.csv", b"code,name,level,parent_code\nA.D.9,Xa,commune,A.D\n")
    batch = upload_spreadsheet(kind="organizations", file=file, name=file.name, user=cast.manager)
    batch = apply_batch(batch=batch, user=cast.manager)
    assert not batch.may_be_undone
    with pytest.raises(ValidationError, match="không hoàn tác cả tệp được"):
        undo_batch(batch=batch, user=cast.manager)


def test_only_once_and_only_with_the_permission(cast):
    batch = bring(cast.manager, "A.D.1.1,Lò Văn Ân,,T1,,,")
    with pytest.raises(ValidationError, match="không có quyền"):
        undo_batch(batch=batch, user=cast.viewer)
    with pytest.raises(ValidationError, match="ngoài phạm vi"):
        undo_batch(batch=batch, user=cast.stranger)
    undo_batch(batch=batch, user=cast.manager)
    with pytest.raises(ValidationError, match="đã được xử lý"):
        undo_batch(batch=batch, user=cast.manager)


def test_the_page_asks_then_says_how_many(cast, client):
    batch = bring(cast.manager, "A.D.1.1,Lò Văn Ân,,T1,,,")
    client.force_login(cast.manager, backend=BACKEND)
    address = reverse("spreadsheets:batch_undo", args=[batch.pk])
    assert address in client.get(batch.get_absolute_url()).content.decode()
    assert "Hoàn tác cả tệp" in client.get(address).content.decode()
    assert Member.objects.count() == 1
    page = client.post(address, follow=True).content.decode()
    assert "xoá 1 dòng đã thêm" in " ".join(page.split())
    assert Member.objects.count() == 0


def test_queries_do_not_grow_with_the_rows(cast):
    def queries(number):
        rows = [f"A.D.1.1,Người Thứ {place},,T{number}-{place},,," for place in range(number)]
        batch = bring(cast.manager, *rows)
        with CaptureQueriesContext(connection) as captured:
            undo_batch(batch=batch, user=cast.manager)
        return len(captured)

    assert queries(2) == queries(60)


def test_the_names_of_rows_left_alone_end_at_the_scope(cast):
    batch = bring(cast.secretary, "A.D.1.1,Lò Văn Ân,,T1,,,")
    person = Member.objects.get()
    transfer_member(member=person, destination=cast.third, effective_on=date(2022, 1, 1), user=None)
    batch = undo_batch(batch=batch, user=cast.secretary)
    assert (batch.undone["kept"], batch.undone["names"]) == (1, [])
