"""A whole file of registrations is taken back: rows go or are as before, and titles are settled anew."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from learning_models.models import Registrant, Registration, RegistrationCount
from learning_models.services import register
from spreadsheets.services import apply_batch, map_columns, undo_batch, upload_spreadsheet
from tests.learning_models.register import add_registrant, add_registration, recognise, review

pytestmark = pytest.mark.django_db
HEADER = "organization_code,model,year,registrant,count,registered_on,people,status,decision_date"


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def upload(user, *rows, kind="registrations", header=HEADER):
    file = SimpleUploadedFile("ds.csv", "\n".join([header, *rows]).encode())
    return upload_spreadsheet(kind=kind, file=file, name=file.name, user=user)


def bring(user, *rows):
    batch = apply_batch(batch=upload(user, *rows), user=user)
    assert batch.status == "applied", (batch.problems, batch.counts)
    return batch


def told(batch):
    return {name: batch.undone[name] for name in ("deleted", "restored", "kept")}


def test_names_and_numbers_go_and_leave_a_history(cast):
    rows = ["A.D.1,clan,2021,Họ Lò,,,,,", "A.D.1,clan,2022,Họ Lò,,,,,", "A.D.1,clan,2022,,3,,,,"]
    batch = undo_batch(batch=bring(cast.manager, *rows), user=cast.manager)
    assert told(batch) == {"deleted": 3, "restored": 0, "kept": 0}
    for model in (Registrant, Registration, RegistrationCount):
        assert not model.objects.exists()
        assert model.history.filter(history_type="-").exists()


def test_former_values_come_back_and_titles_are_settled(cast):
    old = add_registration(cast.first, "clan", year=2021, name="Họ Lò", people=4)
    review(old, on=date(2021, 12, 10))
    recognise(old, decided_on=date(2021, 12, 20))
    now = register(registrant=old.registrant, year=2022, registered_on=date(2022, 1, 15), user=None)
    number = RegistrationCount.objects.create(
        organization=cast.first, model="clan", year=2022, registered_on=date(2022, 1, 1), count=3
    )
    number.save()
    rows = ["A.D.1,clan,2022,Họ Lò,,15/01/2022,9,recognised,20/12/2022", "A.D.1,clan,2022,,5,,,,"]
    batch = bring(cast.manager, *rows)
    old.refresh_from_db()
    assert old.title_to == date(2022, 12, 19)
    batch = undo_batch(batch=batch, user=cast.manager)
    assert told(batch) == {"deleted": 0, "restored": 2, "kept": 0}
    for row in (old, now, number, old.registrant):
        row.refresh_from_db()
    assert (old.title_to, now.status, now.recognised_on, number.count, old.registrant.people) == (
        None,
        "registered",
        None,
        3,
        4,
    )


def test_a_title_before_holds_again_when_the_new_year_goes(cast):
    add_registrant(cast.first, "clan", name="Họ Lò")
    bring(cast.manager, "A.D.1,clan,2021,Họ Lò,,,,recognised,20/12/2021")
    batch = bring(cast.manager, "A.D.1,clan,2022,Họ Lò,,,,recognised,20/12/2022")
    undo_batch(batch=batch, user=cast.manager)
    assert [row.title_to for row in Registration.objects.all()] == [None]


def test_what_was_worked_on_since_stays_and_is_named(cast):
    rows = [
        "A.D.1,clan,2021,Họ Lò,,,,,",
        "A.D.1,clan,2021,Họ Cà,,,,,",
        "A.D.1,clan,2021,,3,,,,",
        "A.D.1,clan,2022,,4,,,,",
    ]
    batch = bring(cast.manager, *rows)
    registrant = Registrant.objects.get(name="Họ Lò")
    register(registrant=registrant, year=2022, registered_on=date(2022, 1, 1), user=None)
    number = RegistrationCount.objects.get(year=2021)
    number.count = 5
    number.save()
    batch = undo_batch(batch=batch, user=cast.manager)
    assert told(batch) == {"deleted": 2, "restored": 0, "kept": 2}
    assert {each["name"] for each in batch.undone["names"]} == {"Họ Lò", str(number)}
    assert (Registration.objects.count(), RegistrationCount.objects.get()) == (2, number)


def test_what_a_decision_lists_stays(cast):
    batch = bring(cast.manager, "A.D.1,clan,2021,Họ Lò,,,,reviewed,", "A.D.1,clan,2021,Họ Cà,,,,reviewed,")
    row = Registration.objects.get(registrant__name="Họ Lò")
    recognise(row, decided_on=date(2021, 12, 20))
    batch = undo_batch(batch=batch, user=cast.manager)
    assert told(batch) == {"deleted": 1, "restored": 0, "kept": 1}
    assert Registration.objects.get().status == "recognised"


def test_columns_of_the_national_tool_are_mapped_once_and_remembered(cast):
    header, row = "Đơn vị,Tên người dân,Kỳ,Điểm số", "A.D.1,Lò Văn Ân,2022,85"
    batch = upload(cast.manager, row, kind="citizens", header=header)
    assert batch.status == "unmapped"
    columns = {"organization_code": 0, "registrant": 1, "year": 2, "score": 3}
    batch = apply_batch(batch=map_columns(batch=batch, user=cast.manager, columns=columns), user=cast.manager)
    assert (batch.status, Registration.objects.get().score) == ("applied", 85)
    assert upload(cast.manager, row.replace("Ân", "Ba"), kind="citizens", header=header).counts["new"] == 1
