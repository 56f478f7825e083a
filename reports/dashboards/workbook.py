"""The pivot in Excel: its tables as on the page, and every value in a list to calculate with."""

from decimal import Decimal

from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

from core.documents import Book, contained, set_widths, write_paragraph, write_row, write_text
from reports.builders.summary import NO_DATA
from reports.dashboards.page import as_of
from reports.dashboards.pivot import PivotPage, PivotTable
from reports.documents.figure_sheets import BORDER, HEAD

LIST_COLUMNS = {
    "Mã đơn vị": 30,
    "Đơn vị": 60,
    "Mã chỉ tiêu": 60,
    "Chỉ tiêu": 84,
    "Đơn vị tính": 22,
    "Quý": 24,
    "Giá trị": 30,
    "Có số liệu": 18,
    "Được hỏi": 18,
    "Có một phần": 18,
    "Tình trạng": 34,
    "Tính đến": 56,
}
NAME_WIDTH, VALUE_WIDTH = 76, 30
COUNT_FORMAT, RATE_FORMAT = "#,##0", "#,##0.00"
EXPLANATION = (
    "Ô “–”: đơn vị cho biết chưa có số liệu; “…”: đơn vị chưa báo cáo; ô trống: không hỏi đơn vị ấy. "
    "Sau dấu “·” là bao nhiêu đơn vị có số liệu trên số đơn vị được hỏi."
)


def pivot_xlsx(page: PivotPage) -> bytes:
    """One sheet with the tables in words, one with numbers."""
    name = contained(page.organization.name)
    book = Book(title=f"Bảng chéo số liệu của {name}", author=name)
    footer = f"{name}, bảng chéo"
    write_tables(book, book.add_sheet("Bảng chéo", footer=footer), page, name)
    write_list(book, book.add_sheet("Số liệu", footer=footer), page)
    return book.to_bytes()


def write_tables(book: Book, sheet: Worksheet, page: PivotPage, name: str) -> None:
    widest = max((len(table.columns) for table in page.tables), default=1)
    widths = [NAME_WIDTH, *[VALUE_WIDTH] * widest]
    set_widths(sheet, widths)
    whole = {"columns": len(widths), "width": sum(widths)}
    built = timezone.localtime(page.grid.built_at)
    row = write_paragraph(sheet, 0, f"Bảng chéo số liệu của {name}", book.format(bold=True, font_size=14), **whole)
    row = write_paragraph(
        sheet, row, f"Lập lúc {built:%H:%M %d/%m/%Y}. {EXPLANATION}", book.format(text_wrap=True), **whole
    )
    for table in page.tables:
        row = write_table(book, sheet, row + 1, table, widths)


def write_table(book: Book, sheet: Worksheet, row: int, table: PivotTable, widths: list[float]) -> int:
    write_text(sheet, row, 0, table.title, book.format(bold=True))
    heads = [table.heading, *("\n".join(filter(None, (column.name, column.note))) for column in table.columns)]
    widths = widths[: len(heads)]
    write_row(sheet, row + 1, heads, [book.format(**HEAD)] * len(heads), widths)
    for number, line in enumerate(table.rows, start=row + 2):
        weight = {"bold": True} if line.is_total else {}
        styles = [
            book.format(**BORDER, text_wrap=True, **weight),
            *[book.format(**BORDER, align="right", text_wrap=True, **weight)] * len(line.cells),
        ]
        write_row(
            sheet,
            number,
            [line.name, *(cell.in_words(missing="…", no_data="–") for cell in line.cells)],
            styles,
            widths,
        )
    return row + 2 + len(table.rows)


def write_list(book: Book, sheet: Worksheet, page: PivotPage) -> None:
    """A row per unit, indicator and quarter that is asked."""
    widths = list(LIST_COLUMNS.values())
    set_widths(sheet, widths)
    write_row(sheet, 0, list(LIST_COLUMNS), [book.format(**HEAD)] * len(widths), widths)
    words, centre = book.format(**BORDER), book.format(**BORDER, align="center", num_format=COUNT_FORMAT)
    row = 0
    for each in page.grid.quarters:
        moment = as_of(each, page.grid)
        for indicator in page.indicators:
            for code in page.chosen:
                reading = page.grid.reading(indicator, each.quarter, code)
                if reading is None:
                    continue
                row += 1
                texts = [code, page.names[code], indicator.code, indicator.label, indicator.unit, each.quarter.label]
                for column, text in enumerate(texts):
                    write_text(sheet, row, column, text, words)
                write_value(book, sheet, row, len(texts), reading.value)
                covered = reading.coverage
                for column, number in enumerate((covered.with_data, covered.expected, covered.partial), start=7):
                    sheet.write_number(row, column, number, centre)
                write_text(sheet, row, 10, status(reading), words)
                write_text(sheet, row, 11, moment, words)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(row, 1), len(widths) - 1)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def write_value(book: Book, sheet: Worksheet, row: int, column: int, value) -> None:
    """A number as a number; nothing is an empty cell, never 0."""
    numbers = RATE_FORMAT if isinstance(value, Decimal) else COUNT_FORMAT
    style = book.format(**BORDER, num_format=numbers, align="right")
    if value is None:
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write_number(row, column, value, style)


def status(reading) -> str:
    if reading.value is None:
        return "không có số liệu" if reading.source == NO_DATA else "chưa có số liệu"
    return "đã duyệt" if reading.is_accepted else "tạm tính"
