"""The published rates of Sơn La, quarter I/2022, come out of registers that spreadsheets have filled."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from learning_models.models import Registration, RegistrationCount
from organizations.models import Organization, RegisterUse
from reports.models import Figure

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
# How many of a commune's number are written as names: the others only as a number.
NAMED = 30
LATE = 7


def published() -> dict[tuple[str, str], float | None]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["province"] == "Sơn La"]
    return {
        (row["unit"], row["indicator"]): float(row["value"]) if row["value"] else None
        for row in rows
        if row["indicator"].startswith("learning_models.")
    }


def communes(district: str) -> list[str]:
    return [f"{district}.{place}" for place in range(1, DISTRICTS[district]["commune"][1] + 1)]


def split(number: int | None, district: str) -> list[int | None]:
    """A district's number over its communes, as evenly as it goes."""
    places = len(communes(district))
    if number is None:
        return [None] * places
    return [number // places + (place < number % places) for place in range(places)]


def spreadsheets() -> dict[str, list[list]]:
    """Kind → rows, the headings first: communes below the districts, one branch in the first commune of each."""
    units, areas, rows = [["SL", f"Hội Khuyến học {NAMES['SL']}", "province", ""]], [], []
    for district, models in DISTRICTS.items():
        units.append([district, f"Hội Khuyến học {NAMES[district]}", "district", "SL"])
        units += [[code, f"Hội Khuyến học xã {code}", "commune", district] for code in communes(district)]
        units.append([f"{district}.1.A", "Chi hội bản A", "branch", f"{district}.1"])
        parts = {model: zip(*(split(each, district) for each in models[model]), strict=True) for model in models}
        for code in communes(district):
            of_commune = {model: next(part) for model, part in parts.items()}
            areas.append([code, 2022, *(of_commune[model][1] for model in DENOMINATORS)])
            for model, (registered, _) in of_commune.items():
                if registered is not None:
                    rows += registrations(code, model, registered)
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
    # Families of the first commune stand in its branch.
    place = f"{code}.A" if model == "family" and code.endswith(".1") else code
    rows = [[place, model, 2022, f"{model} {each}", "", "15/02/2022", "registered", ""] for each in range(names)]
    if rows:
        rows[0][-2:] = ["recognised", "20/12/2022"]
    rows.append([code, model, 2022, f"{model} muộn", "", "05/04/2022", "registered", ""])
    if left := registered - names:
        rows.append([code, model, 2022, "", left // 2, "31/03/2022", "reviewed", ""])
        rows.append([code, model, 2022, "", left - left // 2, "", "registered", ""])
    rows.append([code, model, 2022, "", LATE, "01/04/2022", "registered", ""])
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
    # Where the register is kept a model that nobody registered for is zero; Quỳnh Nhai keeps none.
    kept = Organization.objects.filter(level="commune").exclude(code__startswith="SL.QN")
    for unit in kept:
        RegisterUse.objects.create(organization=unit, register="learning_models", used_from=date(2022, 1, 1))
    call_command("open_round", "2022-Q1", due="2022-04-05", stdout=io.StringIO())
    return {NAMES[code].split(" ", 1)[1]: summary(code) for code in NAMES}


def summary(code: str, **options) -> dict[str, dict]:
    text = io.StringIO()
    call_command("quarterly_summary", code, "2022-Q1", stdout=text, **options)
    return {figure["indicator"]: figure for figure in json.loads(text.getvalue())["figures"]}


def assert_published(summaries) -> None:
    expected = published()
    assert len(expected) == 11
    for (unit, indicator), value in expected.items():
        assert summaries[unit][indicator]["value"] == value, (unit, indicator)


def test_the_published_rates_come_out(summaries):
    assert_published(summaries)


def test_they_stand_once_everybody_has_handed_in_and_was_accepted(summaries):
    User.objects.create_superuser("duyet", "duyet@example.vn", None)
    order = [*(code for district in DISTRICTS for code in communes(district)), *DISTRICTS, "SL"]
    for code in order:
        for step, user, options in (
            ("submit_report", "nap", {"confirm_warnings": True}),
            ("accept_report", "duyet", {}),
        ):
            call_command(step, code, "2022-Q1", user=user, stdout=io.StringIO(), **options)
    # What comes into the registers afterwards moves nothing.
    Registration.objects.filter(model="family").update(registered_on=date(2022, 6, 1))
    assert_published({NAMES[code].split(" ", 1)[1]: summary(code, accepted_only=True) for code in NAMES})


def test_nothing_is_declared_in_figures(summaries):
    assert not Figure.objects.exists()
    for district in DISTRICTS:
        for model in MODELS:
            units = summaries[NAMES[district].split(" ", 1)[1]][f"learning_models.{model}.registered"]["units"]
            sources = {unit["code"]: unit["source"] for unit in units}
            known = "missing" if district == "SL.QN" else "register"
            assert {code: sources[code] for code in communes(district)} == dict.fromkeys(communes(district), known)


def test_who_has_no_data_is_missing_and_not_zero(summaries):
    for model in MODELS:
        own = summaries["Quỳnh Nhai"][f"learning_models.{model}.registered"]
        assert own["value"] is None
        whole = summaries["Sơn La"][f"learning_models.{model}.registered_rate"]
        assert (whole["coverage"]["with_data"], whole["coverage"]["expected"]) == (2, 3)


def test_names_and_numbers_stand_side_by_side(summaries):
    of_families = {"organization__code__startswith": "SL.MC", "model": "family"}
    places = len(communes("SL.MC"))
    assert Registration.objects.filter(**of_families).count() == places * (NAMED + 1)
    assert Registration.objects.filter(organization__code="SL.MC.1.A").count() == NAMED
    numbers = sum(RegistrationCount.objects.filter(**of_families).values_list("count", flat=True))
    assert numbers == 847 - places * NAMED + places * LATE
    assert summaries["Mộc Châu"]["learning_models.family.registered"]["value"] == 847
