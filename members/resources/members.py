"""The spreadsheet of members: people, and since when they belong where."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from core.bulk import among
from core.encryption import blind_index, encrypt
from core.sheets import CHANGED_ROW, NEW, UNCHANGED, Boolean, Choice, Code, Column, Day, Mode, Row, Text, Year
from core.streaming import Operation, StreamedSheet, touched_since
from core.vietnamese import fold, person_name_key
from members.models import ID_PURPOSE, Member, Membership, Occupation, Sex
from members.models.members import KEY_NUMBER, person_words
from members.resources.matching import MEMBER_COLUMNS, People, Spell, Unit
from members.resources.parsers import BirthDay, IdNumber, MemberCode, Padded, PersonName, Phone, mask
from members.resources.spells import (
    Dates,
    corrected_spells,
    first_spell,
    refuse_impossible_dates,
    transferred_spells,
)
from organizations.models import Organization
from organizations.resources import out_of_reach, reachable_units

STRANGE_CODE = "Không có hội viên mã “{code}” trong phạm vi của ông/bà."
TAKEN_CODE = "Mã này đã có người mang, ngoài phạm vi của ông/bà. Hãy kiểm tra lại mã, hoặc hỏi hội cấp trên."
TAKEN_CARD = "Số thẻ này đã có người mang, ngoài phạm vi của ông/bà. Hãy kiểm tra lại số thẻ, hoặc hỏi hội cấp trên."
# Column of the file → what an empty cell leaves in the column of the table.
PLAIN_COLUMNS: dict[str, Any] = {
    "full_name": "",
    "sex": "",
    "card_number": None,
    "phone": "",
    "occupation": "",
    "party_member": None,
    "household": "",
    "note": "",
}


@dataclass(slots=True)
class Draft:
    """What a row is about: its unit, the person as stored (None for a new one) and as they will be, their spells."""

    unit: Unit
    name_key: str
    person: dict | None = None
    after: dict = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)
    known: list[Spell] = field(default_factory=list)


class MemberSheet(StreamedSheet):
    code = "members"
    label = "Hội viên"
    lead = (
        "Danh sách hội viên: ai, ở chi hội nào, từ ngày nào. Nhận ra người đã có theo mã, không có mã thì theo số thẻ, "
        "rồi theo họ tên, ngày sinh và đơn vị."
    )
    permission = "members.change_member"
    secrets = {"id_number": "members.view_idnumber"}
    key = ("member_code", "card_number", "full_name", "birth_date", "birth_year", "organization_code")
    tables = (Member, Membership)
    links = ("member_id",)
    next_step = (
        "Khi mọi hội viên của đơn vị đã có tên trong sổ, hãy ghi ngày bắt đầu dùng sổ: từ đó sổ trống mới nghĩa là 0.",
        "Dùng sổ hội viên từ ngày …",
        "members:register_list",
    )
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("full_name", "Họ và tên", PersonName(), required=True, also=("Tên hội viên", "Họ tên hội viên")),
        Column("member_code", "Mã hội viên", MemberCode()),
        Column("birth_date", "Ngày sinh", BirthDay()),
        Column("birth_year", "Năm sinh", Year(first=1900), note="khi chỉ biết năm"),
        Column("sex", "Giới tính", Choice(Sex)),
        Column("joined_on", "Ngày vào", Day()),
        Column("left_on", "Ngày ra", Day()),
        Column("reason", "Lý do", Choice(Membership.Reason), note="có ngày ra: lý do ra; không có: lý do vào"),
        Column("card_number", "Số thẻ", Code()),
        Column("phone", "Điện thoại", Phone(), also=("SĐT", "ĐT")),
        Column("occupation", "Nghề nghiệp", Choice(Occupation)),
        Column("party_member", "Đảng viên", Boolean()),
        Column("household", "Hộ gia đình", Text(100)),
        Column("id_number", "Số căn cước", IdNumber(), also=("CCCD", "Số CCCD", "CMND", "Số CMND")),
        Column("note", "Ghi chú", Text(300)),
    )

    def begin(self) -> None:
        self.today = timezone.localdate()
        columns = ("code", "pk", "name", "established_on", "dissolved_on")
        found = reachable_units(self.importer, self.permission).order_by().values_list(*columns)
        self.units = {code: Unit(*values) for code, *values in found}
        self.codes = {unit.pk: code for code, unit in self.units.items()}
        self.used: set[Unit] = set()

    def keys_of(self, row: Row):
        values = row.values
        code, card = values.get("member_code"), values.get("card_number")
        if code:
            yield "member_code", code
        if card:
            yield "card_number", card
        if not code and not card:
            birth = values.get("birth_date") or values.get("birth_year")
            yield "full_name", (person_name_key(values["full_name"]), birth, values["organization_code"])

    def target_of(self, row: Row) -> int | None:
        return row.target.person["pk"] if row.target is not None and row.target.person else None

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused and self.prepare(row)]
        numbers = {code for row in rows if (code := row.values.get("member_code"))}
        keys = {int(found[1]) for code in numbers if (found := KEY_NUMBER.fullmatch(code))}
        cards = {card for row in rows if (card := row.values.get("card_number"))}
        names = {(row.target.unit.pk, row.target.name_key) for row in rows}
        people = People(keys=keys, codes=numbers, cards=cards, names=names)
        for row in rows:
            person = self.find(row, people)
            if row.is_refused:
                continue
            row.target.person = person
            row.status = NEW if person is None else UNCHANGED
            if person is None:
                self.describe_new(row)
            elif self.importer.mode != Mode.SKIP:
                row.target.known = people.spells[person["pk"]]
                self.compare(row, person)

    def prepare(self, row: Row) -> bool:
        """Find the unit and judge what the row says by itself; whether it is still to be matched."""
        values = row.values
        unit = self.units.get(values["organization_code"])
        if unit is None:
            row.refuse("organization_code", out_of_reach(values["organization_code"]))
            return False
        day, year = values.get("birth_date"), values.get("birth_year")
        if day and day > self.today:
            row.refuse("birth_date", "Ngày sinh chưa đến. Hãy kiểm tra lại năm.")
        if year and year > self.today.year:
            row.refuse("birth_year", f"Năm sinh {year} chưa đến. Hãy kiểm tra lại năm.")
        if day and year and day.year != year:
            row.refuse("birth_year", f"Năm sinh {year} khác năm của ngày sinh ({day.year}). Hãy giữ một.")
        refuse_impossible_dates(row, Dates.of(row), unit, self.today)
        for column in ("phone", "id_number"):
            if isinstance(values.get(column), Padded):
                row.warn(column, "Excel đã bỏ các số 0 ở đầu; đã thêm lại cho đủ chữ số. Hãy xem lại.")
        row.target = Draft(unit, person_name_key(values["full_name"])[:600])
        self.used.add(unit)
        return not row.is_refused

    def find(self, row: Row, people: People) -> dict | None:
        """The person whom the row means; None for somebody new. Refuses the row when that cannot be told."""
        values, draft = row.values, row.target
        code, card = values.get("member_code"), values.get("card_number")
        holder = people.by_card.get(card) if card else None
        if code:
            number = KEY_NUMBER.fullmatch(code)
            person = people.by_key.get(int(number[1])) if number else people.by_code.get(code)
            if number and (person is None or not self.reaches(person)):
                row.refuse("member_code", STRANGE_CODE.format(code=code))
            elif person is not None and not self.reaches(person):
                row.refuse("member_code", TAKEN_CODE)
            elif holder is not None and holder is not person:
                self.refuse_card(row, holder)
            return person or self.newcomer(row, people)
        if card and holder is not None and not self.reaches(holder):
            row.refuse("card_number", TAKEN_CARD)
        if card:
            return holder or self.newcomer(row, people)
        alike = people.by_name[draft.unit.pk, draft.name_key]
        same = [person for person in alike if same_birth(person, values)]
        if len(same) > 1:
            day = values.get("birth_date")
            exact = [person for person in same if day and person["birth_date"] == day]
            same = exact if len(exact) == 1 else same
        if len(same) > 1:
            numbers = ", ".join(person["code"] or f"M{person['pk']}" for person in same[:5])
            row.refuse("full_name", f"Đơn vị có {len(same)} người cùng họ tên và ngày sinh; hãy ghi mã ({numbers}).")
        return same[0] if same else None

    def reaches(self, person: dict) -> bool:
        return person["organization_id"] in self.codes

    def refuse_card(self, row: Row, holder: dict) -> None:
        number = holder["code"] or f"M{holder['pk']}"
        mine = f"Số thẻ này là của hội viên mã {number}. Hãy kiểm tra lại mã và số thẻ."
        row.refuse("card_number", mine if self.reaches(holder) else TAKEN_CARD)

    def newcomer(self, row: Row, people: People) -> None:
        """A code or card that nobody carries makes a new person; a namesake in the unit is worth a look."""
        draft = row.target
        if any(same_birth(person, row.values) for person in people.by_name[draft.unit.pk, draft.name_key]):
            row.warn(
                "full_name", "Đơn vị đã có người cùng họ tên và ngày sinh. Nếu là một người, hãy ghi mã của người đó."
            )

    def describe_new(self, row: Row) -> None:
        values, draft = row.values, row.target
        spell = first_spell(row, Dates.of(row), draft.unit, self.today)
        day, number = values.get("birth_date"), values.get("id_number") or ""
        draft.spells = [spell]
        draft.after = {
            **{column: values.get(column) or empty for column, empty in PLAIN_COLUMNS.items()},
            "party_member": values.get("party_member"),
            "code": values.get("member_code"),
            "organization_id": draft.unit.pk,
            "birth_date": day,
            "birth_year": day.year if day else values.get("birth_year"),
            "sealed": encrypt(number, purpose=ID_PURPOSE),
            "id_hash": blind_index(number, purpose=ID_PURPOSE),
            "active": spell.left_on is None,
        }

    def compare(self, row: Row, person: dict) -> None:
        values, draft = row.values, row.target
        after = draft.after = dict(person)
        for column, empty in PLAIN_COLUMNS.items():
            if column in values:
                value = values[column]
                after[column] = self.merge(row, column, person[column], empty if value is None else value)
        self.compare_birth(row, person, after)
        self.compare_id_number(row, after)
        dates, spells, fill = Dates.of(row), draft.known, self.importer.mode == Mode.FILL
        if person["organization_id"] == draft.unit.pk:
            draft.spells = corrected_spells(row, dates, spells, draft.unit, self.today, fill=fill) if spells else []
        elif dates.reason == Membership.Reason.TRANSFERRED and dates.joined_on and not fill:
            row.change("organization_code", self.codes[person["organization_id"]], self.codes[draft.unit.pk])
            draft.spells = transferred_spells(row, dates, spells, draft.unit, self.today)
        else:
            row.refuse(
                "organization_code",
                f"Hội viên đang thuộc đơn vị mã {self.codes[person['organization_id']]}. Chuyển sinh hoạt bằng trang "
                "của hội viên, hoặc ghi lý do “chuyển sinh hoạt” và ngày vào đơn vị mới.",
            )
        if draft.spells:
            row.status = CHANGED_ROW
            replaced = {spell.pk: spell for spell in draft.spells if spell.pk}
            whole = [replaced.get(spell.pk, spell) for spell in spells] + [each for each in draft.spells if not each.pk]
            after["active"] = any(spell.left_on is None for spell in whole)
            after["organization_id"] = whole[-1].organization_id

    def compare_birth(self, row: Row, person: dict, after: dict) -> None:
        values = row.values
        if "birth_date" in values:
            after["birth_date"] = self.merge(row, "birth_date", person["birth_date"], values["birth_date"])
        day, year = after["birth_date"], values.get("birth_year")
        if day is not None:
            if year and year != day.year and self.importer.mode == Mode.UPDATE:
                row.refuse("birth_year", f"Năm sinh {year} khác ngày sinh đã ghi ({day.year}). Hãy sửa cả ngày sinh.")
            after["birth_year"] = day.year
        elif "birth_year" in values:
            after["birth_year"] = self.merge(row, "birth_year", person["birth_year"], year)

    def compare_id_number(self, row: Row, after: dict) -> None:
        if "id_number" not in row.values:
            return
        number = row.values["id_number"] or ""
        sign = blind_index(number, purpose=ID_PURPOSE)
        if sign == after["id_hash"] or (self.importer.mode == Mode.FILL and after["id_hash"]):
            return
        row.status = CHANGED_ROW
        before = "có số khác" if after["id_hash"] else mask("")
        row.changes.append((row.headings["id_number"], before, mask(number)))
        after["id_hash"], after["sealed"] = sign, encrypt(number, purpose=ID_PURPOSE)

    def operations(self, row: Row) -> list[Operation]:
        draft, after = row.target, row.target.after
        after["id_number"] = after["sealed"]
        key = draft.person and draft.person["pk"]
        written = []
        if draft.person is None or after != {**draft.person, "id_number": draft.person["sealed"]}:
            same_name = after["full_name"] == row.values["full_name"]
            after["sort_key"] = draft.name_key if same_name else person_name_key(after["full_name"])[:600]
            after["folded"] = fold(after["full_name"])[:150]
            after["search"] = person_words(after["full_name"], after["code"], after["card_number"], after["phone"])
            written.append(Operation(0, key, [after[column] for column in MEMBER_COLUMNS]))
        for spell in draft.spells:
            values = [
                key,
                spell.organization_id,
                spell.joined_on,
                spell.joined_reason,
                spell.left_on,
                spell.left_reason,
            ]
            written.append(Operation(1, spell.pk, values))
        return written

    def witnesses(self, row: Row) -> list[str]:
        draft = row.target
        if draft.person is not None:
            return [f"m{draft.person['pk']}"]
        return [f"n{draft.unit.pk}:{draft.name_key}"]

    def touched(self, marks: dict[str, int]) -> set[str]:
        found = set()
        for pk, unit, name in touched_since(Member, marks).values_list("id", "organization_id", "full_name"):
            found |= {f"m{pk}", f"n{unit}:{person_name_key(name)[:600]}"}
        return found | {f"m{pk}" for pk in touched_since(Membership, marks).values_list("member_id", flat=True)}

    def facts(self) -> dict:
        return lives_of((unit.pk, unit.established_on, unit.dissolved_on) for unit in self.used)

    def facts_now(self, facts: dict) -> dict:
        units = Organization.objects.filter(among(int(pk) for pk in facts)).order_by()
        return lives_of(units.values_list("pk", "established_on", "dissolved_on"))


def same_birth(person: dict, values: dict) -> bool:
    """Whether the birth in the file may be that of the person: who knows only the year agrees with any day of it."""
    day, year = values.get("birth_date"), values.get("birth_year")
    if day:
        return person["birth_date"] == day or (person["birth_date"] is None and person["birth_year"] == day.year)
    return person["birth_year"] == year


def lives_of(units: Iterable[tuple[int, date | None, date | None]]) -> dict[str, list]:
    """Unit → its first and last day, ready for JSON."""
    return {str(pk): [str(first), str(last)] for pk, first, last in units}
