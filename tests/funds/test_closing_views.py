from datetime import date

import pytest

from funds.closing import Counted, booked_on, close_month, next_to_close
from funds.ledger import closed_until
from funds.models import Closing
from organizations.models import Role
from tests.conftest import appoint
from tests.funds.books import account_of, fund_of
from tests.funds.test_views import address, sign_in, words

pytestmark = pytest.mark.django_db
JANUARY = date(2024, 1, 31)


@pytest.fixture
def fund(cast):
    return fund_of(cast.first, "KH", cash=1000)


@pytest.fixture
def treasurer(cast, client):
    return sign_in(client, appoint("treasurer", cast.first, Role.TREASURER))


def close_until(fund, last_day):
    while (day := next_to_close(fund)) <= last_day:
        counted = {row.account.pk: Counted(row.balance) for row in booked_on(fund, day)}
        close_month(fund=fund, last_day=day, counted=counted, user=None)


def counted(fund, amount, **facts):
    key = account_of(fund).pk
    return {"last_day": "31/01/2024", f"counted-{key}": amount, f"why-{key}": ""} | facts


def test_the_difference_is_seen_explained_and_the_month_closed_once(treasurer, fund):
    page = address("month_close", fund.code)
    shown = words(treasurer.get(page))
    assert "Khóa sổ tháng 1/2024" in shown
    assert "Sổ ghi 1.000 đồng" in shown
    checked = treasurer.post(page, counted(fund, "900", check="1"))
    assert "ít hơn sổ 100 đồng" in words(checked)
    assert not Closing.objects.exists()
    refused = treasurer.post(page, counted(fund, "900"))
    assert "hoặc giải thích chênh lệch" in words(refused)
    assert refused.context["form"].lines[0].counted.value() == "900"
    assert "hoặc giải thích chênh lệch" in str(refused.context["form"].lines[0].explanation.errors)
    posted = counted(fund, "900") | {f"why-{account_of(fund).pk}": "Đang tìm"}
    assert "Đã khóa sổ tháng 1/2024" in words(treasurer.post(page, posted, follow=True))
    treasurer.post(page, posted)
    closing = Closing.objects.get()
    assert closing.closed_by.username == "treasurer"
    assert "Đang tìm" in words(treasurer.get(address("closing_detail", closing.pk)))


def test_what_was_not_counted_is_asked_for(treasurer, fund):
    response = treasurer.post(address("month_close", fund.code), counted(fund, ""))
    assert f"counted-{account_of(fund).pk}" in response.context["form"].errors
    assert not Closing.objects.exists()


def test_a_day_that_is_no_months_end_closes_nothing(treasurer, fund):
    for day in ("15/01/2024", "29/02/2024", "abc"):
        treasurer.post(address("month_close", fund.code), counted(fund, "1000", last_day=day))
    assert not Closing.objects.exists()


def test_a_year_is_closed_after_its_december(treasurer, fund):
    page = address("year_close", fund.code)
    assert treasurer.get(page).url == address("closing_list", fund.code)
    close_until(fund, date(2024, 12, 31))
    assert "Khóa sổ năm 2024" in words(treasurer.get(address("closing_list", fund.code)))
    assert "Khóa sổ năm 2024?" in words(treasurer.get(page))
    treasurer.post(page, {"year": "2024"})
    treasurer.post(page, {"year": "2024"})
    assert Closing.objects.filter(period="year").count() == 1


def test_only_the_level_above_opens_again(client, cast, fund):
    close_until(fund, date(2024, 3, 31))
    march = Closing.objects.get(last_day=date(2024, 3, 31))
    page, posted = address("closing_reopen", march.pk), {"reason": "Ghi sót phiếu thu"}
    here = appoint("manager_here", cast.first, Role.MANAGER)
    assert sign_in(client, here).post(page, posted).status_code == 403
    assert "Mở lại sổ" not in words(client.get(address("closing_detail", march.pk)))
    sign_in(client, cast.district_manager)
    assert "Mở lại sổ" in words(client.get(address("closing_detail", march.pk)))
    assert "reason" in client.post(page, {"reason": ""}).context["form"].errors
    client.post(page, posted)
    assert closed_until(fund) == date(2024, 2, 29)
    march.refresh_from_db()
    assert (march.reopened_by, march.reopened_because) == (cast.district_manager, "Ghi sót phiếu thu")


def test_at_the_top_only_an_administrator_opens_again(client, cast):
    fund = fund_of(cast.province, "TINH", cash=1000)
    close_until(fund, JANUARY)
    page = address("closing_reopen", Closing.objects.get().pk)
    assert sign_in(client, cast.manager).post(page, {"reason": "Sót"}).status_code == 403
    assert sign_in(client, cast.administrator).post(page, {"reason": "Sót"}).status_code == 302
    assert closed_until(fund) is None
