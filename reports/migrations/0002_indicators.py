"""Install the starting catalogue: the lines of `indicators.csv` beside this file, in its order."""

import csv
from pathlib import Path

from django.db import migrations

CATALOGUE = Path(__file__).with_name("indicators.csv")


def install(apps, schema_editor):
    model = apps.get_model("reports", "Indicator")
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {}
    # Ratios come last: they point to the others.
    for position, row in sorted(enumerate(rows, start=1), key=lambda numbered: numbered[1]["nature"] == "ratio"):
        known[row["code"]] = model.objects.create(
            code=row["code"],
            label=row["label"],
            unit=row["unit"],
            nature=row["nature"],
            source=row["source"],
            group=row["group"],
            numerator=known.get(row["numerator"]),
            denominator=known.get(row["denominator"]),
            scale=int(row["scale"]) if row["scale"] else None,
            better=row["better"],
            note=row["note"],
            asked_of=row["asked_of"],
            frequency=row["frequency"],
            position=position * 10,
        )


def remove(apps, schema_editor):
    apps.get_model("reports", "Indicator").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
