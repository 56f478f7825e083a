"""The spreadsheet of officers: who holds which post of which unit, from when to when."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone

from core.history import DELETED, record_bulk
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
    WholeNumber,
    in_parts,
    save_in_bulk,
)
from core.vietnamese import fold, person_name_key
from members.models import SINGLE_POSTS, USUAL_BODY, Body, Member, Officer, OutsidePost, OutsidePostKind, Post, Term
from members.models.members import KEY_NUMBER
from members.officers import dates_fault, held_words, is_unusual, unusual_words
from members.resources.outside_posts import OutsidePosts
from organizations.models import Organization
from organizations.resources import out_of_reach, units_by_code

UNKNOWN_MEMBER = (
    "Không có hội viên mã “{}” trong phạm vi của ông/bà: mã sai, hoặc hội viên nằm ngoài phạm vi của ông/bà."
)
MOVED_ON = "Cán bộ của đơn vị vừa được người khác ghi trong lúc nhập. Hãy kiểm tra lại tệp."
FIELDS = ["member", "full_name", "body", "term", "full_time", "to_date", "decision_number", "search", "sort_key"]


class OfficerSheet(Sheet):
    code = "officers"
    label = "Cán bộ Hội"
    lead = "Ai giữ chức vụ gì ở đơn vị nào, từ ngày nào. Người đã thôi giữ chức có ngày “đến hết ngày”."
    permission = "members.change_officer"
    key = ("member_code", "full_name", "organization_code", "post", "from_date")
    tables = (Officer, OutsidePost)
    links = ("officer_id",)
    next_step = (
        "Khi mọi cán bộ của đơn vị đã có tên trong sổ, hãy ghi ngày bắt đầu dùng sổ: từ đó sổ trống mới nghĩa là 0.",
        "Dùng sổ cán bộ Hội từ ngày …",
        "members:officer_register_list",
    )
    columns = (
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("full_name", "Họ và tên", Text(150), required=True),
        Column("post", "Chức vụ", Choice(Post), required=True),
        Column("member_code", "Mã hội viên", Code(), note="nếu người này có trong sổ hội viên"),
        Column("body", "Trong ban", Choice(Body), note="không có cột này: theo chức vụ"),
        Column("term", "Khoá", WholeNumber(), note="số của khoá đã ghi ở đơn vị"),
        Column("full_time", "Chuyên trách", Boolean(), note="không: kiêm nhiệm; để trống: chưa rõ"),
        Column("outside_posts", "Chức vụ ngoài Hội", OutsidePosts(), note="cách nhau bằng dấu phẩy"),
        Column("from_date", "Từ ngày", Day()),
        Column("to_date", "Đến hết ngày", Day(), note="để trống: đang giữ chức"),
        Column("decision_number", "Số quyết định", Text(50)),
    )

    def key_of(self, row: Row) -> tuple:
        values = row.values
        code = values.get("member_code")
        person = fold(code) if code else person_name_key(values["full_name"])
        return person, values["organization_code"], values["post"], values.get("from_date")

    def check(self, rows: list[Row]) -> None:
        self.today = timezone.localdate()
        rows = [row for row in rows if not row.is_refused]
        self.load(rows)
        for row in rows:
            unit = self.units.get(row.values["organization_code"])
            if unit is None:
                row.refuse("organization_code", out_of_reach(row.values["organization_code"]))
                continue
            member = self.find_member(row)
            term = self.find_term(row, unit)
            if not row.is_refused:
                self.compare(row, unit, member, term)
        self.refuse_rivals([row for row in rows if not row.is_refused])

    def load(self, rows: list[Row]) -> None:
        """What the file names, in constantly many queries: units, members, terms, and the officers of the units."""
        self.units = units_by_code(self.importer, self.permission)
        named = {row.values["organization_code"] for row in rows}
        pks = sorted(unit.pk for code, unit in self.units.items() if code in named)
        self.members = self.read_members({code for row in rows if (code := row.values.get("member_code"))})
        self.terms: dict[tuple[int, int], Term] = {}
        self.stored: dict[tuple, list[Officer]] = defaultdict(list)
        self.holders: dict[tuple, list[Officer]] = defaultdict(list)
        self.claimed: set[int] = set()
        for part in in_parts(pks):
            terms = Term.objects.filter(organization__in=part).order_by()
            self.terms |= {(term.organization_id, term.number): term for term in terms}
            officers = Officer.objects.filter(organization__in=part).order_by("pk").prefetch_related("outside_posts")
            for officer in officers:
                self.stored[officer.organization_id, officer.post, officer.from_date].append(officer)
                self.holders[officer.organization_id, officer.post].append(officer)

    def read_members(self, codes: set[str]) -> dict[str, Member]:
        """Code as written → member within the user's scope: the association's own code, or M and the key."""
        reach = Member.objects.allowed(self.importer.user, "members.view_member").for_list().order_by()
        numbers = {code: int(found[1]) for code in codes if (found := KEY_NUMBER.fullmatch(code))}
        known: dict[str, Member] = {}
        for part in in_parts(sorted(codes)):
            known |= {member.code: member for member in reach.filter(code__in=part)}
        for part in in_parts(sorted(set(numbers.values()))):
            by_key = {member.pk: member for member in reach.filter(pk__in=part)}
            known |= {code: by_key[pk] for code, pk in numbers.items() if pk in by_key}
        return known

    def find_member(self, row: Row) -> Member | None:
        code = row.values.get("member_code")
        if not code:
            return None
        member = self.members.get(code)
        if member is None:
            row.refuse("member_code", UNKNOWN_MEMBER.format(code))
        elif person_name_key(member.full_name) != person_name_key(row.values["full_name"]):
            row.warn("full_name", f"Sổ hội viên ghi mã này là “{member.full_name}”; tên được ghi theo sổ hội viên.")
        return member

    def find_term(self, row: Row, unit: Organization) -> Term | None:
        number = row.values.get("term")
        if number is None:
            return None
        term = self.terms.get((unit.pk, number))
        if term is None:
            row.refuse("term", f"“{unit.name}” chưa ghi khoá {number}. Hãy ghi nhiệm kỳ của đơn vị trước.")
        return term

    def find_stored(self, row: Row, unit: Organization, member: Member | None) -> Officer | None:
        """The row of the register that this one is about."""
        values = row.values
        candidates = self.stored[unit.pk, values["post"], values.get("from_date")]
        if member is not None and (same := [each for each in candidates if each.member_id == member.pk]):
            return same[0]
        name = person_name_key(member.full_name if member else values["full_name"])
        alike = [each for each in candidates if person_name_key(each.full_name) == name]
        if member is not None:
            alike = [each for each in alike if each.member_id is None]
        if len(alike) > 1:
            row.refuse("full_name", "Có nhiều người cùng tên giữ chức này. Hãy ghi thêm mã hội viên để phân biệt.")
        return alike[0] if alike else None

    def compare(self, row: Row, unit: Organization, member: Member | None, term: Term | None) -> None:
        values = row.values
        officer = self.find_stored(row, unit, member)
        end = values.get("to_date", officer and officer.to_date)
        if fault := dates_fault(unit, values.get("from_date"), end, today=self.today):
            row.refuse(*fault)
        if officer is not None and officer.pk in self.claimed:
            row.refuse("full_name", "Dòng khác của tệp cũng ghi chức vụ này của người này. Hãy giữ lại một dòng.")
        if row.is_refused:
            return
        row.status = NEW if officer is None else UNCHANGED
        row.target = officer or Officer(
            organization=unit,
            post=values["post"],
            from_date=values.get("from_date"),
            body=USUAL_BODY[Post(values["post"])],
        )
        self.take_values(row, member, term)
        if is_unusual(row.target.post, unit):
            row.warn("post", unusual_words(row.target.post, unit))

    def take_values(self, row: Row, member: Member | None, term: Term | None) -> None:
        """Bring the row's target up to what the file says; an omitted column leaves the value alone."""
        values, officer = row.values, row.target
        known = officer.pk is not None
        # A row found by its name is the same name, perhaps in capitals: the register's way of writing it stays.
        after = {"full_name": member.full_name if member else officer.full_name or values["full_name"]}
        after |= {name: values[name] for name in ("full_time", "to_date") if name in values}
        after |= {name: values[name] or "" for name in ("body", "decision_number") if name in values}
        if member is not None:
            after["member_id"] = member.pk
        if "term" in values:
            after["term_id"] = term.pk if term else None
        for field, value in after.items():
            before = getattr(officer, field)
            if before != value and known:
                self.note_change(row, field, before, value)
            setattr(officer, field, value)
        officer.derive()
        self.compare_outside(row, officer, known=known)
        if known:
            self.claimed.add(officer.pk)

    def note_change(self, row: Row, field: str, before, after) -> None:
        row.status = CHANGED_ROW
        if field == "member_id":
            row.change("member_code", before and f"M{before}", row.values["member_code"])
        elif field == "term_id":
            numbers = {term.pk: term.number for term in self.terms.values()}
            row.change("term", numbers.get(before), numbers.get(after))
        elif field == "body":
            row.change(field, before and Body(before).label, after and Body(after).label)
        else:
            row.change(field, before, after)

    def compare_outside(self, row: Row, officer: Officer, *, known: bool) -> None:
        """Posts outside are replaced as given, where the column is there; titles of those that stay are kept."""
        if "outside_posts" not in row.values:
            return
        officer.stored_outside = {each.kind: each for each in officer.outside_posts.all()} if known else {}
        officer.wanted_outside = set(row.values["outside_posts"] or ())
        if known and officer.stored_outside.keys() != officer.wanted_outside:
            row.status = CHANGED_ROW
            shown = [outside_words(kinds) for kinds in (officer.stored_outside, officer.wanted_outside)]
            row.change("outside_posts", *shown)

    def refuse_rivals(self, rows: list[Row]) -> None:
        """One chair and one standing vice chair at a time, and nobody twice, with the whole file in the register."""
        for row in rows:
            if row.status == NEW:
                self.holders[row.target.organization_id, row.target.post].append(row.target)
        for row in rows:
            officer = row.target
            if row.status == UNCHANGED:
                continue
            others = self.holders[officer.organization_id, officer.post]
            rival = next((each for each in others if each is not officer and are_rivals(each, officer)), None)
            if rival is not None:
                row.refuse("post", f"Trong thời gian này {held_words(rival)}. Hãy xem lại các ngày của hai dòng.")

    def write(self, rows: list[Row]) -> dict:
        units = sorted({row.target.organization_id for row in rows})
        for part in in_parts(units):
            list(Organization.objects.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))
        keys = save_in_bulk(
            Officer,
            created=[row.target for row in rows if row.status == NEW],
            changed=[row.target for row in rows if row.status == CHANGED_ROW],
            fields=FIELDS,
            importer=self.importer,
        )
        self.refuse_overtaken({row.target.pk for row in rows if row.target.post in SINGLE_POSTS}, units)
        given = [row.target for row in rows if "outside_posts" in row.values]
        return {Officer: keys, OutsidePost: self.write_outside(given)}

    def write_outside(self, officers: list[Officer]) -> list[int]:
        created, gone = [], []
        for officer in officers:
            stored = officer.stored_outside
            gone += [each.pk for kind, each in stored.items() if kind not in officer.wanted_outside]
            missing = [kind for kind in OutsidePostKind.values if kind in officer.wanted_outside - stored.keys()]
            created += [OutsidePost(officer=officer, kind=kind) for kind in missing]
        for part in in_parts(gone):
            rows = OutsidePost.objects.filter(pk__in=part)
            importer = self.importer
            record_bulk(rows, kind=DELETED, user=importer.user, reason=importer.reason, batch_id=importer.batch_id)
            rows._raw_delete(rows.db)  # delete() would write the history once more, row by row
        return save_in_bulk(OutsidePost, created=created, changed=[], fields=[], importer=self.importer)

    @classmethod
    def check_undone(cls, restored: list[int]) -> None:
        for part in in_parts(restored):
            back = Officer.objects.filter(pk__in=part, post__in=SINGLE_POSTS).values_list("pk", "organization_id")
            cls.refuse_overtaken({pk for pk, _ in back}, sorted({unit for _, unit in back}))

    @staticmethod
    def refuse_overtaken(written: set[int], units: list[int]) -> None:
        """Behind the locks: somebody may have recorded a chair since the file was compared with the register."""
        if not written:
            return
        for part in in_parts(units):
            holders = defaultdict(list)
            for officer in Officer.objects.filter(organization__in=part, post__in=SINGLE_POSTS).order_by():
                holders[officer.organization_id, officer.post].append(officer)
            if any(share_a_day(*pair) for each in holders.values() for pair in pairs_with(each, written)):
                raise ValidationError(MOVED_ON)


def outside_words(kinds) -> str:
    return ", ".join(str(OutsidePostKind(kind).label) for kind in OutsidePostKind.values if kind in kinds)


def share_a_day(first: Officer, second: Officer) -> bool:
    """Whether there is a day on which both posts are held."""
    apart = [
        earlier.to_date and later.from_date and earlier.to_date < later.from_date
        for earlier, later in ((first, second), (second, first))
    ]
    return not any(apart)


def are_rivals(first: Officer, second: Officer) -> bool:
    """Whether two holders of one post of a unit cannot stand side by side: as in `members.officers.find_rivals`."""
    same = first.member_id == second.member_id and (first.member_id is not None or first.search == second.search)
    return (same or first.post in SINGLE_POSTS) and share_a_day(first, second)


def pairs_with(officers: list[Officer], written: set[int]) -> Iterable[tuple[Officer, Officer]]:
    for place, officer in enumerate(officers):
        for other in officers[:place]:
            if officer.pk in written or other.pk in written:
                yield other, officer
