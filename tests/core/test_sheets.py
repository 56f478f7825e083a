"""Cells become values or a sentence; headings are found however they are typed."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from core.periods import Quarter, Span
from core.sheets import (
    Boolean,
    Choice,
    Code,
    Column,
    Day,
    DecimalNumber,
    QuarterOrYear,
    Text,
    WholeNumber,
    Year,
    column_letter,
    is_empty,
    match_headings,
    show,
)


class Colour(models.TextChoices):
    RED = "red", "màu đỏ"
    BLUE = "blue", "màu xanh"


COLUMNS = (
    Column("code", "Mã đơn vị", Code(), required=True),
    Column("value", "Giá trị", WholeNumber(), required=True, may_be_empty=True),
    Column("note", "Ghi chú", Text(10)),
)


@pytest.mark.parametrize(
    ("parser", "cell", "value"),
    [
        (WholeNumber(), "1.240", 1240),
        (WholeNumber(), "1 240", 1240),
        (WholeNumber(), " 0 ", 0),
        (WholeNumber(), 1240.0, 1240),
        (DecimalNumber(), "67,2", Decimal("67.2")),
        (DecimalNumber(), 67.2, Decimal("67.2")),
        (DecimalNumber(), "1.240,5", Decimal("1240.5")),
        (DecimalNumber(), 70, Decimal(70)),
        (Day(), "5/4/2022", date(2022, 4, 5)),
        (Day(), "2022-04-05", date(2022, 4, 5)),
        (Day(), date(2022, 4, 5), date(2022, 4, 5)),
        (Day(), datetime(2022, 4, 5, 0, 0), date(2022, 4, 5)),
        (Boolean(), "Có", True),
        (Boolean(), "KHÔNG", False),
        (Boolean(), 1.0, True),
        (Boolean(), "0", False),
        (Boolean(), False, False),
        (Boolean(), "true", True),
        (Choice(Colour), "red", "red"),
        (Choice(Colour), "  Mau  Do ", "red"),
        (Choice(Colour), "MÀU XANH", "blue"),
        (QuarterOrYear(), "2022-Q1", Quarter(2022, 1)),
        (QuarterOrYear(), "quý I/2022", Quarter(2022, 1)),
        (QuarterOrYear(), "2022", Span(2022, "Y")),
        (QuarterOrYear(), 2022.0, Span(2022, "Y")),
        (Year(), 2022.0, 2022),
        (Year(), "2022", 2022),
        (Code(), 101.0, "101"),
        (Code(), "SL.TP", "SL.TP"),
        (Text(50), "  Lò   Thị\u00a0Hà ", "Lò Thị Hà"),
        (Text(50), "Lo\u0300 Ha", "Lò Ha"),
        (Text(50), "=1+1", "=1+1"),
        (Text(50), 12.5, "12,5"),
        (Text(50), date(2022, 4, 5), "05/04/2022"),
    ],
)
def test_a_cell_is_read_as_people_write_it(parser, cell, value):
    assert parser(cell) == value


@pytest.mark.parametrize(
    ("parser", "cell", "words"),
    [
        (WholeNumber(), "mười", "không phải là số"),
        (WholeNumber(), "-5", "không được âm"),
        (WholeNumber(), -5.0, "không được âm"),
        (WholeNumber(), 12.5, "cần số nguyên"),
        (WholeNumber(), "12.5", "cần số nguyên"),
        (WholeNumber(), "1,240", "không dùng dấu phẩy"),
        (WholeNumber(), "=1+1", "không phải là số"),
        (WholeNumber(), True, "không phải là số"),
        (WholeNumber(), date(2022, 1, 2), "không phải là số"),
        (WholeNumber(), 10.0**16, "quá lớn"),
        (DecimalNumber(), "-1", "không được âm"),
        (DecimalNumber(), "67,255", "nhiều nhất 2 chữ số"),
        (DecimalNumber(max_digits=4), "100", "quá lớn"),
        (Day(), "31/02/1960", "không có trong lịch"),
        (Day(), "25-12", "không phải là ngày"),
        (Day(), "01/01/1060", "ngoài khoảng"),
        (Day(), 44562.0, "định dạng ô là Ngày"),
        (Boolean(), "có lẽ", "chỉ nhận"),
        (Choice(Colour), "vàng", "red (màu đỏ)"),
        (QuarterOrYear(), "2022-Q5", "Không có quý 5"),
        (QuarterOrYear(), "2022-H1", "một quý hoặc một năm"),
        (QuarterOrYear(), date(2022, 1, 1), "không phải là quý"),
        (QuarterOrYear(), "hôm qua", "không phải là quý"),
        (Year(), "22", "bốn chữ số"),
        (Year(), "1900", "ngoài khoảng"),
        (Year(), 2022.5, "không phải là năm"),
        (Code(), 1.1, "Văn bản"),
        (Code(), date(2022, 1, 1), "Văn bản"),
        (Code(), 10.0**17, "Văn bản"),
        (Code(5), "123456", "nhiều nhất 5"),
        (Text(300), "a" * 301, "dài 301 ký tự"),
        (Text(300), "a\x07b", "ký tự lạ"),
    ],
)
def test_what_is_wrong_or_ambiguous_is_refused_in_words(parser, cell, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace(")", r"\)")):
        parser(cell)


@pytest.mark.parametrize("cell", [None, "", "   ", "\u00a0", "\u200b", "\ufeff", "\u200e\u202c"])
def test_blank_cells_are_empty(cell):
    assert is_empty(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "0"])
def test_zero_is_not_empty(cell):
    assert not is_empty(cell)


@pytest.mark.parametrize(
    "headings",
    [
        ["code", "value", "note"],
        ["Mã đơn vị", "Giá trị", "Ghi chú"],
        [" MA DON VI * ", "gia tri*", "GHI  CHÚ"],
        ["Code*", "Giá trị", "note"],
    ],
)
def test_headings_match_by_code_or_vietnamese_whatever_the_case(headings):
    layout = match_headings(COLUMNS, headings)
    row = layout.read(7, ["A", "1.240", "chữ"])
    assert (row.line, row.values) == (7, {"code": "A", "value": 1240, "note": "chữ"})


def test_an_unknown_column_is_kept_apart_and_named():
    layout = match_headings(COLUMNS, ["code", "Màu", "value", ""])
    assert layout.unknown == ("Màu",)
    assert layout.read(2, ["A", "đỏ", "1"]).values == {"code": "A", "value": 1}


def test_a_column_given_twice_is_an_error_that_names_both_places():
    with pytest.raises(ValidationError, match="A và C"):
        match_headings(COLUMNS, ["code", "value", "Mã đơn vị"])


def test_a_missing_required_column_is_an_error_that_lists_the_known_ones():
    with pytest.raises(ValidationError) as caught:
        match_headings(COLUMNS, ["code", "note"])
    text = " ".join(caught.value.messages)
    assert "Thiếu cột bắt buộc “Giá trị” (value)" in text
    assert "Ghi chú (note)" in text


def test_an_omitted_column_is_absent_and_an_empty_cell_is_none():
    row = match_headings(COLUMNS, ["code", "value"]).read(2, ["A", ""])
    assert row.values == {"code": "A", "value": None}
    assert not row.is_refused


def test_an_empty_required_cell_is_refused():
    row = match_headings(COLUMNS, ["code", "value"]).read(2, ["", "1"])
    assert row.problems == [("code", "Ô này còn trống. Hãy điền rồi tải lại tệp.")]


def test_a_short_row_has_empty_cells_at_its_end():
    row = match_headings(COLUMNS, ["code", "value", "note"]).read(2, ["A"])
    assert row.values == {"code": "A", "value": None, "note": None}


def test_a_fault_names_the_heading_as_the_file_writes_it():
    row = match_headings(COLUMNS, ["Mã đơn vị*", "GIÁ TRỊ"]).read(2, ["A", "x"])
    assert row.problems[0][0] == "GIÁ TRỊ"


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (702, "AAA")])
def test_columns_are_named_as_excel_names_them(place, letters):
    assert column_letter(place) == letters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "chưa có"),
        ("", "chưa có"),
        (0, "0"),
        (1240, "1.240"),
        (True, "có"),
        (Decimal("67.20"), "67,2"),
        (date(2022, 4, 5), "05/04/2022"),
        (Quarter(2022, 1), "quý I/2022"),
    ],
)
def test_values_are_shown_as_people_write_them(value, text):
    assert show(value) == text


@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("cell", ["a\x00b", float("inf"), float("nan")])
def test_what_no_database_takes_is_refused_in_every_column(column, cell):
    cells = ["A", "1", "x"]
    cells[column] = cell
    row = match_headings(COLUMNS, ["code", "value", "note"]).read(2, cells)
    assert len(row.problems) == 1
    assert "\0" not in row.problems[0][1]


def test_a_heading_never_carries_a_nul():
    assert match_headings(COLUMNS, ["code", "value", "x\x00y", float("inf")]).unknown == ("xy", "inf")
