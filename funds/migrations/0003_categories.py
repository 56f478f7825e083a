from django.db import migrations

CATEGORIES = [
    ("opening", "Số dư mang sang", "in", "opening"),
    ("donation", "Vận động, ủng hộ", "in", "donation"),
    ("dues", "Hội phí", "in", "dues"),
    ("interest", "Lãi tiền gửi", "in", "interest"),
    ("budget", "Ngân sách hỗ trợ", "in", "other"),
    ("other_in", "Thu khác", "in", "other"),
    ("transfer_in", "Nhận chuyển quỹ", "in", "transfer"),
    ("scholarship", "Học bổng", "out", "scholarship"),
    ("award", "Khen thưởng", "out", "award"),
    ("support", "Hỗ trợ, trợ cấp", "out", "other"),
    ("activity", "Chi hoạt động", "out", "other"),
    ("management", "Chi quản lý quỹ", "out", "other"),
    ("bank_fee", "Phí ngân hàng", "out", "other"),
    ("other_out", "Chi khác", "out", "other"),
    ("transfer_out", "Chuyển quỹ", "out", "transfer"),
]


def add_categories(apps, schema_editor):
    category = apps.get_model("funds", "Category")
    names = ("code", "name", "direction", "nature")
    category.objects.bulk_create(category(**dict(zip(names, row, strict=True))) for row in CATEGORIES)


class Migration(migrations.Migration):
    dependencies = [
        ("funds", "0002_kept"),
    ]

    operations = [
        migrations.RunPython(add_categories, migrations.RunPython.noop),
    ]
