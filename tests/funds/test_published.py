"""Sơn La's published 6,6 tỷ of quarter I/2022 comes out of ledgers that spreadsheets have filled; nothing is declared.

The source states 6,6 tỷ for the province and 6,1 tỷ for the Quỹ Học bổng Tô Hiệu, but not whether the one is part of
the other, nor who raised the rest: that it is, and everything smaller here, is assumed.
"""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from funds.integrity import find_faults
from funds.models import Entry, Fund
from reports.models import Figure
from tests.funds.sheets import content

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[1] / "khuyenhoc" / "published_figures.csv"
UNITS = {"SL": "Sơn La", "SL.MC": "Mộc Châu", "SL.PY": "Phù Yên", "SL.QN": "Quỳnh Nhai"}
FUNDS = [
    ["TOHIEU", "SL", "Quỹ Học bổng Tô Hiệu", "có", "1.200.000.000"],
    ["SL", "SL", "Quỹ Khuyến học tỉnh", "", ""],
    ["MC", "SL.MC", "Quỹ Khuyến học huyện Mộc Châu", "", "40.000.000"],
    ["PY", "SL.PY", "Quỹ Khuyến học huyện Phù Yên", "", ""],
]
# Fund, day, direction, category, amount, account, where to, voucher.
ENTRIES = [
    ["TOHIEU", "15/01/2022", "thu", "donation", "4 tỷ", "bank", "", "1"],
    ["TOHIEU", "20/02/2022", "thu", "donation", "2,1 tỷ", "bank", "", "2"],
    ["TOHIEU", "31/03/2022", "chi", "scholarship", "35 triệu", "bank", "", "1"],
    ["TOHIEU", "30/03/2022", "chi", "transfer", "50 triệu", "bank", "PY", "2"],
    ["TOHIEU", "31/03/2022", "thu", "interest", "9 triệu", "bank", "", "3"],
    ["SL", "10/01/2022", "thu", "donation", "180 triệu", "", "", "1"],
    ["SL", "25/03/2022", "chi", "award", "30 triệu", "", "", "1"],
    ["MC", "12/02/2022", "thu", "donation", "190 triệu", "", "", "1"],
    ["MC", "13/02/2022", "thu", "donation", "10 triệu", "hiện vật", "", "2"],
    ["MC", "14/02/2022", "thu", "dues", "6 triệu", "", "", "3"],
    ["MC", "10/12/2021", "thu", "donation", "77 triệu", "", "", "90"],
    ["PY", "01/03/2022", "thu", "donation", "120 triệu", "", "", "1"],
    ["PY", "01/04/2022", "thu", "donation", "33 triệu", "", "", "2"],
]
FUND_COLUMNS = ["fund_code", "organization_code", "name", "licensed", "opening_balance"]
ENTRY_COLUMNS = [
    "fund_code",
    "date",
    "direction",
    "category",
    "amount",
    "account",
    "transfer_fund_code",
    "voucher_number",
]


def published() -> dict[str, int]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == "funds.raised"]
    return {row["unit"]: int(row["value"]) for row in rows if row["province"] == "Sơn La"}


def spreadsheets() -> dict[str, list[dict]]:
    units = [
        {"code": code, "name": f"Hội Khuyến học {name}", "level": "district" if "." in code else "province"}
        | {"parent_code": "SL" if "." in code else ""}
        for code, name in UNITS.items()
    ]
    areas = [{"organization_code": "SL.MC", "year": 2022, "population": 100_000}]
    funds = [dict(zip(FUND_COLUMNS, row, strict=True)) | {"opening_date": "01/12/2021"} for row in FUNDS]
    funds[0]["opening_bank"] = funds[0]["opening_balance"]
    entries = [dict(zip(ENTRY_COLUMNS, row, strict=True)) for row in ENTRIES]
    return {"organizations": units, "area_statistics": areas, "funds": funds, "fund_entries": entries}


@pytest.fixture
def summaries(db, settings, tmp_path):
    """Unit → indicator → figure, as the command says them once the spreadsheets are in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    User.objects.create_superuser("nap", "nap@example.vn", None)
    for kind, rows in spreadsheets().items():
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(content(rows).getvalue())
        call_command("import_spreadsheet", kind, str(path), user="nap", save=True, stdout=io.StringIO())
    call_command("open_round", "2022-Q1", due="2022-04-05", stdout=io.StringIO())
    return {code: summary(code) for code in UNITS}


def summary(code: str) -> dict[str, dict]:
    text = io.StringIO()
    call_command("quarterly_summary", code, "2022-Q1", stdout=text)
    return {figure["indicator"]: figure for figure in json.loads(text.getvalue())["figures"]}


def test_what_was_published_comes_out_and_nothing_is_declared(summaries):
    expected = published()
    assert summaries["SL"]["funds.raised"]["value"] == expected["Sơn La"] == 6_600_000_000
    of_fund = Entry.objects.filter(fund=Fund.objects.get(name="Quỹ Học bổng Tô Hiệu"), category__nature="donation")
    assert of_fund.balance() == expected["Quỹ Học bổng Tô Hiệu"] == 6_100_000_000
    assert not Figure.objects.exclude(declared=None, declared_total=None).exists()
    assert list(find_faults()) == []


def test_the_province_adds_up_its_own_line_and_the_districts(summaries):
    raised = summaries["SL"]["funds.raised"]
    assert {unit["code"]: (unit["value"], unit["source"]) for unit in raised["units"]} == {
        "SL": (6_280_000_000, "register"),
        "SL.MC": (200_000_000, "register"),
        "SL.PY": (120_000_000, "register"),
        "SL.QN": (None, "missing"),
    }
    assert (raised["coverage"]["with_data"], raised["coverage"]["expected"]) == (2, 3)


def test_transfers_are_not_spent_and_things_are_no_balance(summaries):
    whole = summaries["SL"]
    assert whole["funds.spent"]["value"] == 65_000_000
    assert whole["funds.dues"]["value"] == 6_000_000
    opening = 1_200_000_000 + 40_000_000 + 77_000_000
    money = 6_600_000_000 - 10_000_000 + 9_000_000 + 6_000_000 - 65_000_000
    assert whole["funds.balance"]["value"] == opening + money
    assert summaries["SL.PY"]["funds.balance"]["value"] == 170_000_000


def test_money_for_each_head_climbs_as_a_pair(summaries):
    assert summaries["SL.MC"]["funds.balance"]["value"] == 313_000_000
    assert summaries["SL.MC"]["funds.per_capita"]["value"] == 3130
