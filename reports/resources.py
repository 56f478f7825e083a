"""Spreadsheets of figures and of targets (settings.SPREADSHEET_KINDS names them)."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from core.periods import Quarter
from core.sheets import (
    CHANGED_ROW,
    NEW,
    UNCHANGED,
    Choice,
    Code,
    Column,
    DecimalNumber,
    QuarterOrYear,
    Row,
    Sheet,
    Text,
    WholeNumber,
    Year,
    in_parts,
    save_in_bulk,
)
from organizations.models import Organization, OrganizationSpell
from organizations.resources import out_of_reach, units_by_code
from organizations.spells import root_of
from reports.models import Figure, Indicator, Report, ReportingRound, Target
from reports.services import reports_of
from reports.services.holding import own_units

UNKNOWN_INDICATOR = "Không có chỉ tiêu mã “{}”. Hãy xem lại mã trong danh mục chỉ tiêu."


class Part(models.TextChoices):
    OWN = "own", "riêng"
    TOTAL = "total", "tổng"


class FigureSheet(Sheet):
    code = "figures"
    label = "Số liệu báo cáo"
    lead = "Số của từng đơn vị trong từng quý. Ô trống nghĩa là chưa có số liệu, không phải 0; tỷ lệ do máy tính."
    permission = "reports.change_figure"
    key = ("organization_code", "quarter", "indicator", "part")
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("quarter", "Quý", QuarterOrYear(), required=True, note="năm là số của quý IV"),
        Column("indicator", "Mã chỉ tiêu", Code(80), required=True),
        Column("value", "Giá trị", WholeNumber(), required=True, may_be_empty=True, note="để trống: chưa có số liệu"),
        Column("part", "Phần", Choice(Part), note="để trống: riêng"),
        Column("reason", "Lý do", Text(500)),
    )

    def key_of(self, row: Row) -> tuple:
        values = row.values
        quarter = values["quarter"].last_quarter
        return values["organization_code"], quarter, values["indicator"], values.get("part") or Part.OWN

    def check(self, rows: list[Row]) -> None:
        self.indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
        for row in rows:
            self.check_indicator(row)
        rows = [row for row in rows if not row.is_refused]
        self.load(rows)
        for row in rows:
            unit = self.units.get(row.values["organization_code"])
            if unit is None:
                row.refuse("organization_code", out_of_reach(row.values["organization_code"]))
                continue
            self.check_period(row)
            if not row.is_refused:
                self.check_report(row, unit)

    def check_indicator(self, row: Row) -> None:
        """Also for rows whose value is wrong: "67,2" is most often a rate, and that is what to say."""
        code = row.values.get("indicator")
        if code is None:
            return
        indicator = self.indicators.get(code)
        if indicator is None:
            row.refuse("indicator", UNKNOWN_INDICATOR.format(code))
        elif indicator.nature == Indicator.Nature.RATIO:
            row.refuse("indicator", f"“{indicator.label}” là tỷ lệ: tỷ lệ do máy tính từ tử số và mẫu số, không nhập.")
        elif indicator.source == Indicator.Source.AREA:
            row.refuse("indicator", f"“{indicator.label}” là số liệu địa bàn: nhập bằng bảng area_statistics.")

    def load(self, rows: list[Row]) -> None:
        self.units = units_by_code(self.importer, self.permission)
        quarters = {row.values["quarter"].last_quarter for row in rows}
        named = {row.values["organization_code"] for row in rows}
        pks = [unit.pk for code, unit in self.units.items() if code in named]
        self.reports = reports_of(quarters, pks)
        opened = ReportingRound.objects.filter(quarter__in=quarters).values_list("root_id", "quarter")
        self.opened = set(opened)
        self.roots = roots_of(self.units.values())
        # At most one query per quarter: the level of that day decides what a unit is asked.
        self.levels = {
            quarter: dict(OrganizationSpell.objects.on(quarter.last_day).values_list("organization_id", "level"))
            for quarter in quarters
        }
        self.figures = {
            (figure.report_id, figure.indicator_id): figure
            for part in in_parts([report.pk for report in self.reports.values()])
            for figure in Figure.objects.filter(report__in=part).order_by()
        }
        by_pk = {report.pk: report for report in self.reports.values()}
        for figure in self.figures.values():
            figure.report = by_pk[figure.report_id]
        self.own_units = own_units(self.importer.user)

    def check_period(self, row: Row) -> None:
        period, indicator = row.values["quarter"], self.indicators[row.values["indicator"]]
        yearly = indicator.frequency == Indicator.Frequency.YEAR
        if period.is_span and not yearly and indicator.nature == Indicator.Nature.FLOW:
            row.refuse("quarter", f"“{indicator.label}” tính theo từng quý: hãy ghi từng quý, không ghi cả năm.")
        elif yearly and period.last_quarter.number != 4:
            row.refuse("quarter", f"“{indicator.label}” chỉ hỏi một lần trong năm: hãy ghi vào quý IV.")

    def check_report(self, row: Row, unit: Organization) -> None:
        quarter = row.values["quarter"].last_quarter
        report = self.reports.get((unit.pk, quarter))
        if report is None:
            row.refuse("quarter", self.why_no_report(unit, quarter))
        elif not report.is_open_today:
            row.refuse("quarter", f"Kỳ báo cáo {quarter.label} đã đóng, không sửa được.")
        elif report.status not in Report.EDITABLE:
            row.refuse(
                "quarter", f"Báo cáo {quarter.label} của “{unit.name}” {report.get_status_display()}, không sửa được."
            )
        else:
            self.check_asked(row, unit, quarter)
            if not row.is_refused:
                self.compare(row, report, self.indicators[row.values["indicator"]])

    def why_no_report(self, unit: Organization, quarter: Quarter) -> str:
        if (self.roots[unit.pk], quarter) not in self.opened:
            return f"Chưa mở kỳ báo cáo {quarter.label}. Hãy chờ hội cấp tỉnh mở kỳ rồi nhập lại."
        if unit.reports_quarterly and unit.pk in self.levels[quarter]:
            return f"“{unit.name}” được ghi vào cây sau khi mở kỳ {quarter.label}: hội cấp tỉnh mở lại kỳ để bổ sung."
        return f"“{unit.name}” không phải báo cáo {quarter.label}."

    def check_asked(self, row: Row, unit: Organization, quarter: Quarter) -> None:
        if (row.values.get("part") or Part.OWN) == Part.TOTAL:
            return
        indicator = self.indicators[row.values["indicator"]]
        level = self.levels[quarter].get(unit.pk, unit.level)
        if level not in indicator.levels:
            row.refuse("indicator", f"“{indicator.label}” không hỏi phần riêng của “{unit.name}” (cấp này không báo).")

    def compare(self, row: Row, report: Report, indicator: Indicator) -> None:
        """The own line and the total of one cell are two rows of the file and one row of the table."""
        figure = self.figures.get((report.pk, indicator.pk))
        if figure is None:
            figure = self.figures[report.pk, indicator.pk] = Figure(report=report, indicator=indicator)
        row.target, value = figure, row.values["value"]
        if (row.values.get("part") or Part.OWN) == Part.TOTAL:
            after = {"declared_total": value}
            note, row.status = "total_reason", NEW if figure.declared_total is None else UNCHANGED
            if value is not None and not row.values.get("reason"):
                row.warn("reason", "Tổng khai cần có lý do; khi nộp báo cáo sẽ phải ghi.")
        else:
            after = {"declared": value, "no_data": value is None}
            note, row.status = "reason", NEW if figure.declared is None and not figure.no_data else UNCHANGED
        if value is None and note == "total_reason":
            row.status, after[note] = UNCHANGED, ""
        elif "reason" in row.values:
            after[note] = row.values["reason"] or ""
        changed = {field for field, new in after.items() if getattr(figure, field) != new}
        if row.status == UNCHANGED and changed:
            row.status = CHANGED_ROW
            self.note_changes(row, figure, after, changed)
        for field, new in after.items():
            setattr(figure, field, new)

    def note_changes(self, row: Row, figure: Figure, after: dict, changed: set[str]) -> None:
        for field in ("declared", "declared_total"):
            if field in changed:
                row.change("value", getattr(figure, field), after[field])
        if changed & {"no_data"} and "declared" not in changed:
            row.change("value", None, None)
        for field in ("reason", "total_reason"):
            if field in changed:
                row.change("reason", getattr(figure, field), after[field])

    def write(self, rows: list[Row]) -> dict:
        reports = sorted({row.target.report_id for row in rows})
        for part in in_parts(reports):
            held = Report.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk")
            if any(report.status not in Report.EDITABLE for report in held):
                raise ValidationError("Có báo cáo vừa được nộp trong lúc nhập. Hãy kiểm tra lại tệp.")
            self.refuse_overtaken(part)
        now = timezone.now()
        figures = list({id(row.target): row.target for row in rows}.values())
        for figure in figures:
            figure.entered_by, figure.entered_at = self.importer.user, now
            figure.on_behalf = figure.report.organization_id not in self.own_units
            figure.version += 1
        save_in_bulk(
            Figure,
            created=[figure for figure in figures if figure.pk is None],
            changed=[figure for figure in figures if figure.pk is not None],
            fields=[
                "declared",
                "no_data",
                "reason",
                "declared_total",
                "total_reason",
                "entered_by",
                "entered_at",
                "on_behalf",
                "version",
            ],
            importer=self.importer,
        )
        return {Report: reports}

    def refuse_overtaken(self, reports: list[int]) -> None:
        """Nobody's save vanishes unseen: the cells must still be those that the rows were compared with."""
        stored = Figure.objects.filter(report__in=reports).order_by()
        for report, indicator, version in stored.values_list("report_id", "indicator_id", "version"):
            known = self.figures.get((report, indicator))
            if known is not None and (known.pk is None or known.version != version):
                raise ValidationError("Có số liệu vừa được sửa trong lúc nhập. Hãy kiểm tra lại tệp.")


class TargetSheet(Sheet):
    code = "targets"
    label = "Mục tiêu"
    lead = "Mức phấn đấu của đơn vị về từng chỉ tiêu trong năm, theo văn bản nào."
    permission = "reports.change_target"
    key = ("organization_code", "indicator", "year")
    tables = (Target,)
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("indicator", "Mã chỉ tiêu", Code(80), required=True),
        Column("year", "Năm", Year(), required=True),
        Column("value", "Mục tiêu", DecimalNumber(places=2, max_digits=20), required=True),
        Column("act", "Văn bản", Text(200)),
    )

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused]
        units = units_by_code(self.importer, self.permission)
        indicators = {indicator.code: indicator for indicator in Indicator.objects.all()}
        stored = {
            (target.organization_id, target.indicator_id, target.year): target
            for target in Target.objects.filter(year__in={row.values["year"] for row in rows}).order_by()
        }
        for row in rows:
            unit, indicator = units.get(row.values["organization_code"]), indicators.get(row.values["indicator"])
            if unit is None:
                row.refuse("organization_code", out_of_reach(row.values["organization_code"]))
            if indicator is None:
                row.refuse("indicator", UNKNOWN_INDICATOR.format(row.values["indicator"]))
            if not row.is_refused:
                self.compare(row, unit, indicator, stored.get((unit.pk, indicator.pk, row.values["year"])))

    def compare(self, row: Row, unit: Organization, indicator: Indicator, target: Target | None) -> None:
        row.status = NEW if target is None else UNCHANGED
        row.target = target or Target(organization=unit, indicator=indicator, year=row.values["year"])
        after = {"value": row.values["value"]}
        if "act" in row.values:
            after["act"] = row.values["act"] or ""
        for field, value in after.items():
            if target is not None and getattr(target, field) != value:
                row.status = CHANGED_ROW
                row.change(field, getattr(target, field), value)
            setattr(row.target, field, value)

    def write(self, rows: list[Row]) -> dict:
        keys = save_in_bulk(
            Target,
            created=[row.target for row in rows if row.status == NEW],
            changed=[row.target for row in rows if row.status == CHANGED_ROW],
            fields=["value", "act"],
            importer=self.importer,
        )
        return {Target: keys}


def roots_of(units: Iterable[Organization]) -> dict[int, int]:
    """Unit → the province at the top; a query only for each topmost unit that the user reaches."""
    parents = {unit.pk: unit for unit in units}
    roots: dict[int, int] = {}
    for unit in parents.values():
        passed, top = [], unit
        while top.pk not in roots and top.parent_id in parents:
            passed.append(top.pk)
            top = parents[top.parent_id]
        root = roots.get(top.pk) or (root_of(top).pk if top.parent_id else top.pk)
        roots |= dict.fromkeys([*passed, top.pk], root)
    return roots
