"""An Excel annex opened again: what stands in its rows and columns, with formulas worked out from their cells."""

import os
import re
import shutil
import subprocess
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

import openpyxl
import pytest

HEAD_ROW = 4
RATE = re.compile(r"=ROUND\(([A-Z]+[0-9]+)(?:\*([0-9]+))?/([A-Z]+[0-9]+),2\)")
LINK = re.compile(r"='((?:[^']|'')+)'!([A-Z]+[0-9]+)")


def open_workbook(content):
    """With formulas as formulas."""
    return openpyxl.load_workbook(BytesIO(content))


def open_values(content):
    """With the values that stand beside the formulas."""
    return openpyxl.load_workbook(BytesIO(content), data_only=True)


def evaluate(workbook, sheet, address):
    """The value of a cell: a rate out of its two parts, exactly, or what the cell that it links to holds."""
    value = workbook[sheet][address].value
    if rate := RATE.fullmatch(str(value)):
        over, under = (Decimal(workbook[sheet][part].value) for part in (rate[1], rate[3]))
        return (over * int(rate[2] or 1) / under).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if link := LINK.fullmatch(str(value)):
        return evaluate(workbook, link[1].replace("''", "'"), link[2])
    return value


def group_sheets(workbook):
    """The sheets of figures."""
    return [sheet for sheet in workbook if sheet.cell(HEAD_ROW, 1).value == "Chỉ tiêu"]


def annex_cells(workbook):
    """{label: {head of the column: its cell}} over all sheets of figures, without the parts of the rates."""
    found = {}
    for sheet in group_sheets(workbook):
        heads = [cell.value for cell in sheet[HEAD_ROW]]
        for row in sheet.iter_rows(min_row=HEAD_ROW + 1):
            if not sheet.row_dimensions[row[0].row].outlineLevel:
                found[row[0].value] = dict(zip(heads, row, strict=True))
    return found


def recalculated(content, folder):
    """The workbook as LibreOffice Calc works it out, from formulas alone: their values are taken away before.

    A machine without it skips the test; in CI it must be there.
    """
    source, target = folder / "annex.xlsx", folder / "out" / "annex.xlsx"
    open_workbook(content).save(source)
    if shutil.which("soffice"):
        profile = f"-env:UserInstallation=file://{folder / 'profile'}"
        convert = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", target.parent, source]
        subprocess.run(convert, check=False, capture_output=True, timeout=120)
    if not target.exists():
        assert not os.environ.get("CI"), "LibreOffice Calc is missing"
        pytest.skip("LibreOffice Calc không có trên máy này (apt-get install libreoffice-calc-nogui)")
    return openpyxl.load_workbook(target, data_only=True)
