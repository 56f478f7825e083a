"""Install the sets of criteria and the authorities whose shape is known; none has been compared with its act."""

from datetime import date

from django.db import migrations

UNKNOWN_WORDS = "Chưa đối chiếu với văn bản gốc: lời của từng tiêu chí phải chép từ văn bản."
# Quyết định 448/QĐ-KHVN (01/12/2015) scores out of 100; of the family four criteria are known, 30 and 30 the first
# two; of the unit the pass mark, 80. The rest is assumed, and the notes say so.
POINTS = [
    (
        "family",
        "Gia đình học tập 2016–2020",
        80,
        [30, 30, 20, 20],
        "Giả định: điểm tối đa của tiêu chí 3 và 4, và điểm đạt. ",
    ),
    ("unit", "Đơn vị học tập 2016–2020", 80, [100], "Giả định: chưa chia thành từng tiêu chí. "),
]
# Thông tư 24 and 25/2023/TT-BGDĐT: indicators of level 1 and level 2, a title holds for 36 months.
CHECKLISTS = [
    ("unit", "Đơn vị học tập theo Thông tư 24", "Thông tư 24/2023/TT-BGDĐT"),
    ("commune", "Cộng đồng học tập cấp xã theo Thông tư 25", "Thông tư 25/2023/TT-BGDĐT"),
]
CHECKLISTS_FROM = date(2024, 1, 1)
LEVELS = [
    (1, "Đạt đủ các chỉ tiêu mức 1 ghi trong Thông tư"),
    (2, "Đạt đủ các chỉ tiêu mức 2 ghi trong Thông tư"),
]

COMMUNE, DISTRICT, PROVINCE = (f"Chủ tịch Uỷ ban nhân dân {place}" for place in ("xã", "huyện", "tỉnh"))
# Districts ended on 30 June 2025; who recognises in their stead is a setting.
NO_DISTRICTS_FROM = date(2025, 7, 1)
AUTHORITIES = [
    ("family", "", None, COMMUNE),
    ("clan", "", None, COMMUNE),
    ("community", "", None, COMMUNE),
    ("commune", "", None, DISTRICT),
    ("commune", "", NO_DISTRICTS_FROM, PROVINCE),
    ("unit", "commune", None, COMMUNE),
    ("unit", "district", None, DISTRICT),
    ("unit", "district", NO_DISTRICTS_FROM, PROVINCE),
    ("unit", "province", None, PROVINCE),
]


def install(apps, schema_editor):
    sets, criteria = apps.get_model("learning_models", "CriteriaSet"), apps.get_model("learning_models", "Criterion")
    for model, name, pass_mark, points, assumed in POINTS:
        made = sets.objects.create(
            model=model,
            name=name,
            act="Quyết định 448/QĐ-KHVN",
            kind="points",
            pass_mark=pass_mark,
            valid_from=date(2016, 1, 1),
            valid_to=date(2020, 12, 31),
            validity_months=12,
            note=f"{assumed}{UNKNOWN_WORDS}",
        )
        for position, most in enumerate(points, start=1):
            text = f"Tiêu chí {position}" if len(points) > 1 else "Tổng điểm theo văn bản"
            criteria.objects.create(criteria_set=made, number=str(position), position=position, text=text, most=most)
    for model, name, act in CHECKLISTS:
        made = sets.objects.create(
            model=model,
            name=name,
            act=act,
            kind="checklist",
            valid_from=CHECKLISTS_FROM,
            validity_months=36,
            note=f"Giả định: ngày có hiệu lực. {UNKNOWN_WORDS}",
        )
        for level, text in LEVELS:
            criteria.objects.create(criteria_set=made, number=str(level), position=level, text=text, level=level)
    authorities = apps.get_model("learning_models", "RecognisingAuthority")
    for model, rank, valid_from, name in AUTHORITIES:
        authorities.objects.create(model=model, rank=rank, valid_from=valid_from, name=name)


def remove(apps, schema_editor):
    for name in ("Criterion", "CriteriaSet", "RecognisingAuthority"):
        apps.get_model("learning_models", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("learning_models", "0002_word_index")]

    operations = [migrations.RunPython(install, remove)]
