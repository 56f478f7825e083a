from django.db import migrations, models

from core.immutable import Immutable

DECIDED = "Đã có quyết định ban hành, nên giữ nguyên. Muốn thay đổi, hãy lập quyết định tiếp theo."


class Migration(migrations.Migration):
    dependencies = [
        ("learning_models", "0005_decision_papers"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="recognitiondecision",
            name="recognition_decision_follows",
        ),
        migrations.AddField(
            model_name="historicalrecognitiondecision",
            name="given_by",
            field=models.CharField(blank=True, max_length=150, verbose_name="người đã công nhận"),
        ),
        migrations.AddField(
            model_name="historicalrecognitiondecision",
            name="given_number",
            field=models.CharField(blank=True, max_length=50, verbose_name="số quyết định đã công nhận"),
        ),
        migrations.AddField(
            model_name="historicalrecognitiondecision",
            name="given_on",
            field=models.DateField(blank=True, null=True, verbose_name="ngày quyết định đã công nhận"),
        ),
        migrations.AddField(
            model_name="recognitiondecision",
            name="given_by",
            field=models.CharField(blank=True, max_length=150, verbose_name="người đã công nhận"),
        ),
        migrations.AddField(
            model_name="recognitiondecision",
            name="given_number",
            field=models.CharField(blank=True, max_length=50, verbose_name="số quyết định đã công nhận"),
        ),
        migrations.AddField(
            model_name="recognitiondecision",
            name="given_on",
            field=models.DateField(blank=True, null=True, verbose_name="ngày quyết định đã công nhận"),
        ),
        migrations.AddConstraint(
            model_name="recognitiondecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "recognition"), ("follows__isnull", False), ("given_on__isnull", False), _connector="OR"
                ),
                name="recognition_decision_follows",
                violation_error_message="Quyết định thu hồi phải ghi quyết định công nhận trước đó.",
            ),
        ),
        Immutable("recognitiondecision", condition="OLD.status = 'issued'", message=DECIDED),
        # A title that was withdrawn stays so, whoever gave it; a later title may still end it earlier.
        Immutable(
            "registration",
            condition="OLD.decision_id IS NOT NULL AND OLD.status = 'recognised'",
            open_columns=["title_to", "withdrawn_on", "withdrawn_reason", "withdrawal_id"],
            message=DECIDED,
            further=[("OLD.withdrawn_on IS NOT NULL", ["title_to"])],
        ),
    ]
