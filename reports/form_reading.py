"""A form that comes back as a workbook: its rows, the faults in them, and what a person changed in each."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from core.forms import CountField, MoneyField
from core.periods import Quarter
from core.sheets import Layout, Row, bare_heading, column_letter, is_empty, match_headings
from core.vietnamese import excerpt, fold
from reports.cells import asked_indicators
from reports.form_columns import (
    CELL_COLUMNS,
    CELL_SHEET,
    EDITION,
    WORD_COLUMNS,
    WORD_SHEET,
    Mark,
    read_mark,
    written_reason,
    written_words,
)
from reports.models import Figure, Indicator, Narrative, Report
from reports.services.entering import MONEY
from spreadsheets.reading import read_sheets
from spreadsheets.workbooks import SheetRows

HEAD_ROWS = 30
NO_FORM = (
    "Tệp này không phải biểu mẫu báo cáo quý của phần mềm: không thấy cột “Mã chỉ tiêu” hoặc cột dấu bị ẩn. "
    "Hãy tải biểu mẫu ở trang này, điền vào rồi tải lên lại."
)
OLD_FORM = "Đây là biểu mẫu kiểu cũ. Hãy tải biểu mẫu mới ở trang này, chép số vào rồi tải lên lại."
# Field of the model → the column that it is read from, and how a stored value reads there.
CELL_FIELDS = {
    "declared": "value",
    "no_data": "no_data",
    "reason": "reason",
    "declared_total": "total",
    "total_reason": "total_reason",
}
AS_WRITTEN = {"reason": written_reason, "total_reason": written_reason, "text": written_words}


@dataclass(frozen=True)
class Problem:
    """Why a row or a part of it is not taken; ``column`` may be empty."""

    sheet: str
    line: int
    column: str
    reason: str


@dataclass
class Entry:
    """What one row says: ``values`` by field of the model, only of the columns that the file has."""

    sheet: str
    line: int
    target: str
    version: int
    values: dict[str, Any]

    @property
    def is_section(self) -> bool:
        return self.sheet == WORD_SHEET


@dataclass
class ReadForm:
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_form(file, name: str, report: Report) -> ReadForm:
    """The rows of an uploaded form that a person changed, and the faults in the rest.

    Raises ValidationError for a file that is no form of this unit and quarter.
    """
    tables = find_tables(read_sheets(file, name))
    refuse_foreign(tables, report)
    found = ReadForm()
    indicators = {indicator.code: indicator for indicator in asked_indicators(report)}
    states_totals = report.children.exists()
    for table in tables:
        for row in table.rows:
            table.check_mark(row, report)
            if table.key == "indicator":
                check_cell(row, indicators, states_totals=states_totals)
            elif row.values.get("section") is not None and row.values["section"] not in Narrative.Section.values:
                row.refuse("section", f"Báo cáo không có mục {excerpt(row.values['section'])}.")
        table.refuse_repeated()
        found.problems += [problem for row in table.rows for problem in table.problems(row)]
        found.entries += [table.entry(row) for row in table.rows if not row.is_refused]
    found.entries = touched(report, found.entries)
    return found


@dataclass
class FormTable:
    """One sheet of the form: the columns it has, and its rows that say anything."""

    sheet: SheetRows
    key: str
    layout: Layout
    rows: list[Row] = field(default_factory=list)

    @property
    def name(self) -> str:
        return WORD_SHEET if self.key == "section" else CELL_SHEET

    def read(self, start: int) -> None:
        for line, cells in enumerate(self.sheet.rows[start:], start=start + 1):
            filled = [column.code for place, column in self.layout.places if not is_empty(cell_at(cells, place))]
            # The bands of the groups, and whatever stands beside the table.
            if not filled and not self.faulty(line):
                continue
            row = self.layout.read(line, cells)
            for place, column in self.layout.places:
                self.check_result(row, cells, place, column.code)
            self.rows.append(row)

    def faulty(self, line: int) -> bool:
        addresses = {f"{column_letter(place)}{line}" for place, _ in self.layout.places}
        return bool(addresses & (self.sheet.errors | self.sheet.formulas))

    def check_result(self, row: Row, cells: list, place: int, code: str) -> None:
        address = f"{column_letter(place)}{row.line}"
        if address in self.sheet.errors:
            row.refuse(code, f"Ô {address} báo lỗi (như #N/A, #REF!). Hãy gõ lại số.")
        elif address in self.sheet.formulas and is_empty(cell_at(cells, place)):
            row.refuse(
                code, f"Ô {address} có công thức chưa có kết quả. Hãy mở tệp bằng Excel rồi lưu lại, hoặc gõ số."
            )

    def mark(self, row: Row) -> Mark | None:
        return read_mark(row.values.get("mark") or "")

    def check_mark(self, row: Row, report: Report) -> None:
        """Rows of another form among those of this one."""
        mark = self.mark(row)
        if mark is None:
            row.refuse("mark", "Dòng này mất dấu của biểu mẫu. Hãy tải biểu mẫu mới rồi điền lại dòng này.")
        elif mark.edition != EDITION:
            row.refuse("mark", OLD_FORM)
        elif (mark.unit, mark.quarter) != (report.organization.code, report.round.quarter.code):
            row.refuse("mark", f"Dòng này chép từ biểu mẫu của đơn vị {mark.unit}, {quarter_words(mark.quarter)}.")

    def refuse_repeated(self) -> None:
        lines: dict[str, list[int]] = {}
        for row in self.rows:
            if row.values.get(self.key):
                lines.setdefault(row.values[self.key], []).append(row.line)
        for row in self.rows:
            others = [line for line in lines.get(row.values.get(self.key), []) if line != row.line]
            if others:
                row.refuse(self.key, f"Trùng với dòng {', '.join(map(str, others))}. Hãy giữ lại một dòng.")

    def problems(self, row: Row) -> list[Problem]:
        return [Problem(self.name, row.line, heading, reason) for heading, reason in row.problems]

    def entry(self, row: Row) -> Entry:
        values = row.values
        if self.key == "section":
            said = {"text": values["text"] or ""} if "text" in values else {}
        else:
            said = {name: values[column] for name, column in CELL_FIELDS.items() if column in values}
            for name in ("reason", "total_reason"):
                if name in said:
                    said[name] = said[name] or ""
            if "no_data" in said:
                said["no_data"] = bool(said["no_data"])
        return Entry(self.name, row.line, values[self.key], self.mark(row).version, said)


def cell_at(cells: list, place: int):
    return cells[place] if place < len(cells) else None


def find_tables(sheets: list[SheetRows]) -> list[FormTable]:
    """The sheets by their headings, whatever their names and order; at least the one of figures must be there."""
    tables: dict[str, FormTable] = {}
    for sheet in sheets:
        for key, columns in (("indicator", CELL_COLUMNS), ("section", WORD_COLUMNS)):
            start = heading_row(sheet, columns[0].heading)
            if start is None:
                continue
            if key in tables:
                raise ValidationError(
                    f"Tệp có hai trang tính “{tables[key].name}”. Hãy bỏ bớt một trang rồi tải lên lại."
                )
            if not any(bare_heading(cell) == fold(columns[-1].heading) for cell in sheet.rows[start]):
                raise ValidationError(NO_FORM)
            tables[key] = FormTable(sheet, key, match_headings(columns, sheet.rows[start]))
            tables[key].read(start + 1)
    if not tables:
        raise ValidationError(NO_FORM)
    return list(tables.values())


def heading_row(sheet: SheetRows, heading: str) -> int | None:
    wanted = fold(heading)
    for place, cells in enumerate(sheet.rows[:HEAD_ROWS]):
        if any(bare_heading(cell) == wanted for cell in cells):
            return place
    return None


def refuse_foreign(tables: list[FormTable], report: Report) -> None:
    """A file of another unit, quarter or edition is refused as a whole."""
    marks = [mark for table in tables for row in table.rows if (mark := table.mark(row))]
    if not marks:
        raise ValidationError(NO_FORM)
    if all(mark.edition != EDITION for mark in marks):
        raise ValidationError(OLD_FORM)
    here = report.organization.code, report.round.quarter.code
    if all((mark.unit, mark.quarter) != here for mark in marks):
        unit, quarter = marks[0].unit, quarter_words(marks[0].quarter)
        raise ValidationError(
            f"Tệp này là biểu mẫu của đơn vị mã {excerpt(unit)}, {quarter}; trang này nhận biểu mẫu của "
            f"“{report.organization.name}” (mã {report.organization.code}), {report.round.quarter.label}. "
            "Hãy chọn đúng tệp."
        )


def quarter_words(code: str) -> str:
    try:
        return Quarter.parse(code).label
    except ValueError:
        return f"kỳ {excerpt(code)}"


def check_cell(row: Row, indicators: dict[str, Indicator], *, states_totals: bool) -> None:
    """What only the indicator's own field and the unit can tell; numbers become ints here."""
    code = row.values.get("indicator")
    indicator = indicators.get(code)
    if indicator is None:
        if code is not None:
            row.refuse("indicator", f"Chỉ tiêu {excerpt(code)} không hỏi đơn vị này trong quý này.")
        return
    number = (MoneyField if indicator.unit == MONEY else CountField)(required=False)
    for column in ("value", "total"):
        if isinstance(row.values.get(column), str | int):
            try:
                row.values[column] = number.clean(row.values[column])
            except ValidationError as error:
                row.refuse(column, " ".join(error.messages))
    if row.values.get("no_data") and row.values.get("value") is not None:
        row.refuse("no_data", "Vừa ghi số vừa đánh x. Hãy xoá số hoặc bỏ dấu x.")
    if not states_totals:
        for column in ("total", "total_reason"):
            if row.values.get(column):
                row.refuse(column, "Đơn vị không có đơn vị báo cáo cấp dưới nên không khai tổng.")
            row.values.pop(column, None)


def touched(report: Report, entries: list[Entry]) -> list[Entry]:
    """Of every row what differs from the version that the form was filled with: the rest was never the person's."""
    figures = Figure.history.filter(report=report).order_by("history_id").select_related(None)
    before = {(row.indicator_id, row.version): row for row in figures}
    words = {(row.section, row.version): row for row in Narrative.history.filter(report=report).order_by("history_id")}
    pks = dict(Indicator.objects.values_list("code", "pk"))
    now = {figure.indicator_id: figure for figure in report.figures.all()}
    now_words = {narrative.section: narrative for narrative in report.narratives.all()}
    found = []
    for entry in entries:
        if not entry.values:
            continue
        if entry.is_section:
            base = words.get((entry.target, entry.version)) or unwritten(
                entry, now_words.get(entry.target), Narrative()
            )
        else:
            pk = pks[entry.target]
            base = before.get((pk, entry.version)) or unwritten(entry, now.get(pk), Figure())
        values = {name: value for name, value in entry.values.items() if as_written(name, base) != value}
        if values:
            found.append(Entry(entry.sheet, entry.line, entry.target, entry.version, values))
    return found


def unwritten(entry: Entry, now: Figure | Narrative | None, blank: Figure | Narrative) -> Figure | Narrative:
    """Version 0 is what nobody had written yet; of an unknown version only what stands there now can be said."""
    return now if now is not None and entry.version else blank


def as_written(name: str, row) -> Any:
    """A stored value as it stands in the workbook."""
    value = getattr(row, name)
    return AS_WRITTEN[name](value) if name in AS_WRITTEN else value
