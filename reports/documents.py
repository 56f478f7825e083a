"""The printed documents of the reports: the quarterly summary in Word.

Renders what the builder returned and asks the database nothing.
"""

from dataclasses import asdict
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from core.documents import (
    Table,
    add_annex_section,
    add_paragraph,
    add_table,
    annex_width,
    document_to_bytes,
    render_template,
    text_width,
)
from core.numbers import decimal_to_text, number_to_text
from core.vietnamese import date_to_text
from reports.builders.sentences import next_period, sections
from reports.builders.summary import FigureLine, QuarterlySummary, UnitValue, Value
from reports.builders.wording import Talk, asked_units

TEMPLATE = settings.BASE_DIR / "templates" / "reports" / "documents" / "quarterly_summary.docx"
# Until each unit has head lines, symbol, recipients and signing formula of its own.
PARENT_OF_ALL = "Hội Khuyến học Việt Nam"
SYMBOL = "BC-HKH"
SIGNING = ("TM. BAN THƯỜNG VỤ", "CHỦ TỊCH")
BLANK = "................"

Columns = list[tuple[str, list[str]]]
NO_DATA_MARK = "–"
LABEL_WIDTHS, LABEL_ALONE = (52, 46, 40, 34), 105
NARROWEST, WIDEST, PADDING = 10, 32, 2


def quarterly_summary_docx(summary: QuarterlySummary) -> bytes:
    """The official report of a summary: sections in words, then an annex with all figures by unit."""
    document = render_template(TEMPLATE, frame(summary))
    add_annex(document, summary)
    return document_to_bytes(document, title=f"Báo cáo {lowered(subject(summary))}", author=summary.organization.name)


def document_name(summary: QuarterlySummary, extension: str) -> str:
    """``bao-cao-SL-2022-Q1.docx``."""
    return f"bao-cao-{summary.organization.code}-{summary.period.code}.{extension}"


# The report


def frame(summary: QuarterlySummary) -> dict:
    """What the template prints; a clerk fills in the dots."""
    parent = summary.parent.name if summary.parent else PARENT_OF_ALL
    year = issue_year(summary)
    return {
        "parent_name": parent.upper(),
        "organization_name": summary.organization.name.upper(),
        "symbol": SYMBOL,
        "place_and_date": f"{BLANK}, ngày ..... tháng ..... năm {year}",
        "document_type": "BÁO CÁO",
        "subject": subject(summary),
        "provisional": provisional(summary),
        "footer": provisional(summary),
        "sections": [asdict(section) for section in sections(summary)],
        "closing": f"Trên đây là báo cáo {lowered(subject(summary))} của {summary.organization.name}; "
        "số liệu chi tiết có tại Phụ lục kèm theo./.",
        "recipients": [f"- {parent} (để báo cáo);", "- Lưu: VT."],
        "signing": list(SIGNING),
        "signatory": BLANK * 2,
    }


def subject(summary: QuarterlySummary) -> str:
    results = f"Kết quả công tác khuyến học {summary.period.label}"
    if not summary.narrative.get("next_tasks", "").strip():
        return results
    return f"{results}, nhiệm vụ trọng tâm {next_period(summary.period).label}"


def lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def issue_year(summary: QuarterlySummary) -> int:
    """The year in which the report is issued: that of the day after the period."""
    return (summary.period.last_day + timedelta(days=1)).year


def provisional(summary: QuarterlySummary) -> str:
    """The mark of a report that was not accepted, with the time of its figures."""
    if not summary.is_provisional:
        return ""
    built = timezone.localtime(summary.built_at)
    return f"BẢN TẠM TÍNH, số liệu đến {built:%H} giờ {built:%M} phút ngày {date_to_text(built.date())}"


# The annex


def add_annex(document, summary: QuarterlySummary) -> None:
    talk = Talk(summary)
    wide = bool(talk.below)
    add_annex_section(document, landscape=wide)
    add_paragraph(document, "Phụ lục", "Phụ lục")
    add_paragraph(document, f"SỐ LIỆU TỔNG HỢP {summary.period.label.upper()}", "Phụ lục")
    reference = f"số        /{SYMBOL} ngày ..... tháng ..... năm {issue_year(summary)}"
    add_paragraph(document, f"(Kèm theo Báo cáo {reference} của {summary.organization.name})", "Chỉ dẫn phụ lục")
    if mark := provisional(summary):
        add_paragraph(document, mark, "Bản tạm tính")
    for text in legend(talk):
        add_paragraph(document, text, "Chú thích biểu")
    number = 0
    for group, lines in summary.groups:
        tables = group_tables(talk, lines, annex_width(landscape=wide))
        number += bool(tables)
        for part, table in enumerate(tables):
            add_paragraph(document, f"Biểu {number}. {group}{' (tiếp theo)' if part else ''}", "Tên biểu")
            add_table(document, table)


def legend(talk: Talk) -> list[str]:
    """What the marks of the tables mean: only those that can occur."""
    texts = [f"Dấu “{NO_DATA_MARK}”: chưa có số liệu."]
    if talk.below:
        texts.append("Ô để trống: chỉ tiêu không hỏi đơn vị đó.")
        texts.append("Cột “Có số liệu”: số đơn vị trực tiếp bên dưới có số liệu trên số đơn vị được hỏi.")
        if any(line.coverage.partial for line in talk.summary.figures):
            texts.append("Dấu “*”: có đơn vị mới có số liệu một phần.")
    return [" ".join(texts)]


def group_tables(talk: Talk, lines: list[FigureLine], width: float) -> list[Table]:
    """The totals with the units directly below; where these are too many, several tables that repeat the indicators."""
    lines = [line for line in lines if line.is_asked or line.value is not None]
    if not lines:
        return []
    totals = total_columns(talk, lines)
    if not talk.below:
        return [table_of(lines, totals, min(LABEL_ALONE, width - sum(map(column_width, totals))))]
    units = unit_columns(talk, lines)
    levels = sum(unit.level != "affiliated" for unit in talk.below)
    # The widest labels that do not cost a table.
    return min((spread(lines, totals, units, levels, (label, width)) for label in LABEL_WIDTHS), key=len)


def spread(
    lines: list[FigureLine], totals: Columns, units: Columns, levels: int, widths: tuple[float, float]
) -> list[Table]:
    """Tables of the page's width: the first begins with the totals.

    Where the units of the levels (the first ``levels`` ones) fit into it and the others do not, these have a table
    of their own.
    """
    label, room = widths[0], widths[1] - widths[0]
    fits, rest = fitting(totals, units, room)
    if rest and len(fits) > levels:
        fits, rest = units[:levels], units[levels:]
    tables = [table_of(lines, [*totals, *fits], label)]
    while rest:
        fits, rest = fitting([], rest, room)
        tables.append(table_of(lines, fits, label, drop_blank=True))
    return [table for table in tables if table.rows]


def total_columns(talk: Talk, lines: list[FigureLine]) -> Columns:
    """The whole, the period before, the target where there is one, the coverage."""
    summary = talk.summary
    head = talk.whole.capitalize() if talk.below else capitalized(summary.period.label)
    columns = [(head, [cell(line, line.value) for line in lines])]
    if any(line.previous is not None for line in lines):
        columns.append((capitalized(summary.period.previous.label), [previous_cell(line) for line in lines]))
    if any(line.target is not None for line in lines):
        head = f"Mục tiêu năm {summary.period.year}"
        columns.append((head, ["" if line.target is None else cell(line, line.target) for line in lines]))
    if talk.below:
        columns.append(("Có số liệu", [coverage(line) for line in lines]))
    return columns


def unit_columns(talk: Talk, lines: list[FigureLine]) -> Columns:
    """The units directly below in the tree's order, then the unit's own line."""
    columns = []
    for place, unit in enumerate(talk.below):
        columns.append((unit.short_name, [unit_cell(line, line.units_below[place]) for line in lines]))
    if talk.below and any(line.own_line for line in lines):
        head = f"Hội {talk.area}" if talk.has_area else talk.body
        columns.append((f"{head} (trực tiếp)", [unit_cell(line, line.own_line) for line in lines]))
    return columns


def fitting(taken: Columns, rest: Columns, room: float) -> tuple[Columns, Columns]:
    """As many of ``rest`` as fit beside ``taken``, and what is left; one at least where nothing is taken."""
    used, number = sum(map(column_width, taken)), 0
    while number < len(rest) and (used + column_width(rest[number]) <= room or not (number or taken)):
        used += column_width(rest[number])
        number += 1
    return rest[:number], rest[number:]


def column_width(column: tuple[str, list[str]]) -> float:
    """Wide enough for the longest number and the longest word of the head."""
    head, texts = column
    words = [text_width(word, bold=True) for word in head.split()]
    needed = max([*words, *map(text_width, texts)], default=0) + PADDING
    return min(max(needed, NARROWEST), WIDEST)


def table_of(lines: list[FigureLine], columns: Columns, label_width: float, *, drop_blank: bool = False) -> Table:
    """One table; in a continued one, indicators that none of its units is asked for are left out."""
    rows = zip(map(indicator_label, lines), *(texts for _, texts in columns), strict=True)
    kept = tuple(row for row in rows if not drop_blank or any(row[1:]))
    return Table(("Chỉ tiêu", *(head for head, _ in columns)), kept, (label_width, *map(column_width, columns)))


def indicator_label(line: FigureLine) -> str:
    """The indicator with its unit; rates carry theirs in every cell."""
    return line.label if line.unit == "%" else f"{line.label} ({line.unit})"


def cell(line: FigureLine, value: Value) -> str:
    """A number as the tables print it."""
    if value is None:
        return NO_DATA_MARK
    if line.unit == "%":
        return f"{decimal_to_text(value)}%"
    return decimal_to_text(value) if line.is_rate or not isinstance(value, int) else number_to_text(value)


def unit_cell(line: FigureLine, value: UnitValue | None) -> str:
    """A unit's number; blank where it is not asked for the line."""
    if value is None or (value.value is None and not value.is_asked):
        return ""
    return cell(line, value.value)


def previous_cell(line: FigureLine) -> str:
    """The value before; with its coverage where that was another one, because then the two do not compare."""
    before = line.previous_coverage
    if line.previous is None or before is None or line.is_comparable:
        return cell(line, line.previous)
    return f"{cell(line, line.previous)} ({before.with_data}/{before.expected})"


def coverage(line: FigureLine) -> str:
    """ "11/12", with a star where some of these have data only in part; blank where nobody below is asked."""
    if not asked_units(line):
        return ""
    partial = "*" if line.coverage.partial else ""
    return f"{line.coverage.with_data}/{line.coverage.expected}{partial}"


def capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
