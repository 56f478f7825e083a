"""A commune treasurer's year, drawn by a seed: services and spreadsheets against a plain list of what was done."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from random import Random

import pytest

from core.periods import Quarter
from funds.awards.approving import pay
from funds.awards.statistics import count_awards
from funds.closing import Counted, booked_on, close_month, close_year, month_end, next_to_close, reopen
from funds.integrity import find_faults
from funds.ledger import reverse_entry
from funds.models import Account, Award, Closing, Direction, Entry
from funds.statistics import count_funds
from organizations.models import RegisterUse
from organizations.spells import tree_on
from tests.funds.books import account_of, fund_of, income, move
from tests.funds.prizes import approved, keys_of, nominated, programme_of
from tests.funds.sheets import bring_in

pytestmark = pytest.mark.django_db
YEAR, CASH, BANK = 2024, Account.Kind.CASH, Account.Kind.BANK
COUNTED = {"donation": "raised", "dues": "dues", "award": "spent", "scholarship": "spent", "support": "spent"}
PORTION = 2_000


class Model:
    """What a treasurer would note on squared paper: (day, account, category, signed amount) in the order of writing."""

    def __init__(self):
        self.rows, self.numbers, self.awards = [], Counter(), []

    def write(self, day, kind, code, amount, direction=None):
        """``amount`` is positive; a reversal comes with a negative one under the same direction."""
        direction = direction or ("in" if code in ("donation", "dues", "interest", "transfer_in") else "out")
        if code != "opening":
            self.numbers[day.year, direction] += 1
        self.rows.append((day, kind, code, amount if direction == "in" else -amount, direction))

    def balance(self, kind=None, until=date.max):
        return sum(signed for day, each, _, signed, _ in self.rows if kind in (None, each) and day <= until)

    def lowest(self, kind, since):
        """The lowest balance of an account at the end of any day from ``since`` on."""
        days = {since, *(day for day, *_ in self.rows if day > since)}
        return min(self.balance(kind, day) for day in days)

    def figures(self, quarter):
        found = Counter()
        for day, _, code, signed, direction in self.rows:
            if code in COUNTED and quarter.first_day <= day <= quarter.last_day:
                found[COUNTED[code]] += signed if direction == "in" else -signed
        return found | Counter({"balance": self.balance(until=quarter.last_day)})


class Treasurer:
    def __init__(self, cast, seed):
        self.cast, self.random, self.model = cast, Random(seed), Model()
        self.fund = fund_of(cast.first, cash=50_000, bank=20_000, opened_on=date(YEAR, 1, 1))
        self.model.write(date(YEAR, 1, 1), CASH, "opening", 50_000, "in")
        self.model.write(date(YEAR, 1, 1), BANK, "opening", 20_000, "in")
        self.programme = programme_of(cast.first, portion_amount=PORTION, fund=self.fund, year=YEAR)
        RegisterUse.objects.create(organization=cast.first, register="funds", used_from=date(YEAR, 1, 1))
        self.lines = 0

    def day_of(self, month):
        return date(YEAR, month, 1) + timedelta(days=self.random.randrange(28))

    def spendable(self, kind, day):
        return max(self.model.lowest(kind, day), 0)

    def write_by_hand(self, month):
        day, kind = self.day_of(month), self.random.choice([CASH, BANK])
        code = self.random.choice(["donation", "dues", "interest", "support", "scholarship"])
        most = 9_000 if code in ("donation", "dues", "interest") else self.spendable(kind, day)
        if most:
            amount = self.random.randint(1, most)
            income(self.fund, amount, code=code, kind=kind, on=day)
            self.model.write(day, kind, code, amount)

    def move(self, month):
        day, (source, target) = self.day_of(month), self.random.sample([CASH, BANK], 2)
        if most := self.spendable(source, day):
            amount = self.random.randint(1, most)
            move(account_of(self.fund, source), account_of(self.fund, target), amount, on=day)
            self.model.write(day, source, "transfer_out", amount)
            self.model.write(day, target, "transfer_in", amount)

    def reverse(self, month):
        """A mistake of this month, where what it brought is still there."""
        first = date(YEAR, month, 1)
        found = Entry.objects.outside().filter(
            fund=self.fund, date__gte=first, reverses=None, reversal=None, awards=None
        )
        entry = self.random.choice([*found.select_related("account", "category"), None])
        if entry is None or (entry.signed > 0 and self.spendable(entry.account.kind, entry.date) < entry.signed):
            return
        reverse_entry(entry=entry, date=entry.date, reason="Ghi nhầm", user=None)
        self.model.write(entry.date, entry.account.kind, entry.category.code, -entry.amount, entry.direction)

    def send_file(self, month):
        """A file of this month, sent twice: the second time nothing is new."""
        rows, noted = [], []
        for _ in range(self.random.randint(2, 5)):
            self.lines += 1
            day, amount = self.day_of(month), self.random.randint(1, 4_000)
            rows.append({"fund_code": self.fund.code, "date": f"{day:%d/%m/%Y}", "direction": "thu"})
            rows[-1] |= {"category": "donation", "amount": amount, "voucher_number": f"SK-{self.lines}"}
            noted.append((day, amount))
        bring_in("fund_entries", *rows, user=self.cast.administrator)
        for day, amount in sorted(noted, key=lambda each: each[0]):
            self.model.write(day, CASH, "donation", amount)
        again = bring_in("fund_entries", *rows, user=self.cast.administrator)
        assert again.counts["unchanged"] == len(rows)

    def hand_over(self, month):
        day, number = self.day_of(month), self.random.randint(1, 3)
        if self.spendable(CASH, day) < number * PORTION:
            return
        names = [f"Học Sinh {month} {place}" for place in range(number)]
        awards = nominated(self.programme, self.cast.first, *names, user=self.cast.secretary)
        approved(self.programme, awards, self.cast.manager, self.cast.reviewer)
        facts = {"account": account_of(self.fund), "user": self.cast.manager}
        entry = pay(programme=self.programme, keys=keys_of(awards), date=day, **facts)
        self.model.write(day, CASH, "award", number * PORTION)
        if self.random.random() < 0.3:
            # Taken back, and handed over again on the same day.
            reverse_entry(entry=entry, date=day, reason="Nhầm ngày", user=None)
            self.model.write(day, CASH, "award", -number * PORTION)
            pay(programme=self.programme, keys=keys_of(awards), date=day, **facts)
            self.model.write(day, CASH, "award", number * PORTION)
        self.model.awards.append((day, number))

    def close(self, month):
        last_day = month_end(date(YEAR, month, 1))
        assert next_to_close(self.fund) == last_day
        found = {row.account.kind: row.balance for row in booked_on(self.fund, last_day) if row.entries}
        assert found == {kind: self.model.balance(kind, last_day) for kind in (CASH, BANK)}
        counted = {row.account.pk: Counted(row.balance) for row in booked_on(self.fund, last_day)}
        return close_month(fund=self.fund, last_day=last_day, counted=counted, user=None)

    def live(self):
        for month in range(1, 13):
            for _ in range(self.random.randint(2, 6)):
                steps = [self.write_by_hand] * 4 + [self.move, self.reverse, self.send_file, self.hand_over]
                self.random.choice(steps)(month)
            closing = self.close(month)
            if month % 5 == 0:
                # The level above lets a forgotten gift in.
                reopen(closing=closing, reason="Quên một khoản", user=self.cast.district_manager)
                income(self.fund, 77, on=closing.last_day)
                self.model.write(closing.last_day, CASH, "donation", 77)
                self.close(month)
        close_year(fund=self.fund, year=YEAR, user=None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_comes_out_as_it_was_noted(cast, seed):
    treasurer = Treasurer(cast, seed)
    treasurer.live()
    fund, model = treasurer.fund, treasurer.model
    assert Counter(Entry.objects.values_list("date", "category__code", "direction")) == Counter(
        (day, code, direction) for day, _, code, _, direction in model.rows
    )
    for kind in (CASH, BANK):
        assert Entry.objects.filter(account=account_of(fund, kind)).balance() == model.balance(kind) >= 0
    for direction in Direction.values:
        numbers = Entry.objects.filter(direction=direction, number__isnull=False).order_by("sequence")
        assert list(numbers.values_list("number", flat=True)) == list(range(1, model.numbers[YEAR, direction] + 1))
    assert Closing.objects.in_force().filter(period="month").count() == 12
    assert Closing.objects.exclude(reopened_at=None).count() == 2
    assert list(find_faults()) == []
    check_figures(cast.first, model)


def check_figures(unit, model):
    for number in range(1, 5):
        quarter = Quarter(YEAR, number)
        units = tree_on(quarter.last_day)
        counted = {code.removeprefix("funds."): found for code, found in count_funds(quarter, units).items()}
        expected = model.figures(quarter)
        assert {name: found[unit.pk].value for name, found in counted.items()} == {
            name: expected[name] for name in ("raised", "spent", "dues", "balance")
        }
        given = defaultdict(int)
        for day, portions in model.awards:
            given[Quarter.of(day)] += portions
        awards = count_awards(quarter, units)
        assert awards["funds.awards.students"][unit.pk].value == given[quarter]
        assert awards["funds.awards.amount"][unit.pk].value == given[quarter] * PORTION
    assert Award.objects.paid().count() == sum(portions for _, portions in model.awards)
