"""Money for each inhabitant from spreadsheets to the summary: register in use, targets, transfers, no population."""

import io
import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from core.periods import Quarter
from organizations.models import RegisterUse
from reports.cells import read_cells
from reports.models import Report
from tests.funds.sheets import content

pytestmark = pytest.mark.django_db
UNITS = [
    {"code": "T", "name": "Hội Khuyến học tỉnh T", "level": "province", "parent_code": ""},
    {"code": "T.A", "name": "Hội Khuyến học huyện A", "level": "district", "parent_code": "T"},
    {"code": "T.A.1", "name": "Hội Khuyến học xã Một", "level": "commune", "parent_code": "T.A"},
    {"code": "T.A.2", "name": "Hội Khuyến học xã Hai", "level": "commune", "parent_code": "T.A"},
]
# The second commune's population is not known.
AREAS = [{"organization_code": "T.A.1", "year": 2022, "population": 2_000}]
FUNDS = [
    {"fund_code": code, "organization_code": unit, "name": f"Quỹ {code}", "opening_date": "01/01/2022"}
    | {"opening_balance": money}
    for code, unit, money in (
        ("TINH", "T", "1.000.000"),
        ("MOT", "T.A.1", "100.000"),
        ("TRE", "T.A.1", ""),
        ("HAI", "T.A.2", "50.000"),
    )
]
ENTRIES = [
    ["MOT", "thu", "donation", "300.000", ""],
    ["TRE", "thu", "donation", "20.000", ""],
    # Between two funds of one commune, inside the district, and into it from outside.
    ["MOT", "chi", "transfer", "40.000", "TRE"],
    ["MOT", "chi", "transfer", "60.000", "HAI"],
    ["TINH", "chi", "transfer", "500.000", "MOT"],
    ["TRE", "chi", "award", "10.000", ""],
]
TARGETS = [{"organization_code": "T.A.1", "indicator": "funds.per_capita", "year": 2022, "value": 500}]


@pytest.fixture
def province(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    columns = ("fund_code", "direction", "category", "amount", "transfer_fund_code")
    entries = [dict(zip(columns, row, strict=True)) | {"date": "10/02/2022"} for row in ENTRIES]
    kinds = {"organizations": UNITS, "area_statistics": AREAS, "targets": TARGETS, "funds": FUNDS}
    for kind, rows in (kinds | {"fund_entries": entries}).items():
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(content(rows).getvalue())
        call_command("import_spreadsheet", kind, str(path), user="administrator", save=True, stdout=io.StringIO())
    call_command("open_round", "2022-Q1", due="2022-04-05", organization="T", stdout=io.StringIO())


def summary(code):
    text = io.StringIO()
    call_command("quarterly_summary", code, "2022-Q1", stdout=text)
    return {figure["indicator"]: figure for figure in json.loads(text.getvalue())["figures"]}


def test_two_funds_of_a_commune_make_one_rate_beside_its_target(province):
    commune = summary("T.A.1")
    assert commune["funds.raised"]["value"] == 320_000
    assert commune["funds.spent"]["value"] == 10_000
    assert commune["funds.balance"]["value"] == 100_000 + 320_000 - 10_000 - 60_000 + 500_000
    assert commune["funds.per_capita"]["value"] == 850_000 / 2_000
    assert commune["funds.per_capita"]["target"] == 500


def test_without_population_there_is_no_rate_and_the_rest_is_counted(province):
    assert summary("T.A.2")["funds.balance"]["value"] == 110_000
    assert summary("T.A.2")["funds.per_capita"]["value"] is None
    rate = summary("T.A")["funds.per_capita"]
    assert rate["value"] == 850_000 / 2_000
    assert rate["coverage"] == {"with_data": 1, "expected": 2, "partial": 0}


def test_transfers_are_raised_and_spent_nowhere_and_only_move_what_there_is(province):
    district, whole = summary("T.A"), summary("T")
    assert (district["funds.raised"]["value"], district["funds.spent"]["value"]) == (320_000, 10_000)
    # What came from the province is in the district's funds, but the district did not raise it.
    assert district["funds.balance"]["value"] == 150_000 + 310_000 + 500_000
    assert (whole["funds.raised"]["value"], whole["funds.spent"]["value"]) == (320_000, 10_000)
    assert whole["funds.balance"]["value"] == 1_150_000 + 310_000


def test_zero_is_said_from_the_day_on_which_the_register_is_in_use(province, cast, client):
    """Before it nothing was counted and the figures are typed; then they come from the ledger and from the awards."""
    report = Report.objects.get(organization__code="T.A.2", round__quarter=Quarter(2022, 1))
    names = ("funds.raised", "funds.dues", "funds.awards.students", "funds.scholarships.amount")
    assert {name: read_cells(report)[name].register for name in names} == dict.fromkeys(names)
    client.force_login(cast.administrator, backend="django.contrib.auth.backends.ModelBackend")
    listed = client.get(reverse("funds:register_list"), {"unit": "T"})
    page = reverse("funds:register_use", args=["T.A.2"])
    assert page in listed.content.decode()
    answer = client.post(page, {"used_from": "01/01/2022"}, follow=True)
    assert "dùng sổ quỹ từ 01/01/2022" in answer.content.decode()
    assert RegisterUse.objects.get(organization__code="T.A.2").register == "funds"
    report = Report.objects.get(pk=report.pk)
    assert {name: read_cells(report)[name].register for name in names} == dict.fromkeys(names, 0)
    assert summary("T.A.2")["funds.raised"]["value"] == 0
