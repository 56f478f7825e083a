from django.db import migrations, models

import learning_models.models.decisions
from core.immutable import Immutable

DECIDED = "Đã có quyết định ban hành, nên giữ nguyên. Muốn thay đổi, hãy lập quyết định tiếp theo."


class Migration(migrations.Migration):
    dependencies = [
        ("learning_models", "0004_register_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicalrecognisingauthority",
            name="body",
            field=models.CharField(
                blank=True,
                help_text="In ở đầu quyết định. Để trống: như người có thẩm quyền, bỏ chữ “Chủ tịch”.",
                max_length=150,
                verbose_name="cơ quan ban hành",
            ),
        ),
        migrations.AddField(
            model_name="historicalrecognitiondecision",
            name="body",
            field=models.CharField(blank=True, max_length=150, verbose_name="cơ quan ban hành"),
        ),
        migrations.AddField(
            model_name="historicalrecognitiondecision",
            name="place",
            field=models.CharField(blank=True, max_length=100, verbose_name="địa danh"),
        ),
        migrations.AddField(
            model_name="historicalrecognitiondecision",
            name="signing",
            field=models.CharField(blank=True, max_length=200, verbose_name="chức vụ người ký"),
        ),
        migrations.AddField(
            model_name="recognisingauthority",
            name="body",
            field=models.CharField(
                blank=True,
                help_text="In ở đầu quyết định. Để trống: như người có thẩm quyền, bỏ chữ “Chủ tịch”.",
                max_length=150,
                verbose_name="cơ quan ban hành",
            ),
        ),
        migrations.AddField(
            model_name="recognitiondecision",
            name="body",
            field=models.CharField(blank=True, max_length=150, verbose_name="cơ quan ban hành"),
        ),
        migrations.AddField(
            model_name="recognitiondecision",
            name="place",
            field=models.CharField(blank=True, max_length=100, verbose_name="địa danh"),
        ),
        migrations.AddField(
            model_name="recognitiondecision",
            name="signing",
            field=models.CharField(blank=True, max_length=200, verbose_name="chức vụ người ký"),
        ),
        migrations.AlterField(
            model_name="certificate",
            name="code",
            field=models.CharField(
                default=learning_models.models.decisions.new_code,
                editable=False,
                max_length=26,
                unique=True,
                verbose_name="mã kiểm tra",
            ),
        ),
        migrations.AlterField(
            model_name="historicalrecognisingauthority",
            name="name",
            field=models.CharField(
                help_text="Kết thúc bằng xã, huyện hoặc tỉnh thì phần mềm điền tên địa bàn, ví dụ “… xã Chiềng Đen”.",
                max_length=150,
                verbose_name="người có thẩm quyền công nhận",
            ),
        ),
        migrations.AlterField(
            model_name="recognisingauthority",
            name="name",
            field=models.CharField(
                help_text="Kết thúc bằng xã, huyện hoặc tỉnh thì phần mềm điền tên địa bàn, ví dụ “… xã Chiềng Đen”.",
                max_length=150,
                verbose_name="người có thẩm quyền công nhận",
            ),
        ),
        Immutable("recognitiondecision", condition="OLD.status = 'issued'", message=DECIDED),
        Immutable("certificate", message=DECIDED),
        # Titles are given in one step, by the decision; what a later decision does to them stays open.
        Immutable(
            "registration",
            condition="OLD.decision_id IS NOT NULL AND OLD.status = 'recognised'",
            open_columns=["title_to", "withdrawn_on", "withdrawn_reason", "withdrawal_id"],
            message=DECIDED,
        ),
    ]
