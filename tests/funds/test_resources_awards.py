"""The spreadsheet of awards."""

import io
from datetime import date

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook

from core.periods import Quarter
from funds.awards.recording import withdraw_award
from funds.awards.statistics import count_awards
from funds.exports import AwardExport
from funds.models import Award, Entry, Party
from funds.resources import AwardSheet
from organizations.spells import tree_on
from spreadsheets.exporting import make_export
from spreadsheets.models import ImportBatch
from spreadsheets.services import apply_batch, apply_spreadsheet, undo_batch, upload_spreadsheet
from tests.funds.books import fund_of
from tests.funds.prizes import approved, given, nominated, programme_of

pytestmark = pytest.mark.django_db
CONTRACT = "organization_code date category reference fund_code programme recipient school_or_workplace portions amount"
HEADER = CONTRACT.replace(" ", ",")


def take(user, *rows, header=HEADER, **options):
    file = io.BytesIO("\n".join([header, *rows]).encode())
    return apply_spreadsheet(kind="awards", file=file, name="a.csv", user=user, **options)


def reason_of(user, row):
    checked = take(user, row)
    assert Award.objects.count() == 0
    return next(checked.errors())["reason"]


def test_the_columns_are_those_of_the_contract():
    assert [column.code for column in AwardSheet.columns] == CONTRACT.split()
    assert [column.code for column in AwardSheet.columns if column.required] == CONTRACT.split()[:3]
    assert AwardSheet.key == ("organization_code", "reference")
    assert set(AwardExport.paths) == set(CONTRACT.split())


def test_an_award_comes_in_in_its_last_state_and_writes_no_entry(cast):
    fund = fund_of(cast.first, cash=10)
    entries = Entry.objects.count()
    row = "A.D.1,10/03/2022,học sinh sinh viên,KT-1,Q1,Tết,Lò Thị Hà,THCS Đồi,,500000"
    assert take(cast.secretary, row.replace("học sinh sinh viên", "student")).counts["new"] == 1
    award = Award.objects.get()
    assert (award.state, award.organization, award.origin, award.at) == ("paid", *[cast.first] * 3)
    assert (award.handed_on, award.kind, award.fund, award.occasion) == (date(2022, 3, 10), "student", fund, "Tết")
    assert (award.portions, award.amount, award.school_or_workplace) == (1, 500_000, "THCS Đồi")
    assert (award.recipient.name, award.recipient.kind) == ("Lò Thị Hà", Party.Kind.CHILD)
    assert Party.objects.search("lo ha").get() == award.recipient
    assert Entry.objects.count() == entries
    assert award.history.get().history_change_reason == "Nhập từ a.csv"
    assert award.recipient.history.get().history_user == cast.secretary


def test_an_empty_cell_is_no_data(cast):
    take(cast.secretary, "A.D.1,10/03/2022,teacher,,,,,,,")
    assert Award.objects.values_list("portions", "amount", "recipient").get() == (None, None, None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("B.1,10/03/2022,teacher,,,,,,1,", "trong phạm vi"),
        ("A.D.1,10/03/2099,teacher,,,,,,1,", "chưa đến"),
        ("A.D.1,10/03/2022,thầy,,,,,,1,", "danh mục"),
        ("A.D.1,10/03/2022,teacher,,,,,,0,", "từ 1 trở lên"),
        ("A.D.1,10/03/2022,teacher,,Q9,,,,1,", "Không có quỹ"),
        ("A.D.1,,teacher,,,,,,1,", "còn trống"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast, row, words):
    assert words in reason_of(cast.secretary, row)


def test_a_strangers_fund_is_not_told_from_none(cast):
    fund_of(cast.second, "Q9")
    assert "Không có quỹ" in reason_of(cast.secretary, "A.D.1,10/03/2022,teacher,,Q9,,,,1,")


def test_a_row_with_its_reference_is_corrected_and_left_out_columns_stay(cast):
    take(cast.secretary, "A.D.1,10/03/2022,student,KT-1,,Tết,Lò Thị Hà,THCS Đồi,1,500000")
    header = "organization_code,date,category,reference,amount"
    checked = take(cast.secretary, "A.D.1,10/03/2022,student,KT-1,600000", header=header)
    assert checked.sample("changed", 1)[0]["changes"] == [("amount", "500.000", "600.000")]
    award = Award.objects.get()
    assert (award.amount, award.occasion, award.recipient.name) == (600_000, "Tết", "Lò Thị Hà")
    assert take(cast.secretary, "A.D.1,10/03/2022,student,KT-1,600000", header=header).counts["unchanged"] == 1
    assert award.history.count() == 2


def test_the_same_reference_twice_is_refused(cast):
    row = "A.D.1,10/03/2022,student,KT-1,,,,,1,5"
    assert take(cast.secretary, row, row).counts["refused"] == 2


def test_an_identical_row_without_a_reference_is_warned_about(cast):
    row = "A.D.1,10/03/2022,student,,,Tết,Lò Thị Hà,,,500000"
    assert take(cast.secretary, row, row).counts["new"] == 2
    again = take(cast.secretary, row, row, row)
    assert {name: again.counts[name] for name in ("new", "unchanged", "warnings")} == {
        "new": 1,
        "unchanged": 2,
        "warnings": 2,
    }
    assert Award.objects.count() == 3
    assert Party.objects.count() == 1


def test_what_was_approved_is_not_overwritten(cast):
    programme = programme_of(cast.first)
    (award,) = approved(programme, nominated(programme, cast.first, "A"), cast.manager, cast.reviewer)
    Award.objects.filter(pk=award.pk).update(state="paid", handed_on=date(2022, 3, 10), reference="KT-1")
    checked = take(cast.secretary, "A.D.1,10/03/2022,student,KT-1,,,,,1,5")
    assert "duyệt theo chương trình" in next(checked.errors())["reason"]


def test_what_was_taken_back_does_not_come_again_under_its_reference(cast):
    row = "A.D.1,10/03/2022,student,KT-1,,,,,1,5"
    take(cast.secretary, row)
    withdraw_award(award=Award.objects.get(), reason="Nhầm", user=None)
    assert "đã bỏ" in next(take(cast.secretary, row).errors())["reason"]
    assert Award.objects.get().state == "given_up"


def test_an_import_is_undone_as_a_whole(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    text = f"{HEADER}\nA.D.1,10/03/2022,student,KT-1,,,Lò Thị Hà,,1,5\n"
    file = ContentFile(text.encode(), "a.csv")
    batch = upload_spreadsheet(kind="awards", file=file, name="a.csv", user=cast.secretary)
    apply_batch(batch=batch, user=cast.secretary)
    assert Award.objects.count() == 1
    undo_batch(batch=ImportBatch.objects.get(), user=cast.secretary)
    assert Award.objects.count() == 0


def test_an_export_reads_back_unchanged_and_a_viewer_gets_no_names(cast):
    fund_of(cast.first)
    take(
        cast.secretary,
        "A.D.1,10/03/2022,student,KT-1,Q1,Tết,Lò Thị Hà,THCS Đồi,1,500000",
        "A.D.1,11/03/2022,teacher,,,,,,12,",
    )
    file, _ = make_export(AwardExport(user=cast.secretary, organization=cast.first), file_format="xlsx")
    content = file.read()
    checked = apply_spreadsheet(kind="awards", file=io.BytesIO(content), name="a.xlsx", user=cast.secretary)
    assert (checked.counts["unchanged"], checked.counts["rows"]) == (2, 2)
    file, _ = make_export(AwardExport(user=cast.viewer, organization=cast.first), file_format="xlsx")
    cells = [cell for row in load_workbook(file).worksheets[0].values for cell in row]
    assert "THCS Đồi" in cells
    assert "Lò Thị Hà" not in cells
    file, _ = make_export(AwardExport(user=cast.stranger), file_format="csv")
    assert "KT-1" not in file.read().decode()


def test_an_export_of_a_unit_holds_what_the_unit_gave_as_its_list_and_figures_do(cast):
    given(cast.first, occasion="Của xã")
    from_above = given(cast.east, occasion="Của huyện")
    Award.objects.filter(pk=from_above.pk).update(origin=cast.first)
    for unit, expected in ((cast.first, {"Của xã"}), (cast.east, {"Của xã", "Của huyện"})):
        file, _ = make_export(AwardExport(user=cast.manager, organization=unit), file_format="csv")
        text = file.read().decode()
        assert {words for words in ("Của xã", "Của huyện") if words in text} == expected


def test_what_came_in_is_counted(cast):
    take(cast.secretary, "A.D.1.1,10/03/2022,scholarship,,,,,,3,3000000")
    quarter = Quarter(2022, 1)
    counted = count_awards(quarter, tree_on(quarter.last_day))
    assert counted["funds.scholarships.amount"][cast.first.pk].value == 3_000_000
