"""The spreadsheet of funds, with what each had when its books were opened."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from core.history import because
from core.sheets import CHANGED_ROW, NEW, UNCHANGED, Boolean, Code, Column, Day, Row, Sheet, Text, in_parts
from core.vietnamese import date_to_text
from funds.ledger import lock_funds
from funds.models import Account, Category, Closing, Entry, Fund
from funds.models.funds import FUND_CODE
from funds.opening import correct_opening, open_fund
from funds.permissions import CHANGE
from funds.resources.books import funds_in_reach
from funds.resources.covering import Change, part_of, purse_of, refuse_uncovered
from funds.resources.parsers import Amount, same_name
from organizations.resources import out_of_reach, units_by_code

PART_TOO_LARGE = "Lớn hơn số dư mang sang. Hãy kiểm tra lại hai ô."
NO_PRINCIPAL = "Chỉ quỹ giữ nguyên gốc (endowment) mới có số dư gốc."
HAS_PRINCIPAL = "Quỹ đang có phần gốc trong sổ, nên vẫn là quỹ giữ nguyên gốc."
TAKEN = "Mã “{}” đã có quỹ khác dùng. Hãy chọn mã khác."
SAME_NAME = "Đơn vị đã có quỹ mang tên này (mã {}). Hãy đổi tên hoặc dùng mã đó."
OTHER_UNIT = "Quỹ này thuộc đơn vị “{}”. Không chuyển quỹ sang đơn vị khác bằng tệp được."
NOT_YET = "Ngày {} chưa đến. Hãy kiểm tra lại ngày."
AFTER_ENTRIES = "Sổ đã có bút toán từ ngày {}, nên ngày mở sổ không thể muộn hơn."
CLOSED = "Sổ quỹ đã khóa đến hết ngày {}: số dư mang sang giữ nguyên. Muốn sửa, cấp trên mở lại các tháng đã khóa."


class Opening(NamedTuple):
    """What a fund had on its first day, in đồng: the part in the bank and the principal are parts of the whole."""

    balance: int = 0
    bank: int = 0
    principal: int = 0

    @property
    def cash(self) -> int:
        return self.balance - self.bank


@dataclass
class Draft:
    """A fund as the row leaves it; ``before``: the opening that stands in the ledger."""

    fund: Fund
    opening: Opening
    before: Opening
    opened_before: date | None = None

    @property
    def corrects_opening(self) -> bool:
        moved = self.opened_before != self.fund.opened_on and self.before != Opening()
        return self.opening != self.before or moved


class FundSheet(Sheet):
    code = "funds"
    label = "Quỹ"
    lead = (
        "Mỗi dòng là một quỹ, kèm số dư khi mở sổ. Sửa dòng có mã đã có thì sửa quỹ; số dư mang sang sai được đảo và "
        "ghi lại trong ngày mở sổ."
    )
    permission = CHANGE
    key = ("fund_code",)
    columns = (
        Column("fund_code", "Mã quỹ", Code(), required=True, note="chữ không dấu, số và . _ -"),
        Column("organization_code", "Mã đơn vị", Code(), required=True),
        Column("name", "Tên quỹ", Text(200), required=True),
        Column("licensed", "Có giấy phép", Boolean(), note="để trống là không"),
        Column("endowment", "Giữ nguyên gốc", Boolean(), note="chỉ chi phần lãi; để trống là không"),
        Column("opening_date", "Ngày mở sổ", Day(), note="để trống là 01/01 năm nay"),
        Column("opening_balance", "Số dư mang sang", Amount(), note="để trống: chưa có số liệu"),
        Column("opening_bank", "Trong đó ở ngân hàng", Amount(), note="phần còn lại là tiền mặt"),
        Column("opening_principal", "Trong đó phần gốc", Amount(), note="chỉ của quỹ giữ nguyên gốc"),
    )
    OPENINGS = ("opening_balance", "opening_bank", "opening_principal")

    def lock(self) -> None:
        lock_funds(funds_in_reach(self.importer, self.permission).values_list("pk", flat=True))

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused]
        self.load(rows)
        for row in rows:
            self.find(row)
        self.refuse_namesakes([row for row in rows if not row.is_refused])
        corrected = [row for row in rows if not row.is_refused and row.target.corrects_opening]
        changes = {row.line: self.changes_of(row.target) for row in corrected if row.status == CHANGED_ROW}
        refuse_uncovered(changes, corrected, "opening_balance")

    def load(self, rows: list[Row]) -> None:
        self.today = timezone.localdate()
        self.units = units_by_code(self.importer, self.permission)
        codes = [row.values["fund_code"] for row in rows]
        reach = {fund.code: fund for fund in funds_in_reach(self.importer, self.permission)}
        self.known = {code: reach[code] for code in codes if code in reach}
        self.taken = {
            code
            for part in in_parts([code for code in codes if code not in reach])
            for code in Fund.objects.filter(code__in=part).values_list("code", flat=True)
        }
        units = {unit.pk for row in rows if (unit := self.units.get(row.values["organization_code"]))}
        named = Fund.objects.filter(organization__in=units).order_by("pk")
        self.names = {
            (unit, same_name(name)): code for unit, name, code in named.values_list("organization_id", "name", "code")
        }
        self.load_ledgers([fund.pk for fund in self.known.values()])

    def load_ledgers(self, funds: list[int]) -> None:
        closings = Closing.objects.in_force().filter(fund__in=funds).order_by()
        self.closed = dict(closings.values_list("fund").annotate(last=Max("last_day")))
        opening = Q(category__nature=Category.Nature.OPENING, reverses=None, reversal=None)
        bank, principal = Q(account__kind=Account.Kind.BANK), Q(is_principal=True)
        sums = {
            "balance": Sum("amount", filter=opening, default=0),
            "bank": Sum("amount", filter=opening & bank, default=0),
            "principal": Sum("amount", filter=opening & principal, default=0),
            "first": Min("date", filter=~Q(category__nature=Category.Nature.OPENING)),
            "kept": Count("pk", filter=principal & ~Q(category__nature=Category.Nature.OPENING)),
        }
        found = Entry.objects.filter(fund__in=funds).order_by().values_list("fund").annotate(**sums)
        self.ledgers = {fund: (Opening(*opened), first, kept) for fund, *opened, first, kept in found}
        self.accounts = {}
        for account in Account.objects.filter(fund__in=funds).order_by("-pk"):
            self.accounts[account.fund_id, account.kind] = account

    def find(self, row: Row) -> None:
        code, unit = row.values["fund_code"], self.units.get(row.values["organization_code"])
        if unit is None:
            row.refuse("organization_code", out_of_reach(row.values["organization_code"]))
        if code in self.taken:
            row.refuse("fund_code", TAKEN.format(code))
        if row.is_refused:
            return
        old = self.known.get(code)
        if old is not None and old.organization_id != unit.pk:
            row.refuse("organization_code", OTHER_UNIT.format(old.organization.name))
            return
        self.draft(row, old, unit)
        self.judge(row, old)
        if old is not None:
            self.compare(row, old)

    def draft(self, row: Row, old: Fund | None, unit) -> None:
        values, before = row.values, self.ledgers.get(old.pk, (Opening(),))[0] if old else Opening()
        fund = Fund(organization=unit, code=values["fund_code"], name=values["name"])
        fund.opened_on = values.get("opening_date") or (old.opened_on if old else date(self.today.year, 1, 1))
        for column in ("licensed", "endowment"):
            setattr(fund, column, bool(values[column]) if column in values else bool(old and getattr(old, column)))
        given = (
            values[column] or 0 if column in values else kept
            for column, kept in zip(self.OPENINGS, before, strict=True)
        )
        row.target = Draft(fund, Opening(*given), before, old and old.opened_on)
        row.status = UNCHANGED if old else NEW

    def judge(self, row: Row, old: Fund | None) -> None:
        draft, opening = row.target, row.target.opening
        if old is None:
            try:
                FUND_CODE(draft.fund.code)
            except ValidationError as error:
                row.refuse("fund_code", error.messages[0])
        if draft.fund.opened_on > self.today:
            row.refuse("opening_date", NOT_YET.format(date_to_text(draft.fund.opened_on)))
        for column, part in (("opening_bank", opening.bank), ("opening_principal", opening.principal)):
            if part > opening.balance:
                row.refuse(column, PART_TOO_LARGE)
        if opening.principal and not draft.fund.endowment:
            row.refuse("opening_principal", NO_PRINCIPAL)

    def compare(self, row: Row, old: Fund) -> None:
        draft = row.target
        _, first, kept = self.ledgers.get(old.pk, (None, None, 0))
        for column, field in (
            ("name", "name"),
            ("licensed", "licensed"),
            ("endowment", "endowment"),
            ("opening_date", "opened_on"),
        ):
            before, after = getattr(old, field), getattr(draft.fund, field)
            if before != after:
                row.change(column, before, after)
        for column, before, after in zip(self.OPENINGS, draft.before, draft.opening, strict=True):
            if before != after:
                row.changes.append((row.headings[column], Amount().show(before or None), Amount().show(after or None)))
        if row.changes:
            row.status = CHANGED_ROW
        if old.endowment and not draft.fund.endowment and kept:
            row.refuse("endowment", HAS_PRINCIPAL)
        if first and draft.fund.opened_on > min(first, old.opened_on):
            row.refuse("opening_date", AFTER_ENTRIES.format(date_to_text(first)))
        elif draft.fund.opened_on > old.opened_on and draft.before != Opening():
            row.refuse("opening_date", AFTER_ENTRIES.format(date_to_text(old.opened_on)))
        closed = self.closed.get(old.pk)
        if draft.corrects_opening and closed:
            row.refuse("opening_balance", CLOSED.format(date_to_text(closed)))
        draft.fund.pk = old.pk

    def refuse_namesakes(self, rows: list[Row]) -> None:
        """A name is taken by a fund of the unit that keeps it, and by the first line that gives it."""
        leaving = {row.values["fund_code"] for row in rows}
        names = {key: code for key, code in self.names.items() if code not in leaving}
        for row in rows:
            fund = row.target.fund
            taken = names.setdefault((fund.organization_id, same_name(fund.name)), fund.code)
            if taken != fund.code:
                row.refuse("name", SAME_NAME.format(taken))

    def changes_of(self, draft: Draft) -> list[Change]:
        """What a corrected opening does to the accounts and, of an endowment, to both its parts."""
        changes, fund = [], draft.fund
        for day, opening, sign in ((fund.opened_on, draft.opening, 1), (draft.opened_before, draft.before, -1)):
            for kind, amount in ((Account.Kind.CASH, opening.cash), (Account.Kind.BANK, opening.bank)):
                changes.append((purse_of(self.accounts[fund.pk, kind]), day, sign * amount))
            if fund.endowment:
                # Nothing but money is brought along: any account of money names the part.
                for is_principal, amount in ((False, opening.balance - opening.principal), (True, opening.principal)):
                    part = part_of(fund, self.accounts[fund.pk, Account.Kind.CASH], is_principal=is_principal)
                    changes.append((part, day, sign * amount))
        return net(changes)

    def write(self, rows: list[Row]) -> dict:
        written = []
        for row in rows:
            draft, importer = row.target, self.importer
            money = {"cash": draft.opening.cash, "bank": draft.opening.bank, "principal": draft.opening.principal}
            money |= {"user": importer.user, "batch_id": importer.batch_id}
            if row.status == NEW:
                names = ("organization", "code", "name", "opened_on", "licensed", "endowment")
                written.append(open_fund(**{name: getattr(draft.fund, name) for name in names}, **money).pk)
                continue
            fund = self.known[draft.fund.code]
            for name in ("name", "licensed", "endowment", "opened_on"):
                setattr(fund, name, getattr(draft.fund, name))
            because(fund, user=importer.user, reason=importer.reason).save()
            if draft.corrects_opening:
                correct_opening(fund=fund, **money)
            written.append(fund.pk)
        return {Fund: written}


def net(changes: list[tuple]) -> list[Change]:
    """One change for a purse and day; what cancels out is none."""
    sums: dict[tuple, int] = {}
    for purse, day, amount in changes:
        sums[purse, day] = sums.get((purse, day), 0) + amount
    return [Change(purse, day, amount) for (purse, day), amount in sums.items() if amount]
