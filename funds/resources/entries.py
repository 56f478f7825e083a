"""The spreadsheet of entries: what came in and went out, a transfer between funds or accounts being one line."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from core.numbers import number_to_text
from core.sheets import NEW, UNCHANGED, Choice, Code, Column, Day, Row, Sheet, Text, save_in_bulk
from funds.ledger import check_day, check_place, lock_funds, write_entries
from funds.models import Account, Category, Direction, Entry, Fund, Party
from funds.permissions import ADD_ENTRY
from funds.proper_names import likely_kind
from funds.resources.books import Booked, Books, funds_in_reach
from funds.resources.covering import Change, part_of, purse_of, refuse_uncovered
from funds.resources.parsers import Amount, same_name
from funds.reversing import reverse_file

# How the application's own vouchers are written in an export.
OWN_NUMBER = re.compile(r"(PT|PC)\s*([0-9]{1,9})/([0-9]{4})", re.IGNORECASE)
DIRECTIONS = {"PT": Direction.IN, "PC": Direction.OUT}
UNKNOWN_FUND = "Không có quỹ mã “{}” trong phạm vi của ông/bà: mã sai, hoặc quỹ nằm ngoài phạm vi của ông/bà."
UNKNOWN_CATEGORY = "Không có mục thu chi “{word}”. Hãy dùng một trong: {names}."
UNKNOWN_ACCOUNT = "Quỹ “{fund}” không có tài khoản “{word}” đang dùng. Hãy ghi tên tài khoản, hoặc cash, bank, in_kind."
SEVERAL_ACCOUNTS = "Quỹ “{fund}” có {number} tài khoản loại này. Hãy ghi tên tài khoản: {names}."
UNKNOWN_CAMPAIGN = "Quỹ “{fund}” chưa có đợt vận động “{name}”. Hãy mở đợt này ở trang của quỹ, hoặc để trống ô."
SEVERAL_PARTIES = "Đơn vị có {number} người mang tên “{name}”. Hãy ghi khoản này ở trang của quỹ để chọn đúng người."
OPENING = "Số dư mang sang không ghi ở đây. Hãy ghi ở bảng “Quỹ” (funds)."
NOT_IN_USE = "Mục “{}” không còn dùng. Hãy chọn mục khác."
FROM_THE_OTHER_SIDE = "Tiền chuyển đến được ghi bằng dòng chi của quỹ chuyển đi. Hãy bỏ dòng này."
WHERE_TO = "Hãy ghi mã quỹ nhận. Chuyển giữa tiền mặt và ngân hàng thì ghi mã của chính quỹ này."
ONLY_TRANSFERS = "Chỉ khoản chuyển quỹ (transfer) mới có quỹ nhận. Hãy xoá ô này hoặc sửa mục."
NO_THINGS = "Hiện vật không chuyển quỹ được. Hãy ghi chi ở quỹ này và thu ở quỹ kia."
NO_DESTINATION = "Quỹ “{}” không có đúng một tài khoản để nhận. Hãy ghi lần chuyển này ở trang của quỹ."
OTHERWISE = (
    "Chứng từ này đã có trong sổ nhưng khác ở: {columns}. Bút toán đã ghi thì giữ nguyên: hãy sửa dòng này cho đúng, "
    "hoặc đảo bút toán ở trang của quỹ rồi nhập lại."
)
ALIKE = "Đã có trong sổ, hoặc ở dòng khác của tệp, một khoản y hệt. Nếu là một, hãy bỏ dòng này."


@dataclass(slots=True)
class Draft:
    """A row with everything that it names found."""

    fund: Fund
    category: Category
    account: Account
    party: Party | None = None
    campaign: object = None
    destination: Account | None = None
    entries: list[Entry] = field(default_factory=list)


class FundEntrySheet(Sheet):
    code = "fund_entries"
    label = "Thu chi quỹ"
    lead = (
        "Mỗi dòng là một khoản thu hoặc chi. Khoản đã ghi thì giữ nguyên: dòng cùng số chứng từ mà khác nội dung "
        "không được nhận. Chuyển quỹ là một dòng chi, ghi cả mã quỹ nhận."
    )
    permission = ADD_ENTRY
    key = ("fund_code", "date", "direction", "voucher_number")
    is_reversed = True
    next_step = (
        "Khi mọi khoản thu chi của đơn vị đã có trong sổ, hãy ghi ngày bắt đầu dùng sổ quỹ: từ đó báo cáo quý lấy số "
        "tiền từ sổ, sổ trống nghĩa là 0.",
        "Dùng sổ quỹ từ ngày …",
        "funds:register_list",
    )
    columns = (
        Column("fund_code", "Mã quỹ", Code(), required=True),
        Column("date", "Ngày", Day(), required=True),
        Column("direction", "Thu hay chi", Choice(Direction), required=True),
        Column("category", "Mục thu chi", Text(100), required=True, note="mã hoặc tên mục; chuyển quỹ: transfer"),
        Column("amount", "Số tiền", Amount(), required=True),
        Column(
            "account",
            "Tài khoản",
            Text(100),
            note="tên tài khoản, hoặc tiền mặt, ngân hàng, hiện vật; trống là tiền mặt",
        ),
        Column("party", "Người nộp, người nhận", Text(200), note="chưa có thì được thêm vào đơn vị của quỹ"),
        Column("purpose", "Nội dung", Text(300), note="không ghi tên riêng của người ở đây"),
        Column("campaign", "Đợt vận động", Text(200), note="đợt đã mở của quỹ"),
        Column("transfer_fund_code", "Mã quỹ nhận", Code(), note="chỉ khi chuyển quỹ"),
        Column("voucher_number", "Số chứng từ", Code(50), note="số trên chứng từ cũ; phần mềm tự đánh số của mình"),
    )

    def lock(self) -> None:
        """Nobody else writes in the funds within reach until the file is written."""
        lock_funds(funds_in_reach(self.importer, self.permission).values_list("pk", flat=True))

    def key_of(self, row: Row) -> tuple:
        voucher = row.values.get("voucher_number")
        if not voucher:
            return (row.line,)
        return row.values["fund_code"], row.values["date"].year, row.values["direction"], same_name(voucher)

    def check(self, rows: list[Row]) -> None:
        rows = [row for row in rows if not row.is_refused]
        named = {row.values.get(column) for row in rows for column in ("fund_code", "transfer_fund_code")}
        self.books = Books(self.importer, self.permission, named, {row.values["date"].year for row in rows})
        self.new_parties: dict[tuple[int, str], Party] = {}
        for row in rows:
            self.find(row)
        fresh = [row for row in rows if not row.is_refused and row.status == NEW]
        changes = {row.line: self.changes_of(row.target) for row in fresh}
        refuse_uncovered(changes, fresh, "amount")

    def find(self, row: Row) -> None:
        values, fund = row.values, self.books.funds.get(row.values["fund_code"])
        if fund is None:
            row.refuse("fund_code", UNKNOWN_FUND.format(values["fund_code"]))
            return
        category = self.books.category(values["category"], values["direction"])
        if category is None:
            names = (
                each.name for each in self.books.categories if each.direction == values["direction"] and each.in_use
            )
            row.refuse("category", UNKNOWN_CATEGORY.format(word=values["category"], names="; ".join(names)))
            return
        account = self.find_account(row, fund)
        if account is None:
            return
        row.target = Draft(fund, category, account)
        booked = self.find_booked(row, fund)
        if booked is not None:
            self.compare(row, booked)
        else:
            row.status = NEW
            self.judge(row)

    def find_account(self, row: Row, fund: Fund) -> Account | None:
        word = row.values.get("account")
        found = self.books.accounts_called(fund, word)
        if len(found) == 1:
            return found[0]
        if found:
            facts = {"number": number_to_text(len(found)), "names": "; ".join(each.name for each in found)}
            row.refuse("account", SEVERAL_ACCOUNTS.format(fund=fund.name, **facts))
        else:
            row.refuse("account", UNKNOWN_ACCOUNT.format(fund=fund.name, word=word or "tiền mặt"))
        return None

    def find_booked(self, row: Row, fund: Fund) -> Booked | None:
        """The entry with this voucher number: an old one that came with it, else one of the application's own."""
        voucher, direction = row.values.get("voucher_number"), row.values["direction"]
        if not voucher:
            return None
        known = self.books.by_external.get((fund.pk, row.values["date"].year, direction, same_name(voucher)))
        own = OWN_NUMBER.fullmatch(voucher)
        if known is None and own and DIRECTIONS[own[1].upper()] == direction:
            known = self.books.by_number.get((fund.pk, int(own[3]), direction, int(own[2])))
        return known

    def compare(self, row: Row, booked: Booked) -> None:
        """The same under one number is there already; anything else is refused. An omitted column says nothing."""
        values, draft = row.values, row.target
        said = {
            "date": (booked.date, values["date"]),
            "category": (booked.category, draft.category.pk),
            "amount": (booked.amount, values["amount"]),
            "account": (booked.account, draft.account.pk),
            **{
                column: (same_name(getattr(booked, column)), same_name(values.get(column)))
                for column in ("party", "purpose", "campaign")
            },
            "transfer_fund_code": (booked.destination, values.get("transfer_fund_code") or ""),
        }
        other = [column for column, (before, now) in said.items() if column in values and before != now]
        if other:
            columns = ", ".join(row.headings[column] for column in other)
            row.refuse("voucher_number", OTHERWISE.format(columns=columns))
        row.status = UNCHANGED

    def judge(self, row: Row) -> None:
        """Whether the ledger takes a new row, balances apart; what it names is found or made."""
        values, draft = row.values, row.target
        self.refuse_category(row)
        if not values["amount"]:
            row.refuse("amount", "Số tiền phải lớn hơn 0.")
        if campaign := values.get("campaign"):
            draft.campaign = self.books.campaigns.get((draft.fund.pk, same_name(campaign)))
            if draft.campaign is None:
                row.refuse("campaign", UNKNOWN_CAMPAIGN.format(fund=draft.fund.name, name=campaign))
        if not row.is_refused:
            self.find_destination(row)
        if row.is_refused:
            return
        self.make_entries(row)
        if not row.is_refused:
            self.find_party(row)
        self.warn_alike(row)

    def refuse_category(self, row: Row) -> None:
        category = row.target.category
        if category.nature == Category.Nature.OPENING:
            row.refuse("category", OPENING)
        elif category.nature == Category.Nature.TRANSFER and category.direction == Direction.IN:
            row.refuse("category", FROM_THE_OTHER_SIDE)
        elif not category.in_use:
            row.refuse("category", NOT_IN_USE.format(category.name))

    def find_destination(self, row: Row) -> None:
        code, draft = row.values.get("transfer_fund_code"), row.target
        if draft.category.nature != Category.Nature.TRANSFER:
            if code:
                row.refuse("transfer_fund_code", ONLY_TRANSFERS)
            return
        if not code:
            row.refuse("transfer_fund_code", WHERE_TO)
        elif code not in self.books.funds:
            row.refuse("transfer_fund_code", UNKNOWN_FUND.format(code))
        elif draft.account.kind not in Account.MONEY:
            row.refuse("account", NO_THINGS)
        else:
            fund = self.books.funds[code]
            found = self.books.destination(draft.account, fund)
            if len(found) == 1:
                draft.destination = found[0]
            else:
                row.refuse("transfer_fund_code", NO_DESTINATION.format(fund.name))

    def make_entries(self, row: Row) -> None:
        values, draft = row.values, row.target
        common = {"date": values["date"], "amount": values["amount"], "purpose": values.get("purpose") or ""}
        common["batch_id"] = self.importer.batch_id
        external = {"external_number": values.get("voucher_number") or "", "campaign": draft.campaign}
        sides = [("", draft.account, draft.category, external)]
        if draft.destination:
            # The number is that of the paper of the fund that pays.
            sides.append(("transfer_fund_code", draft.destination, self.books.transfers[Direction.IN], {}))
        for column, account, category, facts in sides:
            fund = self.books.funds[values[column or "fund_code"]]
            direction = category.direction if column else values["direction"]
            entry = Entry(fund=fund, account=account, category=category, direction=direction, **common, **facts)
            draft.entries.append(entry)
            self.refuse_as_the_ledger(row, entry, fund, column)

    def refuse_as_the_ledger(self, row: Row, entry: Entry, fund: Fund, column: str) -> None:
        """In the words of the ledger; what it says of the other side stands at the ``column`` that names that."""
        try:
            check_day(entry.date, fund, self.books.closed.get(fund.pk))
            check_place(entry, fund)
        except ValidationError as error:
            for place, messages in error.message_dict.items():
                row.refuse(column or place, " ".join(messages))

    def find_party(self, row: Row) -> None:
        name, draft = row.values.get("party"), row.target
        if not name:
            return
        unit, key = draft.fund.organization, (draft.fund.organization_id, same_name(name))
        found = self.books.parties.get(key, [])
        if len(found) > 1:
            row.refuse("party", SEVERAL_PARTIES.format(number=number_to_text(len(found)), name=name))
            return
        if not found and key not in self.new_parties:
            self.new_parties[key] = Party(organization=unit, name=name, kind=likely_kind(name))
            self.new_parties[key].derive()
        draft.party = found[0] if found else self.new_parties[key]

    def warn_alike(self, row: Row) -> None:
        """Without a number nothing tells two alike apart: a person has to."""
        values, draft = row.values, row.target
        names = (same_name(values.get(column)) for column in ("party", "purpose", "campaign"))
        facts = (draft.fund.pk, values["date"], draft.category.pk, values["amount"], draft.account.pk)
        sign = (*facts, *names, values.get("transfer_fund_code") or "")
        if self.books.alike[sign] and not values.get("voucher_number"):
            row.warn("voucher_number", ALIKE)
        self.books.alike[sign] += 1

    def changes_of(self, draft: Draft) -> list[Change]:
        changes = []
        for entry in draft.entries:
            changes.append(Change(purse_of(entry.account), entry.date, entry.signed))
            if entry.fund.endowment:
                changes.append(Change(part_of(entry.fund, entry.account, is_principal=False), entry.date, entry.signed))
        return changes

    def write(self, rows: list[Row]) -> dict:
        """In the order of their days, then of the file: so run the numbers that the ledger gives."""
        drafts = [row.target for row in sorted(rows, key=lambda row: (row.values["date"], row.line))]
        new = {id(draft.party): draft.party for draft in drafts if draft.party is not None and draft.party.pk is None}
        parties = save_in_bulk(Party, created=list(new.values()), changed=[], fields=(), importer=self.importer)
        for draft in drafts:
            # Its key is known by now.
            draft.entries[0].party = draft.party
        entries = [entry for draft in drafts for entry in draft.entries]
        pairs = [(draft.entries[0], draft.entries[1]) for draft in drafts if draft.destination]
        written = write_entries(entries, pairs=pairs, user=self.importer.user)
        return {Party: parties, Entry: [entry.pk for entry in written]}

    @classmethod
    def reverse(cls, *, batch_id: int, user, reason: str) -> dict:
        return reverse_file(batch_id=batch_id, user=user, reason=reason, permission=cls.permission)
