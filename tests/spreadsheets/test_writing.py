"""Refused rows come back as they were typed: text stays text."""

import io

import openpyxl
import pytest

from spreadsheets.writing import refused_workbook


@pytest.mark.parametrize("typed", ["=1+1", "<r>a & b</r>", "{=SUM(A1)}", "http://example.vn", "A & B < C", "\u202eab"])
def test_what_was_typed_comes_back_as_text(typed):
    file = io.BytesIO(f'code,name\nA,"{typed}"\n'.encode())
    with refused_workbook(file, "units.csv", [(2, "sai")]) as content:
        rows = openpyxl.load_workbook(io.BytesIO(content.read()), rich_text=False).active
    cell = rows.cell(2, 2)
    assert cell.data_type == "s"
    assert cell.value.rstrip("\u202c") == typed
    assert rows.cell(2, 3).value == "Dòng 2: sai"
