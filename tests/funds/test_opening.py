from datetime import date

import pytest
from django.core.exceptions import ValidationError

from funds.closing import Counted, close_month
from funds.integrity import find_faults
from funds.models import Account, Entry, Fund
from funds.opening import correct_opening
from tests.funds.books import OPENED, account_of, expense, fund_of

pytestmark = pytest.mark.django_db


def balances(fund):
    entries = Entry.objects.filter(fund=fund)
    return {
        (kind, is_principal): entries.filter(account__kind=kind, is_principal=is_principal).balance()
        for kind in (Account.Kind.CASH, Account.Kind.BANK)
        for is_principal in (False, True)
    }


def test_a_fund_opens_with_three_accounts_and_what_it_had(tree):
    fund = fund_of(tree.first, cash=100, bank=900, principal=950, endowment=True)
    assert [account.kind for account in fund.accounts.all()] == ["cash", "bank", "in_kind"]
    assert balances(fund) == {("cash", False): 50, ("cash", True): 50, ("bank", False): 0, ("bank", True): 900}
    assert set(Entry.objects.values_list("number", "date", "category__nature")) == {(None, OPENED, "opening")}
    assert fund.history.get().history_change_reason == "Mở sổ quỹ"


def test_an_empty_fund_has_no_entry(tree):
    fund_of(tree.first)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"cash": -1}, "không được âm"),
        ({"bank": 10, "principal": 5}, "giữ nguyên gốc"),
        ({"bank": 10, "principal": 11, "endowment": True}, "lớn hơn"),
        ({"code": "a b"}, "Mã chỉ gồm"),
        ({"code": ".."}, "Mã chỉ gồm"),
    ],
)
def test_what_cannot_be_is_refused_whole(tree, facts, words):
    with pytest.raises(ValidationError, match=words):
        fund_of(tree.first, **facts)
    assert not Fund.objects.exists()


def test_a_code_and_a_name_are_taken_once(tree):
    fund_of(tree.first)
    with pytest.raises(ValidationError):
        fund_of(tree.second, name="Quỹ khác")
    with pytest.raises(ValidationError, match="Đơn vị đã có quỹ mang tên này"):
        fund_of(tree.first, "Q2", name="Quỹ Q1")
    fund_of(tree.second, "Q2", name="Quỹ Q1")


def test_a_wrong_opening_is_put_right_and_leaves_its_trace(tree):
    fund = fund_of(tree.first, cash=100, bank=900)
    correct_opening(fund=fund, cash=120, bank=0, principal=0, user=None)
    assert balances(fund)["cash", False] == 120
    assert balances(fund)["bank", False] == 0
    assert Entry.objects.filter(reverses__isnull=False).count() == 2
    assert list(find_faults()) == []


def test_an_opening_that_was_spent_cannot_shrink(tree):
    fund = fund_of(tree.first, cash=100)
    expense(fund, 90)
    with pytest.raises(ValidationError, match="thiếu 10 đồng"):
        correct_opening(fund=fund, cash=80, bank=0, principal=0, user=None)
    assert balances(fund)["cash", False] == 10


def test_an_opening_of_a_closed_month_stays(tree):
    fund = fund_of(tree.first, cash=100)
    counted = {account_of(fund).pk: Counted(100)}
    close_month(fund=fund, last_day=date(2024, 1, 31), counted=counted, user=None)
    with pytest.raises(ValidationError, match="đã khóa"):
        correct_opening(fund=fund, cash=120, bank=0, principal=0, user=None)
