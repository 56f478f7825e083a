from django.db import migrations

CODE = "dues_back"


def add_category(apps, schema_editor):
    category = apps.get_model("funds", "Category")
    category.objects.create(code=CODE, name="Hoàn hội phí", direction="out", nature="dues")


def remove_category(apps, schema_editor):
    apps.get_model("funds", "Category").objects.filter(code=CODE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0011_entry_links"),
    ]

    operations = [
        migrations.RunPython(add_category, remove_category),
    ]
