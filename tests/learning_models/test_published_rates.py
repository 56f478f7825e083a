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
    "MC": {"family": (847, 1000), "clan": (40, 40), "community": (50, 50), "unit": (60, 60), "commune": (4, 4)},
    "TC": {"family": (497, 1000), "clan": (12, 40), "community": (18.2, 50), "unit": (7.68, 60), "commune": (1, 4)},
    "QN": {"family": (None, 500), "clan": (None, 10), "community": (None, 20), "unit": (None, 9), "commune": (None, 3)},
}
DISTRICTS["TC"] |= {"community": (91, 250), "unit": (186, 376), "clan": (12, 40)}


def published() -> dict[tuple[str, str], float | None]:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["province"] == "Sơn La"]
    return {
        (row["unit"], row["indicator"]): float(row["value"]) if row["value"] else None
        for row in rows
        if row["indicator"].startswith("learning_models.")
    }
