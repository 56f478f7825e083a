"""The published rates of Sơn La, quarter I/2022, come out of registers that spreadsheets have filled."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from learning_models.models import Registration, RegistrationCount

pytestmark = pytest.mark.django_db
FILE = Path(__file__).parents[1] / "khuyenhoc" / "published_figures.csv"
MODELS = ("family", "clan", "community", "unit", "commune")
DENOMINATORS = {
    "family": "households",
    "clan": "clans",
    "community": "villages",
    "unit": "units",
    "commune": "communes",
}
# Unit → model → (registered, all): invented, but for what they come to. Quỳnh Nhai has an area and nothing else.
DISTRICTS = {
    "SL.MC": {"family": (847, 1000), "clan": (40, 40), "community": (50, 50), "unit": (60, 60), "commune": (4, 4)},
    "SL.TC": {"family": (497, 1000), "clan": (25, 60), "community": (291, 450), "unit": (222, 440), "commune": (1, 4)},
    "SL.QN": {
        "family": (None, 500),
        "clan": (None, 10),
        "community": (None, 20),
        "unit": (None, 9),
        "commune": (None, 3),
    },
}
NAMES = {"SL": "tỉnh Sơn La", "SL.MC": "huyện Mộc Châu", "SL.TC": "huyện Thuận Châu", "SL.QN": "huyện Quỳnh Nhai"}
# How many of a number are written as names: the others only as a number.
NAMED = 120


def published() -> dict[tuple[str, str], float | None]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["province"] == "Sơn La"]
    return {
        (row["unit"], row["indicator"]): float(row["value"]) if row["value"] else None
        for row in rows
        if row["indicator"].startswith("learning_models.")
    }


def spreadsheets() -> dict[str, list[list]]:
    """Kind → rows, the headings first."""
    units = [["SL", f"Hội Khuyến học {NAMES['SL']}", "province", ""]]
    units += [[code, f"Hội Khuyến học {NAMES[code]}", "district", "SL"] for code in DISTRICTS]
    areas = [[code, 2022, *(models[model][1] for model in DENOMINATORS)] for code, models in DISTRICTS.items()]
    rows = [
        row
        for code, models in DISTRICTS.items()
        for model, (registered, _) in models.items()
        if registered is not None
        for row in registrations(code, model, registered)
    ]
    return {
        "organizations": [["code", "name", "level", "parent_code"], *units],
        "area_statistics": [["organization_code", "year", *DENOMINATORS.values()], *areas],
        "registrations": [
            ["organization_code", "model", "year", "registrant", "count", "registered_on", "status", "decision_date"],
            *rows,
        ],
    }


def registrations(code: str, model: str, registered: int) -> list[list]:
    """Names and numbers that together are so many by the quarter's end; some have gone on since, some came later."""
    names = min(registered, NAMED)
    rows = [[code, model, 2022, f"{model} {place}", "", "15/02/2022", "registered", ""] for place in range(names)]
    rows[0][-2:] = ["recognised", "20/12/2022"]
    rows.append([code, model, 2022, f"{model} muộn", "", "05/04/2022", "registered", ""])
    if left := registered - names:
        rows.append([code, model, 2022, "", left // 2, "31/03/2022", "reviewed", ""])
        rows.append([code, model, 2022, "", left - left // 2, "", "registered", ""])
    rows.append([code, model, 2022, "", 7, "01/04/2022", "registered", ""])
    return rows


@pytest.fixture
def summaries(db, settings, tmp_path):
    """Unit → indicator → value, as the command says them once the spreadsheets are in."""
    settings.MEDIA_ROOT = tmp_path / "media"
    User.objects.create_superuser("nap", "nap@example.vn", None)
    for kind, rows in spreadsheets().items():
        path = tmp_path / f"{kind}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        call_command("import_spreadsheet", kind, str(path), user="nap", save=True, stdout=io.StringIO())
    call_command("open_round", "2022-Q1", due="2022-04-05", stdout=io.StringIO())
    return {NAMES[code].split(" ", 1)[1]: summary(code) for code in NAMES}


def summary(code: str) -> dict[str, dict]:
    text = io.StringIO()
    call_command("quarterly_summary", code, "2022-Q1", stdout=text)
    return {figure["indicator"]: figure for figure in json.loads(text.getvalue())["figures"]}


def test_the_published_rates_come_out(summaries):
    expected = published()
    assert len(expected) == 11
    for (unit, indicator), value in expected.items():
        assert summaries[unit][indicator]["value"] == value, (unit, indicator)


def test_who_has_no_data_is_missing_and_not_zero(summaries):
    for model in MODELS:
        own = summaries["Quỳnh Nhai"][f"learning_models.{model}.registered"]
        assert own["value"] is None
        whole = summaries["Sơn La"][f"learning_models.{model}.registered_rate"]
        assert (whole["coverage"]["with_data"], whole["coverage"]["expected"]) == (2, 3)


def test_names_and_numbers_stand_side_by_side(summaries):
    of_families = {"organization__code": "SL.MC", "model": "family"}
    assert Registration.objects.filter(**of_families).count() == NAMED + 1
    assert sum(RegistrationCount.objects.filter(**of_families).values_list("count", flat=True)) == 847 - NAMED + 7
    assert summaries["Mộc Châu"]["learning_models.family.registered"]["value"] == 847
