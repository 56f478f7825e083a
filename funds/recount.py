"""One fund's ledger gone through from its first entry to its last, beside what stands about it elsewhere."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import product

from core.money import money_to_text
from core.vietnamese import date_to_text
from funds.balances import part_words
from funds.models import Account, Closing, ClosingBalance, Entry, Fund, Holding
from funds.seals import SEALED, seal_of

CHUNK = 2000
PLACES = {name: place for place, name in enumerate(SEALED)}
SEQUENCE, ACCOUNT, DIRECTION, DATE, YEAR, NUMBER, AMOUNT, IS_PRINCIPAL, REASON = (
    PLACES[name]
    for name in (
        "sequence",
        "account_id",
        "direction",
        "date",
        "year",
        "number",
        "amount",
        "is_principal",
        "overdraft_reason",
    )
)


class Recount:
    """Reads each entry once and keeps no more than a number and a sum for each account and day."""

    def __init__(self, fund: Fund):
        self.fund = fund
        self.accounts = {account.pk: account for account in Account.objects.filter(fund=fund)}
        self.closings = list(Closing.objects.filter(fund=fund).order_by("-sequence", "-pk"))
        self.balances: dict[int, list[ClosingBalance]] = defaultdict(list)
        for balance in ClosingBalance.objects.filter(closing__fund=fund).select_related("account").order_by("pk"):
            self.balances[balance.closing_id].append(balance)
        # (account, principal) → day → [number, sum].
        self.days: dict[tuple, dict[date, list[int]]] = defaultdict(dict)
        self.numbers: dict[tuple, int] = defaultdict(int)
        self.permitted: set[int] = set()
        self.shut: set[date] = set()
        self.sequence, self.seal, self.is_sealed, self.is_whole = 0, "", True, True

    def faults(self) -> Iterator[str]:
        entries = Entry.objects.filter(fund=self.fund).order_by("sequence").values_list("seal", *SEALED)
        for seal, *row in entries.iterator(chunk_size=CHUNK):
            while self.closings and self.closings[-1].sequence < row[SEQUENCE]:
                yield from self.compare_closing(self.closings.pop())
            yield from self.read(row, seal)
        while self.closings:
            yield from self.compare_closing(self.closings.pop())
        yield from self.compare_holdings()
        yield from self.below_zero()

    def read(self, row: list, seal: str) -> Iterator[str]:
        """The first row whose seal does not fit, a gap, voucher numbers, a year that is not the date's."""
        sequence, day = row[SEQUENCE], row[DATE]
        if self.is_whole and sequence != self.sequence + 1:
            self.is_whole = self.is_sealed = False
            yield f"thiếu bút toán thứ {self.sequence + 1}."
        if self.is_sealed and seal != seal_of(tuple(row), self.seal):
            self.is_sealed = False
            yield f"từ bút toán thứ {sequence}, dấu niêm phong không khớp."
        if row[YEAR] != day.year:
            yield f"bút toán thứ {sequence}: năm không khớp ngày."
        if row[NUMBER] is not None and self.is_whole:
            book = (row[YEAR], row[DIRECTION])
            self.numbers[book] += 1
            if row[NUMBER] != self.numbers[book]:
                yield f"bút toán thứ {sequence}: số chứng từ {row[NUMBER]}, lẽ ra {self.numbers[book]}."
        for closed in sorted(closed for closed in self.shut if day <= closed):
            self.shut.discard(closed)
            yield f"có bút toán ghi vào kỳ đã khóa đến {date_to_text(closed)}."
        if row[REASON]:
            self.permitted.add(row[ACCOUNT])
        found = self.days[row[ACCOUNT], row[IS_PRINCIPAL]].setdefault(day, [0, 0])
        found[0] += 1
        found[1] += row[AMOUNT] if row[DIRECTION] == "in" else -row[AMOUNT]
        self.sequence, self.seal = sequence, seal

    def compare_closing(self, closing: Closing) -> Iterator[str]:
        """Balances that a recount does not confirm, and a seal that the ledger does not have any more."""
        day = date_to_text(closing.last_day)
        if (closing.sequence, closing.seal) != (self.sequence, self.seal):
            yield f"lần khóa sổ đến {day}: dấu niêm phong không còn trong sổ."
        if closing.reopened_at is None:
            self.shut.add(closing.last_day)
        for balance in self.balances[closing.pk]:
            found = self.until(balance.account_id, closing.last_day)
            if found != (balance.entries, balance.booked):
                words = f"khóa {money_to_text(balance.booked)}, đếm lại {money_to_text(found[1])}"
                yield f"tài khoản “{balance.account}” đến {day}: {words}."

    def until(self, account: int, last: date) -> tuple[int, int]:
        """Number and sum of an account's entries that were read so far, up to the day."""
        days = (
            found for kept in (False, True) for day, found in self.days.get((account, kept), {}).items() if day <= last
        )
        number, total = 0, 0
        for entries, amount in days:
            number, total = number + entries, total + amount
        return number, total

    def compare_holdings(self) -> Iterator[str]:
        """What was counted along with the entries: a last one that was taken out is missed here."""
        held = Holding.objects.filter(account__fund=self.fund).order_by("pk")
        known = {(row.account_id, row.is_principal): (row.entries, row.balance) for row in held}
        for account, is_principal in sorted(known.keys() | self.days.keys()):
            days = self.days.get((account, is_principal), {}).values()
            counted = (sum(number for number, _ in days), sum(amount for _, amount in days))
            expected = known.get((account, is_principal), (0, 0))
            if counted != expected:
                words = f"phải có {expected[0]} bút toán, {money_to_text(expected[1])}"
                words += f"; đếm được {counted[0]} bút toán, {money_to_text(counted[1])}"
                yield f"tài khoản “{self.accounts.get(account, account)}” {words}."

    def below_zero(self) -> Iterator[str]:
        """Accounts below zero on a day without anybody's permission, and principal that was spent."""
        for account in self.accounts.values():
            if account.pk not in self.permitted:
                yield from lowest(f"tài khoản “{account}”", self.sums(lambda key, own=account.pk: key[0] == own))
        if self.fund.endowment:
            for part in product((True, False), (False, True)):
                yield from lowest(part_words(*part), self.sums(lambda key, part=part: self.part_of(*key) == part))

    def part_of(self, account: int, is_principal: bool) -> tuple[bool, bool]:
        """Whether it is kept, and whether it is things."""
        known = self.accounts.get(account)
        return is_principal, known is not None and known.kind == Account.Kind.IN_KIND

    def sums(self, is_part) -> dict[date, int]:
        """Day → đồng that came and went, over the accounts and parts that ``is_part`` names."""
        found: dict[date, int] = defaultdict(int)
        for key, days in self.days.items():
            if is_part(key):
                for day, (_, amount) in days.items():
                    found[day] += amount
        return found


def lowest(name: str, days: dict[date, int]) -> Iterator[str]:
    balance, worst, on = 0, 0, None
    for day in sorted(days):
        balance += days[day]
        if balance < worst:
            worst, on = balance, day
    if on is not None:
        yield f"{name} âm {money_to_text(-worst)} vào ngày {date_to_text(on)}."
