from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.periods import Quarter
from funds.integrity import find_faults
from funds.ledger import book_dues, category, post_entry, reverse_entry
from funds.models import Account, Direction, Entry
from funds.statistics import count_funds
from members.models import DuesCollection
from organizations.spells import tree_on
from tests.dues import RATE, draft_of, people_of, receipt_for
from tests.funds.books import DAY, account_of, expense, fund_of, income, move

pytestmark = pytest.mark.django_db


@pytest.fixture
def fund(tree):
    return fund_of(tree.first)


def refused(words, job, *arguments, **facts):
    before = Entry.objects.count()
    with pytest.raises(ValidationError) as error:
        job(*arguments, **facts)
    assert words in " ".join(error.value.messages)
    assert Entry.objects.count() == before


def test_vouchers_run_in_each_year_and_direction(fund):
    received = [income(fund, 1000), income(fund, 2000), income(fund, 3000, on=date(2025, 1, 2))]
    paid = [expense(fund, 500), expense(fund, 500)]
    assert [entry.voucher for entry in received] == ["PT 0001/2024", "PT 0002/2024", "PT 0001/2025"]
    assert [entry.voucher for entry in paid] == ["PC 0001/2024", "PC 0002/2024"]
    assert [entry.sequence for entry in (*received, *paid)] == [1, 2, 3, 4, 5]
    assert Entry.objects.filter(fund=fund).balance() == 5000


def test_two_funds_have_numbers_of_their_own(tree, fund):
    other = fund_of(tree.second, "Q2")
    assert [income(each, 1000).number for each in (fund, other, fund)] == [1, 1, 2]


def test_what_is_not_there_is_not_spent_on_any_day(fund):
    income(fund, 1000, on=DAY)
    refused("thiếu 1 đồng vào ngày 10/03/2024", expense, fund, 1001)
    refused("thiếu 1.000 đồng vào ngày 09/03/2024", expense, fund, 1000, on=DAY - timedelta(days=1))
    expense(fund, 1000)
    # What was spent later counts as well.
    income(fund, 5000, on=DAY + timedelta(days=9))
    refused("thiếu 1 đồng vào ngày 10/03/2024", expense, fund, 1, on=DAY)


def test_money_in_the_bank_is_not_in_the_box(fund):
    income(fund, 1000, kind=Account.Kind.BANK)
    refused("“Tiền mặt” sẽ thiếu", expense, fund, 1)
    move(account_of(fund, Account.Kind.BANK), account_of(fund), 400)
    expense(fund, 400)


def test_an_overdraft_needs_a_reason(fund):
    entry = expense(fund, 700, overdraft_reason="Chủ tịch cho ứng trước")
    assert Entry.objects.filter(fund=fund).balance() == -700
    refused("thiếu 701 đồng", expense, fund, 1)
    assert entry.overdraft_reason
    assert list(find_faults()) == []


def test_days_to_come_and_days_without_books_are_refused(fund):
    refused("chưa đến", income, fund, 1, on=timezone.localdate() + timedelta(days=1))
    refused("không mở vào ngày 31/12/2023", income, fund, 1, on=date(2023, 12, 31))
    fund.closed_on = DAY
    fund.save()
    refused("không mở vào ngày 11/03/2024", income, fund, 1, on=DAY + timedelta(days=1))


def test_an_account_that_is_not_used_any_more_takes_nothing(fund):
    Account.objects.filter(fund=fund, kind=Account.Kind.CASH).update(closed_on=DAY)
    refused("không dùng", income, fund, 1)
    income(fund, 1, on=DAY - timedelta(days=1))


@pytest.mark.parametrize("amount", [0, -5, 10**15 + 1])
def test_amounts_are_positive_and_plausible(fund, amount):
    with pytest.raises(ValidationError):
        income(fund, amount)
    assert not Entry.objects.exists()


def test_categories_go_one_way_and_some_are_not_for_hands(fund):
    for code in ("opening", "transfer_in", "transfer_out"):
        refused("không ghi trực tiếp", income, fund, 1, code=code)
    assert income(fund, 1).direction == Direction.IN
    assert expense(fund, 1).direction == Direction.OUT


def test_a_mistake_is_reversed_under_the_same_kind_of_voucher(fund):
    wrong = income(fund, 1000)
    back = reverse_entry(entry=wrong, date=DAY + timedelta(days=5), reason="Ghi nhầm số tiền", user=None)
    assert (back.amount, back.direction, back.number, back.reverses) == (-1000, "in", 2, wrong)
    assert Entry.objects.filter(category__code="donation").balance() == 0
    refused("đã được đảo", reverse_entry, entry=wrong, date=DAY, reason="nữa", user=None)
    refused("đã được đảo", reverse_entry, entry=back, date=back.date, reason="nữa", user=None)


def test_a_reversal_is_not_before_its_entry_and_says_why(fund):
    wrong = income(fund, 1000)
    refused("không trước ngày", reverse_entry, entry=wrong, date=DAY - timedelta(days=1), reason="Nhầm", user=None)
    refused("lý do", reverse_entry, entry=wrong, date=DAY, reason="  ", user=None)


def test_money_that_was_spent_since_cannot_be_taken_back(fund):
    wrong = income(fund, 1000)
    expense(fund, 600)
    refused("thiếu 600 đồng", reverse_entry, entry=wrong, date=DAY, reason="Nhầm", user=None)


def test_a_transfer_is_a_pair_and_is_reversed_as_one(tree, fund):
    other = fund_of(tree.second, "Q2")
    income(fund, 1000)
    out, into = move(account_of(fund), account_of(other), 400)
    assert (into.paired_with, out.number, into.number) == (out, 1, 1)
    assert (Entry.objects.filter(fund=fund).balance(), Entry.objects.filter(fund=other).balance()) == (600, 400)
    assert Entry.objects.outside().balance() == 1000
    back = reverse_entry(entry=into, date=DAY, reason="Chuyển nhầm", user=None)
    assert (back.fund, back.amount) == (other, -400)
    assert Entry.objects.filter(fund=fund).balance() == 1000
    assert Entry.objects.filter(fund=other).balance() == 0
    refused("đã được đảo", reverse_entry, entry=out, date=DAY, reason="Nữa", user=None)
    assert list(find_faults()) == []


def test_a_transfer_to_the_same_account_is_refused(fund):
    income(fund, 1000)
    refused("hai tài khoản khác nhau", move, account_of(fund), account_of(fund), 1)


def test_things_are_not_transferred_as_money(fund):
    income(fund, 1000, kind=Account.Kind.IN_KIND)
    refused("Chỉ chuyển được tiền", move, account_of(fund, Account.Kind.IN_KIND), account_of(fund), 1)
    refused("Chỉ chuyển được tiền", move, account_of(fund), account_of(fund, Account.Kind.IN_KIND), 1)


def test_a_transfer_moves_nothing_when_the_other_side_cannot_take_it(tree, fund):
    other = fund_of(tree.second, "Q2", opened_on=DAY + timedelta(days=1))
    income(fund, 1000)
    refused("không mở", move, account_of(fund), account_of(other), 1)


def test_principal_is_kept_and_only_what_it_yields_is_spent(tree):
    fund = fund_of(tree.first, endowment=True, bank=5000, principal=5000)
    bank = Account.Kind.BANK
    income(fund, 300, code="interest", kind=bank)
    refused("phần được chi sẽ thiếu 1 đồng", expense, fund, 301, kind=bank)
    # Nobody can permit that, and calling the money principal does not help.
    refused("phần được chi", expense, fund, 301, kind=bank, overdraft_reason="Chủ tịch cho phép")
    refused("gốc", expense, fund, 10, kind=bank, is_principal=True)
    expense(fund, 300, kind=bank)
    assert Entry.objects.filter(fund=fund, is_principal=True).balance() == 5000


def test_a_gift_to_the_principal_may_be_reversed(tree):
    fund = fund_of(tree.first, endowment=True)
    gift = income(fund, 900, is_principal=True)
    reverse_entry(entry=gift, date=DAY, reason="Ghi nhầm quỹ", user=None)
    assert Entry.objects.filter(fund=fund).balance() == 0


def test_only_an_endowment_has_principal(fund):
    refused("giữ nguyên gốc", income, fund, 900, is_principal=True)


def test_principal_goes_to_another_endowment_and_nowhere_else(tree):
    fund = fund_of(tree.first, endowment=True, cash=500, principal=500)
    plain, kept = fund_of(tree.second, "Q2"), fund_of(tree.second, "Q3", endowment=True)
    refused("giữ nguyên gốc", move, account_of(fund), account_of(plain), 100, is_principal=True)
    move(account_of(fund), account_of(kept), 100, is_principal=True)
    assert Entry.objects.filter(fund=kept, is_principal=True).balance() == 100


def test_dues_are_booked_once_and_again_after_a_reversal(tree, fund):
    dues = people_of(tree)
    receipt = receipt_for(dues.branch, {dues.members[0]: RATE})
    facts = {"collection": receipt, "account": account_of(fund), "user": None}
    with pytest.raises(ValidationError, match="không mở"):
        book_dues(**{**facts, "account": account_of(fund_of(tree.second, "Q2", opened_on=date(2025, 6, 1)))})
    entry = book_dues(**facts)
    receipt.refresh_from_db()
    assert (entry.amount, entry.dues, receipt.booked_as) == (RATE, receipt, entry.voucher)
    refused("đã ghi vào sổ quỹ", book_dues, **facts)
    reverse_entry(entry=entry, date=entry.date, reason="Nhầm quỹ", user=None)
    receipt.refresh_from_db()
    assert receipt.booked_at is None
    assert book_dues(**facts).number == 3
    assert list(find_faults()) == []


def test_dues_that_are_corrected_downwards_are_given_back_and_nothing_is_booked_of_nothing(tree, fund):
    dues = people_of(tree)
    first, second = dues.members[:2]
    facts = {"account": account_of(fund), "user": None}
    book_dues(collection=receipt_for(dues.branch, {first: RATE}), **facts)
    less = receipt_for(dues.branch, {first: -RATE // 2}, note="Thu thừa")
    refused(
        "thiếu 10.000 đồng", book_dues, collection=less, **{**facts, "account": account_of(fund_of(tree.second, "Q2"))}
    )
    back = book_dues(collection=less, **facts)
    assert (back.voucher, back.amount, back.direction) == ("PC 0001/2025", RATE // 2, "out")
    moved = receipt_for(dues.branch, {first: -RATE // 2, second: RATE // 2}, note="Ghi nhầm người")
    refused("cộng lại bằng 0", book_dues, collection=moved, **facts)
    assert not DuesCollection.objects.unbooked().exists()
    assert Entry.objects.filter(fund=fund).balance() == RATE // 2
    assert list(find_faults()) == []
    quarter = Quarter.of(back.date)
    counted = count_funds(quarter, tree_on(quarter.last_day))
    assert {code: found[tree.first.pk].value for code, found in counted.items() if tree.first.pk in found} == {
        "funds.dues": RATE // 2,
        "funds.balance": RATE // 2,
    }
    reverse_entry(entry=back, date=back.date, reason="Nhầm", user=None)
    assert list(DuesCollection.objects.unbooked()) == [less]
    assert list(find_faults()) == []


def test_dues_that_are_not_confirmed_are_not_booked(tree, fund):
    dues = people_of(tree)
    draft = draft_of(dues.branch, {dues.members[0]: RATE}, counted=None)
    refused("Phải chốt", book_dues, collection=draft, account=account_of(fund), user=None)


def test_queries_do_not_grow_with_the_history(fund, django_assert_num_queries, django_assert_max_num_queries):
    account, donation = account_of(fund), category("donation")
    facts = {"account": account, "category": donation, "amount": 5, "user": None}
    post_entry(date=DAY, **facts)
    with django_assert_max_num_queries(12) as few:
        post_entry(date=DAY, **facts)
    for _ in range(10):
        post_entry(date=DAY, **facts)
    with django_assert_num_queries(len(few)):
        post_entry(date=DAY, **facts)
