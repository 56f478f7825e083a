"""What waits on the first page about funds and awards."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import tasks
from funds.awards.approving import approve
from funds.closing import Counted, close_month, month_end
from funds.ledger import book_dues
from funds.tasks import fund_tasks, months_between
from organizations.models import Role
from tests.conftest import appoint
from tests.dues import people_of, receipt_for
from tests.funds.books import account_of, fund_of
from tests.funds.prizes import approved, keys_of, nominated, programme_of

pytestmark = pytest.mark.django_db
TODAY = date(2024, 4, 10)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(tasks, "timezone", SimpleNamespace(localdate=lambda: TODAY))


@pytest.fixture
def treasurer(cast):
    return appoint("treasurer", cast.first, Role.TREASURER)


def titles(user) -> list[str]:
    return [task.title for task in fund_tasks(user)]


def test_a_treasurer_is_told_which_month_to_close_next(cast, treasurer):
    fund = fund_of(cast.first, name="Quỹ xã", cash=1000)
    (task,) = fund_tasks(treasurer)
    assert task.title == "Khóa sổ tháng 1/2024: Quỹ xã"
    assert "Còn 3 tháng chưa khóa" in task.words
    for month in (1, 2, 3):
        counted = {account_of(fund).pk: Counted(1000)}
        close_month(fund=fund, last_day=month_end(date(2024, month, 1)), counted=counted, user=None)
    assert titles(treasurer) == []
    last = fund.closings.order_by("-last_day").first()
    type(last).objects.filter(pk=last.pk).update(reopened_at="2024-04-02T00:00:00Z", reopened_because="Sót")
    assert titles(treasurer) == ["Khóa sổ tháng 3/2024: Quỹ xã"]


def test_a_fund_without_entries_or_closed_for_good_asks_nothing(cast, treasurer):
    fund_of(cast.first)
    fund_of(cast.first, "Q2", cash=5, closed_on=date(2024, 3, 1))
    assert titles(treasurer) == []


@pytest.mark.parametrize(("today", "number"), [(date(2024, 1, 31), 0), (date(2024, 2, 1), 1), (date(2025, 1, 1), 12)])
def test_months_are_counted(today, number):
    assert months_between(date(2024, 1, 31), today) == number


def test_units_below_and_beside_do_their_own_work(cast, treasurer):
    for unit, code in ((cast.east, "Q1"), (cast.second, "Q2"), (cast.branch, "Q3")):
        fund_of(unit, code, cash=1000)
    assert titles(treasurer) == []
    assert titles(cast.viewer) == titles(cast.nobody) == []


def test_nominations_wait_for_those_who_may_still_approve(cast):
    programme = programme_of(cast.first, name="Vượt khó")
    nominator, reviewer = (appoint(name, cast.first, Role.MANAGER, Role.REVIEWER) for name in ("nominator", "approver"))
    awards = nominated(programme, cast.first, "A", "B", user=nominator)
    assert titles(nominator) == titles(cast.manager) == []
    (task,) = fund_tasks(reviewer)
    assert task.title == "2 đề cử chờ duyệt: Vượt khó, năm 2026"
    assert (task.state, task.url) == ("submitted", reverse("awards:programme_detail", args=[programme.pk]))
    approve(programme=programme, keys=keys_of(awards), user=reviewer)
    assert titles(reviewer) == []


def test_nominations_at_a_unit_below_wait_there_to_be_passed_on(cast):
    programme = programme_of(cast.province, name="Cấp tỉnh")
    nominated(programme, cast.first, "A")
    assert titles(cast.secretary) == ["1 đề cử đang ở đơn vị: Cấp tỉnh, năm 2026"]
    assert titles(cast.reviewer) == []


def test_what_is_approved_waits_for_the_treasurer(cast, treasurer):
    programme = programme_of(cast.first, name="Vượt khó")
    approved(programme, nominated(programme, cast.first, "A"), cast.manager, cast.reviewer)
    (task,) = fund_tasks(treasurer)
    assert task.title == "1 người đã duyệt, chưa trao: Vượt khó, năm 2026"
    assert task.url == reverse("awards:hand_over", args=[programme.pk])


def test_dues_that_were_handed_over_wait_to_be_booked(cast, treasurer):
    dues = people_of(cast)
    receipt = receipt_for(cast.branch, {dues.members[0]: 10_000})
    assert titles(treasurer) == []
    fund = fund_of(cast.first, opened_on=date(2020, 1, 1))
    assert titles(treasurer) == ["1 đợt nộp hội phí chưa vào sổ quỹ"]
    book_dues(collection=receipt, account=account_of(fund), user=None)
    assert "đợt nộp" not in " ".join(titles(treasurer))


def test_the_first_page_shows_them(client, cast, treasurer):
    fund_of(cast.first, name="Quỹ xã", cash=1000)
    client.force_login(treasurer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("home")).content.decode()
    assert "Khóa sổ tháng 1/2024: Quỹ xã" in page
    assert "Đến hạn" in page


def test_the_number_of_queries_does_not_grow(cast, treasurer):
    counted = []
    for number in (1, 8):
        for place in range(number):
            programme = programme_of(cast.first, name=f"{number} {place}")
            approved(programme, nominated(programme, cast.first, "A"), cast.manager, cast.reviewer)
            fund_of(cast.first, f"Q{number}{place}", cash=1000)
        with CaptureQueriesContext(connection) as queries:
            assert fund_tasks(type(treasurer).objects.get(pk=treasurer.pk))
        counted.append(len(queries))
    assert counted[0] == counted[1]
