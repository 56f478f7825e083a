"""One path from a file to rows: nothing written when checked or refused, everything or the right rows when applied."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from organizations.models import AreaStatistics, Organization
from organizations.scoping import ScopedQuerySet
from spreadsheets.models import ImportBatch
from spreadsheets.services import (
    apply_batch,
    apply_spreadsheet,
    batches,
    check_spreadsheet,
    running,
    upload_spreadsheet,
)

HEADER = "organization_code,year,population,source"
GOOD, BAD = "A.D,2021,69195,=1+1", "A.T,2021,nhiều,"


def text_of(*rows):
    return "\n".join([HEADER, *rows]).encode()


def take(user, *rows, **options):
    file = io.BytesIO(text_of(*rows))
    return apply_spreadsheet(kind="area_statistics", file=file, name="a.csv", user=user, **options)


def upload(user, *rows, **options):
    file = SimpleUploadedFile("Số liệu quý I.csv", text_of(*rows))
    return upload_spreadsheet(kind="area_statistics", file=file, name=file.name, user=user, **options)


def test_all_or_nothing_is_the_rule(cast):
    checked = take(cast.manager, GOOD, BAD)
    assert checked.counts == {"rows": 2, "new": 1, "changed": 0, "unchanged": 0, "refused": 1, "warnings": 0}
    assert AreaStatistics.objects.count() == 0


def test_the_right_rows_alone_are_taken_when_asked_for(cast):
    assert take(cast.manager, GOOD, BAD, partial=True).counts["refused"] == 1
    area = AreaStatistics.objects.get()
    assert (area.organization, area.population, area.source) == (cast.east, 69195, "=1+1")


def test_an_unknown_column_is_a_warning(cast):
    file = io.BytesIO(b"organization_code,year,population,mau\nA.D,2021,5,do\n")
    checked = check_spreadsheet(kind="area_statistics", file=file, name="a.csv", user=cast.manager)
    assert [warning["column"] for warning in checked.warnings()] == ["mau"]
    assert checked.counts["new"] == 1


def test_a_cell_beyond_the_headings_is_refused_in_csv(cast):
    checked = take(cast.manager, "A.D,2021,69,195,Niên giám")
    assert checked.counts["refused"] == 1
    assert "nhiều ô hơn hàng tiêu đề" in next(checked.errors())["reason"]


def test_a_note_beside_the_table_is_a_warning_in_excel(cast, workbook):
    file = workbook([HEADER.split(","), ["A.D", 2021, 69195, "x", "", "xem lại"]])
    checked = check_spreadsheet(kind="area_statistics", file=file, name="a.xlsx", user=cast.manager)
    assert [warning["column"] for warning in checked.warnings()] == ["F"]
    assert checked.counts["new"] == 1


def test_several_faults_of_one_row_count_as_one_refused_row(cast):
    checked = take(cast.manager, "A.D,21,nhiều,")
    assert checked.counts["refused"] == 1
    assert [error["column"] for error in checked.errors()] == ["year", "population"]


@pytest.mark.parametrize("kind", ["people", ""])
def test_an_unknown_kind_is_refused(cast, kind):
    with pytest.raises(ValidationError, match="Không có loại bảng"):
        check_spreadsheet(kind=kind, file=io.BytesIO(b"a\n1\n"), name="a.csv", user=cast.manager)


def test_a_user_without_the_permission_is_refused(cast):
    with pytest.raises(ValidationError, match="không có quyền"):
        take(cast.viewer, GOOD)


@pytest.mark.parametrize("code", ["west", "foreign"])
def test_an_import_cannot_be_narrowed_to_a_unit_out_of_reach(cast, code):
    with pytest.raises(ValidationError, match="trong phạm vi của ông/bà"):
        take(cast.district_manager, GOOD, organization=getattr(cast, code))


def test_rows_that_slip_out_of_the_scope_undo_everything(cast, monkeypatch):
    monkeypatch.setattr(ScopedQuerySet, "allowed", lambda self, user, permission: self.none())
    with pytest.raises(ValidationError, match="nằm ngoài phạm vi"):
        take(cast.manager, GOOD)
    assert AreaStatistics.objects.count() == 0


def test_a_row_that_somebody_else_wrote_meanwhile_undoes_everything(cast, monkeypatch):
    real = running.check_rows

    def slow(**options):
        checked = real(**options)
        AreaStatistics.objects.create(organization=cast.east, year=2021)
        return checked

    monkeypatch.setattr(running, "check_rows", slow)
    with pytest.raises(ValidationError, match="người khác thay đổi"):
        take(cast.manager, GOOD)
    assert AreaStatistics.objects.count() == 0


def test_an_upload_keeps_the_file_under_a_random_name(cast, settings):
    batch = upload(cast.manager, GOOD)
    assert (batch.status, batch.counts["new"], batch.original_name) == ("checked", 1, "Số liệu quý I.csv")
    assert "quý" not in batch.file.name
    assert Path(batch.file.path).read_bytes() == text_of(GOOD)
    assert Path(settings.MEDIA_ROOT) in Path(batch.file.path).parents
    assert len(batch.sha256) == 64
    assert batch.samples["new"][0]["key"] == "A.D · 2021"
    assert ["population", "", "69.195"] in [list(change) for change in batch.samples["new"][0]["changes"]]
    assert AreaStatistics.objects.count() == 0


def test_a_file_that_cannot_be_read_leaves_no_batch(cast):
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    with pytest.raises(ValidationError):
        upload_spreadsheet(kind="area_statistics", file=file, name=file.name, user=cast.manager)
    assert ImportBatch.objects.count() == 0


def test_a_batch_is_applied_once(cast):
    batch = apply_batch(batch=upload(cast.manager, GOOD), user=cast.manager)
    assert (batch.status, batch.applied_at is not None) == ("applied", True)
    assert AreaStatistics.objects.get().history.get().history_change_reason == "Nhập từ Số liệu quý I.csv"
    with pytest.raises(ValidationError, match="đã được xử lý"):
        apply_batch(batch=batch, user=cast.manager)
    assert [entry.status for entry in batch.history.order_by("pk")] == ["checked", "applied"]


def test_a_batch_whose_file_was_touched_is_not_applied(cast):
    batch = upload(cast.manager, GOOD)
    Path(batch.file.path).write_bytes(text_of("A.D,2021,1,"))
    with pytest.raises(ValidationError, match="nguyên vẹn"):
        apply_batch(batch=batch, user=cast.manager)
    assert AreaStatistics.objects.count() == 0


def test_a_batch_that_is_refused_by_now_fails_and_says_why(cast):
    batch = upload(cast.district_manager, GOOD)
    cast.district_manager.appointments.update(organization=cast.west)
    batch = apply_batch(batch=batch, user=cast.district_manager)
    assert (batch.status, batch.counts["refused"]) == ("failed", 1)
    assert "phạm vi" in batch.problems[0]["reason"]
    assert AreaStatistics.objects.count() == 0


def test_what_another_person_wrote_since_the_preview_is_not_overwritten_unseen(cast):
    mine, theirs = upload(cast.manager, "A.D,2022,100,"), upload(cast.district_manager, "A.D,2022,200,")
    assert apply_batch(batch=theirs, user=cast.district_manager).status == "applied"
    mine = apply_batch(batch=mine, user=cast.manager)
    assert (mine.status, mine.counts["changed"]) == ("failed", 1)
    assert AreaStatistics.objects.get().population == 200


def test_a_browser_takes_a_file_of_bearable_length_only(cast, monkeypatch):
    monkeypatch.setattr(batches, "UPLOADED_ROWS", 2)
    assert upload(cast.manager, GOOD, "A.D,2020,1,").counts["new"] == 2
    with pytest.raises(ValidationError, match="dài hơn 2 dòng"):
        upload(cast.manager, GOOD, "A.D,2020,1,", "A.D,2019,1,")


def test_a_batch_with_nothing_right_is_refused(cast):
    assert upload(cast.manager, BAD).status == "refused"


def test_refused_rows_come_back_as_excel_with_reasons_and_without_formulas(cast):
    batch = upload(cast.manager, GOOD, BAD, "B,2021,5,=HYPERLINK(1)")
    sheet = openpyxl.load_workbook(batch.refused_file.open("rb")).active
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[0] == ["organization_code", "year", "population", "source", "Lý do không nhận"]
    assert [row[:4] for row in rows[1:]] == [["A.T", "2021", "nhiều", None], ["B", "2021", "5", "=HYPERLINK(1)"]]
    assert rows[1][4].startswith("Dòng 3: population: “nhiều” không phải là số")
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}


def test_the_refused_rows_can_be_corrected_and_uploaded_again(cast):
    batch = apply_batch(batch=upload(cast.manager, GOOD, BAD), user=cast.manager, partial=True)
    assert (batch.status, batch.counts["refused"]) == ("applied", 1)
    book = openpyxl.load_workbook(batch.refused_file.open("rb"))
    book.active["C2"] = 5
    stream = io.BytesIO()
    book.save(stream)
    checked = apply_spreadsheet(kind="area_statistics", file=stream, name="b.xlsx", user=cast.manager)
    assert (checked.counts["new"], checked.counts["refused"]) == (1, 0)
    assert [warning["column"] for warning in checked.warnings()] == ["Lý do không nhận"]


def test_only_the_first_problems_and_samples_are_kept(cast):
    rows = [f"X{number},2021,5," for number in range(250)]
    assert len(upload(cast.manager, *rows).problems) == 200
    years = [f"A.D,{year},5," for year in range(1950, 2050)]
    assert len(upload(cast.manager, *years).samples["new"]) == 50


def test_batches_are_seen_by_their_owner_and_by_who_may_import_the_same_there(cast):
    own = upload(cast.secretary, "A.D.1,2021,5,")
    at_unit = upload(cast.secretary, "A.D.1,2022,5,", organization=cast.first)

    def seen(user):
        return set(ImportBatch.objects.allowed(user, "spreadsheets.add_importbatch"))

    assert seen(cast.secretary) == {own, at_unit}
    assert seen(cast.manager) == {at_unit}
    assert seen(cast.administrator) == {own, at_unit}
    assert seen(cast.stranger) == seen(cast.viewer) == set()


def test_a_batch_of_a_kind_that_one_may_not_import_is_not_seen(cast):
    file = SimpleUploadedFile("a.csv", b"username,organization_code,role\nha,A.D.1,viewer\n")
    options = {"kind": "appointments", "name": file.name, "user": cast.manager, "organization": cast.first}
    upload_spreadsheet(file=file, **options)
    assert not ImportBatch.objects.allowed(cast.secretary, "spreadsheets.add_importbatch").exists()
    assert Organization.objects.filter(code="A.D.1").exists()
