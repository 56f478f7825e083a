"""The spreadsheet of areas: population, households and the other whole numbers of a year."""

from core.sheets import CHANGED_ROW, NEW, UNCHANGED, Code, Column, Row, Sheet, Text, WholeNumber, Year, save_in_bulk
from organizations.models import AreaStatistics
from organizations.resources.units import out_of_reach, units_by_code

COUNTS = tuple(
    Column(name, AreaStatistics._meta.get_field(name).verbose_name.capitalize(), WholeNumber())
    for name in AreaStatistics.COLUMNS
)


class AreaStatisticsSheet(Sheet):
    code = "area_statistics"
    label = "Số liệu địa bàn"
    lead = "Dân số, số hộ, số thôn bản… của từng đơn vị trong một năm. Ô trống nghĩa là chưa có số liệu, không phải 0."
    permission = "organizations.change_areastatistics"
    key = ("organization_code", "year")
    tables = (AreaStatistics,)
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("year", "Năm", Year(), required=True),
        *COUNTS,
        Column("source", "Nguồn", Text(300)),
    )

    def check(self, rows: list[Row]) -> None:
        units = units_by_code(self.importer, self.permission)
        years = {row.values.get("year") for row in rows if not row.is_refused}
        stored = {
            (area.organization_id, area.year): area for area in AreaStatistics.objects.filter(year__in=years).order_by()
        }
        for row in rows:
            if row.is_refused:
                continue
            unit = units.get(row.values["organization_code"])
            if unit is None:
                row.refuse("organization_code", out_of_reach(row.values["organization_code"]))
                continue
            if not unit.has_territory:
                row.warn("organization_code", f"“{unit.name}” không phụ trách địa bàn, nên số này không vào tỷ lệ.")
            self.compare(row, unit, stored.get((unit.pk, row.values["year"])))

    def compare(self, row: Row, unit, area: AreaStatistics | None) -> None:
        row.status = NEW if area is None else UNCHANGED
        row.target = area or AreaStatistics(organization=unit, year=row.values["year"])
        for field in (*AreaStatistics.COLUMNS, "source"):
            if field not in row.values:
                continue
            value = row.values[field] if field != "source" else row.values[field] or ""
            before = getattr(row.target, field)
            if before != value and area is not None:
                row.status = CHANGED_ROW
                row.change(field, before, value)
            setattr(row.target, field, value)

    def write(self, rows: list[Row]) -> dict:
        keys = save_in_bulk(
            AreaStatistics,
            created=[row.target for row in rows if row.status == NEW],
            changed=[row.target for row in rows if row.status == CHANGED_ROW],
            fields=[*AreaStatistics.COLUMNS, "source"],
            importer=self.importer,
        )
        return {AreaStatistics: keys}
