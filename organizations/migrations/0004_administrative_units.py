"""Install the State's units that the project ships: the rows of `organizations/data/administrative_units.csv`.

The columns are those of the spreadsheet of the same name. Units that are already there stay as they are.
"""

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from django.db import migrations

CATALOGUE = Path(__file__).parents[1] / "data" / "administrative_units.csv"
TIERS = ("province", "district", "commune")


def day(text):
    return date.fromisoformat(text) if text else None


def bearer(bearers, on):
    """Who of those with one code exists on the day; without a day the earliest."""
    if on is None:
        return min(bearers, key=lambda unit: unit.valid_from or date.min)
    return next(
        unit
        for unit in bearers
        if (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_to is None or on <= unit.valid_to)
    )


def install(apps, schema_editor):
    units = apps.get_model("organizations", "AdministrativeUnit").objects
    successions = apps.get_model("organizations", "AdministrativeSuccession").objects
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {(unit.code, unit.tier, unit.valid_from): unit for unit in units.all()}
    bearers = defaultdict(list)
    for unit in known.values():
        bearers[unit.code].append(unit)
    added = []
    # Parents first: children need their keys.
    for tier in TIERS:
        batch = []
        for row in rows:
            start = day(row["valid_from"])
            if row["tier"] != tier or (row["code"], tier, start) in known:
                continue
            unit = units.model(
                code=row["code"], name=row["name"], tier=tier, valid_from=start, valid_to=day(row["valid_to"])
            )
            if row["parent_code"]:
                unit.parent_id = bearer(bearers[row["parent_code"]], start).pk
            batch.append(unit)
            added.append((unit, row["successor_codes"]))
        for unit in units.bulk_create(batch):
            bearers[unit.code].append(unit)
    successions.bulk_create(
        successions.model(
            predecessor_id=unit.pk, successor_id=bearer(bearers[code], unit.valid_to + timedelta(days=1)).pk
        )
        for unit, codes in added
        for code in filter(None, codes.split(","))
    )


class Migration(migrations.Migration):
    dependencies = [("organizations", "0003_administrative_succession")]

    # Backwards the rows stay: associations may refer to them by then.
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
