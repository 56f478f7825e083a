"""The quarterly summary in Excel: the annex of the report, to print and to calculate with."""

from xlsxwriter.worksheet import Worksheet

from core.documents import Book, contained, set_widths, write_paragraph, write_row, write_text
from reports.builders.sentences import next_period, own_words
from reports.builders.summary import FigureLine, QuarterlySummary
from reports.builders.wording import NAMED_AT_MOST, Talk, asked_units
from reports.documents.annex import NO_DATA_MARK
from reports.documents.cover_sheet import Cover
from reports.documents.figure_sheets import BORDER, HEAD, HEAD_ROW, FigureSheet, shown_lines, write_titles
from reports.documents.frame import document_title

COVERAGE_COLUMNS = {
    "Nhóm": 48,
    "Chỉ tiêu": 84,
    "Có số liệu": 18,
    "Được hỏi": 18,
    "Có một phần": 18,
    "Kỳ trước: có số liệu": 22,
    "Kỳ trước: được hỏi": 22,
    "Đơn vị chưa có số liệu": 120,
}
WORDS_WIDTH = 250
COVER, COVERAGE, WORDS = "Tổng hợp", "Độ phủ", "Phần lời"


def quarterly_summary_xlsx(summary: QuarterlySummary) -> bytes:
    """A cover, one sheet per group of indicators, the coverage, and the unit's own words."""
    summary = contained(summary)
    talk = Talk(summary)
    book = Book(title=document_title(summary), author=summary.organization.name)
    footer = f"{summary.organization.name}, {summary.period.label}"
    cover = book.add_sheet(COVER, footer=footer)
    groups = [(group, shown_lines(lines)) for group, lines in summary.groups if shown_lines(lines)]
    sheets = [
        FigureSheet(book, talk, f"Biểu {number}. {group}", group, lines)
        for number, (group, lines) in enumerate(groups, start=1)
    ]
    Cover(book, cover, talk).write(sheets)
    if talk.below:
        write_coverage(book, book.add_sheet(COVERAGE, footer=footer), summary, groups)
    if words := own_sections(summary):
        write_words(book, book.add_sheet(WORDS, footer=footer), words)
    return book.to_bytes()


def write_coverage(
    book: Book, sheet: Worksheet, summary: QuarterlySummary, groups: list[tuple[str, list[FigureLine]]]
) -> None:
    """Of every indicator how many units have data, and the names of those that have none."""
    write_titles(book, sheet, "Độ phủ số liệu theo chỉ tiêu", summary)
    widths = list(COVERAGE_COLUMNS.values())
    set_widths(sheet, widths)
    write_row(sheet, HEAD_ROW, list(COVERAGE_COLUMNS), [book.format(**HEAD)] * len(widths), widths)
    words = book.format(**BORDER, text_wrap=True)
    counts = [book.format(**BORDER, num_format="#,##0", align="center")] * (len(widths) - 3)
    row = HEAD_ROW
    rows = ((group, line) for group, lines in groups for line in lines)
    for row, (group, line) in enumerate(rows, start=HEAD_ROW + 1):
        write_row(sheet, row, (group, line.label, *coverage_cells(line)), [words, words, *counts, words], widths)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.repeat_rows(0, HEAD_ROW)
    sheet.print_area(0, 0, row, len(widths) - 1)
    sheet.fit_to_pages(1, 0)


def coverage_cells(line: FigureLine) -> tuple[int | str, ...]:
    now, before = line.coverage, line.previous_coverage
    then = (before.with_data, before.expected) if before else (NO_DATA_MARK, NO_DATA_MARK)
    return (now.with_data, now.expected, now.partial, *then, without_data(line))


def without_data(line: FigureLine) -> str:
    """The units directly below that are asked and have none; in short where that is all of many."""
    asked = asked_units(line)
    missing = [value.unit.short_name for value in asked if value.value is None]
    if len(missing) == len(asked) > NAMED_AT_MOST:
        return f"Tất cả {len(asked)} đơn vị được hỏi"
    return ", ".join(missing)


def own_sections(summary: QuarterlySummary) -> list[tuple[str, list[str]]]:
    """What the unit wrote itself, by heading."""
    headings = (
        ("results", "Kết quả"),
        ("advantages", "Thuận lợi"),
        ("difficulties", "Khó khăn"),
        ("next_tasks", f"Nhiệm vụ trọng tâm {next_period(summary.period).label}"),
    )
    found = [(heading, own_words(summary, key)) for key, heading in headings]
    return [(heading, paragraphs) for heading, paragraphs in found if paragraphs]


def write_words(book: Book, sheet: Worksheet, sections: list[tuple[str, list[str]]]) -> None:
    set_widths(sheet, [WORDS_WIDTH])
    row = 0
    for heading, paragraphs in sections:
        write_text(sheet, row, 0, heading, book.format(bold=True, font_size=13))
        row += 1
        for paragraph in paragraphs:
            style = book.format(text_wrap=True, valign="top")
            row = write_paragraph(sheet, row, paragraph, style, columns=1, width=WORDS_WIDTH)
        row += 1
    sheet.fit_to_pages(1, 0)
