"""The form of a quarter as a workbook to fill in: cells to type into are coloured, everything else is protected."""

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.documents import Book, lines_of, set_lines, set_widths, write_paragraph, write_text
from reports.builders.quarter_form import FormCell, FormSection, QuarterForm
from reports.documents.figure_sheets import BORDER, HEAD
from reports.form_columns import CELL_SHEET, EDITION, HEADINGS, WORD_SHEET, Mark, written_words

PROTECTION = {"format_columns": True, "format_rows": True}
INPUT = {**BORDER, "bg_color": "#FFF7D6", "locked": False, "text_wrap": True}
TEXT = {"text_wrap": True, "indent": 1}
NUMBER = {"num_format": "#,##0", "align": "right"}
QUIET = {"font_size": 8, "font_color": "#55606E"}
BAND = {**BORDER, "bold": True, "bg_color": "#EEF3F4"}
# Heading → millimetres; the ones that are read have the headings of their columns.
KNOWN = {"Chỉ tiêu": 78, "Đơn vị tính": 21, "Quý trước": 30, "Cùng kỳ năm trước": 30, "Số theo sổ": 30}
OWN = {HEADINGS["value"]: 34, HEADINGS["no_data"]: 22, HEADINGS["reason"]: 52}
TOTALS = {HEADINGS["total"]: 34, HEADINGS["total_reason"]: 48}
KEYS = {HEADINGS["indicator"]: 62, HEADINGS["mark"]: 10}
WORDS = {"Mục": 45, HEADINGS["text"]: 222, HEADINGS["section"]: 22, HEADINGS["mark"]: 10}
LARGEST = 10**15
ROW_HEIGHT = 20
MOST_LINES_SHOWN = 25


def quarter_form_xlsx(form: QuarterForm) -> bytes:
    book = Book(title=f"Biểu mẫu báo cáo {form.quarter.label}", author=form.name)
    footer = f"{form.name}, {form.quarter.label}"
    CellSheet(book, book.add_sheet(CELL_SHEET, footer=footer), form).write()
    WordSheet(book, book.add_sheet(WORD_SHEET, footer=footer), form).write()
    return book.to_bytes()


class FormSheet:
    """What both sheets share: the head, the row of headings, protection, and how they print.

    The last two columns are keys: not printed, the very last one hidden.
    """

    widths: dict[str, float]
    lead: str

    def __init__(self, book: Book, sheet: Worksheet, form: QuarterForm):
        self.book, self.sheet, self.form = book, sheet, form

    def begin(self) -> int:
        """The row after the headings."""
        book, sheet, form = self.book, self.sheet, self.form
        widths = list(self.widths.values())
        set_widths(sheet, widths)
        sheet.set_default_row(ROW_HEIGHT)
        sheet.set_column_pixels(len(widths) - 1, len(widths) - 1, 10, None, {"hidden": True})
        printed = len(widths) - 2
        write_text(sheet, 0, 0, f"Báo cáo thống kê {form.quarter.label}", book.format(bold=True, font_size=14))
        write_text(sheet, 1, 0, f"{form.name} (mã {form.code})", book.format(bold=True))
        row = self.write_lead(2, printed, sum(widths[:printed])) + 1
        for column, heading in enumerate(self.widths):
            style = HEAD if column < printed else {**HEAD, **QUIET}
            write_text(sheet, row, column, heading, book.format(**style))
        set_lines(sheet, row, 2)
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)
        return row + 1

    def write_lead(self, row: int, columns: int, width: float) -> int:
        style = self.book.format(text_wrap=True, valign="top")
        sentences = [self.lead]
        if not self.form.is_editable:
            sentences = [f"Báo cáo đang ở trạng thái “{self.form.status}” hoặc kỳ đã đóng: biểu mẫu này chỉ để xem."]
        for sentence in sentences:
            row = write_paragraph(self.sheet, row, sentence, style, columns=columns, width=width)
        return row

    def end(self, last: int) -> None:
        self.sheet.protect("", PROTECTION)
        self.sheet.print_area(0, 0, last, len(self.widths) - 3)
        self.sheet.fit_to_pages(1, 0)

    def mark(self, version: int) -> str:
        return str(Mark(EDITION, self.form.code, self.form.quarter.code, version))

    def write_keys(self, row: int, key: str, version: int) -> None:
        style = self.book.format(**BORDER, **QUIET)
        for column, text in enumerate((key, self.mark(version)), start=len(self.widths) - 2):
            write_text(self.sheet, row, column, text, style)


class CellSheet(FormSheet):
    """One row per asked indicator."""

    def __init__(self, book: Book, sheet: Worksheet, form: QuarterForm):
        super().__init__(book, sheet, form)
        self.widths = {**KNOWN, **OWN, **(TOTALS if form.states_totals else {}), **KEYS}
        own = " Số báo cáo là phần trực tiếp của đơn vị, không gồm đơn vị cấp dưới." if form.states_totals else ""
        self.lead = (
            "Chỉ điền vào các ô màu vàng. Không có số liệu thì đánh x, không ghi 0; ô trống nghĩa là không khai số."
            f"{own} Điền xong, lưu tệp rồi tải lên ở trang báo cáo của đơn vị."
        )

    def write(self) -> None:
        row = first = self.begin()
        for group, cells in self.form.groups:
            self.write_band(row, group)
            for place, cell in enumerate(cells, start=row + 1):
                self.write_cell(place, cell)
            row += 1 + len(cells)
        self.validate(first, row)
        self.end(row - 1)

    def write_band(self, row: int, group: str) -> None:
        for column in range(len(self.widths) - 1):
            write_text(self.sheet, row, column, group if column == 0 else "", self.book.format(**BAND))

    def write_cell(self, row: int, cell: FormCell) -> None:
        words, shown = self.book.format(**BORDER, **TEXT), self.book.format(**BORDER, **NUMBER)
        typed, text = self.book.format(**INPUT, **NUMBER), self.book.format(**{**INPUT, **TEXT})
        tick = self.book.format(**INPUT, align="center")
        columns: list[tuple[str | int | None, Format]] = [
            (cell.label, words),
            (cell.unit, words),
            (cell.previous, shown),
            (cell.year_earlier, shown),
            (cell.register, shown),
            (cell.value, typed),
            ("x" if cell.no_data else "", tick),
            (cell.reason, text),
        ]
        if self.form.states_totals:
            columns += [(cell.total, typed), (cell.total_reason, text)]
        for column, (value, style) in enumerate(columns):
            if isinstance(value, int):
                self.sheet.write_number(row, column, value, style)
            else:
                write_text(self.sheet, row, column, value or "", style)
        self.write_keys(row, cell.indicator, cell.version)
        texts = zip(columns, self.widths.values(), strict=False)
        set_lines(self.sheet, row, max(lines_of(str(value or ""), width) for (value, _), width in texts))

    def validate(self, first: int, last: int) -> None:
        """A word at the moment of typing; what is pasted past it is checked again when the file comes back."""
        places = {heading: column for column, heading in enumerate(self.widths)}
        number = {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": LARGEST,
            "error_title": "Cần số nguyên",
            "error_message": "Hãy gõ một số nguyên từ 0 trở lên, ví dụ 1240. Chưa có số liệu thì đánh x ở cột bên.",
        }
        tick = {
            "validate": "list",
            "source": ["x"],
            "error_title": "Chỉ ghi x",
            "error_message": "Đánh x nếu chưa có số liệu, hoặc để trống.",
        }
        rules = {HEADINGS["value"]: number, HEADINGS["total"]: number, HEADINGS["no_data"]: tick}
        for heading, rule in rules.items():
            if heading in places:
                self.sheet.data_validation(first, places[heading], last, places[heading], rule)


class WordSheet(FormSheet):
    """The sections of the report in words."""

    widths = WORDS
    lead = "Viết vào các ô màu vàng; trong ô, bấm Alt + Enter để xuống dòng. Mỗi dòng là một đoạn của báo cáo."

    def write(self) -> None:
        first = self.begin()
        for place, section in enumerate(self.form.sections):
            self.write_section(first + place, section)
        self.end(first + len(self.form.sections) - 1)

    def write_section(self, row: int, section: FormSection) -> None:
        label = section.label[:1].upper() + section.label[1:]
        write_text(self.sheet, row, 0, label, self.book.format(**BORDER, **TEXT, bold=True, valign="top"))
        text, style = written_words(section.text), self.book.format(**{**INPUT, **TEXT, "valign": "top"})
        write_lines(self.sheet, row, 1, text, style)
        lines = sum(lines_of(line, self.widths[HEADINGS["text"]]) for line in text.split("\n"))
        set_lines(self.sheet, row, min(max(lines, 6), MOST_LINES_SHOWN))
        self.write_keys(row, section.section, section.version)


def write_lines(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """A text with its line ends, never a formula nor XML of its own."""
    if not text:
        sheet.write_blank(row, column, None, style)
    elif text.startswith("<r>") and text.endswith("</r>"):
        sheet.write_rich_string(row, column, text[:1], style, text[1:], style)
    else:
        sheet.write_string(row, column, text, style)


def form_name(form: QuarterForm) -> str:
    return f"bieu-mau-{form.code}-{form.quarter.code}.xlsx"
