"""The spreadsheet of units: rows in any order; the file as a whole must leave a sound tree."""

import copy
from collections import defaultdict

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min
from django.utils import timezone

from core.sheets import (
    CHANGED_ROW,
    NEW,
    UNCHANGED,
    Boolean,
    Choice,
    Code,
    Column,
    Day,
    Row,
    Sheet,
    Text,
    in_parts,
    save_in_bulk,
)
from core.vietnamese import date_to_text
from organizations import tree
from organizations.models import AdministrativeUnit, Form, Kind, Level, Organization, OrganizationSpell
from organizations.resources.units import out_of_reach, reachable_units, units_by_code
from organizations.scoping import governed
from organizations.soundness import find_faults

ADD = "organizations.add_organization"
CODE_PATTERN = Organization._meta.get_field("code").validators[0]
DEFAULT_KINDS = {Level.BRANCH: Kind.VILLAGE, Level.AFFILIATED: Kind.AGENCY}
LABELS = {"level": Level, "kind": Kind, "form": Form}
# What neither the tree nor a spell knows of.
APART = ["territory", "reports_quarterly", "contact_name", "contact_phone"]
CONTACT = ("contact_name", "contact_phone")
PLACE = ("level", "parent_code", "established_on", "dissolved_on")


class OrganizationSheet(Sheet):
    code = "organizations"
    label = "Tổ chức hội"
    lead = (
        "Các đơn vị của hội và nơi trực thuộc. Dòng có mã đã có thì sửa thông tin hiện tại; "
        "đổi tên hay chuyển đơn vị từ một ngày thì làm ở trang của đơn vị."
    )
    permission = "organizations.change_organization"
    key = ("code",)
    columns = (
        Column("code", "Mã", Code(), required=True, note="chữ không dấu, số và . _ -"),
        Column("name", "Tên", Text(300), required=True),
        Column("level", "Cấp", Choice(Level), required=True),
        Column("kind", "Loại", Choice(Kind)),
        Column("form", "Hình thức", Choice(Form), note="để trống: hội; ở cấp chi hội là chi hội"),
        Column("parent_code", "Mã đơn vị cấp trên", Code()),
        Column("established_on", "Ngày thành lập", Day(), note="để trống: có từ trước mọi quý"),
        Column("dissolved_on", "Ngày cuối cùng hoạt động", Day(), note="để trống: đang hoạt động"),
        Column("administrative_code", "Mã hành chính", Code(10), note="mã của Nhà nước"),
        Column("reports_quarterly", "Báo cáo hằng quý", Boolean(), note="để trống: có, trừ chi hội"),
        Column("contact_name", "Người liên hệ", Text(150)),
        Column("contact_phone", "Điện thoại liên hệ", Text(30)),
    )

    def lock(self) -> None:
        tree.lock()

    def check(self, rows: list[Row]) -> None:
        open_rows = [row for row in rows if not row.is_refused]
        self.load(open_rows)
        self.lines = {row.values.get("code"): row.line for row in rows}
        for row in open_rows:
            self.judge(row)
        self.settle({row.values["code"]: row for row in open_rows if not row.is_refused})

    def load(self, rows: list[Row]) -> None:
        """Everything that the rows are compared with, in a fixed number of queries."""
        self.known = units_by_code(self.importer, self.permission)
        by_pk = {unit.pk: unit for unit in self.known.values()}
        above = {unit.parent_id for unit in self.known.values()} - by_pk.keys()
        self.outside = {unit.pk: unit for unit in Organization.objects.filter(pk__in=above)}
        by_pk |= self.outside
        self.parent_codes = {
            unit.code: by_pk[unit.parent_id].code if unit.parent_id else None for unit in self.known.values()
        }
        self.governed = set(governed(self.importer.user, self.permission).order_by().values_list("pk", flat=True))
        self.may_add = set(reachable_units(self.importer, ADD).order_by().values_list("pk", flat=True))
        strangers = [row.values["code"] for row in rows if row.values["code"] not in self.known]
        self.taken = {
            code
            for part in in_parts(strangers)
            for code in Organization.objects.filter(code__in=part).values_list("code", flat=True)
        }
        spells = OrganizationSpell.objects.order_by().values("organization").annotate(number=Count("pk"))
        several = spells.filter(number__gt=1).annotate(last_start=Max("valid_from"), first_end=Min("valid_to"))
        self.spells = {each["organization"]: each for each in several}
        self.load_territories(rows)

    def load_territories(self, rows: list[Row]) -> None:
        codes = sorted({code for row in rows if row.values.get("administrative_code") for code in state_codes(row)})
        self.bearers = defaultdict(list)
        for part in in_parts(codes):
            for unit in AdministrativeUnit.objects.filter(code__in=part):
                self.bearers[unit.code].append(unit)
        held = {unit.territory_id for unit in self.known.values()}
        self.territory_names = dict(AdministrativeUnit.objects.filter(pk__in=held).values_list("pk", "name"))

    def judge(self, row: Row) -> None:
        """Turn the row into the unit that it describes; its place in the tree is judged afterwards."""
        code = row.values["code"]
        old = self.known.get(code)
        if old is None and code in self.taken:
            row.refuse("code", f"Mã “{code}” đã có đơn vị khác dùng. Hãy chọn mã khác.")
            return
        if old is None:
            try:
                CODE_PATTERN(code)
            except ValidationError as error:
                row.refuse("code", error.messages[0])
                return
        unit = copy.copy(old) if old else Organization(code=code)
        row.target, row.status = unit, UNCHANGED if old else NEW
        self.fill(row, unit, old)
        self.check_life(row, unit)
        if old is not None:
            self.compare(row, unit, old)

    def fill(self, row: Row, unit: Organization, old: Organization | None) -> None:
        values = row.values
        unit.name, unit.level = values["name"], values["level"]
        # An empty kind or form of a known unit leaves it alone: a unit always has one.
        unit.kind = values.get("kind") or (old.kind if old else DEFAULT_KINDS.get(unit.level, Kind.TERRITORIAL))
        unit.form = values.get("form") or (old.form if old else tree.default_form(unit.level))
        for field in ("established_on", "dissolved_on"):
            if field in values:
                setattr(unit, field, values[field])
        for field in ("contact_name", "contact_phone"):
            if field in values:
                setattr(unit, field, values[field] or "")
        if "reports_quarterly" in values or old is None:
            given = values.get("reports_quarterly")
            unit.reports_quarterly = unit.level != Level.BRANCH if given is None else given
        if "administrative_code" in values:
            self.fill_territory(row, unit)

    def fill_territory(self, row: Row, unit: Organization) -> None:
        if row.values["administrative_code"] is None:
            unit.territory = None
            return
        day = unit.dissolved_on or timezone.localdate()
        for code in state_codes(row):
            if bearers := self.bearers.get(code):
                unit.territory = bearer_on(bearers, day)
                return
        row.warn(
            "administrative_code",
            f"Chưa có đơn vị hành chính mã “{row.values['administrative_code']}” trong danh mục, nên bỏ qua ô này.",
        )

    def check_life(self, row: Row, unit: Organization) -> None:
        start, end = unit.established_on, unit.dissolved_on
        if start and end and end < start:
            row.refuse("dissolved_on", f"Ngày này phải từ ngày thành lập {date_to_text(start)} trở đi.")
            return
        for field in ("established_on", "dissolved_on"):
            if row.values.get(field) and row.values[field] > timezone.localdate():
                row.warn(field, f"{date_to_text(row.values[field])} còn ở sau hôm nay. Hãy xem lại năm.")
        if spells := self.spells.get(unit.pk):
            if start and start > spells["first_end"]:
                row.refuse("established_on", "Ngày thành lập phải trước lần thay đổi đầu tiên của đơn vị.")
            if end and spells["last_start"] and end < spells["last_start"]:
                row.refuse("dissolved_on", "Ngày này phải từ lần thay đổi cuối cùng của đơn vị trở đi.")

    def compare(self, row: Row, unit: Organization, old: Organization) -> None:
        for field in ("name", "level", "kind", "form", "established_on", "dissolved_on", "reports_quarterly"):
            before, after = getattr(old, field), getattr(unit, field)
            if before != after:
                names = dict(LABELS[field].choices) if field in LABELS else {}
                row.change(field, names.get(before, before), names.get(after, after))
        if self.parent_of(row) != self.parent_codes[old.code]:
            row.change("parent_code", self.parent_codes[old.code], self.parent_of(row))
        if unit.territory_id != old.territory_id:
            before = self.territory_names.get(old.territory_id)
            row.change("administrative_code", before, unit.territory and unit.territory.name)
        for field in ("contact_name", "contact_phone"):
            if getattr(old, field) != getattr(unit, field):
                row.change(field, getattr(old, field), getattr(unit, field))
        if row.changes:
            row.status = CHANGED_ROW
        if old.pk not in self.governed:
            self.refuse_what_belongs_above(row)

    def refuse_what_belongs_above(self, row: Row) -> None:
        """At the top of one's own scope only the contact may be changed, as on the unit's page."""
        columns = {heading: column for column, heading in row.headings.items()}
        for heading, _, _ in row.changes:
            if columns[heading] not in CONTACT:
                row.refuse(columns[heading], "Tên, vị trí và thời gian hoạt động của đơn vị này do cấp trên ghi.")

    def parent_of(self, row: Row) -> str | None:
        if "parent_code" in row.values:
            return row.values["parent_code"]
        return self.parent_codes.get(row.values["code"])

    def settle(self, rows: dict[str, Row]) -> None:
        """Refuse rows until what is left, together with the units already there, is a sound tree.

        A refused row falls back to the unit as stored, which may leave others without their parent: so again
        until nothing changes.
        """
        while True:
            rows = {code: row for code, row in rows.items() if not row.is_refused}
            units = self.known | {code: row.target for code, row in rows.items()}
            above = self.parent_codes | {code: self.parent_of(row) for code, row in rows.items()}
            for code, row in rows.items():
                self.check_parent(row, self.known.get(code), units, above)
            self.check_edges(rows, units, above)
            if not any(row.is_refused for row in rows.values()):
                break
        for code, row in rows.items():
            row.target.parent = self.unit_above(code, units, above)

    def unit_above(self, code: str, units: dict[str, Organization], above: dict) -> Organization | None:
        """The parent among the reachable units, or the present one above them; None when there is none."""
        parent, old = units.get(above[code]), self.known.get(code)
        if parent is None and old is not None and above[code] == self.parent_codes[code]:
            return self.outside.get(old.parent_id)
        return parent

    def check_parent(self, row: Row, old: Organization | None, units: dict, above: dict) -> None:
        code = row.values["code"]
        parent_code = above[code]
        if old is not None and parent_code == self.parent_codes[code]:
            return
        if parent_code is None:
            self.check_root(row)
            return
        parent = units.get(parent_code)
        if parent is None and parent_code in self.lines:
            row.refuse("parent_code", f"Dòng {self.lines[parent_code]} (đơn vị cấp trên) bị từ chối. Hãy sửa dòng đó.")
        elif parent is None or (parent.pk and parent.pk not in self.may_add):
            row.refuse("parent_code", out_of_reach(parent_code))
        elif runs_in_a_circle(code, above):
            row.refuse("parent_code", "Các đơn vị cấp trên chỉ vòng về chính đơn vị này. Hãy sửa mã đơn vị cấp trên.")

    def check_root(self, row: Row) -> None:
        try:
            tree.check_place(row.target.level, None)
        except ValidationError as error:
            row.refuse("parent_code", error.messages[0])
            return
        if not self.importer.user.is_superuser or self.importer.organization is not None:
            row.refuse("parent_code", "Chỉ quản trị hệ thống được thêm hội cấp tỉnh không có đơn vị cấp trên.")

    def check_edges(self, rows: dict[str, Row], units: dict, above: dict) -> None:
        """Every unit under a parent: blame the row that moved, the unit's own before its parent's."""
        shifted = {code for code, row in rows.items() if not row.is_refused and self.is_shifted(row)}
        for code, unit in units.items():
            if code not in shifted and above[code] not in shifted:
                continue
            parent = self.unit_above(code, units, above)
            found = edge_fault(unit, parent) if parent is not None else None
            if found is None:
                continue
            column, reason = found
            if code in shifted:
                rows[code].refuse(column, reason)
            elif not rows[above[code]].is_refused:
                ending = "dissolved_on" if column == "dissolved_on" else "level"
                rows[above[code]].refuse(ending, f"Không hợp với đơn vị trực thuộc “{unit.name}” ({code}): {reason}")

    def is_shifted(self, row: Row) -> bool:
        moved = {row.headings[column] for column in PLACE}
        return row.status == NEW or any(heading in moved for heading, _, _ in row.changes)

    def write(self, rows: list[Row]) -> dict:
        """Everything at once: the file was judged as a whole, and the result is proved sound before it stands."""
        created = [row.target for row in rows if row.status == NEW]
        apart = [row.target for row in rows if row.status == CHANGED_ROW and not self.touches_tree(row)]
        changed = [row.target for row in rows if row.status == CHANGED_ROW and self.touches_tree(row)]
        save_in_bulk(Organization, created=[], changed=apart, fields=APART, importer=self.importer)
        tree.load_organizations(created=created, changed=changed, user=self.importer.user, reason=self.importer.reason)
        if (created or changed) and (faults := find_faults()):
            raise ValidationError(faults[:5])
        return {Organization: [unit.pk for unit in (*created, *apart, *changed)]}

    def touches_tree(self, row: Row) -> bool:
        """Telephones and the like leave the spells alone."""
        old = self.known[row.values["code"]]
        shape = ("name", "level", "kind", "form", "parent_id", "established_on", "dissolved_on")
        return any(getattr(old, field) != getattr(row.target, field) for field in shape)


def state_codes(row: Row) -> list[str]:
    """The administrative code as typed, and with the zeros that Excel drops."""
    code = row.values["administrative_code"]
    return [code, code.zfill(AdministrativeUnit.CODE_LENGTHS.get(row.values["level"], 0))] if code.isdigit() else [code]


def bearer_on(bearers: list[AdministrativeUnit], day) -> AdministrativeUnit:
    """The unit of the State that carried the code on the day, else its last bearer (as ``carrying`` does)."""
    for unit in bearers:
        if (unit.valid_from is None or unit.valid_from <= day) and (unit.valid_to is None or unit.valid_to >= day):
            return unit
    return max(bearers, key=lambda unit: (unit.valid_to is None, unit.valid_to))


def runs_in_a_circle(code: str, above: dict[str, str | None]) -> bool:
    passed = {code}
    while (code := above.get(code)) is not None:
        if code in passed:
            return True
        passed.add(code)
    return False


def edge_fault(unit: Organization, parent: Organization) -> tuple[str, str] | None:
    """What is wrong with the unit under the parent: (column, reason), or None."""
    try:
        tree.check_place(unit.level, parent)
    except ValidationError as error:
        return "parent_code", error.messages[0]
    end = parent.dissolved_on
    if end is not None and (unit.dissolved_on is None or unit.dissolved_on > end):
        return (
            "dissolved_on",
            f"“{parent.name}” chỉ hoạt động đến hết {date_to_text(end)}; đơn vị trực thuộc không được lâu hơn.",
        )
    return None
