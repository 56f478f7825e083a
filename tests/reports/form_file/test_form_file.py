"""The form of a quarter as an Excel file: out, and in again with a preview first."""

import io
import shutil
import subprocess

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.documents import XLSX_TYPE
from organizations.models import RegisterUse
from reports.models import Figure, Narrative
from tests.opened_form import HEADS, NEW, RAISED, TOTAL, nothing_changes, stored, ticks, words


def test_the_form_holds_what_is_asked_what_was_and_what_is_there(form, enter, cast, report):
    RegisterUse.objects.create(organization=cast.first, register="organizations", used_from="2020-01-01")
    enter(TOTAL, value="1240", reason="Đếm lại")
    enter(NEW, no_data=True)
    enter(RAISED, value="6100000000")
    enter(section="results", text="Dòng một\nDòng hai")
    found = form("viewer")
    assert found.headers["Content-Type"] == XLSX_TYPE
    assert 'filename="bieu-mau-A.D.1-2022-Q1.xlsx"' in found.headers["Content-Disposition"]
    assert (found.cell(TOTAL, "value").value, found.cell(TOTAL, "reason").value) == (1240, "Đếm lại")
    assert found.cell(NEW, "no_data").value == "x"
    assert found.cell(RAISED, "value").value == 6_100_000_000
    assert found.cell("organizations.branches", "Số theo sổ").value == 1
    assert found.cell("organizations.branches", "value").value is None
    assert found.section("results").value == "Dòng một\nDòng hai"
    assert "organizations.districts" not in found.rows()
    assert HEADS["total"] not in found.columns


def test_only_cells_to_fill_in_are_unlocked(form, cast, opened):
    found = form("manager", "A.D")
    unlocked = {
        head
        for head, column in found.columns.items()
        if not found.sheet.cell(found.rows()[TOTAL], column).protection.locked
    }
    assert unlocked == {HEADS[name] for name in ("value", "no_data", "reason", "total", "total_reason")}
    assert found.sheet.protection.sheet
    assert found.sheet.column_dimensions[found.sheet.cell(1, found.columns[HEADS["mark"]]).column_letter].hidden
    assert (found.sheet.page_setup.orientation, found.sheet.page_setup.paperSize) == ("landscape", 9)
    assert (found.sheet.sheet_properties.pageSetUpPr.fitToPage, found.sheet.page_setup.fitToHeight) == (True, 0)


def test_a_text_that_looks_like_a_formula_stays_a_text(form, enter):
    enter(TOTAL, value="5", reason='=HYPERLINK("http://x")')
    enter(section="results", text="=1+1")
    found = form()
    assert (found.cell(TOTAL, "reason").value, found.cell(TOTAL, "reason").data_type) != ("", "f")
    book = openpyxl.load_workbook(io.BytesIO(found.content))
    assert [
        cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []
    assert nothing_changes(found.upload(found.content))


TEXTS = [
    "một\nhai\n\nba",
    "  =1+1",
    "<r>x</r>",
    "_x000D_ _x0041_ a_x",
    "tên \u202eđảo",
    "e\u0302 tổ hợp rời",
    "\u200bẩn\ufeff",
    "a\tb \x07 c",
    "🎓 " * 300,
    "'nháy",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_an_unchanged_form_changes_nothing(form, enter, text):
    enter(TOTAL, value="1240", reason=text[:400])
    enter(NEW, no_data=True)
    enter(RAISED, value="999999999999999")
    enter(section="results", text=text)
    found = form()
    assert nothing_changes(found.upload(found.content))
    # What looks like an escape is escaped once more by Excel and by us, not by openpyxl.
    assert "_x" in text or nothing_changes(found.upload())


def test_a_form_that_went_through_libreoffice_reads_back(form, enter, report, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice Calc không có trên máy này (apt-get install libreoffice-calc-nogui)")
    enter(TOTAL, value="1240", reason="Đếm lại")
    enter(NEW, no_data=True)
    enter(section="results", text="Dòng một\nDòng hai")
    found = form()
    found.write(RAISED, value=6_100_000_000)
    source = tmp_path / "bieu-mau.xlsx"
    source.write_bytes(found.bytes())
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    target = tmp_path / "out"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", target, source]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    preview = found.upload((target / source.name).read_bytes())
    assert "Sẽ ghi (1)" in words(preview)
    assert "Vận động được trong kỳ Số báo cáo: để trống → 6.100.000.000" in words(preview)
    found.confirm(preview)
    assert stored(report, RAISED) == (6_100_000_000, False, "")


def test_changes_are_shown_first_and_saved_by_the_one_way(form, enter, report, cast):
    enter(TOTAL, value="1240")
    found = form()
    found.write(TOTAL, value=1250, reason="Bổ sung chi hội")
    found.write(NEW, no_data="X")
    found.write(RAISED, value="6,1 tỷ")
    found.section("results").value = "Kết quả tốt"
    preview = found.upload()
    shown = words(preview)
    assert "Sẽ ghi (4)" in shown
    assert "Tổng số hội viên Số báo cáo: 1.240 → 1.250 Lý do: để trống → Bổ sung chi hội Số liệu, dòng" in shown
    assert "Hội viên phát triển mới Số báo cáo: để trống → chưa có số liệu" in shown
    assert stored(report, TOTAL)[0] == 1240
    assert "Đã ghi 4 ô." in words(found.confirm(preview))
    assert stored(report, TOTAL) == (1250, False, "Bổ sung chi hội")
    assert stored(report, NEW) == (None, True, "")
    assert stored(report, RAISED) == (6_100_000_000, False, "")
    assert report.narratives.get().text == "Kết quả tốt"
    figure = report.figures.get(indicator__code=TOTAL)
    assert (figure.version, figure.entered_by) == (2, cast.secretary)
    assert figure.history.count() == 2


def test_an_empty_number_takes_a_declared_one_back_and_says_no_zero(form, enter, report):
    enter(TOTAL, value="1240")
    enter(NEW, no_data=True)
    found = form()
    found.write(TOTAL, value=None)
    found.write(NEW, no_data=None)
    preview = found.upload()
    assert "Số báo cáo: 1.240 → để trống" in words(preview)
    assert "Số báo cáo: chưa có số liệu → để trống" in words(preview)
    found.confirm(preview)
    assert stored(report, TOTAL) == (None, False, "")
    assert stored(report, NEW) == (None, False, "")


def test_rows_may_be_removed_and_reordered_and_columns_left_out(form, enter, report):
    enter(TOTAL, value="1240", reason="Cũ")
    enter(NEW, value="7")
    found = form()
    found.write(TOTAL, value=1250)
    rows = [[cell.value for cell in row] for row in found.sheet.iter_rows(min_row=found.head + 1)]
    found.sheet.delete_rows(found.head + 1, found.sheet.max_row)
    code = found.columns[HEADS["indicator"]] - 1
    for row in [row for row in rows[::-1] if row[code] not in (NEW, None)]:
        found.sheet.append(row)
    found.sheet.delete_cols(found.columns[HEADS["reason"]])
    found.sheet.delete_cols(1)
    preview = found.upload()
    assert "Sẽ ghi (1)" in words(preview)
    found.confirm(preview)
    assert stored(report, TOTAL) == (1250, False, "Cũ")
    assert stored(report, NEW) == (7, False, "")


def test_a_total_is_stated_by_units_with_units_below_only(form, cast, opened):
    found = form("manager", "A.D")
    found.write(TOTAL, total=5000, total_reason="Theo sổ huyện")
    found.confirm(found.upload())
    figure = Figure.objects.get(report__organization=cast.east, indicator__code=TOTAL)
    assert (figure.declared_total, figure.total_reason, figure.declared) == (5000, "Theo sổ huyện", None)
    own = form()
    own.sheet.cell(own.head, 20).value = HEADS["total"]
    own.sheet.cell(own.rows()[TOTAL], 20).value = 5
    assert "nên không khai tổng" in words(own.upload())


def test_a_cell_that_someone_else_changed_is_overwritten_only_when_ticked(form, enter, report, cast):
    enter(TOTAL, value="1240")
    enter(NEW, value="7")
    enter(section="results", text="Một")
    found = form()
    enter(TOTAL, value="1300", user=cast.manager)
    enter(NEW, value="8", user=cast.manager)
    enter(RAISED, value="5", user=cast.manager)
    enter(section="results", text="Một hai", user=cast.manager)
    found.write(TOTAL, value=1250)
    found.section("results").value = "Một ba"
    preview = found.upload()
    shown = words(preview)
    assert "Người khác đã ghi khác (2)" in shown
    assert "Số báo cáo: 1.300 → 1.250 Người manager đã ghi ô này lúc" in shown
    # What the person never touched is not theirs to clash with.
    assert "Hội viên phát triển mới" not in shown
    kept = found.confirm(preview)
    assert "giữ nguyên" in words(kept)
    assert stored(report, TOTAL)[0] == 1300
    [cell, section] = ticks(kept)
    assert "Đã ghi 1 ô." in words(found.confirm(kept, [cell]))
    assert stored(report, TOTAL)[0] == 1250
    assert stored(report, NEW)[0] == 8
    assert report.narratives.get().text == "Một hai"
    found.confirm(kept, [section])
    assert report.narratives.get().text == "Một ba"


def test_a_tick_does_not_cover_what_changes_after_it_was_shown(form, enter, report, cast):
    enter(TOTAL, value="1240")
    found = form()
    enter(TOTAL, value="1300", user=cast.manager)
    found.write(TOTAL, value=1250)
    preview = found.upload()
    enter(TOTAL, value="1400", user=cast.manager)
    assert "1.400 → 1.250" in words(found.confirm(preview, ticks(preview)))
    assert stored(report, TOTAL)[0] == 1400


def test_a_change_between_preview_and_confirmation_is_not_overwritten(form, enter, report, cast):
    found = form()
    found.write(TOTAL, value=1250)
    preview = found.upload()
    enter(TOTAL, value="1300", user=cast.manager)
    assert "1.300 → 1.250" in words(found.confirm(preview))
    assert stored(report, TOTAL)[0] == 1300


def test_two_tabs_do_not_disturb_each_other_and_twice_is_once(form, report):
    one, other = form(), form()
    one.write(TOTAL, value=1)
    other.write(NEW, value=2)
    first, second = one.upload(), other.upload()
    assert "Đã ghi 1 ô." in words(one.confirm(first))
    assert "Đã ghi 1 ô." in words(other.confirm(second))
    assert "Đã ghi 1 ô." in words(one.confirm(first))
    assert (stored(report, TOTAL)[0], stored(report, NEW)[0]) == (1, 2)
    assert report.figures.get(indicator__code=TOTAL).version == 1


def test_what_is_entered_for_another_unit_is_marked(form, report):
    found = form("manager")
    found.write(TOTAL, value=5)
    found.section("results").value = "Lời"
    found.confirm(found.upload())
    assert report.figures.get().on_behalf
    assert Narrative.objects.get().on_behalf


def test_reading_takes_as_many_queries_for_many_cells_as_for_one(form, report):
    def queries(number):
        found = form()
        for code in list(found.rows())[:number]:
            found.write(code, reason=f"vì {number}")
        content = found.bytes()
        with CaptureQueriesContext(connection) as captured:
            assert f"Sẽ ghi ({number})" in words(found.upload(content))
        return len(captured)

    assert queries(1) == queries(11)
