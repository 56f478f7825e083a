"""Files made of lists, opened again: texts stay texts, dates are dates, and what goes out can come back in."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sheets import match_headings
from members.exports import HeadCountExport, MemberExport
from members.models import HeadCount, Member, Officer, OutsidePost, Term
from members.services import create_member
from organizations.exports import AreaStatisticsExport, OrganizationExport
from organizations.models import AdministrativeUnit, AreaStatistics, Organization
from spreadsheets import exporting
from spreadsheets.exporting import make_export, plain_cell, write_export
from spreadsheets.kinds import all_exports
from spreadsheets.models import ExportLog
from spreadsheets.reading import read_table
from spreadsheets.services import check_spreadsheet

NASTY = ["=1+1", "+84 912", "-5", "@SUM(A1)", "<r>a & b</r>", "{=A1}", "http://a.vn", "'=1", "a\tb", "\u202eab", "1e5"]


def make_file(export, file_format="xlsx"):
    stream = io.BytesIO()
    write_export(export, stream, file_format=file_format)
    stream.seek(0)
    return stream


def open_export(export):
    return openpyxl.load_workbook(make_file(export), rich_text=False)


def table_of(export):
    return [[cell.value for cell in row] for row in open_export(export)["Nhập liệu"].iter_rows()]


def join(organization, full_name="Lò Thị Hà", joined_on=date(2020, 3, 1), **facts):
    member = Member(organization=organization, full_name=full_name, **facts)
    return create_member(member=member, joined_on=joined_on, user=None)


@pytest.fixture
def filled(cast):
    """A row of every list, at the branch and its commune."""
    member = join(
        cast.branch,
        birth_date=date(1960, 2, 29),
        sex="female",
        phone="+84 912 345 678",
        card_number="0012",
        occupation="teacher",
        party_member=True,
        household="Hộ 1",
        id_number="014160000123",
        note="=1+1",
    )
    HeadCount.objects.create(organization=cast.first, date=date(2022, 3, 31), members=1240, women=601)
    term = Term.objects.create(
        organization=cast.first, number=5, starts_on=date(2021, 1, 1), ends_on=date(2025, 12, 31)
    )
    officer = Officer(
        organization=cast.first, member=member, full_name=member.full_name, post="chair", body="branch", term=term
    )
    officer.full_time, officer.from_date, officer.decision_number = False, date(2021, 1, 2), "05/QĐ"
    officer.save()
    for kind in ("elderly_association", "party_committee"):
        OutsidePost.objects.create(officer=officer, kind=kind)
    AreaStatistics.objects.create(organization=cast.first, year=2021, population=5000, source="Niên giám")
    commune = Organization.objects.get(pk=cast.first.pk)
    commune.territory = AdministrativeUnit.objects.filter(tier="commune", valid_to=None)[0]
    commune.save()
    cast.member, cast.officer = member, officer
    return cast


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("code", ["organizations", "area_statistics", "members", "head_counts", "officers"])
def test_every_file_is_read_back_by_the_columns_of_its_kind(filled, code, file_format):
    export_class = all_exports()[code]
    export = export_class(
        user=filled.manager, organization=filled.first, choices=dict.fromkeys(export_class.on_request, True)
    )
    assert export.given == list(export_class.columns)
    table = read_table(make_file(export, file_format), f"{code}.{file_format}")
    layout = match_headings(export_class.columns, table.headings)
    assert [column.code for _, column in layout.places] == [column.code for column in export_class.columns]
    rows = [layout.read(line, cells) for line, cells in table.rows]
    assert rows
    assert [row.problems for row in rows if row.problems] == []
    assert rows[0].values["organization_code" if code != "organizations" else "code"] in ("A.D.1", "A.D.1.1")


def test_a_member_is_given_out_as_stored(filled):
    export = MemberExport(user=filled.manager, organization=filled.first, choices={"id_number": True})
    _, row = table_of(export)
    assert [value.date() if hasattr(value, "date") else value for value in row] == [
        "A.D.1.1",
        "Lò Thị Hà",
        f"M{filled.member.pk}",
        date(1960, 2, 29),
        1960,
        "nữ",
        date(2020, 3, 1),
        None,
        "kết nạp mới",
        "0012",
        "+84 912 345 678",
        "giáo viên",
        "có",
        "Hộ 1",
        "014160000123",
        "=1+1",
    ]


def test_days_counts_and_codes_keep_their_kind(filled):
    sheet = open_export(HeadCountExport(user=filled.manager))["Nhập liệu"]
    code, day, members, women, party_members = sheet[2][:5]
    assert (code.data_type, code.number_format) == ("s", "@")
    assert (day.is_date, day.number_format) == (True, "dd/mm/yyyy")
    assert (members.data_type, members.value, women.value) == ("n", 1240, 601)
    assert members.number_format == "0"
    assert party_members.value is None


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("export_class", [OrganizationExport, AreaStatisticsExport])
def test_a_file_that_is_sent_back_untouched_changes_nothing(filled, export_class, file_format):
    name = f"{export_class.code}.{file_format}"
    file = make_file(export_class(user=filled.manager), file_format)
    checked = check_spreadsheet(kind=export_class.code, file=file, name=name, user=filled.manager)
    counts = checked.counts
    assert (counts["unchanged"], counts["changed"], counts["refused"]) == (counts["rows"], 0, 0)


@pytest.mark.parametrize("typed", NASTY)
def test_no_text_becomes_a_formula_or_a_number(cast, typed):
    join(cast.first, note=typed)
    sheet = open_export(MemberExport(user=cast.manager, organization=cast.first))["Nhập liệu"]
    cell = sheet.cell(2, sheet.max_column)
    assert cell.data_type == "s"
    assert cell.value.rstrip("\u202c") == typed.replace("\t", " ")


def test_csv_puts_an_apostrophe_before_formulas_and_quotes_every_text(cast):
    join(cast.first, full_name="Lò Thị, Hà", note="=HYPERLINK(1)")
    data = make_file(MemberExport(user=cast.manager, organization=cast.first), "csv").getvalue()
    assert data.startswith("\ufeff".encode())
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert lines[0][:2] == ["Mã đơn vị*", "Họ và tên*"]
    assert (lines[1][1], lines[1][-1]) == ("Lò Thị, Hà", "'=HYPERLINK(1)")
    assert b'"A.D.1","' in data


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("'=+-@＝a1; ,\""), max_size=8))
def test_what_csv_escapes_comes_back_as_it_was(text):
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC).writerows([["h", "n"], ["x", plain_cell(text)]])
    assert not plain_cell(text).startswith(tuple("=+-@＝"))
    table = read_table(io.BytesIO(stream.getvalue().encode()), "a.csv")
    assert next(table.rows)[1] == ["x", text]


def test_the_second_sheet_says_what_the_file_holds_and_lacks(filled):
    guide = open_export(MemberExport(user=filled.viewer, organization=filled.first))["Giải thích"]
    said = {row[0].value: row[2].value for row in guide.iter_rows() if row[0].value}
    assert said["Đơn vị"] == filled.first.name
    assert said["Phần được lấy"] == "đang sinh hoạt"
    assert said["Số dòng"] == "1"
    assert "Điện thoại" in said["Không kèm các cột"]
    assert "Dữ liệu cá nhân" not in said


@pytest.mark.parametrize("code", ["members", "head_counts", "officers", "area_statistics"])
def test_an_export_of_nothing_has_its_headings_and_says_so(cast, code):
    export = all_exports()[code](user=cast.manager, organization=cast.third)
    book = open_export(export)
    assert book["Nhập liệu"].max_row == 1
    assert book["Nhập liệu"]["A1"].value == "Mã đơn vị*"
    assert exporting.NOTHING in [row[2].value for row in book["Giải thích"].iter_rows()]
    file, log = make_export(export, file_format="csv")
    assert len(file.read().splitlines()) == 1
    assert exporting.file_name(export, log).endswith("-khong-co-dong.csv")


def test_what_no_sheet_holds_is_refused_and_not_logged(filled, monkeypatch):
    monkeypatch.setattr(exporting, "MAX_ROWS", 1)
    with pytest.raises(ValidationError, match="CSV"):
        make_export(MemberExport(user=filled.manager), file_format="xlsx")
    assert ExportLog.objects.count() == 0
    make_export(MemberExport(user=filled.manager), file_format="csv")[0].close()
    assert ExportLog.objects.get().rows == 1


def test_numbers_that_cannot_be_decrypted_are_refused_in_words(filled):
    Member.objects.filter(pk=filled.member.pk).update(id_number="014160000999")
    export = MemberExport(user=filled.manager, choices={"id_number": True})
    stored = Member.objects.filter(pk=filled.member.pk)
    assert stored.values_list("id_number", flat=True)[0] == "014160000999"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.encryption.keys", lambda: {"9": b"another"})
        with pytest.raises(ValidationError, match="Không giải mã được"):
            make_export(export, file_format="xlsx")
    assert ExportLog.objects.count() == 0
