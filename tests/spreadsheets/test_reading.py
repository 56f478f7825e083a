"""Whatever people choose as a file is read as a table, or refused with a sentence that says what to do."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from spreadsheets.reading import read_table


def rows_of(file, name="bang.csv"):
    table = read_table(file, name)
    return [table.headings, *table.rows]


def refusal(file, name="bang.csv"):
    with pytest.raises(ValidationError) as caught:
        list(read_table(file, name).rows)
    return " ".join(caught.value.messages)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_in_every_way_that_excel_saves_it(text_file, encoding, mark):
    text = f"mã{mark}tên\nA{mark}Xã Chiềng Đen\n"
    assert rows_of(text_file(text, encoding)) == [["mã", "tên"], (2, ["A", "Xã Chiềng Đen"])]


def test_mixed_line_endings_are_read(text_file):
    assert rows_of(text_file("a,b\r\n1,2\r3,4\n5,6")) == [["a", "b"], (2, ["1", "2"]), (3, ["3", "4"]), (4, ["5", "6"])]


def test_line_numbers_are_those_of_excel_with_blank_lines_counted(text_file):
    text = '\n\na,b\n\n1,"hai\ndòng"\n,\n3,4\n'
    assert rows_of(text_file(text)) == [["a", "b"], (5, ["1", "hai\ndòng"]), (7, ["3", "4"])]


def test_a_comma_within_quotes_does_not_split(text_file):
    assert rows_of(text_file('"a, b, c";d\n"x";y\n')) == [["a, b, c", "d"], (2, ["x", "y"])]


def test_excels_own_line_about_the_separator_is_no_row(text_file):
    assert rows_of(text_file("sep=;\na;b\n1,5;2\n")) == [["a", "b"], (3, ["1,5", "2"])]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp trống"),
        (b"\n \n,,\n", "Tệp trống"),
        (b"a,b\n", "chưa có dòng số liệu"),
        (b"%PDF-1.7 ...", "tệp PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "tệp ảnh"),
        (b"\xff\xd8\xff\xe0abc", "tệp ảnh"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "lưu lại dạng .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        (b"a,b\n1,\x002\n", "NUL"),
        ("mã,tên\nA,Lò".encode("cp1258", "ignore") + b"\xe0\xff", "CSV UTF-8"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "không phải bảng tính"),
        (b'a,b\n"1,2\n', "ngoặc kép"),
        (b"a\n" + b"x" * 200_000, "ô quá dài"),
        (b"PK\x03\x04 rubbish", "hỏng"),
        (b"a\n" + b"," * 250 + b"x\n", "hơn 200 cột"),
    ],
)
def test_what_is_no_table_is_refused(content, words):
    assert words in refusal(io.BytesIO(content))


def test_a_text_that_is_called_xlsx_is_refused(text_file):
    assert "không phải tệp Excel" in refusal(text_file("a,b\n1,2\n"), "bang.xlsx")


def test_a_file_of_50_megabytes_is_refused_before_it_is_read():
    class Untouchable(io.BytesIO):
        size = 50 * 1024 * 1024

        def read(self, *args):
            raise AssertionError("read")

    assert "50 MB" in refusal(Untouchable())


def test_a_large_file_without_a_declared_size_is_measured(settings):
    settings.MAX_UPLOAD_MB = 1
    assert "2 MB" in refusal(io.BytesIO(b"a\n" + b"1\n" * 600_000))


def test_a_workbook_gives_typed_cells(workbook):
    def fill(book, sheet):
        sheet.write_datetime(1, 2, datetime(2022, 4, 5), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_boolean(1, 3, True)

    file = workbook([["mã", "số", "ngày", "có"], ["A", 12.5]], fill)
    assert rows_of(file, "a.xlsx") == [["mã", "số", "ngày", "có"], (2, ["A", 12.5, date(2022, 4, 5), True])]


def test_the_lines_of_a_workbook_count_blank_rows(workbook):
    file = workbook([[], ["mã", "tên"], [], ["A", "x"]])
    assert rows_of(file, "a.xlsx") == [["mã", "tên"], (4, ["A", "x"])]


def test_the_first_visible_sheet_that_holds_anything_is_read(workbook):
    def fill(book, sheet):
        sheet.hide()
        book.add_worksheet("trống")
        filled = book.add_worksheet("số liệu")
        filled.write_row(0, 0, ["mã"])
        filled.write_row(1, 0, ["B"])
        filled.activate()

    assert rows_of(workbook([["mã"], ["A"]], fill), "a.xlsx") == [["mã"], (2, ["B"])]


def test_a_workbook_of_openpyxl_is_read():
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["mã", "ngày"])
    book.active.append(["A", date(2022, 4, 5)])
    book.save(stream)
    assert rows_of(stream, "a.xlsx") == [["mã", "ngày"], (2, ["A", date(2022, 4, 5)])]


def test_an_empty_workbook_is_refused(workbook):
    assert "Tệp trống" in refusal(workbook([]), "a.xlsx")


def test_a_workbook_of_headings_alone_is_refused(workbook):
    assert "chưa có dòng số liệu" in refusal(workbook([["mã"]]), "a.xlsx")
