"""From figures to the names behind them."""

from datetime import date

import pytest

from core.periods import Quarter
from funds.addresses import rows_address
from funds.awards.statistics import CODES as AWARD_CODES
from funds.statistics import FLOWS
from reports.catalogue import NAMED
from reports.models import Indicator
from reports.names import Names
from reports.services import open_round
from tests.chain import hand_in_and_accept, line
from tests.funds.books import fund_of, income
from tests.funds.prizes import given
from tests.learning_models.register import add_registration

FIRST = Quarter(2022, 1)
CODE = "learning_models.family.registered"


@pytest.fixture
def opened(cast):
    """Ten families in the first commune, an open quarter, and one commune that declared."""
    for _ in range(10):
        add_registration(cast.branch)
    open_round(root=cast.province, quarter=FIRST, due_on=date(2022, 4, 5), user=None)
    return cast


@pytest.fixture
def look(client, opened):
    def look(person, path):
        client.force_login(getattr(opened, person), backend="django.contrib.auth.backends.ModelBackend")
        return client.get(path).content.decode()

    return look


def test_addresses_are_for_those_who_may_see_the_names(opened):
    def url(person, code, indicator=CODE):
        return Names(getattr(opened, person), ["A.D", "A.D.1"], FIRST).url(indicator, code)

    assert "unit=A.D.1&" in url("secretary", "A.D.1")
    assert url("secretary", "A.D") == ""
    assert url("stranger", "A.D.1") == ""
    assert url("nobody", "A.D.1") == ""
    assert url("manager", "A.D.1", "members.total") == ""
    assert "counted=registered" in url("manager", "A.D", "learning_models.family.registered_rate")


def test_all_figures_of_a_page_cost_one_query(opened, django_assert_num_queries):
    names = Names(opened.manager, ["A.D", "A.D.1"], FIRST)
    names.url(CODE, "A.D")
    with django_assert_num_queries(0):
        assert names.url(CODE, "A.D.1")
        assert names.url("learning_models.clan.registered", "A.D")


def test_the_form_leads_from_the_register_to_its_own_line(look):
    page = look("secretary", "/reports/A.D.1/2022-Q1/")
    address = "unit=A.D.1&amp;model=family&amp;counted=registered&amp;quarter=2022-Q1&amp;own=1"
    assert f'<a href="/learning-models/?{address}">10<' in page
    assert "model=clan" not in page


def test_the_summary_leads_from_its_figures_to_the_names(look):
    page = look("manager", "/reports/A/2022-Q1/summary/")
    assert "/learning-models/?unit=A&amp;model=family&amp;counted=registered&amp;quarter=2022-Q1" in page
    assert "/learning-models/?unit=A.D&amp;model=family&amp;counted=registered" in page
    assert "Danh sách lấy từ sổ hôm nay" in page
    assert "/learning-models/?unit=A.T&amp;" not in page


def test_a_span_leads_to_the_names_of_its_last_opened_quarter(look, opened):
    open_round(root=opened.province, quarter=Quarter(2022, 2), due_on=date(2022, 7, 5), user=None)
    for span, quarter in (("2022-H1", "2022-Q2"), ("2022", "2022-Q2")):
        page = look("manager", f"/reports/A/{span}/summary/")
        assert f"/learning-models/?unit=A&amp;model=family&amp;counted=registered&amp;quarter={quarter}" in page
        assert f"/learning-models/?unit=A.D&amp;model=family&amp;counted=registered&amp;quarter={quarter}" in page
        assert "quarter=2022-Q1" not in page
        assert "Danh sách lấy từ sổ hôm nay" in page


def test_what_leads_to_names_is_a_stock(opened):
    counted = Indicator.objects.filter(source=Indicator.Source.REGISTER)
    named = [each for each in counted if each.code.partition(".")[0] in NAMED]
    assert {each.nature for each in named} == {Indicator.Nature.STOCK}


def test_an_accepted_quarter_keeps_its_number_while_the_list_goes_on(look, opened):
    hand_in_and_accept(opened.first)
    add_registration(opened.branch, name="Ghi muộn")
    assert line(opened.first, CODE).value == 10
    page = look("manager", "/reports/A.D.1/2022-Q1/summary/")
    assert 'counted=registered&amp;quarter=2022-Q1">10</a>' in page
    listed = look("manager", "/learning-models/?unit=A.D.1&model=family&counted=registered&quarter=2022-Q1")
    assert "11 hộ theo danh sách" in listed


def test_the_dashboard_leads_to_the_names_of_its_indicator(look):
    for page in ("trend", "ranking"):
        assert "counted=registered" in look("manager", f"/dashboard/A/{page}/?indicator={CODE}")
        assert "Xem danh sách của" not in look("manager", f"/dashboard/A/{page}/?indicator=members.total")


def test_flows_of_funds_lead_to_their_days_and_spans_nowhere(opened):
    def url(indicator, **facts):
        return Names(opened.secretary, ["A.D.1"], FIRST, **facts).url(indicator, "A.D.1", own=True)

    assert url("funds.awards.students") == ("/funds/awards/given/?unit=A.D.1&year=2022&quarter=1&own=1&kind=student")
    assert url("funds.awards.amount").endswith("kind=awards")
    assert url("funds.raised") == "/funds/entries/?unit=A.D.1&year=2022&quarter=1&own=1&counted=raised"
    assert url("funds.balance") == ""
    assert url("funds.raised", is_span=True) == ""
    assert url(CODE, is_span=True) != ""


@pytest.mark.django_db
def test_what_leads_to_days_is_a_flow():
    leads = [each for each in Indicator.objects.all() if rows_address(each.code, "A", FIRST)]
    assert len(leads) == len(AWARD_CODES) + len(FLOWS)
    assert {each.nature for each in leads} == {Indicator.Nature.FLOW}


def test_the_form_and_the_summary_lead_to_entries_and_awards(look, opened):
    income(fund_of(opened.first, opened_on=date(2022, 1, 1)), 70_000, on=date(2022, 2, 1))
    given(opened.first, portions=3)
    for page in ("/reports/A.D.1/2022-Q1/", "/reports/A.D.1/2022-Q1/summary/"):
        text = look("secretary", page)
        assert "/funds/entries/?unit=A.D.1&amp;year=2022&amp;quarter=1" in text
        assert "/funds/awards/given/?unit=A.D.1&amp;year=2022&amp;quarter=1" in text
    open_round(root=opened.province, quarter=Quarter(2022, 2), due_on=date(2022, 7, 5), user=None)
    assert "/funds/entries/" not in look("manager", "/reports/A/2022-H1/summary/")
