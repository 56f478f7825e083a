"""Large files through the browser: the page waits, a worker checks and writes. Hostile files do no harm."""

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from jobs.models import Job
from jobs.services import claim_job, run_job
from members.models import Member
from members.services import create_member
from spreadsheets.models import ImportBatch
from spreadsheets.services import batches
from spreadsheets.streaming import MovedOnError

BACKEND = "django.contrib.auth.backends.ModelBackend"
HEADER = "organization_code,full_name,card_number"


@pytest.fixture
def office(client, cast, monkeypatch):
    """The manager's browser, for whom every file is a large one."""
    monkeypatch.setattr(batches, "BACKGROUND_BYTES", 1)
    monkeypatch.setattr(batches, "BACKGROUND_ROWS", 0)
    client.force_login(cast.manager, backend=BACKEND)
    return client


def upload(client, *rows, header=HEADER, content=None, name="ds.csv", kind="members", **fields):
    content = "\n".join([header, *rows]).encode() if content is None else content
    data = {"kind": kind, "file": SimpleUploadedFile(name, content), **fields}
    response = client.post(reverse("spreadsheets:batch_create"), data)
    assert response.status_code == 302, response.content.decode()
    return ImportBatch.objects.latest("pk")


def work():
    """What the worker does with the next job."""
    return run_job(claim_job(), beating=False)


def page(client, batch):
    return " ".join(client.get(batch.get_absolute_url()).content.decode().split())


def test_a_large_file_is_checked_written_and_undone_beside_the_server(office):
    batch = upload(office, "A.D.1.1,Lò Văn Ân,T1")
    assert (batch.status, Job.objects.get().status) == ("waiting", "queued")
    assert "Tệp đang chờ đến lượt" in page(office, batch)
    # A page that reloads itself would take the reader away: without JavaScript there is a link.
    assert "http-equiv" not in page(office, batch)
    assert "Xem lại tiến độ" in page(office, batch)
    work()
    assert "Ghi 1 dòng vào sổ" in page(office, batch)
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    assert Member.objects.count() == 0
    assert "Ghi 1 dòng vào sổ" not in page(office, batch)
    work()
    assert Member.objects.count() == 1
    assert "Hoàn tác cả tệp này" in page(office, batch)
    assert reverse("members:register_list") in page(office, batch)
    office.post(reverse("spreadsheets:batch_undo", args=[batch.pk]))
    work()
    assert Member.objects.count() == 0
    assert "xoá 1 dòng đã thêm" in page(office, batch)
    assert [entry.status for entry in batch.history.order_by("pk")] == [
        "waiting", "checked", "checked", "applied", "applied", "undone",
    ]  # fmt: skip


def test_the_fragment_asks_again_until_the_job_has_ended(office):
    batch = upload(office, "A.D.1.1,Lò Văn Ân,T1")
    address = reverse("spreadsheets:batch_progress", args=[batch.pk])
    response = office.get(address)
    assert "every 3s" in response.content.decode()
    assert "HX-Refresh" not in response
    work()
    assert office.get(address)["HX-Refresh"] == "true"


def test_it_is_not_applied_twice_at_once(office):
    batch = upload(office, "A.D.1.1,Lò Văn Ân,T1")
    work()
    for _ in range(2):
        answer = office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]), follow=True)
    assert "đang được ghi" in answer.content.decode()
    assert Job.objects.count() == 2


def test_a_file_that_cannot_be_read_is_refused_with_its_reason(office):
    batch = upload(office, content=b"%PDF-1.7", name="a.pdf")
    work()
    batch.refresh_from_db()
    assert batch.status == "refused"
    assert "không phải bảng tính" in page(office, batch)


def test_kinds_judged_as_a_whole_go_the_same_way(office):
    batch = upload(office, "A.D,2021,5", header="organization_code,year,population", kind="area_statistics")
    work()
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    assert (batch.status, batch.may_be_undone) == ("applied", True)


def test_the_mode_is_chosen_and_remembered(office, cast):
    person = Member(organization=cast.branch, full_name="Lò Văn Ân", card_number="T1")
    create_member(member=person, joined_on=None, user=None)
    batch = upload(office, "A.D.1.1,Lò Văn Khác,T1", mode="skip")
    work()
    batch.refresh_from_db()
    assert (batch.mode, batch.counts["unchanged"]) == ("skip", 1)
    assert "giữ nguyên dòng đã có" in page(office, batch)
    data = {"kind": "area_statistics", "file": SimpleUploadedFile("a.csv", b"a\n1\n"), "mode": "fill"}
    answer = office.post(reverse("spreadsheets:batch_create"), data).content.decode()
    assert "chỉ nhận cách" in answer


def test_someone_elses_change_since_the_preview_stops_the_writing(office, cast):
    batch = upload(office, "A.D.1.1,Lò Văn Ân,T1", "A.D.1.1,Lò Văn Bình,T2")
    work()
    create_member(
        member=Member(organization=cast.foreign, full_name="X Y", card_number="T2"), joined_on=None, user=None
    )
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    assert (batch.status, Member.objects.count()) == ("failed", 1)
    assert "đã được người khác thay đổi" in page(office, batch)


def test_a_right_that_was_lost_since_the_preview_stops_the_writing(office, cast):
    batch = upload(office, "A.D.1.1,Lò Văn Ân,T1")
    work()
    cast.manager.appointments.update(organization=cast.west)
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    assert (batch.status, Member.objects.count()) == ("failed", 0)


def test_staged_rows_that_were_touched_are_not_written(office):
    batch = upload(office, "A.D.1.1,Lò Văn Ân,T1")
    work()
    batch.refresh_from_db()
    path = batches.stage_path(batch.file.path)
    assert path.stat().st_mode & 0o077 == 0, "private"
    path.write_text(path.read_text().replace("Ân", "Ác"))
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]))
    assert "nguyên vẹn" in work().message
    assert Member.objects.count() == 0


def test_the_preview_stays_light_whatever_the_file(office, monkeypatch):
    monkeypatch.setattr("spreadsheets.streaming.JUDGED_AT_ONCE", 100)
    long = "ữ" * 300
    header = "organization_code,full_name,card_number,household,note,phone," + "x" * 3000
    rows = [f"A.D.1.1,{'Nguyễn ' * 18},T{place},{'ữ' * 100},{long},{'9' * 30}," for place in range(150)]
    rows += [f"{'ữ' * 200}{place},{long}{place},,,,," for place in range(300)]
    batch = upload(office, *rows, header=header)
    work()
    batch.refresh_from_db()
    assert (batch.counts["new"], batch.counts["refused"]) == (150, 300)
    assert len(office.get(batch.get_absolute_url()).content) < 50_000


def test_refused_rows_of_all_parts_come_back_in_order(office, monkeypatch):
    monkeypatch.setattr("spreadsheets.streaming.JUDGED_AT_ONCE", 2)
    batch = upload(office, "A.D.1.1,A Một,T1", "B.1,A Hai,", "A.D.1.1,A Ba,T1", "A.D.1.1,A Tư,", "A.D.1.1,,")
    work()
    batch.refresh_from_db()
    sheet = openpyxl.load_workbook(batch.refused_file.open("rb")).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["A Một", "A Hai", "A Ba", None]
    assert "trùng nhau" in sheet["D2"].value
    assert batch.counts == {"rows": 5, "new": 1, "changed": 0, "unchanged": 0, "refused": 4, "warnings": 0}
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]), {"partial": "1"})
    work()
    assert Member.objects.get().full_name == "A Tư"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Mã,Tên\nA,B\n".encode("cp1258", "replace"), "không phải CSV mã UTF-8"),
        (b"organization_code,full_name\n", "chưa có dòng số liệu"),
        (("organization_code,full_name," + "x," * 300 + "\nA,B," + "1," * 300).encode(), "hơn 200 cột"),
        (b'organization_code,full_name\n"A,B\n', "dấu ngoặc kép"),
    ],
)
def test_hostile_texts_are_refused_whole(office, content, words):
    batch = upload(office, content=content)
    work()
    assert words in page(office, batch)
    assert Member.objects.count() == 0


def test_hostile_cells_are_refused_one_by_one(office, cast):
    stranger = Member(organization=cast.foreign, full_name="Người Lạ", card_number="L1")
    create_member(member=stranger, joined_on=None, user=None)
    rows = [
        "A.D.1.1,A B,T1,31/02/2020",
        "A.D.1.1,A\u200b C,L1,",
        "B.1,A D,,",
        "A.D.1.1,\u200b,,",
        "A.D.1.1,A E,T5,2020",
    ]
    batch = upload(office, *rows, "A.D.1.1,A\u200b F,\u200bT6,", header=f"{HEADER},birth_date")
    work()
    batch.refresh_from_db()
    assert (batch.counts["refused"], batch.counts["new"]) == (5, 1)
    text = page(office, batch)
    assert "31/02/2020 không có trong lịch" in text
    assert "Người Lạ" not in text
    office.post(reverse("spreadsheets:batch_apply", args=[batch.pk]), {"partial": "1"})
    work()
    assert Member.objects.get(card_number="T6").full_name == "A F"


def test_workbooks_with_formulas_merged_cells_hidden_sheets_and_far_cells(office, workbook):
    def fill(book, sheet):
        sheet.write_formula(1, 1, "=1+1")

    rows = [HEADER.split(","), ["A.D.1.1", "Lò Văn Ân", "T1"]]
    batch = upload(office, content=workbook(rows, fill).read(), name="a.xlsx")
    work()
    assert "B2 có công thức" in page(office, batch)

    def far(book, sheet):
        sheet.write_string(1_048_575, 0, "A.D.1.1")

    batch = upload(office, content=workbook(rows, far).read(), name="a.xlsx")
    work()
    assert "quá rộng hoặc quá dài" in page(office, batch)

    def merged(book, sheet):
        sheet.merge_range(2, 0, 2, 2, "A.D.1.1")
        hidden = book.add_worksheet()
        hidden.write_row(0, 0, ["mật", "mật"])
        hidden.hide()

    batch = upload(office, content=workbook(rows, merged).read(), name="a.xlsx")
    work()
    batch.refresh_from_db()
    assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)
    assert Member.objects.count() == 0


def test_a_detail_page_asks_the_same_number_of_times_for_any_file(office, django_assert_max_num_queries):
    batch = upload(office, *[f"A.D.1.1,Người Thứ {place},T{place}" for place in range(120)])
    work()
    with django_assert_max_num_queries(16):
        office.get(batch.get_absolute_url())


def test_the_command_knows_the_mode(cast, tmp_path, capsys):
    path = tmp_path / "ds.csv"
    path.write_text(f"{HEADER}\nA.D.1.1,Lò Văn Ân,T1\n", encoding="utf-8")
    for mode, counts in (("update", "1 mới"), ("skip", "1 không đổi")):
        call_command("import_spreadsheet", "members", str(path), "--user", "manager", "--save", "--mode", mode)
        assert counts in capsys.readouterr().out
    assert ImportBatch.objects.filter(status="applied").count() == 2


def test_a_second_press_is_told_that_the_file_was_written_not_that_nothing_was(office, monkeypatch):
    batch = upload(office, "A.D.1.1,Lò Văn Ân,T1")
    work()
    write = batches.write_stage

    def overtaken(**options):
        write(**options)
        raise MovedOnError

    monkeypatch.setattr(batches, "write_stage", overtaken)
    with pytest.raises(ValidationError, match="đã được xử lý rồi"):
        batches.apply_batch(batch=batch, user=batch.user)
    batch.refresh_from_db()
    assert batch.status == "applied"
