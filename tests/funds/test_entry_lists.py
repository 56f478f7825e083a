"""Entries behind a figure of a quarter."""

from datetime import date

import pytest
from django.urls import reverse

from core.periods import Quarter
from funds.ledger import reverse_entry
from funds.statistics import count_flows
from tests.funds.books import account_of, expense, fund_of, income, move

pytestmark = pytest.mark.django_db
LIST = reverse("funds:entry_list")
QUERY = {"year": "2024", "quarter": "1"}


@pytest.fixture
def listed(client, cast):
    client.force_login(cast.manager, backend="django.contrib.auth.backends.ModelBackend")

    def listed(unit="A", **query):
        return client.get(LIST, QUERY | {"unit": unit} | query).context

    return listed


def test_the_list_adds_up_to_the_figure(cast, listed):
    fund, other = fund_of(cast.first, cash=5000), fund_of(cast.branch, "Q2", cash=5000)
    reverse_entry(entry=income(fund, 50), date=date(2024, 3, 11), reason="Nhầm", user=None)
    income(fund, 700)
    income(other, 30)
    income(fund, 9, on=date(2024, 4, 1))
    income(fund, 20, code="dues")
    expense(fund, 400)
    move(account_of(fund), account_of(other), 100)
    flows = count_flows(Quarter(2024, 1))
    for counted, number in (("raised", 730), ("spent", 400), ("dues", 20)):
        assert listed(counted=counted)["total"] == sum(flows[f"funds.{counted}"].values()) == number
    assert listed(counted="raised", quarter="")["total"] == 739
    assert len(listed(counted="raised")["object_list"]) == 4


def test_the_own_line_leaves_out_what_reporting_units_below_have(cast, listed):
    income(fund_of(cast.first), 700)
    income(fund_of(cast.east, "Q2"), 30)
    assert listed("A.D")["total"] == 730
    assert listed("A.D", own="1")["total"] == 30


@pytest.mark.parametrize("query", [{"year": "x"}, {"counted": "x"}, {"quarter": "9"}])
def test_what_is_not_understood_lists_nothing(cast, listed, query):
    income(fund_of(cast.first), 700)
    assert listed(**query)["total"] == 0


def test_another_subtree_is_out_of_reach(client, cast):
    income(fund_of(cast.second), 700)
    client.force_login(cast.secretary, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST, QUERY | {"unit": "A.D.2"}).status_code == 404
    assert client.get(LIST, QUERY).context["total"] == 0
