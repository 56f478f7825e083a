"""The Excel writer: names of sheets, texts that stay texts, rows and pages that hold what they must."""

from io import BytesIO

import openpyxl
import pytest

from core.documents import Book, fit_columns, lines_of, set_lines, set_widths, write_paragraph, write_row, write_text
from core.documents.workbook import PAGE_WIDTH, page_breaks, parts_of, sheet_name


def opened_again(write, footer=""):
    """The one sheet of a workbook that ``write(book, sheet)`` has filled."""
    book = Book(title="Tên", author="Hội")
    write(book, book.add_sheet("Trang", footer=footer))
    return openpyxl.load_workbook(BytesIO(book.to_bytes())).active


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hội viên", "Hội viên"),
        ("Quỹ: thu/chi [năm]*?\\", "Quỹ thu chi năm"),
        ("'Trong ngoặc'", "Trong ngoặc"),
        ("a" * 40, "a" * 31),
        ("a" * 30 + "'b", "a" * 30),
        ("\U0001d11e" * 20, "\U0001d11e" * 15),
        ("\u202eđảo", "đảo"),
        ("History", "History (2)"),
        ("HỘI VIÊN KHÁC", "HỘI VIÊN KHÁC (2)"),
        (":?*", "Trang"),
        ("", "Trang"),
    ],
)
def test_a_sheet_gets_a_name_that_excel_takes(text, name):
    assert sheet_name(text, {"history", "hội viên khác"}) == name


def test_names_stay_unique_whatever_their_case_and_length():
    book = Book(title="", author="")
    names = [
        book.add_sheet(name, footer="").get_name() for name in ("x" * 40, "X" * 31, "x" * 35, "ĐỘ", "Độ", "history")
    ]
    assert names == ["x" * 31, "X" * 27 + " (2)", "x" * 27 + " (3)", "ĐỘ", "Độ (2)", "history (2)"]
    assert len(openpyxl.load_workbook(BytesIO(book.to_bytes())).sheetnames) == 6


@pytest.mark.parametrize(
    "text", ["=1+1", "{=1+1}", "@x", "+1", "http://a.vn", "007", "<r>x</r>", "<r><t>&</t></r>", "_x0041_", " trước"]
)
def test_a_text_stays_a_text(text):
    cell = opened_again(lambda book, sheet: write_text(sheet, 0, 0, text, book.format(bold=True)))["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_an_empty_text_is_a_blank_cell_and_a_long_one_is_cut():
    def write(book, sheet):
        write_row(sheet, 0, ["", "x" * 40_000, 0], [book.format(border=1)] * 3, [20, 20, 20])

    sheet = opened_again(write)
    assert [cell.value for cell in sheet[1]] == [None, "x" * 32_767, 0]
    assert sheet["A1"].border.left.style == "thin"
    assert sheet.row_dimensions[1].height == pytest.approx(409, abs=1)


def test_a_footer_with_commands_is_plain():
    sheet = opened_again(lambda book, sheet: None, footer="5 & 7 &D" + "&" * 300)
    assert sheet.oddFooter.left.text.startswith("5 && 7 &&D&&")
    assert sheet.oddFooter.right.text == "Trang &P/&N"


def test_the_page_is_a4_across_in_times_new_roman():
    sheet = opened_again(lambda book, sheet: write_text(sheet, 0, 0, "a", book.format()))
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert round(sheet.page_margins.left * 25.4) == round(sheet.page_margins.top * 25.4) == 15
    assert (sheet["A1"].font.name, sheet["A1"].font.scheme) == ("Times New Roman", None)


def test_a_row_is_as_high_as_its_wrapped_text():
    assert lines_of("", 50) == lines_of("ngắn", 50) == 1
    # Two of these words do not fit on a line, though three would on two if they could be broken.
    assert lines_of("nghiêng nghiêng nghiêng", 22) == 3
    assert lines_of("x" * 100, 30) > 5

    def write(book, sheet):
        set_lines(sheet, 0, 1)
        set_lines(sheet, 1, 3)
        set_lines(sheet, 2, 1, level=1)

    rows = opened_again(write).row_dimensions
    assert [rows[row].height for row in (1, 2, 3)] == [None, 45, None]
    assert rows[3].outlineLevel == 1


@pytest.mark.parametrize("text", ["một hai ba " * 4000, "x" * 9000, "x" * 5000 + " y" * 5000, ""])
def test_a_paragraph_is_cut_without_losing_a_character(text):
    parts = parts_of(text, 200)
    assert "".join(parts) == text
    assert all(lines_of(part, 200) <= 27 for part in parts)

    def write(book, sheet):
        assert write_paragraph(sheet, 0, text, book.format(), columns=3, width=200) == len(parts)

    sheet = opened_again(write)
    assert len(sheet.merged_cells.ranges) == len(parts)


def test_columns_that_can_be_read_fit_on_one_page():
    sheet = opened_again(lambda book, sheet: fit_columns(sheet, [80] + [20] * 20, repeated=1))
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_cols is None


def test_too_many_columns_are_spread_evenly_over_pages():
    widths = [80] + [20] * 30

    def write(book, sheet):
        set_widths(sheet, widths)
        fit_columns(sheet, widths, repeated=1)

    sheet = opened_again(write)
    assert round(sheet.column_dimensions["A"].width * 7 / 96 * 25.4) == 80
    assert sheet.print_title_cols == "$A:$A"
    breaks = [each.id for each in sheet.col_breaks.brk]
    pages = [end - start for start, end in zip([1, *breaks], [*breaks, 31], strict=True)]
    assert sum(pages) == 30
    assert max(pages) - min(pages) <= 1
    assert 80 + 20 * max(pages) <= PAGE_WIDTH * 100 / sheet.page_setup.scale


def test_a_column_wider_than_the_page_has_one_of_its_own():
    assert page_breaks([50, 400, 20, 20], 1, 300) == [2]
    assert page_breaks([50, 20, 400, 20], 1, 300) == [2, 3]
    assert page_breaks([50], 1, 300) == []
