"""The form of a quarter as an Excel file: out, in again, and everything that may come back instead of it."""

import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.documents import XLSX_TYPE
from organizations.models import RegisterUse
from reports.models import Figure, Narrative, Report
from reports.services import Edit, save_edits
from tests.opened_workbook import open_workbook

TOTAL, NEW, RAISED = "members.total", "members.new", "funds.raised"
ADDRESS = "/reports/{}/2022-Q1/"
HEADS = {
    "indicator": "Mã chỉ tiêu",
    "value": "Số báo cáo",
    "no_data": "Chưa có số liệu (x)",
    "reason": "Lý do",
    "total": "Tổng khai",
    "total_reason": "Lý do của tổng khai",
    "mark": "Dấu của biểu mẫu",
}


@pytest.fixture
def as_(client, cast):
    def as_(person):
        client.force_login(getattr(cast, person), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_


@pytest.fixture
def report(opened, cast):
    return Report.objects.get(organization=cast.first)


@pytest.fixture
def enter(cast, report):
    """enter("members.total", value="5") saves one cell as the secretary."""

    def enter(indicator="", user=None, of=None, **parts):
        of = of or report
        key = {"section": parts.pop("section")} if "section" in parts else {"indicator": indicator}
        rows = of.narratives.filter(**key) if "section" in key else of.figures.filter(indicator__code=indicator)
        version = rows.values_list("version", flat=True).first() or 0
        [answer] = save_edits(report=of, user=user or cast.secretary, edits=[Edit(version=version, **key, **parts)])
        assert answer["state"] == "saved", answer

    return enter


class Form:
    """A downloaded form, opened, changed by hand and given back."""

    def __init__(self, client, unit="A.D.1"):
        self.client, self.address = client, ADDRESS.format(unit)
        response = client.get(self.address + "form.xlsx")
        assert response.status_code == 200
        self.content, self.headers = response.content, response.headers
        self.book = open_workbook(response.content)
        self.sheet, self.words = self.book["Số liệu"], self.book["Phần lời"]
        self.head = next(row for row in range(1, 20) if self.sheet.cell(row, 1).value == "Chỉ tiêu")
        self.columns = {cell.value: cell.column for cell in self.sheet[self.head]}

    def rows(self):
        column = self.columns[HEADS["indicator"]]
        cells = ((row, self.sheet.cell(row, column).value) for row in range(self.head + 1, self.sheet.max_row + 1))
        return {code: row for row, code in cells if code}

    def cell(self, code, column):
        return self.sheet.cell(self.rows()[code], self.columns[HEADS.get(column, column)])

    def write(self, code, **values):
        for column, value in values.items():
            self.cell(code, column).value = value

    def section(self, section):
        for row in self.words.iter_rows():
            if row[2].value == section:
                return row[1]
        raise KeyError(section)

    def bytes(self):
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()

    def upload(self, content=None, name="bieu-mau.xlsx"):
        file = SimpleUploadedFile(name, self.bytes() if content is None else content)
        return self.client.post(self.address + "form-upload/", {"file": file})

    def confirm(self, preview, replace=()):
        found = re.search(r'name="entries"\s+value="([^"]*)"', preview.content.decode())
        data = {"entries": found[1] if found else "", "replace": list(replace)}
        return self.client.post(self.address + "form-upload/", data, follow=True)


@pytest.fixture
def form(as_, report):
    return lambda person="secretary", unit="A.D.1": Form(as_(person), unit)


def words(response):
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def ticks(response):
    return re.findall(r'name="replace"[^>]*value="([^"]*)"', response.content.decode())


def stored(report, code):
    figure = report.figures.get(indicator__code=code)
    return figure.declared, figure.no_data, figure.reason


def nothing_changes(response):
    return "Biểu mẫu không thay đổi gì" in words(response)


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


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"value": 67.5}, "số nguyên"),
        ({"value": -1}, "không được âm"),
        ({"value": "abc"}, "không phải là số"),
        ({"value": 10**16}, "quá lớn"),
        ({"value": True}, "không phải là số"),
        ({"value": 5, "no_data": "x"}, "Vừa ghi số vừa đánh x"),
        ({"no_data": "12"}, "chỉ ghi x"),
        ({"reason": "a" * 501}, "nhiều nhất 500"),
        ({"indicator": "khong.co"}, "không hỏi đơn vị này"),
        ({"indicator": NEW}, "Trùng với dòng"),
        ({"indicator": None, "value": 5}, "còn trống"),
        ({"mark": "KH1|A.D.2|2022-Q1|0", "value": 5}, "biểu mẫu của đơn vị A.D.2, quý I/2022"),
        ({"mark": "KH0|A.D.1|2022-Q1|0", "value": 5}, "kiểu cũ"),
        ({"mark": None, "value": 5}, "mất dấu"),
        ({"mark": "lung tung", "value": 5}, "mất dấu"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place_and_the_right_ones_are_saved(form, report, values, reason):
    found = form()
    row = found.rows()[TOTAL]
    found.write(RAISED, value=12)
    for column, value in values.items():
        found.sheet.cell(row, found.columns[HEADS[column]]).value = value
    preview = found.upload()
    assert reason in words(preview)
    assert f"Số liệu, dòng {row}" in words(preview)
    found.confirm(preview)
    assert stored(report, RAISED) == (12, False, "")
    assert not report.figures.filter(indicator__code=TOTAL).exists()


def test_a_formula_counts_by_its_result_and_one_without_is_refused(form, report, tmp_path):
    found = form()
    found.write(TOTAL, value="=1200+40")
    row = found.rows()[TOTAL]
    assert "công thức chưa có kết quả" in words(found.upload())
    formula = rb"(<c r=\"[A-Z]+[0-9]+\"[^>]*)><f>1200\+40</f>(?:<v\s*/>|<v></v>)"
    preview = found.upload(patched(found.bytes(), formula, rb"\1><f>1200+40</f><v>1240</v>"))
    assert "để trống → 1.240" in words(preview)
    error = patched(found.bytes(), formula, rb'\1 t="e"><f>1200+40</f><v>#REF!</v>')
    assert f"dòng {found.rows()[TOTAL]}" in words(found.upload(error))
    assert "báo lỗi" in words(found.upload(error))


def patched(content, before, after):
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                changed = re.sub(before, after, data)
                assert changed != data
                data = changed
            target.writestr(name, data)
    return output.getvalue()


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


def test_a_preview_is_only_of_its_person_and_report_and_cannot_be_forged(form, as_, cast, report):
    found = form()
    found.write(TOTAL, value=1)
    entries = re.search(r'name="entries"\s+value="([^"]*)"', found.upload().content.decode())[1]
    for person, unit, text in (
        ("manager", "A.D.1", entries),
        ("manager", "A.D.2", entries),
        ("secretary", "A.D.1", entries[:-2] + "xx"),
        ("secretary", "A.D.1", ""),
        ("secretary", "A.D.1", "\0"),
    ):
        response = as_(person).post(ADDRESS.format(unit) + "form-upload/", {"entries": text}, follow=True)
        assert "không còn nguyên vẹn" in words(response)
    assert Figure.objects.count() == 0


def test_a_form_of_another_unit_or_quarter_is_refused_as_a_whole(form, as_, cast, report):
    found = form("manager", "A.D.2")
    found.write(TOTAL, value=5)
    found.address = ADDRESS.format("A.D.1")
    assert "biểu mẫu của đơn vị mã “A.D.2”, quý I/2022; trang này nhận" in words(found.upload())
    own = form()
    for row in own.rows().values():
        own.sheet.cell(row, own.columns[HEADS["mark"]]).value = "KH1|A.D.1|2021-Q4|0"
    del own.book["Phần lời"]
    assert "quý IV/2021" in words(own.upload())
    for row in own.rows().values():
        own.sheet.cell(row, own.columns[HEADS["mark"]]).value = "KH0|A.D.1|2022-Q1|0"
    assert "kiểu cũ" in words(own.upload())
    own.sheet.delete_cols(own.columns[HEADS["mark"]])
    assert "không phải biểu mẫu" in words(own.upload())


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.xlsx", "Tệp trống"),
        (b"a,b\n1,2\n", "a.csv", "không phải tệp Excel"),
        (b"PK\x03\x04hong", "a.xlsx", "hỏng"),
        (b"%PDF-1.7", "a.xlsx", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "kiểu cũ"),
    ],
)
def test_other_files_are_refused_in_words(form, content, name, reason):
    assert reason in words(form().upload(content, name))


def test_a_workbook_that_is_no_form_or_too_long_is_refused(form):
    def made(fill):
        book = openpyxl.Workbook()
        fill(book.active)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    found = form()
    assert "không phải biểu mẫu" in words(found.upload(made(lambda sheet: sheet.append(["a", "b"]))))
    assert "không phải biểu mẫu" in words(found.upload(made(lambda sheet: None)))
    assert "quá dài" in words(found.upload(made(lambda sheet: sheet.cell(100_000, 1, "x"))))
    heads = lambda sheet: sheet.append(["Mã chỉ tiêu", "Mã chỉ tiêu", "Dấu của biểu mẫu"])  # noqa: E731
    assert "có hai lần" in words(found.upload(made(heads)))


def test_many_repeated_long_texts_do_not_fill_the_memory(form):
    found = form()
    for row in range(200, 1200):
        for column in range(1, 8):
            found.sheet.cell(row, column).value = "a" * 30_000
    assert "phá hoại" in words(found.upload())


def test_a_report_that_was_handed_in_takes_no_form(form, report):
    found = form()
    found.write(TOTAL, value=1)
    preview = found.upload()
    Report.objects.filter(pk=report.pk).update(status=Report.Status.SUBMITTED)
    assert "không còn nhập được" in words(found.confirm(preview))
    assert "không nhập được nữa" in words(found.client.get(found.address + "form-upload/"))
    assert "chỉ để xem" in str([cell.value for row in form().sheet.iter_rows(max_row=5) for cell in row])
    assert Figure.objects.count() == 0


@pytest.mark.parametrize("period", ["2022", "2022-H1", "2021-Q1", "abc", "2022-Q1%00"])
@pytest.mark.parametrize("ending", ["form.xlsx", "form-upload/"])
def test_another_period_is_404(as_, opened, period, ending):
    assert as_("manager").get(f"/reports/A.D.1/{period}/{ending}").status_code == 404


def test_reach(as_, opened):
    client = as_("district_viewer")
    for code, status in {"A.D": 200, "A.D.1": 200, "A": 404, "A.T": 404, "B": 404}.items():
        assert client.get(ADDRESS.format(code) + "form.xlsx").status_code == status, code


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
