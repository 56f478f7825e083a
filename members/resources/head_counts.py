"""The spreadsheet of head counts: how many members a unit has, where their names are not recorded."""

from django.utils import timezone

from core.bulk import among
from core.sheets import NEW, UNCHANGED, Code, Column, Day, Mode, Row, WholeNumber
from core.streaming import Operation, StreamedSheet, touched_since, value_columns
from core.vietnamese import date_to_text
from members.models import HeadCount
from members.resources.members import lives_of
from organizations.models import Organization
from organizations.resources import out_of_reach, reachable_units

COLUMNS = value_columns(HeadCount)
COUNTS = ("members", "women", "party_members", "carded")
LARGEST = 2**31 - 1


class People(WholeNumber):
    hint = "số người, ví dụ 1.240"

    def __call__(self, cell):
        number = super().__call__(cell)
        if number > LARGEST:
            raise ValueError("Số người quá lớn. Hãy xem có thừa chữ số không.")
        return number


class HeadCountSheet(StreamedSheet):
    code = "head_counts"
    label = "Số đếm hội viên"
    lead = "Tổng số hội viên của đơn vị vào một ngày, khi chưa nhập danh sách tên. Ô trống nghĩa là chưa có số liệu."
    permission = "members.change_headcount"
    key = ("organization_code", "date")
    tables = (HeadCount,)
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("date", "Ngày đếm", Day(), required=True),
        Column("members", "Tổng số hội viên", People(), required=True),
        Column("women", "Trong đó nữ", People()),
        Column("party_members", "Trong đó đảng viên", People()),
        Column("carded", "Trong đó có thẻ", People()),
    )

    def begin(self) -> None:
        self.today = timezone.localdate()
        self.units = {unit.code: unit for unit in reachable_units(self.importer, self.permission).order_by()}
        self.used: set[Organization] = set()

    def keys_of(self, row: Row):
        yield "organization_code", (row.values["organization_code"], row.values["date"])

    def target_of(self, row: Row) -> int | None:
        return row.target and row.target.get("pk")

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused and self.prepare(row)]
        units, dates = {row.target["organization_id"] for row in rows}, {row.values["date"] for row in rows}
        found = HeadCount.objects.filter(organization_id__in=units, date__in=dates).order_by().values("pk", *COLUMNS)
        stored = {(count["organization_id"], count["date"]): count for count in found}
        for row in rows:
            before = stored.get((row.target["organization_id"], row.values["date"]))
            row.status = NEW if before is None else UNCHANGED
            if before is None:
                row.target |= {column: row.values.get(column) for column in COUNTS}
            else:
                row.target = dict(before)
                if self.importer.mode != Mode.SKIP:
                    for column in COUNTS:
                        if column in row.values:
                            row.target[column] = self.merge(row, column, before[column], row.values[column])
            self.refuse_larger_parts(row)

    def prepare(self, row: Row) -> bool:
        unit, day = self.units.get(row.values["organization_code"]), row.values["date"]
        if unit is None:
            row.refuse("organization_code", out_of_reach(row.values["organization_code"]))
            return False
        if day > self.today:
            row.refuse("date", f"Ngày {date_to_text(day)} chưa đến. Hãy kiểm tra lại ngày.")
        elif (unit.established_on and day < unit.established_on) or (unit.dissolved_on and day > unit.dissolved_on):
            row.refuse("date", f"“{unit.name}” không hoạt động vào ngày {date_to_text(day)}.")
        row.target = {"organization_id": unit.pk, "date": day}
        self.used.add(unit)
        return not row.is_refused

    def refuse_larger_parts(self, row: Row) -> None:
        for column in COUNTS[1:]:
            part = row.target[column]
            if part is not None and part > row.target["members"]:
                row.refuse(column, f"{part} nhiều hơn tổng số hội viên ({row.target['members']}). Hãy kiểm tra lại.")

    def operations(self, row: Row) -> list[Operation]:
        return [Operation(0, row.target.get("pk"), [row.target[column] for column in COLUMNS])]

    def witnesses(self, row: Row) -> list[str]:
        found = [f"c{row.target['pk']}"] if "pk" in row.target else []
        return [f"{row.target['organization_id']}:{row.target['date']}", *found]

    def touched(self, marks: dict[str, int]) -> set[str]:
        found = touched_since(HeadCount, marks).values_list("id", "organization_id", "date")
        return {witness for pk, unit, day in found for witness in (f"c{pk}", f"{unit}:{day}")}

    def facts(self) -> dict:
        return lives_of((unit.pk, unit.established_on, unit.dissolved_on) for unit in self.used)

    def facts_now(self, facts: dict) -> dict:
        units = Organization.objects.filter(among(int(pk) for pk in facts)).order_by()
        return lives_of(units.values_list("pk", "established_on", "dissolved_on"))
