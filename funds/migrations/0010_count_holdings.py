from django.db import migrations

# What the ledgers hold already; `funds/balances.py` counts on from here.
COUNT = """
INSERT INTO funds_holding (account_id, is_principal, entries, balance)
SELECT account_id, is_principal, count(*), sum(CASE WHEN direction = 'in' THEN amount ELSE -amount END)
FROM funds_entry GROUP BY account_id, is_principal
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0009_holdings"),
    ]

    operations = [
        migrations.RunSQL(COUNT, "DELETE FROM funds_holding"),
    ]
