"""The spreadsheet of registrations: who is registered for which model and year, and what became of it."""

from datetime import date
from typing import Any

from django.utils import timezone

from core.bulk import among
from core.sheets import NEW, UNCHANGED, Code, Column, Day, Mode, Row, Text, Year, plain
from core.streaming import Operation, StreamedSheet, touched_since
from learning_models.models import (
    CriteriaSet,
    LearningModel,
    Registrant,
    Registration,
    RegistrationCount,
    Status,
)
from learning_models.models.registrants import identity_of, name_key, registrant_words
from learning_models.permissions import CHANGE
from learning_models.resources.matching import REGISTRANT_COLUMNS, REGISTRATION_COLUMNS, Draft, Moved, Register
from learning_models.resources.parsers import (
    HIGHEST_LEVEL,
    LARGEST_COUNT,
    MOST_PEOPLE,
    MOST_POINTS,
    ModelWord,
    RegistrantName,
    StatusWord,
    UnitRank,
    UpTo,
)
from learning_models.resources.years import COUNT_COLUMNS, Years, default_day
from learning_models.titles import settle
from members.resources.matching import Unit
from members.resources.members import lives_of
from organizations.models import Organization
from organizations.resources import out_of_reach, reachable_units

ONE_OF_BOTH = "Mỗi dòng ghi một tên, hoặc một số lượng. Hãy điền đúng một trong hai ô."
NOT_OF_NUMBERS = ("code", "address", "people", "rank", "score", "level")
ELSEWHERE = "Đã đăng ký năm {year} ở đơn vị {place}. Hãy ghi mã đơn vị đó, hoặc bỏ dòng này."
SEVERAL = "Đơn vị có {number} đối tượng cùng tên và địa chỉ; hãy ghi mã ({codes})."
NAMESAKE = "Đơn vị đã có đối tượng cùng tên và địa chỉ, mang mã {codes}. Nếu là một, hãy ghi mã đó."
OTHER_NAME = "Dòng {line} ghi mã này cho một tên khác. Hãy xem lại mã và tên."
WITH_AND_WITHOUT = "Dòng {line} cùng tên và địa chỉ nhưng ghi mã khác hoặc không ghi mã. Hãy ghi mã cho cả hai dòng."
OTHER_FACTS = "Khác dòng {line} của cùng đối tượng này (địa chỉ, số người, cấp quản lý): lấy theo dòng {line}."
NO_LONGER = "“{name}” không còn hoặc chưa có ở đơn vị vào ngày đăng ký này."
ONLY_UNITS = "Loại đơn vị và cấp quản lý chỉ ghi cho đơn vị học tập."
HALF = 0xFFFFFFFF

REGISTRANT = Column("registrant", "Tên đối tượng", RegistrantName(), note="mỗi dòng một tên, hoặc một số lượng")
SHARED = (
    Column("registered_on", "Ngày đăng ký", Day(), note="để trống là 01/01 của năm"),
    Column("code", "Mã đối tượng", Code(), also=("Mã hộ", "Mã số")),
    Column("address", "Địa chỉ", Text(200), also=("Nơi ở", "Thôn, bản")),
    Column("people", "Số người", UpTo(MOST_PEOPLE, "số người, ví dụ 4"), also=("Số nhân khẩu", "Nhân khẩu")),
    Column("rank", "Loại đơn vị, cấp quản lý", UnitRank(), note="chỉ cho đơn vị học tập"),
    Column("status", "Tình trạng", StatusWord(), note="để trống là đã đăng ký", also=("Kết quả",)),
    Column("score", "Điểm", UpTo(MOST_POINTS, "điểm, ví dụ 85"), also=("Tổng điểm", "Số điểm")),
    Column("level", "Mức", UpTo(HIGHEST_LEVEL, "mức 1 hoặc 2; 0 là chưa đạt")),
    Column("decision_number", "Số quyết định", Text(50), also=("Quyết định số",)),
    Column("decision_date", "Ngày quyết định", Day(), note="chỉ khi được công nhận", also=("Ngày công nhận",)),
)


class RegistrationSheet(StreamedSheet):
    code = "registrations"
    label = "Đăng ký mô hình học tập"
    lead = (
        "Mỗi dòng là một đối tượng (hộ, dòng họ, thôn bản, đơn vị, xã, người) đăng ký trong một năm; hoặc một số "
        "lượng, nơi không giữ danh sách tên. Nhận ra đối tượng đã có theo mã; không có mã thì theo tên và địa chỉ."
    )
    permission = CHANGE
    key = ("organization_code", "model", "year", "code", "registrant", "address", "registered_on", "status")
    tables = (Registrant, Registration, RegistrationCount)
    links = ("registrant_id", "")
    tables_of_rows = (1, 2)
    fixed_model = ""
    columns: tuple[Column, ...] = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("model", "Mô hình", ModelWord(), required=True),
        Column("year", "Năm", Year(), required=True),
        REGISTRANT,
        Column("count", "Số lượng", UpTo(LARGEST_COUNT, "số nguyên, khi không ghi tên")),
        *SHARED,
    )

    def begin(self) -> None:
        self.today = timezone.localdate()
        columns = ("code", "pk", "name", "established_on", "dissolved_on")
        found = reachable_units(self.importer, self.permission).order_by().values_list(*columns)
        self.units = {code: Unit(*values) for code, *values in found}
        self.codes = {unit.pk: code for code, unit in self.units.items()}
        self.used: set[Unit] = set()
        self.moved = Moved()
        self.years = Years(self, self.today, CriteriaSet.objects.order_by())
        # Who stood in the file before: the line, and what was said of them.
        self.seen: dict[int, int] = {}

    def model_of(self, row: Row) -> str:
        return self.fixed_model or row.values["model"]

    def keys_of(self, row: Row):
        values, model = row.values, self.model_of(row)
        place = (values["organization_code"], model, values["year"])
        if name := values.get("registrant"):
            code, address = values.get("code"), values.get("address") or ""
            yield ("code", (*place, code)) if code else ("registrant", (*place, identity_of(model, name, address)))
        elif values.get("count") is not None:
            day, status = values.get("registered_on") or default_day(values["year"]), values.get("status")
            yield "count", (*place, day, status or Status.REGISTERED.value)

    def target_of(self, row: Row) -> Any:
        """A registrant's year; what is counted is told apart by its key alone."""
        if isinstance(row.target, Draft) and row.target.registrant:
            return row.target.registrant["pk"], row.target.year
        return None

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused and self.prepare(row)]
        named = [row for row in rows if isinstance(row.target, Draft)]
        register = Register([row.target for row in named], self.moved)
        for row in named:
            self.judge(row, register)
        self.check_numbers([row for row in rows if not isinstance(row.target, Draft)])

    def prepare(self, row: Row) -> bool:
        """Find the unit and judge what the row says by itself; whether it is still to be compared."""
        values, model = row.values, self.model_of(row)
        unit, name = self.units.get(values["organization_code"]), values.get("registrant")
        if unit is None:
            row.refuse("organization_code", out_of_reach(values["organization_code"]))
            return False
        if bool(name) == (values.get("count") is not None):
            row.refuse("registrant", ONE_OF_BOTH)
            return False
        if values.get("rank") and model != LearningModel.UNIT:
            row.refuse("rank", ONLY_UNITS)
        if values.get("status") == Status.RECOGNISED and values.get("level") == 0:
            row.refuse("level", "Mức 0 là chưa đạt, nên không thể được công nhận. Hãy xem lại hai ô.")
        self.used.add(unit)
        if name:
            code, address = values.get("code") or "", values.get("address") or ""
            identity = identity_of(model, name, address)
            row.target = Draft(unit, model, values["year"], name, code, address, identity)
        else:
            row.target = {"unit": unit, "model": model}
        return not row.is_refused

    def judge(self, row: Row, register: Register) -> None:
        draft = row.target
        found = register.find(draft)
        if len(found) > 1:
            codes = ", ".join(each["code"] for each in found[:5])
            row.refuse("registrant", SEVERAL.format(number=len(found), codes=codes))
            return
        draft.registrant = found[0] if found else None
        if found:
            draft.registration = register.registrations.get((found[0]["pk"], draft.year))
        else:
            alike = register.by_identity.get((draft.unit.pk, draft.model, draft.identity), [])
            if alike:
                row.warn("registrant", NAMESAKE.format(codes=", ".join(each["code"] for each in alike[:5])))
        if self.agrees_with_earlier(row):
            self.describe(row)

    def agrees_with_earlier(self, row: Row) -> bool:
        """Whether the file says the same of the registrant as it did before; of several years the first line counts."""
        draft, values, stored = row.target, row.values, row.target.registrant
        given = draft.code if stored and not stored["code"] else ""
        name = hash((name_key(draft.model, draft.name), given)) & HALF
        facts = hash((values.get("address"), values.get("people"), values.get("rank"))) & HALF
        coded = bool(draft.code) and not stored
        mine = row.line << 65 | coded << 64 | name << 32 | facts
        if coded:
            first = self.seen.setdefault(hash(draft.sign_without_code), mine)
            if not first >> 64 & 1:
                row.refuse("registrant", WITH_AND_WITHOUT.format(line=first >> 65))
                return False
        said = self.seen.setdefault(hash(f"r{stored['pk']}" if stored else draft.sign), mine)
        line = said >> 65
        if said >> 64 & 1 and not coded:
            row.refuse("registrant", WITH_AND_WITHOUT.format(line=line))
        elif said >> 32 & HALF != name:
            row.refuse("code", OTHER_NAME.format(line=line))
        elif said & HALF != facts:
            row.warn("registrant", OTHER_FACTS.format(line=line))
            draft.follows = True
        return not row.is_refused

    def describe(self, row: Row) -> None:
        """What the row makes of the registrant and of the year."""
        draft, before = row.target, row.target.registration
        row.status = NEW if before is None else UNCHANGED
        if before is not None and before["organization_id"] != draft.unit.pk:
            place = self.codes.get(before["organization_id"], "khác")
            row.refuse("organization_code", ELSEWHERE.format(year=draft.year, place=place))
        elif before is None or self.importer.mode != Mode.SKIP:
            self.compare(row)

    def compare(self, row: Row) -> None:
        draft, is_new = row.target, row.target.registration is None
        unit, model, year = draft.unit, draft.model, draft.year
        draft.after = self.years.named(row, draft.registration, unit=unit, model=model, year=year)
        year_changes = len(row.changes)
        if draft.registrant is None:
            draft.registrant_after = self.new_registrant(row)
        elif draft.registrant["organization_id"] in self.codes:
            self.compare_registrant(row)
        if is_new:
            self.refuse_absent(row)
            for heading, old, new in row.changes[year_changes:]:
                row.warnings.append((heading, f"Trong sổ đang là “{old}”, sẽ sửa thành “{new}”."))
            row.changes.clear()
            row.status = NEW

    def refuse_absent(self, row: Row) -> None:
        """Nobody registers before they were there, nor afterwards."""
        stored, day = row.target.registrant, row.target.after["registered_on"]
        if stored is None:
            return
        first, last = stored["from_date"], stored["to_date"]
        if (first and day < first) or (last and day > last):
            row.refuse("registrant", NO_LONGER.format(name=stored["name"]))

    def new_registrant(self, row: Row) -> dict:
        draft, values = row.target, row.values
        kind, rank = values.get("rank") or ("", "")
        return dict.fromkeys(REGISTRANT_COLUMNS) | {
            "organization_id": draft.unit.pk,
            "model": draft.model,
            "name": draft.name,
            "code": draft.code,
            "address": draft.address,
            "people": values.get("people"),
            "unit_kind": kind,
            "rank": rank,
        }

    def compare_registrant(self, row: Row) -> None:
        """Name, code, address, people and rank, by the importer's mode; the file's first line about them counts."""
        draft, values, stored = row.target, row.values, row.target.registrant
        if draft.follows or (self.importer.mode == Mode.SKIP):
            return
        after = dict(stored)
        if plain(stored["name"]) != draft.name:
            after["name"] = self.merge(row, "registrant", stored["name"], draft.name)
        if draft.code:
            after["code"] = self.merge(row, "code", stored["code"], draft.code)
        if "address" in values and plain(stored["address"]) != draft.address:
            after["address"] = self.merge(row, "address", stored["address"], draft.address)
        if "people" in values:
            after["people"] = self.merge(row, "people", stored["people"], values["people"])
        if "rank" in values and draft.model == LearningModel.UNIT:
            self.compare_rank(row, stored, after)
        if after != stored:
            draft.registrant_after = after

    def compare_rank(self, row: Row, stored: dict, after: dict) -> None:
        """An empty cell empties both; of a cell with one word the other one stays."""
        kind, rank = row.values["rank"] or ("", "")
        both = (stored["unit_kind"], stored["rank"])
        wanted = (kind or both[0], rank or both[1]) if row.values["rank"] else ("", "")
        if self.importer.mode == Mode.FILL:
            wanted = (both[0] or kind, both[1] or rank)
        if wanted != both:
            after["unit_kind"], after["rank"] = self.merge(row, "rank", both if any(both) else None, wanted)

    def check_numbers(self, rows: list[Row]) -> None:
        units = {row.target["unit"].pk for row in rows}
        years = {row.values["year"] for row in rows}
        found = RegistrationCount.objects.filter(organization__in=units, year__in=years).order_by()
        stored = {number_key(each): each for each in found.values("pk", *COUNT_COLUMNS)} if rows else {}
        for row in rows:
            unit, model, year = row.target["unit"], row.target["model"], row.values["year"]
            day = row.values.get("registered_on") or default_day(year)
            status = row.values.get("status") or Status.REGISTERED.value
            before = stored.get((unit.pk, model, year, day, status))
            row.status = NEW if before is None else UNCHANGED
            row.target = before
            for column in NOT_OF_NUMBERS:
                if row.values.get(column) not in (None, ""):
                    row.warn(column, "Dòng số lượng không dùng ô này, nên được bỏ qua.")
            if before is None or self.importer.mode != Mode.SKIP:
                row.target = self.years.counted(row, before, unit=unit, model=model, year=year, day=day)

    def operations(self, row: Row) -> list[Operation]:
        if not isinstance(row.target, Draft):
            return [Operation(2, row.target.get("pk"), [row.target[column] for column in COUNT_COLUMNS])]
        draft, written = row.target, []
        key = draft.registrant and draft.registrant["pk"]
        if after := draft.registrant_after:
            after["identity"] = identity_of(draft.model, after["name"], after["address"])
            after["search"] = registrant_words(after["name"], after["address"], after["code"])
            after["sort_key"] = name_key(draft.model, after["name"])[:600]
            written.append(Operation(0, key, [after[column] for column in REGISTRANT_COLUMNS], draft.sign))
        if draft.after != draft.registration:
            draft.after["registrant_id"] = key
            known = draft.registration and draft.registration["pk"]
            written.append(Operation(1, known, [draft.after[column] for column in REGISTRATION_COLUMNS]))
        return written

    def witnesses(self, row: Row) -> list[str]:
        target = row.target
        if isinstance(target, Draft):
            if target.registrant is not None:
                return [f"r{target.registrant['pk']}"]
            return [target.sign, target.sign_without_code]
        return [count_witness(number_key(target))]

    def touched(self, marks: dict[str, int]) -> set[str]:
        found = set()
        columns = ("id", "organization_id", "model", "name", "address", "code")
        for pk, unit, model, name, address, code in touched_since(Registrant, marks).values_list(*columns):
            place = f"{unit}:{model}"
            found |= {f"r{pk}", f"{place}:c{code}", f"{place}:n{identity_of(model, name, address)}"}
        found |= {f"r{pk}" for pk in touched_since(Registration, marks).values_list("registrant_id", flat=True)}
        counts = touched_since(RegistrationCount, marks).values(*NUMBER_KEY)
        return found | {count_witness(number_key(each)) for each in counts}

    def facts(self) -> dict:
        lives = lives_of((unit.pk, unit.established_on, unit.dissolved_on) for unit in self.used)
        return {"lives": lives, "sets": validities(self.years.sets)}

    def facts_now(self, facts: dict) -> dict:
        units = Organization.objects.filter(among(int(pk) for pk in facts["lives"])).order_by()
        lives = lives_of(units.values_list("pk", "established_on", "dissolved_on"))
        return {"lives": lives, "sets": validities(CriteriaSet.objects.order_by())}

    def conclude(self, created: list[list[int]], changed: list[list[int]]) -> None:
        """A title ends where the registrant's next one begins."""
        given = Registration.objects.filter(among(created[1]), recognised_on__isnull=False)
        holders = {*given.values_list("registrant_id", flat=True)}
        holders |= {*Registration.objects.filter(among(changed[1])).values_list("registrant_id", flat=True)}
        settle(holders, user=self.importer.user, reason=self.importer.reason)

    @classmethod
    def conclude_undone(cls, wholes: list[int], *, user, reason: str) -> None:
        settle(wholes, user=user, reason=reason)


class CitizenSheet(RegistrationSheet):
    """Results of the national tool: one model, names only. Its passwords have no column, and so no way in."""

    code = "citizens"
    label = "Công dân học tập (kết quả từ phần mềm quốc gia)"
    lead = (
        "Tệp kết quả tải về từ phần mềm đánh giá công dân học tập. Lần đầu chọn cột nào là cột nào, lần sau phần mềm "
        "nhớ. Chỉ đưa vào tên, địa chỉ và kết quả; không bao giờ đưa mật khẩu hay tài khoản của phần mềm đó vào đây."
    )
    key = ("organization_code", "year", "code", "registrant", "address")
    fixed_model = LearningModel.CITIZEN.value
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("registrant", "Họ và tên", RegistrantName(), required=True, also=("Họ tên", "Tên công dân")),
        Column("year", "Năm", Year(), required=True, also=("Năm đánh giá",)),
        *(column for column in SHARED if column.code not in ("people", "rank")),
    )


NUMBER_KEY = ("organization_id", "model", "year", "registered_on", "status")


def number_key(row: dict) -> tuple[int, str, int, date, str]:
    return tuple(row[column] for column in NUMBER_KEY)


def count_witness(key: tuple) -> str:
    return ":".join(("k", *map(str, key)))


def validities(sets) -> list[list[str]]:
    """What of the sets of criteria decides how long titles hold, ready for JSON."""
    found = ((each.pk, each.model, each.valid_from, each.valid_to, each.validity_months) for each in sets)
    return sorted([str(value) for value in values] for values in found)
