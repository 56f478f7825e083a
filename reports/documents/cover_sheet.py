"""The first sheet of the Excel annex: whose figures, how complete, the main ones, and what the marks mean."""

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.documents import Book, set_widths, write_paragraph, write_row, write_text
from reports.builders.summary import Completeness, FigureLine
from reports.builders.wording import Talk
from reports.documents.annex import NO_DATA_MARK, capitalized, coverage, legend
from reports.documents.figure_sheets import BORDER, HEAD, FigureSheet, number_format, plain_number
from reports.documents.frame import provisional, reference
from reports.presentation import TILES

WIDTHS = (100, 28, 36, 44, 40, 30)
BLANK_NOTE = (
    "Cột luỹ kế chỉ ghi số trong kỳ (số cuối kỳ và tỷ lệ không cộng dồn); cột mục tiêu chỉ ghi khi có mục tiêu."
)
RATE_NOTE = "Tỷ lệ là công thức từ tử số, mẫu số ở hai dòng ngay bên dưới, chỉ cộng những đơn vị có đủ cả hai số."
PREVIOUS_NOTE = "Số trong ngoặc sau số kỳ trước: đơn vị có số liệu ở kỳ đó, khác kỳ này nên hai số không so sánh được."


class Cover:
    """The cover, written from top to bottom."""

    def __init__(self, book: Book, sheet: Worksheet, talk: Talk):
        self.book, self.sheet, self.talk, self.row = book, sheet, talk, 0
        # Without units below there is no coverage, the last column.
        self.widths = WIDTHS if talk.below else WIDTHS[:-1]
        set_widths(sheet, self.widths)

    def write(self, sheets: list[FigureSheet]) -> None:
        self.write_titles()
        if self.talk.below:
            self.write_completeness(self.talk.summary.completeness)
        self.write_headlines(sheets)
        self.write_notes(sheets)
        self.sheet.print_area(0, 0, self.row - 1, len(self.widths) - 1)
        self.sheet.fit_to_pages(1, 1)

    def write_titles(self) -> None:
        summary = self.talk.summary
        for line in summary.document.parent_lines:
            self.write_line(line, self.book.format())
        for line in summary.document.own_lines:
            self.write_line(line, self.book.format(bold=True))
        self.row += 1
        self.write_paragraph("Phụ lục", align="center", bold=True)
        self.write_paragraph(f"SỐ LIỆU TỔNG HỢP {summary.period.label.upper()}", align="center", bold=True)
        self.write_paragraph(reference(summary), align="center", italic=True)
        if mark := provisional(summary):
            self.write_paragraph(mark, align="center", bold=True, italic=True)

    def write_completeness(self, done: Completeness) -> None:
        """How many handed in, and the names of those directly below that did not."""
        self.row += 1
        self.write_heads("Tình hình nộp báo cáo", "Phải nộp", "Đã nộp", "Đã duyệt", "Nộp đúng hạn", "Chưa nộp")
        levels = [("Đơn vị trực tiếp bên dưới", done)]
        if done.below and done.below.expected > done.expected:
            levels.append(("Đơn vị ở tất cả các cấp bên dưới", done.below))
        name_style = self.book.format(**BORDER, text_wrap=True)
        styles = [name_style, *[self.book.format(**BORDER, num_format="#,##0", align="right")] * 5]
        for name, level in levels:
            counts = (level.expected, level.submitted, level.accepted, level.on_time, len(level.missing))
            self.write_row((name, *counts), styles)
        self.write_paragraph(
            f"Đã nộp {done.submitted}/{done.expected}, đã duyệt {done.accepted}/{done.expected}, "
            f"đúng hạn {done.on_time}/{done.expected} đơn vị trực tiếp bên dưới."
        )
        if done.missing:
            self.write_paragraph(f"Chưa nộp: {', '.join(unit.short_name for unit in done.missing)}.")

    def write_headlines(self, sheets: list[FigureSheet]) -> None:
        """The figures of the summary's page and all that have a target, linked to where they stand."""
        period = self.talk.summary.period
        self.row += 1
        self.write_heads(
            "Số liệu chính",
            "Đơn vị tính",
            capitalized(self.talk.whole if self.talk.below else period.label),
            f"Kỳ trước: {period.previous.label}",
            f"Mục tiêu năm {period.year}",
            "Có số liệu",
        )
        for figures in sheets:
            for number, line in enumerate(figures.lines):
                if line.indicator in TILES or line.target is not None:
                    self.write_headline(figures, number, line)

    def write_headline(self, figures: FigureSheet, number: int, line: FigureLine) -> None:
        whole, _, previous, *_, target = figures.totals
        columns = (whole, previous, target)
        entries = [column.entries[number] for column in columns]
        words = [self.book.format(**BORDER, text_wrap=True, align=align) for align in ("left", "center")]
        styles = [
            self.book.format(
                **BORDER, num_format=number_format(line, entry.value, entry.note), align="right", bold=column.is_bold
            )
            for column, entry in zip(columns, entries, strict=True)
        ]
        row = self.row
        self.write_row((line.label, line.unit, "", "", "", coverage(line)), [*words, *styles, words[1]])
        for place, (column, entry) in enumerate(zip(columns, entries, strict=True)):
            if entry.value is not None or entry.is_asked:
                value = NO_DATA_MARK if entry.value is None else plain_number(entry.value)
                self.sheet.write_formula(row, 2 + place, figures.link(line, column), styles[place], value)

    def write_notes(self, sheets: list[FigureSheet]) -> None:
        self.row += 1
        self.write_line("Ghi chú", self.book.format(bold=True))
        for note in notes(self.talk, sheets):
            self.write_paragraph(note)

    # What all parts write with

    def write_line(self, text: str, style: Format) -> None:
        write_text(self.sheet, self.row, 0, text, style)
        self.row += 1

    def write_heads(self, *heads: str) -> None:
        self.write_row(heads, [self.book.format(**HEAD)] * len(heads))

    def write_row(self, cells: Sequence[str | int], styles: Sequence[Format]) -> None:
        last = len(self.widths)
        write_row(self.sheet, self.row, cells[:last], styles[:last], self.widths)
        self.row += 1

    def write_paragraph(self, text: str, **look) -> None:
        style = self.book.format(text_wrap=True, **look)
        self.row = write_paragraph(self.sheet, self.row, text, style, columns=len(self.widths), width=sum(self.widths))


def notes(talk: Talk, sheets: list[FigureSheet]) -> list[str]:
    """What the marks mean: only those that occur."""
    found = [legend(talk), BLANK_NOTE]
    if any(line.is_rate for figures in sheets for line in figures.lines):
        found.append(RATE_NOTE)
    if any(entry.note for figures in sheets for column in figures.totals for entry in column.entries):
        found.append(PREVIOUS_NOTE)
    return found
