from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from funds.closing import Counted, booked_on, close_month, close_year, month_end, next_to_close, reopen
from funds.ledger import closed_until, reverse_entry
from funds.models import Account, Closing
from tests.funds.books import DAY, account_of, expense, fund_of, income

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


@pytest.fixture
def fund(tree):
    return fund_of(tree.first, cash=1000)


def close(fund, last_day, **amounts):
    counted = {account_of(fund, kind).pk: Counted(amount) for kind, amount in amounts.items()}
    return close_month(fund=fund, last_day=last_day, counted=counted, user=None)


def close_until(fund, last_day):
    while (day := next_to_close(fund)) <= last_day:
        counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, day)}
        close_month(fund=fund, last_day=day, counted=counted, user=None)


def test_a_closed_month_takes_no_entry_and_remembers_what_was_counted(fund):
    closing = close(fund, JANUARY, cash=1000)
    assert closed_until(fund) == JANUARY
    balances = closing.balances.values_list("account__kind", "entries", "booked", "counted")
    assert set(balances) == {("cash", 1, 1000, 1000), ("bank", 0, 0, 0), ("in_kind", 0, 0, 0)}
    with pytest.raises(ValidationError, match="đã khóa đến hết ngày 31/01/2024"):
        income(fund, 1, on=JANUARY)
    income(fund, 1, on=JANUARY + timedelta(days=1))


def test_a_mistake_in_a_closed_month_is_reversed_in_an_open_one(fund):
    wrong = income(fund, 500, on=date(2024, 1, 5))
    close(fund, JANUARY, cash=1500)
    with pytest.raises(ValidationError, match="đã khóa"):
        reverse_entry(entry=wrong, date=JANUARY, reason="Nhầm", user=None)
    assert reverse_entry(entry=wrong, date=DAY, reason="Nhầm", user=None).date == DAY


def test_months_are_closed_in_their_order_and_once(fund):
    with pytest.raises(ValidationError, match="tháng 1/2024"):
        close(fund, FEBRUARY, cash=1000)
    close(fund, JANUARY, cash=1000)
    with pytest.raises(ValidationError, match="tháng 2/2024"):
        close(fund, JANUARY, cash=1000)
    close(fund, FEBRUARY, cash=1000)


def test_a_month_that_is_not_over_stays_open(tree):
    today = timezone.localdate()
    if today == month_end(today):
        pytest.skip("This month ends today.")
    fund = fund_of(tree.first, opened_on=today.replace(day=1))
    with pytest.raises(ValidationError, match="chưa hết"):
        close(fund, month_end(today))


def test_a_difference_is_explained(fund):
    with pytest.raises(ValidationError, match="sổ ghi 1.000 đồng, thực tế 900 đồng"):
        close(fund, JANUARY, cash=900)
    counted = {account_of(fund).pk: Counted(900, "Thiếu 100 đồng, đang tìm")}
    closing = close_month(fund=fund, last_day=JANUARY, counted=counted, user=None)
    assert closing.balances.get(account__kind=Account.Kind.CASH).difference == -100


def test_what_was_written_in_has_to_be_counted(fund):
    with pytest.raises(ValidationError, match="nhập số thực tế của “Tiền mặt”"):
        close(fund, JANUARY)
    assert not Closing.objects.exists()


def test_a_year_is_closed_after_its_december(fund):
    with pytest.raises(ValidationError, match="tháng 12/2024"):
        close_year(fund=fund, year=2024, user=None)
    close_until(fund, date(2024, 12, 31))
    closing = close_year(fund=fund, year=2024, user=None)
    assert closing.period == Closing.Period.YEAR
    with pytest.raises(ValidationError, match="đã khóa sổ"):
        close_year(fund=fund, year=2024, user=None)
    with pytest.raises(ValidationError, match="mở từ ngày"):
        close_year(fund=fund, year=2023, user=None)


def test_a_month_is_opened_again_with_all_that_follow(fund):
    close_until(fund, date(2024, 12, 31))
    close_year(fund=fund, year=2024, user=None)
    march = Closing.objects.get(last_day=MARCH)
    opened = reopen(closing=march, reason="Ghi sót phiếu thu", user=None)
    assert len(opened) == 11  # the year and ten months
    assert closed_until(fund) == FEBRUARY
    income(fund, 1, on=DAY)
    with pytest.raises(ValidationError, match="đã được mở lại"):
        reopen(closing=march, reason="Nữa", user=None)


def test_a_year_is_opened_again_alone(fund):
    close_until(fund, date(2024, 12, 31))
    year = close_year(fund=fund, year=2024, user=None)
    assert reopen(closing=year, reason="Sửa báo cáo năm", user=None) == [year]
    assert closed_until(fund) == date(2024, 12, 31)
    close_year(fund=fund, year=2024, user=None)


def test_opening_again_needs_a_reason(fund):
    closing = close(fund, JANUARY, cash=1000)
    with pytest.raises(ValidationError, match="lý do"):
        reopen(closing=closing, reason=" ", user=None)


def test_the_same_month_is_closed_again_with_the_new_sums(fund):
    first = close(fund, JANUARY, cash=1000)
    reopen(closing=first, reason="Ghi sót", user=None)
    expense(fund, 300, on=date(2024, 1, 20))
    again = close(fund, JANUARY, cash=700)
    assert first.balances.get(account__kind="cash").booked == 1000
    assert again.balances.get(account__kind="cash").booked == 700
    assert Closing.objects.in_force().get(fund=fund) == again
