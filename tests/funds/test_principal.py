"""An endowment's money is kept by itself: what was given in things does not make principal free to be spent."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from core.vietnamese import date_to_text
from funds.integrity import find_faults
from funds.ledger import reverse_entry
from funds.models import Account, Entry
from funds.standing import split_principal
from organizations.models import Role
from tests.conftest import appoint
from tests.funds.books import DAY, account_of, expense, fund_of, income, move
from tests.funds.sheets import check, told

pytestmark = pytest.mark.django_db
BANK, IN_KIND = Account.Kind.BANK, Account.Kind.IN_KIND


@pytest.fixture
def fund(tree):
    """A thousand of principal in the bank, and things worth five hundred."""
    fund = fund_of(tree.first, endowment=True, bank=1000, principal=1000)
    income(fund, 500, kind=IN_KIND)
    return fund


def test_kept_money_is_not_covered_by_things(fund, tree):
    with pytest.raises(ValidationError, match="phần được chi sẽ thiếu 300"):
        expense(fund, 300, kind=BANK)
    other = fund_of(tree.second, "Q2")
    with pytest.raises(ValidationError, match="phần được chi sẽ thiếu 1 "):
        move(account_of(fund, BANK), account_of(other), 1)
    assert split_principal(fund) == (1000, 0)


def test_what_came_in_as_money_is_spent_and_things_are_given_out(fund):
    income(fund, 200, kind=BANK)
    expense(fund, 200, kind=BANK)
    expense(fund, 500, kind=IN_KIND)
    assert split_principal(fund) == (1000, 0)
    assert list(find_faults()) == []


def test_kept_things_are_not_given_out_as_others(fund):
    income(fund, 900, kind=IN_KIND, is_principal=True)
    with pytest.raises(ValidationError, match="hiện vật thuộc phần được chi sẽ thiếu 100"):
        expense(fund, 600, kind=IN_KIND)
    assert split_principal(fund) == (1000, 0)


def test_a_gift_of_money_that_was_spent_is_not_taken_back(fund):
    gift = income(fund, 200, kind=BANK)
    expense(fund, 150, kind=BANK)
    with pytest.raises(ValidationError, match="phần được chi sẽ thiếu 150"):
        reverse_entry(entry=gift, date=DAY, reason="Nhầm", user=None)


def test_money_comes_in_even_where_principal_lacks_already(fund, monkeypatch):
    """Books of before may have spent what things covered: putting that right must not be refused."""
    with monkeypatch.context() as patch:
        patch.setattr("funds.ledger.check_principal", lambda *arguments: None)
        expense(fund, 300, kind=BANK)
    assert find_principal_faults(fund) == [f"phần được chi âm 300 đồng vào ngày {date_to_text(DAY)}."]
    income(fund, 100, kind=BANK, on=DAY + timedelta(days=1))
    assert split_principal(fund) == (1000, -200)


def find_principal_faults(fund):
    return [fault.removeprefix(f"Quỹ {fund.code}: ") for fault in find_faults()]


def test_a_file_is_told_by_row(fund, cast):
    treasurer = appoint("treasurer", cast.first, Role.TREASURER)
    row = {"fund_code": fund.code, "date": "10/03/2024", "direction": "chi", "category": "award", "account": "bank"}
    rows = [
        row | {"direction": "thu", "category": "donation", "amount": "100"},
        row | {"amount": "100"},
        row | {"amount": "300"},
        row | {"amount": "500", "account": "in_kind"},
    ]
    found = told(check("fund_entries", *rows, user=treasurer))
    assert [line for line, _ in found] == [4]
    assert "phần được chi sẽ thiếu 300" in found[0][1]
    assert Entry.objects.filter(fund=fund).count() == 2
