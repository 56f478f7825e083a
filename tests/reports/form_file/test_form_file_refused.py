"""Everything that may come back instead of the form of a quarter, and who may give it back."""

import io
import re
import zipfile

import openpyxl
import pytest

from reports.models import Figure, Report
from tests.opened_form import ADDRESS, HEADS, NEW, RAISED, TOTAL, stored, words


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
