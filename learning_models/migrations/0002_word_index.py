from django.db import migrations

from core.search import WordIndex


class Migration(migrations.Migration):
    dependencies = [("learning_models", "0001_learning_models")]

    operations = [WordIndex("registrant")]
