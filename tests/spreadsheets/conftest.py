"""Real files, made here: what people upload, and what they should not."""

import io

import pytest
import xlsxwriter


@pytest.fixture(autouse=True)
def _files_go_to_a_temporary_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def workbook():
    """workbook(rows) is an open XLSX file; ``fill(book, sheet)`` may add to it."""

    def make(rows, fill=None):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            for line, cells in enumerate(rows):
                sheet.write_row(line, 0, cells)
            if fill:
                fill(book, sheet)
        stream.seek(0)
        return stream

    return make


@pytest.fixture
def text_file():
    """text_file("a,b\\n1,2") is an open CSV file."""

    def make(text, encoding="utf-8"):
        return io.BytesIO(text.encode(encoding))

    return make
