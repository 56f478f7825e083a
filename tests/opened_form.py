"""A form of a quarter as a person works with it: downloaded, opened, changed by hand and given back."""

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile

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
