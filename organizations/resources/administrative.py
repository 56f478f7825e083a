"""The spreadsheet of the State's units: who bore a code when, under whom, and what became of them.

Rows come in any order and the file is judged as a whole together with what is stored. Within a file codes mean
units through days: a parent is whoever bears the code on the first day, a successor on the day after the last.
"""

import copy
from collections import defaultdict
from datetime import date, timedelta

from django.core.exceptions import ValidationError

from core.history import DELETED, record_bulk
from core.sheets import (
    CHANGED_ROW,
    NEW,
    UNCHANGED,
    Cell,
    Choice,
    Code,
    Column,
    Day,
    Row,
    Sheet,
    Text,
    in_parts,
    save_in_bulk,
    show,
)
from core.vietnamese import date_to_text
from organizations import tree
from organizations.models import AdministrativeSuccession, AdministrativeUnit
from organizations.models.areas import overlap_words, parent_fault, succession_fault

Key = tuple[str, str, date | None]  # the code in full, the tier and the first day
CODE_LENGTHS = AdministrativeUnit.CODE_LENGTHS


class CodeList(Code):
    """Codes with commas between them, as a tuple."""

    hint = "mã; nhiều mã thì cách nhau bằng dấu phẩy"

    def __init__(self, max_length: int = 500):
        super().__init__(max_length)

    def __call__(self, cell: Cell) -> tuple[str, ...]:
        return tuple(code.strip() for code in super().__call__(cell).split(",") if code.strip())

    def show(self, value: tuple[str, ...] | None) -> str:
        return show(", ".join(value or ()))


class AdministrativeUnitSheet(Sheet):
    code = "administrative_units"
    label = "Đơn vị hành chính"
    lead = (
        "Tỉnh, huyện, xã của Nhà nước: mã, tên, có từ ngày nào đến hết ngày nào và nhập vào đâu. "
        "Đổi mã, tên hoặc nơi trực thuộc thì ghi thành hai dòng, dòng trước hết hạn vào hôm trước."
    )
    permission = "organizations.change_administrativeunit"
    key = ("code", "valid_from")
    columns = (
        Column("code", "Mã hành chính", Code(10), required=True, note="tỉnh 2, huyện 3, xã 5 chữ số"),
        Column("name", "Tên", Text(150), required=True, note="cả chữ Xã, Phường…"),
        Column("tier", "Cấp", Choice(AdministrativeUnit.Tier), required=True),
        Column("parent_code", "Mã đơn vị cấp trên", Code(10), note="của đơn vị mang mã này vào ngày đầu tiên"),
        Column("valid_from", "Từ ngày", Day(), note="để trống: có từ trước mọi kỳ"),
        Column("valid_to", "Đến hết ngày", Day(), note="để trống: đang có"),
        Column("successor_codes", "Mã đơn vị kế tiếp", CodeList(), note="của đơn vị cùng cấp vào hôm sau"),
    )

    def lock(self) -> None:
        tree.lock()

    def key_of(self, row: Row) -> Key:
        code, tier = row.values["code"], row.values["tier"]
        return full_code(code, tier), tier, row.values.get("valid_from")

    def check(self, rows: list[Row]) -> None:
        if self.importer.organization is not None:
            raise ValidationError("Danh mục đơn vị hành chính là của chung, không thuộc riêng đơn vị nào của Hội.")
        self.load()
        open_rows = {self.key_of(row): row for row in rows if not row.is_refused}
        for key, row in open_rows.items():
            self.judge(row, key)
        self.settle(open_rows)
        for key, row in open_rows.items():
            if not row.is_refused:
                self.compare(row, key)

    def load(self) -> None:
        """The catalogue as stored: the whole country has some 15.000 rows, so all of it, in two queries."""
        units = {unit.pk: unit for unit in AdministrativeUnit.objects.order_by()}
        keys = {pk: key_of_unit(unit) for pk, unit in units.items()}
        self.known = {keys[pk]: unit for pk, unit in units.items()}
        self.known_above = {keys[pk]: keys.get(unit.parent_id) for pk, unit in units.items()}
        self.links = {}
        self.known_after = defaultdict(set)
        for pk, before, after in AdministrativeSuccession.objects.order_by().values_list(
            "pk", "predecessor", "successor"
        ):
            self.links[keys[before], keys[after]] = pk
            self.known_after[keys[before]].add(keys[after])

    def judge(self, row: Row, key: Key) -> None:
        """Turn the row into the unit that it describes; its neighbours are judged afterwards."""
        code, tier, start = key
        if not (code.isascii() and code.isdigit() and len(code) == CODE_LENGTHS[tier]):
            row.refuse("code", f"Mã hành chính của cấp này gồm {CODE_LENGTHS[tier]} chữ số.")
            return
        old = self.known.get(key)
        unit = copy.copy(old) if old else AdministrativeUnit(code=code, tier=tier, valid_from=start)
        unit.name = row.values["name"]
        if "valid_to" in row.values:
            unit.valid_to = row.values["valid_to"]
        if unit.valid_from and unit.valid_to and unit.valid_to < unit.valid_from:
            row.refuse("valid_to", f"Ngày này phải từ ngày đầu tiên {date_to_text(unit.valid_from)} trở đi.")
        row.target, row.status = unit, UNCHANGED if old else NEW

    def settle(self, rows: dict[Key, Row]) -> None:
        """Refuse rows until what is left agrees with itself and with what is stored.

        A refused row falls back to the unit as stored, which may leave others without their parent or successor.
        """
        while True:
            rows = {key: row for key, row in rows.items() if not row.is_refused}
            self.units = self.known | {key: row.target for key, row in rows.items()}
            self.bearers = defaultdict(list)
            for unit in self.units.values():
                self.bearers[unit.code, unit.tier].append(unit)
            self.above, self.after = dict(self.known_above), dict(self.known_after)
            for key, row in rows.items():
                self.find_parent(row, key)
                self.find_successors(row, key)
            if not any(row.is_refused for row in rows.values()):
                self.check_neighbours(rows)
            if not any(row.is_refused for row in rows.values()):
                return

    def find_parent(self, row: Row, key: Key) -> None:
        code = row.values.get("parent_code")
        if "parent_code" in row.values or key not in self.above:
            self.above[key] = None
        if code is None:
            return
        found = self.possible_parents(code, key)
        if len(found) > 1:
            names = " hay ".join(in_words(unit) for unit in found)
            row.refuse(
                "parent_code",
                f"Mã “{code}” là {names}? Hãy ghi đủ các số 0 ở đầu, hoặc ghi từ ngày mà mã chỉ còn một nghĩa.",
            )
        elif not found:
            row.refuse("parent_code", unknown(code, key[2]))
        else:
            self.above[key] = key_of_unit(found[0])

    def possible_parents(self, code: str, key: Key) -> list[AdministrativeUnit]:
        """Who may be meant: "94" is a province, or the district 094 whose zero Excel has dropped."""
        _, tier, day = key
        lengths = [(each, len(code) if code.startswith("0") else CODE_LENGTHS[each]) for each in CODE_LENGTHS]
        found = [self.bearer((code.zfill(length), each), day) for each, length in lengths]
        found = [unit for unit in found if unit is not None]
        return [unit for unit in found if unit.tier in AdministrativeUnit.TIERS_ABOVE[tier]] or found[:1]

    def find_successors(self, row: Row, key: Key) -> None:
        if "successor_codes" not in row.values:
            return
        self.after[key] = set()
        last = row.target.valid_to
        if row.values["successor_codes"] and last is None:
            row.refuse("successor_codes", "Có đơn vị kế tiếp thì phải ghi ngày cuối cùng ở cột “đến hết ngày”.")
            return
        for code in row.values["successor_codes"] or ():
            day = last + timedelta(days=1)
            successor = self.bearer((full_code(code, row.target.tier), row.target.tier), day)
            if successor is None:
                row.refuse("successor_codes", f"{unknown(code, day)} Đơn vị kế tiếp phải cùng cấp.")
            else:
                self.after[key].add(key_of_unit(successor))

    def bearer(self, code_and_tier: tuple[str, str], day: date | None) -> AdministrativeUnit | None:
        """Who bears the code on the day, in the catalogue as it would be; without a day the earliest bearer."""
        bearers = self.bearers.get(code_and_tier, [])
        if day is None:
            return min(bearers, key=first_day, default=None)
        return next((unit for unit in bearers if unit.exists_on(day)), None)

    def check_neighbours(self, rows: dict[Key, Row]) -> None:
        """Look at everything that touches a row of the file; the unit's own row is blamed before its neighbour's."""
        for code_and_tier in {key[:2] for key in rows}:
            self.check_bearers(sorted(self.bearers[code_and_tier], key=first_day), rows)
        for key, unit in self.units.items():
            above = self.above[key]
            if key in rows or above in rows:
                self.blame(rows, key, above, "parent_code", parent_fault(unit, self.units.get(above)))
            for after in self.after.get(key, ()):
                if key in rows or after in rows:
                    fault = succession_fault(unit, self.units[after])
                    self.blame(rows, key, after, "successor_codes", fault)

    def check_bearers(self, bearers: list[AdministrativeUnit], rows: dict[Key, Row]) -> None:
        for earlier, later in zip(bearers, bearers[1:], strict=False):
            if earlier.overlaps(later):
                for unit, other in ((earlier, later), (later, earlier)):
                    if (row := rows.get(key_of_unit(unit))) is not None:
                        row.refuse("valid_from", overlap_words(other))

    def blame(self, rows: dict[Key, Row], key: Key, neighbour: Key | None, column: str, fault: str | None) -> None:
        if fault is None:
            return
        if key in rows:
            rows[key].refuse(column, fault)
        elif not rows[neighbour].is_refused:
            unit = self.units[key]
            rows[neighbour].refuse("valid_to", f"Không hợp với {in_words(unit)}: {fault}")

    def compare(self, row: Row, key: Key) -> None:
        old, unit = self.known.get(key), row.target
        unit.parent = self.units.get(self.above[key])
        if old is None:
            return
        for field in ("name", "valid_to"):
            if getattr(old, field) != getattr(unit, field):
                row.change(field, getattr(old, field), getattr(unit, field))
        before, after = self.known_above[key], self.above[key]
        if before != after:
            row.change("parent_code", *(in_words(self.units[each]) if each else None for each in (before, after)))
        before, after = self.known_after.get(key, set()), self.after.get(key, set())
        if before != after:
            row.change("successor_codes", *(", ".join(sorted(code for code, *_ in each)) for each in (before, after)))
        if row.changes:
            row.status = CHANGED_ROW

    def write(self, rows: list[Row]) -> dict:
        """Tier by tier, so that parents have their keys before their children."""
        keys = []
        for tier in AdministrativeUnit.Tier:
            keys += save_in_bulk(
                AdministrativeUnit,
                created=[row.target for row in rows if row.status == NEW and row.target.tier == tier],
                changed=[row.target for row in rows if row.status == CHANGED_ROW and row.target.tier == tier],
                fields=["name", "parent", "valid_to"],
                importer=self.importer,
            )
        return {AdministrativeUnit: keys, AdministrativeSuccession: self.write_links(rows)}

    def write_links(self, rows: list[Row]) -> list[int]:
        written = {key_of_unit(row.target) for row in rows}
        wanted = {(key, after) for key in written for after in self.after.get(key, ())}
        dropped = [pk for pair, pk in self.links.items() if pair[0] in written and pair not in wanted]
        for part in in_parts(dropped):
            links = AdministrativeSuccession.objects.filter(pk__in=part)
            record_bulk(links, kind=DELETED, user=self.importer.user, reason=self.importer.reason)
            links._raw_delete(links.db)  # delete() would write the history once more, row by row
        created = [
            AdministrativeSuccession(predecessor=self.units[key], successor=self.units[after])
            for key, after in sorted(wanted - self.links.keys(), key=str)
        ]
        return save_in_bulk(AdministrativeSuccession, created=created, changed=[], fields=[], importer=self.importer)


def full_code(code: str, tier: str) -> str:
    """The code with the zeros that Excel drops."""
    return code.zfill(CODE_LENGTHS[tier]) if code.isdigit() else code


def key_of_unit(unit: AdministrativeUnit) -> Key:
    return unit.code, unit.tier, unit.valid_from


def first_day(unit: AdministrativeUnit) -> date:
    return unit.valid_from or date.min


def in_words(unit: AdministrativeUnit) -> str:
    return f"“{unit.name}” ({unit.code})"


def unknown(code: str, day: date | None) -> str:
    when = f" vào ngày {date_to_text(day)}" if day else ""
    return f"Không có đơn vị hành chính mã “{code}”{when}, cả trong danh mục lẫn trong tệp."
