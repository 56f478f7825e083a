"""What is done before the lock of an import is taken, and what after."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Member
from members.resources import MemberSheet
from members.services import create_member
from spreadsheets.services import apply_batch, import_file, undo_batch, undoing, upload_spreadsheet

pytestmark = pytest.mark.django_db
HEADER = "organization_code,full_name,card_number,note"


def file_of(*rows):
    return SimpleUploadedFile("ds.csv", "\n".join([HEADER, *rows]).encode())


def applied(user, *rows):
    batch = upload_spreadsheet(kind="members", file=file_of(*rows), name="ds.csv", user=user)
    return apply_batch(batch=batch, user=user)


@pytest.fixture
def someone(cast):
    person = Member(organization=cast.branch, full_name="Lò Thị Hà", card_number="T1", note="cũ")
    return create_member(member=person, joined_on=date(2020, 3, 1), user=None)


@pytest.fixture
def by_command(cast):
    return lambda *rows: import_file(kind="members", file=file_of(*rows), name="ds.csv", user=cast.manager)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")
@pytest.mark.parametrize("way", ["browser", "command"])
def test_a_short_file_waits_in_a_table_of_its_own_before_the_lock(cast, someone, by_command, monkeypatch, way):
    locked = []
    monkeypatch.setattr(MemberSheet, "lock", lambda sheet: locked.append(len(connection.queries_log)))
    rows = ["A.D.1.1,Lò Thị Hà,T1,mới", "A.D.1.1,Lò Văn Ân,T2,"]
    with CaptureQueriesContext(connection):
        (by_command if way == "command" else lambda *rows: applied(cast.manager, *rows))(*rows)
        statements = [query["sql"] for query in connection.queries_log]
    (place,) = locked
    fillings = [number for number, each in enumerate(statements) if "INSERT INTO temp." in each]
    assert fillings
    assert max(fillings) < place
    assert set(Member.objects.values_list("card_number", "note")) == {("T1", "mới"), ("T2", "")}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")
def test_nothing_waits_any_more_afterwards(cast, someone):
    batch = applied(cast.manager, "A.D.1.1,Lò Thị Hà,T1,mới", "A.D.1.1,Lò Văn Ân,T2,")
    undo_batch(batch=batch, user=cast.manager)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM temp.sqlite_master")
        assert cursor.fetchall() == []
        cursor.execute("PRAGMA cache_size")
        assert cursor.fetchone() == (-32000,)
        cursor.execute("PRAGMA temp_store")
        assert cursor.fetchone() == (0,)


def test_who_is_changed_while_the_undoing_waits_for_the_lock_is_left_alone(cast, someone, monkeypatch):
    batch = applied(cast.manager, "A.D.1.1,Lò Thị Hà,T1,mới", "A.D.1.1,Lò Văn Ân,T2,")

    def overtaken(tables):
        person = Member.objects.get(pk=someone.pk)
        person.phone = "0912345678"
        person.save()

    monkeypatch.setattr(undoing, "lock_tables", overtaken)
    batch = undo_batch(batch=batch, user=cast.manager)
    assert (batch.undone["deleted"], batch.undone["restored"], batch.undone["kept"]) == (1, 0, 1)
    assert Member.objects.values_list("note", "phone").get() == ("mới", "0912345678")
