"""On SQLite no certificate is replaced by another either."""

from django.db import migrations

from core.immutable import StillImmutable

DECIDED = "Đã có quyết định ban hành, nên giữ nguyên. Muốn thay đổi, hãy lập quyết định tiếp theo."


class Migration(migrations.Migration):
    dependencies = [
        ("learning_models", "0006_filed_withdrawals"),
    ]

    operations = [
        StillImmutable("certificate", message=DECIDED),
    ]
