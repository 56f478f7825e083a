"""An XLSX file is looked through before anything trusts it."""

import io
import re
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError

from spreadsheets import workbooks
from spreadsheets.reading import read_table

ROWS = [["mã", "số"], ["A", 1], ["B", 2]]
SHEET = "xl/worksheets/sheet1.xml"


def rows_of(file, name="a.xlsx"):
    return list(read_table(file, name).rows)


def refusal(file, name="a.xlsx"):
    with pytest.raises(ValidationError) as caught:
        rows_of(file, name)
    return " ".join(caught.value.messages)


def rebuilt(file, changes=None, added=None):
    """The archive again with parts changed by functions of their bytes, and parts added."""
    output = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, (changes or {}).get(name, bytes)(content))
        for name, content in (added or {}).items():
            target.writestr(name, content)
    output.seek(0)
    return output


def swap(before, after):
    def change(content):
        assert before in content
        return content.replace(before, after)

    return change


def test_a_formula_is_refused_with_its_cell(workbook):
    file = workbook([*ROWS, ["C"]], lambda book, sheet: sheet.write_formula("B4", "=SUM(B2:B3)", None, 3))
    assert "Ô B4 có công thức" in refusal(file)


def test_many_formulas_are_listed_shortly(workbook):
    def fill(book, sheet):
        for line in range(2, 12):
            sheet.write_formula(line, 2, "=1+1", None, 2)

    assert "Ô C3, C4, C5, C6, C7 và 5 ô khác có công thức" in refusal(workbook(ROWS, fill))


def test_a_formula_whose_tag_begins_another_piece_is_found(workbook, monkeypatch):
    file = workbook([*ROWS, ["C"]], lambda book, sheet: sheet.write_formula("B4", "=1+1", None, 2))
    with zipfile.ZipFile(file) as archive:
        content = archive.read(SHEET)
    for size in range(content.index(b"<f>") - 20, content.index(b"<f>") + 5):
        monkeypatch.setattr(workbooks, "CHUNK", size)
        assert "Ô B4 có công thức" in refusal(file)


def test_a_formula_on_a_sheet_that_is_not_read_does_no_harm(workbook):
    file = workbook(ROWS, lambda book, sheet: book.add_worksheet().write_formula("A1", "=1+1", None, 2))
    assert len(rows_of(file)) == 2


def test_a_text_that_looks_like_a_formula_is_a_text(workbook):
    assert rows_of(workbook([["mã"], ["=1+1"]])) == [(2, ["=1+1"])]


def test_an_error_value_is_refused_with_its_cell(workbook):
    cell = b'<c r="B2"><v>1</v></c>'
    file = rebuilt(workbook(ROWS), {SHEET: swap(cell, b'<c r="B2" t="e"><v>#N/A</v></c>')})
    assert "Ô B2 báo lỗi" in refusal(file)


def test_a_macro_workbook_is_refused_by_its_content(workbook):
    assert "macro" in refusal(rebuilt(workbook(ROWS), added={"xl/vbaProject.bin": b"x"}))


def test_a_macro_workbook_is_refused_by_its_name(workbook):
    assert "macro" in refusal(workbook(ROWS), "a.xlsm")


def test_a_macro_workbook_is_refused_by_its_content_type(workbook):
    types = swap(b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml")
    assert "macro" in refusal(rebuilt(workbook(ROWS), {"[Content_Types].xml": types}))


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_an_xml_declaration_of_entities_is_refused(workbook, part):
    bomb = b'?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'

    def declare(content):
        return content.replace(b"?>", bomb, 1)

    assert "DTD" in refusal(rebuilt(workbook(ROWS), {part: declare}))


def test_another_encoding_cannot_hide_a_declaration(workbook):
    def encode(content):
        return content.replace(b"UTF-8", b"UTF-16").decode().encode("utf-16")

    assert "hỏng" in refusal(rebuilt(workbook(ROWS), {SHEET: encode}))


def test_a_zip_bomb_is_refused(workbook):
    def blow_up(content):
        return content.replace(b"</sheetData>", b" " * (200 * 1024 * 1024) + b"</sheetData>")

    assert "bung ra quá lớn" in refusal(rebuilt(workbook(ROWS), {SHEET: blow_up}))


def lying(file, name, declared):
    """The archive with a false unpacked size and a matching checksum for ``name`` in both its headers."""
    data = bytearray(file.getvalue())
    with zipfile.ZipFile(file) as archive:
        content = archive.read(name)
    false = struct.pack("<I", declared)
    checksum = struct.pack("<I", zlib.crc32(content[:declared]))
    for mark, crc_at, size_at, name_at in ((b"PK\x03\x04", 14, 22, 30), (b"PK\x01\x02", 16, 24, 46)):
        for found in re.finditer(re.escape(mark), bytes(data)):
            start = found.start()
            if data[start + name_at : start + name_at + len(name)] == name.encode():
                data[start + crc_at : start + crc_at + 4] = checksum
                data[start + size_at : start + size_at + 4] = false
    return io.BytesIO(bytes(data))


def test_a_header_that_lies_about_the_size_is_refused(workbook):
    def blow_up(content):
        return content.replace(b"</sheetData>", b" " * (200 * 1024 * 1024) + b"</sheetData>")

    assert "hỏng" in refusal(lying(rebuilt(workbook(ROWS), {SHEET: blow_up}), SHEET, 500))


def test_what_comes_out_is_counted_and_not_what_the_header_says(workbook, monkeypatch):
    monkeypatch.setattr(workbooks, "archive_size", lambda archive: 1)
    monkeypatch.setattr(workbooks, "RATIO_FROM", 2000)
    assert "bung ra quá lớn" in refusal(workbook(ROWS))


def test_a_part_given_twice_is_refused(workbook):
    with pytest.warns(UserWarning, match="Duplicate"):
        file = rebuilt(workbook(ROWS), added={SHEET: b"<x/>"})
    assert "hỏng" in refusal(file)


@pytest.mark.parametrize("address", ["XFD2", "B1048576", "CV900000"])
def test_a_cell_far_away_is_refused_before_memory_is_filled(workbook, address):
    file = rebuilt(workbook(ROWS), {SHEET: swap(b'<c r="B2">', f'<c r="{address}">'.encode())})
    assert "quá rộng hoặc quá dài" in refusal(file)


def test_formatted_empty_cells_far_away_do_no_harm(workbook):
    empty = b'</row><row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    file = rebuilt(workbook(ROWS), {SHEET: swap(b"</row></sheetData>", empty)})
    assert len(rows_of(file)) == 2


@pytest.mark.parametrize("tag", [b"<c>", b"<c s='0' r='B2'>", b'<c s=" r=A1" r="b2">', b'<c r="B2" r="XFD2">'])
def test_cells_that_do_not_say_plainly_where_they_stand_are_refused(workbook, tag):
    assert "hỏng" in refusal(rebuilt(workbook(ROWS), {SHEET: swap(b'<c r="B2">', tag)}))


def test_one_long_text_repeated_by_many_cells_is_refused(workbook, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_TEXT", 50_000)
    assert "bung ra quá lớn" in refusal(workbook([["mã"], *[["x" * 1000]] * 100]))


def test_one_long_text_beside_many_short_ones_is_read(workbook, monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_TEXT", 50_000)
    assert len(rows_of(workbook([["mã"], ["x" * 1000], *[[f"A{line}"] for line in range(100)]]))) == 101


def test_a_word_document_is_refused(workbook):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "không phải bảng tính" in refusal(output, "a.docx")


def test_a_spoilt_sheet_is_refused(workbook):
    assert "hỏng" in refusal(rebuilt(workbook(ROWS), {SHEET: lambda content: content[:-40] + b"<<<"}))


def test_a_cut_archive_is_refused(workbook):
    assert "hỏng" in refusal(io.BytesIO(workbook(ROWS).getvalue()[:-300]))


def test_a_workbook_that_lacks_a_part_is_refused(workbook):
    names = swap(b"sheet1.xml", b"sheet9.xml")
    assert "hỏng" in refusal(rebuilt(workbook(ROWS), {"xl/_rels/workbook.xml.rels": names}))


def test_a_form_is_read_as_a_whole_with_the_results_of_its_formulas(workbook):
    def fill(book, sheet):
        sheet.write_formula("B4", "=1+1", None, 2)
        hidden = book.add_worksheet("ẩn")
        hidden.write("A1", "ẩn")
        hidden.hide()
        book.add_worksheet("trống")
        book.add_worksheet("hai").write("B2", "x")

    first, second = workbooks.workbook_sheets(workbook(ROWS, fill))
    assert first.rows == [*ROWS, ["", 2]]
    assert first.formulas == {"B4"}
    assert (second.name, second.rows[1][1]) == ("hai", "x")


def test_a_form_that_would_fill_the_memory_is_refused(workbook):
    for rows in ([["a" * 30_000] * 4] * 100, [["a"]] * (workbooks.MAX_FORM_ROWS + 1)):
        with pytest.raises(ValidationError, match=r"phá hoại|quá dài"):
            workbooks.workbook_sheets(workbook(rows))
