"""On SQLite no row of the ledger is replaced by another either."""

from django.db import migrations

from core.immutable import StillImmutable

MESSAGE = "What the ledger holds is never changed: reverse it by another entry."
REOPENING = ["reopened_at", "reopened_by_id", "reopened_because"]


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0013_registers"),
    ]

    operations = [
        StillImmutable("entry", message=MESSAGE),
        StillImmutable("closing", open_columns=REOPENING, message=MESSAGE),
        StillImmutable("closingbalance", message=MESSAGE),
    ]
