"""The spreadsheet of awards and scholarships that were handed over: no nominations, no entry in a ledger."""

from collections import Counter

from django.utils import timezone

from core.bulk import among
from core.history import CREATED, record_bulk
from core.search import words_of
from core.sheets import (
    CHANGED_ROW,
    NEW,
    UNCHANGED,
    Choice,
    Code,
    Column,
    Day,
    Mode,
    Row,
    Sheet,
    Text,
    WholeNumber,
    save_in_bulk,
)
from core.vietnamese import date_to_text, fold
from funds.awards.nominations import name_key
from funds.models import Award, AwardKind, Fund, Party
from funds.models.awards import BY_KIND
from funds.permissions import NOMINATE
from organizations.models import Organization
from organizations.resources import out_of_reach, units_by_code

LARGEST_PORTIONS = 1_000_000
# Column of the file → field of the award, apart from those that need a look-up.
PLAIN = {
    "date": "handed_on",
    "category": "kind",
    "programme": "occasion",
    "school_or_workplace": "school_or_workplace",
    "portions": "portions",
    "amount": "amount",
}
TEXTS = ("programme", "school_or_workplace")
FIELDS = (*PLAIN.values(), "fund", "recipient")


class Portions(WholeNumber):
    hint = "số suất, ví dụ 12"

    def __call__(self, cell):
        number = super().__call__(cell)
        if not 1 <= number <= LARGEST_PORTIONS:
            raise ValueError("Số suất từ 1 trở lên; chưa biết thì để trống.")
        return number


class Money(WholeNumber):
    hint = "số đồng, ví dụ 30.000.000"


class AwardSheet(Sheet):
    code = "awards"
    label = "Khen thưởng, học bổng đã trao"
    lead = (
        "Mỗi lần trao cho một người, hoặc một số suất cùng loại, là một dòng. Ô trống nghĩa là chưa có số liệu. "
        "Bảng này không ghi sổ quỹ: tiền chi ghi ở bảng thu chi của quỹ."
    )
    permission = NOMINATE
    key = ("organization_code", "reference")
    tables = (Award,)
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("date", "Ngày trao", Day(), required=True),
        Column("category", "Đối tượng", Choice(AwardKind), required=True),
        Column("reference", "Mã, số quyết định", Code(50), note="để nhận ra dòng này khi nhập lại"),
        Column("fund_code", "Mã quỹ", Code()),
        Column("programme", "Chương trình, dịp trao", Text(200)),
        Column("recipient", "Người nhận", Text(200), note="trẻ em không được nêu tên ra ngoài khi chưa đồng ý"),
        Column("school_or_workplace", "Trường, nơi làm việc", Text(200)),
        Column("portions", "Số suất", Portions(), note="để trống: 1 nếu có người nhận, nếu không thì chưa có số liệu"),
        Column("amount", "Số tiền", Money(), note="của cả dòng, tính bằng đồng"),
    )

    def key_of(self, row: Row) -> tuple:
        reference = row.values.get("reference")
        return (row.values["organization_code"], reference) if reference else (row.line,)

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused]
        self.units, self.today = units_by_code(self.importer, self.permission), timezone.localdate()
        codes = {row.values.get("fund_code") for row in rows} - {None}
        funds = Fund.objects.allowed(self.importer.user, self.permission).filter(code__in=codes)
        self.funds = {fund.code: fund for fund in funds.select_related("organization")}
        rows = [row for row in rows if self.prepare(row)]
        self.load(rows)
        for row in rows:
            self.compare(row)

    def prepare(self, row: Row) -> bool:
        values = row.values
        unit, day, code = self.units.get(values["organization_code"]), values["date"], values.get("fund_code")
        if unit is None:
            row.refuse("organization_code", out_of_reach(values["organization_code"]))
            return False
        if day > self.today:
            row.refuse("date", f"Ngày {date_to_text(day)} chưa đến. Hãy kiểm tra lại ngày.")
        elif (unit.established_on and day < unit.established_on) or (unit.dissolved_on and day > unit.dissolved_on):
            row.refuse("date", f"“{unit.name}” không hoạt động vào ngày {date_to_text(day)}.")
        if code and code not in self.funds:
            row.refuse("fund_code", f"Không có quỹ mã “{code}” trong phạm vi của ông/bà. Hãy xem lại mã quỹ.")
        return not row.is_refused

    def load(self, rows: list[Row]) -> None:
        """What is there already: by reference, and how often each row without one stands there identically."""
        units = [self.units[row.values["organization_code"]].pk for row in rows]
        stored = Award.objects.filter(among(set(units), "organization")).order_by("pk")
        stored = stored.select_related("organization", "recipient", "fund")
        dates = {row.values["date"] for row in rows if not row.values.get("reference")}
        references = {row.values.get("reference") for row in rows} - {None}
        marked = stored.filter(reference__in=references)
        self.known = {(award.organization_id, award.reference): award for award in marked}
        same = stored.paid().filter(reference="", handed_on__in=dates)
        self.identical = Counter(self.look(award) for award in same)
        names = {
            name_key(row.values["recipient"], BY_KIND[row.values["category"]])
            for row in rows
            if row.values.get("recipient")
        }
        parties = Party.objects.current().filter(among(set(units), "organization"), sort_key__in=names)
        self.parties = {self.key_of_party(party): party for party in parties.order_by("-pk")}

    def key_of_party(self, party: Party) -> tuple:
        return (party.organization_id, party.kind, party.sort_key, fold(party.address))

    def look(self, award: Award) -> tuple:
        """All that a row says, for rows that nothing names."""
        name = award.recipient.sort_key if award.recipient else ""
        fields = [getattr(award, field) for field in PLAIN.values()]
        return (award.organization_id, award.fund_id, name, *fields)

    def compare(self, row: Row) -> None:
        unit, reference = self.units[row.values["organization_code"]], row.values.get("reference") or ""
        award = self.known.get((unit.pk, reference)) if reference else None
        if award is not None:
            self.change(row, award)
            return
        places = {"organization": unit, "origin": unit, "at": unit}
        row.status = NEW
        row.target = Award(**places, reference=reference, state=Award.State.PAID)
        for field, value in self.wanted(row, unit).items():
            setattr(row.target, field, value)
        if row.target.portions is None and row.target.recipient:
            row.target.portions = 1
        if not reference and self.identical[look := self.look(row.target)]:
            self.identical[look] -= 1
            row.status = UNCHANGED
            row.warn("date", "Sổ đã có dòng giống hệt nên không ghi lại. Nếu là lần trao khác, hãy ghi mã cho dòng.")

    def wanted(self, row: Row, unit: Organization) -> dict:
        """Field of the award → its value, for the columns of the file."""
        values = row.values
        found = {field: values[column] for column, field in PLAIN.items() if column in values}
        found |= {PLAIN[column]: values[column] or "" for column in TEXTS if column in values}
        if "fund_code" in values:
            found["fund"] = self.funds.get(values["fund_code"])
        if "recipient" in values:
            found["recipient"] = self.party_of(row, unit) if values["recipient"] else None
        return found

    def party_of(self, row: Row, unit: Organization) -> Party:
        """The unit's party of that name and school; a new one is written with the row."""
        kind, name = BY_KIND[row.values["category"]], row.values["recipient"]
        school = row.values.get("school_or_workplace") or ""
        party = Party(organization=unit, kind=kind, name=name, address=school, sort_key=name_key(name, kind))
        return self.parties.setdefault(self.key_of_party(party), party)

    def change(self, row: Row, award: Award) -> None:
        row.status, row.target = UNCHANGED, award
        shown = {field: column for column, field in PLAIN.items()} | {"fund": "fund_code", "recipient": "recipient"}
        if self.importer.mode == Mode.SKIP:
            return
        if award.state != Award.State.PAID:
            row.refuse("reference", "Khoản mang mã này đã bỏ, chưa tính là đã trao. Trao lại thì ghi mã khác.")
            return
        for field, value in self.wanted(row, award.organization).items():
            before = getattr(award, field)
            kept = self.importer.mode == Mode.FILL and before not in (None, "")
            if kept or before == value or (field == "recipient" and self.is_same(before, value)):
                continue
            row.status = CHANGED_ROW
            row.change(shown[field], said(field, before), said(field, value))
            setattr(award, field, value)
        if row.status == CHANGED_ROW and (award.programme_id or award.entry_id):
            row.refuse("reference", "Khoản này đã duyệt theo chương trình hoặc đã ghi sổ quỹ: sửa ở đó, không nhập đè.")

    def is_same(self, before: Party | None, after: Party | None) -> bool:
        """Written alike: a school that changed is the award's, not another person."""
        return bool(before and after) and before.sort_key == after.sort_key and before.kind == after.kind

    def write(self, rows: list[Row]) -> dict:
        self.write_parties([row.target.recipient for row in rows])
        keys = save_in_bulk(
            Award,
            created=[row.target for row in rows if row.status == NEW],
            changed=[row.target for row in rows if row.status == CHANGED_ROW],
            fields=FIELDS,
            importer=self.importer,
        )
        return {Award: keys}

    def write_parties(self, parties: list[Party | None]) -> None:
        created = list({id(party): party for party in parties if party is not None and party.pk is None}.values())
        for party in created:
            party.search = words_of(party.name, party.address)
        Party.objects.bulk_create(created, batch_size=500)
        rows = Party.objects.filter(pk__in=[party.pk for party in created])
        record_bulk(rows, kind=CREATED, user=self.importer.user, reason=self.importer.reason)


def said(field: str, value):
    """As the preview says it: the code of a fund, the name of a party, the words of a choice."""
    if field == "fund":
        return value.code if value else None
    if field == "recipient":
        return value.name if value else None
    return AwardKind(value).label if field == "kind" else value
