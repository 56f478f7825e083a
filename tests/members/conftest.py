from tests.spreadsheets.conftest import workbook

__all__ = ["workbook"]
